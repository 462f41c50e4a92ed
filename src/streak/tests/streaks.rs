//! Rules 6 to 11 of `streak`, each by examples that were computed by hand. Dates are of 2025; 03-03 is a Monday.

use super::story;

#[test]
fn rule_6_the_first_state_that_applies() {
    // Monday 03-10 is paused and a day of rest, Tuesday rest and sick, Wednesday sick and excused, Thursday without
    // the bot and excused, Friday excused, Saturday met although excused, Sunday nothing but 10 minutes, Monday rest.
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
    // 20 minutes on the second day: shown up, but a freeze comes first. Rest days neither add nor break.
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
    // A late log gives the freeze back, and the run its day; its undo takes both away again.
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
    // The seventh day of a run earns a freeze on the day itself.
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
    // The running day is not paused; overlapping pauses, 0 and 22 days are refused. Resuming opens today.
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
    // 45 dates a year, each date counted in its own: after 21 + 21 four more until New Year do not
    // fit, three do, and the 18 after them fall into the next.
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
    // Dates that were resumed do not count.
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
    // 03-03 and 03-04 are Monday and Tuesday. Tuesday holds from 03-10 on; from 03-17 on Wednesday instead; of the two
    // changes made on 03-10 the later holds.
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
    // Twice in 90 dates: 03-03 leaves the window on 06-01.
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
    // From joining to today; for today it shows once the day has closed; twice is no error.
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
    // Day 03-04 runs 03-04 04:00 to 03-05 04:00, its last six hours from 22:00 on. 29 minutes do not cover it, one
    // more, recorded a day later, does: the freeze comes back.
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
    // Three hours in all, counted once where gaps overlap. Gaps from before joining count for the day of joining.
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
    // A 23-hour day in Berlin has six last hours like any other: 03-30 ends 03-31 02:00 UTC.
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
    // Before joining everything is refused, also a question; joining twice is.
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
