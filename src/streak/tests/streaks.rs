//! Rules 6 to 11 of `streak`, with examples computed by hand. Dates are in 2025; 03-03 is a Monday.

use super::story;

#[test]
fn rule_6_the_first_state_that_applies() {
    // Monday 03-10 is paused and a rest day, Tuesday rest and sick, Wednesday sick and excused, Thursday an outage and
    // excused, Friday excused, Saturday met although excused, Sunday has only 10 minutes, Monday is a rest day.
    assert_eq!(
        story(
            "03-09T10:00 join UTC
             03-03T10:00 rest mon,tue
             03-09T10:00 pause 1
             03-12T10:00 sick
             03-12T10:00 excuse 03-12
             03-13T10:00 excuse 03-13
             03-14T10:00 outage 03-14T03:00 03-14T04:00
             03-14T10:00 excuse 03-14
             03-15T10:00 excuse 03-15
             03-15T10:00 log 120
             03-16T10:00 log 10
             03-17T04:00 as_of"
        ),
        "03-17 0min streak 1 best 1 freezes 1 show-up 2 xpxsoeMf. refused [2]"
    );
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 rest mon,tue
             03-09T10:00 pause 1
             03-11T10:00 sick
             03-11T10:00 excuse 03-03
             03-12T10:00 log 10
             03-13T10:00 log 9
             03-14T04:00 as_of"
        ),
        "03-14 0min streak 0 best 0 freezes 2 show-up 1 exxxxxxprux."
    );
}

#[test]
fn rules_7_and_8_runs_and_freezes() {
    // 20 minutes on the second day: shown up, but a freeze is used first. Rest days neither add nor break.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 log 120
             03-04T10:00 log 20
             03-05T10:00 log 120
             03-08T04:00 as_of
             03-08T10:00 log 120
             03-08T10:00 as_of"
        ),
        "03-08 0min streak 0 best 2 freezes 0 show-up 3 MfMfx.\n\
         03-08 120min streak 1 best 2 freezes 0 show-up 4 MfMfxM"
    );
    // A late log restores the freeze and the day of the run. Its undo removes both again.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 log 120
             03-05T10:00 log 120
             03-05T10:00 as_of
             03-05T11:00 log 120 03-04
             03-05T11:00 as_of
             03-05T12:00 undo
             03-05T12:00 as_of"
        ),
        "03-05 120min streak 2 best 2 freezes 1 show-up 2 MfM\n\
         03-05 120min streak 3 best 3 freezes 2 show-up 3 MMM\n\
         03-05 120min streak 2 best 2 freezes 1 show-up 2 MfM"
    );
    // The seventh day of a run earns a freeze on the same day.
    let logs: String = (3..=10).filter(|day| *day != 4).map(|day| format!("03-{day:02}T10:00 log 120\n")).collect();
    assert_eq!(
        story(&format!("03-03T09:00 join UTC\n{logs}03-10T09:59 as_of\n03-10T10:00 as_of")),
        "03-10 0min streak 6 best 6 freezes 1 show-up 6 MfMMMMM.\n\
         03-10 120min streak 7 best 7 freezes 2 show-up 7 MfMMMMMM"
    );
}

#[test]
fn rule_7_show_up_days_are_of_30_dates() {
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 log 10
             03-04T10:00 log 9
             03-05T10:00 log 10
             04-01T10:00 as_of
             04-02T10:00 as_of"
        ),
        "04-01 0min streak 0 best 0 freezes 2 show-up 2 xxxxxxxxxxxxx.\n\
         04-02 0min streak 0 best 0 freezes 2 show-up 1 xxxxxxxxxxxxx."
    );
}

#[test]
fn rule_9_pause() {
    // The running day is not paused. Overlapping pauses and pauses of 0 or 22 days are refused. Resuming opens today.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 pause 0
             03-03T10:00 pause 22
             03-03T10:00 resume
             03-03T10:00 pause 3
             03-04T10:00 pause 3
             03-05T10:00 resume
             03-05T10:00 resume
             03-05T10:00 pause 1
             03-08T04:00 as_of"
        ),
        "03-08 0min streak 0 best 0 freezes 2 show-up 0 xpxpx. refused [2, 3, 4, 6, 8]"
    );
    // 45 dates per calendar year, each counted in its own year. After 21 + 21 dates, four more before New Year do not
    // fit; three do, and the 18 after them count for the next year.
    assert_eq!(
        story(
            "10-01T10:00 join UTC
             10-01T10:00 pause 21
             11-01T10:00 pause 21
             12-27T10:00 pause 5
             12-28T10:00 pause 21
             12-28T10:00 as_of
             2026-01-18T10:00:00Z as_of"
        ),
        "12-28 0min streak 0 best 0 freezes 2 show-up 0 xxxxxxxxxxxxx. refused [4]\n\
         01-18 0min streak 0 best 0 freezes 2 show-up 0 ppppppppppppp. refused [4]"
    );
    // Resumed dates do not count.
    assert_eq!(
        story(
            "10-01T10:00 join UTC
             10-01T10:00 pause 21
             10-01T11:00 resume
             10-01T12:00 pause 21
             11-01T10:00 pause 21
             12-01T10:00 pause 4
             12-01T10:00 pause 3
             12-01T10:00 as_of"
        ),
        "12-01 0min streak 0 best 0 freezes 2 show-up 0 pppppxxxxxxxx. refused [6]"
    );
}

#[test]
fn rule_9_rest() {
    // 03-03 and 03-04 are Monday and Tuesday. Tuesday applies from 03-10 on, and Wednesday instead from 03-17 on. Of
    // two changes on 03-10, the later one applies.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 rest tue
             03-10T10:00 rest sat,sun
             03-10T11:00 rest wed
             03-16T10:00 as_of
             03-20T10:00 rest none
             03-22T10:00 as_of
             04-03T10:00 as_of"
        ),
        "03-16 0min streak 0 best 0 freezes 2 show-up 0 xxxxxxxxrxxxx.\n\
         03-22 0min streak 0 best 0 freezes 2 show-up 0 xxrxxxxxxxrxx.\n\
         04-03 0min streak 0 best 0 freezes 2 show-up 0 xxxxxrxxxxxxx."
    );
}

#[test]
fn rule_9_sick() {
    // At most two in 90 dates: 03-03 leaves the window on 06-01.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 sick
             03-03T11:00 sick
             03-04T10:00 sick
             03-05T10:00 sick
             05-31T10:00 sick
             06-01T10:00 sick
             06-02T03:59 as_of
             06-02T04:00 as_of"
        ),
        "06-01 0min streak 0 best 0 freezes 2 show-up 0 xxxxxxxxxxxxx. refused [3, 5, 6]\n\
         06-02 0min streak 0 best 0 freezes 2 show-up 0 xxxxxxxxxxxxs. refused [3, 5, 6]"
    );
}

#[test]
fn rule_9_excuse() {
    // From joining to today. For today it shows after the day has closed. A second excuse is not an error.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-05T10:00 excuse 03-02
             03-05T10:00 excuse 03-06
             03-05T10:00 excuse 03-03
             03-05T10:00 excuse 03-03
             03-05T10:00 excuse 03-05
             03-05T10:00 as_of
             03-06T10:00 as_of"
        ),
        "03-05 0min streak 0 best 0 freezes 2 show-up 0 ex. refused [2, 3]\n\
         03-06 0min streak 0 best 0 freezes 2 show-up 0 exe. refused [2, 3]"
    );
}

#[test]
fn rule_10_outages() {
    // Day 03-04 lasts from 03-04 04:00 to 03-05 04:00, so its last six hours begin at 22:00. 29 minutes do not cover
    // it. One more, recorded a day later, does: the freeze is restored.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-03T10:00 log 120
             03-05T10:00 outage 03-04T22:00 03-04T22:29
             03-05T10:00 as_of
             03-06T03:00 outage 03-05T03:55 03-05T04:00
             03-06T03:00 as_of"
        ),
        "03-05 0min streak 1 best 1 freezes 1 show-up 1 Mf.\n\
         03-05 0min streak 1 best 1 freezes 2 show-up 1 Mo."
    );
    // Three hours in all; overlaps count once. Outages before joining count for the day of joining.
    assert_eq!(
        story(
            "03-03T10:00 join UTC
             03-04T10:00 outage 03-03T03:00 03-03T06:30
             03-04T10:00 outage 03-03T06:00 03-03T06:59
             03-04T10:00 as_of
             03-04T10:00 outage 03-03T12:00 03-03T12:04
             03-04T10:00 outage 03-04T09:00 03-04T10:01
             03-04T10:00 as_of
             03-04T10:00 outage 03-03T12:00 03-03T12:05
             03-04T10:00 as_of"
        ),
        "03-04 0min streak 0 best 0 freezes 2 show-up 0 x.\n\
         03-04 0min streak 0 best 0 freezes 2 show-up 0 x.\n\
         03-04 0min streak 0 best 0 freezes 2 show-up 0 o."
    );
    // A 23-hour day in Berlin also has a six-hour evening: 03-30 ends at 03-31 02:00 UTC.
    assert_eq!(
        story(
            "03-30T10:00 join Europe/Berlin
             03-31T10:00 outage 03-30T19:00 03-30T20:30
             03-31T10:00 as_of"
        ),
        "03-31 0min streak 0 best 0 freezes 2 show-up 0 o."
    );
}

#[test]
fn rule_11_joining() {
    // Before joining everything is refused, also a query. Joining twice is refused.
    assert_eq!(
        story(
            "03-03T09:00 log 120
             03-03T09:00 as_of
             03-03T09:00 join UTC 7
             03-03T09:00 join UTC 4 14
             03-03T09:00 join Mars/Phobos
             03-03T10:00 join UTC
             03-03T11:00 join Europe/Berlin
             03-03T11:00 as_of"
        ),
        "03-03 0min streak 0 best 0 freezes 2 show-up 0 . refused [1, 2, 3, 4, 5, 7]"
    );
}
