//! The queries about secret links.

use jiff::Timestamp;

use crate::Result;
use crate::people::PersonId;
use crate::store::{Connection, Millis};

/// When the person's link was made, if there is one.
pub async fn made(db: &mut Connection, id: PersonId) -> Result<Option<Timestamp>> {
    let query = "SELECT made_at FROM study_feeds WHERE person_id = $1";
    let made: Option<Millis> = sqlx::query_scalar(query).bind(id).fetch_optional(db).await?;
    Ok(made.map(|at| at.0))
}

/// The owner of the link with this hash.
pub async fn whose(db: &mut Connection, hash: &[u8]) -> Result<Option<PersonId>> {
    let query = "SELECT person_id FROM study_feeds WHERE hash = $1";
    Ok(sqlx::query_scalar(query).bind(hash).fetch_optional(db).await?)
}

/// Sets a person's link. It replaces an older one.
pub async fn set(db: &mut Connection, id: PersonId, hash: &[u8], now: Timestamp) -> Result<()> {
    let query = "INSERT INTO study_feeds (person_id, hash, made_at) VALUES ($1, $2, $3)
                 ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at";
    sqlx::query(query).bind(id).bind(hash).bind(Millis(now)).execute(db).await?;
    Ok(())
}

pub async fn remove(db: &mut Connection, id: PersonId) -> Result<()> {
    sqlx::query("DELETE FROM study_feeds WHERE person_id = $1").bind(id).execute(db).await?;
    Ok(())
}
