//! Visitors' questions without an answer: collected, and written together for the moderators.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tracing::error;

use crate::App;
use crate::wiki::gaps;

/// How many questions wait to be written; further ones are dropped.
const MOST: usize = 64;
/// How long they are collected before a write.
const GATHER: Duration = Duration::from_secs(60);

/// The sending side of the queue. Clones send to the same queue.
#[derive(Debug, Clone)]
pub struct Unanswered(mpsc::Sender<(Timestamp, String)>);

/// The receiving side of the queue.
pub type Gathered = mpsc::Receiver<(Timestamp, String)>;

/// The two sides of a new queue.
pub fn channel() -> (Unanswered, Gathered) {
    let (to, from) = mpsc::channel(MOST);
    (Unanswered(to), from)
}

impl Unanswered {
    /// Queues a question without waiting or writing. Returns whether there was room.
    pub fn take(&self, question: &str, now: Timestamp) -> bool {
        self.0.try_send((now, question.to_owned())).is_ok()
    }
}

/// Writes the collected questions once a minute, and the rest at the end.
pub async fn keep(app: App, mut from: Gathered, mut stop: watch::Receiver<bool>) {
    while let Some(first) = from.recv().await {
        let _ = timeout(GATHER, stop.wait_for(|stop| *stop)).await;
        let mut asked = vec![first];
        while let Ok(next) = from.try_recv() {
            asked.push(next);
        }
        if let Err(fault) = gaps::note_visitors(&app.store, &asked, app.clock.now()).await {
            error!(%fault, "questions without an answer could not be kept");
        }
    }
}
