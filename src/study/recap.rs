//! The recap of a week: what was done, and what comes next (SPEC §6).

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::ledger::Line;
use super::speech::{count, day, minutes as time};
use super::streak::DayState;
use super::zone::Zone;

/// The best hour is looked for in steps of this, in minutes.
const STEP: i64 = 5;
/// The longest stretch that is looked at: more than a week of timers.
const LONGEST: i64 = 8 * 24 * 60;

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
        let steps = until.duration_since(from).as_mins().clamp(0, LONGEST) / STEP;
        for step in 0..steps {
            let at = from.saturating_add(SignedDuration::from_mins(step * STEP)).unwrap_or(until);
            hours[usize::try_from(zone.civil(at).hour()).unwrap_or(0)] += 1;
        }
    }
    let best = (0..24_i8).zip(hours).rev().max_by_key(|(_, steps)| *steps);
    best.filter(|(_, steps)| *steps > 0).map(|(hour, _)| hour)
}

impl fmt::Display for Recap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.week(f)?;
        if let Some(hour) = self.best_hour {
            write!(f, "\n- You studied most between {hour:02}:00 and {:02}:00.", (hour + 1) % 24)?;
        }
        if self.streak > 0 {
            write!(f, "\n- Your streak stands at {}.", count(self.streak, "day"))?;
        }
        if self.freezes > 0 {
            write!(f, "\n- You hold {} for days when life gets in the way.", count(self.freezes, "freeze"))?;
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
            (0, some) => write!(f, ", on {}.", count(some as u64, "day")),
            (met, 0) => write!(f, ", {} met.", count(met as u64, "day")),
            (met, some) => write!(f, ", {} met and {some} more with some minutes.", count(met as u64, "day")),
        }
    }
}
