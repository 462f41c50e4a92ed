//! Files that Cairn hands out. `CAIRN_HANDOUTS=folder cargo test --test it handouts` leaves them there to look at.

use std::path::Path;

use cairn::calendar::ics::{Calendar, Event, Weekly, When, sessions};
use cairn::heatmap::draw::{Day, Heatmap};
use cairn::streak::run::DayState;
use cairn::time::zone::Zone;
use jiff::civil::{Weekday, date, time};
use jiff::{Timestamp, ToSpan};

/// Leaves a file in the folder of that variable.
pub fn leave(name: &str, file: &[u8]) {
    if let Some(folder) = std::env::var_os("CAIRN_HANDOUTS") {
        std::fs::write(Path::new(&folder).join(name), file).expect("a file");
    }
}

/// A year as people have it: a start, a week without, a holiday, a strong finish.
#[test]
fn a_heat_map_is_small() {
    let today = date(2026, 11, 20);
    let days = (0..300_i32).map(|ago| {
        let date = today - ago.days();
        let (minutes, state) = match (ago, (ago * 7919 + 31) % 100) {
            (100..112, _) => (0, DayState::Paused),
            (200..207, _) => (0, DayState::Missed),
            (_, 0..4) => (40, DayState::Frozen),
            (_, 8..20) => (60, DayState::ShownUp),
            (_, 90..) => (260, DayState::Met),
            _ if date.weekday() == Weekday::Sunday => (0, DayState::Rest),
            _ => (135, DayState::Met),
        };
        Day { date, minutes, commitment: 120, state }
    });
    let file = Heatmap::new(days, today, 23, 64).png().expect("a picture");
    assert!(file.starts_with(b"\x89PNG") && file.len() < 100_000, "{} bytes", file.len());
    leave("heatmap.png", &file);
}

/// Eight weeks over a change of clocks, with texts that a careless file breaks on. `.ci/calendar` reads it again.
#[test]
fn a_calendar_is_whole() {
    let now: Timestamp = "2026-10-12T09:00:00Z".parse().expect("an instant");
    let zone = Zone::named("Europe/Berlin").expect("a zone");
    let weekly =
        [Weekday::Monday, Weekday::Saturday].map(|weekday| Weekly { weekday, at: time(19, 0, 0, 0), minutes: 90 });
    let texts = ["Lineare Algebra; Übung 3, „Räume“", "数学 \\ 線形代数 👩‍🏫", "END:VEVENT\r\nBEGIN:VEVENT"];
    let events =
        sessions(&weekly, &zone, now).into_iter().zip(texts.into_iter().cycle()).map(|((begin, minutes), text)| {
            Event {
                when: When::At(begin, minutes),
                title: text.to_owned(),
                notes: format!("{text}, at length. ").repeat(9),
            }
        });
    let day = Event { when: When::On(date(2026, 12, 24)), title: "Read".into(), notes: String::new() };
    let events: Vec<Event> = events.chain([day]).collect();
    assert_eq!(events.len(), 17);
    let calendar =
        Calendar { name: "Ann's study, times".into(), token: "secret".into(), revision: 2, now, alarms: true, events };
    let file = calendar.to_string();
    assert!(!file.contains("secret"));
    leave("calendar.ics", file.as_bytes());
}
