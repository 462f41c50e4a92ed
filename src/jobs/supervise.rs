//! Runs named parts side by side. A part that panics or ends by itself is restarted, with growing waits, and counts as
//! not well meanwhile. The others go on.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::error;

use crate::health::Health;

/// The timing of restarts.
#[derive(Debug, Clone, Copy)]
struct Rhythm {
    /// The first and the longest wait before a restart; each failure doubles it.
    waits: (Duration, Duration),
    /// A part that has run this long is well again.
    steady: Duration,
    /// After running this long, a failed part starts again with the first wait.
    good: Duration,
}

const USUAL: Rhythm = Rhythm {
    waits: (Duration::from_secs(1), Duration::from_secs(60)),
    steady: Duration::from_secs(3),
    good: Duration::from_secs(60),
};

/// A part: its name, and how to start it.
pub struct Part {
    name: &'static str,
    begin: Box<dyn Fn() -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>,
}

impl Part {
    /// A part that runs until it is asked to stop.
    pub fn new<F>(name: &'static str, begin: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        Self { name, begin: Box::new(move || begin().boxed()) }
    }
}

/// Runs the parts until `stop` and until all have ended. A drop cancels them.
pub async fn supervise(parts: Vec<Part>, health: Health, stop: watch::Receiver<bool>) {
    supervise_in(USUAL, parts, health, stop).await;
}

async fn supervise_in(rhythm: Rhythm, parts: Vec<Part>, health: Health, stop: watch::Receiver<bool>) {
    let mut running = JoinSet::new();
    for part in parts {
        running.spawn(lasting(rhythm, part, health.clone(), stop.clone()));
    }
    while running.join_next().await.is_some() {}
}

async fn lasting(rhythm: Rhythm, part: Part, health: Health, mut stop: watch::Receiver<bool>) {
    let mut wait = rhythm.waits.0;
    loop {
        let begun = Instant::now();
        let why = once(&part, &health, rhythm.steady).await;
        // Also stop if the sender is gone.
        if *stop.borrow() || stop.has_changed().is_err() {
            return;
        }
        if begun.elapsed() >= rhythm.good {
            wait = rhythm.waits.0;
        }
        error!(part = part.name, why, "failed and begins again in {wait:?}");
        health.ill(part.name, "it failed and begins again");
        tokio::select! {
            () = sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        wait = (wait * 2).min(rhythm.waits.1);
    }
}

/// Runs a part to its end, in its own task; returns how it ended.
async fn once(part: &Part, health: &Health, steady: Duration) -> String {
    let mut task = JoinSet::new();
    task.spawn((part.begin)());
    let ended = match timeout(steady, task.join_next()).await {
        Ok(ended) => ended,
        Err(_) => {
            health.well(part.name);
            task.join_next().await
        }
    };
    match ended {
        Some(Ok(Ok(()))) | None => "it ended by itself".to_owned(),
        Some(Ok(Err(cause))) => format!("{cause:#}"),
        // The log already has the panic message, which might hold anything.
        Some(Err(_)) => "it panicked".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const QUICK: Rhythm = Rhythm {
        waits: (Duration::from_millis(250), Duration::from_secs(2)),
        steady: Duration::from_millis(250),
        good: Duration::from_secs(60),
    };

    #[tokio::test]
    async fn what_panics_fails_or_ends_begins_again_and_the_others_go_on() {
        let (health, (stop, stopped)) = (Health::default(), watch::channel(false));
        let begun: [Arc<AtomicU32>; 3] = Default::default();
        let parts = ["panics", "fails", "ends"].into_iter().zip(begun.clone()).map(|(name, count)| {
            let stopped = stopped.clone();
            Part::new(name, move || {
                let (first, mut stopped) = (count.fetch_add(1, Ordering::Relaxed) == 0, stopped.clone());
                async move {
                    match name {
                        "panics" if first => panic!("the first time"),
                        "fails" if first => anyhow::bail!("the first time"),
                        "ends" if first => return Ok(()),
                        _ => {}
                    }
                    let _ = stopped.wait_for(|stop| *stop).await;
                    Ok(())
                }
            })
        });
        let all = tokio::spawn(supervise_in(QUICK, parts.collect(), health.clone(), stopped.clone()));
        sleep(Duration::from_millis(100)).await;
        let ill = |name| (name, "it failed and begins again".to_owned());
        assert_eq!(health.troubles(Instant::now()), [ill("ends"), ill("fails"), ill("panics")]);
        for _ in 0..100 {
            if health.troubles(Instant::now()).is_empty() {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(health.troubles(Instant::now()), []);
        assert_eq!(begun.map(|count| count.load(Ordering::Relaxed)), [2, 2, 2]);
        stop.send(true).unwrap();
        all.await.unwrap();
    }

    #[tokio::test]
    async fn what_always_fails_is_begun_ever_more_slowly() {
        let (health, (stop, stopped)) = (Health::default(), watch::channel(false));
        let begun = Arc::new(AtomicU32::new(0));
        let count = begun.clone();
        let part = Part::new("broken", move || {
            count.fetch_add(1, Ordering::Relaxed);
            async { anyhow::bail!("always") }
        });
        let all = tokio::spawn(supervise_in(QUICK, vec![part], health, stopped));
        sleep(Duration::from_millis(1_500)).await;
        let times = begun.load(Ordering::Relaxed);
        assert!((2..=3).contains(&times), "{times}");
        stop.send(true).unwrap();
        all.await.unwrap();
    }
}
