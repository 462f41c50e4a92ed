//! Linking: a one-time code makes a Discord user and a Reddit user one person.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::{Identity, Person, PersonId, find, optout, person, sql};
use crate::store::{Connection, Store, secret};
use crate::{Error, Result, time};

/// How long a code can be used.
pub const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How many wrong codes a person may type in an hour.
const TRIES: i64 = 5;
const TRIES_COUNT_FOR: SignedDuration = SignedDuration::from_hours(1);

/// A code to type on the other platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The code as four symbols, a hyphen and four symbols.
    pub fn shown(&self) -> String {
        let (head, tail) = self.0.split_at(self.0.len() / 2);
        format!("{head}-{tail}")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Your code is `{}`. It works once, for 10 minutes, and only from your other account.", self.shown())
    }
}

/// The result of linking two people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The one person.
    pub person: PersonId,
    /// The person's identities.
    pub identities: [Identity; 2],
}

impl fmt::Display for Linked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.identities.each_ref().map(|identity| match identity {
            Identity::Discord(_) => "your Discord account".to_owned(),
            Identity::Reddit(name) => format!("u/{}", name.as_str()),
        });
        write!(f, "{} and {} are one person to Cairn now.", names[0], names[1])
    }
}

/// A new code for a person. The person's older code stops working.
///
/// # Errors
/// Refused if they are linked already.
pub async fn code(store: &Store, identity: &Identity, now: Timestamp) -> Result<Code> {
    let mut tx = store.write().await?;
    let id = person(&mut tx, identity, now).await?;
    if find(&mut tx, identity).await?.is_some_and(|person| person.identities().len() > 1) {
        return Err(linked_already());
    }
    let code = secret::code()?;
    let hash = secret::hash(&secret::salt(&mut tx).await?, "link", &code);
    sql::set_code(&mut tx, id, &hash, time::after(now, GOOD_FOR)).await?;
    tx.commit().await?;
    Ok(Code(code))
}

/// Links the person who types a code with the person who got it. The code is used up in any case.
///
/// # Errors
/// Refused if the code is wrong, used or too old; if both are on the same platform; if one is already linked; and for
/// an hour after five wrong codes.
pub async fn redeem(store: &Store, identity: &Identity, text: &str, now: Timestamp) -> Result<Linked> {
    let mut tx = store.write().await?;
    let id = person(&mut tx, identity, now).await?;
    let redeemed = redeem_in(&mut tx, id, identity, text, now).await?;
    // Commit refusals too: the wrong try is counted and the code is used up.
    tx.commit().await?;
    redeemed
}

/// The outer error is a fault, the inner one a refusal.
async fn redeem_in(
    db: &mut Connection,
    id: PersonId,
    identity: &Identity,
    text: &str,
    now: Timestamp,
) -> Result<Result<Linked>> {
    let since = time::before(now, TRIES_COUNT_FOR);
    if sql::tries(db, id, since).await? >= TRIES {
        return Ok(Err(Error::refused("You typed five wrong codes; wait an hour, then ask for a new one.")));
    }
    let hash = match secret::typed(text) {
        Some(code) => secret::hash(&secret::salt(db).await?, "link", &code),
        None => Vec::new(),
    };
    let Some(giver) = sql::use_code(db, &hash, now).await? else {
        sql::add_try(db, id, now).await?;
        return Ok(Err(Error::refused(
            "This code is wrong, used or older than 10 minutes; ask for a new one on your other account.",
        )));
    };
    let (giver, taker) = (sql::get(db, giver).await?, find(db, identity).await?);
    let (Some(giver), Some(taker)) = (giver, taker) else {
        return Err(anyhow::anyhow!("a person of a link code is missing").into());
    };
    match pair(&giver, &taker) {
        Ok(identities) => Ok(Ok(Linked { person: merge(db, &giver, &taker).await?, identities })),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The identities of two people, if these can be linked.
fn pair(giver: &Person, taker: &Person) -> Result<[Identity; 2]> {
    if giver.id == taker.id {
        return Err(Error::refused("That is your own code; type it on your other account."));
    }
    match (giver.identities().as_slice(), taker.identities().as_slice()) {
        ([a @ Identity::Discord(_)], [b @ Identity::Reddit(_)]) => Ok([a.clone(), b.clone()]),
        ([b @ Identity::Reddit(_)], [a @ Identity::Discord(_)]) => Ok([a.clone(), b.clone()]),
        ([_], [_]) => Err(Error::refused("A code links a Discord account with a Reddit account, not two of a kind.")),
        _ => Err(linked_already()),
    }
}

/// The older person takes over everything held about the newer one.
async fn merge(db: &mut Connection, one: &Person, other: &Person) -> Result<PersonId> {
    let (kept, gone) = if one.id.0 < other.id.0 { (one, other) } else { (other, one) };
    let mut opted_out = false;
    for identity in one.identities().iter().chain(&other.identities()) {
        opted_out |= optout::opted_out(db, identity).await?;
    }
    sql::absorb(db, kept, gone).await?;
    if opted_out {
        for identity in one.identities().iter().chain(&other.identities()) {
            optout::add(db, identity).await?;
        }
    }
    Ok(kept.id)
}

/// Deletes old codes and tries.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget_codes(&mut tx, now, time::before(now, TRIES_COUNT_FOR)).await?;
    tx.commit().await
}

fn linked_already() -> Error {
    Error::refused("These accounts are linked already; erase your data first if you want to link others.")
}
