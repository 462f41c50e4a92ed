//! Presses below papers.

use std::fmt;

use super::text;

/// An action on papers. A paper is identified by its arXiv id, which may contain a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PapersPress {
    /// Vote for a paper.
    Vote(String),
    /// Mark a reading pass, 1 to 3, as done.
    Pass {
        /// The pass.
        pass: i64,
        /// The paper.
        paper: String,
    },
    /// Show a week's papers to everybody: `2026-W47`.
    ShareWeek(String),
    /// Show the results of a search to everybody.
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
