//! What did not arrive as far as is known: moderators see it, and say what becomes of it.

use jiff::Timestamp;
use serde::Serialize;

use super::{State, sql};
use crate::community::audit::{self, Act};
use crate::community::{Moderator, Role};
use crate::store::{Connection, Store};
use crate::{Error, Kind, Result};

/// A message that did not arrive as far as is known, for moderators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undelivered {
    /// Its number, by which it can be [resolved](resolve).
    pub id: i64,
    /// Its key.
    pub key: String,
    /// Where it was to go.
    pub target: String,
    /// Dead or unknown.
    pub state: State,
    /// What went wrong.
    pub trouble: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When that was decided.
    pub at: Timestamp,
}

impl std::fmt::Display for Undelivered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, key, target, trouble, attempts, .. } = self;
        let times = if *attempts == 1 { "try" } else { "tries" };
        write!(f, "{id}. `{key}` to `{target}`: {trouble}, after {attempts} {times}")
    }
}

/// What a moderator says about a message that did not arrive as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It did arrive.
    Arrived,
    /// It is to be sent again.
    Again,
    /// It is not to be sent any more.
    Drop,
}

impl Resolution {
    /// Every resolution.
    pub const ALL: [Self; 3] = [Self::Arrived, Self::Again, Self::Drop];

    /// The word for it, on the wire and at the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Again => "again",
            Self::Drop => "drop",
        }
    }
}

impl std::str::FromStr for Resolution {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|resolution| resolution.name() == name);
        found.ok_or_else(|| Error::refused("Say what becomes of the message: arrived, again or drop."))
    }
}

/// The messages of the moderator's community that did not arrive as far as is known and could still be sent, newest
/// first, at most `n`. Direct messages and all communities are for the person who runs Cairn.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn undelivered(store: &Store, by: &Moderator, n: u32) -> Result<Vec<Undelivered>> {
    let raw = sql::undelivered(&mut *store.read().await?, by.community(), n).await?;
    raw.into_iter().map(sql::RawUndelivered::read).collect()
}

/// Does what a moderator says about a message that did not arrive as far as is known.
///
/// # Errors
/// Refused to editors and to moderators of other communities; if there is no such message, or its text is no longer kept.
pub async fn resolve(store: &Store, by: &Moderator, id: i64, resolution: Resolution, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    resolve_one(&mut tx, by, id, resolution, now).await?;
    tx.commit().await
}

/// The same within a feature's transaction, for the message of this key.
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
