//! Milestones of a streak: each is announced once in a run, whatever is taken back and logged again (SPEC §6).

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The marks, in met days of a run.
pub const MARKS: [u32; 7] = [3, 7, 14, 30, 50, 100, 365];

/// When a person last passed each mark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced(BTreeMap<u32, Date>);

/// A mark that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone(pub u32);

impl Announced {
    /// What to announce when a streak went from `before` to `after` on the person's date `today`, up or down. Of
    /// several marks that a late log passed at once, the highest.
    ///
    /// A new run needs as many dates as the mark to reach it, so a mark that was passed fewer dates before today is of
    /// this run: its minutes were taken back and logged again, or two runs were joined and parted.
    pub fn reach(&mut self, before: u32, after: u32, today: Date) -> Option<Milestone> {
        let between = |low: u32, high: u32| MARKS.into_iter().filter(move |mark| low < *mark && *mark <= high);
        // A streak that sinks but does not end has lost nothing but what was taken back.
        if after > 0 {
            self.0.extend(between(after, before).map(|mark| (mark, today)));
        }
        let mut highest = None;
        for mark in between(before, after) {
            // Remembered even if it is not announced: a streak may go up and down over a mark for days.
            let last = self.0.insert(mark, today);
            let dates = last.map(|last| today.duration_since(last).as_hours() / 24);
            let is_new = dates.is_none_or(|dates| dates >= i64::from(mark));
            // A lower mark is not worth a word when a higher one has been passed with it.
            highest = is_new.then_some(Milestone(mark));
        }
        highest
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = MARKS.into_iter().find(|mark| *mark > self.0);
        write!(f, "**{} study days in one streak.** ", self.0)?;
        match (self.0, next) {
            (3, _) => write!(f, "That is how a habit begins."),
            (_, Some(next)) => write!(f, "Well done. The next mark is {next}, and there is no hurry."),
            (_, None) => write!(f, "A year of study days: thank you for staying with us."),
        }
    }
}
