//! The queries of reminders.

use crate::Result;
use crate::people::PersonId;
use crate::store::Connection;

/// The stored state of a person, if they have one.
pub async fn state(db: &mut Connection, id: PersonId) -> Result<Option<String>> {
    let query = "SELECT state FROM study_reminders WHERE person_id = $1";
    Ok(sqlx::query_scalar(query).bind(id).fetch_optional(db).await?)
}

pub async fn save(db: &mut Connection, id: PersonId, state: &str) -> Result<()> {
    let query = "INSERT INTO study_reminders (person_id, state) VALUES ($1, $2)
                 ON CONFLICT (person_id) DO UPDATE SET state = excluded.state";
    sqlx::query(query).bind(id).bind(state).execute(db).await?;
    Ok(())
}
