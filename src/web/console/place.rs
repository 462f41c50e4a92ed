//! Which community the desks are about: the one somebody moderates, or the first one that is home.

use super::Console;
use super::guard::Signed;
use crate::community::Community;
use crate::{Error, Result};

/// The community that somebody's desks are about; none if there is no home.
pub fn community(console: &Console, signed: &Signed) -> Option<Community> {
    let homes = console.app.home.all();
    let discord = homes.iter().find(|home| matches!(home, Community::Discord(_)));
    signed.by.community().or(discord).or(homes.first()).cloned()
}

/// The same, for desks about Discord: none if home is a subreddit, too.
pub fn server(console: &Console, signed: &Signed) -> Option<Community> {
    community(console, signed).filter(|community| matches!(community, Community::Discord(_)))
}

/// The same, for acts.
///
/// # Errors
/// Refused if there is no home.
pub fn must_have(console: &Console, signed: &Signed) -> Result<Community> {
    community(console, signed).ok_or_else(|| Error::refused(NOWHERE))
}

/// What is said where there is no home.
pub const NOWHERE: &str =
    "Cairn has no home community yet: start it with CAIRN_HOME=discord:SERVER_ID, or add the bot to one server.";
