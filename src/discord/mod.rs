//! Discord: commands, buttons, forms, beginners' posts, and the outlet of the outbox.
//!
//! Every file parses what Discord sends, calls one function of a feature, and wraps what it returns. Nothing is
//! kept in memory: custom ids name rows of the database, so buttons and forms work after a restart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use crate::{App, Error};

mod answers;
mod choice;
mod client;
mod commands;
mod drafts;
mod escape;
mod events;
mod gaps;
mod http;
mod lookup;
mod member;
mod moderating;
mod outlet;
mod papers;
mod posts;
mod privacy;
mod relay;
mod reply;
mod rights;
mod servers;
mod settings;
mod sql;
mod start;
mod study;
mod trouble;
pub mod unheard;

pub use answers::purge;
pub use client::{Greeting, REFUSED, greet, run};
pub use outlet::Line;
pub use servers::ask_servers;

/// What every command, press and event is given.
#[derive(Debug, Clone)]
pub struct Bot {
    app: App,
    rest: Arc<http::Rest>,
    shared: Arc<Shared>,
}

/// What a running connection must know at once; all else is in the database.
#[derive(Debug, Default)]
struct Shared {
    /// Discord does not let us read posts.
    unread: AtomicBool,
    /// A server has changed whether posts may be read.
    change: Notify,
}

impl Bot {
    fn new(app: App, rest: http::Rest) -> Self {
        Self { app, rest: Arc::new(rest), shared: Arc::default() }
    }

    /// Whether Discord lets us read posts, as far as is known.
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
}

type Context<'a> = poise::ApplicationContext<'a, Bot, Error>;
