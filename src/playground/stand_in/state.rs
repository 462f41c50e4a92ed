//! Everything that the stand-in knows, behind one lock, and how one waits for it to change.

use std::collections::HashMap;
use std::fmt;
use std::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::commands::Commands;
use super::gateway::Gateway;
use super::interactions::Interaction;
use super::posts::Posts;
use super::town::Town;
use crate::config;

/// A snowflake.
pub type Id = u64;

/// The most that is noted of each kind.
const MOST_NOTES: usize = 1_000;

/// Everything that the stand-in knows.
pub struct State {
    /// The token that it takes.
    pub token: String,
    /// Its time.
    pub clock: Clock,
    /// The community.
    pub town: Town,
    /// What was said there.
    pub posts: Posts,
    /// What the bot offers.
    pub commands: Commands,
    /// By interaction token.
    pub interactions: HashMap<String, Interaction>,
    /// Who listens.
    pub gateway: Gateway,
    /// What was wrong.
    pub ledger: Ledger,
}

/// What was wrong with what the bot did.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Requests that nobody knows.
    pub unexpected: Vec<String>,
    /// Requests that are refused.
    pub invalid: Vec<String>,
    /// Interactions that were not answered in time.
    pub late: Vec<String>,
}

/// Notes what was wrong, unless there is too much of it.
pub fn note(list: &mut Vec<String>, what: String) {
    if list.len() < MOST_NOTES {
        list.push(what);
    }
}

/// The clock of the stand-in, and the ids made from it.
#[derive(Debug)]
pub struct Clock {
    shown: config::Clock,
    last_id: Id,
}

impl Clock {
    /// Goes by another clock from now on.
    pub fn show(&mut self, clock: config::Clock) {
        self.shown = clock;
    }

    /// Goes by a clock; all ids will be greater than `last_id`.
    pub fn after(clock: config::Clock, last_id: Id) -> Self {
        Self { shown: clock, last_id }
    }

    /// The greatest id so far.
    pub fn last_id(&self) -> Id {
        self.last_id
    }

    /// The time as Discord sees it.
    pub fn now(&self) -> Timestamp {
        self.shown.now()
    }

    /// A new snowflake, later than all before it.
    pub fn snowflake(&mut self) -> Id {
        const EPOCH: i64 = 1_420_070_400_000;
        let now = self.now();
        let millis = now.as_second() * 1_000 + i64::from(now.subsec_millisecond());
        let millis = u64::try_from(millis - EPOCH).unwrap_or(0);
        self.last_id = (millis << 22).max(self.last_id + 1);
        self.last_id
    }
}

impl State {
    /// A community in which nothing was said yet. The bot's token is `token`.
    pub fn new(token: &str, town: Town, clock: config::Clock) -> Self {
        Self {
            token: token.to_owned(),
            clock: Clock::after(clock, 0),
            town,
            posts: Posts::default(),
            commands: Commands::default(),
            interactions: HashMap::new(),
            gateway: Gateway::default(),
            ledger: Ledger::default(),
        }
    }
}

/// The state, shared by the server and those who act in the community.
pub struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

impl Shared {
    /// Shares a state.
    pub fn new(state: State) -> Self {
        Self { state: Mutex::new(state), changed: watch::Sender::new(0) }
    }

    /// Reads or changes the state; wakes those who wait.
    pub fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.lock());
        self.changed.send_modify(|count| *count += 1);
        result
    }

    /// Reads the state; wakes nobody.
    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Waits until `look` sees something, at most for `limit`.
    pub async fn wait<T>(&self, limit: Duration, mut look: impl FnMut(&mut State) -> Option<T>) -> Option<T> {
        let mut changes = self.changed.subscribe();
        let seen = async {
            loop {
                if let Some(found) = look(&mut self.lock()) {
                    return found;
                }
                if changes.changed().await.is_err() {
                    // Nothing will change any more.
                    return pending().await;
                }
            }
        };
        tokio::time::timeout(limit, seen).await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that failed inside `with` must not hide its message behind a poisoned lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
