//! The revisions of a page: text, date and author.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::patch::patch;
use super::{slug_of, sql};
use crate::store::{Connection, Store};
use crate::{Error, Kind, Result};

/// One revision of a page, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// 1, 2, 3 …
    pub number: i64,
    /// Who wrote it.
    pub author: String,
    /// Why; may be empty.
    pub reason: String,
    /// When it was saved.
    pub at: Timestamp,
    /// The number of lines that the previous revision did not have.
    pub added: usize,
    /// The number of lines of the previous revision that are gone.
    pub removed: usize,
}

/// A page's revisions, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct History {
    /// The page's slug.
    pub page: String,
    /// As many as requested. To get the next ones, pass the last number as `before`.
    pub revisions: Vec<Version>,
}

/// One revision with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// The page's slug.
    pub page: String,
    /// 1, 2, 3 …
    pub number: i64,
    /// Its text, byte for byte.
    pub source: String,
    /// Who wrote it.
    pub author: String,
    /// Why; may be empty.
    pub reason: String,
    /// When it was saved.
    pub at: Timestamp,
}

/// What changed between two revisions of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The page's slug.
    pub page: String,
    /// The older revision; 0 is the empty page before the first.
    pub from: i64,
    /// The newer revision.
    pub to: i64,
    /// Lines only in `to`.
    pub added: usize,
    /// Lines only in `from`.
    pub removed: usize,
    /// A unified diff; empty if both texts are equal.
    pub diff: String,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.strftime("%Y-%m-%d %H:%M");
        write!(f, "revision {}, {at} UTC, {}, +{} −{}", self.number, self.author, self.added, self.removed)?;
        if self.reason.is_empty() { Ok(()) } else { write!(f, ": {}", self.reason) }
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, version) in self.revisions.iter().enumerate() {
            write!(f, "{}- {version}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.diff.is_empty() {
            return write!(f, "Revisions {} and {} of {} say the same.", self.from, self.to, self.page);
        }
        f.write_str(self.diff.trim_end_matches('\n'))
    }
}

/// Up to `most` revisions of a page, newest first; only those before the revision `before`, if given.
///
/// # Errors
/// Refused, with the nearest names, if there is no such page.
pub async fn history(store: &Store, wanted: &str, before: Option<i64>, most: u16) -> Result<History> {
    let mut db = store.read().await?;
    let page = slug_of(&mut db, wanted).await?;
    // One more than shown: each revision is compared with the previous one.
    let rows = sql::revisions(&mut db, &page, before.unwrap_or(i64::MAX), i64::from(most) + 1).await?;
    let older = rows.iter().skip(1).map(|r| r.source.as_str()).chain([""]);
    let revisions = rows.iter().zip(older).take(most.into()).map(|(row, older)| version(row, older));
    Ok(History { page, revisions: revisions.collect::<Result<_>>()? })
}

fn version(row: &sql::Row, older: &str) -> Result<Version> {
    let patch = patch(("", older), ("", &row.source));
    Ok(Version {
        number: row.number,
        author: row.author.clone(),
        reason: row.reason.clone(),
        at: sql::instant(row.at)?,
        added: patch.added,
        removed: patch.removed,
    })
}

/// One revision of a page.
///
/// # Errors
/// Refused if there is no such page or revision.
pub async fn revision(store: &Store, wanted: &str, number: i64) -> Result<Revision> {
    let mut db = store.read().await?;
    let page = slug_of(&mut db, wanted).await?;
    let sql::Row { number, source, author, reason, at } = known(&mut db, &page, number).await?;
    Ok(Revision { page, number, source, author, reason, at: sql::instant(at)? })
}

/// The changes from one revision of a page to another. Defaults: `to` is the newest revision, `from` the one before
/// `to`. Revision 0 is the empty page before the first.
///
/// # Errors
/// Refused if there is no such page or revision.
pub async fn diff(store: &Store, wanted: &str, from: Option<i64>, to: Option<i64>) -> Result<Diff> {
    let mut db = store.read().await?;
    let page = slug_of(&mut db, wanted).await?;
    let to = match to {
        Some(to) => to,
        None => sql::newest(&mut db, &page).await?.map_or(0, |n| n.number),
    };
    let from = from.unwrap_or(to - 1);
    let old = text(&mut db, &page, from).await?;
    let new = text(&mut db, &page, to).await?;
    let called = |number: i64| format!("{page}.md, revision {number}");
    let patch = patch((&called(from), &old), (&called(to), &new));
    Ok(Diff { page, from, to, added: patch.added, removed: patch.removed, diff: patch.text })
}

async fn text(db: &mut Connection, slug: &str, number: i64) -> Result<String> {
    if number == 0 { Ok(String::new()) } else { Ok(known(db, slug, number).await?.source) }
}

/// A revision of a page; refused if the page has no such revision.
pub(super) async fn known(db: &mut Connection, slug: &str, number: i64) -> Result<sql::Row> {
    if let Some(row) = sql::revision(db, slug, number).await? {
        return Ok(row);
    }
    let newest = sql::newest(db, slug).await?.map_or(0, |n| n.number);
    let known = if newest == 1 { "only revision 1".to_owned() } else { format!("revisions 1 to {newest}") };
    Err(Error::of(Kind::NotFound, format!("The page {slug} has no revision {number}; it has {known}.")))
}

/// The newest revision of a page that exists.
pub(super) async fn newest(db: &mut Connection, slug: &str) -> Result<sql::Row> {
    let newest = sql::newest(db, slug).await?;
    newest.ok_or_else(|| anyhow::anyhow!("page {slug} has no revision").into())
}
