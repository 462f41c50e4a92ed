//! What Discord tells: presses and forms by their custom ids, and the rest, which is counted.
//!
//! A custom id carries no authority. It names a row or a revision; who may press is looked up each time.

use poise::serenity_prelude as serenity;
use serenity::{
    ActionRowComponent, ButtonKind, ComponentInteraction, FullEvent, Interaction, Message, ModalInteraction,
};
use tracing::{info, warn};

use super::member::Who;
use super::reply::{Answer, Asked, older_of, respond};
use super::{
    Bot, auto_answer, drafts, gaps, judging, lookup, mod_guide, panel, papers, pomodoro, privacy, revisits, settings,
    start, study,
};
use crate::outbox::Press;
use crate::outbox::press::{EditPress, RevisitPress, SettingsPress, StartPress, StudyPress, StudySetting, command};
use crate::{Error, Result};

/// Handles an event beside poise, which handles commands and autocompletes.
///
/// # Errors
/// Never: what goes wrong is logged, or said to the person who pressed.
pub async fn heard(framework: poise::FrameworkContext<'_, Bot, Error>, event: &FullEvent) -> Result<()> {
    let bot = framework.user_data;
    let done = match event {
        FullEvent::InteractionCreate { interaction: Interaction::Component(press) } => {
            let to = Asked { id: press.id, application: press.application_id, token: &press.token, on_message: true };
            respond(&bot.rest, to, Box::pin(pressed(bot, press))).await;
            Ok(())
        }
        FullEvent::InteractionCreate { interaction: Interaction::Modal(form) } => {
            respond(&bot.rest, form.into(), Box::pin(submitted(bot, form))).await;
            Ok(())
        }
        FullEvent::InteractionCreate { interaction: Interaction::Command(_) | Interaction::Autocomplete(_) } => Ok(()),
        FullEvent::InteractionCreate { .. } => {
            warn!("an interaction of a kind unknown to this version came, and nothing answers it");
            Ok(())
        }
        FullEvent::Message { new_message } => auto_answer::said(bot, new_message).await,
        FullEvent::ThreadCreate { thread } => auto_answer::opened(bot, thread).await,
        FullEvent::Ready { data_about_bot } => {
            let shard = data_about_bot.shard.map_or(0, |shard| shard.id.0);
            info!(shard, servers = data_about_bot.guilds.len(), "Discord is on as {}", data_about_bot.user.name);
            let shards = data_about_bot.shard.map_or(1, |shard| shard.total);
            bot.app.home.heard(shard, shards, data_about_bot.guilds.iter().map(|guild| guild.id.get()));
            Ok(())
        }
        FullEvent::GuildCreate { guild, .. } => {
            bot.app.home.joined(guild.id.get());
            Ok(())
        }
        // A server that is only out of order just now is still one that we are in.
        FullEvent::GuildDelete { incomplete, .. } if !incomplete.unavailable => {
            bot.app.home.left(incomplete.id.get());
            Ok(())
        }
        _ => Ok(()),
    };
    if let Err(cause) = done {
        tracing::error!("an event could not be handled: {cause}");
    }
    Ok(())
}

async fn pressed(bot: &Bot, press: &ComponentInteraction) -> Result<Answer> {
    let (who, id, chosen) = (Who::presses(press), press.data.custom_id.as_str(), &press.data.kind);
    if !is_on(&press.message, id) {
        return Err(stale(id));
    }
    let Ok(wanted) = id.parse();
    match wanted {
        Press::Answer(id, wanted) => start::pressed(bot, &who, id, wanted).await,
        Press::Start(StartPress::Words) => Ok(panel::form()),
        Press::Start(step) => start::step(bot, &who, step, chosen).await,
        Press::Wiki(wanted) => lookup::pressed(bot, &who, &wanted, chosen).await,
        Press::Edit(edit) => mod_guide::pressed(bot, &who, &edit, &press.message).await,
        Press::Gap(wanted) => gaps::pressed(bot, &who, &wanted, chosen).await,
        Press::Triage(wanted) => judging::pressed(bot, &who, wanted, chosen).await,
        Press::Draft(wanted) => drafts::pressed(bot, &who, wanted, chosen).await,
        Press::Papers(wanted) => papers::pressed(bot, &who, &wanted).await,
        Press::Pomodoro(wanted) => pomodoro::pressed(bot, &who, press.channel_id, wanted).await,
        Press::Revisit(wanted) => {
            revisits::pressed(bot, &revisits::caller(&who, press.channel_id), wanted, chosen).await
        }
        Press::Digest(wanted) => papers::taken_back(bot, &who, &wanted).await,
        Press::Settings(SettingsPress::Study(wanted)) => study::moderating::pressed(bot, &who, &wanted, chosen).await,
        Press::Settings(wanted) => settings::pressed(bot, &who, &wanted, chosen).await,
        Press::Study(wanted) => {
            study::pressed(bot, &who, &study::caller(&who, Some(press.channel_id)), wanted, chosen).await
        }
        Press::Privacy(wanted) => privacy::pressed(bot, &who, wanted).await,
        Press::Unknown(_) => Err(stale(id)),
    }
}

/// The refusal of a button or form that this version does not know.
fn stale(id: &str) -> Error {
    older_of(command(id))
}

/// Whether a message of ours carries that button or select. A forged press could otherwise change or delete an
/// answer that is somebody else's by naming one's own.
fn is_on(message: &Message, id: &str) -> bool {
    let components = message.components.iter().flat_map(|row| &row.components);
    components.into_iter().any(|component| match component {
        ActionRowComponent::Button(button) => {
            matches!(&button.data, ButtonKind::NonLink { custom_id, .. } if custom_id == id)
        }
        ActionRowComponent::SelectMenu(select) => select.custom_id.as_deref() == Some(id),
        _ => false,
    })
}

async fn submitted(bot: &Bot, form: &ModalInteraction) -> Result<Answer> {
    let (who, id) = (Who::submits(form, &bot.app.home), form.data.custom_id.as_str());
    let Ok(sent) = id.parse();
    match sent {
        Press::Settings(SettingsPress::Study(StudySetting::Typed)) => {
            study::moderating::submitted(bot, &who, form).await
        }
        Press::Study(StudyPress::Typed(pending)) => {
            study::submitted(bot, &study::caller(&who, Some(form.channel_id)), pending, form).await
        }
        Press::Study(StudyPress::What(entry)) => {
            study::subject::submitted(bot, &study::caller(&who, Some(form.channel_id)), entry, form).await
        }
        Press::Revisit(RevisitPress::Typed(thing)) => {
            revisits::submitted(bot, &revisits::caller(&who, form.channel_id), &thing, form).await
        }
        Press::Edit(EditPress::Form(section)) => mod_guide::submitted(bot, &who, &section, form).await,
        Press::Start(StartPress::Words) => panel::submitted(bot, &who, form).await,
        Press::Gap(wanted) => gaps::submitted(bot, &who, &wanted, form).await,
        _ => Err(stale(id)),
    }
}
