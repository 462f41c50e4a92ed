//! The start of each study day, across gaps, folds, and changes of zone and day start (rules 1 and 2).

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
pub use crate::time::next;
use crate::time::zone::Zone;

/// The latest hour at which a day may start (rule 1).
pub const MAX_START: i64 = 6;
/// The default hour at which days start (rule 1).
pub const DEFAULT_START: i64 = 4;
/// The shortest time between two changes of zone or day start (rule 2).
const BETWEEN_CHANGES: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A shorter unmet day is `travel`: a change cut it short, or the zone skips it (rule 2).
const WHOLE: SignedDuration = SignedDuration::from_hours(20);

/// Decides where a person's future days begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    zone: Zone,
    /// The hour at which days start, 0–6.
    start: i8,
    /// The last accepted change; joining does not count.
    change: Option<Change>,
}

/// An accepted change of zone or day start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Change {
    at: Timestamp,
    /// The end of its day. No later day begins before this.
    floor: Timestamp,
}

impl Schedule {
    /// The schedule of a new member.
    ///
    /// # Errors
    /// Refused unless `start` is 0–6.
    pub fn new(zone: Zone, start: i64) -> Result<Self, Refusal> {
        Ok(Self { zone, start: hour(start)?, change: None })
    }

    /// The current zone.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The hour at which days start, 0–6.
    pub fn start(&self) -> i8 {
        self.start
    }

    /// When zone or day start can be changed again; `None`: now.
    pub fn can_change(&self) -> Option<Timestamp> {
        self.change.as_ref().and_then(|change| change.at.checked_add(BETWEEN_CHANGES).ok())
    }

    /// When `date` begins. Only for days after the day of the last change.
    pub fn begin(&self, date: Date) -> Timestamp {
        let begin = self.zone.first_reading(date, self.start);
        self.change.as_ref().map_or(begin, |change| begin.max(change.floor))
    }

    /// The current day of a person who joins at `at`: the last one that has begun. (Several days may begin at once, if
    /// some are empty.)
    pub fn running(&self, at: Timestamp) -> Date {
        // The clock may have gone back over midnight since the day began, so search from one date later.
        let mut date = next(self.zone.date(at));
        while self.begin(date) > at {
            let Ok(before) = date.yesterday() else { break };
            date = before;
        }
        date
    }

    /// Changes the zone, at an instant in the day `running`.
    ///
    /// # Errors
    /// Refused if it is already the zone, or within 7 × 24 h after the last change.
    pub fn set_zone(&mut self, at: Timestamp, running: Date, zone: &Zone) -> Result<(), Refusal> {
        self.change(at, running, zone.clone(), self.start)
    }

    /// Changes the day start, at an instant in the day `running`.
    ///
    /// # Errors
    /// Refused unless `start` is 0–6, if it is already the day start, or within 7 × 24 h after the last change.
    pub fn set_start(&mut self, at: Timestamp, running: Date, start: i64) -> Result<(), Refusal> {
        self.change(at, running, self.zone.clone(), hour(start)?)
    }

    fn change(&mut self, at: Timestamp, running: Date, zone: Zone, start: i8) -> Result<(), Refusal> {
        if zone == self.zone && start == self.start {
            return Err(Refusal::NoChange);
        }
        // After exactly 7 × 24 h the change is allowed: boundaries favour the person.
        if self.change.as_ref().is_some_and(|last| at.duration_since(last.at) < BETWEEN_CHANGES) {
            return Err(Refusal::TooSoon);
        }
        let floor = self.begin(next(running)).max(zone.first_reading(next(running), start));
        *self = Self { zone, start, change: Some(Change { at, floor }) };
        Ok(())
    }
}

/// Whether an unmet day from `begin` to `end` is a travel day (rule 2). This includes a date that the zone skips
/// (Samoa, 2011-12-30), because nobody could study on it.
pub fn is_travel(begin: Timestamp, end: Timestamp) -> bool {
    end.duration_since(begin) < WHOLE
}

fn hour(start: i64) -> Result<i8, Refusal> {
    i8::try_from(start).ok().filter(|_| (0..=MAX_START).contains(&start)).ok_or(Refusal::DayStart)
}
