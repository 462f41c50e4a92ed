//! `/study reminder`, `/study recap`, and the buttons below a reminder.

use super::super::reply::Answer;
use super::super::{Bot, revisits};
use super::{joining, told};
use crate::outbox::press::{Pending, ReminderPress};
use crate::outbox::{Button, Reply};
use crate::people::PersonId;
use crate::reminders::{self, Choice, RemindersView};
use crate::student::Caller;
use crate::{Result, study};

/// `/study reminder`: shows what is set, or sets it.
///
/// # Errors
/// Refused as study refuses it.
pub async fn set(bot: &Bot, caller: &Caller, choice: &Choice<'_>) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    joining::or_join(bot, caller, &Pending::Status, async {
        let shown = match choice {
            Choice { times: None, place: None, quiet: None } => reminders::show(store, caller, now).await?,
            choice => reminders::set(store, caller, choice, now).await?,
        };
        let reply = set_up(&shown);
        Ok(Answer::Say(revisits::add_to(reply.clone(), bot, caller).await?.unwrap_or(reply)))
    })
    .await
}

/// What is set, with the next instants as each reader's own clock shows them.
fn set_up(shown: &RemindersView) -> Reply {
    let next: String = shown.next.iter().map(|at| format!("\n- <t:{}:F>", at.as_second())).collect();
    let next = if next.is_empty() { next } else { format!("\nThe next ones:{next}") };
    let reply = Reply::text(format!("{shown}{next}"));
    if !shown.is_on() {
        return reply;
    }
    let button = |label, does: ReminderPress| Button::press(label, (shown.id, does));
    reply.with_buttons(vec![
        button("Turn off", ReminderPress::Off),
        button("Not today", ReminderPress::Skip),
        button("Snooze 1 h", ReminderPress::Snooze(60)),
    ])
}

/// `/study recap`: shows it, or turns the weekly one on or off.
///
/// # Errors
/// Refused as study refuses it.
pub async fn recap(bot: &Bot, caller: &Caller, weekly: Option<bool>) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    joining::or_join(bot, caller, &Pending::Status, async {
        Ok(Answer::Say(match weekly {
            Some(on) => Reply::text(reminders::set_weekly(store, caller, on, now).await?),
            None => Reply::text(reminders::recap(store, caller, now).await?.to_string()),
        }))
    })
    .await
}

/// A press below a reminder, and whose it is.
///
/// # Errors
/// Refused to everybody else, and as study refuses it.
pub async fn pressed(bot: &Bot, caller: &Caller, whose: PersonId, wanted: ReminderPress) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let act = match wanted {
        ReminderPress::Start => None,
        ReminderPress::Snooze(minutes) => Some(reminders::Button::Snooze(minutes)),
        ReminderPress::Tomorrow => Some(reminders::Button::Tomorrow),
        ReminderPress::Skip => Some(reminders::Button::Skip),
        ReminderPress::Off => Some(reminders::Button::Off),
    };
    let reply = match act {
        Some(act) => Reply::text(reminders::press(store, caller, whose, act, now).await?.to_string()),
        None => {
            reminders::is_own(store, caller, whose).await?;
            told(&study::start(store, caller, None, now).await?)
        }
    };
    // What it says is for one person alone; in a channel the reminder stays as it is.
    Ok(if caller.guild.is_some() { Answer::Say(reply) } else { Answer::Update(reply) })
}
