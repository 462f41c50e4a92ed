//! When a person studies: a set of quarter-hours of the week in UTC, which makes all zones comparable.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::time;

/// The seconds in a quarter-hour.
const QUARTER: i64 = 15 * 60;
/// The quarter-hours in a week.
const QUARTERS: i64 = 7 * 24 * 4;
/// From Monday to Thursday, in quarter-hours: 1970 began on a Thursday.
const TO_MONDAY: i64 = 3 * 24 * 4;

/// A set of quarter-hours in a week that begins on Monday, 00:00 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week([u64; 11]);

impl Week {
    /// Adds a study time in any week: each quarter-hour that it covers at least half.
    pub fn add(&mut self, begin: Timestamp, minutes: u16) {
        let length = SignedDuration::from_mins(i64::from(minutes));
        let end = time::after(begin, length);
        let round = |at: Timestamp| (at.as_second() + QUARTER / 2).div_euclid(QUARTER);
        for quarter in (round(begin)..round(end)).take(QUARTERS as usize) {
            // Within 0..672, so the casts are exact.
            let index = (quarter + TO_MONDAY).rem_euclid(QUARTERS) as usize;
            self.0[index / 64] |= 1 << (index % 64);
        }
    }

    /// The week of a person with these study times.
    pub fn of(times: impl IntoIterator<Item = (Timestamp, u16)>) -> Self {
        let mut week = Self::default();
        for (begin, minutes) in times {
            week.add(begin, minutes);
        }
        week
    }

    /// The time in both weeks.
    #[must_use]
    pub fn shared(self, other: Self) -> Self {
        Self(std::array::from_fn(|index| self.0[index] & other.0[index]))
    }

    /// The time in either week.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|index| self.0[index] | other.0[index]))
    }

    /// Its minutes, 0–10,080.
    pub fn minutes(self) -> u32 {
        self.0.iter().map(|bits| bits.count_ones()).sum::<u32>() * 15
    }
}
