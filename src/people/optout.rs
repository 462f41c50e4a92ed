//! Opt-out: the bot never writes to these people unasked, even after their data is erased.

use jiff::Timestamp;

use super::{Identity, PersonId, find, sql};
use crate::store::{Connection, Store, secret};
use crate::{Result, outbox};

/// Opts a person out, with all their identities. This cannot be undone, because only a salted hash is kept. The same
/// transaction drops messages that wait for them. The bot still answers what they ask.
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

/// Whether the bot must never write to this person unasked.
pub async fn opted_out(db: &mut Connection, identity: &Identity) -> Result<bool> {
    let hash = hash(db, identity).await?;
    sql::has_opt_out(db, &hash).await
}

/// The same of a person, by all their identities; so, too, if they are held no more.
pub async fn is_opted_out(db: &mut Connection, id: PersonId) -> Result<bool> {
    let Some(person) = super::get(db, id).await? else { return Ok(true) };
    for identity in person.identities() {
        if opted_out(db, &identity).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Opts out one identity.
pub(super) async fn add(db: &mut Connection, identity: &Identity) -> Result<()> {
    let hash = hash(db, identity).await?;
    sql::add_opt_out(db, &hash).await
}

async fn hash(db: &mut Connection, identity: &Identity) -> Result<Vec<u8>> {
    Ok(secret::hash(&secret::salt(db).await?, "opt-out", &identity.to_string()))
}
