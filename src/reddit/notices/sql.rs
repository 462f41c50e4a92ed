//! The queries of what moderators are told.

use jiff::Timestamp;

use crate::Result;
use crate::community::Subreddit;
use crate::store::Connection;

/// Says whether that is new: the same is told once.
pub async fn add(
    db: &mut Connection,
    (subreddit, what, about): (&str, &str, &str),
    said: &str,
    now: Timestamp,
) -> Result<bool> {
    let query = "INSERT INTO reddit_notices (subreddit, what, about, said, at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (subreddit, what, about) DO NOTHING";
    let query = sqlx::query(query).bind(subreddit).bind(what).bind(about).bind(said).bind(now.as_millisecond());
    Ok(query.execute(db).await?.rows_affected() == 1)
}

pub async fn was_told(db: &mut Connection, (subreddit, what, about): (&str, &str, &str)) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM reddit_notices WHERE subreddit = $1 AND what = $2 AND about = $3)";
    Ok(sqlx::query_scalar(query).bind(subreddit).bind(what).bind(about).fetch_one(db).await?)
}

pub async fn remove(db: &mut Connection, subreddit: &str, what: &str) -> Result<()> {
    let query = "DELETE FROM reddit_notices WHERE subreddit = $1 AND what = $2";
    sqlx::query(query).bind(subreddit).bind(what).execute(db).await?;
    Ok(())
}

pub async fn see(db: &mut Connection, subreddit: &str, id: i64) -> Result<bool> {
    let query = "UPDATE reddit_notices SET seen = 1 WHERE id = $1 AND subreddit IN ('', $2)";
    Ok(sqlx::query(query).bind(id).bind(subreddit).execute(db).await?.rows_affected() == 1)
}

/// Those of a subreddit, or of Reddit itself, that nobody has put aside, newest first: number, sentence, instant.
pub async fn unseen(db: &mut Connection, of: Option<&Subreddit>, most: u32) -> Result<Vec<(i64, String, i64)>> {
    let query = "SELECT id, said, at FROM reddit_notices WHERE subreddit = $1 AND seen = 0
                 ORDER BY at DESC, id DESC LIMIT $2";
    let query = sqlx::query_as(query).bind(of.map_or("", Subreddit::as_str)).bind(most);
    Ok(query.fetch_all(db).await?)
}

/// What is told once and for all stays known.
pub async fn purge(db: &mut Connection, oldest: Timestamp, for_all: &str) -> Result<()> {
    let query = "DELETE FROM reddit_notices WHERE at < $1 AND what <> $2";
    sqlx::query(query).bind(oldest.as_millisecond()).bind(for_all).execute(db).await?;
    Ok(())
}
