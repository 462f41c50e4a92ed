//! The adapter on its stage: opened for a visitor, kept while one comes, its time moved on.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tracing::{error, warn};

use super::stand_in::gateway::Session;
use super::stand_in::state::{Clock as Ids, Id, Shared, State};
use super::visit::Visitor;
use super::{Order, cast, kept, stand_in};
use crate::community::Home;
use crate::config::{self, Clock, Config};
use crate::jobs::{self, Outlet, Outlets};
use crate::store::Store;
use crate::{App, Error, Result, discord, wiki};

/// The token that the pretend Discord takes. It opens nothing else.
const TOKEN: &str = "playground";
/// The most messages that are kept.
const MOST_POSTS: usize = 600;
/// How long the adapter may take to come online.
const ONLINE: Duration = Duration::from_secs(20);
/// How long nobody may come before it closes.
const LEFT: Duration = Duration::from_secs(600);
/// How often the clock there is moved on, and how often what is due is done.
const BEAT: Duration = Duration::from_secs(1);
const ROUND: Duration = Duration::from_secs(5);
/// Time leaps from one quarter of an hour to the next.
const STEP: i64 = 15 * 60;
/// How long the adapter may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// An open playground: the pretend server, and the adapter in it.
#[derive(Debug)]
pub struct Stage {
    /// The pretend server.
    pub shared: Arc<Shared>,
    app: App,
    /// What is only for the eyes of each person.
    visitors: Mutex<HashMap<Id, Visitor>>,
    /// Where time is leaping to.
    leaping: watch::Sender<Option<Timestamp>>,
    visited: Mutex<Instant>,
}

/// Why it is not kept any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The program stops.
    Stopped,
    /// Nobody came for a while.
    Left,
    /// All of it was forgotten.
    Wiped,
}

impl Stage {
    /// The program in it, with the database of the playground.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// What time it is there.
    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Where time is leaping to, if it is.
    pub fn leaping(&self) -> Option<Timestamp> {
        *self.leaping.borrow()
    }

    pub(super) fn leaps(&self, until: Option<Timestamp>) {
        self.leaping.send_replace(until);
    }

    /// Waits until time has arrived, at most for `limit`.
    pub async fn arrived(&self, limit: Duration) {
        let mut leaping = self.leaping.subscribe();
        let _ = timeout(limit, leaping.wait_for(Option::is_none)).await;
    }

    /// Somebody is here.
    pub fn visited(&self) {
        *self.visited.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// What is only for the eyes of each person.
    pub fn visitors(&self) -> MutexGuard<'_, HashMap<Id, Visitor>> {
        self.visitors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_left(&self) -> bool {
        self.visited.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > LEFT
    }
}

/// What keeps a stage going.
pub struct Engine {
    dir: PathBuf,
    outlets: Outlets,
    stop: watch::Sender<bool>,
    bot: JoinHandle<()>,
    server: JoinHandle<std::io::Result<()>>,
    /// What was kept last.
    kept: String,
}

/// Opens the playground of a program with these settings.
pub async fn open(config: &Config) -> Result<(Arc<Stage>, Engine)> {
    let dir = config.data_dir.join(super::FOLDER);
    let kept = kept::read(&dir)?;
    if kept.is_none() {
        // A database without the server that it speaks of is of no use.
        kept::wipe(&dir)?;
    }
    let now = kept.as_ref().map_or_else(|| config.now.unwrap_or_else(config::machine_time), |kept| kept.now);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let app = app(config, dir.clone(), &format!("http://{address}"), now).await?;
    let is_new = kept.is_none();
    let mut town = cast::town();
    let (mut posts, mut last_id) = (Default::default(), 0);
    if let Some(kept) = kept {
        (town, posts, last_id) = (kept.town, kept.posts, kept.last_id);
    }
    town.gateway_url = format!("ws://{address}");
    let mut state = State::new(TOKEN, town, app.clock.clone());
    state.clock = Ids::after(app.clock.clone(), last_id);
    (state.posts.all, state.posts.most) = (posts, Some(MOST_POSTS));
    let shared = Arc::new(Shared::new(state));
    let server = tokio::spawn(stand_in::serve(Arc::clone(&shared), listener));
    let discord = discord::open(&app)?.ok_or_else(|| Error::refused("The playground has no Discord to talk to."))?;
    let outlets = Outlets { discord: Some(Outlet::on_discord(&discord)), reddit: None };
    let (stop, stopped) = watch::channel(false);
    let bot = tokio::spawn(discord.run(stopped));
    let engine = Engine { dir, outlets, stop, bot, server, kept: String::new() };
    let stage = Arc::new(Stage {
        shared,
        app,
        visitors: Mutex::default(),
        leaping: watch::Sender::new(None),
        visited: Mutex::new(Instant::now()),
    });
    online(&stage).await?;
    if is_new {
        cast::furnish(&stage).await;
        online(&stage).await?;
    }
    Ok((stage, engine))
}

/// The program as it is in the playground: the same settings, but a folder, a Discord and a time of its own.
async fn app(config: &Config, dir: PathBuf, discord: &str, now: Timestamp) -> Result<App> {
    let config = Config {
        data_dir: dir,
        discord_token: Some(TOKEN.to_owned().into()),
        discord_proxy: Some(discord.to_owned()),
        web_url: Some(format!("{}{}", config.local_url(), super::SITE)),
        now: Some(now),
        home: None,
        backup_dir: Some("off".into()),
        is_pretend: true,
        reddit_client_id: None,
        reddit_client_secret: None,
        reddit_password: None,
        ..config.clone()
    };
    let store = Store::open(&config.data_dir).await?;
    wiki::folder::plant(&store, now).await?;
    let (nudge, feeds, health) = Default::default();
    let home = Home::named(None)?;
    Ok(App { config: config.into(), store, clock: Clock::standing(now), home, nudge, feeds, health })
}

/// Waits until the adapter listens and has told its commands.
async fn online(stage: &Stage) -> Result<()> {
    let ready = |state: &mut State| {
        let connected = state.gateway.sessions.iter().any(Session::is_connected);
        (connected && state.commands.overwrites > 0).then_some(())
    };
    let late = || Error::refused("The playground did not open in time; load this page again.");
    stage.shared.wait(ONLINE, ready).await.ok_or_else(late)
}

impl Engine {
    /// Keeps it going until something ends it, and closes it.
    pub async fn live(
        mut self,
        stage: &Stage,
        inbox: &mut mpsc::Receiver<Order>,
        stop: &mut watch::Receiver<bool>,
    ) -> Ended {
        let mut stopping = stop.clone();
        let ended = tokio::select! {
            ended = self.keep(stage, inbox) => ended,
            _ = stopping.wait_for(|stop| *stop) => Ended::Stopped,
        };
        self.close(stage, ended).await;
        ended
    }

    async fn keep(&mut self, stage: &Stage, inbox: &mut mpsc::Receiver<Order>) -> Ended {
        let (mut from, mut since) = (stage.now(), Instant::now());
        let mut next = Instant::now();
        loop {
            tokio::select! {
                order = inbox.recv() => match order {
                    None => return Ended::Stopped,
                    Some(Order::Open) => {}
                    Some(Order::Wipe) => return Ended::Wiped,
                    Some(Order::Leap(until)) => {
                        self.leap(stage, until).await;
                        (from, since) = (stage.now(), Instant::now());
                    }
                },
                () = stage.app.nudge.notified() => self.tick(stage).await,
                () = sleep(BEAT) => {
                    let passed = SignedDuration::try_from(since.elapsed()).unwrap_or_default();
                    let (before, now) = (stage.now(), from.saturating_add(passed).unwrap_or(from));
                    stage.app.clock.set(now);
                    if before.as_second() / 60 != now.as_second() / 60 {
                        // An open page shows the new minute.
                        stage.shared.with(|_| ());
                    }
                    if Instant::now() >= next {
                        self.tick(stage).await;
                        self.save(stage);
                        next = Instant::now() + ROUND;
                    }
                }
            }
            if stage.is_left() {
                return Ended::Left;
            }
        }
    }

    /// Does what is due.
    async fn tick(&self, stage: &Stage) {
        if let Err(cause) = jobs::tick(&stage.app, &self.outlets, stage.now()).await {
            error!("the playground failed: {cause}");
        }
    }

    /// Time passes until `until`, and what is due on the way is done then.
    async fn leap(&self, stage: &Stage, until: Timestamp) {
        while stage.now() < until {
            let next = Timestamp::from_second((stage.now().as_second().div_euclid(STEP) + 1) * STEP);
            stage.app.clock.set(next.unwrap_or(until).min(until));
            self.tick(stage).await;
        }
        stage.leaps(None);
        // An open page shows the new time.
        stage.shared.with(|_| ());
    }

    fn save(&mut self, stage: &Stage) {
        let kept = stage.shared.look(kept::written).and_then(|text| {
            if text != self.kept {
                kept::keep(&self.dir, &text)?;
                self.kept = text;
            }
            Ok(())
        });
        if let Err(cause) = kept {
            warn!("the playground cannot be kept: {cause}");
        }
    }

    async fn close(mut self, stage: &Stage, ended: Ended) {
        stage.leaps(None);
        let _ = self.stop.send(true);
        let _ = timeout(GOODBYE, &mut self.bot).await;
        self.bot.abort();
        self.server.abort();
        if ended != Ended::Wiped {
            self.save(stage);
        }
        stage.app.store.close().await;
        if ended == Ended::Wiped
            && let Err(cause) = kept::wipe(&self.dir)
        {
            warn!("the playground cannot be wiped: {cause}");
        }
    }
}
