//! The labels' queries.

use jiff::Timestamp;

use super::{Correction, Label};
use crate::Result;
use crate::store::Connection;
use crate::triage::{Intent, Track};

pub async fn add(
    db: &mut Connection,
    correction: Correction<'_>,
    text: &str,
    verdict: &str,
    now: Timestamp,
) -> Result<()> {
    let query = "INSERT INTO labels (text, verdict, intent, track, person_id, at) VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(query)
        .bind(text)
        .bind(verdict)
        .bind(if correction.intent == Intent::Other { "other" } else { "getting_started" })
        .bind(correction.track.map(Track::slug))
        .bind(correction.by.map(|person| person.0))
        .bind(now.as_millisecond())
        .execute(db)
        .await?;
    Ok(())
}

pub async fn all(db: &mut Connection) -> Result<Vec<Label>> {
    let query = "SELECT text, intent, track FROM labels ORDER BY at, id";
    let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(query).fetch_all(db).await?;
    let label = |(text, intent, track): (String, String, Option<String>)| Label {
        text,
        intent: if intent == "other" { Intent::Other } else { Intent::GettingStarted },
        track: track.and_then(|slug| slug.parse().ok()),
    };
    Ok(rows.into_iter().map(label).collect())
}

pub async fn forget(db: &mut Connection, oldest: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM labels WHERE at < $1").bind(oldest.as_millisecond()).execute(db).await?;
    Ok(())
}
