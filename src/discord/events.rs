//! What Discord tells: presses and forms by their custom ids, posts, and the rest, which is counted.
//!
//! A custom id carries no authority. It names a row or a revision; who may press is looked up each time.

use poise::serenity_prelude as serenity;
use serenity::{
    ActionRowComponent, ButtonKind, ComponentInteraction, FullEvent, Interaction, Message, ModalInteraction,
};
use tracing::{info, warn};

use super::answers::Opinion;
use super::member::Who;
use super::reply::{Answer, Asked, respond};
use super::{Bot, drafts, gaps, lookup, moderating, panel, papers, posts, privacy, settings, start, study};
use crate::{Error, Result};

/// Handles an event beside poise, which handles commands and autocompletes.
///
/// # Errors
/// Never: what goes wrong is logged or told to whoever pressed.
pub async fn heard(framework: poise::FrameworkContext<'_, Bot, Error>, event: &FullEvent) -> Result<()> {
    let bot = framework.user_data;
    let done = match event {
        FullEvent::InteractionCreate { interaction: Interaction::Component(press) } => {
            let to = Asked { id: press.id, application: press.application_id, token: &press.token, on_message: true };
            respond(&bot.rest, to, pressed(bot, press)).await;
            Ok(())
        }
        FullEvent::InteractionCreate { interaction: Interaction::Modal(form) } => {
            let to = Asked {
                id: form.id,
                application: form.application_id,
                token: &form.token,
                on_message: form.message.is_some(),
            };
            respond(&bot.rest, to, submitted(bot, form)).await;
            Ok(())
        }
        FullEvent::InteractionCreate { interaction: Interaction::Command(_) | Interaction::Autocomplete(_) } => Ok(()),
        FullEvent::InteractionCreate { .. } => {
            warn!("an interaction of a kind unknown to this version came, and nothing answers it");
            Ok(())
        }
        FullEvent::Message { new_message } => posts::said(bot, new_message).await,
        FullEvent::ThreadCreate { thread } => posts::opened(bot, thread).await,
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

/// The command that shows buttons like this one.
fn command(id: &str) -> &'static str {
    let mut path = id.split('/');
    match (path.next(), path.next()) {
        (Some("study"), Some("plan")) => "/study plan",
        (Some("study"), Some("calendar")) => "/study calendar",
        (Some("study"), Some("heatmap")) => "/study heatmap",
        (Some("study"), Some("remind")) => "/study reminder",
        (Some("study"), Some("buddy")) => "/study buddy",
        (Some("study"), Some("rank")) => "/study rank",
        (Some("study"), _) => "/study status",
        (Some("digest"), _) => "/mod digest preview",
        (Some("vote" | "pass" | "week"), _) => "/papers week",
        (Some("set"), _) => "/mod settings",
        (Some("draft"), _) => "/mod draft list",
        (Some("gaps"), _) => "/mod gaps",
        (Some("again" | "empty" | "edit"), _) => "/mod guide edit",
        (Some("revert"), _) => "/mod guide revert",
        (Some("erase"), _) => "/privacy delete",
        (Some("wiki" | "show" | "next" | "gap" | "helped" | "list"), _) => "/wiki",
        (Some("found"), _) => "/papers search",
        (Some("help"), _) => "/help",
        _ => "/start",
    }
}

async fn pressed(bot: &Bot, press: &ComponentInteraction) -> Result<Answer> {
    let who = Who::presses(press);
    if !is_on(&press.message, &press.data.custom_id) {
        return Err(start::older_of(command(&press.data.custom_id)));
    }
    let chosen = &press.data.kind;
    let caller = || study::caller(&who, Some(press.channel_id));
    if let Some(place) = press.data.custom_id.strip_prefix("show/") {
        return lookup::show(bot, place).await;
    }
    if let Some(place) = press.data.custom_id.strip_prefix("next/") {
        return lookup::next(bot, place).await;
    }
    if let Some(question) = press.data.custom_id.strip_prefix("gap/") {
        return lookup::not_asked(bot, question).await;
    }
    if let Some(question) = press.data.custom_id.strip_prefix("helped/") {
        return lookup::helped(bot, question).await;
    }
    if let Some(question) = press.data.custom_id.strip_prefix("list/") {
        return lookup::share_list(bot, question).await;
    }
    if let Some(query) = press.data.custom_id.strip_prefix("found/") {
        return papers::share_search(bot, query).await;
    }
    let path: Vec<&str> = press.data.custom_id.split('/').collect();
    match path.as_slice() {
        ["go", id, track] => start::go(bot, &who, number(id)?, track).await,
        ["none", id] => start::none(bot, &who, number(id)?).await,
        ["me", id] => start::me(bot, &who, number(id)?).await,
        ["share", id] => start::share(bot, &who, number(id)?).await,
        ["read", id] => start::rest(bot, &who, number(id)?).await,
        ["delete", id] => start::delete(bot, &who, number(id)?).await,
        ["good", id] => start::judge(bot, &who, number(id)?, Opinion::Good).await,
        ["bad", id] => start::judge(bot, &who, number(id)?, Opinion::Bad).await,
        ["notmine", id] => start::judge(bot, &who, number(id)?, Opinion::NotMine).await,
        ["help", "start"] => Ok(Answer::Say(start::goals())),
        ["help", "study"] => study::show(bot, &caller()).await,
        ["week", week] => papers::share_week(bot, &who, week).await,
        ["panel", path @ ..] => panel::pressed(bot, &who, path).await,
        ["goal", goal] => start::goal(bot, &who, goal).await,
        ["from", goal] => start::background(bot, &who, goal, chosen).await,
        ["degree"] => start::by_degree(bot, &who, chosen).await,
        ["wiki"] => lookup::chosen(bot, &who, chosen).await,
        ["again", path @ ..] => moderating::again(bot, &who, path, &press.message).await,
        ["empty", path @ ..] => moderating::empty(bot, &who, path).await,
        ["gaps", path @ ..] => gaps::pressed(bot, &who, path, chosen).await,
        ["draft", path @ ..] => drafts::pressed(bot, &who, path, chosen).await,
        ["revert", path @ ..] => moderating::revert(bot, &who, path).await,
        ["vote", id @ ..] => papers::vote(bot, &who, &id.join("/")).await,
        ["pass", pass, id @ ..] => papers::tick(bot, &who, pass, &id.join("/")).await,
        ["digest", path @ ..] => papers::pressed(bot, &who, path).await,
        ["set", "study", path @ ..] => study::moderating::pressed(bot, &who, path, chosen).await,
        ["study", "join", path @ ..] => study::joined(bot, &caller(), path, chosen).await,
        ["study", "place", path @ ..] => study::form(path),
        ["study", "buddy", path @ ..] => study::buddy::pressed(bot, &who, &caller(), path, chosen).await,
        ["study", "rank", path @ ..] => study::rank::pressed(bot, &who, &caller(), path, chosen).await,
        ["study", path @ ..] => study::pressed(bot, &caller(), path).await,
        ["set", path @ ..] => settings::pressed(bot, &who, path, chosen).await,
        ["erase", "yes"] => privacy::erase(bot, &who).await,
        ["erase", "no"] => Ok(privacy::keep()),
        ["erase", "never"] => privacy::never(bot, &who).await,
        _ => Err(start::older_of(command(&press.data.custom_id))),
    }
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

fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| start::older())
}

async fn submitted(bot: &Bot, form: &ModalInteraction) -> Result<Answer> {
    let who = Who::submits(form, &bot.app.home);
    let path: Vec<&str> = form.data.custom_id.split('/').collect();
    match path.as_slice() {
        ["study", "server"] => study::moderating::submitted(bot, &who, form).await,
        ["study", "joining", path @ ..] => {
            study::submitted(bot, &study::caller(&who, Some(form.channel_id)), path, form).await
        }
        ["edit", path @ ..] => moderating::submitted(bot, &who, path, form).await,
        ["panel", "words"] => panel::submitted(bot, &who, form).await,
        ["gaps", path @ ..] => gaps::submitted(bot, &who, path, form).await,
        _ => Err(start::older_of(command(&form.data.custom_id))),
    }
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn an_old_button_names_the_command_that_shows_it_anew() {
        for (id, expected) in [
            ("set/editor", "/mod settings"),
            ("draft/7/publish", "/mod draft list"),
            ("gaps/look", "/mod gaps"),
            ("again/engineer", "/mod guide edit"),
            ("revert/engineer/3", "/mod guide revert"),
            ("digest/veto", "/mod digest preview"),
            ("erase/yes", "/privacy delete"),
            ("wiki", "/wiki"),
            ("list/gpu or not", "/wiki"),
            ("found/attention", "/papers search"),
            ("week/2026-W47", "/papers week"),
            ("vote/2608.1", "/papers week"),
            ("study/buddy/here/4", "/study buddy"),
            ("study/undo/3", "/study status"),
            ("go/3/engineer", "/start"),
        ] {
            assert_eq!(command(id), expected, "{id}");
        }
    }
}
