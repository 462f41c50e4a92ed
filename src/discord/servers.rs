//! Which servers the bot is in, asked for once at the start; afterwards the gateway tells.

use std::time::Duration;

use tokio::time::timeout;
use tracing::warn;

use super::Discord;

/// How long the start waits for that.
const SERVERS_TIMEOUT: Duration = Duration::from_secs(3);

impl Discord {
    /// Finds out which servers the bot is in, so that the start screen can say which community is home. If Discord does
    /// not answer, the gateway will tell.
    pub async fn ask_servers(&self) {
        match timeout(SERVERS_TIMEOUT, self.rest.get("/users/@me/guilds", "")).await {
            Ok(Ok(listed)) => {
                let ids =
                    listed.as_array().into_iter().flatten().filter_map(|guild| guild["id"].as_str()?.parse().ok());
                self.app.home.heard(0, 1, ids);
            }
            Ok(Err(failure)) => warn!(trouble = %failure, "the servers of the bot could not be listed"),
            Err(_) => warn!("the servers of the bot were not listed in time"),
        }
    }
}
