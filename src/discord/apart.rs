//! serenity runs apart: on a thread and a runtime of its own. Whatever it does there, nothing else waits for it.

use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long it may take to end.
const ENDING: Duration = Duration::from_secs(4);

/// Work that runs apart, until it is dropped.
#[derive(Debug)]
pub struct Apart {
    leave: Option<oneshot::Sender<bool>>,
    ended: oneshot::Receiver<String>,
    thread: JoinHandle<()>,
}

/// When to end; true if there is time to say goodbye.
pub type Leave = oneshot::Receiver<bool>;

impl Apart {
    /// Begins `work`, which ends when it is told to leave, and else says why it ended.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn begin<F: Future<Output = String>>(work: impl FnOnce(Leave) -> F + Send + 'static) -> io::Result<Self> {
        let ((leave, left), (end, ended)) = (oneshot::channel(), oneshot::channel());
        let thread = thread::Builder::new().name("gateway".to_owned()).spawn(move || {
            let why = match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => {
                    let why = runtime.block_on(work(left));
                    runtime.shutdown_background();
                    why
                }
                Err(cause) => cause.to_string(),
            };
            // Nobody may wait for it any more.
            let _ = end.send(why);
        })?;
        Ok(Self { leave: Some(leave), ended, thread })
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self) -> String {
        (&mut self.ended).await.unwrap_or_else(|_| "it panicked".to_owned())
    }

    /// Ends it. What does not end in time goes on by itself, and its thread is returned.
    pub async fn end(mut self, goodbye: bool) -> Option<JoinHandle<()>> {
        if let Some(leave) = self.leave.take() {
            // What has ended hears nothing.
            let _ = leave.send(goodbye);
        }
        match timeout(ENDING, &mut self.ended).await {
            Ok(_) => None,
            Err(_) => Some(self.thread),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn what_ends_panics_or_leaves_is_seen() {
        let mut ends = Apart::begin(|_| async { "done".to_owned() }).unwrap();
        assert_eq!(ends.ended().await, "done");
        let mut panics = Apart::begin(|_| async { panic!("on purpose") }).unwrap();
        assert_eq!(panics.ended().await, "it panicked");
        let leaves =
            Apart::begin(|leave| async { leave.await.map(|bye| bye.to_string()).unwrap_or_default() }).unwrap();
        assert!(leaves.end(true).await.is_none());
    }

    #[tokio::test]
    async fn what_spins_is_left_behind_and_ends_when_it_yields() {
        let enough = Arc::new(AtomicBool::new(false));
        let seen = enough.clone();
        let spins = Apart::begin(|leave| async move {
            while !seen.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
            leave.await.map(|bye| bye.to_string()).unwrap_or_default()
        });
        let thread = spins.unwrap().end(false).await.expect("it does not hear");
        assert!(!thread.is_finished());
        enough.store(true, Ordering::Relaxed);
        thread.join().unwrap();
    }
}
