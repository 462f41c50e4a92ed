//! The playground: a pretend Discord server with the real adapter in it, for a first try without a token.
//!
//! [`stand_in`] plays Discord on loopback. [`stage`] runs the adapter and the jobs against it, on a database and a clock of
//! their own below `playground/` in the data folder, while somebody visits; [`cast`] says who and what is there,
//! [`visit`] what a visitor does. Nothing of it touches the real database.

mod cast;
mod kept;
mod stage;
pub mod stand_in;
mod suggest;
pub mod visit;

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::time::timeout;
use tracing::{error, info};

pub use cast::{MEMBERS, MODERATOR, topic};
pub use stage::Stage;
pub use suggest::Suggestion;

use crate::config::Config;
use crate::{Error, Result};

/// The folder of its data, below the data folder.
pub const FOLDER: &str = "playground";
/// Where the web page stands as the playground's database has it.
pub const SITE: &str = "/playground/site";
/// How many visitors' orders wait.
const ORDERS: usize = 8;
/// How long a visitor waits until it is open.
const OPENING: Duration = Duration::from_secs(40);

/// How far time leaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leap {
    /// An hour on.
    Hour,
    /// A day on.
    Day,
    /// To the next Monday at 09:00, UTC.
    Monday,
}

impl Leap {
    /// Where it leads from `now`.
    pub fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Hour => now.saturating_add(SignedDuration::from_hours(1)),
            Self::Day => now.saturating_add(SignedDuration::from_hours(24)),
            Self::Monday => next_monday(&now.to_zoned(TimeZone::UTC)).map(|monday| monday.timestamp()),
        }
        .unwrap_or(now)
    }
}

fn next_monday(now: &Zoned) -> std::result::Result<Zoned, jiff::Error> {
    let nine = now.with().time(jiff::civil::time(9, 0, 0, 0)).build()?;
    if nine.weekday() == Weekday::Monday && nine > *now {
        return Ok(nine);
    }
    nine.nth_weekday(1, Weekday::Monday)
}

/// What a visitor wants of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// That it is open.
    Open,
    /// That time moves on until then.
    Leap(Timestamp),
    /// That all is forgotten.
    Wipe,
}

/// How it stands.
#[derive(Debug, Clone)]
enum Phase {
    /// Nobody visits.
    Closed,
    /// It is being opened, or wiped.
    Opening,
    /// Open.
    Open(Arc<Stage>),
    /// It cannot be opened; a sentence says why.
    Broken(String),
}

/// The playground of a running program. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Playground(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    config: Config,
    phase: watch::Sender<Phase>,
    orders: mpsc::Sender<Order>,
    inbox: Mutex<mpsc::Receiver<Order>>,
}

impl Playground {
    /// A playground beside the program with these settings. Nothing is opened yet.
    pub fn beside(config: &Config) -> Self {
        let (orders, inbox) = mpsc::channel(ORDERS);
        let phase = watch::Sender::new(Phase::Closed);
        Self(Arc::new(Inside { config: config.clone(), phase, orders, inbox: Mutex::new(inbox) }))
    }

    /// The stage, opened if it is not.
    ///
    /// # Errors
    /// Refused if it cannot be opened, or not in time.
    pub async fn enter(&self) -> Result<Arc<Stage>> {
        let mut phase = self.0.phase.subscribe();
        if let Phase::Open(stage) = &*phase.borrow_and_update() {
            stage.visited();
            return Ok(Arc::clone(stage));
        }
        self.order(Order::Open)?;
        let settled = phase.wait_for(|phase| matches!(phase, Phase::Open(_) | Phase::Broken(_)));
        match timeout(OPENING, settled).await {
            Ok(Ok(phase)) => match &*phase {
                Phase::Open(stage) => Ok(Arc::clone(stage)),
                Phase::Broken(why) => Err(Error::refused(why.clone())),
                Phase::Closed | Phase::Opening => Err(opening()),
            },
            _ => Err(opening()),
        }
    }

    /// Time moves on. Waits until it has arrived, at most for `limit`.
    ///
    /// # Errors
    /// Refused while too much is asked for.
    pub async fn leap(&self, stage: &Stage, leap: Leap, limit: Duration) -> Result<()> {
        let until = leap.from(stage.now());
        stage.leaps(Some(until));
        self.order(Order::Leap(until)).inspect_err(|_| stage.leaps(None))?;
        stage.arrived(limit).await;
        Ok(())
    }

    /// Forgets everything in it, and waits until it is open again.
    ///
    /// # Errors
    /// Refused as [`Playground::enter`] refuses it.
    pub async fn wipe(&self) -> Result<Arc<Stage>> {
        let before = self.enter().await?;
        let mut phase = self.0.phase.subscribe();
        self.order(Order::Wipe)?;
        let other = |phase: &Phase| match phase {
            Phase::Open(stage) => !Arc::ptr_eq(stage, &before),
            Phase::Broken(_) => true,
            Phase::Closed | Phase::Opening => false,
        };
        let _ = timeout(OPENING, phase.wait_for(other)).await;
        self.enter().await
    }

    fn order(&self, order: Order) -> Result<()> {
        self.0.orders.try_send(order).map_err(|_| opening())
    }

    /// Keeps it until `stop` says so.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut inbox = self.0.inbox.lock().await;
        loop {
            tokio::select! {
                order = inbox.recv() => if order.is_none() { return },
                _ = stop.wait_for(|stop| *stop) => return,
            }
            while let Some(stage::Ended::Wiped) = self.act(&mut inbox, &mut stop).await {}
            if *stop.borrow() {
                return;
            }
        }
    }

    /// Opens it, and keeps it until something ends it.
    async fn act(&self, inbox: &mut mpsc::Receiver<Order>, stop: &mut watch::Receiver<bool>) -> Option<stage::Ended> {
        self.0.phase.send_replace(Phase::Opening);
        let opened = tokio::select! {
            opened = stage::open(&self.0.config) => opened,
            _ = stop.wait_for(|stop| *stop) => return None,
        };
        let (stage, engine) = match opened {
            Ok(opened) => opened,
            Err(cause) => {
                error!("the playground does not open: {cause}");
                self.0.phase.send_replace(Phase::Broken(broken(&cause)));
                return None;
            }
        };
        info!("the playground is open");
        self.0.phase.send_replace(Phase::Open(Arc::clone(&stage)));
        let ended = engine.live(&stage, inbox, stop).await;
        let next = if ended == stage::Ended::Wiped { Phase::Opening } else { Phase::Closed };
        self.0.phase.send_replace(next);
        Some(ended)
    }
}

fn opening() -> Error {
    Error::refused("The playground is still opening; wait a moment, then load this page again.")
}

fn broken(cause: &Error) -> String {
    match cause {
        Error::Refused(refused) => refused.text.clone(),
        Error::Fault(_) => "The playground does not open; the log of Cairn says why.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_leaps_to_the_next_monday_morning() {
        for (now, expected) in [
            ("2026-11-27T16:20:00Z", "2026-11-30T09:00:00Z"),
            ("2026-11-30T08:59:00Z", "2026-11-30T09:00:00Z"),
            ("2026-11-30T09:00:00Z", "2026-12-07T09:00:00Z"),
            ("2026-12-01T00:00:00Z", "2026-12-07T09:00:00Z"),
            ("2026-12-06T23:59:00Z", "2026-12-07T09:00:00Z"),
        ] {
            let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
            assert_eq!(Leap::Monday.from(at(now)), at(expected), "{now}");
            assert_eq!(Leap::Hour.from(at(now)).duration_since(at(now)), SignedDuration::from_hours(1));
        }
    }
}
