//! A fake Reddit: login, listings, comments, inbox, wiki, rates, and all failures of the real one. It is behind the
//! tests' own proxy, because Reddit's hosts are fixed.

mod http;
mod routes;
mod state;

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::way_out::WayOut;
pub use state::{Comment, Fault, Mail, Post, Request, State};

/// The account and the app that it accepts.
pub const BOT: &str = "cairn_ml";
pub const PASSWORD: &str = "hunter-zebrafish";
pub const CLIENT: &str = "client-id";
pub const SECRET: &str = "secret-zebrafish";

/// The service, and the proxy to it.
pub struct Reddit {
    state: Arc<Mutex<State>>,
    pub way: WayOut,
    task: JoinHandle<()>,
}

impl Drop for Reddit {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Reddit {
    /// Starts a Reddit at that instant, in seconds.
    pub async fn start(now: i64) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let address = listener.local_addr().expect("an address").to_string();
        let state = Arc::new(Mutex::new(State::new(now)));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(http::serve(stream, Arc::clone(&shared)));
            }
        });
        let way = WayOut::to(&address, &["www.reddit.com", "oauth.reddit.com"]).await;
        Self { state, way, task }
    }

    /// Its state.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("a state")
    }

    /// Adds a post; returns its full name.
    pub fn post(&self, subreddit: &str, author: &str, title: &str, body: &str) -> String {
        self.state().post(subreddit, author, title, body)
    }

    /// Adds a comment; returns its full name.
    pub fn comment(&self, parent: &str, author: &str, body: &str) -> String {
        self.state().comment(parent, author, body)
    }

    /// Adds a private message to the bot.
    pub fn message(&self, author: &str, subject: &str, body: &str) {
        self.state().message(author, subject, body);
    }

    /// Makes the next `times` matching requests fail.
    pub fn fail(&self, method: &str, path: &str, fault: Fault, times: usize) {
        self.state().faults.push((method.to_owned(), path.to_owned(), fault, times));
    }

    /// The bot's comments, without deleted ones.
    pub fn said(&self) -> Vec<Comment> {
        let state = self.state();
        state.comments.iter().filter(|c| c.author == BOT && !c.deleted).cloned().collect()
    }

    /// The number of matching requests.
    pub fn asked(&self, method: &str, path: &str) -> usize {
        self.state().requests.iter().filter(|r| r.method == method && r.path.starts_with(path)).count()
    }
}
