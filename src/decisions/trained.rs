//! A model that moderators of home trained, and its state (values).

use jiff::Timestamp;
use serde::Serialize;

use crate::Result;

/// The state of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being trained.
    Training,
    /// Its training was interrupted.
    Failed,
    /// It is worse than the model before.
    Refused,
    /// A moderator may adopt it.
    Ready,
    /// It is in use.
    InUse,
    /// A newer model replaced it, or it was taken out of use.
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
    /// Its state.
    pub state: State,
    /// Its version; empty before the training ends.
    pub version: String,
    /// A checksum of the program's own examples when it was trained.
    pub base: String,
    /// The number of moderators' examples that it was trained with.
    pub lessons: i64,
    /// JSON: a comparison with the model before.
    pub report: String,
    /// The moderator who started the training.
    pub actor: String,
    /// When the training began.
    pub at: Timestamp,
}
