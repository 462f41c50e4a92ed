//! When jobs are due, and what happens with missed times (pure).

use jiff::civil::{DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A job that starts within this time is on time.
const ON_TIME: SignedDuration = SignedDuration::from_mins(5);

/// The instants at which a job is due.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// Every day at a time in a zone.
    Daily(Time, TimeZone),
    /// Once a week at a time in a zone.
    Weekly(Weekday, Time, TimeZone),
    /// Every so many hours, counted from 1970-01-01T00:00Z.
    Hours(i64),
}

/// What to do about instants at which the bot was down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// Run for each, unless it is later than this.
    RunLate(SignedDuration),
    /// Run for none.
    Skip,
    /// Run once, for the last one.
    RunOnce,
}

/// The instants since the job was last due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// Instants to run for, oldest first.
    pub run: Vec<Timestamp>,
    /// The last skipped instant.
    pub skipped: Option<Timestamp>,
}

/// The instants that are due at `now`. The job's last row is for `last`.
pub fn due(schedule: &Schedule, missed: Missed, last: Timestamp, now: Timestamp) -> Due {
    let instants = schedule.between(last, now);
    let first = match missed {
        Missed::RunOnce => instants.len().saturating_sub(1),
        Missed::RunLate(at_most) => instants.partition_point(|at| now.duration_since(*at) > at_most),
        Missed::Skip => instants.partition_point(|at| now.duration_since(*at) > ON_TIME),
    };
    let (skipped, run) = instants.split_at(first);
    Due { run: run.to_vec(), skipped: skipped.last().copied() }
}

impl Schedule {
    /// The instants after `last`, up to and including `now`.
    fn between(&self, last: Timestamp, now: Timestamp) -> Vec<Timestamp> {
        match self {
            Self::Daily(time, zone) => clock_times(None, *time, zone, last, now),
            Self::Weekly(weekday, time, zone) => clock_times(Some(*weekday), *time, zone, last, now),
            Self::Hours(n) => every(SignedDuration::from_hours((*n).max(1)), last, now),
        }
    }
}

/// Counts calendar days, so a day of 23 or 25 hours is one day. A time that a day does not have becomes the first one
/// after it. Of a time that comes twice, the first counts.
fn clock_times(
    weekday: Option<Weekday>,
    time: Time,
    zone: &TimeZone,
    last: Timestamp,
    now: Timestamp,
) -> Vec<Timestamp> {
    let end = zone.to_datetime(now).date();
    let days = zone.to_datetime(last).date().series(1.day()).take_while(|day| *day <= end);
    days.filter(|day| weekday.is_none_or(|w| day.weekday() == w))
        .filter_map(|day| zone.to_timestamp(DateTime::from_parts(day, time)).ok())
        .filter(|at| *at > last && *at <= now)
        .collect()
}

fn every(step: SignedDuration, last: Timestamp, now: Timestamp) -> Vec<Timestamp> {
    let step = step.as_secs();
    let (last, now) = (last.as_second(), now.as_second());
    let instants = (last.div_euclid(step) + 1..=now.div_euclid(step)).map(|n| n.saturating_mul(step));
    instants.filter_map(|at| Timestamp::from_second(at).ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn shown(due: &Due) -> (Vec<String>, Option<String>) {
        (due.run.iter().map(ToString::to_string).collect(), due.skipped.map(|s| s.to_string()))
    }

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    #[test]
    fn missed_times_are_treated_as_the_job_says() {
        let daily = Schedule::Daily(jiff::civil::time(9, 0, 0, 0), TimeZone::UTC);
        let last = at("2026-11-16T09:00:00Z");
        let half_a_day = Missed::RunLate(SignedDuration::from_hours(12));
        let (d17, d18, d19) = ("2026-11-17T09:00:00Z", "2026-11-18T09:00:00Z", "2026-11-19T09:00:00Z");
        let table: [(_, &str, &[&str], Option<&str>); 10] = [
            (Missed::RunOnce, "2026-11-17T08:59:59Z", &[], None),
            (Missed::RunOnce, d17, &[d17], None),
            (Missed::RunOnce, "2026-11-19T12:00:00Z", &[d19], Some(d18)),
            (half_a_day, d17, &[d17], None),
            (half_a_day, "2026-11-17T21:00:00Z", &[d17], None),
            (half_a_day, "2026-11-17T21:00:01Z", &[], Some(d17)),
            (half_a_day, "2026-11-19T12:00:00Z", &[d19], Some(d18)),
            (Missed::Skip, "2026-11-17T09:05:00Z", &[d17], None),
            (Missed::Skip, "2026-11-17T09:05:01Z", &[], Some(d17)),
            (Missed::RunLate(SignedDuration::from_hours(99)), "2026-11-19T12:00:00Z", &[d17, d18, d19], None),
        ];
        for (missed, now, run, skipped) in table {
            let found = due(&daily, missed, last, at(now));
            assert_eq!(
                shown(&found),
                (run.iter().map(ToString::to_string).collect(), skipped.map(str::to_owned)),
                "{now}"
            );
        }
    }

    #[test]
    fn days_follow_the_wall_clock() {
        let daily = |hour, minute| Schedule::Daily(jiff::civil::time(hour, minute, 0, 0), berlin());
        let all = Missed::RunLate(SignedDuration::MAX);
        // Clocks go forward at 2:00 on 29 March 2026 and back at 3:00 on 25 October 2026.
        let spring = due(&daily(2, 30), all, at("2026-03-28T00:00:00Z"), at("2026-03-30T12:00:00Z"));
        assert_eq!(shown(&spring).0, ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]);
        let autumn = due(&daily(2, 30), all, at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z"));
        assert_eq!(shown(&autumn).0, ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    }

    #[test]
    fn weeks_and_hours() {
        let monday = Schedule::Weekly(Weekday::Monday, jiff::civil::time(9, 0, 0, 0), berlin());
        let found =
            due(&monday, Missed::RunLate(SignedDuration::MAX), at("2026-10-19T07:00:00Z"), at("2026-11-02T08:00:00Z"));
        assert_eq!(shown(&found).0, ["2026-10-26T08:00:00Z", "2026-11-02T08:00:00Z"]);
        let found = due(&Schedule::Hours(6), Missed::RunOnce, at("2026-11-16T00:00:00Z"), at("2026-11-16T13:00:00Z"));
        assert_eq!(shown(&found), (vec!["2026-11-16T12:00:00Z".to_owned()], Some("2026-11-16T06:00:00Z".to_owned())));
    }

    proptest! {
        /// However often the bot checks, each instant is due exactly once.
        #[test]
        fn nothing_is_due_twice_or_never(steps in prop::collection::vec(1_i64..200_000, 1..30), n in 0_usize..3) {
            let time = jiff::civil::time(2, 30, 0, 0);
            let schedule = [Schedule::Daily(time, berlin()), Schedule::Weekly(Weekday::Sunday, time, berlin()), Schedule::Hours(5)];
            let (schedule, start) = (&schedule[n], at("2026-03-20T00:00:00Z"));
            let all = Missed::RunLate(SignedDuration::MAX);
            let (mut now, mut last, mut found) = (start, start, Vec::new());
            for step in steps {
                now += SignedDuration::from_secs(step);
                let part = due(schedule, all, last, now).run;
                last = part.last().copied().unwrap_or(last);
                found.extend(part);
            }
            prop_assert_eq!(found, due(schedule, all, start, now).run);
        }
    }
}
