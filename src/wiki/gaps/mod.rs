//! Gaps: questions the wiki could not answer, kept for moderators, redacted, for 30 days.

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
/// How many groups of questions moderators are shown.
pub const SHOWN: usize = 10;
/// The most questions that are looked at, the newest ones.
const MOST: i64 = 2_000;
/// The most questions that are kept of one day, so that nobody fills the disk. The second half is for people who have
/// signed in somewhere.
const MOST_A_DAY: usize = 1_000;
const MOST_OF_VISITORS: usize = MOST_A_DAY / 2;
/// Of how many wordings, the most frequent ones, the meaning is looked at, and for how long in all.
const MOST_MEANT: usize = 200;
const MEANING_DEADLINE: Duration = Duration::from_millis(1_500);

/// A question that found nothing, as it was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// What, redacted.
    pub question: String,
    /// Whether something was found, and the person said that it was not the answer.
    pub disliked: bool,
}

/// A section of the wiki that has to do with a gap.
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
    /// How many people opened it after they had asked in vain; 0 if it is only the nearest.
    pub opened: usize,
}

/// Questions that are alike, and found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Names it in forms and buttons.
    pub key: String,
    /// As it was asked most often.
    pub question: String,
    /// How often it, or one like it, was asked.
    pub times: usize,
    /// How often of these something was found, but was not the answer.
    pub disliked: usize,
    /// When it was first asked.
    pub first: Timestamp,
    /// When it was last asked.
    pub last: Timestamp,
    /// Other ways in which it was asked, the most frequent first.
    pub also: Vec<String>,
    /// The section that people opened after they had asked in vain, or else the one that is nearest to the question.
    pub near: Option<Near>,
}

impl Gap {
    fn new(question: &str, at: Timestamp) -> Self {
        let (times, disliked, also, near) = (0, 0, Vec::new(), None);
        Self { key: key(question), question: question.to_owned(), times, disliked, first: at, last: at, also, near }
    }

    /// All ways in which it was asked, the most frequent first.
    pub fn questions(&self) -> impl Iterator<Item = &str> {
        [self.question.as_str()].into_iter().chain(self.also.iter().map(String::as_str))
    }

    /// Whether a key names one of its questions.
    fn has(&self, wanted: &str) -> bool {
        self.questions().any(|question| key(question) == wanted)
    }

    /// It, in a line of the log.
    fn told(&self) -> String {
        let short: String = self.question.chars().take(120).collect();
        format!("“{short}”, asked {} times", self.times)
    }
}

/// What names a question in forms and buttons, where the question itself would be too long.
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

/// Notes that nothing good was found for `query`, unless there is enough of this day, and forgets what is older than
/// 30 days.
pub async fn note(store: &Store, query: &str, now: Timestamp) -> Result<()> {
    note_all(store, &[(now, query.to_owned())], false, MOST_A_DAY, now).await
}

/// The same of a question that found something which was not the answer.
pub async fn note_disliked(store: &Store, query: &str, now: Timestamp) -> Result<()> {
    note_all(store, &[(now, query.to_owned())], true, MOST_A_DAY, now).await
}

/// The same for several questions of people whom nobody knows, with the times they were asked at: one write for all.
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

/// A question has found its answer after all: one note of it goes, the newest.
pub async fn answered(store: &Store, question: &str) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget_one(&mut tx, &redact(question)).await?;
    tx.commit().await?;
    Ok(())
}

/// The questions of the last 30 days that found nothing, the most frequent groups first.
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

/// Forgets what is older than 30 days, also when nothing new is noted.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget(&mut tx, oldest(now)).await?;
    tx.commit().await?;
    Ok(())
}

/// How many groups of questions wait, put together by their words alone: for a number beside a link.
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

/// How many groups there were, and of which state of the tables: counting costs more than looking whether it must be done.
#[derive(Debug, Default)]
struct Counted(Mutex<Option<(TablesState, usize)>>);

/// Changes with each gap, each act and each way of asking.
type TablesState = (i64, i64, i64);

/// One gap with what is near to it.
///
/// # Errors
/// Refused if it is not there any more.
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

/// The groups of questions that moderators have not set aside, without what is near to them.
async fn read_groups(store: &Store, db: &mut Connection, with_refused: bool, now: Timestamp) -> Result<Vec<Gap>> {
    let asked = sql::since(db, oldest(now), MOST).await?;
    let refused = sql::refusals(db).await?;
    let wordings: Vec<String> = groups::same(&asked).into_iter().take(MOST_MEANT).map(|gap| gap.question).collect();
    let mut groups = groups::grouped(&asked, &index::meanings(store, db, &wordings, MEANING_DEADLINE).await?);
    groups.retain(|gap| with_refused || !acts::is_refused(gap, &refused));
    Ok(groups)
}

/// The section that has most to do with a gap.
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
