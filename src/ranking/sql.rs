//! The queries of the ranking.

use jiff::Timestamp;

use crate::Result;
use crate::people::PersonId;
use crate::store::Connection;

pub async fn rank(db: &mut Connection, id: PersonId, guild: u64) -> Result<()> {
    let query = "INSERT INTO study_ranked (person_id, guild) VALUES ($1, $2)
                 ON CONFLICT (person_id) DO UPDATE SET guild = excluded.guild";
    sqlx::query(query).bind(id.0).bind(guild.cast_signed()).execute(db).await?;
    Ok(())
}

pub async fn is_ranked(db: &mut Connection, id: PersonId) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM study_ranked WHERE person_id = $1)";
    Ok(sqlx::query_scalar(query).bind(id.0).fetch_one(db).await?)
}

/// Who is in the ranking of a server.
pub async fn ranked(db: &mut Connection, guild: u64) -> Result<Vec<PersonId>> {
    let query = "SELECT person_id FROM study_ranked WHERE guild = $1 ORDER BY person_id";
    let rows: Vec<i64> = sqlx::query_scalar(query).bind(guild.cast_signed()).fetch_all(db).await?;
    Ok(rows.into_iter().map(PersonId).collect())
}

/// Students of a server who entered something since an instant.
pub async fn active(db: &mut Connection, guild: u64, since: Timestamp) -> Result<Vec<PersonId>> {
    let query = "SELECT person_id FROM study_people WHERE guild = $1 AND at >= $2 ORDER BY person_id";
    let rows: Vec<i64> =
        sqlx::query_scalar(query).bind(guild.cast_signed()).bind(since.as_millisecond()).fetch_all(db).await?;
    Ok(rows.into_iter().map(PersonId).collect())
}
