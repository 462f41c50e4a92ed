//! The `/study` commands and what they offer while somebody types.

use jiff::civil::Weekday;
use poise::{SlashArgError, serenity_prelude as serenity};
use serenity::{AutocompleteChoice, CreateAutocompleteResponse, ResolvedValue};
use tracing::error;

use super::super::commands::{MAX_CHOICES, bot, reply};
use super::super::member::Who;
use super::super::{Bot, Context};
use super::{Pending, buddy, caller, rank};
use crate::study::reminders::{Choice, Place};
use crate::study::{self, Caller, places, speech};
use crate::{Error, Result};

/// `/study` with all that is below it.
pub fn all() -> poise::Command<Bot, Error> {
    study_()
}

/// Who calls.
pub fn who(ctx: Context<'_>) -> Caller {
    caller(&Who::commands(ctx.interaction), Some(ctx.interaction.channel_id))
}

/// Keep a study streak
#[poise::command(
    slash_command,
    rename = "study",
    subcommands(
        "log",
        "start",
        "stop",
        "status",
        "why",
        "undo",
        "commitment",
        "zone",
        "pause",
        "rest",
        "sick",
        "buddy_",
        "rank_",
        "reminder",
        "recap",
        "super::handed::heatmap",
        "super::handed::plan",
        "super::handed::calendar"
    ),
    subcommand_required
)]
async fn study_(_: Context<'_>) -> Result<()> {
    Ok(())
}

/// Log minutes you studied
#[poise::command(slash_command)]
async fn log(
    ctx: Context<'_>,
    #[description = "How many minutes"]
    #[min = 1]
    #[max = 720]
    minutes: i64,
    #[description = "For which day; without it, today"]
    #[autocomplete = "days"]
    #[max_length = 20]
    date: Option<String>,
) -> Result<()> {
    reply(ctx, super::log(bot(ctx), &who(ctx), minutes, date.as_deref())).await
}

/// Start your study timer
#[poise::command(slash_command)]
async fn start(ctx: Context<'_>) -> Result<()> {
    reply(ctx, super::wanted(bot(ctx), &who(ctx), Pending::Start)).await
}

/// Stop your study timer and count its minutes
#[poise::command(slash_command)]
async fn stop(ctx: Context<'_>) -> Result<()> {
    let (bot, who) = (bot(ctx), who(ctx));
    reply(ctx, super::plain(bot, &who, study::stop(&bot.app.store, &who, bot.app.clock.now()))).await
}

/// Where you stand: today's minutes, streak, freezes
#[poise::command(slash_command)]
async fn status(ctx: Context<'_>) -> Result<()> {
    reply(ctx, super::wanted(bot(ctx), &who(ctx), Pending::Status)).await
}

/// The last 14 days, and why each is what it is
#[poise::command(slash_command)]
async fn why(ctx: Context<'_>) -> Result<()> {
    reply(ctx, super::why(bot(ctx), &who(ctx))).await
}

/// Take back your latest log
#[poise::command(slash_command)]
async fn undo(ctx: Context<'_>) -> Result<()> {
    let (bot, who) = (bot(ctx), who(ctx));
    reply(ctx, super::plain(bot, &who, study::undo(&bot.app.store, &who, None, bot.app.clock.now()))).await
}

/// Change the minutes that make a day, from tomorrow on
#[poise::command(slash_command)]
async fn commitment(
    ctx: Context<'_>,
    #[description = "Minutes a day"]
    #[min = 15]
    #[max = 960]
    minutes: i64,
) -> Result<()> {
    reply(ctx, super::commitment(bot(ctx), &who(ctx), minutes)).await
}

/// Your time zone, and when your days start
#[poise::command(slash_command)]
async fn zone(
    ctx: Context<'_>,
    #[description = "A large city near you, or a time zone"]
    #[autocomplete = "zones"]
    #[max_length = 60]
    zone: Option<String>,
    #[description = "The hour at which your days start"]
    #[min = 0]
    #[max = 6]
    day_start: Option<i64>,
) -> Result<()> {
    reply(ctx, super::zone(bot(ctx), &who(ctx), zone.as_deref(), day_start)).await
}

/// Pause from tomorrow on, or come back
#[poise::command(slash_command)]
async fn pause(
    ctx: Context<'_>,
    #[description = "How many days, from tomorrow on"]
    #[min = 1]
    #[max = 21]
    days: Option<i64>,
    #[description = "Come back: nothing is paused from today on"] resume: Option<bool>,
) -> Result<()> {
    reply(ctx, super::pause(bot(ctx), &who(ctx), days, resume.unwrap_or(false))).await
}

/// A weekday, chosen by its name: unlike poise's numbers, that means the same in every version.
#[derive(Debug, Clone, Copy)]
struct Day(Weekday);

const DAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

#[serenity::async_trait]
impl poise::SlashArgument for Day {
    async fn extract(
        _: &serenity::Context,
        _: &serenity::CommandInteraction,
        value: &ResolvedValue<'_>,
    ) -> Result<Self, SlashArgError> {
        named(&DAYS, value).map(Self).map_err(SlashArgError::new_command_structure_mismatch)
    }

    fn create(builder: serenity::CreateCommandOption) -> serenity::CreateCommandOption {
        offered(&DAYS, builder)
    }
}

/// Choose up to two weekdays of rest, from a week ahead
#[poise::command(slash_command)]
async fn rest(
    ctx: Context<'_>,
    #[description = "A day of rest; without any, you rest on none"] day: Option<Day>,
    #[description = "Another one"] and: Option<Day>,
) -> Result<()> {
    let weekdays: Vec<Weekday> = day.into_iter().chain(and).map(|day| day.0).collect();
    reply(ctx, super::rest(bot(ctx), &who(ctx), &weekdays)).await
}

/// You are sick today; it can't break your streak
#[poise::command(slash_command)]
async fn sick(ctx: Context<'_>) -> Result<()> {
    let (bot, who) = (bot(ctx), who(ctx));
    reply(ctx, super::plain(bot, &who, study::sick(&bot.app.store, &who, bot.app.clock.now()))).await
}

/// What to do about buddies, chosen by its name.
#[derive(Debug, Clone, Copy)]
struct BuddyAct(buddy::Act);

const BUDDY_ACTS: [(&str, buddy::Act); 5] = [
    ("Where I stand", buddy::Act::Status),
    ("Find me a buddy", buddy::Act::Join),
    ("Say hello", buddy::Act::Hello),
    ("Leave", buddy::Act::Leave),
    ("Block", buddy::Act::Block),
];

#[serenity::async_trait]
impl poise::SlashArgument for BuddyAct {
    async fn extract(
        _: &serenity::Context,
        _: &serenity::CommandInteraction,
        value: &ResolvedValue<'_>,
    ) -> Result<Self, SlashArgError> {
        named(&BUDDY_ACTS, value).map(Self).map_err(SlashArgError::new_command_structure_mismatch)
    }

    fn create(builder: serenity::CreateCommandOption) -> serenity::CreateCommandOption {
        offered(&BUDDY_ACTS, builder)
    }
}

/// What to do about the ranking, chosen by its name.
#[derive(Debug, Clone, Copy)]
struct RankAct(rank::Act);

const RANK_ACTS: [(&str, rank::Act); 3] =
    [("Show it", rank::Act::Show), ("Join it", rank::Act::Join), ("Leave it", rank::Act::Leave)];

#[serenity::async_trait]
impl poise::SlashArgument for RankAct {
    async fn extract(
        _: &serenity::Context,
        _: &serenity::CommandInteraction,
        value: &ResolvedValue<'_>,
    ) -> Result<Self, SlashArgError> {
        named(&RANK_ACTS, value).map(Self).map_err(SlashArgError::new_command_structure_mismatch)
    }

    fn create(builder: serenity::CreateCommandOption) -> serenity::CreateCommandOption {
        offered(&RANK_ACTS, builder)
    }
}

/// What a choice stands for; else what was expected.
fn named<T: Copy>(choices: &[(&str, T)], value: &ResolvedValue<'_>) -> Result<T, &'static str> {
    let ResolvedValue::String(typed) = value else { return Err("text") };
    choices.iter().find(|(name, _)| name == typed).map(|(_, act)| *act).ok_or("one of the choices")
}

fn offered<T>(choices: &[(&str, T)], builder: serenity::CreateCommandOption) -> serenity::CreateCommandOption {
    let builder = builder.kind(serenity::CommandOptionType::String);
    choices.iter().fold(builder, |builder, (name, _)| builder.add_string_choice(*name, *name))
}

/// A study buddy: find one, say hello, leave, block
#[poise::command(slash_command, rename = "buddy")]
async fn buddy_(
    ctx: Context<'_>,
    #[description = "What to do; without it, where you stand"] action: Option<BuddyAct>,
) -> Result<()> {
    let act = action.map_or(buddy::Act::Status, |action| action.0);
    reply(ctx, buddy::asked(bot(ctx), &Who::commands(ctx.interaction), &who(ctx), act)).await
}

/// The week's ranking, in bands: see it, join it, leave it
#[poise::command(slash_command, rename = "rank")]
async fn rank_(
    ctx: Context<'_>,
    #[description = "What to do; without it, see the ranking"] action: Option<RankAct>,
) -> Result<()> {
    let act = action.map_or(rank::Act::Show, |action| action.0);
    reply(ctx, rank::asked(bot(ctx), &Who::commands(ctx.interaction), &who(ctx), act)).await
}

/// Where reminders go, chosen by name.
#[derive(Debug, Clone, Copy)]
struct Where(Place);

const PLACES: [(&str, Place); 3] = [
    ("Direct message", Place::Direct),
    ("Direct message, or else the study channel", Place::DirectElseChannel),
    ("The study channel", Place::Channel),
];

#[serenity::async_trait]
impl poise::SlashArgument for Where {
    async fn extract(
        _: &serenity::Context,
        _: &serenity::CommandInteraction,
        value: &ResolvedValue<'_>,
    ) -> Result<Self, SlashArgError> {
        named(&PLACES, value).map(Self).map_err(SlashArgError::new_command_structure_mismatch)
    }

    fn create(builder: serenity::CreateCommandOption) -> serenity::CreateCommandOption {
        offered(&PLACES, builder)
    }
}

/// Be reminded at your own times; without anything, see what is set
#[poise::command(slash_command)]
async fn reminder(
    ctx: Context<'_>,
    #[description = "Like: weekdays 19:00, sat 10:00; or: off"]
    #[max_length = 200]
    times: Option<String>,
    #[description = "Where reminders go"]
    #[rename = "where"]
    place: Option<Where>,
    #[description = "Hours in which nothing comes, like 22:00-08:00; or: none"]
    #[max_length = 40]
    quiet: Option<String>,
) -> Result<()> {
    let place = place.map(|place| place.0);
    let choice = Choice { times: times.as_deref(), place, quiet: quiet.as_deref() };
    reply(ctx, super::reminder::set(bot(ctx), &who(ctx), &choice)).await
}

/// Your last seven days; and whether they come to you every Monday
#[poise::command(slash_command)]
async fn recap(
    ctx: Context<'_>,
    #[description = "Whether your recap comes every Monday at 09:00"] weekly: Option<bool>,
) -> Result<()> {
    reply(ctx, super::reminder::recap(bot(ctx), &who(ctx), weekly)).await
}

/// The days that can still be filled in.
async fn days(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let bot = bot(ctx);
    let open = study::open_days(&bot.app.store, &who(ctx), bot.app.clock.now()).await.unwrap_or_else(|cause| {
        error!("autocomplete failed: {cause}");
        Vec::new()
    });
    let offered = open.into_iter().map(|(date, minutes)| {
        let label = format!("{} ({} so far)", speech::day(date), speech::minutes(minutes));
        (label, date.to_string())
    });
    let typed = typed.to_lowercase();
    let fits = |(label, date): &(String, String)| date.starts_with(&typed) || label.to_lowercase().contains(&typed);
    let choices = offered.filter(fits).take(MAX_CHOICES).map(|(label, date)| AutocompleteChoice::new(label, date));
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}

/// Zones as people write them.
async fn zones(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let now = bot(ctx).app.clock.now();
    let names = places::suggest(typed, now, MAX_CHOICES).into_iter();
    let choices = names.map(|name| AutocompleteChoice::new(name, name)).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}
