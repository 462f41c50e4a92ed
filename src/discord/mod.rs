//! Discord: commands, buttons, forms, beginners' posts, and the outlet of the outbox.
//!
//! Every file parses what Discord sends, calls one function of a feature, and wraps what it returns. Nothing is
//! kept in memory: custom ids name rows of the database, so buttons and forms work after a restart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::{Notify, mpsc};

use crate::{App, Error, Result};

mod age;
mod answers;
mod apart;
mod auto_answer;
mod check;
mod client;
mod commands;
mod console;
mod context;
mod door;
mod drafts;
pub mod dropped_events;
mod events;
pub mod exported;
mod gaps;
mod gate;
mod holds;
mod http;
mod input;
mod invitation;
mod judging;
mod lookup;
mod member;
mod mod_guide;
mod options;
mod outlet;
mod panel;
mod papers;
mod person_limit;
mod pomodoro;
mod posted;
mod privacy;
mod registering;
mod render;
mod reply;
mod revisits;
mod rights;
mod server;
mod settings;
mod sql;
mod start;
mod study;
mod telling;
mod text;
mod voice;

pub use server::Server;

pub use answers::purge;
pub use check::{Greeting, Known, examine, wants_posts};
pub use invitation::{RIGHTS, link as invitation};
pub use outlet::DiscordSender;

/// Discord, as the bot whose token is set. Clones share one REST, so one set of limits for answers, messages and looks.
#[derive(Debug, Clone)]
pub struct Discord {
    app: App,
    rest: Arc<http::Rest>,
}

/// Opens Discord, if a token is set. Nothing is called yet.
///
/// # Errors
/// Refused if the system names root certificates that cannot be read.
pub fn open(app: &App) -> Result<Option<Discord>> {
    let rest = http::Rest::open(&app.config, app.clock.clone())?.map(Arc::new);
    if let Some(rest) = &rest {
        telling::tell(app, rest);
    }
    Ok(rest.map(|rest| Discord { app: app.clone(), rest }))
}

impl Discord {
    /// A line for what is said unasked.
    pub fn line(&self) -> DiscordSender {
        DiscordSender::new(&self.app, Arc::clone(&self.rest))
    }
}

/// What every command, press and event is given.
#[derive(Debug, Clone)]
pub struct Bot {
    app: App,
    rest: Arc<http::Rest>,
    shared: Arc<Shared>,
}

/// What a running connection must know at once; all else is in the database.
#[derive(Debug)]
struct Shared {
    /// How often each person asks.
    person_limit: person_limit::PersonLimit,
    /// Discord does not let us read posts.
    unread: AtomicBool,
    /// A server has changed what Discord is asked to tell.
    change: Notify,
    /// Discord is asked to tell who is in voice channels.
    listens: AtomicBool,
    /// What it tells of that, in order.
    voice: mpsc::UnboundedSender<voice::Told>,
    /// How Discord numbers the commands.
    mentions: registering::Mentions,
    /// How often the commands have been registered.
    registrations: AtomicU64,
}

impl Bot {
    fn new(app: App, rest: Arc<http::Rest>) -> (Self, mpsc::UnboundedReceiver<voice::Told>) {
        let (voice, told) = mpsc::unbounded_channel();
        let shared = Shared {
            person_limit: person_limit::PersonLimit::default(),
            unread: AtomicBool::default(),
            change: Notify::new(),
            listens: AtomicBool::default(),
            voice,
            mentions: registering::Mentions::default(),
            registrations: AtomicU64::default(),
        };
        (Self { app, rest, shared: Arc::new(shared) }, told)
    }

    /// Whether Discord lets us read posts, by the last that we heard.
    fn may_read(&self) -> bool {
        !self.shared.unread.load(Ordering::Relaxed)
    }

    /// The connection must ask Discord for other events. Stopping takes effect without that: the texts that
    /// still come are not looked at.
    fn reading_changed(&self, on: bool) {
        if on {
            self.shared.unread.store(false, Ordering::Relaxed);
            self.shared.change.notify_one();
        }
    }

    /// A server has named voice channels, or none. The first asks Discord for other events; what still comes when none is
    /// left is not looked at.
    fn voice_changed(&self, on: bool) {
        if on && !self.shared.listens.load(Ordering::Relaxed) {
            self.shared.change.notify_one();
        }
    }
}

type Context<'a> = poise::ApplicationContext<'a, Bot, Error>;
