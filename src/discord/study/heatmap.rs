//! `/study heatmap`: the picture, for oneself; shared, and taken back, by its owner alone.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateAttachment};

use super::super::start::older_of;
use super::{Answer, Bot, Pending, Reply, button, joining};
use crate::heatmap::{self, Picture};
use crate::people::Identity;
use crate::student::{self, Caller};
use crate::{Error, Result};

/// The most characters of an attachment's description.
const MAX_DESCRIPTION: usize = 1_024;

fn older() -> Error {
    older_of("/study heatmap")
}

/// `/study heatmap`
///
/// # Errors
/// Refused for somebody else's that is not shown.
pub async fn heatmap(bot: &Bot, caller: &Caller, user: Option<u64>) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    if let Some(user) = user.filter(|user| Identity::Discord(*user) != caller.identity) {
        let picture = heatmap::heatmap_of(store, caller, &Identity::Discord(user), now).await?;
        return Ok(Answer::Say(shown(&picture, &format!("Study days of <@{user}>."))?));
    }
    if !student::has_joined(store, &caller.identity).await? {
        return joining::ask(bot, caller, &Pending::Status).await;
    }
    Ok(Answer::Say(own(bot, caller).await?))
}

async fn own(bot: &Bot, caller: &Caller) -> Result<Reply> {
    let picture = heatmap::heatmap(&bot.app.store, caller, bot.app.clock.now()).await?;
    Ok(shown(&picture, who_sees(picture.shows))?.with(choices(picture.shows)))
}

/// A press: `study/heatmap/…`. Whoever presses does it with their own picture.
///
/// # Errors
/// Refused to who has not joined, and for somebody else's picture.
pub async fn pressed(bot: &Bot, caller: &Caller, path: &[&str]) -> Result<Answer> {
    let store = &bot.app.store;
    match path {
        ["share"] => {
            let picture = heatmap::heatmap(store, caller, bot.app.clock.now()).await?;
            let Identity::Discord(user) = caller.identity else { return Err(older()) };
            let delete = button(format!("study/heatmap/delete/{}", picture.person.0), "Delete");
            let reply = shown(&picture, &format!("Study days of <@{user}>."))?;
            Ok(Answer::Say(Reply { public: true, ..reply.with(vec![CreateActionRow::Buttons(vec![delete])]) }))
        }
        ["delete", number] => {
            heatmap::must_be(store, caller, number.parse().map_err(|_| older())?).await?;
            Ok(Answer::Delete)
        }
        [choice @ ("show" | "hide")] => {
            let shows = *choice == "show";
            heatmap::show(store, caller, shows).await?;
            // A message that is changed keeps no file that is not sent again.
            Ok(Answer::Update(own(bot, caller).await?))
        }
        _ => Err(older()),
    }
}

fn who_sees(shows: bool) -> &'static str {
    if shows {
        "Your study days. Members of your server can see them with `/study heatmap user:`."
    } else {
        "Your study days. Nobody else sees this."
    }
}

fn choices(shows: bool) -> Vec<CreateActionRow> {
    let other = if shows {
        button("study/heatmap/hide", "Keep it to myself")
    } else {
        button("study/heatmap/show", "Let my server look")
    };
    vec![CreateActionRow::Buttons(vec![button("study/heatmap/share", "Share"), other])]
}

fn shown(picture: &Picture, text: &str) -> Result<Reply> {
    let said: String = picture.map.to_string().chars().take(MAX_DESCRIPTION).collect();
    let file = CreateAttachment::bytes(picture.map.png()?, "study-days.png").description(said);
    Ok(Reply { files: vec![file], ..Reply::text(text) })
}
