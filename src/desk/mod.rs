//! The moderators' desk: verdicts to judge, examples for training, waiting messages, the log. It collects
//! what the console, Discord and the command line show. The proofs in the parameters decide who may see it.

use jiff::SignedDuration;

use crate::community::{Community, Moderator};
use crate::{Error, Result};

pub mod cards;
pub mod digests;
mod items;
pub mod judging;
pub mod lessons;
pub mod many;
pub mod outgoing;
mod sql;
pub mod state;

pub use judging::judged;

/// How long a judgement can be taken back.
pub const UNDO: SignedDuration = SignedDuration::from_secs(30);

/// The Discord server of a community, if `by` moderates it.
fn server(by: &Moderator, community: &Community) -> Result<u64> {
    by.must_moderate(community)?;
    match community {
        Community::Discord(guild) => Ok(*guild),
        Community::Reddit(_) => Err(Error::refused("Subreddits have nothing here yet; choose a Discord server.")),
    }
}
