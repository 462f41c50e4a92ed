//! Questions of visitors that found nothing, on their way to the moderators: gathered, and written together.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tracing::error;

use crate::App;
use crate::wiki::gaps;

/// How many questions wait to be written; more are let go.
const MOST: usize = 64;
/// How long they are gathered.
const GATHER: Duration = Duration::from_secs(60);

/// Takes questions. Clones take for the same.
#[derive(Debug, Clone)]
pub struct Unanswered(mpsc::Sender<(Timestamp, String)>);

/// What was taken.
pub type Gathered = mpsc::Receiver<(Timestamp, String)>;

/// Where questions go in, and where they come out.
pub fn channel() -> (Unanswered, Gathered) {
    let (to, from) = mpsc::channel(MOST);
    (Unanswered(to), from)
}

impl Unanswered {
    /// Takes a question, without a wait and without a write. Returns whether there was room for it.
    pub fn take(&self, question: &str, now: Timestamp) -> bool {
        self.0.try_send((now, question.to_owned())).is_ok()
    }
}

/// Writes what was gathered once a minute, and the rest at the end, when nobody can ask any more.
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
