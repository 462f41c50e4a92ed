//! Milestones of a streak. Each is announced once in a run, even after an undo and a new log.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ledger::{Ledger, View};

/// The milestones, in met days of a run.
pub const MARKS: [u32; 7] = [3, 7, 14, 30, 50, 100, 365];

/// The milestones that a person was shown, each with the study day of that moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told(BTreeMap<u32, Date>);

/// A milestone that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone(pub u32);

impl Told {
    /// Whether the person was never shown one.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When the person was last shown this milestone.
    pub fn of(&self, mark: u32) -> Option<Date> {
        self.0.get(&mark).copied()
    }

    /// The milestone to show to a person, given the `view` of the folded ledger: the highest one that the run has
    /// reached, unless it was shown in this run.
    ///
    /// The facts decide which run it is: a shown day belongs to this run if no later day has ended a run. So after an
    /// undo and a new log, or after a late log that joins two runs, nothing is shown twice.
    pub fn reach(&mut self, ledger: &Ledger, view: &View) -> Option<Milestone> {
        let mut highest = None;
        for mark in MARKS.into_iter().take_while(|mark| *mark <= view.streak) {
            let is_new = !self.is_of_this_run(mark, ledger);
            if is_new {
                self.0.insert(mark, view.date);
            }
            // Do not show a lower milestone if a higher one was reached with it.
            highest = is_new.then_some(Milestone(mark));
        }
        highest
    }

    fn is_of_this_run(&self, mark: u32, ledger: &Ledger) -> bool {
        let told = self.of(mark);
        match ledger.last_break() {
            Some(ended) => told.is_some_and(|told| told > ended),
            // The run began before the stored days. Milestones that it passed by then were shown.
            None => ledger.run_before(0).streak >= mark || told.is_some_and(|told| told >= ledger.date(0)),
        }
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
