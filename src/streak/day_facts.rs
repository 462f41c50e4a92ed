//! The facts of one study day in the ledger.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::run::{DayState, Run};

/// The facts of one study day, and the run after it. Zero and false, the most common values, are not stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Day {
    /// When it begins. It ends when the next day begins.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub begin: Timestamp,
    /// Minutes logged by hand that are not undone, 0–960.
    #[serde(skip_serializing_if = "is_default")]
    pub logged: u16,
    /// Whole minutes of settled timers.
    #[serde(skip_serializing_if = "is_default")]
    pub timed: u16,
    /// Logs for this day that were made after it ended.
    #[serde(skip_serializing_if = "is_default")]
    pub backfills: u16,
    /// The minutes needed to meet it.
    pub commitment: u16,
    /// Whether the person's study was paused.
    #[serde(skip_serializing_if = "is_default")]
    pub paused: bool,
    /// Whether it is one of the person's rest weekdays.
    #[serde(skip_serializing_if = "is_default")]
    pub rest: bool,
    /// Whether the person was sick.
    #[serde(skip_serializing_if = "is_default")]
    pub sick: bool,
    /// Whether a moderator excused it.
    #[serde(skip_serializing_if = "is_default")]
    pub excused: bool,
    /// Whether it was shorter than 20 h. Set when it closes.
    #[serde(skip_serializing_if = "is_default")]
    pub travel: bool,
    /// Its state, after folding.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) state: DayState,
    /// The run after it, after folding.
    #[serde(skip_serializing_if = "is_start")]
    pub(super) run: Run,
}

impl Day {
    /// A new day: its commitment in minutes, and whether it is paused or a rest day.
    pub fn new(begin: Timestamp, commitment: u16, (paused, rest): (bool, bool)) -> Self {
        Self { begin, commitment, paused, rest, ..Self::default() }
    }
}

impl Default for Day {
    fn default() -> Self {
        Self {
            begin: Timestamp::UNIX_EPOCH,
            logged: 0,
            timed: 0,
            backfills: 0,
            commitment: 0,
            paused: false,
            rest: false,
            sick: false,
            excused: false,
            travel: false,
            state: DayState::Open,
            run: Run::START,
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_start(run: &Run) -> bool {
    *run == Run::START
}
