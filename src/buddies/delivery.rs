//! Sends messages to buddies, always through the outbox. Adults get a direct message, or a message in a thread of the
//! server if they take none. People at school get messages only in a thread.

use jiff::{SignedDuration, Timestamp};

use super::group::Party;
use super::texts::News;
use crate::Result;
use crate::community::{Community, study_settings};
use crate::outbox::press::BuddyPress;
use crate::outbox::{self, Button, First, Message, Otherwise, Payload, State, Target};
use crate::people::{self, Identity, PersonId, optout};
use crate::store::Connection;

/// The title of a group's thread.
const THREAD: &str = "Study buddies";

/// When to send a message.
#[derive(Debug, Clone, Copy)]
pub struct When {
    /// The present instant.
    pub now: Timestamp,
    /// Do not send before this instant.
    pub due: Timestamp,
    /// Do not send at or after this instant.
    pub until: Timestamp,
}

impl When {
    /// Send at once, or within a day.
    pub fn now(now: Timestamp) -> Self {
        Self { now, due: now, until: later(now, SignedDuration::from_hours(24)) }
    }
}

/// A message with buttons.
pub fn payload(news: News<'_>, buttons: &[(&str, BuddyPress)]) -> Payload {
    let buttons: Vec<Button> = buttons.iter().map(|(label, does)| Button::press(*label, *does)).collect();
    Payload { body: news.to_string(), buttons: vec![buttons], ..Payload::default() }
}

/// A mention that shows a person's name to others. It notifies nobody.
pub async fn name(db: &mut Connection, who: PersonId) -> Result<String> {
    let user = people::get(db, who).await?.and_then(|person| person.discord);
    Ok(user.map_or_else(|| "your buddy".to_owned(), |user| format!("<@{user}>")))
}

/// The Discord id of a person who has not opted out.
pub async fn user(db: &mut Connection, who: PersonId) -> Result<Option<u64>> {
    let Some(user) = people::get(db, who).await?.and_then(|person| person.discord) else { return Ok(None) };
    let left = optout::opted_out(db, &Identity::Discord(user)).await?;
    Ok((!left).then_some(user))
}

/// Sends a message to a member: directly, or in the group's thread if they take no direct messages.
pub async fn say(
    db: &mut Connection,
    party: &mut Party,
    who: PersonId,
    key: String,
    payload: Payload,
    when: When,
) -> Result<()> {
    let Some(user) = user(db, who).await? else { return Ok(()) };
    let public = in_thread(db, party, user, &payload).await?;
    let message = if party.school {
        let Some(Otherwise { target, community, payload, first }) = public else { return Ok(()) };
        if let Some(First { key, target, payload }) = first {
            let opening = Message { community: community.clone(), payload, ..Message::new(key, target, "") };
            outbox::enqueue(db, &opening, when.now).await?;
        }
        Message { community, payload, ..Message::new(format!("{key}/thread"), target, "") }
    } else {
        Message { payload, otherwise: public, ..Message::new(key, Target::DiscordDm(user), "") }
    };
    let message = Message { about: Some(who.0), due: Some(when.due), expires: Some(when.until), ..message };
    outbox::enqueue(db, &message, when.now).await.map(drop)
}

/// Sends a private message to a person: directly or not at all.
pub async fn say_alone(db: &mut Connection, who: PersonId, key: String, payload: Payload, when: When) -> Result<()> {
    let Some(user) = user(db, who).await? else { return Ok(()) };
    let message = Message { payload, about: Some(who.0), ..Message::new(key, Target::DiscordDm(user), "") };
    let message = Message { due: Some(when.due), expires: Some(when.until), ..message };
    outbox::enqueue(db, &message, when.now).await.map(drop)
}

/// How to send a message in the group's thread, which is opened first if necessary. `None` without a place for it.
async fn in_thread(db: &mut Connection, party: &mut Party, user: u64, payload: &Payload) -> Result<Option<Otherwise>> {
    let (target, first) = match thread(db, party).await? {
        Some(thread) => (Target::DiscordChannel(thread), None),
        None => match opening(db, party).await? {
            Some(first) => (Target::DiscordThreadOf(first.key.clone()), Some(first)),
            None => return Ok(None),
        },
    };
    let payload = Payload { body: format!("<@{user}> {}", payload.body), ..payload.clone() };
    Ok(Some(Otherwise { target, community: Some(Community::Discord(party.guild)), payload, first }))
}

/// The group's thread, if it is open.
pub async fn thread(db: &mut Connection, party: &mut Party) -> Result<Option<u64>> {
    if party.thread.is_none() {
        let thread = outbox::standing(db, &outbox::below(&opening_key(party))).await?;
        let there = thread.filter(|thread| thread.state == State::Sent);
        party.thread = there.and_then(|thread| thread.remote_id).and_then(|id| id.parse().ok());
    }
    Ok(party.thread)
}

/// Whether the group's thread was requested and will never open.
pub async fn has_no_place(db: &mut Connection, party: &Party) -> Result<bool> {
    let opening = opening_key(party);
    for key in [outbox::below(&opening), opening] {
        if outbox::standing(db, &key)
            .await?
            .is_some_and(|standing| matches!(standing.state, State::Dead | State::Unknown))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Opens the thread of a group at school: the outbox opens it below a message in the study channel.
pub async fn open(db: &mut Connection, party: &Party, now: Timestamp) -> Result<()> {
    let Some(First { key, target, payload }) = opening(db, party).await? else { return Ok(()) };
    let community = Some(Community::Discord(party.guild));
    let message = Message { community, payload, ..Message::new(key, target, "") };
    outbox::enqueue(db, &message, now).await.map(drop)
}

/// The message in the study channel with the group's thread below it; `None` if there is no study channel.
async fn opening(db: &mut Connection, party: &Party) -> Result<Option<First>> {
    let Some(channel) = study_settings::of(db, Some(party.guild)).await?.channel else { return Ok(None) };
    let (mut names, mut invites) = (Vec::new(), Vec::new());
    for member in party.group.members() {
        names.push(name(db, member.who).await?);
        invites.extend(user(db, member.who).await?);
    }
    let (news, buttons) = match party.school {
        true => (News::Together(&names), party.greeting()),
        false => (News::Meet(&names), Vec::new()),
    };
    let payload = Payload { title: Some(THREAD.to_owned()), invites, ..payload(news, &buttons) };
    Ok(Some(First { key: opening_key(party), target: Target::DiscordChannel(channel), payload }))
}

fn opening_key(party: &Party) -> String {
    format!("study/group/{}/thread", party.id)
}

fn later(at: Timestamp, time: SignedDuration) -> Timestamp {
    at.saturating_add(time).unwrap_or(at)
}
