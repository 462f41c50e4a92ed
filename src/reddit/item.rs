//! What lies on the desk: an answer that was decided, and where it stands (pure).

use std::fmt::Write;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Result;
use crate::community::Subreddit;
use crate::people::{Identity, RedditName};
use crate::triage::{Track, Verdict};

/// Where an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It would have been said, had the mode allowed it.
    Shown,
    /// It waits for a moderator.
    Waiting,
    /// It is about to be said.
    Queued,
    /// It was said.
    Sent,
    /// Nobody knows whether it arrived: a moderator has to look.
    Unknown,
    /// It is not said any more.
    Dropped,
    /// A moderator did not want it.
    Refused,
    /// It was said, and taken away again.
    Removed,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Shown,
        Self::Waiting,
        Self::Queued,
        Self::Sent,
        Self::Unknown,
        Self::Dropped,
        Self::Refused,
        Self::Removed,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Dropped => "dropped",
            Self::Refused => "refused",
            Self::Removed => "removed",
        }
    }

    pub(super) fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|state| state.name() == name);
        Ok(found.ok_or_else(|| anyhow::anyhow!("the desk has no state {name}"))?)
    }
}

/// Something on the desk. What a person wrote is dropped after 30 days, or when they delete it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its number.
    pub id: i64,
    /// Where.
    pub subreddit: Subreddit,
    /// The post of the thread.
    pub post: String,
    /// What is answered: that post or a comment.
    pub parent: String,
    /// How the bot was called, if it was.
    pub summons: Option<String>,
    /// Who is answered.
    pub author: Option<RedditName>,
    /// The post's title.
    pub title: Option<String>,
    /// The text that is answered.
    pub body: Option<String>,
    /// Of what is answered.
    pub hash: Option<String>,
    /// What triage decided, if it was asked.
    pub verdict: Option<Verdict>,
    /// What is said.
    pub answer: Option<String>,
    /// `answer`, `ask`, or the name of the summons.
    pub action: String,
    /// The guide.
    pub track: Option<Track>,
    /// Where it stands.
    pub state: State,
    /// Why, as a code.
    pub why: Option<String>,
    /// How often it was decided.
    pub generation: i64,
    /// Whether the call that says it has begun.
    pub begun: bool,
    /// Whether a moderator found it right.
    pub judged: Option<bool>,
    /// The comment that says it.
    pub comment: Option<String>,
    /// When what is answered was written.
    pub created: Timestamp,
    /// When it was decided.
    pub at: Timestamp,
    /// When it was said.
    pub sent: Option<Timestamp>,
    /// How often it was looked at since.
    pub looks: i64,
}

impl Item {
    /// Its key in the outbox.
    pub fn key(&self) -> String {
        key(self.id, self.generation)
    }

    /// Where it can be read.
    pub fn link(&self) -> String {
        let id = |name: &str| name.split_once('_').map_or("", |(_, id)| id).to_owned();
        let below = self.comment.as_deref().or(Some(self.parent.as_str()).filter(|parent| parent.starts_with("t1_")));
        let comment = below.map(|name| format!("_/{}/", id(name))).unwrap_or_default();
        format!("https://www.reddit.com/r/{}/comments/{}/{comment}", self.subreddit.as_str(), id(&self.post))
    }
}

/// The key in the outbox of an answer that was decided so many times.
pub fn key(id: i64, generation: i64) -> String {
    format!("reddit/answer/{id}/{generation}")
}

/// The number and the generation of an answer, of its key.
pub fn of_key(key: &str) -> Option<(i64, i64)> {
    let (id, generation) = key.strip_prefix("reddit/answer/")?.split_once('/')?;
    Some((id.parse().ok()?, generation.parse().ok()?))
}

/// An answer that was just decided.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// Where.
    pub subreddit: &'a Subreddit,
    /// The post of the thread.
    pub post: &'a str,
    /// What is answered.
    pub parent: &'a str,
    /// How the bot was called, if it was.
    pub summons: Option<&'a str>,
    /// Who is answered.
    pub author: &'a Identity,
    /// The post's title.
    pub title: &'a str,
    /// The text that is answered.
    pub body: &'a str,
    /// Of what is answered.
    pub hash: &'a str,
    /// What triage decided.
    pub verdict: Option<&'a Verdict>,
    /// What is said.
    pub answer: &'a str,
    /// `answer`, `ask`, or the name of the summons.
    pub action: &'a str,
    /// The guide.
    pub track: Option<Track>,
    /// Where it stands.
    pub state: State,
    /// When what is answered was written.
    pub created: Timestamp,
}

/// What tells two texts apart.
pub fn hash(title: &str, body: &str) -> String {
    let mut sum = Sha256::new();
    for part in [title, "\n", body] {
        sum.update(part.as_bytes());
    }
    sum.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_states_come_back() {
        assert_eq!(of_key(&key(17, 3)), Some((17, 3)));
        for odd in ["reddit/answer/17", "reddit/answer/x/1", "digest/2026-W47", ""] {
            assert_eq!(of_key(odd), None, "{odd}");
        }
        for state in State::ALL {
            assert_eq!(State::named(state.name()).unwrap(), state);
        }
        assert_ne!(hash("a", "b"), hash("a", "B"));
    }
}
