//! Pomodoros: rounds of focus and break in a channel, for who is in. All of it is in the database, and each stretch follows
//! from when it began and from now, so a restart changes nothing. It says what it says in one message that is changed.

use jiff::Timestamp;

use crate::outbox::{self, Message, Target};
use crate::people::{self, PersonId};
use crate::store::{Connection, Store};
use crate::student::Caller;
use crate::study::{self, Focus};
use crate::{Error, Kind, Result, student};

mod due;
mod rules;
mod sql;
mod texts;

pub use due::{due, next_due};
pub use rules::{Pace, Stretch};
pub use texts::View;

use crate::community::Community;

/// The most people who can be in one.
const MOST: usize = 50;

/// Which one is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one with this number.
    Number(i64),
    /// The one that runs in this channel.
    In(u64),
}

/// What joining does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// How it stands now.
    pub view: View,
    /// What its focus does for them.
    pub focus: Focus,
}

/// Begins one in the channel that the caller is in, with the caller in it.
///
/// # Errors
/// Refused outside of servers, where one runs already, and to a person who is in one.
pub async fn start(store: &Store, caller: &Caller, pace: Pace, now: Timestamp) -> Result<Joined> {
    let (Some(guild), Some(channel)) = (caller.guild, caller.channel) else {
        return Err(Error::refused("A Pomodoro runs in a channel of a server; begin it there."));
    };
    let mut tx = store.write().await?;
    let id = people::person(&mut tx, &caller.identity, now).await?;
    if sql::in_channel(&mut tx, channel).await?.is_some() {
        return Err(Error::refused("A Pomodoro runs in this channel already; /pomodoro join takes you in."));
    }
    free(&mut tx, id).await?;
    let due = pace.at(now, now).until();
    let row = sql::add(&mut tx, &sql::New { guild, channel, starter: id, began: now, pace, due }).await?;
    let focus = enter(&mut tx, row, id, now).await?;
    let view = view(&mut tx, row, now).await?;
    let message = Message::new(due::key(row), Target::DiscordChannel(channel), "");
    let message = Message { community: Some(Community::Discord(guild)), payload: view.payload(), ..message };
    outbox::enqueue(&mut tx, &message, now).await?;
    tx.commit().await?;
    Ok(Joined { view, focus })
}

/// Joins one.
///
/// # Errors
/// Refused where none runs, to a person who is in one, and where too many are.
pub async fn join(store: &Store, caller: &Caller, which: Which, now: Timestamp) -> Result<Joined> {
    let mut tx = store.write().await?;
    let row = running(&mut tx, which, now).await?;
    let id = people::person(&mut tx, &caller.identity, now).await?;
    free(&mut tx, id).await?;
    if sql::members(&mut tx, row.id).await?.len() >= MOST {
        return Err(Error::refused(format!(
            "{MOST} people are in it, which is the most; begin one in another channel."
        )));
    }
    let focus = enter(&mut tx, row.id, id, now).await?;
    let view = view(&mut tx, row.id, now).await?;
    let is_there = due::tell(&mut tx, row.id, now).await?;
    tx.commit().await?;
    if is_there { Ok(Joined { view, focus }) } else { Err(none()) }
}

/// Leaves the one that somebody is in; their minutes up to now count. With the last one it ends.
///
/// # Errors
/// Refused to a person who is in none.
pub async fn leave(store: &Store, caller: &Caller, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let Some(person) = people::find(&mut tx, &caller.identity).await? else { return Err(outside()) };
    let row = sql::of(&mut tx, person.id).await?.ok_or_else(outside)?;
    due::catch_up(&mut tx, &row, now).await?;
    study::end_focus(&mut tx, person.id, now).await?;
    sql::leave(&mut tx, person.id).await?;
    if sql::members(&mut tx, row.id).await?.is_empty() {
        sql::end(&mut tx, row.id, now).await?;
    }
    due::tell(&mut tx, row.id, now).await?;
    tx.commit().await
}

/// Ends one for everybody in it.
///
/// # Errors
/// Refused where none runs, and, unless they may `moderate`, to all but the person who began it; once that one has left, to
/// who is not in it.
pub async fn end(store: &Store, caller: &Caller, which: Which, moderates: bool, now: Timestamp) -> Result<View> {
    let mut tx = store.write().await?;
    let row = running(&mut tx, which, now).await?;
    let person = people::find(&mut tx, &caller.identity).await?.map(|person| person.id);
    let members = sql::members(&mut tx, row.id).await?;
    let is_in = |id: Option<PersonId>| id.is_some_and(|id| members.iter().any(|(member, _)| *member == id));
    let may = match is_in(row.starter) {
        true => person == row.starter,
        false => person.is_some() && person == row.starter || is_in(person),
    };
    // A moderator is one in their own server only.
    let moderates_here = moderates && caller.guild == Some(row.guild());
    if !may && !moderates_here {
        return Err(Error::of(
            Kind::NotAllowed,
            "The person who began it can end it, and so can a moderator; /pomodoro leave takes you out.",
        ));
    }
    due::finish(&mut tx, &row, now).await?;
    let view = view(&mut tx, row.id, now).await?;
    due::tell(&mut tx, row.id, now).await?;
    tx.commit().await?;
    Ok(view)
}

/// How the one in a channel stands.
///
/// # Errors
/// Refused where none runs.
pub async fn show(store: &Store, channel: u64, now: Timestamp) -> Result<View> {
    let mut db = store.read().await?;
    let row = sql::in_channel(&mut db, channel).await?.ok_or_else(none)?;
    let view = view(&mut db, row.id, now).await?;
    if view.stretch == Stretch::Over { Err(none()) } else { Ok(view) }
}

/// Takes somebody in.
async fn enter(db: &mut Connection, row: i64, id: PersonId, now: Timestamp) -> Result<Focus> {
    sql::join(db, row, id, now).await?;
    let row = sql::get(db, row).await?.ok_or_else(none)?;
    match row.pace().at(row.began(), now) {
        Stretch::Focus(_, until) => study::begin_focus(db, id, row.channel(), (now, until)).await,
        _ if student::is_student(db, id).await? => Ok(Focus::Counts),
        _ => Ok(Focus::NotJoined),
    }
}

/// The one that is meant, brought up to now.
async fn running(db: &mut Connection, which: Which, now: Timestamp) -> Result<sql::Row> {
    let row = match which {
        Which::Number(id) => sql::get(db, id).await?,
        Which::In(channel) => sql::in_channel(db, channel).await?,
    };
    let row = row.ok_or_else(none)?;
    due::catch_up(db, &row, now).await?;
    sql::get(db, row.id).await?.filter(|row| row.ended().is_none()).ok_or_else(none)
}

async fn free(db: &mut Connection, id: PersonId) -> Result<()> {
    match sql::of(db, id).await? {
        None => Ok(()),
        Some(_) => Err(Error::refused("You are in a Pomodoro already; /pomodoro leave takes you out of it.")),
    }
}

async fn view(db: &mut Connection, id: i64, now: Timestamp) -> Result<View> {
    let row = sql::get(db, id).await?.ok_or_else(none)?;
    let members = sql::members(db, id).await?.into_iter().filter_map(|(_, user)| user).collect();
    let (pace, began) = (row.pace(), row.began());
    let stretch = if row.ended().is_some() { Stretch::Over } else { pace.at(began, now) };
    let done = pace.done(began, row.ended().unwrap_or(now));
    Ok(View { id, channel: row.channel(), pace, stretch, done, members })
}

fn none() -> Error {
    Error::of(Kind::NotFound, "No Pomodoro runs here; /pomodoro start begins one.")
}

fn outside() -> Error {
    Error::of(Kind::NotFound, "You are in no Pomodoro; /pomodoro join takes you into the one of this channel.")
}
