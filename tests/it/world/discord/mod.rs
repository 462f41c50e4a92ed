//! A Discord on loopback: REST and gateway on one port, a small community, and conversations with the bot.
//!
//! ```ignore
//! let discord = Discord::start().await;
//! // … start the bot with CAIRN_DISCORD_PROXY=discord.base_url() and the token discord.token() …
//! discord.joined().await;
//! let reply = discord.slash("ann", "/guide track:engineer").await;
//! let next = discord.press("ann", &reply, "Researcher").await;
//! discord.finish();
//! ```

mod faults;
mod outages;
mod people;
mod recorded;
mod reply;
mod schema;
mod servers;
mod spec;
mod talk;
#[cfg(test)]
mod tests;
mod voice;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
// The fake is the playground's stand-in. Here are its faults on demand and its functions for tests.
use cairn::playground::stand_in::{
    acting, channels, commands, dispatch, gateway, http, interactions, limits, multipart, posts, socket, state, town,
    typed,
};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use cairn::playground::stand_in::gateway::{Identified, intent};
pub use cairn::playground::stand_in::state::Id;
pub use cairn::playground::stand_in::town::permission;
pub use faults::Fault;
pub use people::Place;
pub use recorded::Request;
pub use reply::{Choice, Field, Message, Modal, Reply};

use recorded::{Record, Recorded};
use state::{Shared, State};
use town::Town;

/// The token that the fake accepts.
const TOKEN: &str = "MTAwMDAwMDAwMDAwMDAwMDAwMw.fake.token-of-the-test-world";
/// How long a bot may take to come online.
const ONLINE_WITHIN: Duration = Duration::from_secs(20);

/// A running fake Discord. Clones share it.
#[derive(Clone)]
pub struct Discord {
    shared: Arc<Shared>,
    record: Arc<Mutex<Record>>,
    base_url: String,
    server: Arc<Server>,
}

/// The server task; it ends with the last handle.
struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Discord {
    /// Starts a Discord with one community, its channel `general` and the bot `cairn`.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound address");
        let mut town = Town::new("Cairn Test", "general", "cairn");
        town.gateway_url = format!("ws://{address}");
        let clock = cairn::config::Clock::starting(None);
        let shared = Arc::new(Shared::new(State::new(TOKEN, town, clock)));
        let record = Arc::new(Mutex::new(Record::default()));
        let gateway = Router::new().route("/", get(socket::serve)).with_state(shared.clone());
        let rest = Recorded { shared: shared.clone(), record: record.clone() };
        let app = gateway.fallback_service(Router::new().fallback(recorded::serve).with_state(rest));
        let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("loopback serves") });
        Self { shared, record, base_url: format!("http://{address}"), server: Arc::new(Server(server)) }
    }

    /// For `CAIRN_DISCORD_PROXY`: requests go to `{base_url}/api/v10/…`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// For `CAIRN_DISCORD_TOKEN`.
    pub fn token(&self) -> String {
        self.with(|state| state.token.clone())
    }

    /// Waits until a bot has come online: its commands are registered, and a shard is connected that was not there at
    /// the last call (so after a restart it waits for the new bot).
    pub async fn joined(&self) {
        let online = self.shared.wait(ONLINE_WITHIN, |state| {
            let gateway = &mut state.gateway;
            let newcomers = gateway.sessions.iter().skip(gateway.welcomed);
            let connected = newcomers.filter(|session| session.is_connected()).count() > 0;
            let ready = connected && state.commands.overwrites > 0;
            ready.then(|| gateway.welcomed = gateway.sessions.len())
        });
        let online = online.await;
        assert!(online.is_some(), "the bot did not come online; it asked for: {:#?}", self.requests_briefly());
    }

    /// All globally registered commands, as Discord stores them.
    pub fn commands(&self) -> Vec<Value> {
        self.with(|state| state.commands.global.clone())
    }

    /// All commands registered only for the community.
    pub fn guild_commands(&self) -> Vec<Value> {
        self.with(|state| state.commands.guild.clone())
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.recorded(|record| record.requests.clone())
    }

    /// The matching requests: `requests_to("POST", "/channels/*/messages")`.
    pub fn requests_to(&self, method: &str, pattern: &str) -> Vec<Request> {
        let fits = |r: &Request| r.method == method && faults::matches(pattern, &r.path);
        self.requests().into_iter().filter(fits).collect()
    }

    /// The number of matching requests.
    pub fn asked(&self, method: &str, pattern: &str) -> usize {
        let fits = |r: &&Request| r.method == method && faults::matches(pattern, &r.path);
        self.recorded(|record| record.requests.iter().filter(fits).count())
    }

    fn requests_briefly(&self) -> Vec<String> {
        self.requests().iter().map(|r| format!("{} {} → {}", r.method, r.path, r.status)).collect()
    }

    /// Takes the list of requests that the fake does not know.
    pub fn unexpected(&self) -> Vec<String> {
        self.with(|state| std::mem::take(&mut state.ledger.unexpected))
    }

    /// Takes the list of violations of the specification or the documented limits.
    pub fn invalid(&self) -> Vec<String> {
        self.with(|state| std::mem::take(&mut state.ledger.invalid))
    }

    /// Takes the list of late acknowledgements and answers.
    pub fn late(&self) -> Vec<String> {
        self.with(|state| std::mem::take(&mut state.ledger.late))
    }

    /// Fails the test if the bot did anything that Discord would not accept.
    pub fn finish(self) {
        let complaints = [
            ("asked for what this Discord does not know", self.unexpected()),
            ("sent what Discord refuses", self.invalid()),
            ("was late", self.late()),
        ];
        for (what, list) in complaints {
            assert!(list.is_empty(), "the bot {what}:\n{}", list.join("\n"));
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        self.shared.with(act)
    }

    fn recorded<T>(&self, act: impl FnOnce(&mut Record) -> T) -> T {
        act(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
