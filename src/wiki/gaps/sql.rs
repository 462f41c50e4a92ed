//! The SQL of gaps.

use jiff::Timestamp;

use super::Asked;
use crate::Result;
use crate::store::Connection;

/// The number of unanswered questions recorded after `from`.
pub async fn count(db: &mut Connection, from: Timestamp) -> Result<i64> {
    let query = "SELECT count(*) FROM gaps WHERE at > $1";
    Ok(sqlx::query_scalar(query).bind(from.as_millisecond()).fetch_one(db).await?)
}

/// Changes whenever a question or a refusal is added or removed.
pub async fn state(db: &mut Connection) -> Result<(i64, i64, i64)> {
    let query = "SELECT coalesce(max(id), 0), count(*), (SELECT count(*) FROM gap_refusals) FROM gaps";
    Ok(sqlx::query_as(query).fetch_one(db).await?)
}

/// Records an unanswered question.
pub async fn add(db: &mut Connection, query: &str, disliked: bool, at: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO gaps (at, query, disliked) VALUES ($1, $2, $3)")
        .bind(at.as_millisecond())
        .bind(query)
        .bind(disliked)
        .execute(db)
        .await?;
    Ok(())
}

/// The unanswered questions since `oldest`, newest first.
pub async fn since(db: &mut Connection, oldest: Timestamp, most: i64) -> Result<Vec<Asked>> {
    let query = "SELECT at, query, disliked FROM gaps WHERE at >= $1 ORDER BY at DESC, id DESC LIMIT $2";
    let rows: Vec<(i64, String, bool)> =
        sqlx::query_as(query).bind(oldest.as_millisecond()).bind(most).fetch_all(db).await?;
    let read = |(at, question, disliked)| {
        Ok(Asked { at: Timestamp::from_millisecond(at).map_err(anyhow::Error::new)?, question, disliked })
    };
    rows.into_iter().map(read).collect()
}

/// Deletes the newest record of a question.
pub async fn forget_one(db: &mut Connection, query: &str) -> Result<()> {
    sqlx::query("DELETE FROM gaps WHERE id = (SELECT max(id) FROM gaps WHERE query = $1)")
        .bind(query)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes all records of these questions.
pub async fn forget_all(db: &mut Connection, questions: &[String]) -> Result<()> {
    let questions = serde_json::to_string(questions).map_err(anyhow::Error::new)?;
    sqlx::query("DELETE FROM gaps WHERE trim(query) IN (SELECT value FROM json_each($1))")
        .bind(questions)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes questions and finds from before `oldest`.
pub async fn forget(db: &mut Connection, oldest: Timestamp) -> Result<()> {
    for query in ["DELETE FROM gaps WHERE at < $1", "DELETE FROM gap_finds WHERE at < $1"] {
        sqlx::query(query).bind(oldest.as_millisecond()).execute(&mut *db).await?;
    }
    Ok(())
}

/// Records which section a person opened after a search without a result.
pub async fn add_find(db: &mut Connection, missed: &str, (page, anchor): (&str, &str), at: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO gap_finds (at, missed, page, anchor) VALUES ($1, $2, $3, $4)")
        .bind(at.as_millisecond())
        .bind(missed)
        .bind(page)
        .bind(anchor)
        .execute(db)
        .await?;
    Ok(())
}

/// The number of recorded finds.
pub async fn count_finds(db: &mut Connection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM gap_finds").fetch_one(db).await?)
}

/// The sections that people opened after a search without a result: question, page, anchor, count.
pub async fn finds(db: &mut Connection, oldest: Timestamp) -> Result<Vec<(String, String, String, i64)>> {
    let query = "SELECT missed, page, anchor, count(*) FROM gap_finds WHERE at >= $1 GROUP BY missed, page, anchor
                 ORDER BY 4 DESC, 1, 2, 3";
    Ok(sqlx::query_as(query).bind(oldest.as_millisecond()).fetch_all(db).await?)
}

/// The words of the questions marked as not for this wiki.
pub async fn refusals(db: &mut Connection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT words FROM gap_refusals ORDER BY words").fetch_all(db).await?)
}

/// Marks a question as not for this wiki.
pub async fn refuse(db: &mut Connection, words: &str, actor: &str, at: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO gap_refusals (words, actor, at) VALUES ($1, $2, $3) ON CONFLICT (words) DO NOTHING")
        .bind(words)
        .bind(actor)
        .bind(at.as_millisecond())
        .execute(db)
        .await?;
    Ok(())
}

/// Removes that mark. Returns whether there was one.
pub async fn accept(db: &mut Connection, words: &str) -> Result<bool> {
    let done = sqlx::query("DELETE FROM gap_refusals WHERE words = $1").bind(words).execute(db).await?;
    Ok(done.rows_affected() > 0)
}
