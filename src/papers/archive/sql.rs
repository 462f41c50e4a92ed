//! The SQL of the archive: weeks, their papers, and search.

use jiff::Timestamp;
use tracing::warn;

use crate::Result;
use crate::papers::{ArxivId, Digest, Entry, Week};
use crate::store::{Connection, Lease, Millis};

/// Takes the lease for fetching. Returns whether it was free.
pub async fn begin_fetching(db: &mut Connection, lease: Lease) -> Result<bool> {
    let query = "UPDATE paper_fetching SET lease_until = $1 WHERE lease_until <= $2";
    let done = sqlx::query(query).bind(lease.until()).bind(lease.from()).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

pub async fn end_fetching(db: &mut Connection) -> Result<()> {
    sqlx::query("UPDATE paper_fetching SET lease_until = 0").execute(db).await?;
    Ok(())
}

/// The number of weeks fetched since an instant.
pub async fn fetched_since(db: &mut Connection, since: Timestamp) -> Result<i64> {
    let query = "SELECT count(*) FROM paper_weeks WHERE fetched_at > $1";
    Ok(sqlx::query_scalar(query).bind(Millis(since)).fetch_one(db).await?)
}

/// Replaces the stored data of a week.
pub async fn put(db: &mut Connection, digest: &Digest, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO paper_weeks (week, fetched_at, changed_at, digest) VALUES ($1, $2, $2, $3)
                 ON CONFLICT (week) DO UPDATE SET fetched_at = excluded.fetched_at, changed_at = excluded.changed_at,
                     digest = excluded.digest";
    let head = Digest { entries: Vec::new(), ..digest.clone() };
    let week = digest.week.to_string();
    sqlx::query(query).bind(&week).bind(Millis(now)).bind(json(&head)?).execute(&mut *db).await?;
    sqlx::query("DELETE FROM paper_entries WHERE week = $1").bind(&week).execute(&mut *db).await?;
    for (rank, entry) in (1_i64..).zip(&digest.entries) {
        let query = "INSERT INTO paper_entries (week, rank, arxiv, entry) VALUES ($1, $2, $3, $4)";
        let entry_json = json(entry)?;
        sqlx::query(query).bind(&week).bind(rank).bind(entry.id.as_str()).bind(entry_json).execute(&mut *db).await?;
    }
    Ok(())
}

/// Deletes the weeks after `week`.
pub async fn forget_after(db: &mut Connection, week: Week) -> Result<()> {
    for query in ["DELETE FROM paper_entries WHERE week > $1", "DELETE FROM paper_weeks WHERE week > $1"] {
        sqlx::query(query).bind(week.to_string()).execute(&mut *db).await?;
    }
    Ok(())
}

/// Records that a week was fetched and has not changed.
pub async fn refetched(db: &mut Connection, week: Week, now: Timestamp) -> Result<()> {
    let query = "UPDATE paper_weeks SET fetched_at = $2 WHERE week = $1";
    sqlx::query(query).bind(week.to_string()).bind(Millis(now)).execute(db).await?;
    Ok(())
}

/// The feed's permanent name, which does not change with its address.
pub async fn feed_name(db: &mut Connection) -> Result<String> {
    Ok(sqlx::query_scalar("SELECT name FROM paper_feed").fetch_one(db).await?)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    Ok(serde_json::to_string(value).map_err(anyhow::Error::new)?)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text).map_err(anyhow::Error::new)?)
}

/// When a week was fetched, and its data without the papers.
pub async fn fetched(db: &mut Connection, week: Week) -> Result<Option<(Timestamp, Digest)>> {
    let query = "SELECT fetched_at, digest FROM paper_weeks WHERE week = $1";
    let row: Option<(Millis, String)> = sqlx::query_as(query).bind(week.to_string()).fetch_optional(db).await?;
    let Some((at, digest)) = row else { return Ok(None) };
    Ok(Some((at.0, read(&digest)?)))
}

/// The `most` best papers of a week, best first.
pub async fn entries(db: &mut Connection, week: Week, most: i64) -> Result<Vec<Entry>> {
    let query = "SELECT entry FROM paper_entries WHERE week = $1 ORDER BY rank LIMIT $2";
    let rows: Vec<String> = sqlx::query_scalar(query).bind(week.to_string()).bind(most).fetch_all(db).await?;
    // An entry that cannot be read loses no other entry.
    Ok(rows
        .iter()
        .filter_map(|entry| read(entry).inspect_err(|cause| warn!("a kept paper is not read: {cause}")).ok())
        .collect())
}

/// The weeks with papers, newest first: when each was fetched, when that last changed it, its number of papers, and
/// the title of its first paper.
pub async fn weeks(db: &mut Connection, most: i64) -> Result<Vec<(String, Millis, Millis, i64, Option<String>)>> {
    let query =
        "SELECT w.week, w.fetched_at, w.changed_at, (SELECT count(*) FROM paper_entries e WHERE e.week = w.week),
                     (SELECT e.title FROM paper_entries e WHERE e.week = w.week ORDER BY e.rank LIMIT 1)
                 FROM paper_weeks w WHERE EXISTS (SELECT 1 FROM paper_entries e WHERE e.week = w.week)
                 ORDER BY w.week DESC LIMIT $1";
    Ok(sqlx::query_as(query).bind(most).fetch_all(db).await?)
}

/// The weeks with papers next to a missing one: the last before it and the first after it.
pub async fn around(db: &mut Connection, week: Week) -> Result<(Option<String>, Option<String>)> {
    let query = "SELECT (SELECT max(week) FROM paper_entries WHERE week < $1), (SELECT min(week) FROM paper_entries WHERE week > $1)";
    Ok(sqlx::query_as(query).bind(week.to_string()).fetch_one(db).await?)
}

/// The newest entry of a paper, and its week. If no week has it, the entry that a moderator chose for a digest.
pub async fn paper(db: &mut Connection, id: &ArxivId) -> Result<Option<(Week, Entry)>> {
    let query = "SELECT week, entry FROM (SELECT week, entry, 1 AS listed FROM paper_entries WHERE arxiv = $1
                     UNION ALL SELECT week, entry, 0 FROM paper_choices WHERE arxiv = $1)
                 ORDER BY listed DESC, week DESC LIMIT 1";
    let row: Option<(String, String)> = sqlx::query_as(query).bind(id.as_str()).fetch_optional(db).await?;
    let Some((week, entry)) = row else { return Ok(None) };
    Ok(Some((week.parse()?, read(&entry)?)))
}

/// The number of papers that match an FTS5 expression.
pub async fn matching(db: &mut Connection, expression: &str) -> Result<i64> {
    let query = "SELECT count(DISTINCT e.arxiv) FROM paper_index JOIN paper_entries e ON e.id = paper_index.rowid
                 WHERE paper_index MATCH $1";
    Ok(sqlx::query_scalar(query).bind(expression).fetch_one(db).await?)
}

/// The papers that match an FTS5 expression, best first; if about equally good, most votes first. Each paper once, in
/// the newest week that has it.
pub async fn search(db: &mut Connection, expression: &str, most: i64) -> Result<Vec<(Week, Entry)>> {
    let query = "SELECT e.week, e.entry FROM paper_index JOIN paper_entries e ON e.id = paper_index.rowid
                 WHERE paper_index MATCH $1
                     AND NOT EXISTS (SELECT 1 FROM paper_entries n WHERE n.arxiv = e.arxiv AND n.week > e.week)
                 ORDER BY round(bm25(paper_index, 8.0, 4.0, 1.0)), json_extract(e.entry, '$.votes') DESC, e.week DESC, e.rank
                 LIMIT $2";
    let rows: Vec<(String, String)> = sqlx::query_as(query).bind(expression).bind(most).fetch_all(db).await?;
    rows.into_iter().map(|(week, entry)| Ok((week.parse()?, read(&entry)?))).collect()
}

/// Ids and titles of the newest weeks' papers, best first.
pub async fn recent(db: &mut Connection, most: i64) -> Result<Vec<(String, String)>> {
    let query = "SELECT arxiv, title FROM paper_entries ORDER BY week DESC, rank LIMIT $1";
    Ok(sqlx::query_as(query).bind(most).fetch_all(db).await?)
}

/// Ids and titles of papers that match an FTS5 expression.
pub async fn titles(db: &mut Connection, expression: &str, most: i64) -> Result<Vec<(String, String)>> {
    let query = "SELECT e.arxiv, e.title FROM paper_index JOIN paper_entries e ON e.id = paper_index.rowid
                 WHERE paper_index MATCH $1 ORDER BY bm25(paper_index, 8.0, 4.0, 1.0), e.week DESC LIMIT $2";
    Ok(sqlx::query_as(query).bind(expression).bind(most).fetch_all(db).await?)
}
