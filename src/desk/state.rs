//! How Cairn does, for moderators: what waits, what decides, when the bot was away.

use jiff::Timestamp;

use super::sql;
use crate::Result;
use crate::community::HomeModerator;
use crate::decisions::own;
use crate::store::Store;
use crate::uptime::{self, Outage};
use crate::wiki;

/// How Cairn does.
#[derive(Debug, Clone)]
pub struct State {
    /// How many pages the wiki has.
    pub pages: usize,
    /// How many messages wait to be sent.
    pub waiting: i64,
    /// How many messages did not arrive, as far as is known.
    pub dead: i64,
    /// The version of the model that decides at home.
    pub model: String,
    /// When the bot was away.
    pub outages: Vec<Outage>,
}

/// How Cairn does, and when it was away since an instant.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn state(store: &Store, _: &HomeModerator, since: Timestamp) -> Result<State> {
    let (waiting, dead) = sql::undelivered(&mut *store.read().await?).await?;
    Ok(State {
        pages: wiki::pages(store).await?.len(),
        waiting,
        dead,
        model: own::at_home(store).await?.version().to_owned(),
        outages: uptime::outages(store, since).await?,
    })
}
