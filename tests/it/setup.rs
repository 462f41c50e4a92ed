//! A Cairn in a folder of its own, through the library, and a far side that can fail.

#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};

use cairn::App;
use cairn::community::{Community, Moderator, Role};
use cairn::config::{Clock, Config};
use cairn::jobs::{self, Outlet, Outlets};
use cairn::outbox::{self, Look, Outcome, Row, Target, Trouble, Undelivered};
use cairn::store::{Presence, Store};
use clap::Parser;
use jiff::Timestamp;
use tokio::sync::Notify;

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

/// Opens the app on a folder, without pages: those take longer to plant than all the rest.
pub async fn app(dir: &Path) -> App {
    let Settings { mut config } = Settings::parse_from(["cairn"]);
    config.data_dir = dir.to_owned();
    // Several processes of a rehearsal share a folder.
    config.beside = true;
    let (clock, store) = (Clock::starting(None), Store::open(dir).await.unwrap());
    App {
        config: Arc::new(config),
        store,
        clock,
        home: Default::default(),
        nudge: Arc::default(),
        feeds: Arc::default(),
        health: Default::default(),
    }
}

/// Opens the app on a folder and begins to deliver, as `cairn run` does.
pub async fn begun(dir: &Path, now: Timestamp) -> (App, Presence) {
    let app = app(dir).await;
    let presence = jobs::begin(&app, now).await.unwrap();
    (app, presence)
}

/// An admin of a Discord server.
pub fn admin_of(server: u64) -> Moderator {
    Moderator::checked("root", Role::Admin, Community::Discord(server)).unwrap()
}

/// What the moderators of a server see of what did not arrive.
pub async fn undelivered(store: &Store, server: u64) -> Vec<Undelivered> {
    outbox::undelivered(store, &admin_of(server), 99).await.unwrap()
}

/// An instant of the test's day.
pub fn at(time: &str) -> Timestamp {
    format!("2026-11-16T{time}Z").parse().unwrap()
}

/// What happens to a call at the far side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Succeed,
    /// It fails before it takes effect, and says so.
    FailBefore,
    /// It takes effect, and the answer is lost.
    FailAfter,
    /// It never takes effect, and nobody knows.
    Vanish,
    /// The process is killed before or after it takes effect.
    CrashBefore,
    CrashAfter,
    PanicBefore,
    PanicAfter,
    RateLimited,
    Refused,
    /// The person takes no direct messages.
    TakesNone,
}

/// A network that keeps what it is sent, and does what the test plans.
#[derive(Default)]
pub struct Far {
    got: Mutex<Vec<(Row, String)>>,
    plan: Mutex<VecDeque<Fate>>,
    blind: Mutex<bool>,
    looks: Mutex<usize>,
    crashed: Notify,
}

impl Far {
    pub fn new(plan: impl IntoIterator<Item = Fate>) -> Arc<Self> {
        Arc::new(Self { plan: Mutex::new(plan.into_iter().collect()), ..Self::default() })
    }

    pub fn plan(&self, fates: impl IntoIterator<Item = Fate>) {
        self.plan.lock().unwrap().extend(fates);
    }

    /// From now on nobody can see what is there.
    pub fn blind(&self) {
        *self.blind.lock().unwrap() = true;
    }

    /// The texts that arrived, in order.
    pub fn texts(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().map(|(row, _)| row.payload.body.clone()).collect()
    }

    /// Where they arrived.
    pub fn places(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().map(|(row, _)| row.target.to_string()).collect()
    }

    pub fn looks(&self) -> usize {
        *self.looks.lock().unwrap()
    }

    fn take(&self, row: &Row) -> Outcome {
        let mut got = self.got.lock().unwrap();
        let id = match row.target {
            // A thread has the id of the message above it.
            Target::DiscordThread { message, .. } => message.to_string(),
            _ if row.payload.title.is_some() => format!("100000{}", got.len()),
            _ => format!("remote-{}", got.len() + 1),
        };
        got.push((row.clone(), id.clone()));
        Outcome::Sent(id)
    }

    pub async fn send(self: Arc<Self>, row: Row) -> Outcome {
        let fate = self.plan.lock().unwrap().pop_front().unwrap_or(Fate::Succeed);
        let later = |trouble, seconds: Option<i64>| Outcome::Later {
            trouble,
            after: seconds.map(jiff::SignedDuration::from_secs),
        };
        match fate {
            Fate::Succeed => self.take(&row),
            Fate::FailBefore => later(Trouble::Unreachable, None),
            Fate::RateLimited => later(Trouble::RateLimited, Some(100)),
            Fate::TakesNone => Outcome::Dead(Trouble::TakesNoMessages),
            Fate::Refused => Outcome::Dead(Trouble::Refused(403, 50007)),
            Fate::Vanish => Outcome::Unsure(Trouble::TimedOut),
            Fate::FailAfter => {
                self.take(&row);
                Outcome::Unsure(Trouble::Failing(502))
            }
            Fate::PanicBefore => panic!("before"),
            Fate::PanicAfter => {
                self.take(&row);
                panic!("after")
            }
            Fate::CrashBefore => self.crash().await,
            Fate::CrashAfter => {
                self.take(&row);
                self.crash().await
            }
        }
    }

    async fn crash(&self) -> Outcome {
        self.crashed.notify_one();
        std::future::pending().await
    }

    pub async fn look(self: Arc<Self>, row: Row) -> Look {
        *self.looks.lock().unwrap() += 1;
        if *self.blind.lock().unwrap() {
            return Look::CannotTell;
        }
        match self.got.lock().unwrap().iter().find(|(got, _)| got.id == row.id) {
            Some((_, id)) => Look::Found(id.clone()),
            None => Look::Absent,
        }
    }

    /// The far side as Discord.
    pub fn outlets(self: &Arc<Self>) -> Outlets {
        let (send, look) = (self.clone(), self.clone());
        let discord = Outlet::new(move |row| send.clone().send(row), move |row| look.clone().look(row));
        Outlets { discord: Some(discord), reddit: None }
    }

    /// Ticks, unless the process is killed meanwhile. Says whether it lived.
    pub async fn tick(self: &Arc<Self>, app: &App, now: Timestamp) -> bool {
        let outlets = self.outlets();
        tokio::select! {
            biased;
            () = self.crashed.notified() => false,
            done = jobs::tick(app, &outlets, now) => {
                done.unwrap();
                true
            }
        }
    }
}
