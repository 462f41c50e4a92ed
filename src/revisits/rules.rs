//! When something is shown again (pure).

use jiff::Timestamp;
use jiff::civil::Date;

use crate::time::deadline;
use crate::time::weekly::{Minute, Quiet, Times};
use crate::time::zone::Zone;

/// What is offered before anything is typed: how it is shown, and what it means.
pub const USUAL: [(&str, &str); 6] = [
    ("Tomorrow", "tomorrow"),
    ("In 3 days", "3 days"),
    ("In a week", "1 week"),
    ("In two weeks", "2 weeks"),
    ("In a month", "1 month"),
    ("In three months", "3 months"),
];

/// The time of day for those who have none of their own on that day.
const MORNING: u16 = 9;

/// On a date, at their own time if they have one on that weekday; never in their quiet hours.
pub fn due(date: Date, zone: &Zone, times: &Times, quiet: Quiet) -> Timestamp {
    let morning = || Minute::new(MORNING, 0);
    let at = times
        .of(date.weekday())
        .or_else(morning)
        .map_or_else(|| zone.first_reading(date, 0), |time| time.on(date, zone));
    quiet.over(at, zone)
}

/// Dates for a typed text, each with how it is shown.
pub fn offered(typed: &str, today: Date) -> Vec<(String, Date)> {
    if !typed.trim().is_empty() {
        return deadline::offered(typed, today);
    }
    let one = |(name, means): (&str, &str)| {
        let date = deadline::read(means, today).ok()?;
        Some((format!("{name}: {}", deadline::full(date)), date))
    };
    USUAL.into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_weekly;

    #[test]
    fn it_comes_at_their_own_time_and_never_in_quiet_hours() {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        for (times, quiet, date, at) in [
            ("none", "22:00-08:00", "2026-12-04", "2026-12-04T08:00:00Z"),
            ("none", "22:00-08:00", "2026-07-03", "2026-07-03T07:00:00Z"),
            ("fri 19:00", "22:00-08:00", "2026-12-04", "2026-12-04T18:00:00Z"),
            // Another weekday's time says nothing of this one.
            ("mon 19:00", "22:00-08:00", "2026-12-04", "2026-12-04T08:00:00Z"),
            ("none", "22:00-11:30", "2026-12-04", "2026-12-04T10:30:00Z"),
            ("fri 23:00", "22:00-08:00", "2026-12-04", "2026-12-05T07:00:00Z"),
            ("none", "none", "2026-12-04", "2026-12-04T08:00:00Z"),
            // A time that the clock leaves out comes when it goes on.
            ("sun 02:30", "none", "2026-03-29", "2026-03-29T01:00:00Z"),
        ] {
            let set = if times == "none" { Times::default() } else { parse_weekly::times(times).expect("times") };
            let quiet_hours = parse_weekly::quiet(quiet).expect("hours");
            let date: Date = date.parse().expect("a date");
            let due = due(date, &berlin, &set, quiet_hours);
            assert_eq!(due, at.parse().expect("an instant"), "{times} {quiet} {date}");
        }
    }

    #[test]
    fn dates_are_offered() {
        let today: Date = "2026-11-30".parse().expect("a date");
        let offers = |typed| offered(typed, today).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(offers("")[0], "Tomorrow: Tuesday 1 December 2026");
        assert_eq!(offers(" ")[3], "In two weeks: Monday 14 December 2026");
        assert_eq!(offers("in two weeks"), ["Monday 14 December 2026"]);
        assert!(offers("yesterday").is_empty());
        for (name, means) in USUAL {
            assert!(deadline::read(means, today).is_ok(), "{name}");
        }
    }
}
