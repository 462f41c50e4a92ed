//! What stands on the desk, as its queries read it: verdicts and what moderators said of them, examples, messages.

use jiff::Timestamp;
use serde::Serialize;

use crate::outbox::Payload;
use crate::triage::{Track, Verdict};

/// One verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case {
    /// Names it: `discord/ANSWER`.
    pub source: String,
    /// The channel or thread that it stands in.
    pub channel: Option<u64>,
    /// The thread that it opened.
    pub thread: Option<u64>,
    /// Where the text stands.
    pub link: Option<String>,
    /// When it was answered.
    pub at: Timestamp,
    /// Whether Cairn answered by itself; otherwise somebody pointed it at the text.
    pub is_unasked: bool,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// What triage decided, by the model of then.
    pub verdict: Verdict,
    /// The guide that is shown now: somebody may have chosen another.
    pub shown: Option<Track>,
    /// What its author thinks of the answer: `good` or `bad`.
    pub opinion: Option<String>,
    /// What a moderator said of it.
    pub judgement: Option<Judgement>,
}

/// What a moderator has said of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// Whether triage was right.
    pub fits: bool,
    /// The right track; none if the text does not ask how to start, or if that is not said.
    pub track: Option<Track>,
    /// Who says so.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// An example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lesson {
    /// Its number.
    pub id: i64,
    /// The headline; may be empty.
    pub title: String,
    /// The text.
    pub body: String,
    /// Whether it asks how to get started.
    pub getting_started: bool,
    /// The track, if the text decides it.
    pub track: Option<Track>,
    /// Who wrote it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// A message that waits, or did not arrive.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// Its number.
    pub id: i64,
    /// Its key.
    pub key: String,
    /// Where it goes.
    pub target: String,
    /// Where it stands.
    pub state: String,
    /// How often the target was called.
    pub attempts: i64,
    /// What went wrong last.
    pub trouble: Option<String>,
    /// When it was decided.
    pub created: Timestamp,
    /// What it says.
    pub payload: Option<Payload>,
}
