//! Time for people: zones, weekly times, parsing and formatting (pure).

pub mod deadline;
pub mod format;
pub mod names;
pub mod parse_weekly;
pub mod weekly;
pub mod zone;
pub mod zone_search;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// The next date, or the same at the end of the calendar.
pub fn next(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

/// The instant `span` later, or the last one of the calendar.
pub fn after(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// The instant `span` earlier, or the first one of the calendar.
pub fn before(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_sub(span).unwrap_or(Timestamp::MIN)
}

/// The Monday of a date's week.
pub fn monday(date: Date) -> Date {
    days_before(date, i64::from(date.weekday().to_monday_zero_offset()))
}

/// The date `days` earlier.
pub fn days_before(date: Date, days: i64) -> Date {
    date.saturating_sub(SignedDuration::from_hours(days.saturating_mul(24)))
}

/// The date `days` later.
pub fn days_after(date: Date, days: i64) -> Date {
    date.saturating_add(SignedDuration::from_hours(days.saturating_mul(24)))
}
