//! `/study heatmap`: the picture, for oneself; shared, and taken back, by its owner alone.

use super::super::reply::older_of;
use super::{Answer, Bot, joining};
use crate::Result;
use crate::heatmap::{self, Picture};
use crate::outbox::press::{HeatmapPress, Pending};
use crate::outbox::{Button, File, Reply};
use crate::people::Identity;
use crate::student::Caller;

/// The most characters of an attachment's description.
const MAX_DESCRIPTION: usize = 1_024;

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
    joining::or_join(bot, caller, &Pending::Status, async { Ok(Answer::Say(own(bot, caller).await?)) }).await
}

async fn own(bot: &Bot, caller: &Caller) -> Result<Reply> {
    let picture = heatmap::heatmap(&bot.app.store, caller, bot.app.clock.now()).await?;
    Ok(shown(&picture, who_sees(picture.shows))?.with_buttons(choices(picture.shows)))
}

/// A press. The person who presses does it with their own picture.
///
/// # Errors
/// Refused if they have not joined, and for somebody else's picture.
pub async fn pressed(bot: &Bot, caller: &Caller, wanted: HeatmapPress) -> Result<Answer> {
    let store = &bot.app.store;
    match wanted {
        HeatmapPress::Share => {
            let picture = heatmap::heatmap(store, caller, bot.app.clock.now()).await?;
            let Identity::Discord(user) = caller.identity else { return Err(older_of("/study heatmap")) };
            let delete = Button::press("Delete", HeatmapPress::Delete(picture.person));
            let reply = shown(&picture, &format!("Study days of <@{user}>."))?;
            Ok(Answer::Say(Reply { public: true, ..reply.with_buttons(vec![delete]) }))
        }
        HeatmapPress::Delete(whose) => {
            heatmap::must_be(store, caller, whose).await?;
            Ok(Answer::Delete)
        }
        HeatmapPress::Show(shows) => {
            heatmap::show(store, caller, shows).await?;
            // A message that is changed keeps no file that is not sent again.
            Ok(Answer::Update(own(bot, caller).await?))
        }
    }
}

fn who_sees(shows: bool) -> &'static str {
    if shows {
        "Your study days. Members of your server can see them with `/study heatmap user:`."
    } else {
        "Your study days. Nobody else sees this."
    }
}

fn choices(shows: bool) -> Vec<Button> {
    let other = if shows { "Keep it to myself" } else { "Let my server look" };
    vec![Button::press("Share", HeatmapPress::Share), Button::press(other, HeatmapPress::Show(!shows))]
}

fn shown(picture: &Picture, text: &str) -> Result<Reply> {
    let said: String = picture.map.to_string().chars().take(MAX_DESCRIPTION).collect();
    let file = File { about: Some(said), ..File::new("study-days.png", picture.map.png()?) };
    Ok(Reply::text(text).and_file(file))
}
