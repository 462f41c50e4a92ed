//! A post of a beginners' channel, and whether its author may be answered unasked.

use jiff::{SignedDuration, Timestamp};

use super::sql::{self, New};
use crate::Result;
use crate::people::{Identity, optout};
use crate::store::Connection;

/// A post in a channel or forum.
#[derive(Debug, Clone, Copy)]
pub struct Posted<'a> {
    /// The server.
    pub guild: u64,
    /// The channel or forum it belongs to.
    pub place: u64,
    /// The channel or thread to answer in.
    pub channel: u64,
    /// Its first message.
    pub message: u64,
    /// Who wrote it.
    pub author: u64,
    /// The title, in a forum.
    pub title: &'a str,
    /// The text; empty if Cairn may not read it.
    pub body: &'a str,
}

impl Posted<'_> {
    /// An answer to it, of which nothing is kept but that it was given.
    pub fn answered(&self) -> New<'static> {
        New {
            asker: self.author,
            author: self.author,
            guild: Some(self.guild),
            post: Some(self.message),
            message: None,
            place: Some(self.channel),
            title: "",
            body: "",
            track: None,
            verdict: None,
        }
    }

    /// Whether its author was not answered unasked within this time, and has not opted out.
    pub async fn may_be_answered(&self, db: &mut Connection, within: SignedDuration, now: Timestamp) -> Result<bool> {
        let since = now.saturating_sub(within).unwrap_or(Timestamp::MIN);
        let is_answered = sql::answered_since(db, self.guild, self.author, since).await? > 0;
        Ok(!is_answered && !optout::opted_out(db, &Identity::Discord(self.author)).await?)
    }
}
