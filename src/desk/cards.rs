//! Verdicts as they were shown, a card for each person: what they wrote where everybody sees it, why triage decided as it
//! did, and what was answered.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::judging::Judgement;
use super::{server, sql};
use crate::Result;
use crate::community::{Community, Moderator, Role};
use crate::store::Store;
use crate::triage::{Track, Verdict};

/// How long verdicts wait to be judged.
const SHOWN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The most verdicts that are read.
const MOST: u16 = 200;

/// One verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case {
    /// Names it: `discord/ANSWER`.
    pub source: String,
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

/// What a person wrote, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// Who: `discord:ID`.
    pub author: String,
    /// Their verdicts that wait, newest first.
    pub cases: Vec<Case>,
    /// How many answers they were given before these.
    pub before: usize,
}

/// The verdicts of a community that wait to be judged, a card for each person, the newest first.
///
/// # Errors
/// Refused to moderators of other communities.
pub async fn waiting(store: &Store, by: &Moderator, community: &Community, now: Timestamp) -> Result<Vec<Card>> {
    by.must_be(Role::Editor, "judge verdicts")?;
    let guild = server(by, community)?;
    let since = now.saturating_sub(SHOWN).unwrap_or(Timestamp::MIN);
    let all = sql::cases(&mut *store.read().await?, guild, since, MOST).await?;
    Ok(by_person(all))
}

/// How many verdicts wait.
///
/// # Errors
/// Refused to moderators of other communities.
pub async fn count(store: &Store, by: &Moderator, community: &Community, now: Timestamp) -> Result<usize> {
    Ok(waiting(store, by, community, now).await?.iter().map(|card| card.cases.len()).sum())
}

/// Puts the cases of each person on one card, in the order of their newest case; those that are judged already only count.
fn by_person(all: Vec<(String, Case)>) -> Vec<Card> {
    let mut cards: Vec<Card> = Vec::new();
    let mut judged: Vec<String> = Vec::new();
    for (author, case) in all {
        if case.judgement.is_some() {
            judged.push(author);
            continue;
        }
        match cards.iter_mut().find(|card| card.author == author) {
            Some(card) => card.cases.push(case),
            None => cards.push(Card { author, cases: vec![case], before: 0 }),
        }
    }
    for card in &mut cards {
        card.before = judged.iter().filter(|author| **author == card.author).count();
    }
    cards
}
