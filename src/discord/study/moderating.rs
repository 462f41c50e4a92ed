//! Study for moderators: `/mod study excuse`, and what a server sets.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle, ModalInteraction};

use super::super::commands::{bot, reply};
use super::super::member::Who;
use super::super::moderating::field;
use super::super::reply::{Answer, Reply};
use super::super::{Bot, Context, rights};
use crate::community::Role;
use crate::people::Identity;
use crate::study::servers::{self, Settings};
use crate::study::{self, places, speech};
use crate::{Error, Result};

/// Study of members
#[poise::command(slash_command, rename = "study", subcommands("excuse"), subcommand_required)]
pub async fn study_(_: Context<'_>) -> Result<()> {
    Ok(())
}

/// Excuse a day of a member, so that it can't break their streak
#[poise::command(slash_command)]
async fn excuse(
    ctx: Context<'_>,
    #[description = "Who"] user: serenity::User,
    #[description = "Which day, like 2026-11-21"]
    #[max_length = 10]
    date: String,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, excused(bot(ctx), &who, user.id.get(), &date)).await
}

async fn excused(bot: &Bot, who: &Who, user: u64, date: &str) -> Result<Answer> {
    let guild = who.server()?;
    let by = rights::here(bot, who, Role::Approver, "excuse a study day").await?;
    let date = date.trim().parse().map_err(|_| Error::refused("That is no date; write one like 2026-11-21."))?;
    let whom = Identity::Discord(user);
    study::excuse(&bot.app.store, &by, guild, &whom, date, bot.app.clock.now()).await?;
    let day = speech::day(date);
    Ok(Answer::Say(Reply::text(format!("{day} is excused for <@{user}> and can't break their streak."))))
}

/// The form of `/mod settings` › Study.
///
/// # Errors
/// Refused to everybody but admins.
pub async fn form(bot: &Bot, who: &Who) -> Result<Answer> {
    rights::here(bot, who, Role::Admin, "see the settings").await?;
    let set = servers::read(&bot.app.store, who.guild).await?;
    let input = |label: &str, id: &str, most: u16, value: String| {
        let input = CreateInputText::new(InputTextStyle::Short, label, id).max_length(most).required(false);
        CreateActionRow::InputText(if value.is_empty() { input } else { input.value(value) })
    };
    let zone = set.zone.as_ref().map_or("", |zone| zone.name()).to_owned();
    let rows = vec![
        input("The community's time zone, or a large city", "zone", 60, zone),
        input("The least commitment, in minutes a day", "floor", 3, set.floor.to_string()),
        input(
            "The study channel's id, or nothing",
            "channel",
            25,
            set.channel.map_or_else(String::new, |c| c.to_string()),
        ),
    ];
    Ok(Answer::Form(CreateModal::new("study/server", "Study in this server").components(rows)))
}

/// That form was sent.
///
/// # Errors
/// Refused to everybody but admins, and for values that are none.
pub async fn submitted(bot: &Bot, who: &Who, form: &ModalInteraction) -> Result<Answer> {
    let (guild, now) = (who.server()?, bot.app.clock.now());
    let by = rights::here(bot, who, Role::Admin, "change the settings").await?;
    let text = |id: &str| Some(field(form, id).trim()).filter(|text| !text.is_empty());
    let zone = text("zone").map(|typed| places::read(typed, now)).transpose()?;
    let no_number = || Error::refused("The least commitment is 15 to 960 minutes a day; give a number in between.");
    let floor = text("floor").map(str::parse).transpose().map_err(|_| no_number())?.unwrap_or(study::FLOOR);
    let no_channel =
        || Error::refused("A channel's id is a long number; copy it from the channel's menu, or write #name in it.");
    let digits = |text: &str| text.trim_start_matches("<#").trim_end_matches('>').parse();
    let channel = text("channel").map(digits).transpose().map_err(|_| no_channel())?;
    rights::own_channels(bot, guild, channel.as_slice()).await?;
    let set = Settings { zone, floor, channel };
    servers::set(&bot.app.store, &by, guild, &set, now).await?;
    Ok(Answer::Say(Reply::text(set.to_string())))
}
