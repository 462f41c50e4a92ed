//! The outbox: what the bot has decided to say unasked, until it is said exactly once.
//!
//! ```text
//! enqueue    in the feature's transaction; a key that is known already is the same message
//! claim      ready → sending, attempts + 1, commit            before any network
//! settle     sent | ready later | looked for later | dead, shown to moderators
//!            what follows from that is enqueued in the same transaction: the thread below what arrived,
//!            another way to say what never will
//! unsettled  what is still `sending` when its lease is over is looked for at the target:
//!            sent if found, ready if absent, dead if the look cannot tell
//! ```
//!
//! `jobs` alone calls what follows [`enqueue`]; outlets ask [`is_anothers`] when they look.

use jiff::{SignedDuration, Timestamp};

use crate::store::{Connection, Store};
use crate::{Error, Result};

mod message;
mod outcome;
mod sql;
mod trouble;

pub use message::{Button, Embed, Message, Otherwise, Payload, Press, Target, Via};
pub use outcome::{Look, MAX_ATTEMPTS, Next, Outcome, after_look, after_send, jitter};
pub use trouble::Trouble;

/// How long a claimed message may be under way before others look for it. A call at the target must be
/// given up well before that.
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long what was said, to whom and about whom, is kept, in hours (30 days).
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be sent when it is due.
    Ready,
    /// Under way, or lost with the process that sent it.
    Sending,
    /// Arrived.
    Sent,
    /// Given up.
    Dead,
}

impl State {
    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    fn named(name: &str) -> Result<Self> {
        let all = [Self::Ready, Self::Sending, Self::Sent, Self::Dead];
        let state = all.into_iter().find(|s| s.name() == name);
        Ok(state.ok_or_else(|| anyhow::anyhow!("the outbox has no state {name}"))?)
    }
}

/// A message that somebody has claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number, which no other message ever has: the nonce at Discord.
    pub id: i64,
    /// Its key.
    pub key: String,
    /// Where it goes.
    pub target: Target,
    /// What it says.
    pub payload: Payload,
    /// Which call at the target this is, the first being 1.
    pub attempts: i64,
    /// How many of these calls were to send, rather than to look.
    pub sends: i64,
    /// When it was decided: it cannot be at the target before.
    pub created: Timestamp,
    /// Its own waits between one try and the next; none: as is usual.
    pub waits: Vec<SignedDuration>,
    /// The number of the person it is for or about.
    pub about: Option<i64>,
}

/// What is known about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub state: State,
    /// What the target calls it, once sent.
    pub remote_id: Option<String>,
    /// What went wrong last.
    pub trouble: Option<Trouble>,
}

/// What became of a message, by whichever way it was to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is not known yet.
    Open,
    /// It arrived.
    Arrived,
    /// It arrived the other way, for this trouble with the first.
    ArrivedOtherwise(Trouble),
    /// It never will, for this trouble with the first way.
    Lost(Trouble),
}

/// A message that was given up, for moderators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its number, by which it can be retried.
    pub id: i64,
    /// Its key.
    pub key: String,
    /// Where it was to go.
    pub target: String,
    /// Why it was given up.
    pub trouble: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was given up.
    pub at: Timestamp,
}

impl std::fmt::Display for DeadLetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, key, target, trouble, attempts, .. } = self;
        let times = if *attempts == 1 { "try" } else { "tries" };
        write!(f, "{id}. `{key}` to `{target}`: {trouble}, after {attempts} {times}")
    }
}

/// Decides to say something, within the feature's transaction. Says whether that is new: a message
/// whose key is known already is not enqueued again.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn enqueue(db: &mut Connection, message: &Message, now: Timestamp) -> Result<bool> {
    enqueue_patiently(db, message, &[], now).await
}

/// The same for a message with waits of its own: it is tried again after each of them, and then given up.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn enqueue_patiently(
    db: &mut Connection,
    message: &Message,
    waits: &[SignedDuration],
    now: Timestamp,
) -> Result<bool> {
    let payload = serde_json::to_string(&message.payload).map_err(anyhow::Error::new)?;
    let seconds: Vec<i64> = waits.iter().map(SignedDuration::as_secs).collect();
    let waits = if waits.is_empty() { None } else { serde_json::to_string(&seconds).ok() };
    sql::add(db, message, &payload, waits, now).await
}

/// Takes up to `n` messages that are due, oldest first and one per target, and marks them as under way.
/// When this returns, that is on the disk.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn claim(store: &Store, via: Via, now: Timestamp, n: usize) -> Result<Vec<Row>> {
    let mut tx = store.write().await?;
    sql::expire(&mut tx, now).await?;
    let mut rows = Vec::new();
    while rows.len() < n {
        let Some(raw) = sql::claim(&mut tx, via, now, after(now, LEASE)).await? else { break };
        rows.extend(readable(&mut tx, raw, now).await?);
    }
    tx.commit().await?;
    Ok(rows)
}

/// Takes up to `n` messages that were under way when their lease ended. Each must be looked for at its
/// target, and what was seen told to [`settle_look`].
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn unsettled(store: &Store, via: Via, now: Timestamp, n: usize) -> Result<Vec<Row>> {
    let mut tx = store.write().await?;
    let mut rows = Vec::new();
    while rows.len() < n {
        let Some(raw) = sql::take_lost(&mut tx, via, now, after(now, LEASE)).await? else { break };
        rows.extend(readable(&mut tx, raw, now).await?);
    }
    tx.commit().await?;
    Ok(rows)
}

/// The row as a message; what cannot be read is dead.
async fn readable(db: &mut Connection, raw: sql::Raw, now: Timestamp) -> Result<Option<Row>> {
    let (id, attempts) = (raw.id, raw.attempts);
    let row = raw.read();
    if row.is_none() {
        sql::settle(db, id, attempts, &Next::Dead(Trouble::Unreadable), now).await?;
    }
    Ok(row)
}

/// Writes down what came of sending `row`, and returns what it does next.
///
/// Whoever was so late that others took the row meanwhile is not heard, unless to say that it arrived.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn settle(store: &Store, row: &Row, outcome: Outcome, now: Timestamp) -> Result<Next> {
    let jitter = jitter(row.id, row.attempts);
    write_next(store, row, after_send(row.attempts, row.sends, &row.waits, outcome, now, jitter), now).await
}

/// Writes down what came of looking for `row`, and returns what it does next.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn settle_look(store: &Store, row: &Row, look: Look, now: Timestamp) -> Result<Next> {
    let jitter = jitter(row.id, row.attempts);
    write_next(store, row, after_look(row.attempts, row.sends, &row.waits, look, now, jitter), now).await
}

async fn write_next(store: &Store, row: &Row, next: Next, now: Timestamp) -> Result<Next> {
    let mut tx = store.write().await?;
    if sql::settle(&mut tx, row.id, row.attempts, &next, now).await? {
        follow(&mut tx, row, &next, now).await?;
    }
    tx.commit().await?;
    Ok(next)
}

/// Enqueues what follows from how a message was settled: its second step, or the other way to say it.
async fn follow(db: &mut Connection, row: &Row, next: &Next, now: Timestamp) -> Result<()> {
    match (next, &row.target) {
        (Next::Sent(id), Target::DiscordChannel(channel)) => {
            let titled = row.payload.title.as_ref().is_some_and(|title| !title.trim().is_empty());
            let Some(message) = id.parse().ok().filter(|_| titled) else { return Ok(()) };
            let target = Target::DiscordThread { channel: *channel, message };
            // The body stays, so that erasure finds whom it names.
            let payload = Payload { embeds: Vec::new(), buttons: Vec::new(), ..row.payload.clone() };
            let payload = serde_json::to_string(&payload).map_err(anyhow::Error::new)?;
            sql::add_step(db, row.id, &below(&row.key), &target, &payload, now).await
        }
        (Next::Dead(trouble), _) if trouble.is_the_places() => {
            let Some(json) = sql::take_otherwise(db, row.id).await? else { return Ok(()) };
            let other: Otherwise = serde_json::from_str(&json).map_err(anyhow::Error::new)?;
            let payload = serde_json::to_string(&other.payload).map_err(anyhow::Error::new)?;
            sql::add_other(db, row.id, &otherwise(&row.key), &other, &payload, now).await
        }
        _ => Ok(()),
    }
}

/// The key of the thread below the message with this key: it stands in the outbox once the message has arrived.
pub fn below(key: &str) -> String {
    format!("{key}/below")
}

/// The key of the other way for the message with this key.
fn otherwise(key: &str) -> String {
    format!("{key}/otherwise")
}

/// Ends every lease at once. Only for a process that knows that no other delivers from this database:
/// whatever is under way was left by the dead.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn take_over(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::end_leases(&mut tx, now).await?;
    tx.commit().await?;
    Ok(())
}

/// When there will be something to claim or to look for, if nothing else is enqueued.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn next_due(store: &Store, via: Via) -> Result<Option<Timestamp>> {
    let due = sql::next_due(&mut *store.read().await?, via).await?;
    due.map(instant).transpose()
}

/// Whether a message other than `row` is known to have arrived under this id: what is found at the target
/// under it is not the lost one, whatever it says.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn is_anothers(store: &Store, row: &Row, remote_id: &str) -> Result<bool> {
    sql::is_anothers(&mut *store.read().await?, row.target.via(), row.id, remote_id).await
}

/// What is known about the message with this key.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn standing(db: &mut Connection, key: &str) -> Result<Option<Standing>> {
    let Some((state, remote_id, trouble)) = sql::standing(db, key).await? else { return Ok(None) };
    let trouble = trouble.as_deref().map(read_trouble);
    Ok(Some(Standing { state: State::named(&state)?, remote_id, trouble }))
}

/// What became of the message with this key; none if there is no such message.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn fate(db: &mut Connection, key: &str) -> Result<Option<Fate>> {
    let Some(first) = standing(db, key).await? else { return Ok(None) };
    let trouble = first.trouble.unwrap_or(Trouble::Unreadable);
    Ok(Some(match first.state {
        State::Ready | State::Sending => Fate::Open,
        State::Sent => Fate::Arrived,
        State::Dead => match standing(db, &otherwise(key)).await?.map(|other| other.state) {
            Some(State::Ready | State::Sending) => Fate::Open,
            Some(State::Sent) => Fate::ArrivedOtherwise(trouble),
            Some(State::Dead) | None => Fate::Lost(trouble),
        },
    }))
}

/// A trouble by its code; one that a newer version wrote is known as such.
fn read_trouble(code: &str) -> Trouble {
    code.parse().unwrap_or(Trouble::Unreadable)
}

/// Forgets what the message with this key says, within the transaction that knows why. If it was not sent by then, it never will be.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn forget_text(db: &mut Connection, key: &str) -> Result<()> {
    sql::forget_text(db, key).await
}

/// Drops what waits to be said to or about a person, within the transaction that decides it. What is under way just now
/// is not sent again.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn drop_about(db: &mut Connection, person: i64, now: Timestamp) -> Result<()> {
    sql::drop_about(db, person, now).await
}

/// The messages of a Discord server that were given up and could still be sent, newest first, at most `n`.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn dead_letters(store: &Store, server: u64, n: u32) -> Result<Vec<DeadLetter>> {
    let raw = sql::dead(&mut *store.read().await?, server, n).await?;
    raw.into_iter()
        .map(|(id, key, target, trouble, attempts, at)| {
            let trouble = read_trouble(&trouble).to_string();
            Ok(DeadLetter { id, key, target, trouble, attempts, at: instant(at)? })
        })
        .collect()
}

/// Sends a dead letter again, as if for the first time. Who asks for that has seen that it did not arrive.
///
/// # Errors
/// Refused if there is no such letter, or its text is no longer kept.
pub async fn retry_dead(store: &Store, id: i64, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    if !sql::revive(&mut tx, id, now).await? {
        return Err(Error::refused(format!(
            "There is no dead letter {id}, or its text is no longer kept; ask for the list of dead letters."
        )));
    }
    tx.commit().await?;
    Ok(())
}

/// Forgets what messages said, to whom and about whom, 30 days after they were decided. What was not sent
/// by then never will be. Returns how many were emptied.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn purge(store: &Store, now: Timestamp) -> Result<u64> {
    let oldest = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    let mut tx = store.write().await?;
    let emptied = sql::purge(&mut tx, oldest, now).await?;
    tx.commit().await?;
    Ok(emptied)
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

fn instant(milliseconds: i64) -> Result<Timestamp> {
    Ok(Timestamp::from_millisecond(milliseconds).map_err(anyhow::Error::new)?)
}
