//! Opt-out: who is never to be written to unasked. For ever, and also after their data are erased.

use super::{Identity, find, secret, sql};
use crate::Result;
use crate::store::{Connection, Store};

/// Opts a person out, by every name they are known by. There is no way back: of who opted out nothing is kept
/// but a salted hash. What they ask for themselves is still answered.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn opt_out(store: &Store, identity: &Identity) -> Result<()> {
    let mut tx = store.write().await?;
    let known = find(&mut tx, identity).await?.map(|person| person.identities()).unwrap_or_default();
    for identity in known.iter().chain([identity]) {
        add(&mut tx, identity).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether somebody is never to be written to unasked.
///
/// # Errors
/// A fault if the database cannot be read.
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
    Ok(secret::hash(&sql::salt(db).await?, "opt-out", &identity.to_string()))
}
