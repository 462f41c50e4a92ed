//! Formats minutes, dates and clock times (pure).

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

use super::names;
use super::zone::Zone;

/// `45 min`, `2 h`, `2 h 5 min`.
pub fn minutes(minutes: impl Into<u32>) -> String {
    let minutes = minutes.into();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// `Saturday 21 November`
pub fn day(date: Date) -> String {
    date.strftime("%A %-d %B").to_string()
}

/// `21 November 2026`
pub fn date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `Sat 21 Nov`
pub fn short_day(date: Date) -> String {
    date.strftime("%a %-d %b").to_string()
}

/// `17:00`, in a zone.
pub fn clock(at: Timestamp, zone: &Zone) -> String {
    zone.civil(at).strftime("%H:%M").to_string()
}

/// `04:00 on Sunday`, in a zone.
pub fn moment(at: Timestamp, zone: &Zone) -> String {
    zone.civil(at).strftime("%H:%M on %A").to_string()
}

/// `04:00 on Sunday 22 November`, in a zone.
pub fn full_moment(at: Timestamp, zone: &Zone) -> String {
    zone.civil(at).strftime("%H:%M on %A %-d %B").to_string()
}

/// `Saturday and Sunday`; empty if there are none.
pub fn weekdays(days: impl IntoIterator<Item = Weekday>) -> String {
    days.into_iter().map(names::name).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_names() {
        let said = [0_u16, 1, 59, 60, 125, 960].map(minutes);
        assert_eq!(said, ["0 min", "1 min", "59 min", "1 h", "2 h 5 min", "16 h"]);
        assert_eq!(weekdays([Weekday::Monday, Weekday::Sunday]), "Monday and Sunday");
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let at = "2026-11-21T03:00:00Z".parse().unwrap();
        assert_eq!((clock(at, &berlin), moment(at, &berlin)), ("04:00".to_owned(), "04:00 on Saturday".to_owned()));
        assert_eq!(
            (day("2026-11-01".parse().unwrap()), short_day("2026-11-01".parse().unwrap())),
            ("Sunday 1 November".to_owned(), "Sun 1 Nov".to_owned())
        );
    }
}
