//! The one door for what people type: someone who may be in danger is shown people to turn to, whichever command, form or
//! search they typed it into, and nothing else is done with it.

use poise::serenity_prelude as serenity;
use serde_json::json;
use serenity::{
    ActionRowComponent, CommandDataOption, CommandDataOptionValue, FullEvent, Interaction, ModalInteraction,
};
use tracing::warn;

use super::Bot;
use super::reply::{Answer, Asked, respond};
use crate::outbox::Reply;
use crate::outbox::press::EditPress;
use crate::triage::{self, care::Care};

/// What moderators write for others to read speaks of danger in order to help: their edits, by group of commands.
const EDITS: [&str; 2] = ["guide", "draft"];
/// Discord's number for an answer with choices.
const CHOICES: u8 = 8;

/// Answers an interaction in which somebody typed that they may be in danger; says whether it was one.
pub async fn answers(bot: &Bot, event: &FullEvent) -> bool {
    let FullEvent::InteractionCreate { interaction } = event else { return false };
    let (to, locale) = match interaction {
        Interaction::Command(command) if is_danger(&command.data.name, &command.data.options) => {
            let to =
                Asked { id: command.id, application: command.application_id, token: &command.token, on_message: false };
            (to, &command.locale)
        }
        Interaction::Modal(form) if is_danger_in(form) => (Asked::from(form), &form.locale),
        Interaction::Autocomplete(typing) if is_danger(&typing.data.name, &typing.data.options) => {
            let path = format!("/interactions/{}/{}/callback", typing.id, typing.token);
            if let Err(failure) = bot.rest.post(&path, &json!({"type": CHOICES, "data": {"choices": []}})).await {
                warn!(trouble = %failure, "an autocomplete was not answered");
            }
            return true;
        }
        _ => return false,
    };
    respond(&bot.rest, to, Box::pin(async { Ok(Answer::Say(Reply::text(Care { locale: Some(locale) }.to_string()))) }))
        .await;
    true
}

fn is_danger(command: &str, options: &[CommandDataOption]) -> bool {
    let edits = command == "mod" && options.first().is_some_and(|group| EDITS.contains(&group.name.as_str()));
    let mut typed = Vec::new();
    gather(options, &mut typed);
    !edits && typed.into_iter().any(|text| triage::in_danger("", text))
}

fn gather<'o>(options: &'o [CommandDataOption], typed: &mut Vec<&'o str>) {
    for option in options {
        match &option.value {
            CommandDataOptionValue::String(text) => typed.push(text),
            CommandDataOptionValue::Autocomplete { value, .. } => typed.push(value),
            CommandDataOptionValue::SubCommand(options) | CommandDataOptionValue::SubCommandGroup(options) => {
                gather(options, typed);
            }
            _ => {}
        }
    }
}

fn is_danger_in(form: &ModalInteraction) -> bool {
    let parts = form.data.components.iter().flat_map(|row| &row.components);
    let mut typed = parts.filter_map(|part| match part {
        ActionRowComponent::InputText(input) => input.value.as_deref(),
        _ => None,
    });
    !form.data.custom_id.starts_with(EditPress::FORM) && typed.any(|text| triage::in_danger("", text))
}
