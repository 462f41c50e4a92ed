//! Triage: does a text ask how to get started in machine learning, and which of the four guides fits it?
//!
//! [`triage`] is pure and deterministic: text in, [`Verdict`] out. The way there: `text` finds the author's own
//! sentences and cuts them into words, `lexicon` finds the phrases of `cues`, `against`, `aims` and `degree` in them,
//! `model` adds their weights up, and `words` says the outcome.

mod against;
mod aims;
mod attributes;
pub mod care;
mod crisis;
mod cues;
mod degree;
pub mod examples;
mod grams;
mod language;
mod learned;
mod lexicon;
pub mod measure;
mod model;
mod reasons;
pub(crate) mod tables;
mod text;
pub mod train;
mod verdict;
mod vocabulary;
mod words;

#[cfg(test)]
mod asking_tests;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

pub use crisis::heard as in_danger;
pub use degree::{ResearchRow, TABLE as DEGREES};
pub use learned::Model;
pub use verdict::{Action, Bands, Choice, Intent, Question, Reason, Verdict};

/// Characters read per field. Callers refuse longer input (SPEC §2); triage itself stays linear in the length.
pub const MAX_CHARS: usize = 40_000;

/// One of the four guides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Track {
    /// At school or younger, wanting a future in machine learning.
    HighSchool,
    /// A job, a career change, production, industry.
    Engineer,
    /// Research, publishing, a PhD, new methods.
    Researcher,
    /// A hobby, curiosity, a side project, ML inside one's own program.
    Hacker,
}

impl Track {
    /// All four, in the order of the guides.
    pub const ALL: [Track; 4] = [Track::HighSchool, Track::Engineer, Track::Researcher, Track::Hacker];

    /// The name in links, settings and JSON.
    pub fn slug(self) -> &'static str {
        match self {
            Track::HighSchool => "high-school",
            Track::Engineer => "engineer",
            Track::Researcher => "researcher",
            Track::Hacker => "hacker",
        }
    }

    /// The guide's name as people read it.
    pub fn title(self) -> &'static str {
        match self {
            Track::HighSchool => "High Schooler guide",
            Track::Engineer => "Engineer guide",
            Track::Researcher => "Researcher guide",
            Track::Hacker => "Hacker guide",
        }
    }
}

impl fmt::Display for Track {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

/// A name that is not one of the four tracks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTrack(String);

impl fmt::Display for UnknownTrack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no track “{}”: choose high-school, engineer, researcher or hacker", self.0)
    }
}

impl std::error::Error for UnknownTrack {}

impl FromStr for Track {
    type Err = UnknownTrack;

    fn from_str(slug: &str) -> Result<Self, UnknownTrack> {
        let found = Track::ALL.into_iter().find(|track| track.slug() == slug.trim());
        found.ok_or_else(|| UnknownTrack(slug.chars().take(40).collect()))
    }
}

/// What a person wrote. Either part may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Post<'a> {
    /// The headline, if there is one.
    pub title: &'a str,
    /// The text below it, as typed: Markdown, quotes, code and all.
    pub body: &'a str,
}

/// Reads a post that nobody asked us about, and decides whether to answer it, ask back, or stay silent.
pub fn triage(model: &Model, post: &Post<'_>, bands: &Bands) -> Verdict {
    if in_danger(post.title, post.body) {
        return verdict::of_crisis(model);
    }
    let language = language::of_text(post.title, post.body);
    let reading = model::read(model, post);
    let action = match language {
        Some(_) => Action::Silent,
        None if reading.p >= bands.answer && reading.track_decided(bands) => Action::Answer,
        None if reading.p >= bands.ask => Action::Ask,
        None => Action::Silent,
    };
    verdict::from_reading(model, reading, bands, action, language)
}

/// Reads what somebody wrote to us of their own accord: never silent. Whether they want to start is not tested, `p` is
/// only told.
pub fn triage_explicit(model: &Model, post: &Post<'_>, bands: &Bands) -> Verdict {
    if in_danger(post.title, post.body) {
        return verdict::of_crisis(model);
    }
    let language = language::of_text(post.title, post.body);
    let reading = model::read(model, post);
    let clear = language.is_none() && reading.track_decided(bands);
    verdict::from_reading(model, reading, bands, if clear { Action::Answer } else { Action::Ask }, language)
}
