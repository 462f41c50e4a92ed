//! The real program with a fake Discord.

use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::runtime::Handle;

use super::discord::Discord;
use super::program::{Cairn, Server};

/// Prints the bot's log if a test fails. Fails a test that does not end its bot.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("the bot logged:\n{}", self.log());
        } else {
            assert!(self.server.is_none(), "the test ends without finish(), which looks at what is left");
        }
    }
}

/// A community with the real bot in it.
pub struct World {
    pub discord: Discord,
    pub cairn: Cairn,
    pub server: Option<Server>,
    /// More settings, for the next start.
    pub settings: Vec<(&'static str, String)>,
}

impl World {
    /// Starts a Discord with the bot online.
    pub async fn start() -> Self {
        let mut world = Self::empty().await;
        world.begin().await;
        world
    }

    /// Starts a Discord; the bot does not run yet.
    pub async fn empty() -> Self {
        let (discord, cairn) = (Discord::start().await, Cairn::new());
        tokio::task::block_in_place(|| super::planted(&cairn.path().join("data")));
        Self { discord, cairn, server: None, settings: Vec::new() }
    }

    /// Starts the bot (again) and waits until it is online.
    pub async fn begin(&mut self) {
        self.begin_with(&[]).await;
    }

    /// The same with arguments.
    pub async fn begin_with(&mut self, args: &[&str]) {
        self.launch_with(args);
        self.discord.connects(1).await;
        self.discord.joined().await;
    }

    /// Starts the bot and waits only for its screen.
    pub fn launch(&mut self) {
        self.launch_with(&[]);
    }

    /// The same with arguments.
    pub fn launch_with(&mut self, args: &[&str]) {
        let (proxy, token) = (self.discord.base_url().to_owned(), self.discord.token());
        let set = [("CAIRN_DISCORD_PROXY", proxy.as_str()), ("CAIRN_DISCORD_TOKEN", token.as_str())];
        let web = [("CAIRN_WEB_URL", "https://cairn.example")];
        let more = self.settings.iter().map(|(name, value)| (*name, value.as_str()));
        let both: Vec<(&str, &str)> = set.into_iter().chain(web).chain(more).collect();
        self.server = Some(tokio::task::block_in_place(|| self.cairn.serve_with(args, &both)));
    }

    /// A second bot on the same data, in the same community, as if both could share it.
    pub async fn beside(&self) -> Self {
        let mut other = Self {
            discord: self.discord.clone(),
            cairn: self.cairn.clone(),
            server: None,
            settings: self.settings.clone(),
        };
        let connected = self.discord.connected();
        other.launch_with(&["--beside"]);
        self.discord.connects(connected + 1).await;
        other
    }

    /// Kills the bot without a shutdown.
    pub async fn kill(&mut self) {
        let connected = self.discord.connected();
        if let Some(server) = self.server.take() {
            tokio::task::block_in_place(|| server.stop("-KILL"));
        }
        self.discord.connects(connected.saturating_sub(1)).await;
    }

    /// What the running bot has logged so far.
    pub fn log(&self) -> String {
        self.server.as_ref().map(|s| s.log.lock().expect("a log").clone()).unwrap_or_default()
    }

    /// Runs another command on the same data.
    pub fn run(&self, args: &[&str]) -> super::program::Run {
        tokio::task::block_in_place(|| self.cairn.run(args))
    }

    /// Ends the bot properly. Fails if it did anything that Discord would not accept, if it logged a fault, or if a
    /// message still waits to be sent.
    pub fn finish(self) {
        self.finish_after(&[], 0);
    }

    /// The same for a test that breaks something: every logged fault must contain one of `faults`, and `left`
    /// messages may wait to be sent.
    pub fn finish_after(mut self, faults: &[&str], left: i64) {
        if let Some(server) = self.server.take() {
            // The effects of the last command may still be in progress.
            let settled = async {
                while self.waiting().await != left {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            let _ = tokio::task::block_in_place(|| {
                Handle::current().block_on(async { tokio::time::timeout(Duration::from_secs(3), settled).await })
            });
            let log = Arc::clone(&server.log);
            let (code, took) = tokio::task::block_in_place(|| server.stop("-TERM"));
            assert_eq!(code, Some(0), "the program ends well");
            assert!(took < Duration::from_secs(10), "the program took {took:?} to end");
            let log = log.lock().expect("a log").clone();
            let is_new = |line: &&str| line.contains("ERROR") && !faults.iter().any(|fault| line.contains(fault));
            let new: Vec<&str> = log.lines().filter(is_new).collect();
            assert!(new.is_empty(), "faults were logged:\n{}", new.join("\n"));
        }
        let waiting = tokio::task::block_in_place(|| Handle::current().block_on(self.waiting()));
        assert_eq!(waiting, left, "messages that are still to be sent");
        self.discord.clone().finish();
    }

    /// The number of messages that wait or are being sent.
    async fn waiting(&self) -> i64 {
        let file = self.cairn.path().join("data/cairn.db");
        let mut db = SqliteConnectOptions::new().filename(file).connect().await.expect("a database");
        let query = "SELECT count(*) FROM outbox WHERE state IN ('ready', 'sending')";
        sqlx::query_scalar(query).fetch_one(&mut db).await.expect("a number")
    }
}
