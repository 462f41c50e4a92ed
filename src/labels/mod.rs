//! Labels: corrections of triage by authors and moderators, kept for 30 days. They are only counted and hold no text:
//! nothing is learnt from members' posts.

use jiff::{SignedDuration, Timestamp};

use crate::Result;
use crate::people::PersonId;
use crate::store::{Connection, Store};
use crate::triage::{Intent, Track, Verdict};

mod sql;

/// How long a label is kept (30 days).
const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A person's correction of a verdict.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// The corrected verdict.
    pub verdict: &'a Verdict,
    /// What the author really wanted.
    pub intent: Intent,
    /// The right track, if the text has one.
    pub track: Option<Track>,
    /// The person who corrected it.
    pub by: Option<PersonId>,
}

/// How often a model was corrected in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The model's version.
    pub model: String,
    /// The track that the model chose.
    pub chosen: Option<Track>,
    /// What the authors really wanted.
    pub intent: Intent,
    /// The right track, if there is one.
    pub track: Option<Track>,
    /// How often.
    pub times: u32,
}

/// Stores a correction within the transaction that re-renders the answer.
pub async fn store(db: &mut Connection, correction: Correction<'_>, now: Timestamp) -> Result<()> {
    let mut verdict = serde_json::to_value(correction.verdict).map_err(anyhow::Error::new)?;
    if let Some(fields) = verdict.as_object_mut() {
        // The reasons quote the text, and the question may quote more of it.
        fields.retain(|name, _| name != "reasons" && name != "question");
    }
    sql::add(db, correction, &verdict.to_string(), now).await
}

/// The corrections of the last 30 days, counted.
pub async fn counts(store: &Store) -> Result<Vec<Count>> {
    sql::counts(&mut *store.read().await?).await
}

/// Deletes labels after 30 days.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget(&mut tx, now.saturating_sub(RETENTION).unwrap_or(Timestamp::MIN)).await?;
    tx.commit().await
}
