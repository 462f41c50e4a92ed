//! Conversations on Reddit: the real program, a fake Reddit behind a proxy, and a clock that leaps from one round to the next.

use std::process::{Child, Command, Stdio};

use jiff::Timestamp;
use serde_json::Value;

use crate::world::program::{Cairn, Run, Server, ended, finish};
use crate::world::reddit::{BOT, CLIENT, Comment, PASSWORD, Reddit, SECRET};

mod access;
mod aloud;
mod checked;
mod console;
mod digest;
mod kills;
mod leaving;
mod linking;
mod modes;
mod newcomers;
mod one_bad;
mod outages;
mod program;
mod promises;
mod summons;
mod told;
mod wiki;

/// A newcomer whose post triage is certain of, and the guide that it asks for.
pub const TITLE: &str = "Grade 11 student, how do I get into machine learning?";
pub const BODY: &str =
    "I'm in grade 11 and want a career in machine learning. Where do I start and what should I study?";

/// A subreddit, its newcomers, and the bot.
pub struct World {
    pub reddit: Reddit,
    pub cairn: Cairn,
}

impl World {
    /// Reddit at noon, and a bot that has looked at an empty subreddit once.
    pub async fn start() -> Self {
        let world = Self::empty().await;
        world.once();
        world
    }

    /// The same before the bot has ever looked.
    pub async fn empty() -> Self {
        let now: Timestamp = "2026-11-16T12:00:00Z".parse().expect("an instant");
        let reddit = Reddit::start(now.as_second()).await;
        reddit.state().moderators.insert("learnml".into(), vec!["Mod_Mary".into(), BOT.into()]);
        Self { reddit, cairn: Cairn::new() }
    }

    /// The same in that mode. For `on`, the verdicts that it takes are written into the database.
    pub async fn in_mode(mode: &str) -> Self {
        let world = Self::start().await;
        world.mode(mode).await;
        world
    }

    pub async fn mode(&self, mode: &str) {
        if mode == "on" {
            self.earn_on().await;
        }
        self.run(&["reddit", "mode", "learnml", mode]).well();
    }

    /// A hundred verdicts that moderators found right.
    async fn earn_on(&self) {
        let query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
            INSERT INTO reddit_desk (subreddit, post, parent, action, state, judged, created_at, at, checked_at)
            SELECT 'learnml', 't3_old' || i, 't3_old' || i, 'answer', 'shown', 1, 0, 0, 0 FROM n";
        self.execute(query).await;
    }

    pub async fn execute(&self, query: &str) {
        use sqlx::ConnectOptions;
        let file = self.cairn.path().join("data/cairn.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        let mut db = options.connect().await.expect("a database");
        sqlx::query(sqlx::AssertSqlSafe(query.to_owned())).execute(&mut db).await.expect("a query");
    }

    /// How many rows there are.
    pub async fn count(&self, of: &str) -> i64 {
        use sqlx::ConnectOptions;
        let file = self.cairn.path().join("data/cairn.db");
        let mut db = sqlx::sqlite::SqliteConnectOptions::new().filename(file).connect().await.expect("a database");
        let query = format!("SELECT count(*) FROM {of}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut db).await.expect("a number")
    }

    pub fn now(&self) -> String {
        Timestamp::from_second(self.reddit.state().now).expect("an instant").to_string()
    }

    /// Time passes, at Reddit and for the bot.
    pub fn pass(&self, minutes: i64) {
        self.reddit.state().now += minutes * 60;
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.cairn.command(args);
        command.envs(self.settings()).env("CAIRN_NOW", self.now());
        command
    }

    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CAIRN_REDDIT_CLIENT_ID", CLIENT.to_owned()),
            ("CAIRN_REDDIT_CLIENT_SECRET", SECRET.to_owned()),
            ("CAIRN_REDDIT_USERNAME", BOT.to_owned()),
            ("CAIRN_REDDIT_PASSWORD", PASSWORD.to_owned()),
            ("CAIRN_REDDIT_SUBREDDITS", "learnml".to_owned()),
            ("CAIRN_WEB_URL", "https://cairn.example".to_owned()),
            ("HTTPS_PROXY", self.reddit.way.proxy.clone()),
            ("SSL_CERT_FILE", self.reddit.way.roots.path().display().to_string()),
        ]
    }

    /// Runs a command to its end, while Reddit goes on.
    pub fn run(&self, args: &[&str]) -> Run {
        tokio::task::block_in_place(|| finish(self.command(args), b""))
    }

    /// The bot reads Reddit once and says what is to be said.
    pub fn once(&self) -> Run {
        let run = self.run(&["reddit", "once"]);
        assert!(!run.err.contains(PASSWORD) && !run.err.contains(SECRET), "a secret in {}", run.err);
        assert_eq!(run.code, 0, "stderr: {}", run.err);
        run
    }

    /// The same, not waiting for its end.
    pub fn begin_once(&self) -> Child {
        let mut command = self.command(&["reddit", "once"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    }

    pub fn end(&self, child: Child) -> Run {
        tokio::task::block_in_place(|| ended(child.wait_with_output().expect("it ends")))
    }

    /// The program runs on and reads Reddit all the time, from this instant on.
    pub fn serve(&self, more: &[(&str, &str)]) -> Server {
        let (settings, now) = (self.settings(), self.now());
        let mut settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        settings.push(("CAIRN_NOW", &now));
        settings.extend(more);
        tokio::task::block_in_place(|| self.cairn.serve_with(&["--reddit-hurry", "60"], &settings))
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, mut is: impl FnMut(&Self) -> bool) {
        let so = async {
            while !is(self) {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        };
        let waited = tokio::time::timeout(crate::world::program::PATIENCE, so).await;
        waited.unwrap_or_else(|_| panic!("waited for {what}"));
    }

    /// Waits until so many requests of that kind have come.
    pub async fn asked(&self, method: &str, path: &str, times: usize) {
        let come = async {
            while self.reddit.asked(method, path) < times {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(crate::world::program::PATIENCE, come).await.expect("a request");
    }

    /// The desk as JSON, in a state or all of it.
    pub fn desk(&self, state: Option<&str>) -> Vec<Value> {
        let mut args = vec!["--json", "reddit", "desk"];
        args.extend(state.map(|state| ["--state", state]).into_iter().flatten());
        let items = self.run(&args).json()["desk"].as_array().expect("a list").clone();
        items.into_iter().filter(|item| item["title"].is_string() || item["state"] != "shown").collect()
    }

    /// What moderators are told.
    pub fn notices(&self) -> Vec<String> {
        let desk = self.run(&["--json", "reddit", "desk"]).json();
        let all = desk["subreddits"][0]["notices"].as_array().expect("a list").iter();
        all.chain(desk["troubles"].as_array().expect("a list"))
            .map(|notice| notice["said"].as_str().expect("a sentence").to_owned())
            .collect()
    }

    /// How often something was counted.
    pub fn counted(&self, what: &str) -> i64 {
        let desk = self.run(&["--json", "reddit", "desk"]).json();
        let counts = desk["subreddits"][0]["counts"].as_array().expect("a list").clone();
        counts.iter().find(|count| count[0] == what).map_or(0, |count| count[1].as_i64().expect("a number"))
    }

    pub fn said(&self) -> Vec<Comment> {
        self.reddit.said()
    }
}
