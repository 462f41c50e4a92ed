//! The digest of a week (pure): entries in order, filtered for a channel. `render` turns it into text.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::level::{self, Level};
use super::{ArxivId, Gathered, Missing, Paper, Sighting, Week, latex, rank, terms};

/// How many papers are at the top, with the beginning of their abstracts.
pub const HEADLINES: usize = 3;
/// How many papers a digest has in all, unless its filter has another number.
pub const COUNT: usize = 10;
/// How many of a week's most popular papers are kept; a week has about two hundred.
const ENTRIES_KEPT: usize = 500;
/// The most papers that a filter may ask for.
pub const MOST: usize = 10;

/// The papers of a week, most popular first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The week.
    pub week: Week,
    /// The website's address, for links to the wiki. It is not stored, because it may change.
    #[serde(skip)]
    pub base: String,
    /// In order. Before filtering: the whole week. After it: the shown papers, headlines first.
    pub entries: Vec<Entry>,
    /// How many papers the week had before any filter.
    pub listed: usize,
    /// Whether a filter may have left papers out.
    pub filtered: bool,
    /// How many papers were requested.
    pub wanted: usize,
    /// The sources and days that could not be read.
    pub missing: Vec<Missing>,
    /// The community's favourite from the last digest.
    #[serde(default)]
    pub favourite: Option<Favourite>,
}

/// A section of the wiki that is related to a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Its heading.
    pub title: String,
    /// Its path on the website, from the root, because the site's address may change.
    pub link: String,
}

impl Touched {
    /// Its address on the website at `base`.
    pub fn at(&self, base: &str) -> String {
        if self.link.starts_with('/') { format!("{base}{}", self.link) } else { self.link.clone() }
    }
}

/// A paper of a digest with what is said of it: nothing that most papers share, and nothing twice.
#[derive(Debug)]
pub struct News<'a> {
    /// The paper.
    pub entry: &'a Entry,
    /// Its level, unless it is the usual one.
    pub level: Option<Level>,
    /// Related sections of the wiki that no paper above it has named.
    pub touches: Vec<&'a Touched>,
}

/// A paper of a digest, ready to show: readable texts, full links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its rank, from 1.
    pub rank: usize,
    /// Which paper.
    pub id: ArxivId,
    /// Readable, without LaTeX.
    pub title: String,
    /// All of them, in the paper's order.
    pub authors: Vec<String>,
    /// When its first version appeared.
    pub published: Option<Timestamp>,
    /// Upvotes on Hugging Face.
    pub votes: u32,
    /// Comments on Hugging Face.
    pub comments: u32,
    /// The address of its code.
    pub code: Option<String>,
    /// The whole abstract, readable.
    pub summary: String,
    /// How difficult it is.
    pub level: Level,
    /// Other places that talk about it.
    pub sightings: Vec<Sighting>,
    /// Related sections of the wiki, at most two.
    #[serde(default)]
    pub touches: Vec<Touched>,
    /// Whether a moderator chose it.
    #[serde(default)]
    pub pinned: bool,
}

/// The paper of the last digest with the most votes from members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Favourite {
    /// Which paper.
    pub id: ArxivId,
    /// Readable.
    pub title: String,
    /// How many members voted for it.
    pub votes: u32,
}

/// A channel's filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Only papers with one of these words in the title or abstract; empty: all papers.
    pub include: Vec<String>,
    /// No papers with one of these words in the title or abstract.
    pub exclude: Vec<String>,
    /// The fewest upvotes.
    pub min_votes: u32,
    /// How many papers, 1 to [`MOST`].
    pub count: usize,
    /// Papers to leave out: shown before, or vetoed by a moderator.
    pub without: BTreeSet<ArxivId>,
    /// Papers that a moderator wants first. Only `without` can remove them.
    pub pinned: Vec<ArxivId>,
}

impl Default for Filter {
    fn default() -> Self {
        Self { include: vec![], exclude: vec![], min_votes: 0, count: COUNT, without: BTreeSet::new(), pinned: vec![] }
    }
}

impl Digest {
    /// All papers of the week, ranked and readable, with links to the website at `base`. Filter it before you show it.
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

    /// The same with links to the website at `base`.
    pub fn at(self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self }
    }

    /// The digest for a channel with this filter: at most `count` papers, pinned ones first, renumbered.
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

    /// The level of most papers, if there is one. It is said once for all of them.
    pub fn usual_level(&self) -> Option<Level> {
        let count = |level: Level| self.entries.iter().filter(|entry| entry.level == level).count();
        let most = self.entries.iter().map(|entry| entry.level).max_by_key(|level| count(*level))?;
        let count = count(most);
        (count > 1 && count * 2 > self.entries.len()).then_some(most)
    }

    /// What is said of each paper, with at most so many sections of the wiki for each.
    pub fn news(&self, sections: usize) -> Vec<News<'_>> {
        let usual = self.usual_level();
        let mut said: BTreeSet<&str> = BTreeSet::new();
        let mut all = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let fresh = entry.touches.iter().filter(|touched| !said.contains(touched.link.as_str()));
            let touches: Vec<&Touched> = fresh.take(sections).collect();
            said.extend(touches.iter().map(|touched| touched.link.as_str()));
            let level = Some(entry.level).filter(|level| usual != Some(*level));
            all.push(News { entry, level, touches });
        }
        all
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

/// A filter's words in the form that is compared: whole words, without case or plural.
fn wanted(words: &[String]) -> Vec<String> {
    words.iter().map(|word| terms::words(word)).filter(|word| !word.trim().is_empty()).collect()
}
