//! `/mod console`: a link into the moderators' console, for who asks alone.

use super::context::{bot, reply};
use super::member::Who;
use super::reply::Answer;
use super::{Bot, Context, rights};
use crate::community::{Role, entry};
use crate::outbox::{Button, Reply};
use crate::reddit::desk;
use crate::wiki::reach::leads;
use crate::{Error, Result};

/// Open the moderators' console, a web page
#[poise::command(slash_command, rename = "console")]
pub async fn console_(ctx: Context<'_>) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, link(bot(ctx), &who)).await
}

async fn link(bot: &Bot, who: &Who) -> Result<Answer> {
    let by = rights::at_home(bot, who, Role::Editor, "open the console").await?;
    if bot.app.config.is_pretend {
        return Err(Error::refused(
            "The playground has no console; type `cairn console` where you started Cairn, and open the link to see the real one.",
        ));
    }
    let base = bot.app.config.public_url();
    if !leads(&base) {
        return Err(Error::refused(
            "The console has no address that you could open; ask the person who runs Cairn to set CAIRN_WEB_URL.",
        ));
    }
    let key = entry::link(&bot.app.store, &by, bot.app.clock.now()).await?;
    let button = Button::link("Open the console", format!("{base}/console/enter/{key}"));
    let text = "This link signs you in once, and works for ten minutes. It is yours alone: do not pass it on.";
    let text = match desk::told(&bot.app, &by).await? {
        None => text.to_owned(),
        Some(told) => format!("{text}\n\n{told}"),
    };
    Ok(Answer::Say(Reply::text(text).with_buttons(vec![button])))
}
