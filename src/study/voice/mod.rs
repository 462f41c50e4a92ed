//! Time in study voice channels counts as timer minutes, for those who want that.
//!
//! Discord tells who is where, not since when, and may tell it late, twice or in any order. So what is told is compared with
//! the stay that is known ([`rules`], pure), and the stay's timer ([`stay`]) begins and stops as anybody's does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;

mod rules;
mod sql;
mod stay;

use crate::community::study_settings;
use crate::people::{self, Identity, PersonId, optout};
use crate::store::{Connection, Store};
use crate::student::{Caller, Student, is_student, joined};
use crate::text::list;
use crate::{Error, Result};
use rules::Step;
pub(super) use stay::settle;

/// Whether somebody's time in voice channels counts, after they have said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceView {
    /// Whether it counts in this server.
    pub is_on: bool,
    /// Whether they have just said so.
    pub is_new: bool,
    /// The study voice channels of this server; none outside of servers.
    pub channels: Option<Vec<u64>>,
    /// In how many servers it counts.
    pub servers: usize,
}

const NO_CHANNEL: &str =
    "This server has named no study voice channel yet; a moderator can name one in /mod settings, under Study.";
const NO_SERVER: &str = "Voice channels are a server's: turn this on in the server where you study.";

/// Whether time in voice channels can count where somebody is: to be known before they are asked to join for it.
///
/// # Errors
/// Refused in servers without study voice channels, and to turn it on outside of servers.
pub async fn voice_counts_here(store: &Store, guild: Option<u64>, wish: Option<bool>) -> Result<()> {
    match guild {
        Some(_) if study_settings::read(store, guild).await?.voice.is_empty() => Err(Error::refused(NO_CHANNEL)),
        None if wish == Some(true) => Err(Error::refused(NO_SERVER)),
        _ => Ok(()),
    }
}

/// Shows whether somebody's time in the voice channels of the server they are in counts, or sets it. Outside of servers, it
/// can be turned off everywhere.
///
/// # Errors
/// Refused if they have not joined, in servers without such channels, and after an opt-out.
pub async fn voice(store: &Store, caller: &Caller, wish: Option<bool>, now: Timestamp) -> Result<VoiceView> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    let channels = match caller.guild {
        Some(_) => Some(study_settings::of(&mut tx, caller.guild).await?.voice),
        None => None,
    };
    match (wish, caller.guild) {
        (Some(true), None) => {
            return Err(Error::refused(NO_SERVER));
        }
        (Some(true), Some(guild)) => {
            if optout::is_opted_out(&mut tx, student.id).await? {
                return Err(Error::refused(
                    "You asked Cairn never to write to you unasked, and a timer that starts by itself has to; /study start \
                     and /study stop still time what you study.",
                ));
            }
            if channels.as_ref().is_none_or(Vec::is_empty) {
                return Err(Error::refused(NO_CHANNEL));
            }
            sql::turn_on(&mut tx, student.id, guild).await?;
        }
        (Some(false), guild) => turn_off(&mut tx, &mut student, guild, now).await?,
        (None, _) => {}
    }
    let servers = sql::servers(&mut tx, student.id).await?;
    let is_on = caller.guild.is_some_and(|guild| servers.contains(&guild));
    tx.commit().await?;
    Ok(VoiceView { is_on, is_new: wish.is_some(), channels, servers: servers.len() })
}

/// Somebody wants Cairn never to write to them: no timer starts by itself for them any more.
pub async fn opted_out(store: &Store, identity: &Identity, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let Some(person) = people::find(&mut tx, identity).await? else { return Ok(()) };
    let Some(mut student) = Student::load(&mut tx, person.id).await? else { return Ok(()) };
    turn_off(&mut tx, &mut student, None, now).await?;
    tx.commit().await
}

async fn turn_off(db: &mut Connection, student: &mut Student, guild: Option<u64>, now: Timestamp) -> Result<()> {
    sql::turn_off(db, student.id, guild).await?;
    match sql::stay(db, student.id).await? {
        Some(stay) if guild.is_none_or(|guild| stay.guild == guild) => {
            let stay = if stay.gone.is_some() { stay } else { stay.left(now) };
            stay::end(db, student, &stay, now).await
        }
        _ => Ok(()),
    }
}

/// Discord tells that a user is in this voice channel of a server, or in none. It may tell the same again.
pub async fn heard(store: &Store, guild: u64, user: u64, channel: Option<u64>, now: Timestamp) -> Result<()> {
    // Most people are none of ours, and for them nothing is written.
    if !sql::concerns(&mut *store.read().await?, guild, user).await? {
        return Ok(());
    }
    let mut tx = store.write().await?;
    hear(&mut tx, guild, user, channel, now).await?;
    tx.commit().await
}

/// Discord tells who is in the voice channels of a server, and in which. All others who were there have left meanwhile.
pub async fn present(store: &Store, guild: u64, there: &BTreeMap<u64, u64>, now: Timestamp) -> Result<()> {
    let mut users = BTreeSet::new();
    {
        let mut db = store.read().await?;
        users.extend(sql::counted(&mut db, guild).await?.into_iter().filter(|user| there.contains_key(user)));
        for (id, _) in sql::there(&mut db, guild).await? {
            users.extend(people::get(&mut db, id).await?.and_then(|person| person.discord));
        }
    }
    for user in users {
        heard(store, guild, user, there.get(&user).copied(), now).await?;
    }
    Ok(())
}

/// Discord was heard at this instant: everybody who is known to be in a voice channel was still there.
pub async fn seen(store: &Store, at: Timestamp) -> Result<()> {
    if !sql::is_anybody_there(&mut *store.read().await?).await? {
        return Ok(());
    }
    let mut tx = store.write().await?;
    sql::see(&mut tx, at).await?;
    tx.commit().await
}

/// A channel of a server is for those who are away now: everybody in it has left.
pub async fn closed(store: &Store, guild: u64, channel: u64, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    left(&mut tx, guild, |there| there == channel, now).await?;
    tx.commit().await
}

/// These are the study voice channels of a server now: everybody in another one has left.
pub(super) async fn named(db: &mut Connection, guild: u64, channels: &[u64], now: Timestamp) -> Result<()> {
    left(db, guild, |there| !channels.contains(&there), now).await
}

async fn left(db: &mut Connection, guild: u64, is_left: impl Fn(u64) -> bool, now: Timestamp) -> Result<()> {
    for (id, channel) in sql::there(db, guild).await? {
        let person = if is_left(channel) { people::get(db, id).await? } else { None };
        if let Some(user) = person.and_then(|person| person.discord) {
            hear(db, guild, user, None, now).await?;
        }
    }
    Ok(())
}

/// A stay may be over.
pub(super) async fn look(db: &mut Connection, student: &mut Student, at: Timestamp) -> Result<()> {
    if settle(db, student, at, false).await? {
        return Ok(());
    }
    // They came back, or left again later.
    match sql::stay(db, student.id).await? {
        Some(stay) => stay::save(db, student, &stay).await,
        None => Ok(()),
    }
}

/// Plans again what a clock that was ahead has planned.
pub(super) async fn plan_again(db: &mut Connection, student: &Student, now: Timestamp) -> Result<()> {
    let Some(mut stay) = sql::stay(db, student.id).await? else { return Ok(()) };
    (stay.seen, stay.gone) = (stay.seen.min(now), stay.gone.map(|gone| gone.min(now)));
    stay::save(db, student, &stay).await
}

async fn hear(db: &mut Connection, guild: u64, user: u64, channel: Option<u64>, now: Timestamp) -> Result<()> {
    let Some(person) = people::find(db, &Identity::Discord(user)).await? else { return Ok(()) };
    let stay = sql::stay(db, person.id).await?;
    let channel = match channel {
        Some(channel) if counts(db, person.id, guild, channel).await? => Some(channel),
        _ => None,
    };
    let step = rules::step(stay.as_ref(), guild, channel, now);
    if step == Step::Nothing {
        return Ok(());
    }
    let Some(mut student) = Student::load(db, person.id).await? else { return Ok(()) };
    match (step, channel) {
        (Step::On(stay) | Step::Left(stay), _) => stay::save(db, &student, &stay).await,
        (Step::Begin, Some(channel)) => stay::begin(db, &mut student, (guild, channel), now).await,
        (Step::EndAndBegin, Some(channel)) => {
            settle(db, &mut student, now, true).await?;
            stay::begin(db, &mut student, (guild, channel), now).await
        }
        _ => Ok(()),
    }
}

/// Whether somebody's time in a channel counts.
async fn counts(db: &mut Connection, id: PersonId, guild: u64, channel: u64) -> Result<bool> {
    let is_named = study_settings::of(db, Some(guild)).await?.voice.contains(&channel);
    Ok(is_named
        && sql::servers(db, id).await?.contains(&guild)
        && is_student(db, id).await?
        && !optout::is_opted_out(db, id).await?)
}

impl fmt::Display for VoiceView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let channels = self.channels.iter().flatten().map(|id| format!("<#{id}>")).collect::<Vec<_>>();
        let channels = list::and(&channels);
        match (self.is_on, &self.channels) {
            (true, _) if channels.is_empty() => f.write_str(
                "Time in study voice channels counts for you here, but this server names none now. `/study voice on:False` \
                 turns it off.",
            ),
            (true, _) => {
                let from = if self.is_new { "From the next time you join, your" } else { "Your" };
                write!(
                    f,
                    "{from} time in {channels} counts as timer minutes. Your timer asks whether you are still there, as \
                     always; three minutes after you have left, I tell you what counted. A timer that runs already is left \
                     alone. `/study voice on:False` turns it off."
                )
            }
            (false, Some(_)) if self.is_new => f.write_str("Time in voice channels of this server does not count for you."),
            (false, Some(_)) if channels.is_empty() => f.write_str(NO_CHANNEL),
            (false, Some(_)) => write!(
                f,
                "Time in {channels} can count as timer minutes for you: `/study voice on:True` turns it on. Cairn then keeps \
                 that you want it, and, while you are there, since when."
            ),
            (false, None) if self.servers == 0 => f.write_str(
                "Time in voice channels counts for you nowhere; `/study voice on:True` in a server turns it on there.",
            ),
            (false, None) => write!(
                f,
                "Time in study voice channels counts for you in {}; `/study voice on:False` turns it off everywhere.",
                list::count(self.servers, "server")
            ),
        }
    }
}
