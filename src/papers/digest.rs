//! What is said about a week (pure): entries in order, filtered for a channel, as Markdown and as embeds.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ArxivId, Gathered, Missing, Sighting, Week, rank};
use crate::outbox::{Embed, Payload};

/// How many papers stand at the top, with the beginning of their abstract.
pub const HEADLINES: usize = 3;
/// How many papers a digest has in all, unless its filter says otherwise.
pub const COUNT: usize = 10;
/// The most that a filter may ask for.
pub const MOST: usize = 10;

/// The papers of a week, most popular first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The week.
    pub week: Week,
    /// In order. Before filtering all of the week; after it what is shown: headlines first, then more.
    pub entries: Vec<Entry>,
    /// How many papers the week had before any filter.
    pub listed: usize,
    /// Whether a filter has left papers out.
    pub filtered: bool,
    /// What could not be asked.
    pub missing: Vec<Missing>,
    /// What the community liked best of the last digest.
    #[serde(default)]
    pub favourite: Option<Favourite>,
}

/// A paper of a digest, ready to be shown: its texts are readable, its links whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place, from 1.
    pub rank: usize,
    /// Which paper.
    pub id: ArxivId,
    /// Readable, without LaTeX.
    pub title: String,
    /// All of them, in the paper's order.
    pub authors: Vec<String>,
    /// When its first version appeared.
    pub published: Option<Timestamp>,
    /// Upvotes at Hugging Face.
    pub votes: u32,
    /// Comments there.
    pub comments: u32,
    /// Where its code is.
    pub code: Option<String>,
    /// The whole abstract, readable.
    pub summary: String,
    /// The first sentences of the abstract.
    pub beginning: String,
    /// How much it asks of a reader.
    pub level: Level,
    /// Other places that talk about it.
    pub sightings: Vec<Sighting>,
    /// Sections of the wiki that it touches, at most two.
    #[serde(default)]
    pub touches: Vec<Touched>,
    /// Chosen by a moderator.
    #[serde(default)]
    pub pinned: bool,
}

/// How much a paper asks of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// An overview: a survey, tutorial or introduction.
    Introductory,
    /// For somebody who has trained a model.
    Intermediate,
    /// Theory, proofs, or words that the guides do not explain.
    Advanced,
}

/// A section of the wiki.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Its page and heading.
    pub title: String,
    /// Where it is.
    pub link: String,
}

/// The paper of the last digest that most members voted for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Favourite {
    /// Which paper.
    pub id: ArxivId,
    /// Readable.
    pub title: String,
    /// How many members.
    pub votes: u32,
}

/// What a channel wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Only papers whose title or abstract has one of these; empty: all.
    pub include: Vec<String>,
    /// No papers whose title or abstract has one of these.
    pub exclude: Vec<String>,
    /// The fewest upvotes.
    pub min_votes: u32,
    /// How many papers, 1 to [`MOST`].
    pub count: usize,
    /// Papers that were there before, or that a moderator vetoed.
    pub without: BTreeSet<ArxivId>,
    /// Papers that a moderator wants first; no filter but `without` keeps them out.
    pub pinned: Vec<ArxivId>,
}

impl Default for Filter {
    fn default() -> Self {
        Self { include: vec![], exclude: vec![], min_votes: 0, count: COUNT, without: BTreeSet::new(), pinned: vec![] }
    }
}

impl Digest {
    /// All papers of the week, ranked and readable. Filter it before you show it.
    pub fn of(gathered: &Gathered) -> Self {
        let ranked = rank::ranked(&gathered.papers, &gathered.sightings);
        let entry = |(at, paper): (usize, &super::Paper)| Entry {
            rank: at + 1,
            id: paper.id.clone(),
            title: paper.title.clone(),
            authors: paper.authors.clone(),
            published: paper.published,
            votes: paper.votes,
            comments: paper.comments,
            code: paper.code.clone(),
            summary: paper.summary.clone(),
            beginning: paper.summary.clone(),
            level: Level::Intermediate,
            sightings: gathered.sightings.iter().filter(|s| s.paper == paper.id).cloned().collect(),
            touches: Vec::new(),
            pinned: false,
        };
        let entries: Vec<Entry> = ranked.iter().enumerate().map(entry).collect();
        Self {
            week: gathered.week,
            listed: entries.len(),
            entries,
            filtered: false,
            missing: gathered.missing.clone(),
            favourite: None,
        }
    }

    /// What a channel with this filter is shown: at most `count` papers, numbered anew.
    pub fn filtered(&self, filter: &Filter) -> Self {
        let mut shown = self.clone();
        shown.entries.retain(|e| !filter.without.contains(&e.id) && e.votes >= filter.min_votes);
        shown.entries.truncate(filter.count);
        shown
    }

    /// The papers at the top.
    pub fn headlines(&self) -> &[Entry] {
        &self.entries[..self.entries.len().min(HEADLINES)]
    }

    /// The papers below them.
    pub fn more(&self) -> &[Entry] {
        &self.entries[self.entries.len().min(HEADLINES)..]
    }

    /// As a message: embeds within Discord's limits, with links to pages below `base`.
    pub fn payload(&self, base: &str) -> Payload {
        let embed = Embed { title: format!("Papers of {}", self.week), text: base.to_owned(), ..Embed::default() };
        Payload { embeds: vec![embed], ..Payload::default() }
    }
}

/// Portable Markdown, for Reddit and a terminal.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Papers of {}", self.week)
    }
}
