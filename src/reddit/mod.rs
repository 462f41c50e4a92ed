//! Reddit. What works without its keys comes first: [`automod`]. With them, the bot reads the subreddits that it was invited to,
//! decides, and says what the mode of each allows: [`desk`] shows the rest to moderators.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::sleep;
use tracing::{error, warn};

use crate::community::Subreddit;
use crate::config::Config;
use crate::store::Store;
use crate::{App, Error, Result};

pub mod api;
pub mod automod;
mod decide;
pub mod desk;
mod examine;
mod inbox;
mod item;
pub mod mode;
mod never;
pub mod notices;
mod outlet;
pub mod preview;
mod reading;
mod render;
pub mod shadow;
mod sql;
mod summons;
mod sync;
mod watch_over;

use api::{Access, Account, Credentials, Failure, Rest};
pub use examine::examine;
pub use item::{Item, State};
pub use outlet::RedditSender;

/// The part of the program. It is well as long as it runs: a Reddit that is down is told to moderators.
pub const PART: &str = "reddit";
/// How often Reddit is read.
const ROUND: Duration = Duration::from_secs(30);
/// For how long a subreddit's moderators and pages are believed.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(6);
/// For how long what people wrote is kept, and what says what was read.
const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);
const SEEN_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Reddit, as the bot whose account is set. Clones share one way there, and one budget.
#[derive(Clone)]
pub struct Reddit {
    app: App,
    access: Arc<Access>,
    /// Where the bot was invited to.
    subreddits: Arc<[Subreddit]>,
    known: Arc<Mutex<HashMap<Subreddit, Known>>>,
}

/// What is known of a subreddit for a while.
#[derive(Debug, Clone)]
struct Known {
    at: Timestamp,
    /// Lower case.
    moderators: Vec<String>,
    /// The pages of its wiki.
    pages: Vec<String>,
}

/// Why a round ended early.
#[derive(Debug)]
enum Stop {
    /// Reddit.
    Failure(Failure),
    /// We.
    Error(Error),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// How Reddit stands at the start.
pub enum Opened<T = Reddit> {
    /// Nothing is set.
    Off,
    /// The settings are not whole or not taken, or nobody can speak HTTPS; a sentence's end.
    Wrong(String),
    /// On.
    On(T),
}

/// The subreddits of a setting: names with commas between them.
///
/// # Errors
/// Refused if one of them is no subreddit's name.
pub fn subreddits(setting: &str) -> Result<Vec<Subreddit>> {
    let mut all: Vec<Subreddit> = Vec::new();
    for name in setting.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let name = name.strip_prefix("reddit:").unwrap_or(name).parse()?;
        if !all.contains(&name) {
            all.push(name);
        }
    }
    Ok(all)
}

/// Reddit, as the settings say. Asks nothing yet.
///
/// # Errors
/// A fault if the database fails.
pub async fn open(app: &App) -> Result<Opened> {
    let account = match account(&app.config)? {
        Opened::Off => return Ok(Opened::Off),
        Opened::Wrong(why) => return Ok(Opened::Wrong(why)),
        Opened::On(account) => account,
    };
    let subreddits = subreddits(app.config.reddit_subreddits.as_deref().unwrap_or_default())?;
    let mut tx = app.store.write().await?;
    for subreddit in &subreddits {
        sql::add_place(&mut tx, subreddit).await?;
    }
    let rest = sql::rest(&mut tx).await?;
    tx.commit().await?;
    match Access::new(account, app.clock.clone(), rest) {
        Ok(access) => Ok(Opened::On(Reddit {
            app: app.clone(),
            access: Arc::new(access),
            subreddits: subreddits.into(),
            known: Arc::default(),
        })),
        Err(error) => wrong(error),
    }
}

/// The account that is set, if its settings and the subreddits' names can be read.
fn account(config: &Config) -> Result<Opened<Account>> {
    let named = subreddits(config.reddit_subreddits.as_deref().unwrap_or_default());
    match Account::of(config) {
        Ok(None) => Ok(Opened::Off),
        Ok(Some(account)) => named.map_or_else(wrong, |_| Ok(Opened::On(account))),
        Err(error) => wrong(error),
    }
}

fn wrong<T>(error: Error) -> Result<Opened<T>> {
    match error {
        Error::Refused(refused) => Ok(Opened::Wrong(refused.text.trim_end_matches('.').to_owned())),
        fault => Err(fault),
    }
}

impl Reddit {
    /// Logs in. What Reddit said of the settings, if it does not take them.
    pub async fn greet(&self) -> Option<Credentials> {
        match self.access.greet().await {
            Err(Failure::Credentials(which)) => Some(which),
            Err(failure) => {
                warn!("Reddit is not there yet: {failure}");
                None
            }
            Ok(()) => None,
        }
    }

    /// The bot's name.
    pub fn name(&self) -> &str {
        self.access.name().as_str()
    }

    /// Where the bot was invited to.
    pub fn subreddits(&self) -> &[Subreddit] {
        &self.subreddits
    }

    /// The outbox's way to Reddit.
    pub fn line(&self) -> RedditSender {
        RedditSender::new(self.clone())
    }

    /// Reads, decides and looks after what was said, until `stop` says so.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let pause = ROUND / self.app.config.reddit_hurry.max(1);
        while !*stop.borrow() {
            tokio::select! {
                () = self.round_and_say() => {}
                // What is cut off here is done in the next round.
                _ = stop.wait_for(|stop| *stop) => return,
            }
            tokio::select! {
                () = sleep(pause) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn round_and_say(&self) {
        if let Err(cause) = self.round().await {
            error!("Reddit's round failed: {cause}");
        }
    }

    /// One round: what was settled, what is new, what was said.
    ///
    /// # Errors
    /// A fault if the database fails. What Reddit does wrong is told to moderators and tried again.
    pub async fn round(&self) -> Result<()> {
        let before = self.access.rest();
        let done = self.all().await;
        if self.access.rest() != before {
            let mut tx = self.app.store.write().await?;
            sql::set_rest(&mut tx, self.access.rest()).await?;
            tx.commit().await?;
        }
        match done {
            Ok(()) => {
                let mut tx = self.app.store.write().await?;
                notices::no_trouble(&mut tx).await?;
                if self.access.has_ended_early() {
                    notices::login_ended(&mut tx, self.app.clock.now()).await?;
                }
                desk::set_pulse(&mut tx, &self.pulse()).await?;
                tx.commit().await
            }
            Err(Stop::Failure(failure)) => self.troubled(&failure).await,
            Err(Stop::Error(error)) => Err(error),
        }
    }

    /// Takes note of what became of what was to be said.
    ///
    /// # Errors
    /// A fault if the database fails.
    pub async fn settled(&self) -> Result<()> {
        watch_over::adopt(self).await
    }

    async fn all(&self) -> Result<(), Stop> {
        watch_over::adopt(self).await?;
        let mut ended = Ok(());
        for subreddit in self.subreddits.iter() {
            match reading::subreddit(self, subreddit).await {
                // One subreddit in trouble must not hold up the others.
                Err(Stop::Failure(failure)) if !failure.is_general() => {
                    warn!(subreddit = subreddit.as_str(), "could not be read: {failure}");
                }
                other => {
                    if other.is_err() {
                        ended = other;
                        break;
                    }
                }
            }
        }
        ended?;
        inbox::read(self).await?;
        watch_over::look(self).await?;
        watch_over::compare(self).await?;
        sync::all(self).await
    }

    /// How the reading went that ends now.
    fn pulse(&self) -> desk::Pulse {
        let at = self.app.clock.now();
        desk::Pulse { at, calls_left: self.access.calls_left(), renewed: self.access.token_renewed() }
    }

    /// Reddit itself is the trouble: one sentence for moderators, and the next round tries again.
    async fn troubled(&self, failure: &Failure) -> Result<()> {
        if let Failure::Wait(_) = failure {
            return Ok(());
        }
        let mut tx = self.app.store.write().await?;
        let said = format!("{failure}. Cairn tries again by itself.");
        if notices::trouble(&mut tx, &said, self.app.clock.now()).await? {
            error!("{failure}");
        }
        tx.commit().await
    }

    /// Moderators and wiki pages of a subreddit, as they were within the last hours.
    async fn known(&self, subreddit: &Subreddit) -> Result<Known, Failure> {
        let now = self.app.clock.now();
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(subreddit).cloned();
        if let Some(kept) = kept.filter(|kept| kept.at <= now && now.duration_since(kept.at) < KNOWN_FOR) {
            return Ok(kept);
        }
        let moderators = self.access.moderators(subreddit).await?;
        let pages = match self.access.wiki_pages(subreddit).await {
            Ok(pages) => pages,
            // No wiki, or none for the bot.
            Err(failure) if !failure.is_general() => Vec::new(),
            Err(failure) => return Err(failure),
        };
        let known = Known { at: now, moderators, pages };
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(subreddit.clone(), known.clone());
        Ok(known)
    }

    /// Reddit does not let the bot in: that subreddit is off until a moderator turns it on again.
    async fn turn_off(&self, subreddit: &Subreddit, code: &str) -> Result<()> {
        let mut tx = self.app.store.write().await?;
        let Some(place) = sql::place(&mut tx, subreddit).await? else { return Ok(()) };
        let place = sql::Place { mode: mode::Mode::Off, off_why: Some(code.to_owned()), ..place };
        sql::set_place(&mut tx, subreddit, &place).await?;
        let name = subreddit.as_str();
        let said = format!(
            "Reddit does not let the bot into r/{name} ({code}), so it is off there; once it may come in again, turn it on \
             in the console, or with `cairn reddit mode {name} shadow`."
        );
        let now = self.app.clock.now();
        notices::tell(&mut tx, (name, "off", &now.to_string()), &said, now).await?;
        tx.commit().await?;
        error!(subreddit = name, "{said}");
        Ok(())
    }
}

/// Forgets what people wrote after 30 days, and what was read after a week.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::purge(&mut tx, sql::before(now, RETENTION), sql::before(now, SEEN_FOR)).await?;
    notices::purge(&mut tx, sql::before(now, SEEN_FOR)).await?;
    tx.commit().await
}
