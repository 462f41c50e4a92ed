//! ISO weeks: Monday to Sunday, in the year of their Thursday (pure).

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::text::cut;
use crate::{Error, Kind};

/// A week such as 2026-W47. 2026 has 53 weeks; the last one is 28 December to 3 January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Week {
    monday: Date,
}

impl Week {
    /// The days in a week.
    pub const DAYS: usize = 7;

    /// The week of a date.
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
    Error::of(
        Kind::NotFound,
        format!("{year:04} has no week {week}; its weeks are {year:04}-W01 to {year:04}-W{last}."),
    )
}

/// A person's input, short enough to repeat.
fn shown(text: &str) -> String {
    cut::characters(&text.trim().replace(char::is_control, ""), 21)
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn week(text: &str) -> Week {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_have_the_dates_of_the_calendar() {
        let last = week("2026-W53");
        assert_eq!((last.monday(), last.sunday()), (date(2026, 12, 28), date(2027, 1, 3)));
        assert_eq!((last.next(), last.previous()), (week("2027-W01"), week("2026-W52")));
        assert_eq!(Week::of(date(2027, 1, 3)), last);
        assert_eq!(Week::of(date(2025, 12, 29)), week("2026-W01"));
        assert_eq!(week("2026-W47").dates(), [16, 17, 18, 19, 20, 21, 22].map(|d| date(2026, 11, d)));
        assert_eq!(week(" 2026w7 ").to_string(), "2026-W07");
        assert_eq!(week("2026-w07"), week("2026W07"));
    }

    #[test]
    fn bad_weeks_are_refused_in_one_sentence() {
        let refused = |text: &str| text.parse::<Week>().unwrap_err().to_string();
        for text in [
            "",
            "47",
            "2026",
            "2026-47",
            "2026-W",
            "2026-W123",
            "26-W47",
            "2026-W+7",
            "2026--W47",
            "W47-2026",
            "2026-W４７",
        ] {
            assert!(refused(text).ends_with("for example 2026-W47."), "{text}");
        }
        assert_eq!(refused("2025-W53"), "2025 has no week 53; its weeks are 2025-W01 to 2025-W52.");
        assert_eq!(refused("2026-W00"), "2026 has no week 0; its weeks are 2026-W01 to 2026-W53.");
        assert!(refused(&"x".repeat(500)).len() < 140);
    }

    proptest! {
        #[test]
        fn every_date_is_in_its_week(days in 0..40_000_i64) {
            let date = date(1990, 1, 1) + days.days();
            let week = Week::of(date);
            prop_assert!(week.dates().contains(&date));
            prop_assert_eq!(week.to_string().parse::<Week>().unwrap(), week);
            prop_assert_eq!(week.next().previous(), week);
            prop_assert!(week < week.next());
        }
    }
}
