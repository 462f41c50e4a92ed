//! The outlets of the outbox: one for each network that is on.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::discord::Discord;
use crate::outbox::{Look, Outcome, Row};

/// Sends messages through one network. Each function makes one call to the target.
pub struct Outlet {
    pub(super) send: Box<dyn Fn(Row) -> BoxFuture<'static, Outcome> + Send + Sync>,
    pub(super) look: Box<dyn Fn(Row) -> BoxFuture<'static, Look> + Send + Sync>,
    pub(super) open: Box<dyn Fn() -> bool + Send + Sync>,
    pub(super) left: Box<dyn Fn(u64, u64) -> BoxFuture<'static, bool> + Send + Sync>,
}

impl Outlet {
    /// An outlet that sends with `send` and looks for lost messages with `look`.
    pub fn new<S, L>(
        send: impl Fn(Row) -> S + Send + Sync + 'static,
        look: impl Fn(Row) -> L + Send + Sync + 'static,
    ) -> Self
    where
        S: Future<Output = Outcome> + Send + 'static,
        L: Future<Output = Look> + Send + 'static,
    {
        Self {
            send: Box::new(move |row| send(row).boxed()),
            look: Box::new(move |row| look(row).boxed()),
            open: Box::new(|| true),
            left: Box::new(|_, _| std::future::ready(false).boxed()),
        }
    }

    /// The outlet for Discord.
    pub fn on_discord(discord: &Discord) -> Self {
        let line = discord.line();
        let (other, third, fourth) = (line.clone(), line.clone(), line.clone());
        let outlet = Self::new(move |row| line.clone().send(row), move |row| other.clone().look(row));
        let outlet = outlet.open_while(move || third.is_open());
        outlet.knowing_who_left(move |server, user| fourth.clone().has_left(server, user))
    }

    /// The same outlet, used only while `open` returns true. Otherwise messages wait and lose no attempt.
    #[must_use]
    pub fn open_while(self, open: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { open: Box::new(open), ..self }
    }

    /// The same outlet, with a check whether a person (second id) has left a server (first id). It must be false unless
    /// that is certain.
    #[must_use]
    pub fn knowing_who_left<L>(self, left: impl Fn(u64, u64) -> L + Send + Sync + 'static) -> Self
    where
        L: Future<Output = bool> + Send + 'static,
    {
        Self { left: Box::new(move |server, user| left(server, user).boxed()), ..self }
    }
}

/// The outlets of the networks that are on. Messages for other networks wait.
#[derive(Default)]
pub struct Outlets {
    /// Discord, if it is on.
    pub discord: Option<Outlet>,
    /// Reddit, if it is on.
    pub reddit: Option<Outlet>,
}
