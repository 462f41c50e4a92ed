//! The state of Cairn for moderators: what waits, which model decides, and the bot's outages.

use jiff::Timestamp;

use super::sql;
use crate::Result;
use crate::community::HomeModerator;
use crate::decisions::own;
use crate::store::Store;
use crate::uptime::{self, Outage};
use crate::wiki;

/// The state of Cairn.
#[derive(Debug, Clone)]
pub struct State {
    /// The number of pages in the wiki.
    pub pages: usize,
    /// The number of messages that wait.
    pub waiting: i64,
    /// The number of messages that did not arrive, as far as we know.
    pub dead: i64,
    /// The version of the model used at home.
    pub model: String,
    /// The bot's outages.
    pub outages: Vec<Outage>,
}

/// The state of Cairn, with the bot's outages since an instant.
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
