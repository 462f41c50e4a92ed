//! ISO weeks: Monday to Sunday, numbered by the year that holds their Thursday (pure).

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::Error;

/// A week such as 2026-W47. 2026 has 53 of them; the last runs from 28 December to 3 January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Week {
    monday: Date,
}

impl Week {
    /// The week that `date` is in.
    pub fn of(date: Date) -> Self {
        let back = i64::from(date.weekday().to_monday_zero_offset());
        // Only the first days of the calendar (year -9999) have no Monday before them.
        Self { monday: date.checked_sub(back.days()).unwrap_or(date) }
    }

    /// Its first day.
    pub fn monday(self) -> Date {
        self.monday
    }

    /// Its last day.
    pub fn sunday(self) -> Date {
        self.day(6)
    }

    /// Its seven dates, Monday first.
    pub fn dates(self) -> [Date; 7] {
        [0, 1, 2, 3, 4, 5, 6].map(|n| self.day(n))
    }

    /// The week before.
    pub fn previous(self) -> Self {
        Self { monday: self.day(-7) }
    }

    /// The week after.
    pub fn next(self) -> Self {
        Self { monday: self.day(7) }
    }

    fn day(self, after: i64) -> Date {
        self.monday.saturating_add(after.days())
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = self.monday.iso_week_date();
        write!(f, "{:04}-W{:02}", iso.year(), iso.week())
    }
}

impl FromStr for Week {
    type Err = Error;

    /// Reads `2026-W47` (also `2026W47`, `2026-w7`).
    fn from_str(text: &str) -> Result<Self, Error> {
        let no_week = || {
            Error::refused(format!(
                "“{}” is no week; write the year and the number of the week, for example 2026-W47.",
                shown(text)
            ))
        };
        let (year, week) = text.trim().split_once(['W', 'w']).ok_or_else(no_week)?;
        let year = year.strip_suffix('-').unwrap_or(year);
        let digits = |t: &str, most: usize| !t.is_empty() && t.len() <= most && t.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || !digits(year, 4) || !digits(week, 2) {
            return Err(no_week());
        }
        let (year, week): (i16, i8) = (year.parse().map_err(|_| no_week())?, week.parse().map_err(|_| no_week())?);
        let monday = ISOWeekDate::new(year, week, Weekday::Monday).map_err(|_| no_such(year, week))?;
        Ok(Self { monday: monday.date() })
    }
}

fn no_such(year: i16, week: i8) -> Error {
    let last = if ISOWeekDate::new(year, 53, Weekday::Monday).is_ok() { 53 } else { 52 };
    Error::refused(format!("{year:04} has no week {week}; its weeks are {year:04}-W01 to {year:04}-W{last}."))
}

/// What somebody typed, short enough to be repeated.
fn shown(text: &str) -> String {
    let mut short: String = text.trim().chars().filter(|c| !c.is_control()).take(20).collect();
    if text.trim().chars().count() > 20 {
        short.push('…');
    }
    short
}

impl TryFrom<String> for Week {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Week> for String {
    fn from(week: Week) -> Self {
        week.to_string()
    }
}
