//! Reminders: at a person's own times, when a streak is at risk, and a recap each week.
//!
//! `rules` decides what is said when, and `texts` says it; both are pure. `process` is called when something is due,
//! `arrival` learns what became of a message, `recap` looks back at the week. What is next is in the table of what is due,
//! so that nobody who has nothing due costs anything.

use jiff::{SignedDuration, Timestamp};

use crate::community::study_settings;
use crate::outbox::Trouble;
use crate::people::{PersonId, optout};
use crate::store::{Connection, Store};
use crate::streak::day;
use crate::streak::state::Act;
use crate::streak::status::Status;
use crate::student::agenda::Due;
use crate::student::{Caller, Student, joined, sql as study};
use crate::time::{self, format};
use crate::{Error, Kind, Result};
use recap::Recap;

mod arrival;
mod process;
pub mod recap;
mod recap_figures;
mod rules;
mod sql;
#[cfg(test)]
mod tests;
mod texts;

use crate::time::parse_weekly as typed;
use crate::time::weekly::{Minute, Times};
pub use process::{DELIVERY_RETRIES, process};
use rules::Facts;
pub use rules::{LATE, Mode, Place, Reminders};
pub use texts::{Pressed, RemindersView};

/// How many instants to come are shown.
const TO_COME: usize = 3;

/// What somebody wants changed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    /// Their times as they write them; `off` for no reminders, `none` for no times, either.
    pub times: Option<&'a str>,
    /// Where reminders go.
    pub place: Option<Place>,
    /// Their quiet hours as they write them, or `none`.
    pub quiet: Option<&'a str>,
}

/// What a button below a reminder does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Reminds again after so many minutes.
    Snooze(u16),
    /// Reminds again tomorrow.
    Tomorrow,
    /// Reminds no more today.
    Skip,
    /// Reminds no more.
    Off,
}

/// What somebody has set.
///
/// # Errors
/// Refused if they have not joined.
pub async fn show(store: &Store, caller: &Caller, now: Timestamp) -> Result<RemindersView> {
    let mut db = store.read().await?;
    let mut student = joined(&mut db, caller).await?;
    let mut kept = kept(&mut db, student.id).await?.unwrap_or_default();
    let has_channel = channel(&mut db, &student).await?.is_some();
    arrival::learn(&mut db, &mut kept, has_channel).await?;
    let at = student.instant(now);
    let (facts, _) = facts(&mut db, &mut student, at).await?;
    shown(&mut db, &student, kept, facts).await
}

/// Sets times, place and quiet hours.
///
/// # Errors
/// Refused for what is no time, without any time, for a channel that is not there, after an opt-out, and if they have
/// not joined.
pub async fn set(store: &Store, caller: &Caller, choice: &Choice<'_>, now: Timestamp) -> Result<RemindersView> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    let mut kept = kept(&mut tx, student.id).await?.unwrap_or_default();
    let none = choice.times.is_some_and(typed::is_none);
    let off = none || choice.times.is_some_and(typed::is_off);
    if !off && optout::is_opted_out(&mut tx, student.id).await? {
        return Err(opted_out());
    }
    let (times, place) = (choice.times.filter(|_| !off), choice.place.unwrap_or(kept.place));
    if place != Place::Direct && choice.place.is_some() && channel(&mut tx, &student).await?.is_none() {
        return Err(Error::refused(
            "This server has no study channel; choose direct messages, or ask a moderator to set one in /mod settings.",
        ));
    }
    kept.times = if none { Times::default() } else { times.map(typed::times).transpose()?.unwrap_or(kept.times) };
    kept.quiet = choice.quiet.map(typed::quiet).transpose()?.unwrap_or(kept.quiet);
    kept.place = place;
    if kept.times.is_empty() && !off {
        return Err(Error::refused("Give times, too, like “weekdays 19:00, sat 10:00” or “every day 8pm”."));
    }
    if off {
        kept.mode = Mode::Off;
    } else if times.is_some() || kept.mode != Mode::Off {
        (kept.mode, kept.refused, kept.not_today) = (Mode::On, 0, None);
        // What is under way was said under the choice before.
        (kept.under_way, kept.nowhere) = (Vec::new(), false);
    }
    let at = student.instant(now);
    let (facts, _) = facts(&mut tx, &mut student, at).await?;
    kept.wake(&facts);
    kept.plan(&facts);
    save(&mut tx, student.id, &kept, &facts, false).await?;
    let shown = shown(&mut tx, &student, kept, facts).await?;
    tx.commit().await?;
    Ok(shown)
}

/// A button below a reminder of the person with the number `whose` is pressed.
///
/// # Errors
/// Refused to everybody else, and for another reminder while they are off.
pub async fn press(store: &Store, caller: &Caller, whose: PersonId, button: Button, now: Timestamp) -> Result<Pressed> {
    let mut tx = store.write().await?;
    let mut student = of(&mut tx, caller, whose).await?;
    let mut kept = kept(&mut tx, student.id).await?.unwrap_or_default();
    let at = student.instant(now);
    let (facts, _) = facts(&mut tx, &mut student, at).await?;
    kept.wake(&facts);
    let again = matches!(button, Button::Snooze(_) | Button::Tomorrow);
    if again && kept.mode != Mode::On {
        return Err(Error::refused("Your reminders are off; /study reminder turns them on again."));
    }
    let pressed = match button {
        Button::Snooze(minutes) => {
            let again = time::after(at, SignedDuration::from_mins(minutes.into()));
            (kept.snooze, kept.not_today) = (Some(again), None);
            Pressed::Snoozed(format::clock(again, &facts.zone))
        }
        Button::Tomorrow => Pressed::Snoozed(format::moment(tomorrow(&mut kept, &facts), &facts.zone)),
        Button::Skip => {
            (kept.snooze, kept.not_today) = (None, Some(facts.today));
            Pressed::Skipped
        }
        Button::Off => {
            (kept.snooze, kept.mode) = (None, Mode::Off);
            Pressed::Off
        }
    };
    save(&mut tx, student.id, &kept, &facts, false).await?;
    tx.commit().await?;
    Ok(pressed)
}

/// Whether a reminder is the caller's own.
///
/// # Errors
/// Refused if it is somebody else's.
pub async fn is_own(store: &Store, caller: &Caller, whose: PersonId) -> Result<()> {
    of(&mut *store.read().await?, caller, whose).await.map(drop)
}

/// On the next study day, at their own time, or if they have none on it, at the time of the message they answer.
fn tomorrow(kept: &mut Reminders, facts: &Facts) -> Timestamp {
    (kept.snooze, kept.not_today) = (None, Some(facts.today));
    let own = kept.times.next(&facts.zone, facts.ends, None).filter(|slot| slot.at < facts.next_ends);
    if let Some(slot) = own {
        return slot.at;
    }
    let time = Minute::of(kept.sent.unwrap_or(facts.now), &facts.zone);
    let tomorrow = day::next(facts.today);
    let first = time.on(tomorrow, &facts.zone);
    let again = if first < facts.ends { time.on(day::next(tomorrow), &facts.zone) } else { first };
    kept.snooze = Some(again);
    again
}

/// The last seven days in figures.
///
/// # Errors
/// Refused if they have not joined.
pub async fn recap(store: &Store, caller: &Caller, now: Timestamp) -> Result<Recap> {
    let mut db = store.read().await?;
    let mut student = joined(&mut db, caller).await?;
    let kept = kept(&mut db, student.id).await?.unwrap_or_default();
    let at = student.instant(now);
    let (facts, status) = facts(&mut db, &mut student, at).await?;
    recap_figures::recap(&mut db, &mut student, &kept, &facts, &status, None).await
}

/// Turns the weekly recap on or off.
///
/// # Errors
/// Refused after an opt-out, and if they have not joined.
pub async fn set_weekly(store: &Store, caller: &Caller, on: bool, now: Timestamp) -> Result<&'static str> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    if on && optout::is_opted_out(&mut tx, student.id).await? {
        return Err(opted_out());
    }
    let mut kept = kept(&mut tx, student.id).await?.unwrap_or_default();
    kept.recap = Some(on);
    let at = student.instant(now);
    let (facts, _) = facts(&mut tx, &mut student, at).await?;
    kept.plan(&facts);
    save(&mut tx, student.id, &kept, &facts, false).await?;
    tx.commit().await?;
    Ok(if on {
        "Your recap comes every Monday at 09:00."
    } else {
        "No weekly recap any more. `/study recap` shows it whenever you like."
    })
}

/// Somebody has done something: a silence ends, a clock may have changed. What is to be added to the answer.
pub async fn acted(db: &mut Connection, student: &mut Student, act: &Act, at: Timestamp) -> Result<Option<String>> {
    let Some(mut kept) = kept(db, student.id).await? else { return Ok(None) };
    let moved = matches!(act, Act::Zone(_) | Act::DayStart(_));
    let learnt = learn(db, student, &mut kept).await?;
    let (was, untold) = (kept.mode, kept.is_untold());
    if !moved && was != Mode::Silent && !untold {
        if learnt {
            write(db, student.id, &kept).await?;
        }
        return Ok(None);
    }
    let (facts, _) = facts(db, student, at).await?;
    kept.wake(&facts);
    if moved {
        kept.plan(&facts);
    }
    kept.told();
    save(db, student.id, &kept, &facts, false).await?;
    Ok(match was {
        Mode::Silent => texts::awake(kept.due(), &facts),
        Mode::Unreachable => Some(texts::UNREACHABLE.to_owned()).filter(|_| untold),
        Mode::On | Mode::Off => Some(texts::NOWHERE.to_owned()).filter(|_| untold),
    })
}

/// Plans everything again: the clock was ahead, and is right now.
pub async fn plan_again(db: &mut Connection, student: &mut Student, at: Timestamp) -> Result<()> {
    let Some(mut kept) = kept(db, student.id).await? else { return Ok(()) };
    let (facts, _) = facts(db, student, at).await?;
    kept.bring_back(&facts);
    save(db, student.id, &kept, &facts, false).await
}

/// Learns what became of what was said, and takes note of how the study channel does. Says whether anything was learnt.
async fn learn(db: &mut Connection, student: &Student, kept: &mut Reminders) -> Result<bool> {
    let channel = channel(db, student).await?;
    let learnt = arrival::learn(db, kept, channel.is_some()).await?;
    if let (Some(guild), Some(trouble)) = (student.guild, learnt.channel) {
        study_settings::set_trouble(db, guild, trouble.map(Trouble::code)).await?;
    }
    Ok(learnt.any)
}

/// The times of the week that a person has set, and whether they want to be reminded of them.
pub async fn times(db: &mut Connection, id: PersonId) -> Result<(Times, bool)> {
    Ok(self::kept(db, id).await?.map(|kept| (kept.times, kept.mode != Mode::Off)).unwrap_or_default())
}

/// How a person wants to be reminded; as is usual if they have not said.
pub async fn manner(db: &mut Connection, id: PersonId) -> Result<Reminders> {
    Ok(self::kept(db, id).await?.unwrap_or_default())
}

/// The state of a person, if they have asked for anything.
async fn kept(db: &mut Connection, id: PersonId) -> Result<Option<Reminders>> {
    let Some(state) = sql::state(db, id).await? else { return Ok(None) };
    Ok(Some(serde_json::from_str(&state).map_err(anyhow::Error::new)?))
}

/// Writes the state of a person down, and when it is to be looked at next. `looked`: for a streak at risk, just now.
async fn save(db: &mut Connection, id: PersonId, kept: &Reminders, facts: &Facts, looked: bool) -> Result<()> {
    write(db, id, kept).await?;
    study::set_due(db, id, Due::Reminder.name(), kept.due()).await?;
    study::set_due(db, id, Due::AtRisk.name(), kept.risk_due(facts, looked)).await?;
    study::set_due(db, id, Due::Recap.name(), kept.recap_due()).await
}

async fn write(db: &mut Connection, id: PersonId, kept: &Reminders) -> Result<()> {
    sql::save(db, id, &serde_json::to_string(kept).map_err(anyhow::Error::new)?).await
}

/// Where a student stands.
async fn facts(db: &mut Connection, student: &mut Student, now: Timestamp) -> Result<(Facts, Status)> {
    let viewed = student.view(db, now).await?;
    let (away, status) = (viewed.was_away(db).await?, viewed.status());
    let (ledger, schedule) = (student.person.ledger(), student.person.schedule());
    let today = &ledger.days()[ledger.running()];
    let facts = Facts {
        now,
        zone: schedule.zone().clone(),
        today: ledger.today(),
        begin: today.begin,
        ends: status.ends,
        next_ends: schedule.begin(day::next(day::next(ledger.today()))),
        streak: status.view.streak,
        met: status.is_met(),
        free: today.paused || today.rest || today.sick || today.excused,
        covered: away,
        studying: status.timer.is_some(),
        last: student.last(),
    };
    Ok((facts, status))
}

async fn shown(db: &mut Connection, student: &Student, reminders: Reminders, facts: Facts) -> Result<RemindersView> {
    let (next, risk) = (reminders.to_come(&facts, TO_COME), reminders.risk_due(&facts, false));
    let has_channel = channel(db, student).await?.is_some();
    Ok(RemindersView { id: student.id, reminders, next, facts, risk, has_channel })
}

/// The study channel of a student's server.
async fn channel(db: &mut Connection, student: &Student) -> Result<Option<u64>> {
    Ok(study_settings::of(db, student.guild).await?.channel)
}

async fn of(db: &mut Connection, caller: &Caller, whose: PersonId) -> Result<Student> {
    let theirs = || Error::of(Kind::NotAllowed, "This reminder is for somebody else; /study reminder shows yours.");
    let student = joined(db, caller).await.map_err(|error| match error.kind() {
        Some(Kind::NotJoined) => theirs(),
        _ => error,
    })?;
    if student.id == whose { Ok(student) } else { Err(theirs()) }
}

fn opted_out() -> Error {
    Error::refused(
        "You asked Cairn never to write to you, and that is for ever; /study status and /study recap still answer you.",
    )
}
