//! Opt-out: who is never to be written to unasked. For ever, and also after their data are erased.

use jiff::Timestamp;

use super::{Identity, find, sql};
use crate::store::{Connection, Store, secret};
use crate::{Result, outbox};

/// Opts a person out, by every name they are known by. There is no way back: of who opted out nothing is kept
/// but a salted hash. What waits to be said to them is dropped in the same transaction. What they ask for themselves is
/// still answered.
pub async fn opt_out(store: &Store, identity: &Identity, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let person = find(&mut tx, identity).await?;
    if let Some(person) = &person {
        outbox::drop_about(&mut tx, person.id.0, now).await?;
    }
    let known = person.map(|person| person.identities()).unwrap_or_default();
    for identity in known.iter().chain([identity]) {
        add(&mut tx, identity).await?;
    }
    tx.commit().await
}

/// Whether somebody is never to be written to unasked.
pub async fn opted_out(db: &mut Connection, identity: &Identity) -> Result<bool> {
    let hash = hash(db, identity).await?;
    sql::has_opt_out(db, &hash).await
}

/// Opts out one name.
pub(super) async fn add(db: &mut Connection, identity: &Identity) -> Result<()> {
    let hash = hash(db, identity).await?;
    sql::add_opt_out(db, &hash).await
}

async fn hash(db: &mut Connection, identity: &Identity) -> Result<Vec<u8>> {
    Ok(secret::hash(&secret::salt(db).await?, "opt-out", &identity.to_string()))
}
