//! Everything the fake knows, behind one lock, and how tests wait for it to change.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::commands::Commands;
use super::faults::Planned;
use super::gateway::Gateway;
use super::interactions::Interaction;
use super::posts::Posts;
use super::town::Town;

/// A snowflake.
pub type Id = u64;

/// Everything the fake knows.
pub struct State {
    pub token: String,
    pub clock: Clock,
    pub town: Town,
    pub posts: Posts,
    pub commands: Commands,
    /// By interaction token.
    pub interactions: HashMap<String, Interaction>,
    pub gateway: Gateway,
    pub faults: Vec<Planned>,
    pub ledger: Ledger,
}

/// What went over the wire, and what of it was wrong.
#[derive(Default)]
pub struct Ledger {
    pub requests: Vec<Request>,
    pub unexpected: Vec<String>,
    pub invalid: Vec<String>,
    pub late: Vec<String>,
}

/// One request as it came in, whether or not it was granted.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Below `/api/v10`, percent-decoded.
    pub path: String,
    pub query: HashMap<String, String>,
    /// The JSON body (of a multipart request, its `payload_json`), or null.
    pub body: serde_json::Value,
    /// The status it was answered with; 0 while it is in hand or if the connection was cut.
    pub status: u16,
}

/// The clock of the fake, and the ids made from it.
#[derive(Default)]
pub struct Clock {
    pub ahead: SignedDuration,
    last_id: Id,
}

impl Clock {
    /// The time as Discord sees it.
    pub fn now(&self) -> Timestamp {
        Timestamp::now() + self.ahead
    }

    /// A new snowflake, later than all before it.
    pub fn snowflake(&mut self) -> Id {
        const EPOCH: i64 = 1_420_070_400_000;
        let millis = u64::try_from(self.now().as_millisecond() - EPOCH).expect("the clock is after 2015");
        self.last_id = (millis << 22).max(self.last_id + 1);
        self.last_id
    }
}

/// The state, shared by the server and the test.
pub struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

impl Shared {
    pub fn new(state: State) -> Self {
        Self { state: Mutex::new(state), changed: watch::Sender::new(0) }
    }

    /// Reads or changes the state; wakes whoever waits.
    pub fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.lock());
        self.changed.send_modify(|count| *count += 1);
        result
    }

    /// Waits until `look` sees something, at most for `limit`.
    pub async fn wait<T>(&self, limit: Duration, mut look: impl FnMut(&mut State) -> Option<T>) -> Option<T> {
        let mut changes = self.changed.subscribe();
        let seen = async {
            loop {
                if let Some(found) = look(&mut self.lock()) {
                    return found;
                }
                changes.changed().await.expect("the state outlives its watchers");
            }
        };
        tokio::time::timeout(limit, seen).await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that failed inside `with` must not hide its message behind a poisoned lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
