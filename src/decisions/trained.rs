//! A model that home's moderators had trained, and what became of it (values).

use jiff::Timestamp;
use serde::Serialize;

use crate::Result;

/// What became of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being trained.
    Training,
    /// Its training was cut off.
    Failed,
    /// It is worse than the one before.
    Refused,
    /// It waits for somebody to adopt it.
    Ready,
    /// It decides.
    InUse,
    /// Another one came after it.
    Retired,
}

impl State {
    const ALL: [Self; 6] = [Self::Training, Self::Failed, Self::Refused, Self::Ready, Self::InUse, Self::Retired];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Ready => "ready",
            Self::InUse => "in_use",
            Self::Retired => "retired",
        }
    }

    pub(super) fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|state| state.name() == name);
        found.ok_or_else(|| anyhow::anyhow!("models have no state {name}").into())
    }
}

/// A model that was trained here, without its weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Its number.
    pub id: i64,
    /// What became of it.
    pub state: State,
    /// Its version; empty before it is trained.
    pub version: String,
    /// A checksum of the program's own examples at that time.
    pub base: String,
    /// With how many examples of moderators it was trained.
    pub lessons: i64,
    /// JSON: how it compares with the model before.
    pub report: String,
    /// Who had it trained.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}
