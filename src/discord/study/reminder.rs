//! `/study reminder`, `/study recap`, and the buttons below a reminder.

use poise::serenity_prelude as serenity;
use serenity::CreateActionRow;

use super::super::Bot;
use super::super::reply::{Answer, Reply};
use super::super::start::older_of;
use super::{Pending, button, joining, told};
use crate::reminders::{self, Button, Choice, Pressed, RemindersView};
use crate::student::{self, Caller};
use crate::{Error, Result, study};

fn older() -> Error {
    older_of("/study reminder")
}

/// `/study reminder`: shows what is set, or sets it.
///
/// # Errors
/// Refused as study refuses it.
pub async fn set(bot: &Bot, caller: &Caller, choice: &Choice<'_>) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    if !student::has_joined(store, &caller.identity).await? {
        return joining::ask(bot, caller, &Pending::Status).await;
    }
    let shown = match choice {
        Choice { times: None, place: None, quiet: None } => reminders::show(store, caller, now).await?,
        choice => reminders::set(store, caller, choice, now).await?,
    };
    Ok(Answer::Say(set_up(&shown)))
}

/// What is set, with the next instants as each reader's own clock shows them.
fn set_up(shown: &RemindersView) -> Reply {
    let next: String = shown.next.iter().map(|at| format!("\n- <t:{}:F>", at.as_second())).collect();
    let next = if next.is_empty() { next } else { format!("\nThe next ones:{next}") };
    let reply = Reply::text(format!("{shown}{next}"));
    if !shown.is_on() {
        return reply;
    }
    let id = |does: &str| format!("study/remind/{}/{does}", shown.id.0);
    let buttons =
        vec![button(id("off"), "Turn off"), button(id("skip"), "Not today"), button(id("snooze/60"), "Snooze 1 h")];
    reply.with(vec![CreateActionRow::Buttons(buttons)])
}

/// `/study recap`: shows it, or turns the weekly one on or off.
///
/// # Errors
/// Refused as study refuses it.
pub async fn recap(bot: &Bot, caller: &Caller, weekly: Option<bool>) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    if !student::has_joined(store, &caller.identity).await? {
        return joining::ask(bot, caller, &Pending::Status).await;
    }
    Ok(Answer::Say(match weekly {
        Some(on) => Reply::text(reminders::set_weekly(store, caller, on, now).await?),
        None => Reply::text(reminders::recap(store, caller, now).await?.to_string()),
    }))
}

/// A press below a reminder: `…/7/snooze/15`.
///
/// # Errors
/// Refused to everybody but whose reminder it is, and as study refuses it.
pub async fn pressed(bot: &Bot, caller: &Caller, whose: &str, path: &[&str]) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let whose = whose.parse().map_err(|_| older())?;
    let reply = match path {
        ["start"] => {
            reminders::is_own(store, caller, whose).await?;
            told(&study::start(store, caller, now).await?)
        }
        ["snooze", "tomorrow"] => text(reminders::press(store, caller, whose, Button::Tomorrow, now).await?),
        ["snooze", minutes] => {
            let minutes = minutes.parse().ok().filter(|minutes| (1..=720).contains(minutes)).ok_or_else(older)?;
            text(reminders::press(store, caller, whose, Button::Snooze(minutes), now).await?)
        }
        ["skip"] => text(reminders::press(store, caller, whose, Button::Skip, now).await?),
        ["off"] => text(reminders::press(store, caller, whose, Button::Off, now).await?),
        _ => return Err(older()),
    };
    // What it says is for one person alone; in a channel the reminder stays as it is.
    Ok(if caller.guild.is_some() { Answer::Say(reply) } else { Answer::Update(reply) })
}

fn text(pressed: Pressed) -> Reply {
    Reply::text(pressed.to_string())
}
