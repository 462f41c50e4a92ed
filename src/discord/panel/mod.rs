//! `/mod panel`: a pinned message whose buttons do what `/start` does, for people who know no commands. Only who presses
//! sees the answer, and the panel stays as it is.

use std::time::Instant;

use poise::serenity_prelude as serenity;
use serde_json::json;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateInputText, CreateModal, InputTextStyle, ModalInteraction,
};

use super::http::Failure;
use super::member::Who;
use super::reply::{Answer, PATIENCE, Reply, persist};
use super::start::{self, Author};
use super::{Bot, rights};
use crate::community::Role;
use crate::community::audit::{self, Act};
use crate::{Error, Result};

pub mod greeting;
mod sql;

/// The button that begins `/start` for the person who presses it.
pub const FIND: &str = "panel/find";
/// The button that asks for one's own words, and its form with its only field.
const WORDS: &str = "panel/words";
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
        "components": rows(),
        "allowed_mentions": { "parse": [] },
        "nonce": id.to_string(),
        "enforce_nonce": true,
    });
    let until = Instant::now() + PATIENCE;
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

fn rows() -> Vec<CreateActionRow> {
    let goals = start::GOALS.map(|(id, label)| button(format!("panel/goal/{id}"), label).style(ButtonStyle::Primary));
    let words = button(WORDS.to_owned(), "Say it in my own words…").style(ButtonStyle::Secondary);
    vec![CreateActionRow::Buttons(goals.into()), CreateActionRow::Buttons(vec![words])]
}

fn button(id: String, label: &str) -> CreateButton {
    CreateButton::new(id).label(label)
}

/// A press on the panel or a greeting: the answer is a message of its own.
///
/// # Errors
/// Refused if the button is from an older Cairn.
pub async fn pressed(bot: &Bot, who: &Who, path: &[&str]) -> Result<Answer> {
    match path {
        ["find"] => Ok(Answer::Say(start::goals())),
        ["words"] => Ok(Answer::Form(form())),
        ["goal", goal] => Ok(match start::goal(bot, who, goal).await? {
            Answer::Update(reply) => Answer::Say(reply),
            answer => answer,
        }),
        _ => Err(start::older()),
    }
}

fn form() -> CreateModal {
    let text = CreateInputText::new(InputTextStyle::Paragraph, "Who are you, and what are you after?", FIELD)
        .placeholder("I'm 16, I like maths and I want to …")
        .max_length(MAX_WORDS);
    CreateModal::new(WORDS, "Find your guide").components(vec![CreateActionRow::InputText(text)])
}

/// The form was sent.
///
/// # Errors
/// Refused as `/start` refuses a text.
pub async fn submitted(bot: &Bot, who: &Who, form: &ModalInteraction) -> Result<Answer> {
    let parts = form.data.components.iter().flat_map(|row| &row.components);
    let text = parts.into_iter().find_map(|part| match part {
        serenity::ActionRowComponent::InputText(input) if input.custom_id == FIELD => input.value.as_deref(),
        _ => None,
    });
    let by = Author { user: who.user, message: None };
    start::read(bot, who, by, text.unwrap_or_default(), &form.locale).await
}
