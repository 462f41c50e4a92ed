//! The acts of people with buddies, one transaction each.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::availability::Times;
use super::compatibility::APART;
use super::group::Party;
use super::{delivery, schedule, sql};
use crate::community::study_settings;
use crate::people::{self, Identity, PersonId, optout};
use crate::store::{Connection, Store};
use crate::student::{Caller, joined, track};
use crate::text::list;
use crate::time::zone::Zone;
use crate::time::{self, format};
use crate::triage::Track;
use crate::{Error, Kind, Result};

/// The most people looked up per server before a match. Each costs a call.
const LOOKED_UP: i64 = 100;

/// How a person looks for a buddy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// Their track.
    pub track: Track,
    /// When they usually study.
    pub times: Times,
}

/// A person's situation with buddies.
#[derive(Debug, Clone, PartialEq)]
pub enum Situation {
    /// They are not looking for a buddy.
    Out,
    /// They are waiting for the next round.
    Waiting {
        /// When it is, if it is planned, in which zone.
        next: Option<(Timestamp, Zone)>,
        /// Whether they go first.
        first: bool,
    },
    /// They have one or two buddies.
    Together {
        /// The group's number.
        group: i64,
        /// The other members: number and name.
        others: Vec<(PersonId, String)>,
        /// The thread in which they meet, if there is one.
        thread: Option<u64>,
        /// Whether they meet only in a thread, because they are at school.
        public: bool,
    },
}

/// The result of leaving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The buddies left behind: number and name.
    pub others: Vec<(PersonId, String)>,
}

impl fmt::Display for Situation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Out => f.write_str(
                "**A study buddy** is somebody of this server who studies at the same hours as you. You are matched on \
                 Mondays with one or two people whose track and study times are close to yours.\n\
                 - What your buddy sees: your name here, and on which days you reach your minutes. Nothing else: no \
                 numbers, no streak, no other days.\n\
                 - People at school are matched among themselves, and I write to them in a thread of this server, never \
                 directly. To everybody else I write a direct message, once a day at most.\n\
                 - You need not answer: if you are silent for two days after a match or a hello, you are free again, and \
                 nothing is said about it. You can leave or block at any time, and nobody is told that you did.",
            ),
            Self::Waiting { next, first } => {
                f.write_str("You are looking for a study buddy. ")?;
                match next {
                    Some((at, zone)) => {
                        write!(f, "The next round is at {} ({}).", format::full_moment(*at, zone), zone.name())?;
                    }
                    None => f.write_str("The next round is on Monday.")?,
                }
                let place = if *first { "You go first in it." } else { "If nobody fits you yet, you keep your place." };
                write!(f, " {place} What you log and time until then helps to find somebody with your hours.")
            }
            Self::Together { others, thread, public, .. } => {
                let names: Vec<String> = others.iter().map(|(_, name)| name.clone()).collect();
                let what = if names.len() == 1 { "buddy is" } else { "buddies are" };
                write!(f, "Your study {what} {}.", list::and(&names))?;
                match thread {
                    Some(thread) => write!(f, " You meet in <#{thread}>."),
                    None if *public => f.write_str(" Your thread in the study channel opens in a moment."),
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "Done; you have no study buddy now and look for none. `/study buddy` finds you one whenever you like.",
        )?;
        match self.others.is_empty() {
            true => Ok(()),
            false => f.write_str(" The person you block here is never matched with you again, and is not told."),
        }
    }
}

/// A person's situation.
///
/// # Errors
/// Refused if they have not joined study.
pub async fn situation(store: &Store, caller: &Caller, now: Timestamp) -> Result<Situation> {
    let mut db = store.read().await?;
    let student = joined(&mut db, caller).await?;
    of(&mut db, student.id, now).await
}

async fn of(db: &mut Connection, id: PersonId, now: Timestamp) -> Result<Situation> {
    let Some(buddy) = sql::buddy(db, id).await? else { return Ok(Situation::Out) };
    let Some(mut party) = Party::of(db, buddy.group_id).await? else {
        let zone = study_settings::of(db, Some(buddy.guild())).await?.zone_or_utc();
        let next = sql::next_round(db, buddy.guild()).await?.map(|next| next.max(now));
        return Ok(Situation::Waiting { next: next.map(|next| (next, zone)), first: buddy.first });
    };
    let thread = delivery::thread(db, &mut party).await?;
    let others = named(db, party.others(id)).await?;
    Ok(Situation::Together { group: party.id, others, thread, public: party.school })
}

/// The number of a person's buddies, and since when they have them; `None` without any.
pub async fn company(db: &mut Connection, id: PersonId) -> Result<Option<(usize, Timestamp)>> {
    let Some(buddy) = sql::buddy(db, id).await? else { return Ok(None) };
    let Some(group) = buddy.group_id else { return Ok(None) };
    let others = sql::members(db, group).await?.len().saturating_sub(1);
    Ok((others > 0).then(|| (others, buddy.since())))
}

async fn named(db: &mut Connection, numbers: Vec<PersonId>) -> Result<Vec<(PersonId, String)>> {
    let mut named = Vec::with_capacity(numbers.len());
    for who in numbers {
        named.push((who, delivery::name(db, who).await?));
    }
    Ok(named)
}

/// Starts to look for a buddy in the caller's server. If the person already waits, this changes the search.
///
/// # Errors
/// Refused outside a server; to people who have a buddy, have opted out, or said before that they are at school; and to
/// people at school in a server without a study channel.
pub async fn join(store: &Store, caller: &Caller, search: Search, now: Timestamp) -> Result<Situation> {
    let guild = caller.guild.ok_or_else(|| Error::refused("Do that in your server; buddies come from there."))?;
    let mut tx = store.write().await?;
    let id = joined(&mut tx, caller).await?.id;
    if optout::opted_out(&mut tx, &caller.identity).await? {
        return Err(Error::refused(
            "You asked Cairn never to write to you unasked, and buddies cannot do without that; so stay on your own, \
             with /study status and /study why.",
        ));
    }
    let before = sql::buddy(&mut tx, id).await?;
    if before.as_ref().is_some_and(|buddy| buddy.group_id.is_some()) {
        return Err(Error::refused("You have a study buddy; leave them first if you would like another."));
    }
    set_track(&mut tx, id, search.track, now).await?;
    let has_place = study_settings::of(&mut tx, Some(guild)).await?.channel.is_some();
    if search.track == Track::HighSchool && !has_place {
        return Err(Error::refused(
            "Buddies at school meet in a thread of the study channel, and this server has none yet; ask a moderator to \
             set one under /mod settings, Study.",
        ));
    }
    sql::wait(&mut tx, id, guild, search.times.bits(), now).await?;
    if let Some(elsewhere) = before.map(|buddy| buddy.guild()).filter(|before| *before != guild) {
        schedule::replan(&mut tx, elsewhere, now).await?;
    }
    schedule::hurry(&mut tx, guild, now).await?;
    let situation = of(&mut tx, id, now).await?;
    tx.commit().await?;
    Ok(situation)
}

/// Leaves the group or the search. With `group`, only that group.
///
/// # Errors
/// Refused if the person is not in it.
pub async fn leave(store: &Store, identity: &Identity, group: Option<i64>, now: Timestamp) -> Result<Left> {
    let mut tx = store.write().await?;
    let id = person(&mut tx, identity).await?;
    let left = out(&mut tx, id, group, now).await?;
    tx.commit().await?;
    Ok(left)
}

async fn out(db: &mut Connection, id: PersonId, group: Option<i64>, now: Timestamp) -> Result<Left> {
    let buddy = sql::buddy(db, id).await?.ok_or_else(no_buddy)?;
    if group.is_some() && buddy.group_id != group {
        return Err(no_longer());
    }
    let Some(mut party) = Party::of(db, buddy.group_id).await? else {
        sql::forget(db, id).await?;
        schedule::replan(db, buddy.guild(), now).await?;
        return Ok(Left { others: Vec::new() });
    };
    let others = named(db, party.others(id)).await?;
    party.leave(db, id, now).await?;
    Ok(Left { others })
}

/// Sets a person's track. Somebody at school leaves what is only for adults: their group and the ranking.
///
/// # Errors
/// Refused to a person who said before that they are at school.
pub async fn set_track(db: &mut Connection, id: PersonId, track: Track, now: Timestamp) -> Result<()> {
    track::set(db, id, track).await?;
    if track == Track::HighSchool {
        leave_adults(db, id, now).await?;
    }
    Ok(())
}

/// Records that a person is at school, according to a role of theirs.
pub async fn at_school(store: &Store, identity: &Identity, now: Timestamp) -> Result<()> {
    let known = async |db: &mut Connection| -> Result<Option<(PersonId, Option<Track>)>> {
        let Some(person) = people::find(db, identity).await? else { return Ok(None) };
        Ok(Some((person.id, track::of(db, person.id).await?)))
    };
    if !matches!(known(&mut *store.read().await?).await?, Some((_, track)) if track != Some(Track::HighSchool)) {
        return Ok(());
    }
    let mut tx = store.write().await?;
    if let Some((id, _)) = known(&mut tx).await? {
        set_track(&mut tx, id, Track::HighSchool, now).await?;
    }
    tx.commit().await
}

/// Removes a person who is at school from an adults' group.
async fn leave_adults(db: &mut Connection, id: PersonId, now: Timestamp) -> Result<()> {
    let Some(group) = sql::buddy(db, id).await?.and_then(|buddy| buddy.group_id) else { return Ok(()) };
    match Party::load(db, group).await? {
        Some(mut party) if !party.school => party.leave(db, id, now).await,
        _ => Ok(()),
    }
}

/// A person who opted out leaves their group and the search.
pub async fn opted_out(store: &Store, identity: &Identity, now: Timestamp) -> Result<()> {
    match leave(store, identity, None, now).await {
        Err(error) if error.kind() == Some(Kind::NotFound) => Ok(()),
        done => done.map(drop),
    }
}

/// People who wait in servers whose round is due, as server and Discord id. Those with the oldest activity come first,
/// up to a limit per server.
pub async fn to_be_matched(store: &Store, now: Timestamp) -> Result<Vec<(u64, u64)>> {
    let mut db = store.read().await?;
    let mut waiting = Vec::new();
    for guild in sql::due_rounds(&mut db, now).await? {
        for who in sql::waiting_longest_unheard(&mut db, guild, LOOKED_UP).await? {
            waiting.extend(delivery::user(&mut db, who).await?.map(|user| (guild, user)));
        }
    }
    Ok(waiting)
}

/// A person has left a server: ends their group and search there.
pub async fn left_server(store: &Store, guild: u64, user: u64, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let Some(person) = people::find(&mut tx, &Identity::Discord(user)).await? else { return Ok(()) };
    if sql::buddy(&mut tx, person.id).await?.is_some_and(|buddy| buddy.guild() == guild) {
        out(&mut tx, person.id, None, now).await?;
    }
    tx.commit().await
}

/// Blocks a present or recent buddy for ever. If both are in a group, the person leaves it and looks for another buddy.
///
/// # Errors
/// Refused for anybody else.
pub async fn block(store: &Store, identity: &Identity, whom: PersonId, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let id = person(&mut tx, identity).await?;
    let buddy = sql::buddy(&mut tx, id).await?;
    let since = time::before(now, APART);
    let known = sql::past(&mut tx, id, since).await?.iter().any(|(who, _)| *who == whom);
    let group = buddy.as_ref().and_then(|buddy| buddy.group_id);
    let together = match group {
        Some(group) => sql::members(&mut tx, group).await?.iter().any(|member| member.person_id == whom),
        None => false,
    };
    if whom == id || !(known || together) {
        return Err(no_longer());
    }
    sql::block(&mut tx, id, whom).await?;
    if let (Some(buddy), true) = (buddy, together) {
        out(&mut tx, id, group, now).await?;
        sql::wait(&mut tx, id, buddy.guild(), buddy.times, now).await?;
        schedule::replan(&mut tx, buddy.guild(), now).await?;
    }
    tx.commit().await
}

/// Says hello to the buddies. Returns the answer to the person.
///
/// # Errors
/// Refused if the person is not in that group, or in none.
pub async fn hello(store: &Store, identity: &Identity, group: Option<i64>, now: Timestamp) -> Result<String> {
    let mut tx = store.write().await?;
    let id = person(&mut tx, identity).await?;
    let mut party = party(&mut tx, id, group).await?;
    let told = party.hello(&mut tx, id, now).await?;
    tx.commit().await?;
    Ok(match told.is_empty() {
        false => format!("I say hello to {} from you.", list::and(&told)),
        true => {
            "They have heard from me today already, so I say nothing more until tomorrow; you can write to each other \
                 whenever you like."
                .to_owned()
        }
    })
}

/// Checks in. Returns the answer to the person.
///
/// # Errors
/// Refused if the person is not in that group.
pub async fn here(store: &Store, identity: &Identity, group: i64) -> Result<String> {
    let mut tx = store.write().await?;
    let id = person(&mut tx, identity).await?;
    let mut party = party(&mut tx, id, Some(group)).await?;
    party.group.sign(id);
    party.save(&mut tx).await?;
    tx.commit().await?;
    Ok("Good to have you here. You go on together.".to_owned())
}

async fn party(db: &mut Connection, id: PersonId, group: Option<i64>) -> Result<Party> {
    let now = sql::buddy(db, id).await?.and_then(|buddy| buddy.group_id).ok_or_else(no_longer)?;
    if group.is_some_and(|group| group != now) {
        return Err(no_longer());
    }
    Party::load(db, now).await?.ok_or_else(no_longer)
}

async fn person(db: &mut Connection, identity: &Identity) -> Result<PersonId> {
    Ok(people::find(db, identity).await?.ok_or_else(no_buddy)?.id)
}

/// Deletes former pairs after 8 weeks.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let oldest = time::before(now, APART + SignedDuration::from_hours(24));
    sql::forget_pairs(&mut tx, oldest).await?;
    tx.commit().await
}

fn no_buddy() -> Error {
    Error::of(Kind::NotFound, "You are not looking for a study buddy yet; /study buddy finds you one.")
}

fn no_longer() -> Error {
    Error::of(Kind::NotFound, "You are not in that group of study buddies now; /study buddy shows where you stand.")
}
