//! The papers of a week: where people vote, their votes, and the digest.
//!
//! `feeds` calls the network. Everything else here is pure: `rank` orders the papers, `digest` makes the text.

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

pub use digest::{Digest, Entry, Favourite, Filter, News, Touched};
pub use feeds::{Feeds, PACE, Pace, fetch, look_up, recorded};
pub use id::ArxivId;
pub use latex::readable;
pub use level::Level;
pub use related_guides::touched;
pub use week::Week;

/// A paper, with the data from the sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its identity, without a version.
    pub id: ArxivId,
    /// The source's text, on one line; may contain LaTeX.
    pub title: String,
    /// In the paper's order.
    pub authors: Vec<String>,
    /// The abstract in the source's text, on one line; may contain LaTeX.
    pub summary: String,
    /// When its first version appeared.
    pub published: Option<Timestamp>,
    /// The first day of the week on which it was listed.
    pub listed: Option<Date>,
    /// Upvotes on Hugging Face; the highest number of all listings.
    pub votes: u32,
    /// Comments on Hugging Face.
    pub comments: u32,
    /// The web address of its code.
    pub code: Option<String>,
    /// Whether its authors withdrew it.
    pub withdrawn: bool,
}

/// A post about a paper on another site: evidence of interest, not part of the ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The paper.
    pub paper: ArxivId,
    /// The site.
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

/// A source of papers.
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

/// A source that could not be read, fully or for some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which.
    pub source: Source,
    /// The missing days of the week; empty: all of them.
    #[serde(default)]
    pub days: Vec<Date>,
}

/// All data from the sources about a week. It can be stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathered {
    /// The week.
    pub week: Week,
    /// Each paper once, in any order.
    pub papers: Vec<Paper>,
    /// Posts about them on other sites.
    pub sightings: Vec<Sighting>,
    /// The sources and days that could not be read.
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

/// A week as a message for a person who asked for it: the ten most popular papers.
pub fn shown(all: &Digest, votes: bool) -> crate::outbox::Payload {
    buttons::payload(&all.filtered(&Filter::default()), votes)
}

#[cfg(test)]
#[path = "../../tests/it/world/beside.rs"]
mod beside;
#[cfg(test)]
mod tests;
