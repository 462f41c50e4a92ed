//! The SQL of editing: revisions and drafts.

use jiff::Timestamp;
use serde::Serialize;

use super::{Change, Part};
use crate::Result;
use crate::store::Connection;

/// A revision.
#[derive(sqlx::FromRow)]
pub struct Row {
    pub number: i64,
    pub source: String,
    pub author: String,
    pub reason: String,
    pub at: i64,
}

pub async fn newest(db: &mut Connection, slug: &str) -> Result<Option<Row>> {
    let query = "SELECT r.number, r.source, r.author, r.reason, r.at FROM pages p
                 JOIN revisions r ON r.page_id = p.id AND r.number = p.revision WHERE p.slug = $1";
    Ok(sqlx::query_as(query).bind(slug).fetch_optional(db).await?)
}

pub async fn revision(db: &mut Connection, slug: &str, number: i64) -> Result<Option<Row>> {
    let query = "SELECT r.number, r.source, r.author, r.reason, r.at FROM pages p
                 JOIN revisions r ON r.page_id = p.id WHERE p.slug = $1 AND r.number = $2";
    Ok(sqlx::query_as(query).bind(slug).bind(number).fetch_optional(db).await?)
}

/// The revisions of a page below the number `before`, newest first.
pub async fn revisions(db: &mut Connection, slug: &str, before: i64, most: i64) -> Result<Vec<Row>> {
    let query = "SELECT r.number, r.source, r.author, r.reason, r.at FROM pages p
                 JOIN revisions r ON r.page_id = p.id WHERE p.slug = $1 AND r.number < $2
                 ORDER BY r.number DESC LIMIT $3";
    Ok(sqlx::query_as(query).bind(slug).bind(before).bind(most).fetch_all(db).await?)
}

/// A change that waits for publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Unique among all drafts.
    pub id: i64,
    /// The page's slug; the page need not exist yet.
    pub page: String,
    /// The section's anchor, empty for the lead; none if the draft changes the whole page.
    pub section: Option<String>,
    /// The section's new heading, if the draft changes it.
    pub heading: Option<String>,
    /// The new text of the page or section.
    pub text: String,
    /// The revision that the author edited.
    pub base: i64,
    /// Who made it.
    pub author: String,
    /// Why; may be empty.
    pub reason: String,
    /// When it was made.
    pub at: Timestamp,
}

pub fn instant(at: i64) -> Result<Timestamp> {
    Ok(Timestamp::from_millisecond(at).map_err(anyhow::Error::new)?)
}

type DraftRow = (i64, String, Option<String>, Option<String>, String, i64, String, String, i64);

fn draft(row: DraftRow) -> Result<Draft> {
    let (id, page, section, heading, text, base, author, reason, at) = row;
    Ok(Draft { id, page, section, heading, text, base, author, reason, at: instant(at)? })
}

/// Adds a draft. Returns its number.
pub async fn add_draft(db: &mut Connection, change: &Change<'_>, author: &str, now: Timestamp) -> Result<i64> {
    let (section, heading) = match change.part {
        Part::Page => (None, None),
        Part::Section { anchor, heading } => (Some(anchor), heading),
    };
    let query = "INSERT INTO drafts (page, section, heading, text, base, author, reason, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id";
    let id = sqlx::query_scalar(query)
        .bind(change.page)
        .bind(section)
        .bind(heading)
        .bind(change.text)
        .bind(change.base)
        .bind(author)
        .bind(change.reason)
        .bind(now.as_millisecond());
    Ok(id.fetch_one(db).await?)
}

pub async fn open_drafts(db: &mut Connection) -> Result<Vec<Draft>> {
    let query = "SELECT id, page, section, heading, text, base, author, reason, at FROM drafts
                 WHERE state = 'open' ORDER BY id DESC";
    let rows: Vec<DraftRow> = sqlx::query_as(query).fetch_all(db).await?;
    rows.into_iter().map(draft).collect()
}

pub async fn open_draft(db: &mut Connection, id: i64) -> Result<Option<Draft>> {
    let query = "SELECT id, page, section, heading, text, base, author, reason, at FROM drafts
                 WHERE id = $1 AND state = 'open'";
    let row: Option<DraftRow> = sqlx::query_as(query).bind(id).fetch_optional(db).await?;
    row.map(draft).transpose()
}

/// The number of open drafts.
pub async fn count_open(db: &mut Connection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM drafts WHERE state = 'open'").fetch_one(db).await?)
}

/// The number of open drafts by one author.
pub async fn open_drafts_by(db: &mut Connection, author: &str) -> Result<i64> {
    let query = "SELECT count(*) FROM drafts WHERE state = 'open' AND author = $1";
    Ok(sqlx::query_scalar(query).bind(author).fetch_one(db).await?)
}

/// Gives a page's open drafts its new slug.
pub async fn move_drafts(db: &mut Connection, old: &str, new: &str) -> Result<()> {
    sqlx::query("UPDATE drafts SET page = $1 WHERE page = $2 AND state = 'open'")
        .bind(new)
        .bind(old)
        .execute(db)
        .await?;
    Ok(())
}

/// Sets the final state of a draft.
pub async fn close_draft(db: &mut Connection, id: i64, state: &str) -> Result<()> {
    sqlx::query("UPDATE drafts SET state = $1 WHERE id = $2").bind(state).bind(id).execute(db).await?;
    Ok(())
}
