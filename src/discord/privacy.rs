//! `/privacy`: what is held about a person, for that person.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateAttachment, CreateButton};

use super::Bot;
use super::member::Who;
use super::reply::{Answer, Reply};
use crate::people::{erase, export as exporting, linking, optout};
use crate::{Result, buddies};

/// The button of those who want to be left alone.
const NEVER: &str = "Never answer my posts";

/// Everything that is held, as a file.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn export(bot: &Bot, who: &Who) -> Result<Answer> {
    let held = exporting::export(&bot.app.store, &who.identity()).await?;
    let json = serde_json::to_vec_pretty(&held).map_err(anyhow::Error::new)?;
    let files = vec![CreateAttachment::bytes(json, "cairn-about-you.json")];
    Ok(Answer::Say(Reply { files, ..Reply::text("Everything that Cairn holds about you:") }))
}

/// What would be erased, and the question whether it shall be.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn ask(bot: &Bot, who: &Who) -> Result<Answer> {
    let counts = erase::counts(&bot.app.store, &who.identity()).await?;
    let is_out = optout::opted_out(&mut *bot.app.store.read().await?, &who.identity()).await?;
    let never = (!is_out).then(|| CreateButton::new("erase/never").label(NEVER).style(ButtonStyle::Secondary));
    let out = if is_out { "\n\nCairn never answers your posts or writes to you unasked, as you wished." } else { "" };
    if counts.is_empty() {
        let rows = never.into_iter().map(|never| CreateActionRow::Buttons(vec![never])).collect();
        return Ok(Answer::Say(Reply::text(format!("Cairn holds nothing about you.{out}")).with(rows)));
    }
    let erase = CreateButton::new("erase/yes").label("Erase it for ever").style(ButtonStyle::Danger);
    let keep = CreateButton::new("erase/no").label("Keep it").style(ButtonStyle::Secondary);
    let rows = vec![CreateActionRow::Buttons([erase, keep].into_iter().chain(never).collect())];
    let text = format!("Cairn holds about you:{}\n\nErasing it cannot be undone.{out}", counts.lines());
    Ok(Answer::Say(Reply::text(text).with(rows)))
}

/// Erases all that is held about whoever presses.
///
/// # Errors
/// A fault if the database cannot be written. Nothing is erased then.
pub async fn erase(bot: &Bot, who: &Who) -> Result<Answer> {
    erase::erase(&bot.app.store, &who.identity(), bot.app.clock.now()).await?;
    Ok(Answer::Update(Reply::text("Erased. Messages that were sent stay where they were sent; delete those there.")))
}

/// Opts whoever presses out of everything unasked, for ever.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn never(bot: &Bot, who: &Who) -> Result<Answer> {
    optout::opt_out(&bot.app.store, &who.identity(), bot.app.clock.now()).await?;
    buddies::opted_out(&bot.app.store, &who.identity(), bot.app.clock.now()).await?;
    let said = "Cairn will never again answer your posts or write to you unasked. What you ask it yourself, it still answers. This cannot be undone.";
    Ok(Answer::Update(Reply::text(said)))
}

/// Nothing is erased.
pub fn keep() -> Answer {
    Answer::Update(Reply::text("Nothing was erased."))
}

/// A code to type on Reddit, or the use of one from there.
///
/// # Errors
/// Refused if the code is wrong, or the accounts cannot be linked.
pub async fn link(bot: &Bot, who: &Who, code: Option<&str>) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let said = match code {
        None => {
            let code = linking::code(store, &who.identity(), now).await?;
            let bot = bot.app.config.reddit_username.as_deref().unwrap_or_default();
            let link = format!("https://www.reddit.com/message/compose?to={bot}&subject=link&message={}", code.shown());
            format!("{code} Send it to the bot on Reddit: <{link}>")
        }
        Some(code) => linking::redeem(store, &who.identity(), code, now).await?.to_string(),
    };
    Ok(Answer::Say(Reply::text(said)))
}
