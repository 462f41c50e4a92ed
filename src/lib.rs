//! Cairn, the assistant of a machine-learning community.
//!
//! The code map, from the outer layers to the core. Nothing imports a room above itself:
//!
//! - [`cli`]: one file per family of subcommands; `cli/run.rs` wires everything that runs.
//! - [`web`]: the pages, the console, the playground's page.
//! - [`playground`]: a pretend Discord that runs the real adapter. The tests use it too.
//! - [`jobs`]: scheduled work, and the delivery of the outbox.
//! - [`discord`], [`reddit`]: the adapters. They parse, call one feature function and render what it returns.
//! - [`study`]: what students do and what comes due for them, each in one transaction.
//! - [`ranking`], [`calendar`], [`heatmap`]: the weekly ranking, calendar files and links, the picture of a year.
//! - [`reminders`], [`buddies`], [`plan`]: reminders and recaps, study buddies, dated study plans.
//! - [`student`]: a student in the database, and the agenda of work that comes due.
//! - [`streak`]: the rules of study streaks (pure).
//! - [`papers`]: the week's papers: feeds, ranking, the digest, subscriptions, reading.
//! - [`welcome`], [`decisions`]: the answer to a newcomer, and what was decided about a text.
//! - [`desk`]: what moderators judge, teach, review and settle.
//! - [`links`]: the wiki's external links, checked once a week.
//! - [`mining`]: a list of frequent questions from an exported history.
//! - [`wiki`]: pages, search, snippets, files; edits, history and drafts.
//! - [`triage`]: reads a text and decides which guide it needs (pure).
//! - [`labels`]: corrections of triage, counted.
//! - [`community`]: servers and subreddits, which of them are home, roles, the audit log.
//! - [`people`]: persons, linking, opt-out, export, erasure; the rules for keeping people's words.
//! - [`outbox`]: messages that the bot sends on its own, each delivered exactly once.
//! - [`meaning`]: the meaning of texts as vectors: the sentence encoder and its thread.
//! - [`uptime`]: when the bot was down.
//! - [`time`]: zones, weekly times, parsing and formatting of times and dates (pure).
//! - [`text`]: text for people: escaping, cutting, counting (pure).
//! - [`store`], [`http_client`], [`config`], [`rates`], [`health`], [`error`]: the database, HTTPS clients, settings
//!   and clock, rate limits, health of parts, the two kinds of error.

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

/// What every outer layer holds: made once at the start and cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// The settings.
    pub config: std::sync::Arc<Config>,
    /// The database.
    pub store: Store,
    /// The clock. Features get an instant from it.
    pub clock: Clock,
    /// The communities that are home.
    pub home: community::Home,
    /// Wakes the delivery: notified after a commit to the outbox.
    pub nudge: std::sync::Arc<tokio::sync::Notify>,
    /// The sources of papers, opened when they are first needed.
    pub feeds: std::sync::Arc<std::sync::OnceLock<papers::Feeds>>,
    /// The health of each part.
    pub health: health::Health,
}

impl App {
    /// Opens the database of `config`, and fills the wiki if it is empty.
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

    /// The sources of papers. There is only one instance, because it paces its requests.
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
