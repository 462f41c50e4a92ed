//! Time as people have it: zones by whatever name they write, clocks on walls, what they type, and how it is said (pure).

pub mod deadline;
pub mod format;
pub mod names;
pub mod parse_weekly;
pub mod weekly;
pub mod zone;
pub mod zone_search;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// The next date; at the end of the calendar, the same.
pub fn next(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

/// An instant so long after another; at the end of the calendar, its last.
pub fn after(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// An instant so long before another; at the beginning of the calendar, its first.
pub fn before(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_sub(span).unwrap_or(Timestamp::MIN)
}

/// The Monday of a date's week.
pub fn monday(date: Date) -> Date {
    days_before(date, i64::from(date.weekday().to_monday_zero_offset()))
}

/// A date so many days before another.
pub fn days_before(date: Date, days: i64) -> Date {
    date.saturating_sub(SignedDuration::from_hours(days.saturating_mul(24)))
}

/// A date so many days after another.
pub fn days_after(date: Date, days: i64) -> Date {
    date.saturating_add(SignedDuration::from_hours(days.saturating_mul(24)))
}
