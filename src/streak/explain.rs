//! `/study why`: the last 14 days, each with its state, minutes and reason (pure).

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::day_facts::Day;
use super::ledger::{Ledger, Line, Live, View};
use super::run::{DayState, EARNS, MAX_FREEZES, Run, SHOW_UP};
use super::state::StudyState;
use super::subject::Studied;
use crate::text::{escape, list};
use crate::time::format;

/// One day, and the reason for its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The ledger's line for it.
    #[serde(flatten)]
    pub line: Line,
    /// The minutes needed to meet it.
    pub commitment: u16,
    /// Its minutes logged by hand.
    pub logged: u16,
    /// Its minutes from timers.
    pub timed: u16,
    /// The streak after it.
    pub streak: u32,
    /// The freezes held after it.
    pub freezes: u8,
    /// The reason, as a sentence without its end.
    pub reason: String,
    /// What was studied, where they said it: most minutes first. What shows the day puts it in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Studied>,
}

/// The last 14 days, and the basis of the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The ledger.
    pub view: View,
    /// Its days, oldest first.
    pub days: Vec<Reason>,
}

impl Why {
    /// Adds reasons to a person's ledger view of the same instant.
    pub fn of(person: &StudyState, view: View, at: Timestamp) -> Self {
        let (ledger, live) = (person.ledger(), person.live(at));
        let shown = ledger.days().len().saturating_sub(view.days.len());
        let days = (shown..ledger.days().len()).map(|index| reason(ledger, index, live)).collect();
        Self { view, days }
    }
}

/// One day of a folded ledger.
pub fn reason(ledger: &Ledger, index: usize, live: Live) -> Reason {
    let (day, line) = (&ledger.days()[index], ledger.line(index, live));
    let (before, after) = (ledger.run_before(index), ledger.run_after(index, live));
    Reason {
        line,
        commitment: day.commitment,
        logged: day.logged,
        timed: day.timed.saturating_add(ledger.share(index, live)),
        streak: after.streak,
        freezes: after.freezes,
        reason: words(day, line.state, before, after),
        subjects: Vec::new(),
    }
}

fn words(day: &Day, state: DayState, before: Run, after: Run) -> String {
    let kept = match before.streak {
        0 => String::new(),
        streak => format!(", so your streak of {streak} stands"),
    };
    match state {
        DayState::Open => "still running".to_owned(),
        DayState::Met if after.freezes > before.freezes => format!("streak {}, and a freeze earned", after.streak),
        DayState::Met => format!("streak {}", after.streak),
        DayState::Paused => format!("you had paused{kept}"),
        DayState::Rest => format!("your day of rest{kept}"),
        DayState::Sick => format!("you were sick{kept}"),
        DayState::Outage => format!("I was away when it mattered{kept}"),
        DayState::Excused => format!("a moderator excused it{kept}"),
        DayState::Travel => format!("a change of zone or day start cut it short{kept}"),
        DayState::Frozen => format!("a freeze was used{kept} ({} of {MAX_FREEZES} left)", after.freezes),
        DayState::ShownUp | DayState::Missed => ended(day, state, before),
    }
}

/// Why an uncovered day was not frozen.
fn ended(day: &Day, state: DayState, before: Run) -> String {
    let what = match state {
        DayState::ShownUp => format!("{SHOW_UP} min or more, though below {}", day.commitment),
        _ => format!("below {SHOW_UP} min"),
    };
    match before {
        Run { streak: 0, .. } => what,
        Run { streak, freezes: 0, .. } => format!("{what}, no freeze left; the run of {streak} ended here"),
        Run { streak, .. } => format!("{what}, after two frozen days; the run of {streak} ended here"),
    }
}

/// Subjects with their minutes, for people: Markdown.
pub fn told(subjects: &[Studied]) -> String {
    let one = |Studied { what, minutes }: &Studied| {
        format!("{} {}", escape::markdown(what.as_str()), format::minutes(*minutes))
    };
    subjects.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, commitment, logged, timed, reason, .. } = self;
        write!(f, "**{}**: {}, {} of {commitment} min", format::short_day(line.date), line.state, line.minutes)?;
        match (logged, timed) {
            (0, 0) => {}
            (0, _) => write!(f, " by timer")?,
            (_, 0) => write!(f, " logged")?,
            _ => write!(f, " ({logged} logged, {timed} by timer)")?,
        }
        if u32::from(*logged) + u32::from(*timed) > u32::from(line.minutes) {
            write!(f, ", as 960 is the most")?;
        }
        write!(f, "; {reason}")?;
        if !self.subjects.is_empty() {
            write!(f, "; {}", told(&self.subjects))?;
        }
        Ok(())
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let View { streak, best, freezes, show_up_30, .. } = self.view;
        for day in &self.days {
            writeln!(f, "- {day}")?;
        }
        let next = EARNS - streak % EARNS;
        let next = match freezes < MAX_FREEZES {
            true => format!("the next one comes after {}", list::count(next, "more met day")),
            false => "that is the most".to_owned(),
        };
        write!(
            f,
            "**Streak {streak}** (longest {best}): days in a row with your minutes. Rest, sick days, pauses and freezes don't \
             count, and don't break it.\n\
             **Freezes {freezes}**: {next}.\n**Show-up days {show_up_30}**: with {SHOW_UP} minutes or more, of the last 30."
        )
    }
}

impl fmt::Display for DayState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Met => "met",
            Self::Paused => "paused",
            Self::Rest => "rest",
            Self::Sick => "sick",
            Self::Outage => "outage",
            Self::Excused => "excused",
            Self::Travel => "travel",
            Self::Frozen => "frozen",
            Self::ShownUp => "shown up",
            Self::Missed => "missed",
        })
    }
}
