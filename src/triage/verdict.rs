//! Triage's decision, as other parts of the program and JSON see it.

use super::Track;
use super::degree::ResearchRow;
use super::reasons::Reason;
use serde::{Deserialize, Serialize};

/// What the author wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Asks how to enter or start ML, AI or data science as a field.
    GettingStarted,
    /// Anything else.
    Other,
}

/// What the bot does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Show the guide of the track.
    Answer,
    /// Ask the one follow-up question.
    Ask,
    /// Say nothing.
    Silent,
}

impl Action {
    /// Its name in the database and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Ask => "ask",
            Self::Silent => "silent",
        }
    }
}

/// How sure triage must be, each 0–1. A setting of each community.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// Least `p` to answer.
    pub answer: f64,
    /// Least lead of the first track over the second to answer.
    pub margin: f64,
    /// Least `p` to ask back.
    pub ask: f64,
}

impl Default for Bands {
    fn default() -> Self {
        Bands { answer: 0.85, margin: 0.20, ask: 0.50 }
    }
}

/// The one follow-up question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The question itself.
    pub text: String,
    /// At most four answers, most likely first.
    pub choices: Vec<Choice>,
    /// The label for “none of these”.
    pub none: &'static str,
}

/// One answer to a [`Question`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The text on the button.
    pub label: &'static str,
    /// The track it stands for.
    pub track: Track,
}

/// Triage's decision about a text. Its JSON has the fields in this order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// `getting_started` when `p` is at least one half.
    pub intent: Intent,
    /// Calibrated probability of getting started, 0–1.
    pub p: f64,
    /// The best track, or `None` if the text has no evidence that decides.
    pub track: Option<Track>,
    /// Probability of that track, 0–1; `None` without a track.
    pub track_p: Option<f64>,
    /// Its lead over the second track, 0–1; 0 without a track.
    pub margin: f64,
    /// What to do.
    pub action: Action,
    /// The words that decided: those for the track first, then those for or against getting started.
    pub reasons: Vec<Reason>,
    /// The language's two-letter code, if it is not English.
    pub language: Option<&'static str>,
    /// The author, or a person they write about, may be in danger: no guide, no reason, no button, no search result.
    pub crisis: bool,
    /// The version of the model that decided.
    pub model: String,
    /// The follow-up question, if `action` is `ask`.
    pub question: Option<Question>,
    /// For researchers: the row of the degree table, if degree and field are known.
    pub research_row: Option<ResearchRow>,
    /// All tracks, most likely first.
    #[serde(skip)]
    pub(super) ranking: [Track; 4],
    /// The text has a sign of school.
    #[serde(skip)]
    pub(super) pupil: bool,
}

/// With `p` in this range, the words alone do not decide whether a post asks how to get started.
const OPEN: std::ops::Range<f64> = 0.15..0.97;

impl Verdict {
    /// Whether the words alone do not decide, so that computing the text's meaning is worth its cost.
    pub fn is_open(&self) -> bool {
        !self.crisis && self.language.is_none() && OPEN.contains(&self.p)
    }
}
