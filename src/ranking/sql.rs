//! The queries of the ranking.

use jiff::Timestamp;

use crate::Result;
use crate::people::PersonId;
use crate::store::{Connection, Millis, Snowflake};

pub async fn rank(db: &mut Connection, id: PersonId, guild: u64) -> Result<()> {
    let query = "INSERT INTO study_ranked (person_id, guild) VALUES ($1, $2)
                 ON CONFLICT (person_id) DO UPDATE SET guild = excluded.guild";
    sqlx::query(query).bind(id).bind(Snowflake(guild)).execute(db).await?;
    Ok(())
}

pub async fn is_ranked(db: &mut Connection, id: PersonId) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM study_ranked WHERE person_id = $1)";
    Ok(sqlx::query_scalar(query).bind(id).fetch_one(db).await?)
}

/// The people in a server's ranking.
pub async fn ranked(db: &mut Connection, guild: u64) -> Result<Vec<PersonId>> {
    let query = "SELECT person_id FROM study_ranked WHERE guild = $1 ORDER BY person_id";
    Ok(sqlx::query_scalar(query).bind(Snowflake(guild)).fetch_all(db).await?)
}

/// A server's students with an entry since an instant.
pub async fn active(db: &mut Connection, guild: u64, since: Timestamp) -> Result<Vec<PersonId>> {
    let query = "SELECT person_id FROM study_people WHERE guild = $1 AND at >= $2 ORDER BY person_id";
    Ok(sqlx::query_scalar(query).bind(Snowflake(guild)).bind(Millis(since)).fetch_all(db).await?)
}
