//! The archive's results, as Markdown.

use std::fmt;

use jiff::Timestamp;

use crate::papers::{Entry, Week};
use crate::text::{escape, list};

/// A week in the list of weeks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The week.
    pub week: Week,
    /// When it was fetched.
    pub fetched: Timestamp,
    /// When a fetch last changed its content.
    pub changed: Timestamp,
    /// Whether the week was over when it was fetched. If not, its votes are not final.
    pub over: bool,
    /// How many papers it has.
    pub papers: usize,
    /// The title of its most popular paper.
    pub first: Option<String>,
}

/// A paper found by a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The newest week that has it.
    pub week: Week,
    /// Its entry in the digest.
    pub entry: Entry,
}

/// The result of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The papers, best first; as many as requested.
    pub hits: Vec<Hit>,
    /// The number of papers found in all.
    pub total: usize,
}

impl Found {
    pub(super) fn new(hits: Vec<(Week, Entry)>, total: usize) -> Self {
        Self { hits: hits.into_iter().map(|(week, entry)| Hit { week, entry }).collect(), total }
    }
}

impl Hit {
    /// Date and popularity, in a few words.
    pub fn evidence(&self) -> String {
        let votes = list::count(self.entry.votes, "upvote");
        format!("{}, {votes}", self.week.in_words())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.hits.is_empty() {
            return f.write_str("No paper of the archive has all these words; try fewer or other ones.");
        }
        let lines = self.hits.iter().map(|hit| {
            format!("- [{}]({}) ({})", escape::markdown(&hit.entry.title), hit.entry.id.abs(), hit.evidence())
        });
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))?;
        match self.total.saturating_sub(self.hits.len()) {
            0 => Ok(()),
            _ => write!(f, "\n\nThese are the best {} of {}.", self.hits.len(), self.total),
        }
    }
}
