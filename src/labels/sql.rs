//! The queries about labels.

use jiff::Timestamp;

use super::{Correction, Count};
use crate::Result;
use crate::store::{Connection, Millis};
use crate::triage::{Intent, Track};

pub async fn add(db: &mut Connection, correction: Correction<'_>, verdict: &str, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO labels (verdict, intent, track, person_id, at) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(query)
        .bind(verdict)
        .bind(if correction.intent == Intent::Other { "other" } else { "getting_started" })
        .bind(correction.track.map(Track::slug))
        .bind(correction.by)
        .bind(Millis(now))
        .execute(db)
        .await?;
    Ok(())
}

/// Model, chosen track, intent, right track, count.
type Counted = (String, Option<String>, String, Option<String>, u32);

pub async fn counts(db: &mut Connection) -> Result<Vec<Count>> {
    let query = "SELECT coalesce(verdict ->> 'model', ''), verdict ->> 'track', intent, track, count(*) FROM labels \
                 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4";
    let rows: Vec<Counted> = sqlx::query_as(query).fetch_all(db).await?;
    let slug = |slug: Option<String>| slug.and_then(|slug| slug.parse().ok());
    let count = |(model, chosen, intent, track, times): Counted| Count {
        model,
        chosen: slug(chosen),
        intent: if intent == "other" { Intent::Other } else { Intent::GettingStarted },
        track: slug(track),
        times,
    };
    Ok(rows.into_iter().map(count).collect())
}

pub async fn forget(db: &mut Connection, oldest: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM labels WHERE at < $1").bind(Millis(oldest)).execute(db).await?;
    Ok(())
}
