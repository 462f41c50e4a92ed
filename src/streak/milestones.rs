//! Milestones of a streak: each is announced once in a run, whatever is taken back and logged again.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ledger::{Ledger, View};

/// The marks, in met days of a run.
pub const MARKS: [u32; 7] = [3, 7, 14, 30, 50, 100, 365];

/// The marks that a person was told of, and when: on the study day that ran then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told(BTreeMap<u32, Date>);

/// A mark that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone(pub u32);

impl Told {
    /// Whether they were never told of any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When they were told of a mark last.
    pub fn of(&self, mark: u32) -> Option<Date> {
        self.0.get(&mark).copied()
    }

    /// What to tell somebody whose ledger, just folded, shows `view`: the highest mark that the run has reached, unless
    /// they were told of it in this run.
    ///
    /// Which run it is follows from the facts as they stand: a day that was told of is of this run if no later day has
    /// ended one. So what is taken back and logged again is told once, and so is what a late log joins.
    pub fn reach(&mut self, ledger: &Ledger, view: &View) -> Option<Milestone> {
        let mut highest = None;
        for mark in MARKS.into_iter().take_while(|mark| *mark <= view.streak) {
            let is_new = !self.is_of_this_run(mark, ledger);
            if is_new {
                self.0.insert(mark, view.date);
            }
            // A lower mark is not worth a word when a higher one has been passed with it.
            highest = is_new.then_some(Milestone(mark));
        }
        highest
    }

    fn is_of_this_run(&self, mark: u32, ledger: &Ledger) -> bool {
        let told = self.of(mark);
        match ledger.last_break() {
            Some(ended) => told.is_some_and(|told| told > ended),
            // The run began before the days that are kept. What it had passed by then was told.
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
