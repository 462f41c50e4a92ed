//! Files that Cairn hands out. `CAIRN_HANDOUTS=folder cargo test --test it handouts` leaves them there to look at.

use std::path::Path;

use cairn::study::heatmap::{Day, Heatmap};
use cairn::study::streak::DayState;
use jiff::ToSpan;
use jiff::civil::{Weekday, date};

fn leave(name: &str, file: &[u8]) {
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
