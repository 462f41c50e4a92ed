//! Presses below an answer to a newcomer, in the guided choice, and below `/privacy`.

use std::fmt;
use std::str::FromStr;

use crate::triage::Track;

/// An action on a stored answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerPress {
    /// Show another guide instead.
    Go(Track),
    /// None of the choices fits.
    None,
    /// Get the role of its guide.
    Me,
    /// Show it to everybody.
    Share,
    /// Show the rest of it.
    Read,
    /// Delete it.
    Delete,
    /// Give an opinion about it.
    Judge(Opinion),
}

/// The opinion of the author or a moderator about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opinion {
    /// 👍
    Good,
    /// 👎
    Bad,
    /// The text was not a question about getting started.
    NotMine,
}

impl AnswerPress {
    pub(super) fn read(path: &[&str]) -> Option<(i64, Self)> {
        let (press, id) = match path {
            ["go", id, track] => (Self::Go(track.parse().ok()?), id),
            ["none", id] => (Self::None, id),
            ["me", id] => (Self::Me, id),
            ["share", id] => (Self::Share, id),
            ["read", id] => (Self::Read, id),
            ["delete", id] => (Self::Delete, id),
            ["good", id] => (Self::Judge(Opinion::Good), id),
            ["bad", id] => (Self::Judge(Opinion::Bad), id),
            ["notmine", id] => (Self::Judge(Opinion::NotMine), id),
            _ => return None,
        };
        Some((id.parse().ok()?, press))
    }

    pub(super) fn write(self, id: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Go(track) => return write!(f, "go/{id}/{track}"),
            Self::None => "none",
            Self::Me => "me",
            Self::Share => "share",
            Self::Read => "read",
            Self::Delete => "delete",
            Self::Judge(Opinion::Good) => "good",
            Self::Judge(Opinion::Bad) => "bad",
            Self::Judge(Opinion::NotMine) => "notmine",
        };
        write!(f, "{name}/{id}")
    }
}

/// What a person wants from machine learning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// A job, or a future in the field.
    Job,
    /// Research.
    Research,
    /// Fun, or a project of their own.
    Fun,
}

impl Goal {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Job, Self::Research, Self::Fun];
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Job => "job",
            Self::Research => "research",
            Self::Fun => "fun",
        })
    }
}

impl FromStr for Goal {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|goal| goal.to_string() == name).ok_or(())
    }
}

/// A step of the guided choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartPress {
    /// Below `/help`: begin.
    Begin,
    /// The goal is known.
    Goal(Goal),
    /// Choose the background, with this goal.
    Background(Goal),
    /// The degree is chosen.
    Degree,
    /// On a greeting or the panel: begin in a new message.
    Find,
    /// On the panel: the goal is known.
    PanelGoal(Goal),
    /// On the panel: describe the goal in their own words. The form has the same id.
    Words,
}

impl StartPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["help", "start"] => Self::Begin,
            ["goal", goal] => Self::Goal(goal.parse().ok()?),
            ["from", goal] => Self::Background(goal.parse().ok()?),
            ["degree"] => Self::Degree,
            ["panel", "find"] => Self::Find,
            ["panel", "goal", goal] => Self::PanelGoal(goal.parse().ok()?),
            ["panel", "words"] => Self::Words,
            _ => return None,
        })
    }
}

impl fmt::Display for StartPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin => f.write_str("help/start"),
            Self::Goal(goal) => write!(f, "goal/{goal}"),
            Self::Background(goal) => write!(f, "from/{goal}"),
            Self::Degree => f.write_str("degree"),
            Self::Find => f.write_str("panel/find"),
            Self::PanelGoal(goal) => write!(f, "panel/goal/{goal}"),
            Self::Words => f.write_str("panel/words"),
        }
    }
}

/// An action on the data about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivacyPress {
    /// Erase it.
    Erase,
    /// Keep it.
    Keep,
    /// Erase it, and never answer or write to them unasked again.
    Never,
}

impl PrivacyPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["erase", "yes"] => Self::Erase,
            ["erase", "no"] => Self::Keep,
            ["erase", "never"] => Self::Never,
            _ => return None,
        })
    }
}

impl fmt::Display for PrivacyPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Erase => "erase/yes",
            Self::Keep => "erase/no",
            Self::Never => "erase/never",
        })
    }
}
