//! Calendars: local times across clock changes, and files for other programs.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::ics::{Calendar, Event, WEEKS, Weekly, When, sessions};
use super::planned::events;
use crate::plan::planner::{Pace, Plan};
use crate::plan::steps::Step;
use crate::streak::tests::laws::any_zone;
use crate::time::zone::Zone;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn daily(at: Time) -> Vec<Weekly> {
    Weekday::Monday.cycle_forward().take(7).map(|weekday| Weekly { weekday, at, minutes: 45 }).collect()
}

fn first(zone: &str, at_time: Time, now: &str, count: usize) -> Vec<String> {
    let zone = Zone::named(zone).expect("a zone");
    sessions(&daily(at_time), &zone, at(now)).iter().take(count).map(|session| session.0.to_string()).collect()
}

fn calendar(title: &str, notes: &str) -> Calendar {
    let (title, notes) = (title.to_owned(), notes.to_owned());
    let event = Event { when: When::At(at("2026-11-23T18:00:00Z"), 90), title, notes };
    Calendar {
        name: "Study".into(),
        token: "t".into(),
        revision: 3,
        now: at("2026-11-21T09:00:00Z"),
        alarms: true,
        events: vec![event],
    }
}

/// The unfolded lines of a file, as a reader sees them.
fn unfolded(file: &str) -> Vec<String> {
    file.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

/// The value of a text property, as a reader sees it.
fn text_of(file: &str, property: &str) -> String {
    let line =
        unfolded(file).into_iter().find_map(|line| line.strip_prefix(property)?.strip_prefix(':').map(str::to_owned));
    let mut letters = line.expect("the property").chars().collect::<Vec<_>>().into_iter();
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        text.push(match letter {
            '\\' => letters.next().map(|escaped| if escaped == 'n' { '\n' } else { escaped }).expect("a letter"),
            plain => plain,
        });
    }
    text
}

#[test]
fn the_wall_clock_holds_across_changes() {
    // Berlin, 2026-10-25: from UTC+2 to UTC+1.
    let evening = first("Europe/Berlin", time(19, 0, 0, 0), "2026-10-24T12:00:00Z", 2);
    assert_eq!(evening, ["2026-10-24T17:00:00Z", "2026-10-25T18:00:00Z"]);
    // 02:30 comes twice in that night: the first one counts.
    let fold = first("Europe/Berlin", time(2, 30, 0, 0), "2026-10-24T22:00:00Z", 2);
    assert_eq!(fold, ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    // It does not exist on 2027-03-28. The gap ends at 03:00, when the reminder comes too.
    let gap = first("Europe/Berlin", time(2, 30, 0, 0), "2027-03-27T22:00:00Z", 2);
    assert_eq!(gap, ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"]);
    // Samoa had no 30 December 2011.
    let samoa = first("Pacific/Apia", time(9, 0, 0, 0), "2011-12-29T12:00:00Z", 3);
    assert_eq!(samoa, ["2011-12-29T19:00:00Z", "2011-12-30T19:00:00Z", "2011-12-31T19:00:00Z"]);
}

#[test]
fn without_alarms_and_without_events() {
    let silent = Calendar { alarms: false, ..calendar("Study", "") }.to_string();
    assert!(silent.contains("BEGIN:VEVENT") && !silent.contains("VALARM"), "{silent}");
    let empty = Calendar { events: Vec::new(), ..calendar("Study", "") }.to_string();
    assert!(empty.contains("BEGIN:VTIMEZONE\r\nTZID:UTC") && !empty.contains("VEVENT"), "{empty}");
    assert!(!silent.contains("VTIMEZONE"));
}

#[test]
fn a_file_as_calendars_read_it() {
    let mut calendar = calendar("Study", "Maths, chapter 2; then rest");
    calendar.events.push(Event {
        when: When::On("2026-11-24".parse().expect("a date")),
        title: "Read".into(),
        notes: String::new(),
    });
    insta::assert_snapshot!(calendar.to_string().replace("\r\n", "\n"), @r#"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Cairn//Study times//EN
    CALSCALE:GREGORIAN
    METHOD:PUBLISH
    NAME:Study
    X-WR-CALNAME:Study
    REFRESH-INTERVAL;VALUE=DURATION:PT6H
    X-PUBLISHED-TTL:PT6H
    BEGIN:VEVENT
    UID:a605944b41a0909653f671fccac5566c@cairn
    DTSTAMP:20261121T090000Z
    SEQUENCE:3
    SUMMARY:Study
    DESCRIPTION:Maths\, chapter 2\; then rest
    DTSTART:20261123T180000Z
    DTEND:20261123T193000Z
    BEGIN:VALARM
    ACTION:DISPLAY
    TRIGGER:-PT10M
    DESCRIPTION:Study
    END:VALARM
    END:VEVENT
    BEGIN:VEVENT
    UID:dc963e015a1350023d8e4980ee930b96@cairn
    DTSTAMP:20261121T090000Z
    SEQUENCE:3
    SUMMARY:Read
    DTSTART;VALUE=DATE:20261124
    TRANSP:TRANSPARENT
    END:VEVENT
    END:VCALENDAR
    "#);
}

#[test]
fn names_are_the_same_for_the_same_instant_only() {
    let uid = |calendar: &Calendar| unfolded(&calendar.to_string()).into_iter().find(|line| line.starts_with("UID:"));
    let one = calendar("Study", "");
    let mut later = calendar("Something else", "changed");
    (later.now, later.revision) = (at("2026-11-22T09:00:00Z"), 4);
    assert_eq!(uid(&one), uid(&later));
    let mut other = one.clone();
    other.token = "u".into();
    assert_ne!(uid(&one), uid(&other));
    let mut moved = one.clone();
    moved.events[0].when = When::At(at("2026-11-23T18:00:01Z"), 90);
    assert_ne!(uid(&one), uid(&moved));
    assert!(!one.to_string().contains(&one.token.repeat(2)));
}

#[test]
fn odd_letters_stay_whole() {
    for text in [
        "a;b,c\\d",
        "two\nlines\r\nand\rmore",
        "END:VCALENDAR\r\nBEGIN:VEVENT",
        "日本語",
        "👩‍🏫",
        "\u{0}\u{7}",
        "=\"x\";y:z",
    ] {
        let wanted: String = text.replace("\r\n", "\n").replace('\r', "\n").replace(['\u{0}', '\u{7}'], "");
        assert_eq!(text_of(&calendar(text, "").to_string(), "SUMMARY"), wanted);
    }
}

proptest! {
    #[test]
    fn any_text_makes_a_sound_file(title in "\\PC{0,200}|[ -~äß漢👩\n\r]{0,200}", notes in "[a-z,;\\\\\n漢]{0,400}") {
        let file = calendar(&title, &notes).to_string();
        for line in file.split_terminator("\r\n") {
            prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
        prop_assert_eq!(text_of(&file, "SUMMARY"), title.replace("\r\n", "\n").replace('\r', "\n"));
        if !notes.is_empty() {
            prop_assert_eq!(text_of(&file, "DESCRIPTION"), notes);
        }
        let lines = unfolded(&file);
        prop_assert_eq!(lines.iter().filter(|line| line.as_str() == "BEGIN:VEVENT").count(), 1);
        prop_assert_eq!(lines.last().map(String::as_str), Some("END:VCALENDAR"));
    }

    #[test]
    fn sessions_read_their_time_on_the_wall(zone in any_zone(), second in 0_i64..2_000_000_000, hour in 0_i8..24, minute in 0_i8..60) {
        let now = Timestamp::from_second(second).expect("within the calendar");
        let wanted = time(hour, minute, 0, 0);
        let all = sessions(&daily(wanted), &zone, now);
        let instants: BTreeSet<_> = all.iter().map(|session| session.0).collect();
        prop_assert_eq!(instants.len(), all.len());
        prop_assert!(all.is_sorted());
        // One for each date, except today if its time has passed and a date that the zone skips.
        prop_assert!((WEEKS * 7 - 2..=WEEKS * 7).contains(&all.len()), "{}", all.len());
        let clock = TimeZone::get(zone.name()).expect("a zone");
        for (begin, _) in all {
            prop_assert!(begin > now);
            let read = clock.to_datetime(begin);
            // Otherwise the clock skipped the time, and this is the end of the gap.
            let ends_gap = zone.ahead(begin) > zone.ahead(begin - jiff::SignedDuration::from_secs(1));
            prop_assert!(read.time() == wanted || ends_gap, "{read}");
        }
    }
}

fn step(minutes: u16) -> Step {
    Step { page: "engineer".into(), heading: format!("Part of {minutes}"), link: "https://e.org/#a".into(), minutes }
}

fn plan(minutes: &[u16], hours: u16, deadline: Date) -> Plan {
    let steps = minutes.iter().map(|&minutes| step(minutes)).collect();
    let pace = Pace::new(hours, 1).expect("hours");
    Plan::new(steps, pace, (MONDAY, deadline), &|date| date.weekday() != Weekday::Sunday).expect("a plan")
}

const MONDAY: Date = date(2026, 11, 23);

/// Each day as `month-day: step/minutes …`.
#[test]
fn a_plan_stands_in_the_calendar() {
    let zone = Zone::named("Europe/Berlin").expect("a zone");
    let at = |text: &str| text.parse().expect("an instant");
    let sessions =
        [(at("2026-11-24T18:00:00Z"), 90), (at("2026-11-24T20:00:00Z"), 30), (at("2026-12-24T23:30:00Z"), 30)];
    let plan = plan(&[25, 25, 150], 6, date(2027, 2, 1));
    let shown = |event: &Event| format!("{:?} {}: {}", event.when, event.title, event.notes.replace('\n', "; "));
    let all: Vec<String> = events(Some(&plan), &sessions, &zone, MONDAY + 1.day()).iter().map(shown).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    At(2026-11-24T18:00:00Z, 90) Part of 150: Part of 150, 60 min; https://e.org/#a
    At(2026-11-24T20:00:00Z, 30) Study time: 
    At(2026-12-24T23:30:00Z, 30) Study time: 
    On(2026-11-25) Part of 150: Part of 150, 60 min; https://e.org/#a
    On(2026-11-26) Part of 150: Part of 150, 20 min; https://e.org/#a
    "#);
    assert_eq!(events(None, &sessions, &zone, MONDAY).len(), 3);
}
