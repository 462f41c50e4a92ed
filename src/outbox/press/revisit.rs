//! Presses about what somebody wants to see again on a date.

use std::fmt;
use std::str::FromStr;

use super::{MAX_ID, text};

/// Something that can be seen again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// A section of the wiki, by its place: `hardware#gpus`; `hardware#` is the beginning of the page.
    Section(String),
    /// A paper, by its id at arXiv.
    Paper(String),
}

impl Thing {
    fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["section", place @ ..] => Self::Section(text(place)?),
            ["paper", paper @ ..] => Self::Paper(text(paper)?),
            _ => return None,
        })
    }

    /// Whether every id about it is short enough for Discord.
    pub fn fits(&self) -> bool {
        RevisitPress::Typed(self.clone()).to_string().chars().count() <= MAX_ID
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section(place) => write!(f, "section/{place}"),
            Self::Paper(paper) => write!(f, "paper/{paper}"),
        }
    }
}

impl FromStr for Thing {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(&text.split('/').collect::<Vec<_>>())
            .ok_or_else(|| anyhow::anyhow!("nothing that can be seen again"))
    }
}

/// What is done about something that somebody wants to see again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevisitPress {
    /// Ask when.
    Ask(Thing),
    /// Ask which paper of a week: `2026-W47`.
    Week(String),
    /// That paper is chosen.
    Paper,
    /// When is chosen.
    When(Thing),
    /// Ask for another date. A form has the same id.
    Typed(Thing),
    /// The one that is not to come is chosen.
    Drop,
    /// This one is not to come, by its number.
    Cancel(i64),
}

impl RevisitPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        let ["remind", path @ ..] = path else { return None };
        Some(match path {
            ["ask", thing @ ..] => Self::Ask(Thing::read(thing)?),
            ["week", week] => Self::Week((*week).to_owned()),
            ["which"] => Self::Paper,
            ["when", thing @ ..] => Self::When(Thing::read(thing)?),
            ["typed", thing @ ..] => Self::Typed(Thing::read(thing)?),
            ["drop"] => Self::Drop,
            ["cancel", id] => Self::Cancel(id.parse().ok()?),
            _ => return None,
        })
    }
}

impl fmt::Display for RevisitPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ask(thing) => write!(f, "remind/ask/{thing}"),
            Self::Week(week) => write!(f, "remind/week/{week}"),
            Self::Paper => f.write_str("remind/which"),
            Self::When(thing) => write!(f, "remind/when/{thing}"),
            Self::Typed(thing) => write!(f, "remind/typed/{thing}"),
            Self::Drop => f.write_str("remind/drop"),
            Self::Cancel(id) => write!(f, "remind/cancel/{id}"),
        }
    }
}
