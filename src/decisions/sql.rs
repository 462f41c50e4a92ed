//! The queries about models that moderators trained.

use jiff::Timestamp;

use super::trained::{Kept, State};
use crate::Result;
use crate::store::{Connection, Millis};

/// The number of the model in use, if there is one.
pub async fn in_use(db: &mut Connection) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar("SELECT id FROM models WHERE state = 'in_use'").fetch_optional(db).await?)
}

/// A model's checksum of the program's own examples, and its bytes.
pub async fn bytes(db: &mut Connection, id: i64) -> Result<Option<(String, Option<Vec<u8>>)>> {
    Ok(sqlx::query_as("SELECT base, bytes FROM models WHERE id = $1").bind(id).fetch_optional(db).await?)
}

/// Records a training. Returns the model's number.
pub async fn begin(db: &mut Connection, base: &str, lessons: i64, actor: &str, now: Timestamp) -> Result<i64> {
    let query = "INSERT INTO models (state, version, base, lessons, report, actor, at)
                 VALUES ('training', '', $1, $2, '', $3, $4) RETURNING id";
    let id = sqlx::query_scalar(query).bind(base).bind(lessons).bind(actor).bind(Millis(now));
    Ok(id.fetch_one(db).await?)
}

/// Marks trainings that began before `before` as failed, because their process has ended.
pub async fn fail_unfinished(db: &mut Connection, before: Timestamp) -> Result<()> {
    sqlx::query("UPDATE models SET state = 'failed' WHERE state = 'training' AND at < $1")
        .bind(Millis(before))
        .execute(db)
        .await?;
    Ok(())
}

/// Stores the result of a training. Returns whether it was still expected.
pub async fn end(
    db: &mut Connection,
    id: i64,
    state: State,
    version: &str,
    bytes: Option<&[u8]>,
    report: &str,
) -> Result<bool> {
    let query =
        "UPDATE models SET state = $1, version = $2, bytes = $3, report = $4 WHERE id = $5 AND state = 'training'";
    let done =
        sqlx::query(query).bind(state.name()).bind(version).bind(bytes).bind(report).bind(id).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Retires the model in use. Returns whether there was one.
pub async fn retire(db: &mut Connection) -> Result<bool> {
    let done =
        sqlx::query("UPDATE models SET state = 'retired', bytes = NULL WHERE state = 'in_use'").execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Puts a ready model into use. Returns whether it was ready.
pub async fn adopt(db: &mut Connection, id: i64) -> Result<bool> {
    let query = "UPDATE models SET state = 'in_use' WHERE id = $1 AND state = 'ready'";
    Ok(sqlx::query(query).bind(id).execute(db).await?.rows_affected() > 0)
}

/// Retires all models that are ready, except one.
pub async fn pass_over(db: &mut Connection, but: i64) -> Result<()> {
    sqlx::query("UPDATE models SET state = 'retired', bytes = NULL WHERE state = 'ready' AND id <> $1")
        .bind(but)
        .execute(db)
        .await?;
    Ok(())
}

type Row = (i64, String, String, String, i64, String, String, Millis);

/// The newest models, newest first.
pub async fn newest(db: &mut Connection, most: i64) -> Result<Vec<Kept>> {
    let query = "SELECT id, state, version, base, lessons, report, actor, at FROM models ORDER BY id DESC LIMIT $1";
    let rows: Vec<Row> = sqlx::query_as(query).bind(most).fetch_all(db).await?;
    let kept = |(id, state, version, base, lessons, report, actor, at): Row| {
        Ok(Kept { id, state: State::named(&state)?, version, base, lessons, report, actor, at: at.0 })
    };
    rows.into_iter().map(kept).collect()
}
