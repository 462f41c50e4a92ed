//! Pictures of arbitrary days are always valid files of the same size.

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const STATES: [DayState; 11] = [
    DayState::Open,
    DayState::Met,
    DayState::Paused,
    DayState::Rest,
    DayState::Sick,
    DayState::Outage,
    DayState::Excused,
    DayState::Travel,
    DayState::Frozen,
    DayState::ShownUp,
    DayState::Missed,
];

fn decode(file: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG file");
    let mut rgba = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut rgba).expect("pixels");
    (info.width, info.height, rgba)
}

fn pixel(rgba: &[u8], x: usize, y: usize) -> [u8; 4] {
    rgba[(y * WIDTH + x) * 4..][..4].try_into().expect("four bytes")
}

fn day(date: Date, minutes: u16, state: DayState) -> Day {
    Day { date, minutes, commitment: 120, state }
}

/// A realistic year: a start, an illness, a holiday, a strong finish.
fn year(today: Date) -> Heatmap {
    let days = (0..300_i32).map(|ago| {
        let date = today - ago.days();
        let dice = (ago * 7919 + 31) % 100;
        match (ago, dice) {
            (100..112, _) => day(date, 0, DayState::Paused),
            (200..203, _) => day(date, 0, DayState::Missed),
            (_, 0..8) => day(date, 40, DayState::Frozen),
            (_, 8..20) => day(date, 60, DayState::ShownUp),
            (_, 90..) => day(date, 260, DayState::Met),
            _ if date.weekday() == jiff::civil::Weekday::Sunday => day(date, 0, DayState::Rest),
            _ => day(date, 135, DayState::Met),
        }
    });
    Heatmap::new(days, today, 23, 64)
}

#[test]
fn corners_are_clear_and_squares_have_their_colours() {
    // A Sunday: the last column is full.
    let today = date(2026, 11, 22);
    let days = [
        day(today, 120, DayState::Met),
        day(today - 1.day(), 240, DayState::Met),
        day(today - 2.days(), 119, DayState::Open),
        day(today - 3.days(), 0, DayState::Missed),
        day(today - 4.days(), 0, DayState::Rest),
    ];
    let file = Heatmap::new(days, today, 2, 2).png().expect("a picture");
    let (_, _, rgba) = decode(&file);
    assert_eq!(pixel(&rgba, 0, 0)[3], 0);
    assert_eq!(pixel(&rgba, WIDTH - 1, HEIGHT - 1)[3], 0);
    let x = GRID.0 + 52 * PITCH + CELL / 2;
    let seen: Vec<[u8; 4]> = (0..7).map(|row| pixel(&rgba, x, GRID.1 + row * PITCH + CELL / 2)).collect();
    let opaque = |[r, g, b]: Colour| [r, g, b, 255];
    // Monday and Tuesday are before joining. Wednesday is a ring with the card's colour inside.
    let wanted = [EMPTY, EMPTY, CARD, EMPTY, PART, TWICE, FULL].map(opaque);
    assert_eq!(seen, wanted);
    assert_eq!(pixel(&rgba, GRID.0 + 52 * PITCH, GRID.1 + 2 * PITCH + CELL / 2), opaque(RING));
}

#[test]
fn shades_differ_in_lightness_alone() {
    let light = |[r, g, b]: Colour| 0.2126 * f32::from(r) + 0.7152 * f32::from(g) + 0.0722 * f32::from(b);
    let shades = [EMPTY, PART, FULL, TWICE].map(light);
    assert!(shades.windows(2).all(|pair| pair[1] - pair[0] > 30.0), "{shades:?}");
    assert!(light(PALE) - light(CARD) > 120.0);
}

#[test]
fn says_what_it_shows() {
    insta::assert_snapshot!(year(date(2026, 11, 21)), @"23-day streak in the 53 weeks up to 2026-11-21: longest streak 64, 565 h 25 min in all, 201 days met, 60 covered by rest, pause, freezes and the like.");
    insta::assert_snapshot!(Heatmap::new([], date(2026, 11, 21), 0, 0), @"Study days in the 53 weeks up to 2026-11-21: longest streak 0, 0 min in all, 0 days met, 0 covered by rest, pause, freezes and the like.");
}

#[test]
fn the_ends_of_the_calendar_and_leap_days() {
    for today in [Date::MIN, Date::MAX, date(2024, 2, 29), date(2025, 12, 31), date(2027, 1, 1)] {
        let file = Heatmap::new([day(today, 960, DayState::Met)], today, u32::MAX, u32::MAX).png().expect("a picture");
        assert_eq!(decode(&file).0 as usize, WIDTH);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_days_give_a_small_picture(
        today in (1970_i16..2100, 1_i8..13, 1_i8..29).prop_map(|(y, m, d)| date(y, m, d)),
        facts in proptest::collection::vec((-10_i32..420, 0_u16..961, 15_u16..961, proptest::sample::select(&STATES)), 0..400),
        streak: u32,
    ) {
        let days = facts.into_iter().map(|(ago, minutes, commitment, state)| {
            Day { date: today - ago.days(), minutes, commitment, state }
        });
        let map = Heatmap::new(days, today, streak, streak);
        prop_assert_eq!(map.first.weekday(), jiff::civil::Weekday::Monday);
        prop_assert_eq!(map.dates().count().div_ceil(7), WEEKS);
        let file = map.png().expect("a picture");
        prop_assert!(file.len() < 100_000, "{} bytes", file.len());
        let (width, height, rgba) = decode(&file);
        prop_assert_eq!((width as usize, height as usize), (WIDTH, HEIGHT));
        // Letters and squares stay inside the margin.
        for y in 24..HEIGHT - 24 {
            for x in [MARGIN / 2, MARGIN - 2, WIDTH - MARGIN + 1, WIDTH - MARGIN / 2] {
                let [r, g, b, a] = pixel(&rgba, x, y);
                prop_assert_eq!([r, g, b, a], [CARD[0], CARD[1], CARD[2], 255], "at {}, {}", x, y);
            }
        }
    }
}
