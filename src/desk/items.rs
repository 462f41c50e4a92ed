//! What stands on the desk, as its queries read it: verdicts and what moderators said of them, examples, messages.

use jiff::Timestamp;
use serde::Serialize;

use crate::outbox::Payload;
use crate::triage::{Track, Verdict};

/// One verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case {
    /// Identifies the verdict: `discord/ANSWER`.
    pub source: String,
    /// The channel or thread of the text.
    pub channel: Option<u64>,
    /// The thread that the text opened.
    pub thread: Option<u64>,
    /// The text's address.
    pub link: Option<String>,
    /// When it was answered.
    pub at: Timestamp,
    /// Whether Cairn answered by itself; otherwise a person asked it to.
    pub is_unasked: bool,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// Triage's decision, by the model of that time.
    pub verdict: Verdict,
    /// The guide that is shown now; a person may have chosen another one.
    pub shown: Option<Track>,
    /// The author's opinion of the answer: `good` or `bad`.
    pub opinion: Option<String>,
    /// A moderator's judgement.
    pub judgement: Option<Judgement>,
}

/// A stored judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// Whether triage was right.
    pub fits: bool,
    /// The right track; none if the text does not ask how to start, or if the moderator did not say.
    pub track: Option<Track>,
    /// Who judged.
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
    /// Its key in the outbox.
    pub key: String,
    /// Where it goes.
    pub target: String,
    /// Its state in the outbox.
    pub state: String,
    /// The number of attempts to send it.
    pub attempts: i64,
    /// The last problem.
    pub trouble: Option<String>,
    /// When it was created.
    pub created: Timestamp,
    /// Its content.
    pub payload: Option<Payload>,
}
