//! The timer of a stay: it begins with it, and stops where they left.

use jiff::Timestamp;
use tracing::warn;

use super::super::receipt::{Deed, Receipt};
use super::super::{focus, timer_checkin};
use super::rules::Stay;
use super::sql;
use crate::community::study_settings;
use crate::outbox::press::StudyPress;
use crate::outbox::{Button, Payload};
use crate::people::optout;
use crate::store::{Connection, Millis};
use crate::streak::state::Act;
use crate::student::agenda::Due;
use crate::student::{Student, sql as student_sql, subjects};
use crate::time::format;
use crate::{Result, buddies, reminders};

/// Writes a stay down, and when it is over.
pub async fn save(db: &mut Connection, student: &Student, stay: &Stay) -> Result<()> {
    sql::set_stay(db, student.id, stay).await?;
    student_sql::set_due(db, student.id, Due::Voice.name(), stay.over()).await
}

/// A stay begins. A timer that runs already is left alone.
pub async fn begin(
    db: &mut Connection,
    student: &mut Student,
    (guild, channel): (u64, u64),
    now: Timestamp,
) -> Result<()> {
    let at = student.instant(now);
    focus::settle(db, student, at).await?;
    timer_checkin::settle(db, student, at).await?;
    student.view(db, at).await?.save(db).await?;
    let mut stay = Stay { guild, channel, began: None, seen: now, gone: None, unseen: false };
    if student.person.timer().is_none() {
        if let Err(refusal) = student.act(db, at, &Act::Start, 0).await? {
            warn!(person = student.id.0, ?refusal, "a timer could not be started");
            return Ok(());
        }
        // Where it speaks if they take no direct messages.
        student.channel = study_settings::of(db, Some(guild)).await?.channel;
        timer_checkin::plan(db, student).await?;
        let viewed = student.view(db, at).await?;
        let status = viewed.status();
        viewed.save(db).await?;
        buddies::studied(db, student, &status, at).await?;
        stay.began = Some(at);
    }
    save(db, student, &stay).await
}

/// Ends the stay of somebody who has been away for long enough; with `at_once`, of somebody who is away at all. Returns
/// whether it ended.
pub async fn settle(db: &mut Connection, student: &mut Student, now: Timestamp, at_once: bool) -> Result<bool> {
    let Some(stay) = sql::stay(db, student.id).await? else { return Ok(false) };
    let is_away = stay.gone.is_some_and(|gone| gone <= now);
    let ends = stay.is_over(now) || is_away && at_once;
    if !ends {
        return Ok(false);
    }
    end(db, student, &stay, now).await?;
    Ok(true)
}

/// Ends a stay, which was left: its timer stops there, and they are told what it counted.
pub async fn end(db: &mut Connection, student: &mut Student, stay: &Stay, now: Timestamp) -> Result<()> {
    sql::end_stay(db, student.id).await?;
    student_sql::set_due(db, student.id, Due::Voice.name(), None).await?;
    let (Some(began), Some(gone)) = (stay.began, stay.gone) else { return Ok(()) };
    // If the clock was set back, not before the timer's start.
    let gone = student.instant(gone);
    timer_checkin::settle(db, student, gone).await?;
    student.view(db, gone).await?.save(db).await?;
    // Without an answer it has stopped by itself, or they stopped it, and perhaps another runs.
    if !focus::is_running(student, began) {
        return Ok(());
    }
    if let Err(refusal) = student.act(db, gone, &Act::Stop, 0).await? {
        warn!(person = student.id.0, ?refusal, "a timer that runs could not be stopped");
    }
    timer_checkin::plan(db, student).await?;
    let shares = timer_checkin::shares(student.person.ledger(), Some((began, gone)));
    // "Today" is the day on which they are told.
    let at = student.instant(now);
    let guild = student.guild;
    let mut viewed = student.view(db, at).await?;
    let milestone = if shares.is_empty() { None } else { viewed.next_milestone() };
    let may_share = milestone.is_some() && study_settings::of(db, guild).await?.channel.is_some();
    let status = viewed.status();
    viewed.save(db).await?;
    let mut notes: Vec<String> = reminders::acted(db, student, &Act::Stop, at).await?.into_iter().collect();
    notes.extend(buddies::studied(db, student, &status, at).await?);
    if shares.is_empty() || optout::is_opted_out(db, student.id).await? {
        return Ok(());
    }
    let entry = subjects::last_start(db, student.id).await?;
    let what = match entry {
        Some(entry) => subjects::of(db, student.id, entry).await?,
        None => None,
    };
    let (deed, event) = (Deed::Stopped(shares), student.events);
    let done = Receipt { deed, status, event, milestone, may_share, entry, what, notes };
    let key = format!("study/voice/{}/{}", student.id, Millis(began));
    let unseen = stay.unseen.then(|| format::clock(gone, student.person.schedule().zone()));
    timer_checkin::say(db, student, key, told(&done, stay.channel, unseen), (now, None)).await
}

/// What they are told, with the question what they studied.
fn told(done: &Receipt, channel: u64, unseen: Option<String>) -> Payload {
    let unseen = unseen.map_or_else(String::new, |last| {
        format!(
            "\nI was away and could not see when you left, so it counts up to {last}, when I last saw you there. If you \
             studied on, add the rest with `/study log`."
        )
    });
    let (asks, label) = match done.what {
        Some(_) => ("", "Change the subject"),
        None => ("\nWhat did you study? Add a subject if you want to remember it.", "Add a subject"),
    };
    let body = format!("Your time in <#{channel}> is over. {done}{unseen}{asks}");
    let subject = done.entry.map(|entry| Button::press(label, StudyPress::What(entry)));
    let share = done.milestone.filter(|_| done.may_share);
    let share = share.map(|milestone| Button::press("Share", StudyPress::Share(milestone.0)));
    let why = Button::press("Why?", StudyPress::Why);
    Payload { body, buttons: vec![subject.into_iter().chain([why]).chain(share).collect()], ..Payload::default() }
}
