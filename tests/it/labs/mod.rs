//! Labs: the real program with a steady mix of work, killed, starved, lied to and hurried; then an audit of what is left.
//!
//! A short run of each is a test like any other. Long ones are asked for by variables:
//!
//! ```sh
//! CAIRN_LAB_KILLS=200 CAIRN_LAB_SEED=7 cargo test --test it labs::crash -- --nocapture
//! CAIRN_LAB_ACTS=5000 CAIRN_LAB_HANDS=20 CAIRN_LAB_VISITORS=200 cargo test --release --test it labs::load -- --nocapture
//! ```

#![allow(clippy::unwrap_used)]

mod audit;
mod crash;
pub mod dice;
mod load;
mod people;
mod upstreams;
mod work;

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use cairn::store::Store;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::task::block_in_place;
use tokio::time::sleep;

use crate::digest::twelve;
use crate::reddit::World as OnReddit;
use crate::world::discord::{Discord, intent, permission};
use crate::world::feeds::Feeds;
use crate::world::program::{PATIENCE, Server};

/// When the labs begin: on a Friday of four months ago, so that a digest comes soon, and no clock that leaps passes Discord's
/// own, which is the machine's.
fn begin() -> Timestamp {
    let days_back = SignedDuration::from_hours(24 * 120);
    let date = TimeZone::UTC.to_datetime(Timestamp::now() - days_back).date();
    let friday = date.nth_weekday(-1, Weekday::Friday).unwrap();
    TimeZone::UTC.to_timestamp(friday.at(12, 0, 0, 0)).unwrap()
}

/// A number from the environment, for a run that is longer than the usual one.
fn asked(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

/// A community on Discord and Reddit, the sources of papers, and the program between them.
pub struct Lab {
    pub discord: Discord,
    pub reddit: OnReddit,
    pub feeds: Feeds,
    /// Seconds by which the clocks of the program and of Reddit are ahead of the machine's.
    ahead: AtomicI64,
    /// Counts the lives of the program; 0 while it does not run.
    life: watch::Sender<u64>,
    /// Settings beside the usual ones.
    pub settings: Vec<(&'static str, String)>,
}

/// One life of the program.
pub struct Life {
    pub server: Server,
    /// From its start to its screen.
    pub start: Duration,
}

impl Lab {
    /// The places, with nobody in them and no program yet.
    pub async fn open() -> Self {
        let (discord, feeds, reddit) = (Discord::start().await, Feeds::start().await, OnReddit::empty().await);
        for (days, prefix) in [(-2, "2611"), (5, "2612"), (12, "2613"), (19, "2614")] {
            let date = begin() + SignedDuration::from_hours(24 * days);
            feeds.list(&date.strftime("%Y-%m-%d").to_string(), &twelve(prefix));
        }
        block_in_place(|| crate::world::planted(&reddit.cairn.path().join("data")));
        let ahead = begin().as_second() - Timestamp::now().as_second();
        let life = watch::Sender::new(0);
        reddit.reddit.state().now = begin().as_second();
        Self { discord, reddit, feeds, ahead: AtomicI64::new(ahead), life, settings: Vec::new() }
    }

    /// What the clocks of the program and of Reddit show.
    pub fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.ahead.load(Ordering::SeqCst))
    }

    /// Moves them, and returns by how much. A program that runs goes by its own.
    pub fn leap(&self, by: SignedDuration) -> SignedDuration {
        self.ahead.fetch_add(by.as_secs(), Ordering::SeqCst);
        self.reddit.reddit.state().now = self.now().as_second();
        by
    }

    /// The program on this data, as it is started here.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.reddit.cairn.command(args);
        command.envs(self.all_settings());
        command
    }

    fn all_settings(&self) -> Vec<(&'static str, String)> {
        let mut all = self.reddit.settings();
        all.extend(self.feeds.settings().map(|(name, value)| (name, value.to_owned())));
        all.push(("CAIRN_DISCORD_PROXY", self.discord.base_url().to_owned()));
        all.push(("CAIRN_DISCORD_TOKEN", self.discord.token()));
        all.push(("CAIRN_NOW", self.now().to_string()));
        all.extend(self.settings.clone());
        all
    }

    /// Starts the program and waits until it is online.
    pub async fn start(&self) -> Life {
        let settings = self.all_settings();
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let args = ["--papers-hurry", "--reddit-hurry", "60"];
        let since = Instant::now();
        let server = block_in_place(|| self.reddit.cairn.serve_with(&args, &settings));
        let start = since.elapsed();
        self.discord.joined().await;
        self.life.send_modify(|life| *life = (*life | 1) + 2);
        Life { server, start }
    }

    /// Starts the program and does not wait for anything.
    pub fn spawn(&self) -> Child {
        let mut command = self.command(&["run", "--web-listen", "127.0.0.1:0", "--papers-hurry"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Ends a life by this signal, and says how that went.
    pub fn end(&self, life: Life, signal: &str) -> (Option<i32>, Duration) {
        let ended = block_in_place(|| life.server.stop(signal));
        self.life.send_modify(|life| *life = (*life & !1) + 2);
        ended
    }

    /// Waits until the program runs, and says in which life.
    pub async fn alive(&self) -> u64 {
        let mut life = self.life.subscribe();
        *life.wait_for(|life| life % 2 == 1).await.unwrap()
    }

    /// Does something at a bot that may be killed meanwhile; none if it was, and nobody knows what came of it.
    pub async fn unless_killed<T>(&self, act: impl Future<Output = T>) -> Option<T> {
        let begun = self.alive().await;
        let mut life = self.life.subscribe();
        let killed = async {
            let _ = life.wait_for(|life| *life != begun).await;
            // An answer that has arrived before is an answer.
            sleep(Duration::from_millis(30)).await;
        };
        tokio::select! {
            biased;
            done = act => Some(done),
            () = killed => None,
        }
    }

    /// The database, beside the program.
    pub async fn store(&self) -> Store {
        Store::open(&self.reddit.cairn.path().join("data")).await.unwrap()
    }

    /// A moderator, a channel in which posts are answered, one that gets papers, and a subreddit that calls the bot.
    pub async fn settle(&self) {
        let d = &self.discord;
        d.grant_intents(intent::MESSAGE_CONTENT);
        d.grant("root", d.role("admins", permission::MANAGE_GUILD));
        d.channel("beginners");
        d.channel("papers");
        let panel = d.slash("root", "/mod settings").await;
        d.choose("root", &panel, "set/channels", &["beginners"]).await;
        let before = d.identified().len();
        d.press("root", &panel, "Allow reading posts").await;
        let since = Instant::now();
        while d.identified().len() == before || d.connected() != 1 {
            assert!(since.elapsed() < PATIENCE, "the bot asks again for what it is told");
            sleep(Duration::from_millis(50)).await;
        }
        d.go("root", "papers");
        d.slash("root", "/papers subscribe zone:Europe/Berlin count:5").await;
        d.go("root", "general");
        self.reddit.mode("summon").await;
    }
}

/// Nobody waits for a lab that has ended.
impl Drop for Lab {
    fn drop(&mut self) {
        self.life.send_replace(0);
    }
}
