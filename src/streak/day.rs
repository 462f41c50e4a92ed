//! Study days: where each begins, across gaps, folds, and changes of zone and day start (rules 1 and 2).

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
pub use crate::time::next;
use crate::time::zone::Zone;

/// The latest hour at which a day may start (rule 1).
pub const MAX_START: i64 = 6;
/// The hour at which days start unless the person chose another (rule 1).
pub const DEFAULT_START: i64 = 4;
/// Time from one change of zone or day start to the next (rule 2).
const BETWEEN_CHANGES: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Days shorter than this are `travel` if unmet: a change cut them short, or the zone itself skips them (rule 2).
const WHOLE: SignedDuration = SignedDuration::from_hours(20);

/// What decides where a person's days to come begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The person's zone.
    zone: Zone,
    /// The hour at which days start, 0–6.
    start: i8,
    /// The last accepted change; joining is none.
    change: Option<Change>,
}

/// An accepted change of zone or day start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Change {
    /// When it was made.
    at: Timestamp,
    /// The end of the day it was made on; no later day begins before.
    floor: Timestamp,
}

impl Schedule {
    /// The schedule of a person who joins.
    ///
    /// # Errors
    /// Refused unless `start` is an hour 0–6.
    pub fn new(zone: Zone, start: i64) -> Result<Self, Refusal> {
        Ok(Self { zone, start: hour(start)?, change: None })
    }

    /// The zone in force.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The hour at which days start, 0–6.
    pub fn start(&self) -> i8 {
        self.start
    }

    /// When zone or day start can be changed again; `None`: at any time.
    pub fn can_change(&self) -> Option<Timestamp> {
        self.change.as_ref().and_then(|change| change.at.checked_add(BETWEEN_CHANGES).ok())
    }

    /// When `date` begins: for days after the one of the last change.
    pub fn begin(&self, date: Date) -> Timestamp {
        let begin = self.zone.first_reading(date, self.start);
        self.change.as_ref().map_or(begin, |change| begin.max(change.floor))
    }

    /// The day that runs at an instant, for somebody who joins then: the last that has begun. (Days may be empty:
    /// then several begin at once, and the last of them runs.)
    pub fn running(&self, at: Timestamp) -> Date {
        // The clock may have been set back over midnight since the day began, so the search starts one date later.
        let mut date = next(self.zone.date(at));
        while self.begin(date) > at {
            let Ok(before) = date.yesterday() else { break };
            date = before;
        }
        date
    }

    /// Changes the zone at an instant of the day `running`.
    ///
    /// # Errors
    /// Refused if it is the zone already, or within 7 × 24 h of the last change.
    pub fn set_zone(&mut self, at: Timestamp, running: Date, zone: &Zone) -> Result<(), Refusal> {
        self.change(at, running, zone.clone(), self.start)
    }

    /// Changes the day start at an instant of the day `running`.
    ///
    /// # Errors
    /// Refused unless `start` is 0–6, if it is the day start already, or within 7 × 24 h of the last change.
    pub fn set_start(&mut self, at: Timestamp, running: Date, start: i64) -> Result<(), Refusal> {
        self.change(at, running, self.zone.clone(), hour(start)?)
    }

    fn change(&mut self, at: Timestamp, running: Date, zone: Zone, start: i8) -> Result<(), Refusal> {
        if zone == self.zone && start == self.start {
            return Err(Refusal::NoChange);
        }
        // When exactly 7 × 24 h have passed, the change is no longer within them: boundaries favour the person.
        if self.change.as_ref().is_some_and(|last| at.duration_since(last.at) < BETWEEN_CHANGES) {
            return Err(Refusal::TooSoon);
        }
        let floor = self.begin(next(running)).max(zone.first_reading(next(running), start));
        *self = Self { zone, start, change: Some(Change { at, floor }) };
        Ok(())
    }
}

/// Whether a day that lasts from `begin` to `end` is a travel day if unmet (rule 2). A date that the zone leaves out
/// (Samoa, 2011-12-30) is one, too: nobody could study on it.
pub fn is_travel(begin: Timestamp, end: Timestamp) -> bool {
    end.duration_since(begin) < WHOLE
}

fn hour(start: i64) -> Result<i8, Refusal> {
    i8::try_from(start).ok().filter(|_| (0..=MAX_START).contains(&start)).ok_or(Refusal::DayStart)
}
