//! The SQL of reading: votes, reading threads, and ticked passes.

use jiff::Timestamp;

use crate::Result;
use crate::papers::ArxivId;
use crate::people::PersonId;
use crate::store::{Connection, Millis, Snowflake};

/// Sets a vote, or removes it. Returns whether it is now set.
pub async fn vote(
    db: &mut Connection,
    person: PersonId,
    community: &str,
    id: &ArxivId,
    now: Timestamp,
) -> Result<bool> {
    let query = "DELETE FROM paper_votes WHERE person_id = $1 AND community = $2 AND arxiv = $3";
    let gone = sqlx::query(query).bind(person).bind(community).bind(id.as_str()).execute(&mut *db).await?;
    if gone.rows_affected() > 0 {
        return Ok(false);
    }
    let query = "INSERT INTO paper_votes (person_id, community, arxiv, at) VALUES ($1, $2, $3, $4)";
    sqlx::query(query).bind(person).bind(community).bind(id.as_str()).bind(Millis(now)).execute(db).await?;
    Ok(true)
}

/// How many people of a community vote for a paper.
pub async fn votes(db: &mut Connection, community: &str, id: &ArxivId) -> Result<i64> {
    let query = "SELECT count(*) FROM paper_votes WHERE community = $1 AND arxiv = $2";
    Ok(sqlx::query_scalar(query).bind(community).bind(id.as_str()).fetch_one(db).await?)
}

/// Ticks a pass off, or undoes that.
pub async fn tick(db: &mut Connection, person: PersonId, id: &ArxivId, pass: i64, now: Timestamp) -> Result<()> {
    let query = "DELETE FROM paper_ticks WHERE person_id = $1 AND arxiv = $2 AND pass = $3";
    let gone = sqlx::query(query).bind(person).bind(id.as_str()).bind(pass).execute(&mut *db).await?;
    if gone.rows_affected() == 0 {
        let query = "INSERT INTO paper_ticks (person_id, arxiv, pass, at) VALUES ($1, $2, $3, $4)";
        let query = sqlx::query(query).bind(person).bind(id.as_str()).bind(pass);
        query.bind(Millis(now)).execute(db).await?;
    }
    Ok(())
}

/// The passes that a person has ticked off.
pub async fn ticks(db: &mut Connection, person: PersonId, id: &ArxivId) -> Result<Vec<i64>> {
    let query = "SELECT pass FROM paper_ticks WHERE person_id = $1 AND arxiv = $2 ORDER BY pass";
    Ok(sqlx::query_scalar(query).bind(person).bind(id.as_str()).fetch_all(db).await?)
}

/// Opens a reading. Returns its number; none if the channel already has one for this paper.
pub async fn open(
    db: &mut Connection,
    channel: u64,
    id: &ArxivId,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<i64>> {
    let query = "INSERT INTO paper_readings (channel, arxiv, person_id, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (channel, arxiv) DO NOTHING RETURNING id";
    let query = sqlx::query_scalar(query).bind(Snowflake(channel)).bind(id.as_str()).bind(person);
    Ok(query.bind(Millis(now)).fetch_optional(db).await?)
}

/// The number of a channel's reading of a paper.
pub async fn opened(db: &mut Connection, channel: u64, id: &ArxivId) -> Result<Option<i64>> {
    let query = "SELECT id FROM paper_readings WHERE channel = $1 AND arxiv = $2";
    Ok(sqlx::query_scalar(query).bind(Snowflake(channel)).bind(id.as_str()).fetch_optional(db).await?)
}

/// How many readings a person has opened since an instant.
pub async fn opened_since(db: &mut Connection, person: PersonId, since: Timestamp) -> Result<i64> {
    let query = "SELECT count(*) FROM paper_readings WHERE person_id = $1 AND at > $2";
    Ok(sqlx::query_scalar(query).bind(person).bind(Millis(since)).fetch_one(db).await?)
}
