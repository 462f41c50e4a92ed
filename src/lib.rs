//! Cairn, the assistant of a machine-learning community.
//!
//! The code map, from the rim to the core; nothing imports what stands above it:
//!
//! - [`cli`]: one file per family of subcommands; `cli/run.rs` wires everything that runs.
//! - [`jobs`]: what is done at set times, and the delivery of the outbox.
//! - [`discord`]: the bot: commands, buttons, forms, beginners' posts, and the outbox's way to Discord.
//! - [`reddit`]: the bot on Reddit; AutoModerator rules made of triage, and a reader of such rules (pure).
//! - [`web`]: the web page. Adapters parse, call one feature function and wrap what it returns.
//! - [`decisions`]: what is decided about a text, by its words and its meaning.
//! - [`welcome`]: what a newcomer is shown: a verdict with its guide.
//! - [`syllabus`]: what there is to study on a track: its guide and the pages it leads to.
//! - [`mining`]: what an exported history asks again and again, as a list of frequent questions.
//! - [`triage`]: reads a text and decides which guide it asks for (pure).
//! - [`wiki`]: pages, search, snippets, files; edits, history and drafts.
//! - [`papers`]: the week's papers: feeds, ranking, the digest.
//! - [`study`]: study streaks: days, minutes, runs, and what the rules refuse (pure); what people did, kept.
//! - [`labels`]: corrections of triage, counted.
//! - [`meaning`]: what texts mean, as vectors: the sentence encoder and its thread.
//! - [`community`]: servers and subreddits, which of them are home, roles in them, the audit log.
//! - [`people`]: persons, linking, opt-out, export, erasure; what may be kept of what people write.
//! - [`time`]: zones by whatever name people write, clocks on walls, times and dates as people type them (pure).
//! - [`pulse`]: when the bot was not there.
//! - [`rates`]: how often each asker may ask.
//! - [`outbox`]: what the bot has decided to say unasked, until it is said exactly once.
//! - [`visible`]: text without signs that steer a terminal.
//! - [`store`], [`https`], [`config`], [`health`], [`error`]: the database, the way out, the settings and the clock,
//!   which part is well, the two kinds of error.

pub mod cli;
pub mod community;
pub mod config;
pub mod decisions;
pub mod discord;
pub mod error;
pub mod health;
pub mod https;
pub mod jobs;
pub mod labels;
pub mod meaning;
pub mod mining;
pub mod outbox;
pub mod papers;
pub mod people;
pub mod pulse;
pub mod rates;
pub mod reddit;
pub mod store;
pub mod study;
pub mod syllabus;
pub mod time;
pub mod triage;
pub mod visible;
pub mod web;
pub mod welcome;
pub mod wiki;

pub use error::{Error, Result};

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
    /// Wakes the delivery: notified by whoever has just committed something to the outbox.
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
