//! The queries about shown heat maps.

use crate::Result;
use crate::people::PersonId;
use crate::store::Connection;

pub async fn shows(db: &mut Connection, id: PersonId) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM study_shows WHERE person_id = $1)";
    Ok(sqlx::query_scalar(query).bind(id).fetch_one(db).await?)
}

pub async fn set_shows(db: &mut Connection, id: PersonId, shows: bool) -> Result<()> {
    let query = if shows {
        "INSERT INTO study_shows (person_id) VALUES ($1) ON CONFLICT (person_id) DO NOTHING"
    } else {
        "DELETE FROM study_shows WHERE person_id = $1"
    };
    sqlx::query(query).bind(id).execute(db).await?;
    Ok(())
}
