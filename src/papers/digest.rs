//! What is said about a week (pure): entries in order, filtered for a channel. `render` says it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::level::{self, Level};
use super::{ArxivId, Gathered, Missing, Paper, Sighting, Week, latex, rank, terms};

/// How many papers stand at the top, with the beginning of their abstract.
pub const HEADLINES: usize = 3;
/// How many papers a digest has in all, unless its filter says otherwise.
pub const COUNT: usize = 10;
/// How many of the most popular papers of a week are kept; a week has about two hundred.
const ENTRIES_KEPT: usize = 500;
/// The most that a filter may ask for.
pub const MOST: usize = 10;

/// The papers of a week, most popular first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The week.
    pub week: Week,
    /// The address of the web page, for links to the wiki. It is kept nowhere: it may be another tomorrow.
    #[serde(skip)]
    pub base: String,
    /// In order. Before filtering all of the week; after it what is shown: headlines first, then more.
    pub entries: Vec<Entry>,
    /// How many papers the week had before any filter.
    pub listed: usize,
    /// Whether a filter may have left papers out.
    pub filtered: bool,
    /// How many papers were wanted.
    pub wanted: usize,
    /// What could not be asked.
    pub missing: Vec<Missing>,
    /// What the community liked best of the last digest.
    #[serde(default)]
    pub favourite: Option<Favourite>,
}

/// A section of the wiki that a paper has to do with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Its heading.
    pub title: String,
    /// Where it is on the web page, from the root: the page's address may be another tomorrow.
    pub link: String,
}

impl Touched {
    /// Its address on the web page at `base`.
    pub fn at(&self, base: &str) -> String {
        if self.link.starts_with('/') { format!("{base}{}", self.link) } else { self.link.clone() }
    }
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
    /// All papers of the week, ranked and readable, with links to the web page at `base`. Filter it before you show it.
    pub fn of(gathered: &Gathered, base: &str) -> Self {
        let ranked = rank::ranked(&gathered.papers, &gathered.sightings);
        let entries: Vec<Entry> =
            (1..).zip(ranked.iter().take(ENTRIES_KEPT)).map(|(rank, paper)| Entry::of(rank, paper, gathered)).collect();
        Self {
            week: gathered.week,
            base: base.trim_end_matches('/').to_owned(),
            listed: entries.len(),
            entries,
            filtered: false,
            wanted: COUNT,
            missing: gathered.missing.clone(),
            favourite: None,
        }
    }

    /// The same with links to the web page at `base`.
    pub fn at(self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self }
    }

    /// What a channel with this filter is shown: at most `count` papers, pinned ones first, numbered again.
    pub fn filtered(&self, filter: &Filter) -> Self {
        let pinned = filter.pinned.iter().filter_map(|id| self.entries.iter().find(|entry| entry.id == *id));
        let mut shown: Vec<Entry> = Vec::new();
        for entry in pinned.filter(|entry| !filter.without.contains(&entry.id)) {
            if shown.iter().all(|there| there.id != entry.id) {
                shown.push(Entry { pinned: true, ..entry.clone() });
            }
        }
        let (include, exclude) = (wanted(&filter.include), wanted(&filter.exclude));
        for entry in &self.entries {
            if entry.fits(filter, &include, &exclude) && shown.iter().all(|there| there.id != entry.id) {
                shown.push(entry.clone());
            }
        }
        let count = filter.count.clamp(1, MOST);
        shown.truncate(count);
        (1..).zip(&mut shown).for_each(|(rank, entry)| entry.rank = rank);
        let narrow = filter.min_votes > 0 || !(include.is_empty() && exclude.is_empty() && filter.without.is_empty());
        Self { entries: shown, wanted: count, filtered: narrow, ..self.clone() }
    }

    /// The papers at the top.
    pub fn headlines(&self) -> &[Entry] {
        &self.entries[..self.entries.len().min(HEADLINES)]
    }

    /// The papers below them.
    pub fn more(&self) -> &[Entry] {
        &self.entries[self.entries.len().min(HEADLINES)..]
    }
}

impl Entry {
    fn of(rank: usize, paper: &Paper, gathered: &Gathered) -> Self {
        let (title, summary) = (latex::readable(&paper.title), latex::readable(&paper.summary));
        Self {
            rank,
            id: paper.id.clone(),
            level: level::of(&title, &summary),
            title,
            authors: paper.authors.iter().map(|name| latex::readable(name)).collect(),
            published: paper.published,
            votes: paper.votes,
            comments: paper.comments,
            code: paper.code.clone(),
            summary,
            sightings: gathered.sightings.iter().filter(|s| s.paper == paper.id).cloned().collect(),
            touches: Vec::new(),
            pinned: false,
        }
    }

    fn fits(&self, filter: &Filter, include: &[String], exclude: &[String]) -> bool {
        let text = terms::words(&format!("{} {}", self.title, self.summary));
        let has = |words: &[String]| words.iter().any(|word| text.contains(word.as_str()));
        !filter.without.contains(&self.id)
            && self.votes >= filter.min_votes
            && (include.is_empty() || has(include))
            && !has(exclude)
    }
}

/// Words of a filter as they are looked for: whole words, whatever their case or number.
fn wanted(words: &[String]) -> Vec<String> {
    words.iter().map(|word| terms::words(word)).filter(|word| !word.trim().is_empty()).collect()
}
