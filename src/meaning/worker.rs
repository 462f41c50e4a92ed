//! The encoder on a thread of its own: it computes for milliseconds at a time, which nothing that serves people may do.

use std::collections::HashSet;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::encoder::Encoder;
use super::vector::{ContentKey, Vector};
use crate::{Result, metrics};

/// How many tokens of a question are read: what somebody wants to know is said by then, and each costs a while.
pub const QUESTION_TOKENS: usize = 64;
/// How many texts may wait. Longer queues would only make answers late.
const QUEUE: usize = 32;

/// The one thread of a program, started when it is first wanted.
#[derive(Debug, Default)]
pub struct Thread(OnceLock<Worker>);

impl Thread {
    /// The thread.
    ///
    /// # Errors
    /// A fault if the system refuses a thread.
    pub fn worker(&self) -> Result<&Worker> {
        if let Some(worker) = self.0.get() {
            return Ok(worker);
        }
        let started = Worker::start()?;
        Ok(self.0.get_or_init(|| started))
    }
}

struct Job {
    text: String,
    /// How many tokens of it are read.
    most: usize,
    answer: oneshot::Sender<Vector>,
    /// Until it is taken up.
    waiting: metrics::Waiting,
}

/// Asks the thread. Cheap to clone; the thread ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Worker {
    jobs: mpsc::Sender<Job>,
}

impl Worker {
    /// Starts the thread. It opens the encoder when the first text comes.
    ///
    /// # Errors
    /// A fault if the system refuses a thread.
    pub fn start() -> Result<Self> {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        std::thread::Builder::new().name("encoder".into()).spawn(|| work(waiting))?;
        Ok(Self { jobs })
    }

    /// The vector of a question, or `None` if it is not there in time or too many texts wait: then go by the words alone.
    /// Of a long one only the beginning is read.
    pub async fn embed(&self, text: String, within: Duration) -> Option<Vector> {
        let (answer, vector) = oneshot::channel();
        if self.jobs.try_send(Job { text, most: QUESTION_TOKENS, answer, waiting: metrics::Waiting::begin() }).is_err()
        {
            metrics::encoded("refused");
            return None;
        }
        let vector = tokio::time::timeout(within, vector).await.ok().and_then(Result::ok);
        metrics::encoded(if vector.is_some() { "embedded" } else { "late" });
        vector
    }

    /// The vectors of those texts whose key is not in `known`, each once. One text waits in the queue at a time, so that
    /// people's questions come between them. What is missing in the end, because the thread is gone, is left out.
    pub async fn embed_new(&self, texts: Vec<String>, known: &HashSet<ContentKey>) -> Vec<(ContentKey, Vector)> {
        let (mut seen, mut made) = (known.clone(), Vec::new());
        for text in texts {
            let key = ContentKey::of(&text);
            if !seen.insert(key) {
                continue;
            }
            let (answer, vector) = oneshot::channel();
            if self.jobs.send(Job { text, most: usize::MAX, answer, waiting: metrics::Waiting::begin() }).await.is_err()
            {
                break;
            }
            made.extend(vector.await.ok().map(|vector| (key, vector)));
        }
        made
    }
}

fn work(mut waiting: mpsc::Receiver<Job>) {
    let mut opened = None;
    while let Some(Job { text, most, answer, waiting: taken_up }) = waiting.blocking_recv() {
        drop(taken_up);
        // Nobody waits any more.
        if answer.is_closed() {
            continue;
        }
        let encoder = match opened.take().map_or_else(Encoder::open, Ok) {
            Ok(encoder) => opened.insert(encoder),
            Err(error) => return tracing::error!(%error, "the sentence encoder cannot be used"),
        };
        let _ = answer.send(encoder.embed_first(&text, most));
    }
}
