//! The outbox: messages that the bot sends on its own, each delivered exactly once.
//!
//! ```text
//! enqueue    in the feature's transaction; a known key means the same message
//! claim      ready → sending, attempts + 1, commit            before any network call
//! settle     sent | ready later | look later | unknown or dead, shown to moderators
//!            the same transaction enqueues what follows: the thread below a message that arrived,
//!            messages that waited for that thread, the alternative to a message that will never arrive
//! unsettled  a message that is still `sending` when its lease ends is looked for at the target:
//!            sent if found, ready if absent, unknown if nobody can tell
//! resolve    a moderator settles an unknown or dead message: it arrived, send it again, drop it
//! ```
//!
//! Only `jobs` claims and settles. Outlets call [`is_anothers`] when they look.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::Result;
use crate::community::Community;
use crate::store::{Connection, Lease, Store};

mod message;
mod outcome;
pub mod press;
mod reply;
mod settling;
mod sql;
mod trouble;
mod undelivered;

pub use message::{Button, Does, Embed, First, Message, Otherwise, Payload, Style, Target, Via};
pub use outcome::{Look, MAX_ATTEMPTS, Next, Outcome, after_look, after_send, jitter};
pub use press::Press;
pub use reply::{Choice, Controls, File, Offers, ROOM, Reply, Select};
pub use settling::{resolve, resolve_keyed, undelivered};
pub use trouble::Trouble;
pub use undelivered::{Resolution, Undelivered};

/// How long a claimed message may take before others look for it. A call to the target must end well before that.
pub const LEASE_DURATION: SignedDuration = SignedDuration::from_secs(60);
/// How long a message keeps its text, its target and its person (30 days).
const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long we assume that a person takes no direct messages after they refused one.
const REFUSING: SignedDuration = SignedDuration::from_hours(12);

/// The delivery state of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// To be sent when due.
    Ready,
    /// To be sent in a thread that does not exist yet.
    Waiting,
    /// Being sent, or lost with the process that sent it.
    Sending,
    /// Arrived.
    Sent,
    /// It may or may not have arrived.
    Unknown,
    /// Given up.
    Dead,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::Ready, Self::Waiting, Self::Sending, Self::Sent, Self::Unknown, Self::Dead];

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Dead => "dead",
        }
    }

    fn named(name: &str) -> Result<Self> {
        let state = Self::ALL.into_iter().find(|s| s.name() == name);
        Ok(state.ok_or_else(|| anyhow::anyhow!("the outbox has no state {name}"))?)
    }
}

/// A message that a worker has claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number, never reused: the nonce at Discord.
    pub id: i64,
    /// Its key in the outbox.
    pub key: String,
    /// Where it goes.
    pub target: Target,
    /// Its content.
    pub payload: Payload,
    /// The number of this call to the target, from 1.
    pub attempts: i64,
    /// How many of these calls were sends rather than looks.
    pub sends: i64,
    /// When it was enqueued. It cannot be at the target before that.
    pub created: Timestamp,
    /// Its own waits between tries; empty: the usual waits.
    pub waits: Vec<SignedDuration>,
    /// The number of the person it is for or about.
    pub about: Option<i64>,
    /// The community of the message.
    pub community: Option<Community>,
    /// Not sent at or after this instant.
    pub expires: Option<Timestamp>,
}

/// What is known about a message's delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its state in the outbox.
    pub state: State,
    /// Its id at the target, once sent.
    pub remote_id: Option<String>,
    /// The last problem.
    pub trouble: Option<Trouble>,
}

/// What happened to a message, counting its alternative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Not known yet.
    Open,
    /// It arrived.
    Arrived,
    /// Its alternative arrived. The trouble stopped the first way.
    ArrivedOtherwise(Trouble),
    /// It will never arrive. The trouble stopped the first way.
    Lost(Trouble),
}

/// Enqueues a message within the feature's transaction. Returns false if its key is known: then nothing is enqueued.
pub async fn enqueue(db: &mut Connection, message: &Message, now: Timestamp) -> Result<bool> {
    enqueue_patiently(db, message, &[], now).await
}

/// Like [`enqueue`], with the message's own waits: it is retried after each of them, and then given up.
pub async fn enqueue_patiently(
    db: &mut Connection,
    message: &Message,
    waits: &[SignedDuration],
    now: Timestamp,
) -> Result<bool> {
    if let (Target::DiscordDm(_) | Target::RedditMessage(_), Some(other)) = (&message.target, &message.otherwise)
        && sql::refuses(db, &message.target, now.saturating_sub(REFUSING).unwrap_or(now)).await?
    {
        // As if the first way had been tried, so that [`fate`] finds both keys.
        let refused = Placed { keeps: false, ..Placed::dead(message.target.clone(), Trouble::TakesNoMessages) };
        let is_new = sql::add(db, message, &refused, &[], now).await?;
        if is_new {
            say_otherwise(db, message, other.clone(), now).await?;
        }
        return Ok(is_new);
    }
    let placed = place(db, &message.target).await?;
    sql::add(db, message, &placed, waits, now).await
}

/// The target and the first state of a message.
struct Placed {
    target: Target,
    state: State,
    trouble: Option<Trouble>,
    /// Whether the row keeps its text; not if its alternative already has it.
    keeps: bool,
}

impl Placed {
    fn ready(target: Target) -> Self {
        Self { target, state: State::Ready, trouble: None, keeps: true }
    }

    fn dead(target: Target, trouble: Trouble) -> Self {
        Self { target, state: State::Dead, trouble: Some(trouble), keeps: true }
    }
}

/// Finds the thread for a message. The message waits if the thread does not exist yet, and is dead if it never will.
async fn place(db: &mut Connection, target: &Target) -> Result<Placed> {
    let Target::DiscordThreadOf(key) = target else { return Ok(Placed::ready(target.clone())) };
    let step = match standing(db, &below(key)).await? {
        Some(thread) => Some(thread),
        None => standing(db, key).await?.filter(|opening| opening.state != State::Sent),
    };
    Ok(match step {
        Some(Standing { state: State::Dead, trouble, .. }) => {
            Placed::dead(target.clone(), trouble.unwrap_or(Trouble::Gone))
        }
        Some(Standing { state: State::Sent, remote_id: Some(id), .. }) => {
            Placed::ready(Target::DiscordChannel(id.parse().map_err(anyhow::Error::new)?))
        }
        _ => Placed { target: target.clone(), state: State::Waiting, trouble: None, keeps: true },
    })
}

/// Enqueues the alternative to a message, and first the message that opens its thread.
async fn say_otherwise(db: &mut Connection, message: &Message, other: Otherwise, now: Timestamp) -> Result<()> {
    let Otherwise { target, community, payload, first } = other;
    if let Some(First { key, target, payload }) = first {
        let opening = Message { community: community.clone(), payload, ..Message::new(key, target, "") };
        sql::add(db, &opening, &Placed::ready(opening.target.clone()), &[], now).await?;
    }
    let placed = place(db, &target).await?;
    let (about, due, expires) = (message.about, message.due, message.expires);
    let key = otherwise(&message.key);
    let message = Message { key, target, community, about, payload, otherwise: None, due, expires };
    sql::add(db, &message, &placed, &[], now).await.map(drop)
}

/// Claims up to `n` due messages, oldest first and one per target. The claim is on the disk when this returns.
pub async fn claim(store: &Store, via: Via, now: Timestamp, n: usize) -> Result<Vec<Row>> {
    let mut tx = store.write().await?;
    sql::expire(&mut tx, now).await?;
    let mut rows = Vec::new();
    while rows.len() < n {
        let Some(raw) = sql::claim(&mut tx, via, Lease::new(now, LEASE_DURATION)).await? else { break };
        rows.extend(readable(&mut tx, raw, now).await?);
    }
    tx.commit().await?;
    Ok(rows)
}

/// Claims up to `n` messages that were being sent when their lease ended. Look for each at its target and pass the
/// result to [`settle_look`].
pub async fn unsettled(store: &Store, via: Via, now: Timestamp, n: usize) -> Result<Vec<Row>> {
    let mut tx = store.write().await?;
    let mut rows = Vec::new();
    while rows.len() < n {
        let Some(raw) = sql::take_lost(&mut tx, via, Lease::new(now, LEASE_DURATION)).await? else { break };
        rows.extend(readable(&mut tx, raw, now).await?);
    }
    tx.commit().await?;
    Ok(rows)
}

/// The row as a message. A row that cannot be read becomes dead.
async fn readable(db: &mut Connection, raw: sql::Raw, now: Timestamp) -> Result<Option<Row>> {
    let (id, attempts) = (raw.id, raw.attempts);
    let row = raw.read();
    if row.is_none() {
        sql::settle(db, id, attempts, &Next::Dead(Trouble::Unreadable), now).await?;
    }
    Ok(row)
}

/// Stores the result of sending `row`, and returns its next step.
///
/// If the lease has ended and another process has claimed the row, only an arrival counts.
pub async fn settle(store: &Store, row: &Row, outcome: Outcome, now: Timestamp) -> Result<Next> {
    let jitter = jitter(row.id, row.attempts);
    write_next(store, row, after_send(row.attempts, row.sends, &row.waits, outcome, now, jitter), now).await
}

/// Stores the result of looking for `row`, and returns its next step.
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

/// Enqueues what follows from a settled message.
async fn follow(db: &mut Connection, row: &Row, next: &Next, now: Timestamp) -> Result<()> {
    let opening = Target::DiscordThreadOf(row.key.strip_suffix(BELOW).unwrap_or(&row.key).to_owned());
    match (next, &row.target) {
        (Next::Sent(id), Target::DiscordChannel(channel)) => {
            let titled = row.payload.title.as_ref().is_some_and(|title| !title.trim().is_empty());
            let Some(message) = id.parse().ok().filter(|_| titled) else { return Ok(()) };
            let target = Target::DiscordThread { channel: *channel, message };
            // Keep the body, so that erasure finds the people it names.
            let payload = Payload { embeds: Vec::new(), buttons: Vec::new(), ..row.payload.clone() };
            let step = Message { key: below(&row.key), target, payload, expires: None, ..row.message() };
            sql::add(db, &step, &Placed::ready(step.target.clone()), &[], now).await.map(drop)
        }
        (Next::Sent(_), Target::DiscordThread { message: thread, .. }) => {
            sql::release(db, &opening, &Placed::ready(Target::DiscordChannel(*thread)), now).await
        }
        (Next::Dead(trouble), _) => {
            if trouble.is_the_places()
                && let Some(json) = sql::take_otherwise(db, row.id).await?
            {
                let other = serde_json::from_str(&json).map_err(anyhow::Error::new)?;
                say_otherwise(db, &row.message(), other, now).await?;
            }
            sql::release(db, &opening, &Placed::dead(opening.clone(), *trouble), now).await
        }
        _ => Ok(()),
    }
}

impl Row {
    /// The message of this row, without its alternative.
    fn message(&self) -> Message {
        Message {
            key: self.key.clone(),
            target: self.target.clone(),
            community: self.community.clone(),
            about: self.about,
            payload: self.payload.clone(),
            otherwise: None,
            due: None,
            expires: self.expires,
        }
    }
}

const BELOW: &str = "/below";

/// The key of the thread below the message with this key. It is enqueued once the message has arrived.
pub fn below(key: &str) -> String {
    format!("{key}{BELOW}")
}

/// The key of the alternative to the message with this key.
fn otherwise(key: &str) -> String {
    format!("{key}/otherwise")
}

/// When the next message can be claimed or looked for, if nothing else is enqueued.
pub async fn next_due(store: &Store, via: Via) -> Result<Option<Timestamp>> {
    let due = sql::next_due(&mut *store.read().await?, via).await?;
    due.map(instant).transpose()
}

/// The number of messages in each state.
pub async fn counts(store: &Store) -> Result<Vec<(String, i64)>> {
    sql::counts(&mut *store.read().await?).await
}

/// How many seconds the oldest waiting message is overdue; 0 if none is.
pub async fn longest_wait(store: &Store, now: Timestamp) -> Result<i64> {
    let due = sql::oldest_due(&mut *store.read().await?).await?.map(instant).transpose()?;
    Ok(due.map_or(0, |due| now.duration_since(due).as_secs().max(0)))
}

/// Whether this remote id belongs to another message than `row`. If so, what was found at the target is not the lost
/// message, whatever it says.
pub async fn is_anothers(store: &Store, row: &Row, remote_id: &str) -> Result<bool> {
    sql::is_anothers(&mut *store.read().await?, row.target.via(), row.id, remote_id).await
}

/// What is known about the message with this key.
pub async fn standing(db: &mut Connection, key: &str) -> Result<Option<Standing>> {
    let Some((state, remote_id, trouble)) = sql::standing(db, key).await? else { return Ok(None) };
    let trouble = trouble.as_deref().map(read_trouble);
    Ok(Some(Standing { state: State::named(&state)?, remote_id, trouble }))
}

/// What happened to the message with this key; `None` if there is no such message.
pub async fn fate(db: &mut Connection, key: &str) -> Result<Option<Fate>> {
    let Some(first) = standing(db, key).await? else { return Ok(None) };
    let trouble = first.trouble.unwrap_or(Trouble::Unreadable);
    Ok(Some(match first.state {
        State::Ready | State::Waiting | State::Sending => Fate::Open,
        State::Sent => Fate::Arrived,
        State::Unknown | State::Dead => match standing(db, &otherwise(key)).await?.map(|other| other.state) {
            Some(State::Ready | State::Waiting | State::Sending) => Fate::Open,
            Some(State::Sent) => Fate::ArrivedOtherwise(trouble),
            Some(State::Unknown | State::Dead) | None => Fate::Lost(trouble),
        },
    }))
}

/// A trouble by its code. An unknown code, from a newer version, is [`Trouble::Unreadable`].
fn read_trouble(code: &str) -> Trouble {
    code.parse().unwrap_or(Trouble::Unreadable)
}

/// Deletes the text of the message with this key, within the caller's transaction. An unsent one is never sent.
pub async fn forget_text(db: &mut Connection, key: &str) -> Result<()> {
    sql::forget_text(db, key).await
}

/// Takes back the message with this key if it waits still, within the transaction that says something else instead.
pub async fn withdraw(db: &mut Connection, key: &str) -> Result<()> {
    sql::withdraw(db, key).await
}

/// Drops the waiting messages to or about a person, within the caller's transaction. A message that is being sent now
/// is not retried.
pub async fn drop_about(db: &mut Connection, person: i64, now: Timestamp) -> Result<()> {
    sql::drop_about(db, person, now).await
}

/// Deletes the text, target and person of messages that are 30 days old. An unsent one will never be sent. Returns how
/// many were emptied.
pub async fn purge(store: &Store, now: Timestamp) -> Result<u64> {
    let oldest = now.saturating_sub(RETENTION).unwrap_or(Timestamp::MIN);
    let mut tx = store.write().await?;
    let emptied = sql::purge(&mut tx, oldest, now).await?;
    tx.commit().await?;
    Ok(emptied)
}

fn instant(milliseconds: i64) -> Result<Timestamp> {
    Ok(Timestamp::from_millisecond(milliseconds).map_err(anyhow::Error::new)?)
}
