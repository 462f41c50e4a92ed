//! The recap of a week: what was done, and what comes next.

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::streak::explain::told;
use crate::streak::ledger::Line;
use crate::streak::run::DayState;
use crate::streak::subject::Studied;
use crate::text::list;
use crate::time;
use crate::time::format::{day, minutes as time};
use crate::time::zone::Zone;

/// The best hour is looked for in steps of this, in minutes.
const STEP_MINUTES: i64 = 5;
/// The longest stretch that is looked at: more than a week of timers.
const LONGEST_TIMER_MINUTES: i64 = 8 * 24 * 60;

/// The most subjects that are named.
const MOST_SUBJECTS: usize = 6;

/// A person's week. Its `Display` is what they are told; it begins with what is good, and a week without study is a
/// fresh start, not a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recap {
    /// Minutes of the week.
    pub minutes: u32,
    /// Days that were met.
    pub met: usize,
    /// Days with some minutes that were not met.
    pub some: usize,
    /// What they studied, where they said it, most minutes first.
    pub subjects: Vec<Studied>,
    /// Met days of the running streak.
    pub streak: u32,
    /// The hour of the day, 0–23, with most timer time; none without timers.
    pub best_hour: Option<i8>,
    /// Freezes held.
    pub freezes: u8,
    /// Whom they study with; none without a buddy.
    pub buddies: Option<Buddies>,
    /// What to do next.
    pub next: Next,
}

/// Study buddies of somebody. On how many days they studied is theirs to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buddies {
    /// How many others: one or two.
    pub others: usize,
    /// Since when, on the calendar of whom the recap is for.
    pub since: Date,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A section of their plan: heading (as Markdown) and link.
    Section(String, String),
    /// Their next study time, on their own clock, as they read it.
    Time(String),
    /// Nothing is planned.
    Nothing,
}

impl Recap {
    /// The recap of the days of a week, from what the ledger shows of them.
    pub fn of(week: &[Line], streak: u32, freezes: u8) -> Self {
        let count = |wanted: fn(&Line) -> bool| week.iter().filter(|line| wanted(line)).count();
        Self {
            minutes: week.iter().map(|line| u32::from(line.minutes)).sum(),
            met: count(|line| line.state == DayState::Met),
            some: count(|line| line.state != DayState::Met && line.minutes > 0),
            subjects: Vec::new(),
            streak,
            best_hour: None,
            freezes,
            buddies: None,
            next: Next::Nothing,
        }
    }
}

/// The hour of the day, on the clock of a zone, in which most of these stretches of time lie; of several the earliest.
pub fn best_hour(timers: &[(Timestamp, Timestamp)], zone: &Zone) -> Option<i8> {
    let mut hours = [0_u32; 24];
    for &(from, until) in timers {
        let steps = until.duration_since(from).as_mins().clamp(0, LONGEST_TIMER_MINUTES) / STEP_MINUTES;
        for step in 0..steps {
            let at = time::after(from, SignedDuration::from_mins(step * STEP_MINUTES));
            hours[usize::try_from(zone.civil(at).hour()).unwrap_or(0)] += 1;
        }
    }
    let best = (0..24_i8).zip(hours).rev().max_by_key(|(_, steps)| *steps);
    best.filter(|(_, steps)| *steps > 0).map(|(hour, _)| hour)
}

impl fmt::Display for Recap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.week(f)?;
        match self.subjects.as_slice() {
            [] => {}
            all if all.len() <= MOST_SUBJECTS => write!(f, "\n- What you studied: {}.", told(all))?,
            all => {
                let (shown, more) = all.split_at(MOST_SUBJECTS - 1);
                write!(f, "\n- What you studied: {} and {} more.", told(shown), more.len())?;
            }
        }
        if let Some(hour) = self.best_hour {
            write!(f, "\n- You studied most between {hour:02}:00 and {:02}:00.", (hour + 1) % 24)?;
        }
        if self.streak > 0 {
            write!(f, "\n- Your streak stands at {}.", list::count(self.streak, "day"))?;
        }
        if self.freezes > 0 {
            write!(f, "\n- You hold {} for days when life gets in the way.", list::count(self.freezes, "freeze"))?;
        }
        if let Some(Buddies { others, since }) = self.buddies {
            let (who, since) = (if others == 1 { "a study buddy" } else { "study buddies" }, day(since));
            write!(f, "\n- You have had {who} since {since}. Say hello with `/study buddy`.")?;
        }
        match &self.next {
            Next::Section(heading, link) => write!(f, "\n\nNext in your plan: [{heading}]({link})."),
            Next::Time(time) => write!(f, "\n\nYour next study time: {time}."),
            Next::Nothing => write!(f, "\n\nNext: pick one section of your guide, and give it ten minutes."),
        }
    }
}

impl Recap {
    fn week(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.minutes == 0 {
            return write!(f, "**A new week begins.** Ten minutes today are a good start.");
        }
        write!(f, "**Your week:** {} of study", time(self.minutes))?;
        match (self.met, self.some) {
            (0, some) => write!(f, ", on {}.", list::count(some as u64, "day")),
            (met, 0) => write!(f, ", {} met.", list::count(met as u64, "day")),
            (met, some) => write!(f, ", {} met and {some} more with some minutes.", list::count(met as u64, "day")),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::streak::subject::Subject;

    fn week(days: [(u16, DayState); 7]) -> Vec<Line> {
        let line =
            |(day, (minutes, state)): (i8, (u16, DayState))| Line { date: date(2026, 11, 16 + day), state, minutes };
        (0..).zip(days).map(line).collect()
    }

    #[test]
    fn recaps() {
        use DayState::{Frozen, Met, Missed, Rest, ShownUp};
        let good = Recap {
            best_hour: Some(23),
            buddies: Some(Buddies { others: 1, since: date(2026, 11, 2) }),
            next: Next::Section("Gradients".into(), "https://e.org/maths#gradients".into()),
            ..Recap::of(
                &week([(120, Met), (130, Met), (0, Frozen), (125, Met), (60, ShownUp), (0, Rest), (240, Met)]),
                4,
                1,
            )
        };
        insta::assert_snapshot!(good, @r#"
        **Your week:** 11 h 15 min of study, 4 days met and 1 more with some minutes.
        - You studied most between 23:00 and 00:00.
        - Your streak stands at 4 days.
        - You hold 1 freeze for days when life gets in the way.
        - You have had a study buddy since Monday 2 November. Say hello with `/study buddy`.

        Next in your plan: [Gradients](https://e.org/maths#gradients).
        "#);
        let studied = |what: &str, minutes| Studied {
            what: Subject::read(what).expect("short enough").expect("a subject"),
            minutes,
        };
        let named = Recap { subjects: vec![studied("*SQL*", 90), studied("RAG", 5)], ..good };
        assert_eq!(named.to_string().lines().nth(1), Some("- What you studied: \\*SQL\\* 1 h 30 min, RAG 5 min."));
        let subjects = (0..9).map(|n| studied(&format!("S{n}"), 60 - n)).collect();
        let line = Recap { subjects, ..named }.to_string().lines().nth(1).map(str::to_owned);
        let said = "- What you studied: S0 1 h, S1 59 min, S2 58 min, S3 57 min, S4 56 min and 4 more.";
        assert_eq!(line.as_deref(), Some(said));
        let little = Recap {
            next: Next::Time("tomorrow at 19:00".into()),
            ..Recap::of(
                &week([(25, ShownUp), (0, Missed), (0, Missed), (0, Missed), (0, Missed), (0, Missed), (0, Missed)]),
                0,
                2,
            )
        };
        insta::assert_snapshot!(little, @r#"
        **Your week:** 25 min of study, on 1 day.
        - You hold 2 freezes for days when life gets in the way.

        Your next study time: tomorrow at 19:00.
        "#);
        let none = Recap {
            buddies: Some(Buddies { others: 2, since: date(2026, 11, 16) }),
            ..Recap::of(&week([(0, Missed); 7]), 0, 0)
        };
        insta::assert_snapshot!(none, @r#"
        **A new week begins.** Ten minutes today are a good start.
        - You have had study buddies since Monday 16 November. Say hello with `/study buddy`.

        Next: pick one section of your guide, and give it ten minutes.
        "#);
    }

    #[test]
    fn the_best_hour_is_on_the_persons_clock() {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        let time = |from: &str, until: &str| (from.parse().expect("an instant"), until.parse().expect("an instant"));
        assert_eq!(best_hour(&[], &berlin), None);
        assert_eq!(best_hour(&[time("2026-11-16T18:00:00Z", "2026-11-16T18:04:00Z")], &berlin), None);
        assert_eq!(best_hour(&[time("2026-11-16T18:30:00Z", "2026-11-16T20:30:00Z")], &berlin), Some(20));
        let two = [
            time("2026-11-16T18:00:00Z", "2026-11-16T18:40:00Z"),
            time("2026-11-17T06:00:00Z", "2026-11-17T06:40:00Z"),
        ];
        assert_eq!(best_hour(&two, &berlin), Some(7));
        // 02:00 to 03:00 comes twice that night.
        assert_eq!(best_hour(&[time("2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z")], &berlin), Some(2));
        // Backwards and endless ones do no harm.
        assert_eq!(best_hour(&[time("2026-10-25T04:00:00Z", "2026-10-24T22:00:00Z")], &berlin), None);
        assert_eq!(best_hour(&[time("0001-01-01T00:00:00Z", "9990-01-01T00:00:00Z")], &berlin), Some(0));
    }
}
