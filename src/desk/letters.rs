//! The messages that Cairn sends by itself in a community: those that wait, and those that did not arrive.

use jiff::Timestamp;

use super::sql;
use crate::Result;
use crate::community::{Community, Moderator, Role};
use crate::outbox::Payload;
use crate::store::Store;

/// How many messages are listed.
const LISTED: u16 = 100;

/// A message that waits, or did not arrive.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// Its number.
    pub id: i64,
    /// Its key in the outbox.
    pub key: String,
    /// Where it goes.
    pub target: String,
    /// Its state in the outbox.
    pub state: String,
    /// The number of attempts to send it.
    pub attempts: i64,
    /// The last problem.
    pub trouble: Option<String>,
    /// When it was created.
    pub created: Timestamp,
    /// Its content.
    pub payload: Option<Payload>,
}

impl Letter {
    /// Whether it is still to be sent.
    pub fn is_waiting(&self) -> bool {
        !matches!(self.state.as_str(), "dead" | "unknown")
    }
}

/// The messages of a community that wait or did not arrive, newest first.
///
/// # Errors
/// Refused to editors, and to moderators of other communities.
pub async fn list(store: &Store, by: &Moderator, community: &Community) -> Result<Vec<Letter>> {
    by.must_be(Role::Approver, "see what Cairn says")?;
    by.must_moderate(community)?;
    sql::letters(&mut *store.read().await?, community, LISTED).await
}

/// The number of messages that did not arrive; 0 for people who may not see them.
pub async fn count(store: &Store, by: &Moderator, community: &Community) -> Result<usize> {
    match list(store, by, community).await {
        Ok(all) => Ok(all.iter().filter(|letter| !letter.is_waiting()).count()),
        Err(crate::Error::Refused(_)) => Ok(0),
        Err(fault) => Err(fault),
    }
}
