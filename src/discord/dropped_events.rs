//! Events that reach no handler: serenity drops what it cannot decode, or does not know, and says so only to the
//! log, at most as a hint for developers. They are counted there, and said in our words, without what they hold.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;
use tracing::{Event, Level, Subscriber, warn};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Where serenity reads events and hands them out, and from which level on it says there that it dropped one. What it
/// says may quote messages, so the log itself must keep these out.
pub const SOURCES: [(&str, Level); 2] =
    [("serenity::gateway::ws", Level::WARN), ("serenity::client::dispatch", Level::DEBUG)];
static COUNT: AtomicU64 = AtomicU64::new(0);
static NEW: Notify = Notify::const_new();

/// How many events could not be read since the start.
pub fn count() -> u64 {
    COUNT.load(Ordering::Relaxed)
}

/// Counts what serenity drops.
#[derive(Debug, Clone, Copy, Default)]
pub struct DroppedEvents;

impl<S: Subscriber> Layer<S> for DroppedEvents {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let meta = event.metadata();
        if SOURCES.iter().any(|(target, level)| meta.target() == *target && meta.level() <= level) {
            COUNT.fetch_add(1, Ordering::Relaxed);
            // What is logged while something is being logged would be lost.
            NEW.notify_one();
        }
    }
}

/// Says, for ever, when events were dropped.
pub(super) async fn tell() {
    loop {
        NEW.notified().await;
        let count = count();
        warn!(count, "events from Discord could not be read and reached nobody; a newer Cairn may know them");
    }
}
