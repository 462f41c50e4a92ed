//! The next digests of a community's channels: when they come, pinned and vetoed papers, and whether they are skipped.

use crate::community::{Community, Moderator, Role};
use crate::papers::subscriptions::{self, Chosen, Subscription};
use crate::store::Store;
use crate::{Error, Result};

/// The next digests of a community.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Each channel's next digest.
    pub coming: Vec<Subscription>,
    /// Papers that are pinned or vetoed.
    pub chosen: Vec<Chosen>,
}

/// The next digests of a community.
///
/// # Errors
/// Refused to editors, and to moderators of other communities.
pub async fn desk(store: &Store, by: &Moderator, community: &Community) -> Result<Desk> {
    by.must_be(Role::Approver, "see the coming papers")?;
    by.must_moderate(community)?;
    let name = named(community)?;
    Ok(Desk {
        coming: subscriptions::coming_in(store, &name).await?,
        chosen: subscriptions::chosen_in(store, &name).await?,
    })
}

/// A community's name in subscriptions.
///
/// # Errors
/// Refused for subreddits.
pub fn named(community: &Community) -> Result<String> {
    match community {
        Community::Discord(guild) => Ok(subscriptions::server(*guild)),
        Community::Reddit(_) => Err(Error::refused("Digests go to Discord servers only; choose one.")),
    }
}
