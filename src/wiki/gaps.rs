//! Gaps: questions the wiki could not answer, kept for moderators, redacted, for 30 days.

use std::fmt;

use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::{name, sql, words};
use crate::Result;
use crate::community::HomeModerator;
use crate::people::redact;
use crate::store::Store;

/// How long a question is kept, in hours (30 days).
const KEPT_HOURS: i64 = 30 * 24;
/// How many groups of questions moderators are shown.
pub const SHOWN: usize = 10;
/// The most questions that are looked at, the newest ones.
const MOST: i64 = 2_000;
/// The most questions that are kept of one day, so that nobody fills the disk. The second half is for people who have
/// signed in somewhere.
const MOST_A_DAY: usize = 1_000;
const MOST_OF_VISITORS: usize = MOST_A_DAY / 2;
/// Two questions are alike if they share so many of their words: this many of that many.
const ALIKE: (usize, usize) = (1, 2);

/// Questions that are alike, and found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// As it was asked most often.
    pub question: String,
    /// How often it, or one like it, was asked.
    pub times: usize,
    /// When it was first asked.
    pub first: Timestamp,
    /// When it was last asked.
    pub last: Timestamp,
    /// Other ways in which it was asked, the most frequent first.
    pub also: Vec<String>,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first.strftime("%Y-%m-%d"), self.last.strftime("%Y-%m-%d"));
        match self.times {
            1 => write!(f, "once, on {last}: “{}”", self.question)?,
            times => write!(f, "{times} times, {first} to {last}: “{}”", self.question)?,
        }
        match self.also.first() {
            None => Ok(()),
            Some(other) => write!(f, ", also “{other}”"),
        }
    }
}

/// What people are told whose question found nothing. Moderators are promised only where there are some.
pub fn nothing_found(is_read: bool) -> &'static str {
    if is_read {
        "The wiki has nothing good on that yet. The moderators will see that someone asked."
    } else {
        "The wiki has nothing good on that yet."
    }
}

/// Notes that nothing good was found for `query`, unless there is enough of this day, and forgets what is older than
/// 30 days.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn note(store: &Store, query: &str, now: Timestamp) -> Result<()> {
    note_all(store, &[(now, query.to_owned())], MOST_A_DAY, now).await
}

/// The same for several questions of people whom nobody knows, with the times they were asked at: one write for all.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn note_visitors(store: &Store, asked: &[(Timestamp, String)], now: Timestamp) -> Result<()> {
    note_all(store, asked, MOST_OF_VISITORS, now).await
}

async fn note_all(store: &Store, asked: &[(Timestamp, String)], most: usize, now: Timestamp) -> Result<()> {
    let day = now.saturating_sub(24.hours()).map_err(anyhow::Error::new)?;
    let kept = sql::count_gaps(&mut *store.read().await?, day).await?;
    let room = most.saturating_sub(usize::try_from(kept).unwrap_or_default());
    if room == 0 {
        return Ok(());
    }
    let mut tx = store.write().await?;
    sql::forget_gaps(&mut tx, oldest(now)).await?;
    for (at, question) in asked.iter().take(room) {
        sql::add_gap(&mut tx, &redact(question), *at).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A question has found its answer after all: one note of it goes, the newest.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn answered(store: &Store, question: &str) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget_gap(&mut tx, &redact(question)).await?;
    tx.commit().await?;
    Ok(())
}

/// The questions of the last 30 days that found nothing, the most frequent groups first.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn top(store: &Store, _: &HomeModerator, now: Timestamp) -> Result<Vec<Gap>> {
    let asked = sql::gaps(&mut *store.read().await?, oldest(now), MOST).await?;
    let mut groups = grouped(&asked);
    groups.truncate(SHOWN);
    Ok(groups)
}

/// Forgets what is older than 30 days, also when nothing new is noted.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget_gaps(&mut tx, oldest(now)).await?;
    tx.commit().await?;
    Ok(())
}

fn oldest(now: Timestamp) -> Timestamp {
    now.checked_sub(KEPT_HOURS.hours()).unwrap_or(Timestamp::MIN)
}

/// Puts questions that share half of their words together, however they are ordered: the most frequent groups first,
/// of equal ones the latest (pure).
fn grouped(asked: &[(Timestamp, String)]) -> Vec<Gap> {
    let mut groups: Vec<(Vec<String>, Gap)> = Vec::new();
    for gap in same(asked) {
        let words = content(&gap.question);
        match groups.iter_mut().find(|(of, _)| are_alike(of, &words)) {
            Some((_, group)) => {
                group.times += gap.times;
                group.first = group.first.min(gap.first);
                group.last = group.last.max(gap.last);
                group.also.push(gap.question);
            }
            None => groups.push((words, gap)),
        }
    }
    let mut gaps: Vec<Gap> = groups.into_iter().map(|(_, gap)| gap).collect();
    gaps.sort_by(|a, b| (b.times, b.last, &a.question).cmp(&(a.times, a.last, &b.question)));
    gaps
}

/// Each wording once, the most frequent first.
fn same(asked: &[(Timestamp, String)]) -> Vec<Gap> {
    let mut all: std::collections::BTreeMap<String, Gap> = std::collections::BTreeMap::new();
    for (at, question) in asked {
        let question = question.trim();
        let new = || Gap { question: question.to_owned(), times: 0, first: *at, last: *at, also: Vec::new() };
        let gap = all.entry(name(question)).or_insert_with(new);
        gap.times += 1;
        gap.first = gap.first.min(*at);
        gap.last = gap.last.max(*at);
    }
    let mut gaps: Vec<Gap> = all.into_values().collect();
    gaps.sort_by(|a, b| (b.times, b.last, &a.question).cmp(&(a.times, a.last, &b.question)));
    gaps
}

/// The words of a question that count, in order of the alphabet, without plural endings.
fn content(question: &str) -> Vec<String> {
    let read = name(question);
    let all: Vec<&str> = read.split(' ').collect();
    let stem = |word: &str| if word.len() > 3 { word.trim_end_matches('s') } else { word }.to_owned();
    let mut content: Vec<String> = words::content(&all).into_iter().map(stem).collect();
    content.sort_unstable();
    content.dedup();
    content
}

fn are_alike(a: &[String], b: &[String]) -> bool {
    let shared = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
    let all = a.len() + b.len() - shared;
    shared > 0 && shared * ALIKE.1 >= all * ALIKE.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + hour * 3_600).unwrap()
    }

    fn asked(questions: &[&str]) -> Vec<(Timestamp, String)> {
        (0..).zip(questions).map(|(hour, question)| (at(hour), (*question).to_owned())).collect()
    }

    #[test]
    fn questions_that_are_alike_are_one_gap() {
        let gaps = grouped(&asked(&[
            "what is mamba",
            "best pizza in naples",
            "How do mamba models work?",
            "mamba",
            "What is Mamba?",
            "pizza in Naples",
        ]));
        let lines: Vec<String> = gaps.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "3 times, 2026-11-18 to 2026-11-18: “what is mamba”, also “mamba”",
                "2 times, 2026-11-18 to 2026-11-18: “pizza in Naples”, also “best pizza in naples”",
                "once, on 2026-11-18: “How do mamba models work?”",
            ]
        );
    }

    #[test]
    fn nothing_makes_nothing() {
        assert!(grouped(&[]).is_empty());
        assert_eq!(grouped(&asked(&["", "???"])).len(), 1);
    }

    proptest! {
        #[test]
        fn every_question_is_counted_once(questions in prop::collection::vec("[a-d ]{0,8}", 0..30)) {
            let all: Vec<(Timestamp, String)> = (0..).zip(questions).map(|(h, q)| (at(h), q)).collect();
            let gaps = grouped(&all);
            prop_assert_eq!(gaps.iter().map(|gap| gap.times).sum::<usize>(), all.len());
            prop_assert!(gaps.iter().all(|gap| gap.first <= gap.last));
        }
    }
}
