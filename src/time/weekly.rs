//! Weekly times on a local clock, and quiet hours (pure).

use std::fmt;

use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::zone::Zone;
use super::{format, next};

/// The weekdays, starting with Monday.
pub const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];
/// How many dates ahead to search for a time. A zone may skip a date, and then the next one is a week later.
const DATES_SEARCHED: usize = 17;

/// A time of day on a local clock, in minutes since midnight, 0–1439.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Minute(u16);

impl Minute {
    /// The time `hour`:`minute`, if it exists.
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self(hour * 60 + minute))
    }

    /// The same time as a jiff value.
    pub fn time(self) -> Time {
        let signed = |n: u16| i8::try_from(n).unwrap_or(0);
        Time::new(signed(self.0 / 60), signed(self.0 % 60), 0, 0).unwrap_or(Time::midnight())
    }

    /// The local time at an instant.
    pub fn of(at: Timestamp, zone: &Zone) -> Self {
        let shown = zone.civil(at);
        let unsigned = |n: i8| u16::try_from(n).unwrap_or(0);
        Self(unsigned(shown.hour()) * 60 + unsigned(shown.minute()))
    }

    /// The instant of this time on a date: in a gap the end of the gap, in a fold the first.
    pub fn on(self, date: Date, zone: &Zone) -> Timestamp {
        zone.first_minute(date, self.0.into())
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// At most one time for each weekday, starting with Monday.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times([Option<Minute>; 7]);

/// A time on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The instant.
    pub at: Timestamp,
    /// The local date.
    pub date: Date,
}

impl Times {
    /// One time, on one weekday.
    pub fn weekly(day: Weekday, time: Minute) -> Self {
        let mut times = Self::default();
        times.set(day, time);
        times
    }

    /// Sets the time of a weekday.
    pub fn set(&mut self, day: Weekday, time: Minute) {
        self.0[index(day)] = Some(time);
    }

    /// The time of a weekday.
    pub fn of(&self, day: Weekday) -> Option<Minute> {
        self.0[index(day)]
    }

    /// Whether no weekday has a time.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// The first of these times after `after`, on a date later than `last`. A date that the zone skips has no time.
    pub fn next(&self, zone: &Zone, after: Timestamp, last: Option<Date>) -> Option<Slot> {
        // In a fold over midnight, the clock goes back to the previous date.
        let today = zone.date(after);
        let first = today.yesterday().unwrap_or(today);
        let dates = std::iter::successors(Some(first), |date| Some(next(*date))).take(DATES_SEARCHED);
        let slot = |date: Date| self.of(date.weekday()).map(|time| Slot { at: time.on(date, zone), date });
        dates
            .filter(|date| last.is_none_or(|last| *date > last) && zone.has(*date))
            .filter_map(slot)
            .find(|slot| slot.at > after)
    }

    /// The last of these times up to `now`, beginning with the slot `from`.
    pub fn latest(&self, zone: &Zone, from: Slot, now: Timestamp) -> Slot {
        let later = |slot: &Slot| self.next(zone, slot.at, Some(slot.date)).filter(|slot| slot.at <= now);
        std::iter::successors(Some(from), later).last().unwrap_or(from)
    }
}

fn index(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

/// `every day 20:00`, `Monday to Friday 19:00, Saturday 10:00`
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [Some(time), ..] = self.0
            && self.0.iter().all(|other| *other == Some(time))
        {
            return write!(f, "every day {time}");
        }
        let runs = self.0.chunk_by(|a, b| a == b);
        let mut first = 0;
        let mut said = Vec::new();
        for run in runs {
            let (from, until) = (first, first + run.len() - 1);
            first += run.len();
            let name = |n: usize| format::weekdays([WEEK[n]]);
            match run[0] {
                None => {}
                Some(time) if from == until => said.push(format!("{} {time}", name(from))),
                Some(time) if from + 1 == until => said.push(format!("{} and {} {time}", name(from), name(until))),
                Some(time) => said.push(format!("{} to {} {time}", name(from), name(until))),
            }
        }
        f.write_str(&said.join(", "))
    }
}

/// Quiet hours: only messages that a person requested for that very time may come. Equal ends mean no quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// Their start.
    pub from: Minute,
    /// Their end; on the next day if it is not after the start.
    pub until: Minute,
}

impl Quiet {
    /// The default: 22:00 to 08:00.
    pub const USUAL: Self = Self { from: Minute(22 * 60), until: Minute(8 * 60) };
    /// No quiet hours.
    pub const NONE: Self = Self { from: Minute(0), until: Minute(0) };

    /// Whether a time of day is in the quiet hours.
    pub fn has(self, time: Minute) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }

    /// Whether an instant is in the quiet hours.
    pub fn hold(self, at: Timestamp, zone: &Zone) -> bool {
        self.has(Minute::of(at, zone))
    }

    /// The first instant at or after `at` that is outside the quiet hours.
    pub fn over(self, at: Timestamp, zone: &Zone) -> Timestamp {
        if !self.hold(at, zone) {
            return at;
        }
        let today = zone.date(at);
        let dates = std::iter::successors(Some(today), |date| Some(next(*date))).take(4);
        let mut ends = dates.map(|date| self.until.on(date, zone));
        ends.find(|end| *end > at && !self.hold(*end, zone)).unwrap_or(at)
    }

    /// The next instant after `at` at which quiet hours begin.
    fn begin(self, at: Timestamp, zone: &Zone) -> Option<Timestamp> {
        let today = zone.date(at);
        let dates = std::iter::successors(Some(today), |date| Some(next(*date))).take(4);
        dates.map(|date| self.from.on(date, zone)).find(|begin| *begin > at && self.hold(*begin, zone))
    }

    /// The longest part of a period outside the quiet hours; the first of equal ones.
    pub fn longest_open(self, from: Timestamp, until: Timestamp, zone: &Zone) -> Option<(Timestamp, Timestamp)> {
        let mut longest: Option<(Timestamp, Timestamp)> = None;
        let mut at = self.over(from, zone);
        while at < until {
            let end = self.begin(at, zone).map_or(until, |begin| begin.min(until));
            if longest.is_none_or(|(a, b)| end.duration_since(at) > b.duration_since(a)) {
                longest = Some((at, end));
            }
            at = self.over(end, zone).max(after_second(end));
        }
        longest
    }
}

fn after_second(at: Timestamp) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(1)).unwrap_or(at)
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.until { f.write_str("none") } else { write!(f, "{} to {}", self.from, self.until) }
    }
}
