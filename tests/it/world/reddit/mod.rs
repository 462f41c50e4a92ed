//! A fake Reddit: login, listings, comments, inbox, wiki, rates, and every way in which the real one fails. Behind the tests' own
//! proxy, because Reddit's hosts are fixed.

mod http;
mod routes;
mod state;

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::way_out::WayOut;
pub use state::{Comment, Fault, Mail, Post, Request, State};

/// The account and the app that it knows.
pub const BOT: &str = "cairn_ml";
pub const PASSWORD: &str = "hunter-zebrafish";
pub const CLIENT: &str = "client-id";
pub const SECRET: &str = "secret-zebrafish";

/// The service, and the way to it.
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
    /// A Reddit at that instant, in seconds.
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

    /// What it holds.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("a state")
    }

    /// Somebody posts; returns the full name.
    pub fn post(&self, subreddit: &str, author: &str, title: &str, body: &str) -> String {
        self.state().post(subreddit, author, title, body)
    }

    /// Somebody comments; returns the full name.
    pub fn comment(&self, parent: &str, author: &str, body: &str) -> String {
        self.state().comment(parent, author, body)
    }

    /// Somebody writes to the bot.
    pub fn message(&self, author: &str, subject: &str, body: &str) {
        self.state().message(author, subject, body);
    }

    /// The next requests of that kind fail like this.
    pub fn fail(&self, method: &str, path: &str, fault: Fault, times: usize) {
        self.state().faults.push((method.to_owned(), path.to_owned(), fault, times));
    }

    /// The bot's comments that stand there.
    pub fn said(&self) -> Vec<Comment> {
        let state = self.state();
        state.comments.iter().filter(|c| c.author == BOT && !c.deleted).cloned().collect()
    }

    /// How many requests of that kind came.
    pub fn asked(&self, method: &str, path: &str) -> usize {
        self.state().requests.iter().filter(|r| r.method == method && r.path.starts_with(path)).count()
    }
}
