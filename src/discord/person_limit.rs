//! How often one person may ask: more than anybody does by hand, and less than a program can.

use std::time::Duration;

use crate::rates::Rates;
use crate::{Error, Result};

/// So many questions at once, and one more after each such time.
const QUESTIONS: (u32, Duration) = (30, Duration::from_secs(2));

/// Counts questions by person.
#[derive(Debug)]
pub struct PersonLimit(Rates<u64>);

impl Default for PersonLimit {
    fn default() -> Self {
        Self(Rates::new(QUESTIONS.0, QUESTIONS.1))
    }
}

impl PersonLimit {
    /// Counts a question of this person.
    ///
    /// # Errors
    /// Refused, with how long to wait, if they have asked too often.
    pub fn check(&self, person: u64) -> Result<()> {
        let Some(wait) = self.0.wait(&person) else { return Ok(()) };
        Err(Error::refused(match wait.as_secs() + 1 {
            1 => "You have asked many questions in a short time; wait a second, then ask again.".to_owned(),
            seconds => {
                format!("You have asked many questions in a short time; wait {seconds} seconds, then ask again.")
            }
        }))
    }
}
