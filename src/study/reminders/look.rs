//! What is done when something is due: look, decide, and put into the outbox what is to be said.

use jiff::{SignedDuration, Timestamp};
use tracing::info;

use super::super::due::What;
use super::super::sql as study;
use super::super::standing::Standing;
use super::super::student::Student;
use super::rules::{Awaited, Facts, Look, Mode, Place, REFUSED, Reminders, Say, TOO_LATE, after};
use super::{channel, facts, is_opted_out, kept, save, week, words};
use crate::Result;
use crate::outbox::{self, Message, Payload, State, Target, Trouble};
use crate::people;
use crate::store::Connection;

/// The waits between the tries to deliver a reminder, in minutes.
const WAITS: [SignedDuration; 4] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_mins(120),
];
/// How long a direct message may be under way before it is looked whether it was refused.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(45);
/// And how long after that, each time.
const STILL: SignedDuration = SignedDuration::from_mins(10);
/// A message is worth something for so long at least.
const WORTH: SignedDuration = SignedDuration::from_mins(15);

/// Looks at what is due for a student.
///
/// # Errors
/// A fault if the database fails.
pub async fn look(db: &mut Connection, student: &mut Student, what: What, at: Timestamp) -> Result<()> {
    let Some(mut kept) = kept(db, student.id).await? else { return Ok(()) };
    let (facts, standing) = facts(db, student, at).await?;
    if is_opted_out(db, student.id).await? {
        (kept.mode, kept.recap, kept.awaited) = (Mode::Off, Some(false), None);
        return save(db, student.id, &kept, &facts, true).await;
    }
    delivered(db, student, &mut kept, at).await?;
    let look = match what {
        What::Reminder => kept.look(&facts),
        What::AtRisk => kept.look_at_risk(&facts),
        What::Recap => kept.look_at_recap(&facts, week::is_fresh(&standing)),
        What::Delivered | What::Timer => Look::Nothing,
    };
    match look {
        Look::Say(say) => self::say(db, student, &mut kept, &facts, &standing, say).await?,
        Look::Dropped(due) => {
            info!(person = student.id.0, what = what.name(), %due, "was due too long ago and is not said");
        }
        Look::Nothing => {}
    }
    save(db, student.id, &kept, &facts, what == What::AtRisk).await
}

/// Decides to say something.
async fn say(
    db: &mut Connection,
    student: &mut Student,
    kept: &mut Reminders,
    facts: &Facts,
    standing: &Standing,
    say: Say,
) -> Result<()> {
    let id = student.id;
    let Some(user) = people::get(db, id).await?.and_then(|person| person.discord) else { return Ok(()) };
    let channel = channel(db, student).await?;
    let mut direct = words::direct(say, standing, facts, id);
    if let Say::Recap(monday, late) = say {
        let recap = week::recap(db, student, kept, facts, standing, Some(monday)).await?;
        let note = late.map_or_else(String::new, |due| words::late_recap(due, facts));
        direct.body = format!("{note}{recap}");
    }
    let public = words::public(say, user, facts, id);
    let key = key(say, student, facts);
    let expires = expires(say, kept, facts);
    match channel {
        Some(channel) if kept.place == Place::Channel => {
            enqueue(db, student, key, Target::DiscordChannel(channel), public, (facts.now, expires)).await
        }
        _ => {
            let instead = (kept.place == Place::DirectElseChannel && channel.is_some()).then_some(public);
            kept.awaited = Some(Awaited { key: key.clone(), instead, until: expires });
            let look = Some(after(facts.now, UNDER_WAY));
            study::set_due(db, id, What::Delivered.name(), look).await?;
            enqueue(db, student, key, Target::DiscordDm(user), direct, (facts.now, expires)).await
        }
    }
}

/// Each has its own key, so that it is said once, whatever happens.
fn key(say: Say, student: &Student, facts: &Facts) -> String {
    let (id, today, now) = (student.id.0, facts.today, facts.now.as_millisecond());
    match say {
        Say::Planned(_) => format!("study/reminder/{id}/{today}"),
        Say::Snoozed(_) => format!("study/snooze/{id}/{now}"),
        Say::AtRisk => format!("study/risk/{id}/{today}"),
        Say::Goodbye => format!("study/goodbye/{id}/{today}"),
        Say::Recap(monday, _) => format!("study/recap/{id}/{monday}"),
    }
}

fn expires(say: Say, kept: &Reminders, facts: &Facts) -> Timestamp {
    let latest = after(facts.now, TOO_LATE);
    match say {
        Say::Planned(_) | Say::Snoozed(_) => latest.min(facts.ends.max(after(facts.now, WORTH))),
        Say::AtRisk => kept.evening(&facts.zone, facts.begin, facts.ends).map_or(facts.ends, |(_, until)| until),
        Say::Goodbye | Say::Recap(..) => latest,
    }
}

async fn enqueue(
    db: &mut Connection,
    student: &Student,
    key: String,
    target: Target,
    payload: Payload,
    (now, expires): (Timestamp, Timestamp),
) -> Result<()> {
    let server = student.guild.filter(|_| matches!(target, Target::DiscordChannel(_)));
    let about = Some(student.id.0);
    let message = Message { key, target, server, about, payload, otherwise: None, due: None, expires: Some(expires) };
    outbox::enqueue_patiently(db, &message, &WAITS, now).await.map(drop)
}

/// Looks what became of the last direct message. One that was refused is said in the channel if that is wished;
/// after three of them in a row no more are sent.
async fn delivered(db: &mut Connection, student: &Student, kept: &mut Reminders, at: Timestamp) -> Result<()> {
    let Some(awaited) = kept.awaited.take() else { return Ok(()) };
    let standing = outbox::standing(db, &awaited.key).await?;
    let refused = Some(Trouble::TakesNoMessages);
    match standing.as_ref().map(|standing| standing.state) {
        Some(State::Ready | State::Sending) => {
            let again = after(at, STILL);
            study::set_due(db, student.id, What::Delivered.name(), Some(again)).await?;
            kept.awaited = Some(awaited);
        }
        Some(State::Sent) => kept.refused = 0,
        Some(State::Dead) if standing.is_some_and(|standing| standing.trouble == refused) => {
            not_taken(db, student, kept, awaited, at).await?;
        }
        Some(State::Dead) | None => {}
    }
    Ok(())
}

async fn not_taken(
    db: &mut Connection,
    student: &Student,
    kept: &mut Reminders,
    awaited: Awaited,
    at: Timestamp,
) -> Result<()> {
    kept.refused += 1;
    let channel = channel(db, student).await?;
    if let (Some(channel), Some(public)) = (channel, awaited.instead)
        && at < awaited.until
    {
        let key = format!("{}/channel", awaited.key);
        enqueue(db, student, key, Target::DiscordChannel(channel), public, (at, awaited.until)).await?;
    }
    if kept.refused >= REFUSED {
        let else_channel = kept.place == Place::DirectElseChannel && channel.is_some();
        (kept.place, kept.mode, kept.refused) = match else_channel {
            true => (Place::Channel, kept.mode, 0),
            false => (kept.place, Mode::Unreachable, 0),
        };
    }
    Ok(())
}
