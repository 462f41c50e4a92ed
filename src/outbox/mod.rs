//! The outbox: what the bot has decided to say unasked, until it is said exactly once.
//!
//! ```text
//! enqueue    in the feature's transaction; a key that is known already is the same message
//! claim      ready → sending, attempts + 1, commit            before any network
//! settle     sent | ready later | looked for later | unknown or dead, shown to moderators
//!            what follows from that is enqueued in the same transaction: the thread below what arrived,
//!            what waited for that thread, another way to say what never will arrive
//! unsettled  what is still `sending` when its lease is over is looked for at the target:
//!            sent if found, ready if absent, unknown if nobody can tell
//! resolve    a moderator says what becomes of an unknown or dead message: it arrived, send it again, drop it
//! ```
//!
//! `jobs` alone claims and settles; outlets ask [`is_anothers`] when they look.

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

/// How long a claimed message may be under way before others look for it. A call at the target must be
/// given up well before that.
pub const LEASE_DURATION: SignedDuration = SignedDuration::from_secs(60);
/// How long what was said, to whom and about whom, is kept, in hours (30 days).
const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);
/// For how long somebody who took no direct message is believed to take none.
const REFUSING: SignedDuration = SignedDuration::from_hours(12);

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// To be sent when it is due.
    Ready,
    /// To be sent in a thread that is not there yet.
    Waiting,
    /// Under way, or lost with the process that sent it.
    Sending,
    /// Arrived.
    Sent,
    /// Nobody knows whether it arrived.
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
    /// The community that it is said in.
    pub community: Option<Community>,
    /// Not worth sending from then on.
    pub expires: Option<Timestamp>,
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

/// Decides to say something, within the feature's transaction. Says whether that is new: a message
/// whose key is known already is not enqueued again.
pub async fn enqueue(db: &mut Connection, message: &Message, now: Timestamp) -> Result<bool> {
    enqueue_patiently(db, message, &[], now).await
}

/// The same for a message with waits of its own: it is tried again after each of them, and then given up.
pub async fn enqueue_patiently(
    db: &mut Connection,
    message: &Message,
    waits: &[SignedDuration],
    now: Timestamp,
) -> Result<bool> {
    if let (Target::DiscordDm(_) | Target::RedditMessage(_), Some(other)) = (&message.target, &message.otherwise)
        && sql::refuses(db, &message.target, now.saturating_sub(REFUSING).unwrap_or(now)).await?
    {
        // As if it had been tried: what became of it is told by the same two keys.
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

/// Where a message goes, and in which state it begins.
struct Placed {
    target: Target,
    state: State,
    trouble: Option<Trouble>,
    /// Whether the row keeps what it says, for it is not said elsewhere already.
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

/// Finds the thread that a message is to go to; it waits if that is not there yet, and is dead if it never will be.
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

/// Enqueues the other way to say a message, and first what opens its thread.
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

/// Takes up to `n` messages that are due, oldest first and one per target, and marks them as under way.
/// When this returns, that is on the disk.
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

/// Takes up to `n` messages that were under way when their lease ended. Each must be looked for at its
/// target, and what was seen told to [`settle_look`].
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
/// If the lease is over and another process has taken the row, only an arrival counts.
pub async fn settle(store: &Store, row: &Row, outcome: Outcome, now: Timestamp) -> Result<Next> {
    let jitter = jitter(row.id, row.attempts);
    write_next(store, row, after_send(row.attempts, row.sends, &row.waits, outcome, now, jitter), now).await
}

/// Writes down what came of looking for `row`, and returns what it does next.
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

/// Enqueues what follows from how a message was settled.
async fn follow(db: &mut Connection, row: &Row, next: &Next, now: Timestamp) -> Result<()> {
    let opening = Target::DiscordThreadOf(row.key.strip_suffix(BELOW).unwrap_or(&row.key).to_owned());
    match (next, &row.target) {
        (Next::Sent(id), Target::DiscordChannel(channel)) => {
            let titled = row.payload.title.as_ref().is_some_and(|title| !title.trim().is_empty());
            let Some(message) = id.parse().ok().filter(|_| titled) else { return Ok(()) };
            let target = Target::DiscordThread { channel: *channel, message };
            // The body stays, so that erasure finds whom it names.
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
    /// The message that it was, but for its other way.
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

/// The key of the thread below the message with this key: it stands in the outbox once the message has arrived.
pub fn below(key: &str) -> String {
    format!("{key}{BELOW}")
}

/// The key of the other way for the message with this key.
fn otherwise(key: &str) -> String {
    format!("{key}/otherwise")
}

/// When there will be something to claim or to look for, if nothing else is enqueued.
pub async fn next_due(store: &Store, via: Via) -> Result<Option<Timestamp>> {
    let due = sql::next_due(&mut *store.read().await?, via).await?;
    due.map(instant).transpose()
}

/// How many messages there are in each state.
pub async fn counts(store: &Store) -> Result<Vec<(String, i64)>> {
    sql::counts(&mut *store.read().await?).await
}

/// For how many seconds the oldest message that waits has been due; 0 if none is.
pub async fn longest_wait(store: &Store, now: Timestamp) -> Result<i64> {
    let due = sql::oldest_due(&mut *store.read().await?).await?.map(instant).transpose()?;
    Ok(due.map_or(0, |due| now.duration_since(due).as_secs().max(0)))
}

/// Whether a message other than `row` is known to have arrived under this id: what is found at the target
/// under it is not the lost one, whatever it says.
pub async fn is_anothers(store: &Store, row: &Row, remote_id: &str) -> Result<bool> {
    sql::is_anothers(&mut *store.read().await?, row.target.via(), row.id, remote_id).await
}

/// What is known about the message with this key.
pub async fn standing(db: &mut Connection, key: &str) -> Result<Option<Standing>> {
    let Some((state, remote_id, trouble)) = sql::standing(db, key).await? else { return Ok(None) };
    let trouble = trouble.as_deref().map(read_trouble);
    Ok(Some(Standing { state: State::named(&state)?, remote_id, trouble }))
}

/// What became of the message with this key; none if there is no such message.
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

/// A trouble by its code; one that a newer version wrote is known as such.
fn read_trouble(code: &str) -> Trouble {
    code.parse().unwrap_or(Trouble::Unreadable)
}

/// Forgets what the message with this key says, within the transaction that knows why. If it was not sent by then, it never will be.
pub async fn forget_text(db: &mut Connection, key: &str) -> Result<()> {
    sql::forget_text(db, key).await
}

/// Drops what waits to be said to or about a person, within the transaction that decides it. What is under way just now
/// is not sent again.
pub async fn drop_about(db: &mut Connection, person: i64, now: Timestamp) -> Result<()> {
    sql::drop_about(db, person, now).await
}

/// Forgets what messages said, to whom and about whom, 30 days after they were decided. What was not sent
/// by then never will be. Returns how many were emptied.
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
