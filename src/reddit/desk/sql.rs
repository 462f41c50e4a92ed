//! The desk's own queries.

use jiff::Timestamp;

use super::Pulse;
use crate::Result;
use crate::community::Subreddit;
use crate::reddit::mode::Mode;
use crate::reddit::sql::instant;
use crate::store::Connection;

/// The numbers of what could be judged and was not: what would have been said unasked, or was. Newest first.
pub async fn to_judge(db: &mut Connection, subreddit: &Subreddit, most: u32) -> Result<Vec<i64>> {
    let query = "SELECT id FROM reddit_desk WHERE subreddit = $1 AND state IN ('shown', 'sent') AND judged IS NULL
                     AND summons IS NULL AND title IS NOT NULL ORDER BY at DESC, id DESC LIMIT $2";
    Ok(sqlx::query_scalar(query).bind(subreddit.as_str()).bind(most).fetch_all(db).await?)
}

/// How many are in a state.
pub async fn in_state(db: &mut Connection, subreddit: &Subreddit, state: &str) -> Result<i64> {
    let query = "SELECT count(*) FROM reddit_desk WHERE subreddit = $1 AND state = $2";
    Ok(sqlx::query_scalar(query).bind(subreddit.as_str()).bind(state).fetch_one(db).await?)
}

/// The same in all subreddits.
pub async fn everywhere(db: &mut Connection, state: &str) -> Result<i64> {
    let query = "SELECT count(*) FROM reddit_desk WHERE state = $1";
    Ok(sqlx::query_scalar(query).bind(state).fetch_one(db).await?)
}

/// What the bot does in each subreddit that it knows.
pub async fn modes(db: &mut Connection) -> Result<Vec<(String, Mode)>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT name, mode FROM reddit_subreddits ORDER BY name").fetch_all(db).await?;
    rows.into_iter().map(|(name, mode)| Ok((name, mode.parse()?))).collect()
}

pub async fn set_pulse(db: &mut Connection, pulse: &Pulse) -> Result<()> {
    let query = "INSERT INTO reddit_pulse (id, at, calls_left, renewed_at) VALUES (1, $1, $2, $3)
                 ON CONFLICT (id) DO UPDATE SET at = excluded.at, calls_left = excluded.calls_left,
                     renewed_at = excluded.renewed_at";
    sqlx::query(query)
        .bind(pulse.at.as_millisecond())
        .bind(pulse.calls_left.map(i64::from))
        .bind(pulse.renewed.map(Timestamp::as_millisecond))
        .execute(db)
        .await?;
    Ok(())
}

pub async fn pulse(db: &mut Connection) -> Result<Option<Pulse>> {
    let query = "SELECT at, calls_left, renewed_at FROM reddit_pulse WHERE id = 1";
    let row: Option<(i64, Option<i64>, Option<i64>)> = sqlx::query_as(query).fetch_optional(db).await?;
    let Some((at, left, renewed)) = row else { return Ok(None) };
    let calls_left = left.and_then(|left| u32::try_from(left).ok());
    Ok(Some(Pulse { at: instant(at)?, calls_left, renewed: renewed.map(instant).transpose()? }))
}
