//! The study timer and its question “still there?” (rule 4).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ledger::Ledger;
use super::refusal::Refusal;
use crate::time;

/// From the start to the first question. These are absolute hours: clock changes do not matter.
const FIRST_QUESTION: SignedDuration = SignedDuration::from_hours(3);
/// From one question to the next, whenever the answer came.
const BETWEEN_QUESTIONS: SignedDuration = SignedDuration::from_hours(2);
/// How long a question stays open (inclusive).
const OPEN: SignedDuration = SignedDuration::from_mins(15);

/// A timer that is neither stopped nor lapsed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timer {
    start: Timestamp,
    /// The next question, which may be open already.
    question: Timestamp,
    /// The start of its time that is not in the ledger yet: the start of the timer or of a later day.
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

    /// The next question, which may be open already.
    pub fn question(&self) -> Timestamp {
        self.question
    }

    /// The previous question. For the first one, an instant without a question.
    pub fn question_before(&self) -> Timestamp {
        time::before(self.question, BETWEEN_QUESTIONS)
    }

    /// When the question has been open for too long.
    pub fn lapses(&self) -> Timestamp {
        time::after(self.question, OPEN)
    }

    /// Its time that is not in the ledger yet: up to `at` or to the question, whichever is earlier. For a lapsed timer,
    /// that is all of it.
    pub fn live(&self, at: Timestamp) -> (Timestamp, Timestamp) {
        (self.from, at.min(self.question))
    }

    /// Whether it has stopped by itself at its question, because nobody answered.
    pub fn has_lapsed(&self, at: Timestamp) -> bool {
        at > self.lapses()
    }

    /// Answers the open question. The time up to now is then certain, and the time of closed days enters the ledger. So
    /// even after weeks, only a day or two are unsettled.
    ///
    /// # Errors
    /// Refused if no question is open, for example because it is answered already.
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

    /// Sets the next question after an answer.
    pub fn ask_again(&mut self) {
        self.question = time::after(self.question, BETWEEN_QUESTIONS);
    }

    /// Stops it at an instant, which answers an open question, and adds its time to the ledger.
    pub fn stop(self, at: Timestamp, ledger: &mut Ledger) {
        ledger.credit(self.from, at);
    }
}
