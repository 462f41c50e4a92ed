//! `/study calendar`: the file, and the secret link to it, which only its owner sees.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateAttachment};

use super::super::start::older_of;
use super::{Answer, Bot, Pending, Reply, button, joining};
use crate::study::{self, Caller, calendar};
use crate::{Error, Result};

fn older() -> Error {
    older_of("/study calendar")
}

/// `/study calendar`
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn calendar(bot: &Bot, caller: &Caller) -> Result<Answer> {
    if !study::has_joined(&bot.app.store, &caller.identity).await? {
        return joining::ask(bot, caller, &Pending::Status).await;
    }
    let shown = calendar::calendar(&bot.app.store, caller, bot.app.clock.now()).await?;
    let reply = Reply::text(shown.to_string()).with(choices(shown.linked.is_some()));
    let file = (shown.events > 0).then(|| CreateAttachment::bytes(shown.file, "study-times.ics"));
    Ok(Answer::Say(Reply { files: file.into_iter().collect(), ..reply }))
}

/// A press: `study/calendar/…`. Whoever presses does it with their own calendar.
///
/// # Errors
/// Refused as study refuses it.
pub async fn pressed(bot: &Bot, caller: &Caller, path: &[&str]) -> Result<Answer> {
    let (app, base) = (&bot.app, bot.app.config.public_url());
    match path {
        ["file"] => calendar(bot, caller).await,
        [link @ ("link" | "new")] => {
            let link = calendar::link(&app.store, caller, *link == "new", &base, app.clock.now()).await?;
            Ok(Answer::Say(Reply::text(link.to_string()).with(choices(true))))
        }
        ["off"] => {
            calendar::unlink(&app.store, caller).await?;
            let text = "The secret link is off: that address leads nowhere now.";
            Ok(Answer::Say(Reply::text(text).with(choices(false))))
        }
        _ => Err(older()),
    }
}

fn choices(is_linked: bool) -> Vec<CreateActionRow> {
    let buttons = if is_linked {
        vec![button("study/calendar/new", "New link"), button("study/calendar/off", "Off")]
    } else {
        vec![button("study/calendar/link", "Secret link")]
    };
    vec![CreateActionRow::Buttons(buttons)]
}
