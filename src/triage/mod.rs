//! Triage: does a text ask how to get started in machine learning, and which of the four guides fits it?
//!
//! [`triage`] is pure and deterministic: text in, [`Verdict`] out. `cutter` finds the author's own sentences and
//! splits them into words. `phrase_finder` finds the phrases of `cues`, `against`, `aims` and `degree_phrases` in them.
//! `evidence` adds up their weights. `model` weighs that with what it has learned. `deciding` makes the verdict, and
//! `texts` puts it into words.

mod against;
mod aims;
mod attributes;
pub mod care;
mod crisis;
mod cues;
mod cutter;
pub mod danger;
mod deciding;
mod declared;
mod degree;
mod degree_phrases;
mod evidence;
pub mod examples;
mod grams;
mod kept;
mod language;
pub mod measure;
mod model;
mod phrase_finder;
mod reasons;
mod sense;
mod spoken_of;
pub(crate) mod tables;
mod text;
mod texts;
pub mod train;
pub mod trial;
mod verdict;
mod vocabulary;

#[cfg(test)]
mod asking_tests;
#[cfg(test)]
mod tests;

use crate::meaning::Vector;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

pub use danger::{Ear, Passage};
pub use deciding::of_crisis;
pub use degree::{ResearchRow, TABLE as DEGREES};
pub use model::Model;
pub use reasons::Reason;
pub use verdict::{Action, Bands, Choice, Intent, Question, Verdict};

/// Characters read per field. Callers refuse longer input; triage itself stays linear in the length.
pub const MAX_CHARS: usize = 40_000;

/// One of the four guides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Track {
    /// At school or younger, with plans for a future in machine learning.
    HighSchool,
    /// A job, a career change, production, industry.
    Engineer,
    /// Research, publishing, a PhD, new methods.
    Researcher,
    /// A hobby, curiosity, a side project, ML in one's own program.
    Hacker,
}

impl Track {
    /// All four, in the order of the guides.
    pub const ALL: [Track; 4] = [Track::HighSchool, Track::Engineer, Track::Researcher, Track::Hacker];

    /// The name in links, settings and JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Track::HighSchool => "high-school",
            Track::Engineer => "engineer",
            Track::Researcher => "researcher",
            Track::Hacker => "hacker",
        }
    }

    /// The guide's name as people see it.
    pub const fn title(self) -> &'static str {
        match self {
            Track::HighSchool => "High school guide",
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

/// A person's text. Either part may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Post<'a> {
    /// The headline, if there is one.
    pub title: &'a str,
    /// The text below it, as typed, with Markdown, quotes and code.
    pub body: &'a str,
}

impl Post<'_> {
    /// The text for the sentence encoder.
    pub fn for_meaning(&self) -> String {
        let read = |text: &str| text.chars().take(2_000).collect::<String>();
        format!("{}\n{}", read(self.title), read(self.body))
    }
}

/// Whether the author of a text, or a person they write about, may be in danger, judged by the words alone.
pub fn in_danger(title: &str, body: &str) -> bool {
    heard_by_phrases(title, body) || Ear::builtin().listen(title, body).is_some_and(|passage| passage.is_loud())
}

/// Whether the phrases detect danger, without the learned detector.
pub fn heard_by_phrases(title: &str, body: &str) -> bool {
    crisis::heard(title, body)
}

/// The passage of a text that may be about danger, if its words do not decide it.
pub fn faint_danger(title: &str, body: &str) -> Option<Passage> {
    Ear::builtin().listen(title, body).filter(Passage::is_faint)
}

/// Why we read a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Nobody asked us: answer, ask back, or stay silent.
    Unasked,
    /// Its author wrote it to us: never silent. `p` is only reported and does not affect the action.
    Asked,
}

/// Judges a post that nobody asked us about, by its words alone.
pub fn triage(model: &Model, post: &Post<'_>, bands: &Bands) -> Verdict {
    decide(model, post, bands, Occasion::Unasked, None)
}

/// Judges a text that its author wrote to us, by its words alone.
pub fn triage_explicit(model: &Model, post: &Post<'_>, bands: &Bands) -> Verdict {
    decide(model, post, bands, Occasion::Asked, None)
}

/// Judges a text and decides what to do. If its meaning is known, it counts together with the words.
pub fn decide(model: &Model, post: &Post<'_>, bands: &Bands, occasion: Occasion, meaning: Option<&Vector>) -> Verdict {
    if in_danger(post.title, post.body) {
        return of_crisis(model);
    }
    let language = language::of_text(post.title, post.body);
    let reading = evidence::read(model, post, meaning);
    let decided = language.is_none() && reading.track_decided(bands);
    let action = match occasion {
        Occasion::Asked if decided => Action::Answer,
        Occasion::Asked => Action::Ask,
        Occasion::Unasked if language.is_some() => Action::Silent,
        Occasion::Unasked if decided && reading.p >= bands.answer => Action::Answer,
        Occasion::Unasked if reading.p >= bands.ask => Action::Ask,
        Occasion::Unasked => Action::Silent,
    };
    deciding::from_reading(model, reading, bands, action, language)
}
