//! What a person did, done once, however often it is told of.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use tokio::sync::{Notify, watch};

use super::Connection;
use crate::{Error, Result};

tokio::task_local! {
    /// What the present task does, if that is to be done once, and what it waits for before it writes.
    static DOING: (Once, Option<Gate>);
}

/// Something a person did, which may be told of more than once: by a connection that was resumed, or to several
/// processes. Its first writing transaction takes it; all that others write for the same number fails.
#[derive(Debug, Clone, Copy)]
pub struct Once {
    number: i64,
    hand: i64,
    forget: i64,
}

/// What an act waits for before it writes for the first time: somebody else says then whether it may still be done.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Inside>);

#[derive(Debug, Default)]
struct Inside {
    wanted: Notify,
    verdict: watch::Sender<Option<bool>>,
}

/// Why nothing was written: the same act has been done, or it may not be done any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoneBefore;

impl Once {
    /// The act of that number. Acts below `forget` are so old that nobody tells of them any more.
    pub fn new(number: u64, forget: u64) -> Self {
        // Drawn by lot, so that processes that know nothing of each other differ.
        let hand = RandomState::new().build_hasher().finish();
        Self { number: number.cast_signed(), hand: hand.cast_signed(), forget: forget.cast_signed() }
    }

    /// Does `work` as this act, which waits at the gate before it writes.
    pub async fn act<T>(self, gate: Gate, work: impl Future<Output = T>) -> T {
        DOING.scope((self, Some(gate)), work).await
    }

    async fn claim(self, db: &mut Connection) -> Result<()> {
        let query = "INSERT INTO acts_done (id, hand) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        let taken = sqlx::query(query).bind(self.number).bind(self.hand).execute(&mut *db).await?;
        if taken.rows_affected() == 1 {
            sqlx::query("DELETE FROM acts_done WHERE id < $1").bind(self.forget).execute(db).await?;
            return Ok(());
        }
        let query = "SELECT hand FROM acts_done WHERE id = $1";
        let hand: i64 = sqlx::query_scalar(query).bind(self.number).fetch_one(db).await?;
        if hand == self.hand { Ok(()) } else { Err(Error::Fault(anyhow::Error::new(DoneBefore))) }
    }
}

impl Gate {
    /// Waits until the act is about to write.
    pub async fn wanted(&self) {
        self.0.wanted.notified().await;
    }

    /// Says whether the act may be done.
    pub fn open(&self, is_allowed: bool) {
        self.0.verdict.send_replace(Some(is_allowed));
    }

    async fn pass(&self) -> Result<()> {
        let mut verdict = self.0.verdict.subscribe();
        self.0.wanted.notify_one();
        let is_allowed = verdict.wait_for(Option::is_some).await.is_ok_and(|verdict| *verdict == Some(true));
        if is_allowed { Ok(()) } else { Err(Error::Fault(anyhow::Error::new(DoneBefore))) }
    }
}

impl DoneBefore {
    /// Whether that is why something failed.
    pub fn is(error: &Error) -> bool {
        matches!(error, Error::Fault(cause) if cause.downcast_ref::<Self>().is_some())
    }
}

impl std::fmt::Display for DoneBefore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this was done before, or may not be done")
    }
}

impl std::error::Error for DoneBefore {}

/// Writes down what the present task does, if that is to be done once.
pub async fn claim(db: &mut Connection) -> Result<()> {
    match DOING.try_with(|doing| doing.0) {
        Ok(once) => once.claim(db).await,
        Err(_) => Ok(()),
    }
}

/// Waits, if the present task is an act, until it may be done.
pub async fn pass() -> Result<()> {
    match DOING.try_with(|doing| doing.1.clone()) {
        Ok(Some(gate)) => gate.pass().await,
        _ => Ok(()),
    }
}

/// Does work that changes nothing for anybody, such as counting a question: it waits at no gate.
pub async fn aside<T>(work: impl Future<Output = T>) -> T {
    match DOING.try_with(|doing| doing.0) {
        Ok(once) => DOING.scope((once, None), work).await,
        Err(_) => work.await,
    }
}
