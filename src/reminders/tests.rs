//! Tables and laws of the clock on the wall, of what people type, and of what is said when.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::rules::{Facts, Look, Mode, Reminders, Say};
use crate::time::parse_weekly;
use crate::time::weekly::{Minute, Quiet, Slot, Times, WEEK};
use crate::time::zone::Zone;

fn zone(name: &str) -> Zone {
    Zone::named(name).expect("a zone")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn every_day(time: &str) -> Times {
    parse_weekly::times(&format!("every day {time}")).expect("times")
}

/// The next instants of some times.
fn following(times: &Times, zone: &Zone, after: &str, count: usize) -> Vec<String> {
    let first = times.next(zone, at(after), None);
    let later = |slot: &Slot| times.next(zone, slot.at, Some(slot.date));
    std::iter::successors(first, later).take(count).map(|slot| slot.at.to_string()).collect()
}

#[test]
fn the_clock_on_the_wall_decides() {
    for (name, time, after, next) in [
        // Forward at 02:00 on 29 March, back at 03:00 on 25 October 2026.
        ("Europe/Berlin", "19:00", "2026-03-27T20:00:00Z", ["2026-03-28T18:00:00Z", "2026-03-29T17:00:00Z"]),
        ("Europe/Berlin", "2:30", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
        ("Europe/Berlin", "2:30", "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
        // Forward on 8 March, back on 1 November 2026, both at 02:00.
        ("America/New_York", "2:30", "2026-03-07T12:00:00Z", ["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"]),
        ("America/New_York", "1:30", "2026-10-31T12:00:00Z", ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]),
        // The other way round in the south: back on 5 April, forward on 4 October 2026.
        ("Australia/Sydney", "2:30", "2026-04-04T12:00:00Z", ["2026-04-04T15:30:00Z", "2026-04-05T16:30:00Z"]),
        ("Australia/Sydney", "2:30", "2026-10-03T12:00:00Z", ["2026-10-03T16:00:00Z", "2026-10-04T15:30:00Z"]),
        // Midnight is in the gap.
        ("Asia/Beirut", "0:15", "2025-03-29T12:00:00Z", ["2025-03-29T22:00:00Z", "2025-03-30T21:15:00Z"]),
        // 30 December 2011 never was.
        ("Pacific/Apia", "19:00", "2011-12-29T12:00:00Z", ["2011-12-30T05:00:00Z", "2011-12-31T05:00:00Z"]),
    ] {
        assert_eq!(following(&every_day(time), &zone(name), after, 2), next, "{name} {time} {after}");
    }
    let times = parse_weekly::times("weekdays 19:00, sat 10:00").expect("times");
    assert_eq!(
        following(&times, &zone("UTC"), "2026-11-19T19:00:00Z", 3),
        ["2026-11-20T19:00:00Z", "2026-11-21T10:00:00Z", "2026-11-23T19:00:00Z"]
    );
    assert_eq!(Times::default().next(&zone("UTC"), at("2026-11-19T19:00:00Z"), None), None);
}

fn any_zone() -> impl Strategy<Value = Zone> {
    let names: Vec<String> = TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect();
    proptest::sample::select(names.iter().filter_map(|name| Zone::named(name)).collect::<Vec<_>>())
}

fn any_minute() -> impl Strategy<Value = Minute> {
    (0_u16..24, 0_u16..60).prop_map(|(hour, minute)| Minute::new(hour, minute).expect("a time"))
}

fn any_times() -> impl Strategy<Value = Times> {
    proptest::collection::vec((0_usize..7, any_minute()), 1..8).prop_map(|all| {
        let mut times = Times::default();
        all.into_iter().for_each(|(day, time)| times.set(WEEK[day], time));
        times
    })
}

fn any_second() -> impl Strategy<Value = Timestamp> {
    // 2000 to 2030.
    (946_684_800_i64..1_893_456_000).prop_map(|second| Timestamp::from_second(second).expect("within the calendar"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Strictly later, one a date, on that date's weekday, at the time or when the gap over it ends; and none is left out.
    #[test]
    fn times_follow_one_another(zone in any_zone(), times in any_times(), start in any_second()) {
        let (mut after, mut last): (Timestamp, Option<Date>) = (start, None);
        for _ in 0..20 {
            let slot = times.next(&zone, after, last).expect("there is always a next");
            prop_assert!(slot.at > after && last.is_none_or(|last| slot.date > last));
            let time = times.of(slot.date.weekday()).expect("a time of that weekday");
            let shown = Minute::of(slot.at, &zone);
            let before = Minute::of(slot.at - SignedDuration::from_secs(1), &zone);
            let in_gap = zone.ahead(slot.at) > zone.ahead(slot.at - SignedDuration::from_secs(1));
            prop_assert!(shown == time || in_gap, "{shown} {before} {time}");
            prop_assert!(zone.date(slot.at) == slot.date || in_gap);
            // Of the weekdays between, none had a time.
            let mut date = last.map_or(slot.date, |last| last.tomorrow().expect("within the calendar"));
            while date < slot.date {
                let is_there = zone.date(zone.first_reading(date, 0)) == date;
                prop_assert!(times.of(date.weekday()).is_none() || !is_there, "{date} was left out");
                date = date.tomorrow().expect("within the calendar");
            }
            (after, last) = (slot.at, Some(slot.date));
        }
    }

    /// Asked from any instant in between, the next is the same.
    #[test]
    fn it_does_not_matter_how_often_one_asks(zone in any_zone(), times in any_times(), start in any_second(), part in 0.0..1.0_f64) {
        let slot = times.next(&zone, start, None).expect("a next");
        let between: f64 = slot.at.duration_since(start).as_secs_f64() * part;
        let asked = start + SignedDuration::from_secs_f64(between.floor());
        prop_assume!(asked < slot.at);
        prop_assert_eq!(times.next(&zone, asked, None), Some(slot));
    }

    /// Quiet hours end, and nothing between them and then is outside them.
    #[test]
    fn quiet_hours_are_over(zone in any_zone(), from in any_minute(), until in any_minute(), start in any_second()) {
        let quiet = Quiet { from, until };
        let over = quiet.over(start, &zone);
        prop_assert!(over >= start && !quiet.hold(over, &zone));
        prop_assert!(over.duration_since(start) <= SignedDuration::from_hours(50));
    }
}

#[test]
fn people_write_times_in_many_ways() {
    for (text, said) in [
        ("weekdays 19:00, sat 10:00", "Monday to Friday 19:00, Saturday 10:00"),
        ("7pm", "every day 19:00"),
        ("19.30", "every day 19:30"),
        ("mon,wed 18:00", "Monday 18:00, Wednesday 18:00"),
        ("every day 20:00", "every day 20:00"),
        ("Every day at 8 PM, Sat 10:00", "Monday to Friday 20:00, Saturday 10:00, Sunday 20:00"),
        ("sat 10:00, daily 20:00", "Monday to Friday 20:00, Saturday 10:00, Sunday 20:00"),
        ("mon-fri 7:30am; weekend noon", "Monday to Friday 07:30, Saturday and Sunday 12:00"),
        ("Mondays and Thursdays at 19h", "Monday 19:00, Thursday 19:00"),
        ("sat to mon 19h30", "Monday 19:30, Saturday and Sunday 19:30"),
        ("19:00 weekdays, 10:00 sat sun", "Monday to Friday 19:00, Saturday and Sunday 10:00"),
        ("tues 12am, thurs 12pm", "Tuesday 00:00, Thursday 12:00"),
        ("fri midnight", "Friday 00:00"),
        ("weekdays 18", "Monday to Friday 18:00"),
        ("mon 18:00, mon 18:00", "Monday 18:00"),
        ("every day 7:30 pm", "every day 19:30"),
        ("weekdays 8:00 PM", "Monday to Friday 20:00"),
        ("daily 8:00 p.m.", "every day 20:00"),
        ("6.30 pm", "every day 18:30"),
        ("12:30 am", "every day 00:30"),
        ("mon 7:05 pm, tue 6 pm", "Monday 19:05, Tuesday 18:00"),
        ("12 noon", "every day 12:00"),
        ("sun 12 midnight", "Sunday 00:00"),
        ("all days 9:15", "every day 09:15"),
        ("19:30 pm", "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        ("pm 19:00", "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        ("mon to 19:00", "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        ("to mon 19:00", "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        ("mon 19:00 to 21:00", "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        ("every day mon 19:00", "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        (
            "every week mon 19:00",
            "“week” is neither a day nor a time; write “weekdays 19:00, sat 10:00” or “every day 8pm”.",
        ),
        ("", "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        ("weekdays", "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        ("mon 10:00 18:00", "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        ("weekdays 7", "“7” can be morning or evening; write 7am, 7pm or a time like 19:00."),
        ("weekdays sat noon, weekend 7:30", "Monday to Saturday 12:00, Sunday 07:30"),
        ("mon to sat noon, sat sun 7:30", "Monday to Friday 12:00, Saturday and Sunday 07:30"),
        (
            "18:15, 7:30 weekdays weekend",
            "Write days with a time, like “weekdays 19:00, sat 10:00” or “every day 8pm”.",
        ),
        ("mon wed 18:00, wed 19:00", "One reminder a day is the most; choose one time for Wednesday."),
        ("mon 18:00, mon 19:00", "One reminder a day is the most; choose one time for Monday."),
        ("25:00", "“25:00” is neither a day nor a time; write “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        ("13pm", "“13pm” is neither a day nor a time; write “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        (
            "someday <@1> soon, my dear old friend of mine",
            "“someday” is neither a day nor a time; write “weekdays 19:00, sat 10:00” or “every day 8pm”.",
        ),
    ] {
        let found = parse_weekly::times(text).map_or_else(|error| error.to_string(), |times| times.to_string());
        assert_eq!(found, said, "{text}");
    }
    for (text, said) in [
        ("22:00-08:00", "22:00 to 08:00"),
        ("11pm to 7am", "23:00 to 07:00"),
        ("22 – 8", "22:00 to 08:00"),
        ("10:30 pm to 7:30 am", "22:30 to 07:30"),
        ("from 23 to 7:30", "23:00 to 07:30"),
        ("11-7", "Those hours can be morning or evening; write 23:00-07:00 or 11:00-19:00."),
        ("10-8", "Those hours can be morning or evening; write 22:00-08:00 or 10:00-20:00."),
        ("10-8am", "Those hours can be morning or evening; write 22:00-08:00 or 10:00-08:00."),
        ("Off", "none"),
        ("22:00-08:00 pm am", "Quiet hours are written like 22:00-08:00, or none; try again."),
        ("none", "none"),
        ("nights", "Quiet hours are written like 22:00-08:00, or none; try again."),
        ("22:00", "Quiet hours are written like 22:00-08:00, or none; try again."),
    ] {
        let found = parse_weekly::quiet(text).map_or_else(|error| error.to_string(), |quiet| quiet.to_string());
        assert_eq!(found, said, "{text}");
    }
}

/// Words of which weekly times are put together by chance.
const WORDS: [&str; 15] =
    ["mon", "tue", "sat", "weekdays", "weekend", "7", "11", "7:30", "18:15", "20h", "pm", "am", "noon", "not", "soon"];

proptest! {
    #[test]
    fn nothing_typed_is_too_odd(text in ".{0,60}") {
        let _ = parse_weekly::times(&text);
        let _ = parse_weekly::quiet(&text);
    }

    /// Whatever is left out of a text that is read, it means something else then, or nothing.
    #[test]
    fn every_word_counts(words in proptest::sample::subsequence(WORDS.to_vec(), 1..7).prop_shuffle()) {
        let said = |words: &[&str]| parse_weekly::times(&words.join(" ")).ok();
        // Of two groups with one time, the time of the first may be left out; and 7:30 is in the morning anyway.
        if let Some(times) = said(&words) {
            for at in 0..words.len() {
                let mut fewer = words.clone();
                let left_out = fewer.remove(at);
                // A time that comes first and has lost its days is for every day that no other time is for.
                let is_day = ["mon", "tue", "sat", "weekdays", "weekend"].contains(&left_out);
                let again = left_out == "am" || is_day && !words[0].starts_with(['m', 't', 's', 'w']);
                prop_assert!(again || said(&fewer) != Some(times), "{words:?} without {left_out}");
            }
        }
    }

    /// What is shown of times can be typed again.
    #[test]
    fn what_is_shown_can_be_typed(times in any_times()) {
        prop_assert_eq!(parse_weekly::times(&times.to_string()).expect("times"), times);
    }
}

/// Somebody in UTC whose days start at 4, on Tuesday 17 November 2026.
fn facts(now: &str) -> Facts {
    let now = at(now);
    let zone = zone("UTC");
    let today = zone.date(now - SignedDuration::from_hours(4));
    let begin = |days: i64| zone.first_reading(today + jiff::ToSpan::days(days), 4);
    Facts {
        now,
        today,
        begin: begin(0),
        ends: begin(1),
        next_ends: begin(2),
        streak: 5,
        met: false,
        free: false,
        covered: false,
        studying: false,
        last: at("2026-11-01T00:00:00Z"),
        zone,
    }
}

fn planned(times: &str, now: &str) -> Reminders {
    let mut reminders = Reminders::default();
    (reminders.times, reminders.mode) = (parse_weekly::times(times).expect("times"), Mode::On);
    reminders.plan(&facts(now));
    reminders
}

#[test]
fn late_is_told_too_late_is_dropped_and_quiet_is_waited_out() {
    let due = |text: &str| Some(at(text));
    for (time, now, look, next) in [
        ("19:00", "2026-11-17T19:00:05Z", Look::Say(Say::Planned(None)), "2026-11-18T19:00:00Z"),
        ("9:00", "2026-11-17T10:00:00Z", Look::Say(Say::Planned(due("2026-11-17T09:00:00Z"))), "2026-11-18T09:00:00Z"),
        ("9:00", "2026-11-17T20:00:00Z", Look::Say(Say::Planned(due("2026-11-17T09:00:00Z"))), "2026-11-18T09:00:00Z"),
        ("9:00", "2026-11-17T21:00:01Z", Look::Dropped(at("2026-11-17T09:00:00Z")), "2026-11-18T09:00:00Z"),
        // In quiet hours what is late waits until they are over, if that is not too late.
        ("19:00", "2026-11-17T23:00:00Z", Look::Dropped(at("2026-11-17T19:00:00Z")), "2026-11-18T19:00:00Z"),
        ("tue 21:00", "2026-11-17T23:00:00Z", Look::Nothing, "2026-11-18T08:00:00Z"),
        // What was wanted in quiet hours comes in quiet hours.
        ("23:30", "2026-11-17T23:30:00Z", Look::Say(Say::Planned(None)), "2026-11-18T23:30:00Z"),
        // Of many that were due, the last counts.
        ("19:00", "2026-11-20T20:00:00Z", Look::Say(Say::Planned(due("2026-11-20T19:00:00Z"))), "2026-11-21T19:00:00Z"),
    ] {
        let mut reminders = planned(time, "2026-11-17T06:00:00Z");
        assert_eq!(reminders.look(&facts(now)), look, "{time} {now}");
        assert_eq!(reminders.due(), due(next), "{time} {now}");
    }
    // When they are over, it is said if it is still not too late; and that day has its own all the same.
    for (times, said, own) in [
        ("tue 21:00", "2026-11-17T21:00:00Z", Look::Nothing),
        ("tue 20:29, wed 19:00", "2026-11-17T20:29:00Z", Look::Say(Say::Planned(None))),
        ("every day 20:00", "2026-11-17T20:00:00Z", Look::Nothing),
    ] {
        let mut reminders = planned(times, "2026-11-17T06:00:00Z");
        assert_eq!(reminders.look(&facts("2026-11-18T01:00:00Z")), Look::Nothing);
        let held = reminders.look(&facts("2026-11-18T08:00:00Z"));
        assert_eq!(held, Look::Say(Say::Planned(due(said))), "{times}");
        assert_eq!(reminders.look(&facts("2026-11-18T08:15:00Z")), Look::Nothing, "{times}");
        assert_eq!(reminders.look(&facts("2026-11-18T19:00:00Z")), own, "{times}");
    }
    let mut reminders = planned("every day 19:59", "2026-11-17T06:00:00Z");
    let dropped = Look::Dropped(at("2026-11-17T19:59:00Z"));
    assert_eq!(reminders.look(&facts("2026-11-18T01:00:00Z")), dropped, "at 8:00 it would be too late");
    assert_eq!(reminders.look(&facts("2026-11-18T19:59:00Z")), Look::Say(Say::Planned(None)));
}

#[test]
fn nobody_is_reminded_who_need_not_be() {
    let due = "2026-11-17T19:00:00Z";
    for unwelcome in
        [Facts { met: true, ..facts(due) }, Facts { free: true, ..facts(due) }, Facts { studying: true, ..facts(due) }]
    {
        let mut reminders = planned("19:00", "2026-11-17T06:00:00Z");
        assert_eq!(reminders.look(&unwelcome), Look::Nothing);
        assert_eq!(reminders.due(), Some(at("2026-11-18T19:00:00Z")));
    }
    let mut reminders = planned("19:00", "2026-11-17T06:00:00Z");
    reminders.not_today = Some(facts(due).today);
    assert_eq!(reminders.look(&facts(due)), Look::Nothing);
    assert_eq!(reminders.look(&facts("2026-11-18T19:00:00Z")), Look::Say(Say::Planned(None)));
}

/// In the last three hours before quiet hours begin or the day ends, whichever comes first.
#[test]
fn a_streak_is_spoken_up_for_in_the_evening() {
    for (quiet, from, until) in [
        ("22:00-08:00", "2026-11-17T19:00:00Z", "2026-11-17T22:00:00Z"),
        ("none", "2026-11-18T01:00:00Z", "2026-11-18T04:00:00Z"),
        ("4:00-9:00", "2026-11-18T01:00:00Z", "2026-11-18T04:00:00Z"),
        ("3:00-9:00", "2026-11-18T00:00:00Z", "2026-11-18T03:00:00Z"),
        ("22:00-03:00", "2026-11-17T19:00:00Z", "2026-11-17T22:00:00Z"),
        // The longer part of a day that is cut in two.
        ("13:00-15:00", "2026-11-18T01:00:00Z", "2026-11-18T04:00:00Z"),
        ("5:00-12:00", "2026-11-18T01:00:00Z", "2026-11-18T04:00:00Z"),
        // A short one is shorter than three hours.
        ("6:00-4:30", "2026-11-17T04:30:00Z", "2026-11-17T06:00:00Z"),
    ] {
        let mut reminders = planned("19:00", "2026-11-17T04:00:00Z");
        reminders.quiet = parse_weekly::quiet(quiet).expect("hours");
        assert_eq!(reminders.risk_due(&facts("2026-11-17T04:00:00Z"), false), Some(at(from)), "{quiet}");
        for (now, says) in [
            (at(from) - SignedDuration::from_secs(1), false),
            (at(from), true),
            (at(until) - SignedDuration::from_secs(1), true),
            (at(until), false),
        ] {
            let look = reminders.clone().look_at_risk(&facts(&now.to_string()));
            assert_eq!(look == Look::Say(Say::AtRisk), says, "{quiet} {now}");
        }
    }
}

#[test]
fn a_streak_is_spoken_up_for_once() {
    let mut reminders = planned("12:00", "2026-11-17T06:00:00Z");
    reminders.quiet = Quiet::NONE;
    let unwelcome = facts("2026-11-18T01:00:00Z");
    for facts in [
        Facts { streak: 2, ..unwelcome.clone() },
        Facts { covered: true, ..unwelcome.clone() },
        Facts { met: true, ..unwelcome.clone() },
        Facts { studying: true, ..unwelcome },
    ] {
        assert_eq!(reminders.look_at_risk(&facts), Look::Nothing);
    }
    let studies = Facts { studying: true, ..facts("2026-11-18T01:00:00Z") };
    assert_eq!(reminders.risk_due(&studies, true), Some(at("2026-11-18T01:30:00Z")));
    assert_eq!(reminders.look_at_risk(&facts("2026-11-18T01:30:00Z")), Look::Say(Say::AtRisk));
    assert_eq!(reminders.look_at_risk(&facts("2026-11-18T02:00:00Z")), Look::Nothing);
    assert_eq!(reminders.risk_due(&facts("2026-11-18T02:00:00Z"), true), Some(at("2026-11-19T01:00:00Z")));
}

#[test]
fn five_without_an_answer_are_enough() {
    let mut reminders = planned("19:00", "2026-11-16T06:00:00Z");
    let mut said = Vec::new();
    for day in 16..25 {
        let now = facts(&format!("2026-11-{day}T19:00:00Z"));
        said.push(reminders.look(&now));
    }
    let mut expected = vec![Look::Say(Say::Planned(None)); 5];
    expected.push(Look::Say(Say::Goodbye));
    expected.resize(9, Look::Nothing);
    assert_eq!(said, expected);
    assert_eq!((reminders.due(), reminders.recap_due()), (None, None));
    reminders.wake(&facts("2026-11-25T12:00:00Z"));
    assert_eq!(reminders.due(), Some(at("2026-11-25T19:00:00Z")));
    assert_eq!(reminders.look(&facts("2026-11-25T19:00:00Z")), Look::Say(Say::Planned(None)));
    // People who do something now and then always hear from us.
    for day in 1..29 {
        let last = at(&format!("2026-12-{:02}T10:00:00Z", day / 4 * 4 + 1));
        let now = Facts { last, ..facts(&format!("2026-12-{day:02}T19:00:00Z")) };
        assert_eq!(reminders.look(&now), Look::Say(Say::Planned(None)), "{day}");
    }
}

#[test]
fn a_recap_comes_once_a_week() {
    let mut reminders = planned("sun 19:00", "2026-11-17T06:00:00Z");
    assert_eq!(reminders.recap_due(), None, "nobody asked for it");
    reminders.recap = Some(true);
    assert_eq!(reminders.recap_due(), Some(at("2026-11-23T09:00:00Z")));
    let monday = "2026-11-23".parse().expect("a date");
    assert_eq!(reminders.look_at_recap(&facts("2026-11-23T09:00:00Z"), true), Look::Say(Say::Recap(monday, None)));
    // Setting anything on that morning brings no second one.
    reminders.plan(&facts("2026-11-23T09:00:00Z"));
    assert_eq!(reminders.recap_due(), Some(at("2026-11-30T09:00:00Z")));
    // Nothing to tell: nothing is told. Too late: neither.
    assert_eq!(reminders.look_at_recap(&facts("2026-11-30T09:00:00Z"), false), Look::Nothing);
    assert_eq!(
        reminders.look_at_recap(&facts("2026-12-08T09:00:00Z"), true),
        Look::Dropped(at("2026-12-07T09:00:00Z"))
    );
    assert_eq!(reminders.recap_due(), Some(at("2026-12-14T09:00:00Z")));
    reminders.recap = Some(false);
    assert_eq!(reminders.recap_due(), None);
    assert_eq!(Weekday::Monday, "2026-12-14".parse::<Date>().expect("a date").weekday());
}
