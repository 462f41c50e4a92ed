//! Verdicts as they were shown, one card per person: what they wrote in public, why triage decided this way, and the
//! answer.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use super::items::Case;
use super::{server, sql};
use crate::Result;
use crate::community::{Community, Moderator, Role};
use crate::store::Store;

/// How long verdicts can be judged.
const SHOWN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The most verdicts that are read.
const MOST: u16 = 200;

/// One person's texts, and the verdicts on them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// The author: `discord:ID`.
    pub author: String,
    /// Their verdicts that are not judged yet, newest first.
    pub cases: Vec<Case>,
    /// How many judged answers they got before these.
    pub before: usize,
    /// The author of the card above, if both wrote in the same thread.
    pub beside: Option<String>,
}

/// The verdicts of a community that are not judged yet, one card per person, newest first. People who wrote in the
/// same thread stand together.
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

/// The number of verdicts that are not judged yet.
///
/// # Errors
/// Refused to moderators of other communities.
pub async fn count(store: &Store, by: &Moderator, community: &Community, now: Timestamp) -> Result<usize> {
    by.must_be(Role::Editor, "judge verdicts")?;
    let guild = server(by, community)?;
    let since = now.saturating_sub(SHOWN).unwrap_or(Timestamp::MIN);
    let count = sql::waiting(&mut *store.read().await?, guild, since, MOST).await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Groups the cases by person, in the order of their newest case. Judged cases are only counted.
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
            None => cards.push(Card { author, cases: vec![case], before: 0, beside: None }),
        }
    }
    for card in &mut cards {
        card.before = judged.iter().filter(|author| **author == card.author).count();
    }
    by_thread(cards)
}

/// Moves cards from the same thread together; otherwise the order stays.
fn by_thread(mut cards: Vec<Card>) -> Vec<Card> {
    let threads: HashSet<u64> = cards.iter().flat_map(|card| &card.cases).filter_map(|case| case.thread).collect();
    let of = |card: &Card| -> Vec<u64> {
        card.cases.iter().filter_map(|case| case.channel).filter(|channel| threads.contains(channel)).collect()
    };
    let mut sorted: Vec<Card> = Vec::with_capacity(cards.len());
    while !cards.is_empty() {
        let mut next = cards.remove(0);
        let with_above = |above: &Card| of(above).iter().any(|thread| of(&next).contains(thread));
        next.beside = sorted.last().filter(|above| with_above(above)).map(|above| above.author.clone());
        let threads = of(&next);
        sorted.push(next);
        if let Some(at) = cards.iter().position(|card| of(card).iter().any(|thread| threads.contains(thread))) {
            let same = cards.remove(at);
            cards.insert(0, same);
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{Bands, Model, Post, triage};

    fn case(author: &str, channel: u64, opens: bool) -> (String, Case) {
        let case = Case {
            source: format!("discord/{author}"),
            channel: Some(channel),
            thread: opens.then_some(channel),
            link: None,
            at: Timestamp::UNIX_EPOCH,
            is_unasked: true,
            title: String::new(),
            body: String::new(),
            verdict: triage(Model::builtin(), &Post { title: "", body: "" }, &Bands::default()),
            shown: None,
            opinion: None,
            judgement: None,
        };
        (author.to_owned(), case)
    }

    #[test]
    fn who_wrote_in_one_thread_stands_together() {
        // Channel 7 is not a thread, so people who wrote there are not related.
        let all = vec![
            case("ann", 7, false),
            case("bea", 40, false),
            case("cai", 7, false),
            case("dan", 40, true),
            case("ann", 41, true),
        ];
        let cards: Vec<(String, Option<String>, usize)> =
            by_person(all).into_iter().map(|card| (card.author, card.beside, card.cases.len())).collect();
        let expected = [("ann", None, 2), ("bea", None, 1), ("dan", Some("bea"), 1), ("cai", None, 1)];
        let expected = expected.map(|(who, above, n)| (who.to_owned(), above.map(str::to_owned), n));
        assert_eq!(cards, expected);
    }
}
