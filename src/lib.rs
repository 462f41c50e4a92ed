//! Cairn, the assistant of a machine-learning community.
//!
//! The code map, from the rim to the core; nothing imports what stands above it:
//!
//! - [`cli`]: one file per family of subcommands; `cli/run.rs` wires everything that runs.
//! - [`web`]: the pages, the console, the page of the playground.
//! - [`playground`]: a pretend Discord with the real adapter in it, which the tests use, too.
//! - [`jobs`]: what is done at set times, and the delivery of the outbox.
//! - [`discord`], [`reddit`]: the adapters. They parse, call one feature function and wrap what it returns.
//! - [`study`]: what students do and what comes due for them, one transaction each.
//! - [`ranking`], [`calendar`], [`heatmap`]: the weekly ranking, calendar files and links, the picture of a year.
//! - [`reminders`], [`buddies`], [`plan`]: reminders and recaps, study buddies, dated study plans.
//! - [`student`]: a student in the database, and what will be due for whom.
//! - [`streak`]: the rules of study streaks (pure).
//! - [`papers`]: the week's papers: feeds, ranking, the digest, subscriptions, reading.
//! - [`welcome`], [`decisions`]: what a newcomer is shown, and what is decided about a text.
//! - [`desk`]: what moderators judge, teach, look at and settle.
//! - [`links`]: links of the wiki to other places, looked at once a week.
//! - [`mining`]: what an exported history asks again and again, as a list of frequent questions.
//! - [`wiki`]: pages, search, snippets, files; edits, history and drafts.
//! - [`triage`]: reads a text and decides which guide it asks for (pure).
//! - [`labels`]: corrections of triage, counted.
//! - [`community`]: servers and subreddits, which of them are home, roles in them, the audit log.
//! - [`people`]: persons, linking, opt-out, export, erasure; what may be kept of what people write.
//! - [`outbox`]: what the bot has decided to say unasked, until it is said exactly once.
//! - [`meaning`]: what texts mean, as vectors: the sentence encoder and its thread.
//! - [`uptime`]: when the bot was not there.
//! - [`time`]: zones, weekly times, times and dates as people type them, how time is said (pure).
//! - [`text`]: text for people: escaped for where it goes, cut, counted (pure).
//! - [`store`], [`http_client`], [`config`], [`rates`], [`health`], [`error`]: the database, the way out, the settings
//!   and the clock, how often each may ask, which part is well, the two kinds of error.

pub mod buddies;
pub mod calendar;
pub mod cli;
pub mod community;
pub mod config;
pub mod decisions;
pub mod desk;
pub mod discord;
pub mod error;
pub mod health;
pub mod heatmap;
pub mod http_client;
pub mod jobs;
pub mod labels;
pub mod links;
pub mod meaning;
pub mod metrics;
pub mod mining;
pub mod outbox;
pub mod papers;
pub mod people;
pub mod plan;
pub mod playground;
pub mod pomodoro;
pub mod ranking;
pub mod rates;
pub mod reddit;
pub mod reminders;
pub mod revisits;
pub mod store;
pub mod streak;
pub mod student;
pub mod study;
pub mod text;
pub mod time;
pub mod triage;
pub mod uptime;
pub mod web;
pub mod welcome;
pub mod wiki;

pub use error::{Error, Kind, Result};

use config::{Clock, Config};
use store::Store;

/// What every edge holds: made once at the start, cloned freely.
#[derive(Debug, Clone)]
pub struct App {
    /// The settings.
    pub config: std::sync::Arc<Config>,
    /// The database.
    pub store: Store,
    /// The clock. Features are given an instant of it.
    pub clock: Clock,
    /// Which communities are home.
    pub home: community::Home,
    /// Wakes the delivery: notified after something was committed to the outbox.
    pub nudge: std::sync::Arc<tokio::sync::Notify>,
    /// The sources of papers, opened when they are first needed.
    pub feeds: std::sync::Arc<std::sync::OnceLock<papers::Feeds>>,
    /// Which parts are well.
    pub health: health::Health,
}

impl App {
    /// Opens the database of `config`, and fills its wiki if that is empty.
    ///
    /// # Errors
    /// Refused if the data folder cannot be used.
    pub async fn open(config: Config) -> Result<Self> {
        let home = community::Home::named(config.home.as_deref())?;
        let clock = Clock::starting(config.now);
        let store = Store::open(&config.data_dir).await?;
        wiki::folder::plant(&store, clock.now()).await?;
        let (nudge, feeds, health) = Default::default();
        Ok(Self { config: std::sync::Arc::new(config), store, clock, home, nudge, feeds, health })
    }

    /// The sources of papers; the same all the time, for they keep a pace.
    ///
    /// # Errors
    /// A fault if the system's certificates or proxies cannot be used.
    pub fn feeds(&self) -> Result<&papers::Feeds> {
        if let Some(feeds) = self.feeds.get() {
            return Ok(feeds);
        }
        let opened = papers::Feeds::open(&self.config)?;
        Ok(self.feeds.get_or_init(|| opened))
    }
}
