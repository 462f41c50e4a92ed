//! Presses below something from the wiki.

use std::fmt;

use super::text;

/// An action on something from the wiki. A place is a page and a section: `hardware#gpus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WikiPress {
    /// Show the section that was chosen.
    Choose,
    /// Show a place to everybody.
    Show(String),
    /// Show the section after a place.
    Next(String),
    /// The result did not answer this question.
    Missed(String),
    /// The result answered this question.
    Helped(String),
    /// Show the results for this question to everybody.
    ShareList(String),
}

impl WikiPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["wiki"] => Self::Choose,
            ["show", place @ ..] => Self::Show(text(place)?),
            ["next", place @ ..] => Self::Next(text(place)?),
            ["gap", question @ ..] => Self::Missed(text(question)?),
            ["helped", question @ ..] => Self::Helped(text(question)?),
            ["list", question @ ..] => Self::ShareList(text(question)?),
            _ => return None,
        })
    }
}

impl fmt::Display for WikiPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choose => f.write_str("wiki"),
            Self::Show(place) => write!(f, "show/{place}"),
            Self::Next(place) => write!(f, "next/{place}"),
            Self::Missed(question) => write!(f, "gap/{question}"),
            Self::Helped(question) => write!(f, "helped/{question}"),
            Self::ShareList(question) => write!(f, "list/{question}"),
        }
    }
}
