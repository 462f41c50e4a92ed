//! The `/study` commands and what they offer while somebody types.

use jiff::civil::Weekday;
use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse};
use tracing::error;

use super::super::context::{MAX_CHOICES, bot, reply};
use super::super::member::Who;
use super::super::options::{Chosen, Offered};
use super::super::{Bot, Context};
use super::{Pending, RestDay, buddy, rank, subject, who};
use crate::reminders::{Choice, Place};
use crate::time::{format as speech, zone_search};
use crate::{Error, Result, study};

/// `/study` with all that is below it.
pub fn all() -> poise::Command<Bot, Error> {
    study_()
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
        "voice",
        "super::commands_files::heatmap",
        "super::commands_files::plan",
        "super::commands_files::calendar"
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
    #[description = "What you studied, if you want to remember it"]
    #[autocomplete = "subjects"]
    #[max_length = 60]
    what: Option<String>,
) -> Result<()> {
    reply(ctx, super::log(bot(ctx), &who(ctx), minutes, date.as_deref(), what.as_deref())).await
}

/// Start your study timer
#[poise::command(slash_command)]
async fn start(
    ctx: Context<'_>,
    #[description = "What you study, if you want to remember it"]
    #[autocomplete = "subjects"]
    #[max_length = 60]
    what: Option<String>,
) -> Result<()> {
    reply(ctx, async { super::wanted(bot(ctx), &who(ctx), Pending::Start(subject::read(what.as_deref())?)).await })
        .await
}

/// Stop your study timer and count its minutes
#[poise::command(slash_command)]
async fn stop(
    ctx: Context<'_>,
    #[description = "What you studied, if you want to remember it"]
    #[autocomplete = "subjects"]
    #[max_length = 60]
    what: Option<String>,
) -> Result<()> {
    let (bot, who) = (bot(ctx), who(ctx));
    reply(ctx, async {
        let what = subject::read(what.as_deref())?;
        super::plain(bot, &who, study::stop(&bot.app.store, &who, what.as_ref(), bot.app.clock.now())).await
    })
    .await
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

impl Offered for RestDay {
    const ALL: &'static [(&'static str, &'static str, Self)] = &[
        ("Monday", "Monday", Self(Some(Weekday::Monday))),
        ("Tuesday", "Tuesday", Self(Some(Weekday::Tuesday))),
        ("Wednesday", "Wednesday", Self(Some(Weekday::Wednesday))),
        ("Thursday", "Thursday", Self(Some(Weekday::Thursday))),
        ("Friday", "Friday", Self(Some(Weekday::Friday))),
        ("Saturday", "Saturday", Self(Some(Weekday::Saturday))),
        ("Sunday", "Sunday", Self(Some(Weekday::Sunday))),
        ("None: I rest on no day", "none", Self(None)),
    ];
}

/// Your days of rest: see them, or choose up to two, from a week ahead
#[poise::command(slash_command)]
async fn rest(
    ctx: Context<'_>,
    #[description = "A day of rest, or none; without it, see those you have"] day: Option<Chosen<RestDay>>,
    #[description = "Another one"] and: Option<Chosen<RestDay>>,
) -> Result<()> {
    let days: Vec<RestDay> = day.into_iter().chain(and).map(|day| day.0).collect();
    reply(ctx, super::rest(bot(ctx), &who(ctx), &days)).await
}

/// You are sick today; it can't break your streak
#[poise::command(slash_command)]
async fn sick(ctx: Context<'_>) -> Result<()> {
    let (bot, who) = (bot(ctx), who(ctx));
    reply(ctx, super::plain(bot, &who, study::sick(&bot.app.store, &who, bot.app.clock.now()))).await
}

impl Offered for buddy::Act {
    const ALL: &'static [(&'static str, &'static str, Self)] = &[
        ("Where I stand", "Where I stand", Self::Status),
        ("Find me a buddy", "Find me a buddy", Self::Join),
        ("Say hello", "Say hello", Self::Hello),
        ("Leave", "Leave", Self::Leave),
        ("Block", "Block", Self::Block),
    ];
}

impl Offered for rank::Act {
    const ALL: &'static [(&'static str, &'static str, Self)] = &[
        ("Show it", "Show it", Self::Show),
        ("Join it", "Join it", Self::Join),
        ("Leave it", "Leave it", Self::Leave),
    ];
}

/// A study buddy: find one, say hello, leave, block
#[poise::command(slash_command, rename = "buddy")]
async fn buddy_(
    ctx: Context<'_>,
    #[description = "What to do; without it, where you stand"] action: Option<Chosen<buddy::Act>>,
) -> Result<()> {
    let act = action.map_or(buddy::Act::Status, |action| action.0);
    reply(ctx, buddy::asked(bot(ctx), &Who::commands(ctx.interaction), &who(ctx), act)).await
}

/// The week's ranking, in bands: see it, join it, leave it
#[poise::command(slash_command, rename = "rank")]
async fn rank_(
    ctx: Context<'_>,
    #[description = "What to do; without it, see the ranking"] action: Option<Chosen<rank::Act>>,
) -> Result<()> {
    let act = action.map_or(rank::Act::Show, |action| action.0);
    reply(ctx, rank::asked(bot(ctx), &Who::commands(ctx.interaction), &who(ctx), act)).await
}

impl Offered for Place {
    const ALL: &'static [(&'static str, &'static str, Self)] = &[
        ("Direct message", "Direct message", Self::Direct),
        (
            "Direct message, or else the study channel",
            "Direct message, or else the study channel",
            Self::DirectElseChannel,
        ),
        ("The study channel", "The study channel", Self::Channel),
    ];
}

/// Be reminded at your own times; without anything, see what is set
#[poise::command(slash_command)]
async fn reminder(
    ctx: Context<'_>,
    #[description = "Like: weekdays 19:00, sat 10:00; off: no reminders; none: no times, either"]
    #[max_length = 200]
    times: Option<String>,
    #[description = "Where reminders go"]
    #[rename = "where"]
    place: Option<Chosen<Place>>,
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

/// Whether your time in study voice channels counts; without a choice, see how it is
#[poise::command(slash_command)]
async fn voice(
    ctx: Context<'_>,
    #[description = "Whether time in this server's study voice channels counts as timer minutes"] on: Option<bool>,
) -> Result<()> {
    reply(ctx, super::voice(bot(ctx), &who(ctx), on)).await
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

/// What they studied last.
async fn subjects(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let last = study::subjects(&bot(ctx).app.store, &who(ctx), typed, MAX_CHOICES).await.unwrap_or_else(|cause| {
        error!("autocomplete failed: {cause}");
        Vec::new()
    });
    let choices = last.iter().map(|subject| AutocompleteChoice::new(subject.as_str(), subject.as_str())).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}

/// Zones as people write them.
async fn zones(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let now = bot(ctx).app.clock.now();
    let names = zone_search::suggest(typed, now, MAX_CHOICES).into_iter();
    let choices = names.map(|name| AutocompleteChoice::new(name, name)).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}
