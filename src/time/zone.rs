//! IANA time zones, and the first instant at which their clocks read an hour.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// More than the largest UTC offset of any zone, in seconds.
const WIDEST: i64 = 26 * 3600;

/// Files next to the zones in the system's database that are not IANA names.
const NOT_ZONES: [&str; 4] = ["posix/", "right/", "posixrules", "localtime"];

/// An IANA time zone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone with exactly this IANA name. Uses the system's database before the built-in one, to agree with other
    /// programs on the machine.
    pub fn named(name: &str) -> Option<Self> {
        let known = TimeZone::get(name).ok().filter(|_| !NOT_ZONES.iter().any(|n| name.starts_with(n)))?;
        // The databases ignore case. But names that differ must be different zones, because rule 2 of `streak` asks
        // whether a change changes anything.
        (known.iana_name() == Some(name)).then_some(Self(known))
    }

    /// UTC.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The local date at an instant.
    pub fn date(&self, at: Timestamp) -> Date {
        self.0.to_datetime(at).date()
    }

    /// The local date and time at an instant.
    pub fn civil(&self, at: Timestamp) -> DateTime {
        self.0.to_datetime(at)
    }

    /// The UTC offset at an instant, in seconds.
    pub fn ahead(&self, at: Timestamp) -> i32 {
        self.0.to_offset(at).seconds()
    }

    /// The first instant at which the local clock reads `date`, `hour`:00 or later (rule 1 of `streak`). In a gap this is
    /// the end of the gap, even if the gap covers the whole date; in a fold it is the earlier one.
    ///
    /// Checks the offsets one by one, because “first” must be right whatever the zone does around it.
    pub fn first_reading(&self, date: Date, hour: i8) -> Timestamp {
        self.first_minute(date, i64::from(hour) * 60)
    }

    /// Like [`first_reading`](Self::first_reading), for a minute of the day, 0–1439.
    pub fn first_minute(&self, date: Date, minute: i64) -> Timestamp {
        let wanted = seconds(date) + minute * 60;
        let mut from = instant(wanted - WIDEST);
        let mut offset = i64::from(self.0.to_offset(from).seconds());
        for change in self.0.following(from) {
            if wanted - offset < change.timestamp().as_second() {
                break;
            }
            from = change.timestamp();
            offset = i64::from(change.offset().seconds());
        }
        instant(wanted - offset).max(from)
    }

    /// Whether the zone's calendar has a date. Samoa had no 30 December 2011.
    pub fn has(&self, date: Date) -> bool {
        self.date(self.first_reading(date, 0)) == date
    }
}

/// Seconds from 1970-01-01T00:00Z to midnight UTC at the start of `date`.
fn seconds(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_secs()
}

/// The instant of a Unix second, limited to jiff's range.
fn instant(second: i64) -> Timestamp {
    let end = if second < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(second).unwrap_or(end)
}

// Two names of one zone count as two zones, because any release of the database may separate a link from its target.
impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::named(&name).ok_or_else(|| format!("there is no time zone `{name}`"))
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(zone: &str, date: &str, hour: i8) -> String {
        Zone::named(zone).expect("a zone").first_reading(date.parse().expect("a value"), hour).to_string()
    }

    #[test]
    fn names_are_exact() {
        assert_eq!(Zone::named("Europe/Berlin").expect("a zone").name(), "Europe/Berlin");
        assert_eq!(Zone::named("UTC").expect("a zone").name(), "UTC");
        assert_eq!(Zone::named("Asia/Calcutta").expect("a zone").name(), "Asia/Calcutta");
        for wrong in ["europe/berlin", "Europe/Bärlin", "", "Mars/Phobos", "right/UTC", "+02:00", "../etc/passwd"] {
            assert!(Zone::named(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn ordinary_days() {
        assert_eq!(reads("UTC", "2025-01-01", 4), "2025-01-01T04:00:00Z");
        assert_eq!(reads("Asia/Kathmandu", "2025-01-01", 0), "2024-12-31T18:15:00Z");
    }

    #[test]
    fn a_gap_ends_and_a_fold_counts_once() {
        // Berlin: 02:00 → 03:00, and 03:00 → 02:00.
        assert_eq!(reads("Europe/Berlin", "2025-03-30", 2), "2025-03-30T01:00:00Z");
        assert_eq!(reads("Europe/Berlin", "2025-10-26", 2), "2025-10-26T00:00:00Z");
        // Gaps at midnight: Beirut and Cairo, 00:00 → 01:00.
        assert_eq!(reads("Asia/Beirut", "2025-03-30", 0), "2025-03-29T22:00:00Z");
        assert_eq!(reads("Africa/Cairo", "2025-04-25", 0), "2025-04-24T22:00:00Z");
        // A fold back over midnight: St John's 2010, 00:01 → 23:01 the day before.
        assert_eq!(reads("America/St_Johns", "2010-11-07", 0), "2010-11-07T02:30:00Z");
        // Santiago falls back from 24:00 to 23:00, so midnight comes once.
        assert_eq!(reads("America/Santiago", "2025-04-06", 0), "2025-04-06T04:00:00Z");
    }

    #[test]
    fn odd_shifts() {
        // Troll changes by two hours, Lord Howe by thirty minutes.
        assert_eq!(reads("Antarctica/Troll", "2025-03-30", 2), "2025-03-30T01:00:00Z");
        assert_eq!(reads("Antarctica/Troll", "2025-10-26", 1), "2025-10-25T23:00:00Z");
        assert_eq!(reads("Australia/Lord_Howe", "2025-10-05", 2), "2025-10-04T15:30:00Z");
        assert_eq!(reads("Africa/Casablanca", "2025-02-23", 2), "2025-02-23T01:00:00Z");
    }

    #[test]
    fn a_date_that_never_was_begins_when_its_gap_ends() {
        for hour in 0..=6 {
            assert_eq!(reads("Pacific/Apia", "2011-12-30", hour), "2011-12-30T10:00:00Z");
        }
        assert_eq!(reads("Pacific/Apia", "2011-12-31", 0), "2011-12-30T10:00:00Z");
        assert_eq!(reads("Pacific/Apia", "2011-12-31", 4), "2011-12-30T14:00:00Z");
        assert_eq!(reads("Pacific/Kwajalein", "1993-08-21", 4), "1993-08-21T12:00:00Z");
    }

    #[test]
    fn before_the_first_rule_and_at_the_ends_of_the_calendar() {
        // Local mean time has seconds; Lisbon was 36:45 behind.
        assert_eq!(reads("Europe/Lisbon", "1900-01-02", 4), "1900-01-02T04:36:45Z");
        let utc = Zone::named("Pacific/Kiritimati").expect("a zone");
        assert!(utc.first_reading(Date::MAX, 6) <= Timestamp::MAX);
        assert!(utc.first_reading(Date::MIN, 0) >= Timestamp::MIN);
    }
}
