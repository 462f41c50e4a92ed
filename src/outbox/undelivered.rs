//! Messages that are not known to have arrived, and what moderators can do about them (values; `settling` does it).

use jiff::Timestamp;
use serde::Serialize;

use super::State;
use crate::{Error, Result};

/// A message that is not known to have arrived, for moderators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undelivered {
    /// Its number, for [`resolve`](super::resolve).
    pub id: i64,
    /// Its key.
    pub key: String,
    /// Where it was to go.
    pub target: String,
    /// Dead or unknown.
    pub state: State,
    /// What went wrong.
    pub trouble: String,
    /// The number of tries.
    pub attempts: i64,
    /// When it was given up or became unknown.
    pub at: Timestamp,
}

impl std::fmt::Display for Undelivered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, key, target, trouble, attempts, .. } = self;
        let times = if *attempts == 1 { "try" } else { "tries" };
        write!(f, "{id}. `{key}` to `{target}`: {trouble}, after {attempts} {times}")
    }
}

/// A moderator's decision about a message that is not known to have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It did arrive.
    Arrived,
    /// Send it again.
    Again,
    /// Do not send it any more.
    Drop,
}

impl Resolution {
    /// Every resolution.
    pub const ALL: [Self; 3] = [Self::Arrived, Self::Again, Self::Drop];

    /// The word for it in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Again => "again",
            Self::Drop => "drop",
        }
    }
}

impl std::str::FromStr for Resolution {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|resolution| resolution.name() == name);
        found.ok_or_else(|| Error::refused("Say what becomes of the message: arrived, again or drop."))
    }
}
