//! The bot in the test's own process, with a clock that only the test moves: for conversations over weeks.
//!
//! Everything is real except the process and its loops: commands come over the gateway, and [`Rehearsal::tick_to`] does
//! what `cairn run` does over time. Tests with kills use [`super::server::World`].

use std::time::Duration;

use cairn::config::{Clock, Config};
use cairn::jobs::{self, Outlet, Outlets};
use cairn::store::Store;
use cairn::{App, discord, study, wiki};
use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use sqlx::{Connection, Executor};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::discord::Discord;

/// Time passes in steps of a quarter of an hour.
const STEP: i64 = 15 * 60;

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

/// A community with the bot in it, at an instant.
pub struct Rehearsal {
    pub discord: Discord,
    pub app: App,
    outlets: Outlets,
    stop: watch::Sender<bool>,
    bot: Option<JoinHandle<()>>,
    dir: TempDir,
}

impl Rehearsal {
    /// Starts a Discord with the bot online, without wiki pages, because filling the wiki takes longer than most tests.
    pub async fn start(now: &str) -> Self {
        Self::set(now, &[], false).await
    }

    /// The same with the wiki, and with command-line settings such as `--papers-hf-url`.
    pub async fn with_pages(now: &str, settings: &[&str]) -> Self {
        Self::set(now, settings, true).await
    }

    /// The same with settings, without the wiki.
    pub async fn with(now: &str, settings: &[&str]) -> Self {
        Self::set(now, settings, false).await
    }

    async fn set(now: &str, settings: &[&str], pages: bool) -> Self {
        let (discord, dir) = (Discord::start().await, crate::world::folder());
        let now: Timestamp = now.parse().expect("an instant");
        let mut given = vec!["cairn", "--web-url", "https://cairn.example", "--discord-proxy", discord.base_url()];
        given.extend(settings);
        let Settings { mut config } = Settings::parse_from(given);
        config.data_dir = dir.path().to_owned();
        config.discord_token = Some(discord.token().into());
        config.now = Some(now);
        let store = Store::open(dir.path()).await.expect("a database");
        if pages {
            wiki::folder::plant(&store, now).await.expect("pages");
        }
        let home = cairn::community::Home::named(config.home.as_deref()).expect("communities");
        let app = App {
            config: config.into(),
            store,
            clock: Clock::standing(now),
            home,
            nudge: Default::default(),
            feeds: Default::default(),
            health: Default::default(),
        };
        let outlets = outlets(&app);
        let mut world = Self { discord, app, outlets, stop: watch::channel(false).0, bot: None, dir };
        world.tick().await;
        world.connect().await;
        world
    }

    /// The folder of the database.
    pub fn path(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// The current instant.
    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Lets time pass until `instant`, with a tick at each quarter of an hour on the way.
    pub async fn tick_to(&self, instant: &str) {
        let until: Timestamp = instant.parse().expect("an instant");
        assert!(until >= self.now(), "time goes forward; it is {} already", self.now());
        while self.now() < until {
            let next = Timestamp::from_second((self.now().as_second().div_euclid(STEP) + 1) * STEP);
            self.app.clock.set(next.expect("an instant").min(until));
            self.tick().await;
        }
    }

    /// The same, by a span such as `"3h 15m"`.
    pub async fn pass(&self, span: &str) {
        let span: SignedDuration = span.parse().expect("a span of time");
        self.tick_to(&(self.now() + span).to_string()).await;
    }

    /// Does what is due now.
    pub async fn tick(&self) {
        jobs::tick(&self.app, &self.outlets, self.now()).await.expect("a tick");
        // The gateway notes each minute that it is heard.
        if self.bot.is_some() {
            study::seen_in_voice(&self.app.store, self.now()).await.expect("a sign");
        }
    }

    /// Switches the bot off until `instant`. Then it is back, has done nothing meanwhile, and knows that it was away.
    pub async fn sleep_until(&mut self, instant: &str) {
        self.sleeping(instant, || ()).await;
    }

    /// The same, while something happens.
    pub async fn sleeping(&mut self, instant: &str, meanwhile: impl FnOnce()) {
        self.disconnect().await;
        self.was_awake().await;
        meanwhile();
        self.app.clock.set(instant.parse().expect("an instant"));
        jobs::beat(&self.app.store, self.now()).await.expect("a pulse");
        self.tick().await;
        self.connect().await;
    }

    /// Records that the bot was alive until now. Its time awake has no heartbeats, because a long story would have
    /// thousands, and that time must not count as an outage.
    async fn was_awake(&self) {
        let file = format!("sqlite://{}", self.dir.path().join("cairn.db").display());
        let mut db = sqlx::SqliteConnection::connect(&file).await.expect("a database");
        db.execute("DELETE FROM pulse").await.expect("no pulse");
        jobs::beat(&self.app.store, self.now()).await.expect("a pulse");
    }

    async fn connect(&mut self) {
        let (stop, stopped) = watch::channel(false);
        self.stop = stop;
        let bot = discord::open(&self.app).expect("it opens").expect("a token");
        self.bot = Some(tokio::spawn(bot.run(stopped)));
        self.discord.connects(1).await;
        self.discord.joined().await;
    }

    async fn disconnect(&mut self) {
        let _ = self.stop.send(true);
        if let Some(bot) = self.bot.take() {
            timeout(Duration::from_secs(10), bot).await.expect("the bot stops in time").expect("the bot stops well");
        }
        self.discord.connects(0).await;
    }

    /// Ends the bot properly, and fails if it did anything that Discord would not accept.
    pub async fn finish(mut self) {
        self.disconnect().await;
        self.discord.clone().finish();
    }
}

fn outlets(app: &App) -> Outlets {
    let line = discord::open(app).expect("it opens").expect("a token").line();
    let (other, third) = (line.clone(), line.clone());
    let discord = Outlet::new(move |row| line.clone().send(row), move |row| other.clone().look(row));
    let discord = discord.knowing_who_left(move |server, user| third.clone().has_left(server, user));
    Outlets { discord: Some(discord), ..Outlets::default() }
}

/// Time awake is never an outage, even if it is long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_sleep_is_a_gap() {
    let mut world = Rehearsal::start("2026-11-16T10:00:00Z").await;
    world.sleep_until("2026-11-16T12:00:00Z").await;
    world.tick_to("2026-11-16T15:10:00Z").await;
    world.sleep_until("2026-11-16T15:12:00Z").await;
    world.tick_to("2026-11-17T10:00:00Z").await;
    world.sleep_until("2026-11-17T11:00:00Z").await;
    let gaps = jobs::outages(&world.app.store, Timestamp::MIN).await.expect("gaps");
    let gaps: Vec<String> = gaps.iter().map(|gap| format!("{} {}", gap.from, gap.to)).collect();
    assert_eq!(gaps, ["2026-11-16T10:00:00Z 2026-11-16T12:00:00Z", "2026-11-17T10:00:00Z 2026-11-17T11:00:00Z"]);
    world.finish().await;
}
