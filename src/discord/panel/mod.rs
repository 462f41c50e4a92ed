//! `/mod panel`: a pinned message whose buttons do what `/start` does, for people who know no commands. Only who presses
//! sees the answer, and the panel stays as it is.

use std::time::Instant;

use poise::serenity_prelude as serenity;
use serde_json::json;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle, ModalInteraction};

use super::http::Failure;
use super::input::field;
use super::member::Who;
use super::render::controls;
use super::reply::{Answer, CALL_DEADLINE, persist};
use super::start::{self, Author};
use super::{Bot, rights};
use crate::community::Role;
use crate::community::audit::{self, Act};
use crate::outbox::press::{Goal, StartPress};
use crate::outbox::{Button, Controls, Press, Reply};
use crate::{Error, Result};

pub mod greeting;
mod sql;

/// The only field of the form.
const FIELD: &str = "text";
const MAX_WORDS: u16 = 4_000;
const TEXT: &str = "**Find your guide to machine learning**\n\
    Press what you are after. Two or three clicks, and you have your guide and your first three steps. Only you see the answer.";

/// Posts the panel in `channel` and pins it there. `id` is the interaction's: Discord takes a message of the same number once.
///
/// # Errors
/// Refused to everybody but admins, for a channel of another server, and where Cairn may not write.
pub async fn post(bot: &Bot, who: &Who, channel: u64, id: u64) -> Result<Answer> {
    let by = rights::here(bot, who, Role::Admin, "post the panel").await?;
    let guild = who.server()?;
    rights::own_channels(bot, guild, &[channel]).await?;
    bot.app.store.may_act().await?;
    let body = json!({
        "content": TEXT,
        "components": controls(&rows()),
        "allowed_mentions": { "parse": [] },
        "nonce": id.to_string(),
        "enforce_nonce": true,
    });
    let until = Instant::now() + CALL_DEADLINE;
    let messages = format!("/channels/{channel}/messages");
    let sent = persist(until, || bot.rest.post(&messages, &body)).await;
    let sent = sent.map_err(|failure| refused(&failure))?;
    let message = sent["id"].as_str().unwrap_or_default();
    let path = format!("{messages}/pins/{message}");
    let pinned = persist(until, || bot.rest.put(&path, "the panel of /mod panel")).await;
    let mut tx = bot.app.store.write().await?;
    let (subject, detail) = (format!("discord/{guild}"), format!("panel in {channel}"));
    audit::note(&mut tx, &by, Act::Settings, &subject, &detail, bot.app.clock.now()).await?;
    tx.commit().await?;
    let text = match pinned {
        Ok(_) => format!("The panel is in <#{channel}>, and pinned there. To take it away, delete the message."),
        Err(_) => format!(
            "The panel is in <#{channel}>, but Discord does not let Cairn pin it: pin it yourself, or give Cairn the \
             permission to pin messages there. To take it away, delete the message."
        ),
    };
    Ok(Answer::Say(Reply::text(text)))
}

fn refused(failure: &Failure) -> Error {
    match failure.status() {
        Some(403 | 404) => Error::refused(
            "Cairn may not write in that channel; let it see the channel and send messages there, or choose another one.",
        ),
        _ => {
            tracing::warn!(trouble = %failure, "a panel could not be posted");
            Error::refused(
                "Discord does not take the message now; look whether the panel is there, or try again in a minute.",
            )
        }
    }
}

fn rows() -> Vec<Controls> {
    let goal = |goal| Button::press(start::label(goal), StartPress::PanelGoal(goal));
    let words = Button::press("Say it in my own words…", StartPress::Words);
    vec![Controls::Buttons(Goal::ALL.map(goal).into()), Controls::Buttons(vec![words])]
}

/// The form for one's own words.
pub fn form() -> Answer {
    let text = CreateInputText::new(InputTextStyle::Paragraph, "Who are you, and what are you after?", FIELD)
        .placeholder("I'm 16, I like maths and I want to …")
        .max_length(MAX_WORDS);
    let form = CreateModal::new(Press::from(StartPress::Words), "Find your guide");
    Answer::Form(form.components(vec![CreateActionRow::InputText(text)]))
}

/// The form was sent.
///
/// # Errors
/// Refused as `/start` refuses a text.
pub async fn submitted(bot: &Bot, who: &Who, form: &ModalInteraction) -> Result<Answer> {
    let by = Author { user: who.user, message: None };
    start::read(bot, who, by, field(form, FIELD), &form.locale).await
}
