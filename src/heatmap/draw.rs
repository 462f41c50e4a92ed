//! The heat map: a picture of 53 weeks of study days, as a PNG file.
//!
//! The card has its own background, so it looks the same on dark and light pages. Brightness shows minutes and a ring
//! shows covered days, so it can be read without colour vision.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use jiff::SignedDuration;
use jiff::civil::Date;

use super::canvas::{Canvas, Colour, Frame};
use super::letters::Font;
use crate::streak::run::DayState;
use crate::text::list;
use crate::time::format;

/// The weeks shown, including the running one.
pub const WEEKS: usize = 53;
/// The width in pixels: twice the size shown in a chat.
pub const WIDTH: usize = GRID.0 + WEEKS * PITCH + MARGIN - GAP;
/// The height in pixels.
pub const HEIGHT: usize = LEGEND + 28 + MARGIN;

const MARGIN: usize = 32;
const CELL: usize = 17;
const GAP: usize = 4;
const PITCH: usize = CELL + GAP;
/// The top left corner of the squares, below the headline and months and right of the weekdays.
const GRID: (usize, usize) = (MARGIN + 56, 120);
const MONTHS: usize = GRID.1 - 34;
const LEGEND: usize = GRID.1 + 7 * PITCH + 16;
/// From the top of a square to the top of the letters beside it.
const LETTERS_ABOVE: usize = 5;

const CARD: Colour = [0x1e, 0x1f, 0x24];
const BRIGHT: Colour = [0xf2, 0xf3, 0xf5];
const PALE: Colour = [0xb5, 0xba, 0xc1];
const EMPTY: Colour = [0x33, 0x36, 0x3f];
const PART: Colour = [0x2f, 0x63, 0x9c];
const FULL: Colour = [0x58, 0xac, 0xf5];
const TWICE: Colour = [0xcd, 0xe8, 0xff];
const RING: Colour = [0xc4, 0x95, 0x44];

/// The facts of one study day for the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Its date.
    pub date: Date,
    /// Its minutes, 0–960.
    pub minutes: u16,
    /// The minutes needed to meet it.
    pub commitment: u16,
    /// Its state.
    pub state: DayState,
}

/// The colour of a square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shade {
    /// No minutes.
    Empty,
    /// Fewer minutes than the commitment.
    Part,
    /// At least the commitment.
    Full,
    /// At least twice the commitment.
    Twice,
}

/// The last 53 weeks of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heatmap {
    /// The running day.
    today: Date,
    /// The Monday of the first week.
    first: Date,
    days: BTreeMap<Date, Day>,
    streak: u32,
    best: u32,
}

impl Heatmap {
    /// The 53 weeks up to the running day `today`; other days are ignored. If two days have one date, the later counts.
    pub fn new(days: impl IntoIterator<Item = Day>, today: Date, streak: u32, best: u32) -> Self {
        let monday = i64::from(today.weekday().to_monday_zero_offset());
        let back = (WEEKS as i64 - 1) * 7 + monday;
        let first = today.saturating_sub(SignedDuration::from_hours(24 * back));
        let shown = days.into_iter().filter(|day| (first..=today).contains(&day.date));
        Self { today, first, days: shown.map(|day| (day.date, day)).collect(), streak, best }
    }

    /// The picture as a PNG file.
    pub fn png(&self) -> crate::Result<Vec<u8>> {
        let (small, large) = (Font::small()?, Font::large()?);
        let mut canvas = Canvas::new(WIDTH, HEIGHT);
        canvas.fill(Frame { x: 0, y: 0, width: WIDTH, height: HEIGHT }, 24.0, CARD);
        self.headline(&mut canvas, &small, &large);
        self.months(&mut canvas, &small);
        for (row, name) in [(0, "Mon"), (2, "Wed"), (4, "Fri")] {
            canvas.write(&small, name, (MARGIN, GRID.1 + row * PITCH - LETTERS_ABOVE), PALE);
        }
        for (index, date) in self.dates().enumerate() {
            self.square(&mut canvas, (GRID.0 + index / 7 * PITCH, GRID.1 + index % 7 * PITCH), date);
        }
        legend(&mut canvas, &small);
        Ok(canvas.png()?)
    }

    /// All dates in the picture, starting with a Monday.
    fn dates(&self) -> impl Iterator<Item = Date> {
        let today = self.today;
        std::iter::successors(Some(self.first), |date| date.tomorrow().ok()).take_while(move |date| *date <= today)
    }

    fn headline(&self, canvas: &mut Canvas, small: &Font, large: &Font) {
        canvas.write(large, &self.run(), (MARGIN, 28), BRIGHT);
        let rest = format!("longest {} · {} in 53 weeks", self.best, format::minutes(self.total()));
        canvas.write(small, &rest, (WIDTH - MARGIN - small.width(&rest), 38), PALE);
    }

    /// Writes each month's name above the week in which it begins.
    fn months(&self, canvas: &mut Canvas, font: &Font) {
        for (index, date) in self.dates().enumerate().filter(|(_, date)| date.day() == 1) {
            let name = date.strftime("%b").to_string();
            let last = WIDTH - MARGIN - font.width(&name);
            canvas.write(font, &name, (last.min(GRID.0 + index / 7 * PITCH), MONTHS), PALE);
        }
    }

    /// A date without a day is before joining. It is only a dot, because nothing was expected then.
    fn square(&self, canvas: &mut Canvas, (x, y): (usize, usize), date: Date) {
        let frame = Frame::square(x, y, CELL);
        match self.days.get(&date) {
            Some(day) => square(canvas, frame, shade(day), is_covered(day.state)),
            None => canvas.fill(frame.inset(CELL / 2 - 2), 2.5, EMPTY),
        }
    }

    /// Shows no zero to a person without a run.
    fn run(&self) -> String {
        if self.streak == 0 { "Study days".to_owned() } else { format!("{}-day streak", self.streak) }
    }

    /// The sum of all minutes.
    fn total(&self) -> u32 {
        self.days.values().map(|day| u32::from(day.minutes)).sum()
    }
}

/// A description for people who cannot see the picture.
impl fmt::Display for Heatmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |wanted: fn(&Day) -> bool| self.days.values().filter(|day| wanted(day)).count();
        let met = count(|day| day.state == DayState::Met);
        let covered = count(|day| is_covered(day.state));
        let total = format::minutes(self.total());
        write!(f, "{} in the 53 weeks up to {}: longest streak {}, ", self.run(), self.today, self.best)?;
        let met = list::count(met as u64, "day");
        write!(f, "{total} in all, {met} met, {covered} covered by rest, pause, freezes and the like.")
    }
}

/// Whether a day neither counts for nor breaks the streak.
fn is_covered(state: DayState) -> bool {
    use DayState::{Excused, Frozen, Met, Missed, Open, Outage, Paused, Rest, ShownUp, Sick, Travel};
    match state {
        Paused | Rest | Sick | Outage | Excused | Travel | Frozen => true,
        Open | Met | ShownUp | Missed => false,
    }
}

fn shade(day: &Day) -> Shade {
    match day.minutes {
        0 => Shade::Empty,
        _ if day.state != DayState::Met && day.minutes < day.commitment => Shade::Part,
        minutes if minutes < day.commitment.saturating_mul(2) => Shade::Full,
        _ => Shade::Twice,
    }
}

fn square(canvas: &mut Canvas, frame: Frame, shade: Shade, ring: bool) {
    let colour = match shade {
        Shade::Empty => EMPTY,
        Shade::Part => PART,
        Shade::Full => FULL,
        Shade::Twice => TWICE,
    };
    if !ring {
        return canvas.fill(frame, 4.0, colour);
    }
    // Minutes on a covered day show inside its ring.
    canvas.fill(frame, 4.0, RING);
    canvas.fill(frame.inset(3), 2.0, if shade == Shade::Empty { CARD } else { colour });
}

/// A row below the squares, aligned right.
fn legend(canvas: &mut Canvas, font: &Font) {
    let entries = [
        ("no minutes", Shade::Empty, false),
        ("some", Shade::Part, false),
        ("met", Shade::Full, false),
        ("twice that", Shade::Twice, false),
        ("covered", Shade::Empty, true),
    ];
    let wide = |name: &str| CELL + 10 + font.width(name) + 30;
    let all: usize = entries.iter().map(|entry| wide(entry.0)).sum();
    let mut x = WIDTH - MARGIN + 30 - all;
    for (name, shade, ring) in entries {
        square(canvas, Frame::square(x, LEGEND + LETTERS_ABOVE, CELL), shade, ring);
        canvas.write(font, name, (x + CELL + 10, LEGEND), PALE);
        x += wide(name);
    }
}
