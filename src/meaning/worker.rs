//! Runs the encoder on its own thread: it computes for milliseconds at a time and must not block threads that serve
//! people.

use std::collections::HashSet;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::encoder::Encoder;
use super::vector::{ContentKey, Vector};
use crate::{Result, metrics};

/// How many tokens of a question are read. The rest rarely changes the meaning, and each token costs time.
pub const QUESTION_TOKENS: usize = 64;
/// How many tokens of a post are read. It takes at most about 70 ms.
pub const POST_TOKENS: usize = 128;
/// How many texts may wait. A longer queue would only make answers late.
const QUEUE: usize = 32;

/// The program's one encoder thread, started at first use.
#[derive(Debug, Default)]
pub struct Thread(OnceLock<Worker>);

impl Thread {
    /// The thread; a fault if the system cannot start one.
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
    /// Counts the job as waiting until the thread takes it.
    waiting: metrics::Waiting,
}

/// A handle to the thread. Cheap to clone; the thread ends when the last handle is dropped.
#[derive(Debug, Clone)]
pub struct Worker {
    jobs: mpsc::Sender<Job>,
}

impl Worker {
    /// Starts the thread. It opens the encoder at the first text. A fault if the system cannot start a thread.
    pub fn start() -> Result<Self> {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        std::thread::Builder::new().name("encoder".into()).spawn(|| work(waiting))?;
        Ok(Self { jobs })
    }

    /// The vector of the first `most` tokens of a text. `None` if it is not ready in time or too many texts wait; then use
    /// only the words.
    pub async fn embed(&self, text: String, most: usize, within: Duration) -> Option<Vector> {
        let (answer, vector) = oneshot::channel();
        if self.jobs.try_send(Job { text, most, answer, waiting: metrics::Waiting::begin() }).is_err() {
            metrics::encoded("refused");
            return None;
        }
        let vector = tokio::time::timeout(within, vector).await.ok().and_then(Result::ok);
        metrics::encoded(if vector.is_some() { "embedded" } else { "late" });
        vector
    }

    /// The vectors of the texts whose keys are not in `known`, each once. Only one text at a time waits in the queue,
    /// so that people's questions are not delayed. If the thread has ended, the remaining texts are left out.
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
        // Nobody waits for the answer any more.
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
