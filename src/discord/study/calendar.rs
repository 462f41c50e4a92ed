//! `/study calendar`: the file, and the secret link to it, which only its owner sees.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateAttachment, CreateButton};

use super::super::start::older_of;
use super::{Answer, Bot, Pending, Reply, button, joining};
use crate::student::{self, Caller};
use crate::{Error, Result, calendar};

fn older() -> Error {
    older_of("/study calendar")
}

/// `/study calendar`
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn calendar(bot: &Bot, caller: &Caller) -> Result<Answer> {
    if !student::has_joined(&bot.app.store, &caller.identity).await? {
        return joining::ask(bot, caller, &Pending::Status).await;
    }
    let shown = calendar::calendar(&bot.app.store, caller, bot.app.clock.now()).await?;
    let public = bot.app.config.web_url.is_some();
    let mut text = shown.to_string();
    if public && shown.linked.is_none() {
        text.push_str("\nA secret link keeps it up to date by itself.");
    }
    let reply = Reply::text(text).with(choices(shown.linked.is_some(), public));
    let file = (shown.events > 0).then(|| CreateAttachment::bytes(shown.file, "study-times.ics"));
    Ok(Answer::Say(Reply { files: file.into_iter().collect(), ..reply }))
}

/// A press: `study/calendar/…`. Whoever presses does it with their own calendar.
///
/// # Errors
/// Refused as study refuses it.
pub async fn pressed(bot: &Bot, caller: &Caller, path: &[&str]) -> Result<Answer> {
    let (app, base) = (&bot.app, bot.app.config.public_url());
    let public = app.config.web_url.is_some();
    match path {
        ["file"] => calendar(bot, caller).await,
        ["link" | "new"] if !public => Err(Error::refused(
            "Cairn's web page cannot be reached from outside, so there is no link; /study calendar gives the file.",
        )),
        [link @ ("link" | "new")] => {
            let link = calendar::link(&app.store, caller, *link == "new", &base, app.clock.now()).await?;
            Ok(Answer::Say(Reply::text(link.to_string()).with(choices(true, public))))
        }
        ["off"] => {
            calendar::unlink(&app.store, caller).await?;
            let text = "The secret link is off: that address leads nowhere now.";
            Ok(Answer::Say(Reply::text(text).with(choices(false, public))))
        }
        _ => Err(older()),
    }
}

/// The buttons: a link is offered only where one leads to the web page.
fn choices(is_linked: bool, public: bool) -> Vec<CreateActionRow> {
    let offered = match (public, is_linked) {
        (true, true) => Some(("study/calendar/new", "New link")),
        (true, false) => Some(("study/calendar/link", "Secret link")),
        (false, _) => None,
    };
    let off = is_linked.then_some(("study/calendar/off", "Off"));
    let buttons: Vec<CreateButton> = offered.into_iter().chain(off).map(|(id, label)| button(id, label)).collect();
    if buttons.is_empty() { Vec::new() } else { vec![CreateActionRow::Buttons(buttons)] }
}
