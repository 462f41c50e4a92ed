//! Time as people have it: zones by whatever name they write, clocks on walls, what they type, and how it is said (pure).

pub mod deadline;
pub mod format;
pub mod parse_weekly;
pub mod weekly;
pub mod zone;
pub mod zone_search;

use jiff::civil::Date;

/// The next date; at the end of the calendar, the same.
pub fn next(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}
