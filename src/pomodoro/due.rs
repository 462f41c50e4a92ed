//! What is done when a stretch begins, and how its message follows.

use jiff::{SignedDuration, Timestamp};
use tracing::error;

use super::rules::Stretch;
use super::{sql, view};
use crate::community::Community;
use crate::outbox::{self, Message, State, Target};
use crate::store::{Connection, Store};
use crate::{Result, study, time};

/// When a message that is not there yet is looked at again.
const SOON: SignedDuration = SignedDuration::from_secs(2);

/// The version that is posted: the person who begins one is in it.
const FIRST: i64 = 1;

/// The key of the message of one.
pub(super) fn key(id: i64) -> String {
    format!("pomodoro/{id}")
}

/// The key of a change of that message.
fn change(id: i64, version: i64) -> String {
    format!("pomodoro/{id}/{version}")
}

/// Does all that is due at `now`: stretches that have begun, and messages that say something old. Returns how many of the
/// former there were.
pub async fn due(store: &Store, now: Timestamp) -> Result<usize> {
    let rows = sql::due(&mut *store.read().await?, now).await?;
    for row in &rows {
        // One that fails must not hold up the others.
        if let Err(cause) = turn(store, row, now).await {
            error!(id = row.id, "a Pomodoro could not go on: {cause}");
        }
    }
    for row in sql::untold(&mut *store.read().await?).await? {
        let mut tx = store.write().await?;
        tell(&mut tx, row.id, now).await?;
        tx.commit().await?;
    }
    Ok(rows.len())
}

/// When there is something to do, if nothing else happens.
pub async fn next_due(store: &Store, now: Timestamp) -> Result<Option<Timestamp>> {
    let mut db = store.read().await?;
    let untold = sql::untold(&mut db).await?;
    let soon = (!untold.is_empty()).then(|| time::after(now, SOON));
    Ok(sql::next_due(&mut db).await?.into_iter().chain(soon).min())
}

async fn turn(store: &Store, row: &sql::Row, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    catch_up(&mut tx, row, now).await?;
    tx.commit().await
}

/// Brings one up to now: each stretch that has begun since is begun at its own instant, also if nobody looked then.
pub(super) async fn catch_up(db: &mut Connection, row: &sql::Row, now: Timestamp) -> Result<()> {
    let (pace, began) = (row.pace(), row.began());
    let Some(mut at) = row.due().filter(|due| *due <= now) else { return Ok(()) };
    let members = sql::members(db, row.id).await?;
    if members.is_empty() {
        return sql::end(db, row.id, at).await;
    }
    loop {
        let stretch = pace.at(began, at);
        if let Stretch::Focus(_, until) = stretch {
            for (person, _) in &members {
                study::begin_focus(db, *person, row.channel(), (at, until)).await?;
            }
        }
        match stretch.until() {
            None => return sql::end(db, row.id, at).await,
            Some(next) if next > now => {
                // Another process that was faster has done the same.
                return sql::turn(db, row, Some(next)).await.map(drop);
            }
            Some(next) => at = next,
        }
    }
}

/// Ends one now: the minutes up to now count for who is in.
pub(super) async fn finish(db: &mut Connection, row: &sql::Row, now: Timestamp) -> Result<()> {
    for (person, _) in sql::members(db, row.id).await? {
        study::end_focus(db, person, now).await?;
    }
    sql::end(db, row.id, now).await
}

/// Lets the message say how it stands, if that has changed and the message is there. One that has ended and said so is
/// forgotten. Where the message will never be there, it ends; says whether it goes on.
pub(super) async fn tell(db: &mut Connection, id: i64, now: Timestamp) -> Result<bool> {
    let Some(row) = sql::get(db, id).await? else { return Ok(false) };
    if row.version <= row.told {
        return Ok(true);
    }
    let standing = outbox::standing(db, &key(id)).await?;
    let message = match standing.as_ref().map(|standing| standing.state) {
        // The outbox may forget it for the sake of somebody whom it named.
        _ if row.message().is_some() => row.message(),
        Some(State::Sent) => standing.and_then(|standing| standing.remote_id?.parse::<u64>().ok()),
        Some(State::Ready | State::Waiting | State::Sending) => return Ok(true),
        Some(State::Unknown | State::Dead) | None => None,
    };
    let Some(message) = message else {
        finish(db, &row, now).await?;
        sql::forget(db, id).await?;
        return Ok(false);
    };
    sql::set_message(db, id, message).await?;
    if row.version == FIRST {
        // As it was posted.
        sql::set_told(db, id, FIRST).await?;
        return Ok(true);
    }
    // What waits still would say something old, perhaps after what is said now.
    outbox::withdraw(db, &change(id, row.told)).await?;
    let target = Target::DiscordMessage { channel: row.channel(), message };
    let payload = view(db, id, now).await?.payload();
    let change = Message::new(change(id, row.version), target, "");
    let community = Some(Community::Discord(row.guild()));
    outbox::enqueue(db, &Message { community, payload, ..change }, now).await?;
    match row.ended() {
        Some(_) => sql::forget(db, id).await?,
        None => sql::set_told(db, id, row.version).await?,
    }
    Ok(true)
}
