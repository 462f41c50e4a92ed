//! Gaps: questions that the wiki could not answer. They are redacted and kept for moderators for 30 days.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::{index, name, search};
use crate::community::HomeModerator;
use crate::people::redact;
use crate::store::{Connection, Store};
use crate::{Error, Result};

mod acts;
mod groups;
mod sql;

pub use acts::{accept, note_find, point, refuse, start_page};

/// How long a question is kept, in hours (30 days).
const KEPT_HOURS: i64 = 30 * 24;
/// How many groups of questions moderators see.
pub const SHOWN: usize = 10;
/// The most questions that are read; the newest ones.
const MOST: i64 = 2_000;
/// The most questions that are kept per day, so that nobody can fill the disk. Visitors who have not signed in can
/// use only the first half.
const MOST_A_DAY: usize = 1_000;
const MOST_OF_VISITORS: usize = MOST_A_DAY / 2;
/// The meaning is computed for this many of the most frequent wordings, within this time.
const MOST_MEANT: usize = 200;
const MEANING_DEADLINE: Duration = Duration::from_millis(1_500);

/// A question that found nothing, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// What, redacted.
    pub question: String,
    /// Whether something was found, but the person said that it was not the answer.
    pub disliked: bool,
}

/// A section of the wiki that is close to a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Near {
    /// The page's slug.
    pub page: String,
    /// The section's anchor; empty for the lead.
    pub anchor: String,
    /// The page's title.
    pub title: String,
    /// The section's heading.
    pub heading: String,
    /// How many people opened it after a search without a result; 0 if it is only the nearest section.
    pub opened: usize,
}

/// Similar questions that found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Identifies the gap in forms and buttons.
    pub key: String,
    /// The most frequent wording.
    pub question: String,
    /// How often this question or a similar one was asked.
    pub times: usize,
    /// In how many of these cases something was found, but was not the answer.
    pub disliked: usize,
    /// When it was first asked.
    pub first: Timestamp,
    /// When it was last asked.
    pub last: Timestamp,
    /// Other wordings, most frequent first.
    pub also: Vec<String>,
    /// The section that people opened after a search without a result; otherwise the section nearest to the question.
    pub near: Option<Near>,
}

impl Gap {
    fn new(question: &str, at: Timestamp) -> Self {
        let (times, disliked, also, near) = (0, 0, Vec::new(), None);
        Self { key: key(question), question: question.to_owned(), times, disliked, first: at, last: at, also, near }
    }

    /// All wordings, most frequent first.
    pub fn questions(&self) -> impl Iterator<Item = &str> {
        [self.question.as_str()].into_iter().chain(self.also.iter().map(String::as_str))
    }

    /// Whether the key belongs to one of its questions.
    fn has(&self, wanted: &str) -> bool {
        self.questions().any(|question| key(question) == wanted)
    }

    /// The gap as text for the audit log.
    fn told(&self) -> String {
        let short: String = self.question.chars().take(120).collect();
        format!("“{short}”, asked {} times", self.times)
    }
}

/// A short key for a question, for forms and buttons.
fn key(question: &str) -> String {
    let sum = name(question)
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("{sum:016x}")
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

/// Records that `query` found nothing good, unless the day's limit is reached. Deletes records older than 30 days.
pub async fn note(store: &Store, query: &str, now: Timestamp) -> Result<()> {
    note_all(store, &[(now, query.to_owned())], false, MOST_A_DAY, now).await
}

/// The same for a question whose result was not the answer.
pub async fn note_disliked(store: &Store, query: &str, now: Timestamp) -> Result<()> {
    note_all(store, &[(now, query.to_owned())], true, MOST_A_DAY, now).await
}

/// The same for several questions of visitors who have not signed in, each with its time. One write for all.
pub async fn note_visitors(store: &Store, asked: &[(Timestamp, String)], now: Timestamp) -> Result<()> {
    note_all(store, asked, false, MOST_OF_VISITORS, now).await
}

async fn note_all(
    store: &Store,
    asked: &[(Timestamp, String)],
    disliked: bool,
    most: usize,
    now: Timestamp,
) -> Result<()> {
    let day = now.saturating_sub(24.hours()).map_err(anyhow::Error::new)?;
    let kept = sql::count(&mut *store.read().await?, day).await?;
    let room = most.saturating_sub(usize::try_from(kept).unwrap_or_default());
    if room == 0 {
        return Ok(());
    }
    let mut tx = store.write().await?;
    sql::forget(&mut tx, oldest(now)).await?;
    for (at, question) in asked.iter().take(room) {
        sql::add(&mut tx, &redact(question), disliked, *at).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Deletes the newest record of a question, because it was answered after all.
pub async fn answered(store: &Store, question: &str) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget_one(&mut tx, &redact(question)).await?;
    tx.commit().await?;
    Ok(())
}

/// The questions of the last 30 days that found nothing, most frequent groups first.
pub async fn top(store: &Store, _: &HomeModerator, now: Timestamp) -> Result<Vec<Gap>> {
    let (mut groups, finds) = {
        let mut db = store.read().await?;
        (read_groups(store, &mut db, false, now).await?, sql::finds(&mut db, oldest(now)).await?)
    };
    groups.truncate(SHOWN);
    for gap in &mut groups {
        gap.near = near(store, gap, &finds).await?;
    }
    Ok(groups)
}

/// Deletes records older than 30 days, even if no new question comes in.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget(&mut tx, oldest(now)).await?;
    tx.commit().await?;
    Ok(())
}

/// The number of groups, formed by words alone. It is the number shown next to a link.
pub async fn count(store: &Store, _: &HomeModerator, now: Timestamp) -> Result<usize> {
    let mut db = store.read().await?;
    let (state, kept) = (sql::state(&mut db).await?, store.beside::<Counted>());
    let known = *kept.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, count)) = known.filter(|(of, _)| *of == state) {
        return Ok(count);
    }
    let (asked, refused) = (sql::since(&mut db, oldest(now), MOST).await?, sql::refusals(&mut db).await?);
    let groups = groups::grouped(&asked, &HashMap::new());
    let count = groups.iter().filter(|gap| !acts::is_refused(gap, &refused)).count().min(SHOWN);
    *kept.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, count));
    Ok(count)
}

/// The last count, and the state of the tables it belongs to. Checking the state is cheaper than counting.
#[derive(Debug, Default)]
struct Counted(Mutex<Option<(TablesState, usize)>>);

/// Changes whenever a question or a refusal is added or removed.
type TablesState = (i64, i64, i64);

/// One gap with the section that is close to it.
///
/// # Errors
/// Refused if it no longer exists.
pub async fn one(store: &Store, _: &HomeModerator, key: &str, now: Timestamp) -> Result<Gap> {
    let (groups, finds) = {
        let mut db = store.read().await?;
        (read_groups(store, &mut db, false, now).await?, sql::finds(&mut db, oldest(now)).await?)
    };
    let gone = || Error::refused("That question is no longer among the gaps; look at the list again.");
    let mut gap = groups.into_iter().find(|gap| gap.has(key)).ok_or_else(gone)?;
    gap.near = near(store, &gap, &finds).await?;
    Ok(gap)
}

fn oldest(now: Timestamp) -> Timestamp {
    now.checked_sub(KEPT_HOURS.hours()).unwrap_or(Timestamp::MIN)
}

/// The groups of questions that moderators have not refused, without their nearest sections.
async fn read_groups(store: &Store, db: &mut Connection, with_refused: bool, now: Timestamp) -> Result<Vec<Gap>> {
    let asked = sql::since(db, oldest(now), MOST).await?;
    let refused = sql::refusals(db).await?;
    let wordings: Vec<String> = groups::same(&asked).into_iter().take(MOST_MEANT).map(|gap| gap.question).collect();
    let mut groups = groups::grouped(&asked, &index::meanings(store, db, &wordings, MEANING_DEADLINE).await?);
    groups.retain(|gap| with_refused || !acts::is_refused(gap, &refused));
    Ok(groups)
}

/// The section that is closest to a gap.
async fn near(store: &Store, gap: &Gap, finds: &[(String, String, String, i64)]) -> Result<Option<Near>> {
    let mut opened: Vec<(&str, &str, i64)> = Vec::new();
    for (_, page, anchor, times) in finds.iter().filter(|(missed, ..)| gap.has(&key(missed))) {
        match opened.iter_mut().find(|(p, a, _)| p == page && a == anchor) {
            Some((.., sum)) => *sum += times,
            None => opened.push((page, anchor, *times)),
        }
    }
    opened.sort_by_key(|(.., times)| std::cmp::Reverse(*times));
    for (page, anchor, times) in opened {
        if let Some(section) = super::section(store, page, anchor, "").await? {
            let (title, heading) = (section.title, section.heading);
            let (page, anchor) = (page.to_owned(), anchor.to_owned());
            return Ok(Some(Near { page, anchor, title, heading, opened: usize::try_from(times).unwrap_or_default() }));
        }
    }
    let nearest = search::nearest(store, &gap.question).await?;
    Ok(nearest.map(|(anchor, section)| Near {
        page: section.page,
        anchor,
        title: section.title,
        heading: section.heading,
        opened: 0,
    }))
}
