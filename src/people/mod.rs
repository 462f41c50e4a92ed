//! People: their identities, linking, and the rules for the data about them.
//!
//! [`personal_data`] is the only list of data about people; export, erasure and PRIVACY.md follow it.

use crate::Result;
use crate::store::Connection;
use jiff::Timestamp;

pub mod again;
pub mod erase;
pub mod export;
mod identity;
pub mod linking;
pub mod optout;
pub mod personal_data;
mod redact;
mod sql;

pub use crate::store::PersonId;
pub use identity::{Identity, RedditName};
pub use redact::redact;

/// One human.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their number.
    pub id: PersonId,
    /// Their Discord id, if it is known.
    pub discord: Option<u64>,
    /// Their Reddit name, if it is known.
    pub reddit: Option<RedditName>,
    /// When Cairn first stored something about them.
    pub since: Timestamp,
}

impl Person {
    /// Their identities: one or both.
    pub fn identities(&self) -> Vec<Identity> {
        let reddit = self.reddit.clone().map(Identity::Reddit);
        self.discord.map(Identity::Discord).into_iter().chain(reddit).collect()
    }
}

/// The person with this identity, created if there is none.
pub async fn person(db: &mut Connection, identity: &Identity, now: Timestamp) -> Result<PersonId> {
    match find(db, identity).await? {
        Some(person) => Ok(person.id),
        None => sql::add(db, identity, now).await,
    }
}

/// The person with this identity, if anybody has it.
pub async fn find(db: &mut Connection, identity: &Identity) -> Result<Option<Person>> {
    sql::find(db, identity).await
}

/// The person with this number, if there is one.
pub async fn get(db: &mut Connection, id: PersonId) -> Result<Option<Person>> {
    sql::get(db, id).await
}
