//! Labels: corrections of triage by authors and moderators, kept for 30 days as examples to learn from.

use jiff::{SignedDuration, Timestamp};

use crate::Result;
use crate::people::{PersonId, redact};
use crate::store::{Connection, Store};
use crate::triage::{Intent, Track, Verdict};

mod sql;

/// How long a label is kept (30 days).
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What somebody says about a verdict.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// The text that was judged, as it was written; it is redacted before it is stored.
    pub text: &'a str,
    /// What triage had decided.
    pub verdict: &'a Verdict,
    /// What the author really wants.
    pub intent: Intent,
    /// The right track, if the text has one.
    pub track: Option<Track>,
    /// Who says so.
    pub by: Option<PersonId>,
}

/// An example to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The text, redacted.
    pub text: String,
    /// What its author wants.
    pub intent: Intent,
    /// The right track, if the text has one.
    pub track: Option<Track>,
}

/// Stores a correction within the transaction that re-renders the answer. Texts of people who opted out are
/// not the caller's to give.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn store(db: &mut Connection, correction: Correction<'_>, now: Timestamp) -> Result<()> {
    let mut verdict = serde_json::to_value(correction.verdict).map_err(anyhow::Error::new)?;
    if let Some(fields) = verdict.as_object_mut() {
        // The reasons are quotes, and the question may hold more of them.
        fields.retain(|name, _| name != "reasons" && name != "question");
    }
    sql::add(db, correction, &redact(correction.text), &verdict.to_string(), now).await
}

/// Every label, oldest first.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn all(store: &Store) -> Result<Vec<Label>> {
    sql::all(&mut *store.read().await?).await
}

/// Forgets labels after 30 days; the weights learned from them stay.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget(&mut tx, now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN)).await?;
    tx.commit().await
}
