//! Who may do what: the proofs that moderators' acts take. They are made again for each command, press and form, from the
//! roles that Discord tells with it.

use std::collections::HashSet;

use super::member::Who;
use super::{Bot, sql};
use crate::community::{HomeModerator, Moderator, Role};
use crate::{Error, Result};

/// The proof that somebody moderates the server they are in, with the role `needs` or a higher one.
///
/// # Errors
/// Refused with a lower role, in direct messages, and in servers that Cairn was not added to.
pub async fn here(bot: &Bot, who: &Who, needs: Role, to: &str) -> Result<Moderator> {
    who.moderator(&sql::settings(&bot.app.store, who.guild).await?, needs, to)
}

/// The same for what all communities share: only moderators of home may change it.
///
/// # Errors
/// Refused as in [`here`], and in every community but home.
pub async fn at_home(bot: &Bot, who: &Who, needs: Role, to: &str) -> Result<HomeModerator> {
    let (home, community) = (&bot.app.home, who.community()?);
    if !home.has(&community) {
        return Err(home.elsewhere(&community, to));
    }
    home.moderator(here(bot, who, needs, to).await?, to)
}

/// Goes on only if all these channels are the server's own, as Discord itself lists them. Threads are not listed.
///
/// # Errors
/// Refused for a channel of another server, and if Discord does not answer.
pub async fn own_channels(bot: &Bot, guild: u64, channels: &[u64]) -> Result<()> {
    if channels.is_empty() {
        return Ok(());
    }
    let listed = bot.rest.get(&format!("/guilds/{guild}/channels"), "").await.map_err(|failure| {
        tracing::warn!(trouble = %failure, "the channels of a server could not be listed");
        Error::refused("Discord does not say now which channels this server has; try again in a minute.")
    })?;
    let ids = listed.as_array().into_iter().flatten().filter_map(|channel| channel["id"].as_str()?.parse().ok());
    let own: HashSet<u64> = ids.collect();
    if channels.iter().all(|channel| own.contains(channel)) {
        return Ok(());
    }
    Err(Error::refused("That channel is not one of this server; choose a channel of this server."))
}
