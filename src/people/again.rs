//! Repeats erasures and opt-outs when an older backup is restored.
//!
//! Each erasure leaves a salted hash of the person for a year. The replaced database and the newer backups hold these
//! hashes, and so show who was erased since.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::personal_data::{By, HELD};
use super::{Identity, erase, sql};
use crate::outbox::Target;
use crate::store::{Connection, Store, secret};
use crate::{Result, time};

/// How long the hash of an erased person is kept.
pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(366 * 24);

/// The hashes in a database of people who are not in it.
#[derive(Debug, Clone)]
pub struct Remembered {
    salt: Vec<u8>,
    erased: HashMap<Vec<u8>, Timestamp>,
    opt_outs: Vec<Vec<u8>>,
}

/// Reads the hashes of a database.
///
/// # Errors
/// A fault if this is not Cairn's database, or if it is older than these hashes.
pub async fn remembered(db: &mut Connection) -> Result<Remembered> {
    let erased = sql::erasures(db).await?.into_iter().collect();
    Ok(Remembered { salt: secret::salt(db).await?, erased, opt_outs: sql::opt_outs(db).await? })
}

/// Erases from a copy everybody who was erased after it was made, according to `others`. Adds those erasures and the
/// opt-outs to the copy. Returns how many people were erased.
pub async fn erase_again(db: &mut Connection, others: &[Remembered]) -> Result<usize> {
    let own = remembered(db).await?;
    let mut count = 0;
    for identity in identities(db).await? {
        let known = own.erased_at(&identity);
        let latest = others.iter().filter_map(|other| other.erased_at(&identity)).max();
        // A copy that holds the erasure is newer than it: a person in that copy has come back.
        if let Some(at) = latest.filter(|at| known.is_none_or(|known| known < *at)) {
            erase::erase_in(db, &identity, at).await?;
            count += 1;
        }
    }
    for other in others.iter().filter(|other| other.salt == own.salt) {
        for (hash, at) in &other.erased {
            sql::add_erasure(db, hash, *at).await?;
        }
        for hash in &other.opt_outs {
            sql::add_opt_out(db, hash).await?;
        }
    }
    Ok(count)
}

impl Remembered {
    fn erased_at(&self, identity: &Identity) -> Option<Timestamp> {
        self.erased.get(&secret::hash(&self.salt, erase::REMEMBERED, &identity.to_string())).copied()
    }
}

/// Everybody who is identified anywhere in the database.
async fn identities(db: &mut Connection) -> Result<BTreeSet<Identity>> {
    let mut all: BTreeSet<Identity> = sql::everybody(db).await?.iter().flat_map(super::Person::identities).collect();
    for held in HELD {
        for by in held.found {
            let (column, read): (_, fn(&str) -> Vec<Identity>) = match by {
                By::Person(_) | By::Hidden(_) => continue,
                By::Identity(column) => (column, |text| text.parse().into_iter().collect()),
                By::Address(column) => (column, |text| addressed(text).into_iter().collect()),
                By::Named(column) => (column, mentioned),
            };
            for text in sql::named(db, held.table, column).await? {
                all.extend(read(&text));
            }
        }
    }
    Ok(all)
}

/// The person whose direct messages have this target.
fn addressed(target: &str) -> Option<Identity> {
    match target.parse().ok()? {
        Target::DiscordDm(id) => Some(Identity::Discord(id)),
        Target::RedditMessage(name) => name.parse().ok().map(Identity::Reddit),
        _ => None,
    }
}

/// The people mentioned in Discord's form `<@123>`.
fn mentioned(text: &str) -> Vec<Identity> {
    let ids = text.split("<@").skip(1).filter_map(|rest| rest.split_once('>')?.0.parse().ok());
    ids.map(Identity::Discord).collect()
}

/// Deletes the hashes of erasures more than a year ago.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget_erasures(&mut tx, time::before(now, REMEMBERED)).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_in_what_is_written_about_them() {
        let shown = |all: Vec<Identity>| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shown(mentioned("Hello <@12> and <@!3>, <@x>, <@7")), ["discord:12"]);
        assert_eq!(shown(addressed("discord/dm/5").into_iter().collect()), ["discord:5"]);
        assert_eq!(shown(addressed("reddit/message/ann").into_iter().collect()), ["reddit:ann"]);
        assert_eq!(addressed("discord/channel/5"), None);
    }
}
