//! What will be due for whom: one row for each person and kind, indexed by time.

use jiff::Timestamp;

use super::sql;
use crate::Result;
use crate::store::Store;

/// What may be due. To add one: a variant here, its name, and what `study::due` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The timer's question, or its end without an answer.
    Timer,
    /// One of a person's own times, or the time at which they want to hear again.
    Reminder,
    /// A streak that is still open in the evening.
    AtRisk,
    /// The weekly recap.
    Recap,
    /// A timer whose end was known beforehand.
    Focus,
    /// A stay in a voice channel that was left.
    Voice,
}

impl Due {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Timer, Self::Reminder, Self::AtRisk, Self::Recap, Self::Focus, Self::Voice];

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timer => "timer",
            Self::Reminder => "reminder",
            Self::AtRisk => "at risk",
            Self::Recap => "recap",
            Self::Focus => "focus",
            Self::Voice => "voice",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.name() == name)
    }
}

/// When something will be due, if nothing else is set.
pub async fn next_due(store: &Store) -> Result<Option<Timestamp>> {
    sql::next_due(&mut *store.read().await?).await
}
