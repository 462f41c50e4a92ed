//! The queries of communities: the audit log.

use jiff::Timestamp;

use super::audit::Entry;
use crate::Result;
use crate::store::Connection;

/// Adds a line to the audit log.
pub async fn add_audit(
    db: &mut Connection,
    actor: &str,
    act: &str,
    subject: &str,
    detail: &str,
    now: Timestamp,
) -> Result<()> {
    let query = "INSERT INTO audit (at, actor, act, subject, detail) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(query).bind(now.as_millisecond()).bind(actor).bind(act).bind(subject).bind(detail).execute(db).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Line {
    id: i64,
    at: i64,
    actor: String,
    act: String,
    subject: String,
    detail: String,
}

/// The audit log before an entry, newest first.
pub async fn audit(db: &mut Connection, before: i64, most: i64) -> Result<Vec<Entry>> {
    let query = "SELECT id, at, actor, act, subject, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2";
    let rows: Vec<Line> = sqlx::query_as(query).bind(before).bind(most).fetch_all(db).await?;
    let entry = |line: Line| {
        let Line { id, at, actor, act, subject, detail } = line;
        let at = Timestamp::from_millisecond(at).map_err(anyhow::Error::new)?;
        Ok(Entry { id, at, actor, act, subject, detail })
    };
    rows.into_iter().map(entry).collect()
}
