//! Presses below papers.

use std::fmt;

use super::text;

/// What is done about papers. A paper is named by its id at arXiv, which may have a stroke in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PapersPress {
    /// Vote for a paper.
    Vote(String),
    /// Tick off a pass of reading, 1 to 3.
    Pass {
        /// Which.
        pass: i64,
        /// Of which paper.
        paper: String,
    },
    /// Show a week's papers to everybody: `2026-W47`.
    ShareWeek(String),
    /// Show what a search found to everybody.
    ShareSearch(String),
}

impl PapersPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["vote", paper @ ..] => Self::Vote(text(paper)?),
            ["pass", pass, paper @ ..] => Self::Pass { pass: pass.parse().ok()?, paper: text(paper)? },
            ["week", week] => Self::ShareWeek((*week).to_owned()),
            ["found", query @ ..] => Self::ShareSearch(text(query)?),
            _ => return None,
        })
    }
}

impl fmt::Display for PapersPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vote(paper) => write!(f, "vote/{paper}"),
            Self::Pass { pass, paper } => write!(f, "pass/{pass}/{paper}"),
            Self::ShareWeek(week) => write!(f, "week/{week}"),
            Self::ShareSearch(query) => write!(f, "found/{query}"),
        }
    }
}
