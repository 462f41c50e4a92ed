//! How buddies are spoken to, always through the outbox: adults by direct message, and in a thread of the server if they
//! take none; people at school in a thread alone.

use jiff::{SignedDuration, Timestamp};

use super::group::Party;
use super::sql::{self, Whisper};
use super::texts::News;
use crate::community::study_settings;
use crate::outbox::{self, Button, Message, Payload, Press, State, Target, Trouble};
use crate::people::{self, Identity, PersonId, optout};
use crate::store::Connection;
use crate::{Result, time};

/// How long a direct message may be under way before it is looked whether it was refused, and how often after that.
const DELIVERY_CHECK_AFTER: SignedDuration = SignedDuration::from_secs(45);
/// The title of a group's thread.
const THREAD: &str = "Study buddies";

/// When something is said.
#[derive(Debug, Clone, Copy)]
pub struct When {
    /// The instant it is.
    pub now: Timestamp,
    /// Not to be said before.
    pub due: Timestamp,
    /// Worth nothing from then on.
    pub until: Timestamp,
}

impl When {
    /// At once; worth something for a day.
    pub fn now(now: Timestamp) -> Self {
        Self { now, due: now, until: time::after(now, SignedDuration::from_hours(24)) }
    }
}

/// News with buttons that lead to `study/buddy/…`.
pub fn payload(news: News<'_>, buttons: &[(&str, String)]) -> Payload {
    let button = |(label, path): &(&str, String)| Button {
        label: (*label).to_owned(),
        does: Press::Id(format!("study/buddy/{path}")),
    };
    let buttons: Vec<Button> = buttons.iter().map(button).collect();
    Payload { body: news.to_string(), buttons: vec![buttons], ..Payload::default() }
}

/// How a person is named to others: so that Discord shows their name and mentions nobody.
pub async fn name(db: &mut Connection, who: PersonId) -> Result<String> {
    let user = people::get(db, who).await?.and_then(|person| person.discord);
    Ok(user.map_or_else(|| "your buddy".to_owned(), |user| format!("<@{user}>")))
}

/// The Discord id of somebody who may be written to unasked.
pub async fn user(db: &mut Connection, who: PersonId) -> Result<Option<u64>> {
    let Some(user) = people::get(db, who).await?.and_then(|person| person.discord) else { return Ok(None) };
    let left = optout::opted_out(db, &Identity::Discord(user)).await?;
    Ok((!left).then_some(user))
}

/// Says something to somebody of a group.
pub async fn say(
    db: &mut Connection,
    party: &mut Party,
    who: PersonId,
    key: String,
    payload: Payload,
    when: When,
) -> Result<()> {
    let Some(user) = user(db, who).await? else { return Ok(()) };
    let mut whisper = Whisper { key, who, group: party.id, payload, direct: true, at: when.due, until: when.until };
    if party.is_public(who) {
        whisper.direct = false;
        return in_thread(db, party, whisper, user, when.now).await;
    }
    let message = Message {
        key: whisper.key.clone(),
        target: Target::DiscordDm(user),
        server: None,
        about: Some(who.0),
        payload: whisper.payload.clone(),
        otherwise: None,
        due: Some(when.due),
        expires: Some(when.until),
    };
    outbox::enqueue(db, &message, when.now).await?;
    whisper.at = time::after(when.due, DELIVERY_CHECK_AFTER);
    sql::add_whisper(db, &whisper).await
}

/// Checks whether a message arrived, which the caller has taken, and finds another way if not.
pub async fn look(db: &mut Connection, mut whisper: Whisper, now: Timestamp) -> Result<()> {
    let Some(mut party) = Party::load(db, whisper.group).await? else { return Ok(()) };
    let Some(user) = user(db, whisper.who).await? else { return Ok(()) };
    if now >= whisper.until {
        return Ok(());
    }
    if whisper.direct {
        let standing = outbox::standing(db, &whisper.key).await?;
        let Some(standing) = standing.filter(|standing| standing.state != State::Sent) else { return Ok(()) };
        if standing.state != State::Dead {
            whisper.at = time::after(now, DELIVERY_CHECK_AFTER);
            return sql::add_whisper(db, &whisper).await;
        }
        if matches!(standing.trouble, Some(Trouble::TooLate | Trouble::Unwanted)) {
            return Ok(());
        }
        whisper.direct = false;
        sql::set_refuses(db, whisper.who).await?;
    }
    in_thread(db, &mut party, whisper, user, now).await?;
    party.save(db).await
}

/// Says it in the group's thread, or waits for that to be there.
async fn in_thread(
    db: &mut Connection,
    party: &mut Party,
    mut whisper: Whisper,
    user: u64,
    now: Timestamp,
) -> Result<()> {
    let Some(thread) = thread(db, party).await? else {
        if open(db, party, now).await? {
            whisper.at = time::after(whisper.at.max(now), DELIVERY_CHECK_AFTER);
            sql::add_whisper(db, &whisper).await?;
        }
        return Ok(());
    };
    let Whisper { key, who, mut payload, .. } = whisper;
    payload.body = format!("<@{user}> {}", payload.body);
    let message = Message {
        key: format!("{key}/thread"),
        target: Target::DiscordChannel(thread),
        server: Some(party.guild),
        about: Some(who.0),
        payload,
        otherwise: None,
        due: Some(whisper.at.max(now)),
        expires: Some(whisper.until),
    };
    outbox::enqueue(db, &message, now).await?;
    Ok(())
}

/// The group's thread, once it is there.
pub async fn thread(db: &mut Connection, party: &mut Party) -> Result<Option<u64>> {
    if party.thread.is_none() {
        let thread = outbox::standing(db, &outbox::below(&opening(party))).await?;
        let there = thread.filter(|thread| thread.state == State::Sent);
        party.thread = there.and_then(|thread| thread.remote_id).and_then(|id| id.parse().ok());
    }
    Ok(party.thread)
}

/// Whether the group's thread was asked for and will never be there.
pub async fn has_no_place(db: &mut Connection, party: &Party) -> Result<bool> {
    let opening = opening(party);
    for key in [outbox::below(&opening), opening] {
        if outbox::standing(db, &key).await?.is_some_and(|standing| standing.state == State::Dead) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Opens the group's thread below a message in the study channel, once: the outbox opens it when the message is there. False if there is no such channel, or it
/// cannot be written to.
pub async fn open(db: &mut Connection, party: &Party, now: Timestamp) -> Result<bool> {
    let Some(channel) = study_settings::of(db, Some(party.guild)).await?.channel else { return Ok(false) };
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
    let message = Message {
        key: opening(party),
        target: Target::DiscordChannel(channel),
        server: Some(party.guild),
        about: None,
        payload,
        otherwise: None,
        due: None,
        expires: None,
    };
    outbox::enqueue(db, &message, now).await?;
    Ok(!has_no_place(db, party).await?)
}

fn opening(party: &Party) -> String {
    format!("study/group/{}/thread", party.id)
}
