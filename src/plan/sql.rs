//! The queries about plans.

use jiff::Timestamp;

use crate::Result;
use crate::people::PersonId;
use crate::store::{Connection, Millis};

/// A plan's row.
#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: i64,
    pub track: String,
    pub plan: String,
    pub judged: String,
    pub changed_at: Millis,
}

pub async fn plan(db: &mut Connection, id: PersonId) -> Result<Option<Row>> {
    let query = "SELECT id, track, plan, judged, changed_at FROM study_plans WHERE person_id = $1";
    Ok(sqlx::query_as(query).bind(id).fetch_optional(db).await?)
}

/// Puts another plan in the place of a person's, and returns its number.
pub async fn add(
    db: &mut Connection,
    id: PersonId,
    track: &str,
    plan: &str,
    judged: &str,
    now: Timestamp,
) -> Result<i64> {
    drop(&mut *db, id).await?;
    let query = "INSERT INTO study_plans (person_id, track, plan, judged, changed_at) VALUES ($1, $2, $3, $4, $5)
                 RETURNING id";
    let query = sqlx::query_scalar(query).bind(id).bind(track).bind(plan).bind(judged);
    Ok(query.bind(Millis(now)).fetch_one(db).await?)
}

pub async fn set(db: &mut Connection, number: i64, plan: &str, judged: &str, now: Timestamp) -> Result<()> {
    let query = "UPDATE study_plans SET plan = $2, judged = $3, changed_at = $4 WHERE id = $1";
    sqlx::query(query).bind(number).bind(plan).bind(judged).bind(Millis(now)).execute(db).await?;
    Ok(())
}

pub async fn drop(db: &mut Connection, id: PersonId) -> Result<()> {
    sqlx::query("DELETE FROM study_plans WHERE person_id = $1").bind(id).execute(db).await?;
    Ok(())
}
