//! Does a person's act only once, even if it is reported several times.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use tokio::sync::{Notify, watch};

use super::Connection;
use crate::{Error, Result};

tokio::task_local! {
    /// The current task's act, if it must happen once, and its gate.
    static DOING: (Once, Option<Gate>);
}

/// An act of a person that may be reported twice: by a resumed connection, or to several processes. The first writing
/// transaction claims its number; anybody else's writes for that number fail.
#[derive(Debug, Clone, Copy)]
pub struct Once {
    number: i64,
    hand: i64,
    forget: i64,
}

/// An act waits here before its first write, until somebody decides whether it may go on.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Inside>);

#[derive(Debug, Default)]
struct Inside {
    wanted: Notify,
    verdict: watch::Sender<Option<bool>>,
}

/// Why nothing was written: the act was already done, or it is not allowed any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoneBefore;

impl Once {
    /// The act with that number. Acts below `forget` are too old to be reported again.
    pub fn new(number: u64, forget: u64) -> Self {
        // Random, so that processes that do not know each other differ.
        let hand = RandomState::new().build_hasher().finish();
        Self { number: number.cast_signed(), hand: hand.cast_signed(), forget: forget.cast_signed() }
    }

    /// Runs `work` as this act. It waits at the gate before it writes.
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
    /// Waits until the act wants to write.
    pub async fn wanted(&self) {
        self.0.wanted.notified().await;
    }

    /// Decides whether the act may go on.
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
    /// Whether the error has this cause.
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

/// Claims the current task's act, if it has one.
pub async fn claim(db: &mut Connection) -> Result<()> {
    match DOING.try_with(|doing| doing.0) {
        Ok(once) => once.claim(db).await,
        Err(_) => Ok(()),
    }
}

/// If the current task is an act, waits until it is allowed.
pub async fn pass() -> Result<()> {
    match DOING.try_with(|doing| doing.1.clone()) {
        Ok(Some(gate)) => gate.pass().await,
        _ => Ok(()),
    }
}

/// Runs work that has no effect on people, such as counting a question, without the gate.
pub async fn aside<T>(work: impl Future<Output = T>) -> T {
    match DOING.try_with(|doing| doing.0) {
        Ok(once) => DOING.scope((once, None), work).await,
        Err(_) => work.await,
    }
}
