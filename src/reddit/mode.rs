//! What the bot may do in a subreddit, and when moderators may let it speak by itself (pure).

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::triage::measure::Share;
use crate::{Error, Result};

/// How many verdicts must have been judged before a subreddit can be turned on.
pub const JUDGED_NEEDED: usize = 100;
/// The least lower bound of the share of right ones among them.
pub const BOUND_NEEDED: f64 = 0.95;

/// What the bot does in a subreddit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Nothing, not even read.
    Off,
    /// Reads and decides, and says nothing.
    Shadow,
    /// Says what a moderator has approved.
    Approve,
    /// Answers those who call it; of other posts it says nothing.
    Summon,
    /// Answers those who call it, and posts of newcomers.
    On,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Off, Self::Shadow, Self::Approve, Self::Summon, Self::On];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Shadow => "shadow",
            Self::Approve => "approve",
            Self::Summon => "summon",
            Self::On => "on",
        }
    }

    /// What becomes of an answer that was decided in this mode.
    pub fn fate(self, asked: bool) -> Fate {
        match (self, asked) {
            (Self::Off | Self::Shadow, _) | (Self::Summon, false) => Fate::Kept,
            (Self::Approve, _) => Fate::Waits,
            (Self::Summon, true) | (Self::On, _) => Fate::Said,
        }
    }
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is shown to moderators, and never said.
    Kept,
    /// It waits for a moderator.
    Waits,
    /// It is said.
    Said,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Mode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|mode| mode.name().eq_ignore_ascii_case(text.trim()));
        found.ok_or_else(|| Error::refused("A mode is off, shadow, approve, summon or on; choose one of these."))
    }
}

/// Whether a subreddit may be turned on, by what was judged there.
///
/// # Errors
/// Refused, with what is still lacking.
pub fn may_be_on(judged: &Share) -> Result<()> {
    if judged.of < JUDGED_NEEDED {
        return Err(Error::refused(format!(
            "{} of its verdicts were judged so far; “on” takes at least {JUDGED_NEEDED}. Judge more of them with \
             `cairn reddit desk` and `cairn reddit judge`.",
            judged.of
        )));
    }
    if judged.low < BOUND_NEEDED {
        return Err(Error::refused(format!(
            "{} of {} judged verdicts were right, which shows no more than {:.3} with certainty; “on” takes {BOUND_NEEDED}. \
             Stay with “approve” or “summon”.",
            judged.hits, judged.of, judged.low
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_takes_many_judged_verdicts_nearly_all_right() {
        let table =
            [(99, 99, false), (100, 100, true), (100, 99, false), (200, 197, true), (200, 195, false), (0, 0, false)];
        for (of, hits, may) in table {
            assert_eq!(may_be_on(&Share::new(hits, of)).is_ok(), may, "{hits} of {of}");
        }
    }

    #[test]
    fn only_on_speaks_by_itself() {
        let said = |asked| Mode::ALL.into_iter().filter(move |mode| mode.fate(asked) == Fate::Said).collect::<Vec<_>>();
        assert_eq!((said(false), said(true)), (vec![Mode::On], vec![Mode::Summon, Mode::On]));
        for mode in Mode::ALL {
            assert_eq!(mode.name().parse::<Mode>().unwrap(), mode);
        }
    }
}
