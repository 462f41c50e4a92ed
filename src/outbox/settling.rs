//! Moderators see messages that are not known to have arrived, and settle them.

use jiff::Timestamp;

use super::sql;
use super::undelivered::{Resolution, Undelivered};
use crate::community::audit::{self, Act};
use crate::community::{Moderator, Role};
use crate::store::{Connection, Store};
use crate::{Error, Kind, Result};

/// The newest `n` messages of the moderator's community that are not known to have arrived and could still be sent.
/// Only the person who runs Cairn sees direct messages and all communities.
pub async fn undelivered(store: &Store, by: &Moderator, n: u32) -> Result<Vec<Undelivered>> {
    let raw = sql::undelivered(&mut *store.read().await?, by.community(), n).await?;
    raw.into_iter().map(sql::RawUndelivered::read).collect()
}

/// Settles a message that is not known to have arrived.
///
/// # Errors
/// Refused to editors and to moderators of other communities; if no such message waits; or if its text is deleted.
pub async fn resolve(store: &Store, by: &Moderator, id: i64, resolution: Resolution, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    resolve_one(&mut tx, by, id, resolution, now).await?;
    tx.commit().await
}

/// Like [`resolve`], within the caller's transaction, for the message with this key.
///
/// # Errors
/// As [`resolve`].
pub async fn resolve_keyed(
    db: &mut Connection,
    by: &Moderator,
    key: &str,
    resolution: Resolution,
    now: Timestamp,
) -> Result<()> {
    let id = sql::id_of(db, key).await?;
    resolve_one(db, by, id.unwrap_or_default(), resolution, now).await
}

async fn resolve_one(
    db: &mut Connection,
    by: &Moderator,
    id: i64,
    resolution: Resolution,
    now: Timestamp,
) -> Result<()> {
    by.must_be(Role::Approver, "say what becomes of messages")?;
    if !sql::resolve(db, id, by.community(), resolution, now).await? {
        return Err(Error::of(
            Kind::NotFound,
            format!("No message {id} waits for a decision; `cairn outbox` lists those that do."),
        ));
    }
    audit::note(db, by, Act::Delivery, &format!("message/{id}"), resolution.name(), now).await
}
