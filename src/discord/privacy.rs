//! `/privacy`: what is held about a person, for that person.

use super::Bot;
use super::member::Who;
use super::reply::Answer;
use crate::outbox::press::PrivacyPress;
use crate::outbox::{Button, File, Reply, Style};
use crate::people::{erase, export as exporting, linking, optout};
use crate::{Result, buddies, study};

/// The button of those who want to be left alone.
const NEVER: &str = "Never answer my posts";

/// Everything that is held, as a file.
pub async fn export(bot: &Bot, who: &Who) -> Result<Answer> {
    let held = exporting::export(&bot.app.store, &who.identity()).await?;
    let json = serde_json::to_vec_pretty(&held).map_err(anyhow::Error::new)?;
    let file = File::new("cairn-about-you.json", json);
    Ok(Answer::Say(Reply::text("Everything that Cairn holds about you:").and_file(file)))
}

/// What would be erased, and the question whether it shall be.
pub async fn ask(bot: &Bot, who: &Who) -> Result<Answer> {
    let counts = erase::counts(&bot.app.store, &who.identity()).await?;
    let is_out = optout::opted_out(&mut *bot.app.store.read().await?, &who.identity()).await?;
    let never = (!is_out).then(|| Button::press(NEVER, PrivacyPress::Never));
    let out = if is_out { "\n\nCairn never answers your posts or writes to you unasked, as you wished." } else { "" };
    if counts.is_empty() {
        let text = format!("Cairn holds nothing about you.{out}");
        return Ok(Answer::Say(Reply::text(text).with_buttons(never.into_iter().collect())));
    }
    let erase = Button::press("Erase it for ever", PrivacyPress::Erase).styled(Style::Danger);
    let keep = Button::press("Keep it", PrivacyPress::Keep);
    let buttons = [erase, keep].into_iter().chain(never).collect();
    let text = format!("Cairn holds about you:{}\n\nErasing it cannot be undone.{out}", counts.lines());
    Ok(Answer::Say(Reply::text(text).with_buttons(buttons)))
}

/// A button below that: the person who presses does it for themselves.
pub async fn pressed(bot: &Bot, who: &Who, wanted: PrivacyPress) -> Result<Answer> {
    match wanted {
        PrivacyPress::Erase => erase(bot, who).await,
        PrivacyPress::Never => never(bot, who).await,
        PrivacyPress::Keep => Ok(Answer::Update(Reply::text("Nothing was erased."))),
    }
}

async fn erase(bot: &Bot, who: &Who) -> Result<Answer> {
    erase::erase(&bot.app.store, &who.identity(), bot.app.clock.now()).await?;
    Ok(Answer::Update(Reply::text("Erased. Messages that were sent stay where they were sent; delete those there.")))
}

/// Opts them out of everything unasked, for ever.
async fn never(bot: &Bot, who: &Who) -> Result<Answer> {
    optout::opt_out(&bot.app.store, &who.identity(), bot.app.clock.now()).await?;
    buddies::opted_out(&bot.app.store, &who.identity(), bot.app.clock.now()).await?;
    study::opted_out(&bot.app.store, &who.identity(), bot.app.clock.now()).await?;
    let said = "Cairn will never again answer your posts or write to you unasked. What you ask it yourself, it still answers. This cannot be undone.";
    Ok(Answer::Update(Reply::text(said)))
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
