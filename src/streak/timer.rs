//! The study timer and its question "still there?" (rule 4).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ledger::Ledger;
use super::refusal::Refusal;
use crate::time;

/// From the start to the first question. Absolute hours: clocks that change do not matter.
const FIRST_QUESTION: SignedDuration = SignedDuration::from_hours(3);
/// From one question to the next, whenever it was answered.
const BETWEEN_QUESTIONS: SignedDuration = SignedDuration::from_hours(2);
/// How long a question stays open. An answer when exactly this has passed is in time.
const OPEN: SignedDuration = SignedDuration::from_mins(15);

/// A timer that was started and has neither been stopped nor found unanswered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timer {
    /// When it was started.
    start: Timestamp,
    /// The next question, asked or to come.
    question: Timestamp,
    /// From when on its time is not in the ledger yet: the start, or the begin of a later day.
    from: Timestamp,
}

impl Timer {
    /// A timer that starts now.
    pub fn start(at: Timestamp) -> Self {
        Self { start: at, question: time::after(at, FIRST_QUESTION), from: at }
    }

    /// When it was started.
    pub fn started(&self) -> Timestamp {
        self.start
    }

    /// The next question, asked or to come.
    pub fn question(&self) -> Timestamp {
        self.question
    }

    /// The question before; for the first one, an instant at which nothing was asked.
    pub fn question_before(&self) -> Timestamp {
        time::before(self.question, BETWEEN_QUESTIONS)
    }

    /// When the question will have been unanswered for too long.
    pub fn lapses(&self) -> Timestamp {
        time::after(self.question, OPEN)
    }

    /// Its time that is not in the ledger yet, as it counts at an instant: up to now or to the question, whichever is
    /// earlier. For a timer that has lapsed, that is all of it.
    pub fn live(&self, at: Timestamp) -> (Timestamp, Timestamp) {
        (self.from, at.min(self.question))
    }

    /// Whether it has stopped by itself, at the moment of its question, because nobody answered.
    pub fn has_lapsed(&self, at: Timestamp) -> bool {
        at > self.lapses()
    }

    /// Answers the open question. The time up to now is certain then, and that of closed days enters the ledger: so
    /// a timer that runs for weeks leaves no more than a day or two to look at.
    ///
    /// # Errors
    /// Refused if no question is open; one that was answered is not.
    pub fn confirm(&mut self, at: Timestamp, ledger: &mut Ledger) -> Result<(), Refusal> {
        if at < self.question {
            return Err(Refusal::NoQuestion);
        }
        self.ask_again();
        let today = ledger.days()[ledger.running()].begin;
        if self.from < today {
            ledger.credit(self.from, today);
            self.from = today;
        }
        Ok(())
    }

    /// A question was answered; the next one comes.
    pub fn ask_again(&mut self) {
        self.question = time::after(self.question, BETWEEN_QUESTIONS);
    }

    /// Stops it at an instant, which answers an open question, and enters its time.
    pub fn stop(self, at: Timestamp, ledger: &mut Ledger) {
        ledger.credit(self.from, at);
    }
}
