//! The papers of a week: where people vote, what they voted for, and the digest made of it.
//!
//! `feeds` asks the network; everything else here is pure: `rank` decides the order, `digest` what is said.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub mod archive;
mod buttons;
mod clean;
pub mod digest;
pub mod feeds;
pub mod id;
mod latex;
mod level;
pub mod rank;
pub mod reading;
mod related_guides;
mod render;
pub mod schedule;
pub mod subscriptions;
mod terms;
pub mod week;
mod withdrawn;

pub use digest::{Digest, Entry, Favourite, Filter, Touched};
pub use feeds::{Feeds, PACE, Pace, fetch, look_up, recorded};
pub use id::ArxivId;
pub use latex::readable;
pub use level::Level;
pub use related_guides::touched;
pub use week::Week;

/// A paper as the places where people vote know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its identity, whatever its version.
    pub id: ArxivId,
    /// As the source writes it, on one line; may hold LaTeX.
    pub title: String,
    /// In the paper's order.
    pub authors: Vec<String>,
    /// The abstract as the source writes it, on one line; may hold LaTeX.
    pub summary: String,
    /// When its first version appeared.
    pub published: Option<Timestamp>,
    /// The first day of the week on which it was listed.
    pub listed: Option<Date>,
    /// Upvotes at Hugging Face, the highest of its listings.
    pub votes: u32,
    /// Comments there.
    pub comments: u32,
    /// Where its code is: a web address.
    pub code: Option<String>,
    /// Taken back by its authors.
    pub withdrawn: bool,
}

/// That people talk about a paper in another place: evidence, not part of the ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The paper.
    pub paper: ArxivId,
    /// Where it was seen.
    pub place: Source,
    /// The title of the post.
    pub title: String,
    /// Points of the post.
    pub points: u32,
    /// Comments below it.
    pub comments: u32,
    /// The discussion.
    pub link: String,
    /// When it was posted.
    pub at: Timestamp,
}

/// A place that Cairn asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Hugging Face Daily Papers: the votes.
    HuggingFace,
    /// arXiv: the metadata.
    Arxiv,
    /// Hacker News, through Algolia: sightings.
    HackerNews,
}

impl Source {
    /// Its name in metrics.
    pub fn slug(self) -> &'static str {
        match self {
            Self::HuggingFace => "hugging_face",
            Self::Arxiv => "arxiv",
            Self::HackerNews => "hacker_news",
        }
    }
}

/// A source that could not be asked, wholly or for some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which.
    pub source: Source,
    /// The days of the week that are missing; empty: all of it.
    #[serde(default)]
    pub days: Vec<Date>,
}

/// All that the sources told about a week. It can be kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathered {
    /// The week.
    pub week: Week,
    /// Each paper once, in no order that matters.
    pub papers: Vec<Paper>,
    /// Where else they were seen.
    pub sightings: Vec<Sighting>,
    /// What could not be asked.
    pub missing: Vec<Missing>,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::HuggingFace => "Hugging Face",
            Self::Arxiv => "arXiv",
            Self::HackerNews => "Hacker News",
        })
    }
}

/// A week as a message to somebody who asked for it: the ten most popular papers.
pub fn shown(all: &Digest, votes: bool) -> crate::outbox::Payload {
    buttons::payload(&all.filtered(&Filter::default()), votes)
}

#[cfg(test)]
#[path = "../../tests/it/world/beside.rs"]
mod beside;
#[cfg(test)]
mod tests;
