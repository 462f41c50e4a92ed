//! Events that reach no handler: serenity drops what it cannot decode and says so only to the log. They are
//! counted there, and said in our words, without what they hold.

use std::sync::atomic::{AtomicU64, Ordering};

use tracing::{Event, Level, Subscriber, warn};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Where serenity reads events.
pub const SOURCE: &str = "serenity::gateway::ws";
static COUNT: AtomicU64 = AtomicU64::new(0);

/// How many events could not be read since the start.
pub fn count() -> u64 {
    COUNT.load(Ordering::Relaxed)
}

/// Counts what serenity drops. The log's own filter must keep [`SOURCE`] out, for it may quote messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unheard;

impl<S: Subscriber> Layer<S> for Unheard {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let meta = event.metadata();
        // Whatever filter it is given.
        if meta.target() == SOURCE && *meta.level() <= Level::WARN {
            let count = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
            warn!(count, "an event from Discord could not be read and reached nobody; a newer Cairn may know it");
        }
    }
}
