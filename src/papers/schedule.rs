//! When a digest is due, which week it covers, and when it is too late to post (pure).

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::time::zone::Zone;
use crate::{Error, Result, time};

/// How long a digest is worth posting: on its day and the two days after. Monday's digest is worth posting through
/// Wednesday.
const DAYS_WORTH_POSTING: i64 = 3;
/// The pause before a digest is tried again after all its sources failed.
pub const RETRY_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Once a week, at an hour in a time zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// The day of the week.
    pub weekday: Weekday,
    /// The hour, 0 to 23.
    pub hour: i8,
    /// The zone.
    pub zone: Zone,
}

impl Schedule {
    /// A schedule in a zone.
    ///
    /// # Errors
    /// Refused if the hour is not 0 to 23.
    pub fn new(weekday: Weekday, hour: i64, zone: Zone) -> Result<Self> {
        let hour = i8::try_from(hour).ok().filter(|hour| (0..24).contains(hour));
        let hour = hour.ok_or_else(|| Error::refused("The hour must be 0 to 23; give another one."))?;
        Ok(Self { weekday, hour, zone })
    }

    /// The zone's IANA name.
    pub fn zone_name(&self) -> &str {
        self.zone.name()
    }

    /// The first instant after `last` at which a digest is due. If clocks skip the hour, it is the first instant
    /// after the gap. If the hour occurs twice, it is the first one.
    pub fn after(&self, last: Timestamp) -> Timestamp {
        let today = self.zone.date(last);
        let days = today.series(1.day()).take(15).filter(|day| day.weekday() == self.weekday);
        let mut at = days.map(|day| self.zone.first_reading(day, self.hour));
        at.find(|at| *at > last).unwrap_or(Timestamp::MAX)
    }

    /// The local date of the instant `due`.
    pub fn date(&self, due: Timestamp) -> Date {
        self.zone.date(due)
    }

    /// A day in the week that the digest due at `due` covers: the ISO week before.
    pub fn week_before(&self, due: Timestamp) -> Date {
        self.date(due).saturating_sub(7.days())
    }

    /// The instant from which the digest due at `due` is no longer worth posting.
    pub fn too_late(&self, due: Timestamp) -> Timestamp {
        self.zone.first_reading(self.date(due).saturating_add(DAYS_WORTH_POSTING.days()), 0)
    }

    /// When to try again after a failure at `now`: in an hour; none if that would be too late.
    pub fn again(&self, due: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let at = time::after(now, RETRY_AFTER);
        (at < self.too_late(due)).then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn schedule(weekday: Weekday, hour: i64, zone: &str) -> Schedule {
        Schedule::new(weekday, hour, Zone::named(zone).unwrap()).unwrap()
    }

    #[test]
    fn it_is_due_on_the_wall_clock_across_clock_changes() {
        let table = [
            // Berlin's clocks go back on Sunday 25 October 2026 and forward on Sunday 28 March 2027.
            (Weekday::Monday, 9, "Europe/Berlin", "2026-10-19T07:00:00Z", "2026-10-26T08:00:00Z"),
            (Weekday::Monday, 9, "Europe/Berlin", "2027-03-22T08:00:00Z", "2027-03-29T07:00:00Z"),
            // In the gap: the first instant after it. In the overlap: the first of the two.
            (Weekday::Sunday, 2, "Europe/Berlin", "2027-03-21T01:00:00Z", "2027-03-28T01:00:00Z"),
            (Weekday::Sunday, 2, "Europe/Berlin", "2026-10-18T00:00:00Z", "2026-10-25T00:00:00Z"),
            (Weekday::Sunday, 2, "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-11-01T01:00:00Z"),
            // A midnight that does not exist: Cairo's clocks go forward at 00:00 on Friday 24 April 2026.
            (Weekday::Friday, 0, "Africa/Cairo", "2026-04-20T00:00:00Z", "2026-04-23T22:00:00Z"),
            (Weekday::Monday, 9, "UTC", "2026-11-16T08:59:59Z", "2026-11-16T09:00:00Z"),
            (Weekday::Monday, 9, "UTC", "2026-11-16T09:00:00Z", "2026-11-23T09:00:00Z"),
            (Weekday::Monday, 9, "Pacific/Kiritimati", "2026-11-15T12:00:00Z", "2026-11-15T19:00:00Z"),
            // The Friday that Samoa skipped: the start of Saturday.
            (Weekday::Friday, 9, "Pacific/Apia", "2011-12-25T00:00:00Z", "2011-12-30T10:00:00Z"),
        ];
        for (weekday, hour, zone, last, due) in table {
            let found = schedule(weekday, hour, zone).after(at(last));
            assert_eq!(found, at(due), "{weekday:?} {hour} {zone} after {last}");
        }
    }

    #[test]
    fn it_is_about_the_week_before_and_worth_posting_until_wednesday() {
        let monday = schedule(Weekday::Monday, 9, "America/Los_Angeles");
        let due = at("2027-01-04T17:00:00Z");
        assert_eq!(monday.after(at("2027-01-01T00:00:00Z")), due);
        let week = monday.week_before(due).iso_week_date();
        assert_eq!((week.year(), week.week()), (2026, 53));
        assert_eq!(monday.too_late(due), at("2027-01-07T08:00:00Z"));
        assert_eq!(monday.again(due, due), Some(at("2027-01-04T18:00:00Z")));
        assert_eq!(monday.again(due, at("2027-01-07T06:59:00Z")), Some(at("2027-01-07T07:59:00Z")));
        assert_eq!(monday.again(due, at("2027-01-07T07:00:00Z")), None);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for hour in [-1, 24, 900] {
            assert!(Schedule::new(Weekday::Monday, hour, Zone::named("UTC").unwrap()).is_err());
        }
    }

    proptest! {
        /// With any clock changes, there is exactly one digest per week, each about the week before.
        #[test]
        fn one_a_week(day in 0_i8..7, hour in 0_i64..24, n in 0_usize..5, start in 1_700_000_000_i64..1_900_000_000) {
            let zone = ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "UTC"][n];
            let schedule = schedule(Weekday::from_monday_zero_offset(day).unwrap(), hour, zone);
            let mut last = schedule.after(Timestamp::from_second(start).unwrap());
            for _ in 0..60 {
                let next = schedule.after(last);
                let days = schedule.date(next).since(schedule.date(last)).unwrap().get_days();
                prop_assert_eq!(days, 7);
                prop_assert!(next < schedule.too_late(next) && schedule.too_late(next) < schedule.after(next));
                last = next;
            }
        }
    }
}
