//! The messages that Cairn sends by itself in a community: those that wait, and those that did not arrive.

pub use super::items::Letter;
use super::sql;
use crate::Result;
use crate::community::{Community, Moderator, Role};
use crate::store::Store;

/// How many messages are listed.
const LISTED: u16 = 100;

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
