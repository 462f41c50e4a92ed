//! Study for moderators: `/mod study excuse`, and what a server sets.

use poise::serenity_prelude as serenity;
use serenity::{
    ComponentInteractionDataKind as Chosen, CreateActionRow, CreateInputText, CreateModal, InputTextStyle,
    ModalInteraction,
};

use super::super::context::{bot, reply};
use super::super::input::field;
use super::super::member::Who;
use super::super::reply::Answer;
use super::super::{Bot, Context, rights};
use crate::community::study_settings::{self, Settings};
use crate::community::{Moderator, Role};
use crate::outbox::press::{SettingsPress, StudySetting};
use crate::outbox::{Button, Controls, Offers, Press, Reply, Select, Style};
use crate::people::Identity;
use crate::text::escape;
use crate::time::{format as speech, zone_search};
use crate::{Error, Result, streak, study};

/// The most voice channels that a server may name.
const MAX_VOICE: u8 = 25;

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

/// `/mod settings` › Study.
fn page(set: &Settings) -> Reply {
    let only_texts = Offers::Channels { forums: false };
    let channel = Select::up_to(1, StudySetting::Channel, "Study channel", only_texts);
    let hint = "Voice channels in which time counts";
    let voice = Select::up_to(MAX_VOICE, StudySetting::Voice, hint, Offers::VoiceChannels);
    let buttons = vec![
        Button::press("Time zone and least commitment…", StudySetting::Form(None)),
        Button::press("Back", SettingsPress::Back),
    ];
    let rows = vec![channel.into(), voice.into(), Controls::Buttons(buttons)];
    Reply::text(format!("**Study in this server**\n{set}")).with(rows)
}

/// A button or select of the study settings.
///
/// # Errors
/// Refused to everybody but admins, and for another server's channel.
pub async fn pressed(bot: &Bot, who: &Who, wanted: &StudySetting, chosen: &Chosen) -> Result<Answer> {
    let by = rights::here(bot, who, Role::Admin, "change the settings").await?;
    let (guild, now) = (who.server()?, bot.app.clock.now());
    let set = study_settings::read(&bot.app.store, who.guild).await?;
    match (wanted, chosen) {
        (StudySetting::Page, _) => Ok(Answer::Update(page(&set))),
        (StudySetting::Form(None), _) => {
            Ok(form(set.zone.as_ref().map_or("", |zone| zone.name()), &set.floor.to_string()))
        }
        (StudySetting::Form(Some((floor, zone))), _) => Ok(form(zone, floor)),
        (StudySetting::Channel, Chosen::ChannelSelect { values }) => {
            let set = Settings { channel: values.first().map(|channel| channel.get()), ..set };
            rights::own_channels(bot, guild, set.channel.as_slice()).await?;
            study::set_server(&bot.app.store, &by, guild, &set, now).await?;
            Ok(Answer::Update(page(&set)))
        }
        (StudySetting::Voice, Chosen::ChannelSelect { values }) => {
            let voice = values.iter().take(MAX_VOICE.into()).map(|channel| channel.get()).collect();
            let set = Settings { voice, ..set };
            rights::own_channels(bot, guild, &set.voice).await?;
            study::set_server(&bot.app.store, &by, guild, &set, now).await?;
            bot.voice_changed(!set.voice.is_empty());
            Ok(Answer::Update(page(&set)))
        }
        _ => Err(Error::refused("This setting is from an older Cairn; call /mod settings again.")),
    }
}

fn form(zone: &str, floor: &str) -> Answer {
    let input = |label: &str, id: &str, most: u16, value: &str| {
        let input = CreateInputText::new(InputTextStyle::Short, label, id).max_length(most).required(false);
        CreateActionRow::InputText(if value.is_empty() { input } else { input.value(value) })
    };
    let rows = vec![
        input("The community's time zone, or a large city", "zone", 60, zone),
        input("The least commitment, in minutes a day", "floor", 3, floor),
    ];
    let form = CreateModal::new(Press::from(StudySetting::Typed), "Study in this server");
    Answer::Form(form.components(rows))
}

/// That form was sent. One that is refused leads back with what was typed.
///
/// # Errors
/// Refused to everybody but admins.
pub async fn submitted(bot: &Bot, who: &Who, form: &ModalInteraction) -> Result<Answer> {
    let by = rights::here(bot, who, Role::Admin, "change the settings").await?;
    let (zone, floor) = (field(form, "zone").trim(), field(form, "floor").trim());
    match set(bot, &by, who.server()?, zone, floor).await {
        Ok(set) => Ok(Answer::Say(Reply::text(set.to_string()))),
        Err(Error::Refused(why)) => {
            let typed = StudySetting::Form(Some((floor.to_owned(), zone.to_owned())));
            let back = Button::press("Back to the form", typed).styled(Style::Main);
            Ok(Answer::Say(Reply::text(escape::discord(&why.text)).with_buttons(vec![back])))
        }
        Err(fault) => Err(fault),
    }
}

async fn set(bot: &Bot, by: &Moderator, guild: u64, zone: &str, floor: &str) -> Result<Settings> {
    let now = bot.app.clock.now();
    let zone = Some(zone).filter(|typed| !typed.is_empty()).map(|typed| zone_search::read(typed, now)).transpose()?;
    let no_number = |_| Error::refused("The least commitment is 15 to 960 minutes a day; give a number in between.");
    let floor = if floor.is_empty() { streak::FLOOR } else { floor.parse().map_err(no_number)? };
    let set = Settings { zone, floor, ..study_settings::read(&bot.app.store, Some(guild)).await? };
    study::set_server(&bot.app.store, by, guild, &set, now).await?;
    Ok(set)
}
