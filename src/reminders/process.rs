//! What is done when something is due: look, decide, and put into the outbox what is to be said.

use jiff::{SignedDuration, Timestamp};
use tracing::info;

use super::rules::{Facts, Look, Mode, Place, Reminders, Say, TOO_LATE, UnderWay, of_day};
use super::{channel, facts, kept, learn, recap_figures, save, texts};
use crate::community::Community;
use crate::outbox::{self, Message, Otherwise as Way, Target};
use crate::people::{self, optout};
use crate::store::{Connection, Millis};
use crate::streak::status::Status;
use crate::student::Student;
use crate::student::agenda::Due;
use crate::{Result, time};

/// The waits between the tries to deliver a reminder, in minutes.
pub const DELIVERY_RETRIES: [SignedDuration; 4] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_mins(120),
];
/// A message is worth something for so long at least.
const LEAST_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// Looks at what is due for a student.
pub async fn process(db: &mut Connection, student: &mut Student, what: Due, at: Timestamp) -> Result<()> {
    let Some(mut kept) = kept(db, student.id).await? else { return Ok(()) };
    let (facts, status) = facts(db, student, at).await?;
    if optout::is_opted_out(db, student.id).await? {
        (kept.mode, kept.recap, kept.under_way) = (Mode::Off, Some(false), Vec::new());
        return save(db, student.id, &kept, &facts, true).await;
    }
    learn(db, student, &mut kept).await?;
    let look = match what {
        Due::Reminder => kept.look(&facts),
        Due::AtRisk => kept.look_at_risk(&facts),
        Due::Recap => kept.look_at_recap(&facts, recap_figures::is_fresh(&status)),
        Due::Timer | Due::Focus | Due::Voice => Look::Nothing,
    };
    match look {
        Look::Say(say) => self::say(db, student, &mut kept, &facts, &status, say).await?,
        Look::Dropped(due) => {
            info!(person = student.id.0, what = what.name(), %due, "was due too long ago and is not said");
        }
        Look::Nothing => {}
    }
    save(db, student.id, &kept, &facts, what == Due::AtRisk).await
}

/// Decides to say something.
async fn say(
    db: &mut Connection,
    student: &mut Student,
    kept: &mut Reminders,
    facts: &Facts,
    status: &Status,
    say: Say,
) -> Result<()> {
    let id = student.id;
    let Some(user) = people::get(db, id).await?.and_then(|person| person.discord) else { return Ok(()) };
    let channel = channel(db, student).await?;
    let mut direct = texts::direct(say, status, facts, id);
    if let Say::Recap(monday, late) = say {
        let recap = recap_figures::recap(db, student, kept, facts, status, Some(monday)).await?;
        let note = late.map_or_else(String::new, |due| texts::late_recap(due, facts));
        direct.body = format!("{note}{recap}");
    }
    let public = texts::public(say, user, facts, id);
    let (key, about) = (key(say, student, facts), Some(id.0));
    let in_channel = channel.filter(|_| kept.place == Place::Channel);
    kept.under_way.push(UnderWay { key: key.clone(), day: facts.today, direct: in_channel.is_none() });
    let person = |payload| Way { target: Target::DiscordDm(user), community: None, payload, first: None };
    let community = student.guild.map(Community::Discord);
    let room = |channel, payload| {
        let (target, community) = (Target::DiscordChannel(channel), community.clone());
        Way { target, community, payload, first: None }
    };
    let (way, otherwise) = match (in_channel, channel.filter(|_| kept.place == Place::DirectElseChannel)) {
        (Some(channel), _) => {
            // Said once, not each time.
            direct.body.push_str(if kept.detour { "" } else { texts::DETOUR });
            (room(channel, public), Some(person(direct)))
        }
        (None, Some(channel)) => (person(direct), Some(room(channel, public))),
        (None, None) => (person(direct), None),
    };
    let Way { target, community, payload, .. } = way;
    let expires = Some(expires(say, kept, facts));
    let message = Message { key, target, community, about, payload, otherwise, due: None, expires };
    outbox::enqueue_patiently(db, &message, &DELIVERY_RETRIES, facts.now).await.map(drop)
}

/// Each has its own key, so that it is said once, whatever happens.
fn key(say: Say, student: &Student, facts: &Facts) -> String {
    let (id, today, now) = (student.id, facts.today, Millis(facts.now));
    match say {
        // One that comes late is still that of its day.
        Say::Planned(due) => format!("study/reminder/{id}/{}", due.map_or(today, |due| of_day(due, facts))),
        Say::Snoozed(_) => format!("study/snooze/{id}/{now}"),
        Say::AtRisk => format!("study/risk/{id}/{today}"),
        Say::Goodbye => format!("study/goodbye/{id}/{today}"),
        Say::Recap(monday, _) => format!("study/recap/{id}/{monday}"),
    }
}

fn expires(say: Say, kept: &Reminders, facts: &Facts) -> Timestamp {
    let latest = time::after(facts.now, TOO_LATE);
    match say {
        Say::Planned(_) | Say::Snoozed(_) => latest.min(facts.ends.max(time::after(facts.now, LEAST_LIFETIME))),
        Say::AtRisk => kept.evening(&facts.zone, facts.begin, facts.ends).map_or(facts.ends, |(_, until)| until),
        Say::Goodbye | Say::Recap(..) => latest,
    }
}
