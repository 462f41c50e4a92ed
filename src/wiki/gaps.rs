//! Gaps: questions the wiki could not answer, kept for moderators, redacted, for 30 days.

use jiff::{Timestamp, ToSpan};

use super::sql;
use crate::Result;
use crate::people::redact;
use crate::store::Store;

/// How long a question is kept, in hours (30 days).
const KEPT_HOURS: i64 = 30 * 24;

/// Notes that nothing good was found for `query`, and forgets what is older than 30 days.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn note(store: &Store, query: &str, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::add_gap(&mut tx, &redact(query), now, oldest(now)).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets what is older than 30 days, also when nothing new is noted.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget_gaps(&mut tx, oldest(now)).await?;
    tx.commit().await?;
    Ok(())
}

fn oldest(now: Timestamp) -> Timestamp {
    now.checked_sub(KEPT_HOURS.hours()).unwrap_or(Timestamp::MIN)
}
