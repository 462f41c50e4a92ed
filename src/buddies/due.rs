//! Handles due rounds and groups of buddies.

use jiff::{SignedDuration, Timestamp};
use tracing::error;

use super::group::Party;
use super::{matching, sql};
use crate::store::Store;
use crate::{Result, time};

/// How many groups are loaded at once.
const BATCH_SIZE: i64 = 200;
/// When to try again after a failure.
const RETRY_AFTER_FAULT: SignedDuration = SignedDuration::from_mins(10);

/// Handles everything that is due at `now`, each exactly once. Returns how much it was.
pub async fn due(store: &Store, now: Timestamp) -> Result<usize> {
    let rounds = sql::due_rounds(&mut *store.read().await?, now).await?;
    for guild in &rounds {
        if let Err(cause) = matching::run(store, *guild, now).await {
            error!(guild, "a round of buddies failed: {cause}");
            let mut tx = store.write().await?;
            sql::set_next_round(&mut tx, *guild, Some(time::after(now, RETRY_AFTER_FAULT))).await?;
            tx.commit().await?;
        }
    }
    Ok(rounds.len() + groups(store, now).await?)
}

async fn groups(store: &Store, now: Timestamp) -> Result<usize> {
    let mut looked = 0;
    loop {
        let due = sql::due_groups(&mut *store.read().await?, now, BATCH_SIZE).await?;
        if due.is_empty() {
            return Ok(looked);
        }
        looked += due.len();
        for id in due {
            if let Err(cause) = group(store, id, now).await {
                error!(group = id, "a group of buddies could not be looked at: {cause}");
                let mut tx = store.write().await?;
                sql::put_off(&mut tx, id, time::after(now, RETRY_AFTER_FAULT)).await?;
                tx.commit().await?;
            }
        }
    }
}

async fn group(store: &Store, id: i64, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    if let Some(mut party) = Party::load(&mut tx, id).await? {
        party.look(&mut tx, now).await?;
    }
    tx.commit().await
}
