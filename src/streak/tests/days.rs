//! Rules 1 to 5 of `streak`, with examples computed by hand. Dates are in 2025; 03-03 is a Monday.

use super::story;

#[test]
fn rule_1_days_begin_at_the_day_start() {
    // Day 03-03 lasts until exactly 03-04 04:00.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-04T03:59 log 120
             03-04T03:59 as_of
             03-04T04:00 as_of"
        ),
        "03-03 120min streak 1 best 1 freezes 2 show-up 1 M\n\
         03-04 0min streak 1 best 1 freezes 2 show-up 1 M."
    );
    // In Berlin, 02:00 on 03-30 is in the gap: the day begins at 03:00 CEST, which is 01:00 UTC.
    assert_eq!(
        story(
            "03-29T12:00 join Europe/Berlin 2
             03-30T00:59 as_of
             03-30T01:00 as_of"
        ),
        "03-29 0min streak 0 best 0 freezes 2 show-up 0 .\n\
         03-30 0min streak 0 best 0 freezes 2 show-up 0 x."
    );
    // 02:00 on 10-26 occurs twice: the first, 00:00 UTC, counts.
    assert_eq!(
        story(
            "10-25T12:00 join Europe/Berlin 2
             10-25T23:59 as_of
             10-26T00:00 as_of"
        ),
        "10-25 0min streak 0 best 0 freezes 2 show-up 0 .\n\
         10-26 0min streak 0 best 0 freezes 2 show-up 0 x."
    );
}

/// Samoa skipped 2011-12-30. Nobody could study on it, so it costs nothing, whatever the day start.
#[test]
fn rule_2_a_date_that_never_was() {
    assert_eq!(
        story(
            "2011-12-29T20:00:00Z join Pacific/Apia 0
             2011-12-29T21:00:00Z log 120
             2011-12-30T10:00:00Z as_of"
        ),
        "12-31 0min streak 1 best 1 freezes 2 show-up 1 Mt."
    );
    // With a day start of 4 it has four hours, from the end of the gap.
    assert_eq!(
        story(
            "2011-12-29T20:00:00Z join Pacific/Apia
             2011-12-29T21:00:00Z log 120
             2011-12-30T13:59:59Z as_of
             2011-12-30T14:00:00Z as_of"
        ),
        "12-30 0min streak 1 best 1 freezes 2 show-up 1 M.\n\
         12-31 0min streak 1 best 1 freezes 2 show-up 1 Mt."
    );
    // A day of 23 hours is an ordinary day.
    assert_eq!(
        story(
            "2027-03-27T12:00:00Z join Europe/Berlin
             2027-03-27T12:00:00Z log 120
             2027-03-29T12:00:00Z as_of"
        ),
        "03-29 0min streak 1 best 1 freezes 1 show-up 1 Mf."
    );
}

#[test]
fn rule_2_travel() {
    // From Berlin to Auckland at 12:00 on 07-10. The day ends as in Berlin, at 07-11 02:00 UTC. Auckland's 07-11 ends
    // at 07-11 16:00 UTC, so it has 14 hours. From 07-12 on, days are normal.
    assert_eq!(
        story(
            "07-09T06:00 join Europe/Berlin
             07-09T07:00 log 120
             07-10T10:00 log 120
             07-10T10:00 zone Pacific/Auckland
             07-11T01:59 as_of
             07-11T02:00 as_of
             07-11T16:00 as_of
             07-12T16:00 as_of"
        ),
        "07-10 120min streak 2 best 2 freezes 2 show-up 2 MM\n\
         07-11 0min streak 2 best 2 freezes 2 show-up 2 MM.\n\
         07-12 0min streak 2 best 2 freezes 2 show-up 2 MMt.\n\
         07-13 0min streak 2 best 2 freezes 1 show-up 2 MMtf."
    );
    // In the other direction the day is long: 07-10 in Auckland ends when Berlin's 07-11 begins.
    assert_eq!(
        story(
            "07-10T00:00 join Pacific/Auckland
             07-10T01:00 zone Europe/Berlin
             07-11T01:59 as_of
             07-11T02:00 as_of"
        ),
        "07-10 0min streak 0 best 0 freezes 2 show-up 0 .\n\
         07-11 0min streak 0 best 0 freezes 2 show-up 0 x."
    );
    // Across the date line: 07-11 is empty but still a date; 07-12 has 23 hours and can be missed.
    assert_eq!(
        story(
            "07-10T16:00 join Pacific/Midway
             07-10T17:00 zone Pacific/Kiritimati
             07-11T14:59 as_of
             07-11T15:00 as_of
             07-12T14:00 as_of"
        ),
        "07-10 0min streak 0 best 0 freezes 2 show-up 0 .\n\
         07-12 0min streak 0 best 0 freezes 2 show-up 0 xt.\n\
         07-13 0min streak 0 best 0 freezes 2 show-up 0 xtx."
    );
    // A met short day counts.
    assert_eq!(
        story(
            "07-10T10:00 join Europe/Berlin
             07-10T11:00 zone Pacific/Auckland
             07-11T03:00 log 120
             07-12T02:00 as_of"
        ),
        "07-12 0min streak 1 best 1 freezes 2 show-up 1 xM."
    );
}

#[test]
fn rule_2_one_change_in_seven_days() {
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 zone UTC
             03-03T10:00 day_start 4
             03-03T10:00 day_start 7
             03-03T10:00 zone Mars/Phobos
             03-03T10:00 day_start 6
             03-03T10:01 zone Europe/Berlin
             03-10T09:59 zone Europe/Berlin
             03-10T10:00 zone Europe/Berlin
             03-10T10:00 as_of"
        ),
        "03-10 0min streak 0 best 0 freezes 2 show-up 0 xxxxxxx. refused [2, 3, 4, 5, 7, 8]"
    );
}

#[test]
fn rule_3_logs() {
    // 03-02 was before joining; 03-05 is in the future; 960 minutes fit, 961 do not.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-04T10:00 log 720
             03-04T10:00 log 241
             03-04T10:00 log 240
             03-04T10:00 log 1
             03-04T10:00 log 9 03-03
             03-04T10:00 log 10 03-02
             03-04T10:00 log 10 03-05
             03-04T10:00 as_of"
        ),
        "03-04 960min streak 1 best 1 freezes 2 show-up 1 xM refused [3, 5, 7, 8]"
    );
    // Day 03-03 ended at 03-04 04:00; exactly 48 h later is still in time.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-06T04:00 log 120 03-03
             03-06T04:01 log 10 03-03
             03-06T04:01 as_of"
        ),
        "03-06 0min streak 1 best 1 freezes 0 show-up 1 Mff. refused [3]"
    );
}

#[test]
fn rule_3_two_late_dates_in_seven() {
    // Late logs for 03-03 and 03-04. A second log for one of them adds no date. 03-09 is the last date in a window with
    // 03-03. 03-10 is outside it but still shares a window with 03-04, so only one more date fits.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-04T10:00 log 60 03-03
             03-05T10:00 log 60 03-04
             03-05T10:00 log 60 03-04
             03-06T10:00 log 60 03-05
             03-10T10:00 log 60 03-09
             03-11T10:00 log 60 03-10
             03-11T10:00 as_of
             03-12T10:00 log 60 03-11
             03-12T10:00 as_of"
        ),
        "03-11 0min streak 0 best 1 freezes 0 show-up 3 uMffxxxu. refused [5, 6]\n\
         03-12 0min streak 0 best 1 freezes 0 show-up 4 uMffxxxuu. refused [5, 6]"
    );
    // An undo makes room.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-05T10:00 log 60 03-03
             03-05T10:00 log 60 03-04
             03-05T11:00 undo
             03-06T10:00 log 60 03-05
             03-06T10:00 as_of"
        ),
        "03-06 0min streak 0 best 0 freezes 2 show-up 2 uxu."
    );
}

#[test]
fn rule_3_undo() {
    // The latest log first. Exactly 24 h is in time, a minute more is not.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 undo
             03-03T10:00 log 100
             03-03T11:00 log 50
             03-03T11:01 as_of
             03-04T11:00 undo
             03-04T11:00 undo
             03-04T11:00 as_of"
        ),
        "03-03 150min streak 1 best 1 freezes 2 show-up 1 M refused [2]\n\
         03-04 0min streak 0 best 0 freezes 2 show-up 1 u. refused [2, 7]"
    );
}

#[test]
fn rule_4_timer() {
    // Seconds are cut. A second timer is refused, and so is a stop without a timer.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             2025-03-03T10:00:30Z start
             03-03T10:01 start
             03-03T12:00 as_of
             2025-03-03T12:00:30Z stop
             03-03T12:01 stop
             03-03T12:01 confirm
             03-03T12:01 as_of"
        ),
        "03-03 119min streak 0 best 0 freezes 2 show-up 1 . refused [3]\n\
         03-03 120min streak 1 best 1 freezes 2 show-up 1 M refused [3, 6, 7]"
    );
    // Questions at 13:00 and 15:00. An answer after exactly 15 min counts; without one, the timer stops at 15:00.
    assert_eq!(
        story(
            "03-03T09:00 join UTC
             03-03T10:00 start
             03-03T12:59 confirm
             03-03T13:10 as_of
             03-03T13:15 confirm
             03-03T13:15 confirm
             03-03T14:00 as_of
             03-03T15:15 start
             2025-03-03T15:15:01Z confirm
             2025-03-03T15:15:01Z stop
             03-03T15:16 start
             03-03T15:17 as_of"
        ),
        "03-03 180min streak 1 best 1 freezes 2 show-up 1 M refused [3]\n\
         03-03 240min streak 1 best 1 freezes 2 show-up 1 M refused [3, 6]\n\
         03-03 301min streak 1 best 1 freezes 2 show-up 1 M refused [3, 6, 8, 9, 10]"
    );
    // A stop is also an answer: all the time counts.
    assert_eq!(
        story("03-03T09:00 join UTC\n 03-03T10:00 start\n 03-03T13:10 stop\n 03-03T13:10 as_of"),
        "03-03 190min streak 1 best 1 freezes 2 show-up 1 M"
    );
}

#[test]
fn rule_4_timer_over_the_day_boundary() {
    // 03:00:30 to 05:30:45: 59 whole minutes before 04:00, 90 after.
    assert_eq!(
        story(
            "03-03T09:00 join UTC
             2025-03-04T03:00:30Z start
             2025-03-04T05:30:45Z stop
             03-04T06:00 log 61 03-03
             03-04T06:00 as_of"
        ),
        "03-04 90min streak 1 best 1 freezes 2 show-up 2 M."
    );
    // While the question of 03:50 is open, nothing after it counts. The answer at 04:05 restores the ten minutes of the
    // closed day.
    assert_eq!(
        story(
            "03-03T09:00 join UTC
             03-03T09:00 log 300
             03-03T10:00 commitment 485
             03-04T00:50 start
             03-04T04:04 as_of
             03-04T04:05 confirm
             03-04T04:06 as_of"
        ),
        "03-04 0min streak 1 best 1 freezes 2 show-up 1 M.\n\
         03-04 6min streak 1 best 1 freezes 2 show-up 1 M."
    );
}

#[test]
fn rule_4_what_would_pass_960_is_dropped() {
    // 900 minutes are logged, and 60 of the timer's 120 count. While it runs no log fits; an undo makes room.
    assert_eq!(
        story(
            "03-03T05:00 join UTC
             03-03T05:00 log 720
             03-03T05:00 log 180
             03-03T06:00 start
             03-03T07:00 log 1
             03-03T08:00 stop
             03-03T08:00 as_of
             03-03T09:00 undo
             03-03T09:00 as_of"
        ),
        "03-03 960min streak 1 best 1 freezes 2 show-up 1 M refused [5]\n\
         03-03 840min streak 1 best 1 freezes 2 show-up 1 M refused [5]"
    );
}

#[test]
fn rule_5_commitment() {
    // From the next day on. The last change of a day wins. Below 15 is refused.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 commitment 14
             03-03T10:00 commitment 961
             03-03T10:00 commitment 960
             03-03T10:00 commitment 150
             03-03T10:00 log 120
             03-04T10:00 log 149
             03-04T10:00 as_of
             03-04T10:00 log 1
             03-04T10:00 as_of"
        ),
        "03-04 149min streak 1 best 1 freezes 2 show-up 2 M. refused [2, 3]\n\
         03-04 150min streak 2 best 2 freezes 2 show-up 2 MM refused [2, 3]"
    );
}
