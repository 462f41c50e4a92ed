//! The members' commands: each parses, calls one function and wraps what it returns.

use jiff::civil::Weekday;
use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse};

use super::Place;
use crate::discord::Context;
use crate::discord::context::{bot, reply};
use crate::discord::lookup::short;
use crate::discord::member::Who;
use crate::discord::options::{Chosen, Offered};
use crate::papers::archive;
use crate::papers::subscriptions::Change;
use crate::time::zone_search;
use crate::{Error, Result};

/// The most choices that Discord shows, and the most weeks that are looked through for them.
const MAX_CHOICES: u16 = 25;
const WEEKS: u16 = 200;

/// The papers that people voted for, week by week
#[poise::command(slash_command, subcommands("week", "search", "read", "subscribe", "unsubscribe"), subcommand_required)]
pub async fn papers(_: Context<'_>) -> Result<()> {
    Ok(())
}

/// Show the papers of a week
#[poise::command(slash_command)]
async fn week(
    ctx: Context<'_>,
    #[description = "Which week, such as 2026-W47; without it, the last one"]
    #[autocomplete = "weeks"]
    #[max_length = 20]
    week: Option<String>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, super::week(bot(ctx), &who, week.as_deref())).await
}

/// Search all papers of the archive
#[poise::command(slash_command)]
async fn search(
    ctx: Context<'_>,
    #[description = "Words of the title or abstract, an author, or an arXiv id"]
    #[max_length = 200]
    query: String,
) -> Result<()> {
    reply(ctx, super::search(bot(ctx), &query)).await
}

/// Read a paper in three passes, in a thread of this channel if it takes one
#[poise::command(slash_command)]
async fn read(
    ctx: Context<'_>,
    #[description = "Which paper: words of its title, its arXiv id or a link"]
    #[autocomplete = "papers_typed"]
    #[max_length = 200]
    paper: String,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, super::read(bot(ctx), &who, Place::of(ctx.interaction), &paper)).await
}

/// Where a digest goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Channel,
    Me,
}

impl Offered for Where {
    const ALL: &'static [(&'static str, &'static str, Self)] =
        &[("A channel of this server", "channel", Self::Channel), ("My direct messages", "me", Self::Me)];
}

/// Which channel is meant; none for one's own direct messages.
fn meant(
    ctx: Context<'_>,
    place: Option<Chosen<Where>>,
    channel: Option<&serenity::PartialChannel>,
) -> Result<Option<u64>> {
    let in_server = ctx.interaction.guild_id.is_some();
    match (place, in_server) {
        (Some(Chosen(Where::Channel)), false) => Err(Error::refused(
            "Direct messages have no channels; do that in your server, or choose where: My direct messages.",
        )),
        (Some(Chosen(Where::Me)), _) | (None, false) => Ok(None),
        (_, true) => Ok(Some(channel.map_or(ctx.interaction.channel_id, |c| c.id).get())),
    }
}

/// Get the papers every week, in a channel (for moderators) or by direct message
#[poise::command(slash_command)]
#[allow(clippy::too_many_arguments)]
async fn subscribe(
    ctx: Context<'_>,
    #[rename = "where"]
    #[description = "A channel, or your own direct messages; in a server the channel, unless you say otherwise"]
    place: Option<Chosen<Where>>,
    #[description = "Which channel; without it, this one"]
    #[channel_types("Text", "News")]
    channel: Option<serenity::PartialChannel>,
    #[description = "Which day; Monday, unless you say otherwise"] weekday: Option<Chosen<Weekday>>,
    #[description = "Which hour, 0 to 23; 9, unless you say otherwise"]
    #[min = 0]
    #[max = 23]
    hour: Option<i64>,
    #[description = "A large city, or a time zone; UTC, unless you say otherwise"]
    #[autocomplete = "zones"]
    #[max_length = 60]
    zone: Option<String>,
    #[description = "How many papers, 1 to 10"]
    #[min = 1]
    #[max = 10]
    count: Option<i64>,
    #[description = "Only papers with at least so many upvotes"]
    #[min = 0]
    #[max = 10000]
    votes: Option<i64>,
    #[description = "Only papers with one of these words, commas between them; none for all"]
    #[max_length = 500]
    include: Option<String>,
    #[description = "No papers with one of these words, commas between them; none to leave nothing out"]
    #[max_length = 500]
    exclude: Option<String>,
    #[description = "The role to mention; @everyone for none"] role: Option<serenity::Role>,
    #[description = "Whether to open a thread below each digest"] threads: Option<bool>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    let everyone = ctx.interaction.guild_id.map(serenity::GuildId::get);
    let mut change = Change {
        weekday: weekday.map(|day| day.0),
        hour,
        zone: None,
        include,
        exclude,
        min_votes: votes,
        count,
        ping_role: role.map(|role| Some(role.id.get()).filter(|id| Some(*id) != everyone)),
        threads,
    };
    reply(ctx, async {
        change.zone = zone.map(|typed| zone_search::read(&typed, bot(ctx).app.clock.now())).transpose()?;
        let to = meant(ctx, place, channel.as_ref())?;
        super::subscribe(bot(ctx), &who, to, Place::of(ctx.interaction), &change).await
    })
    .await
}

/// Get no more papers
#[poise::command(slash_command)]
async fn unsubscribe(
    ctx: Context<'_>,
    #[rename = "where"]
    #[description = "A channel, or your own direct messages"]
    place: Option<Chosen<Where>>,
    #[description = "Which channel; without it, this one"]
    #[channel_types("Text", "News")]
    channel: Option<serenity::PartialChannel>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, async {
        let from = meant(ctx, place, channel.as_ref())?;
        super::unsubscribe(bot(ctx), &who, from).await
    })
    .await
}

fn offered(choices: Vec<AutocompleteChoice>) -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new().set_choices(choices)
}

async fn weeks(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let listed = archive::weeks(&bot(ctx).app.store, WEEKS).await.unwrap_or_default();
    let typed = typed.trim().to_uppercase();
    let names = listed.into_iter().map(|l| (l.week.to_string(), l.first.unwrap_or_default()));
    let fitting = names.filter(|(week, first)| week.contains(&typed) || first.to_uppercase().contains(&typed));
    let choice = |(week, first): (String, String)| AutocompleteChoice::new(short(&format!("{week}: {first}")), week);
    offered(fitting.take(MAX_CHOICES.into()).map(choice).collect())
}

/// Papers for what was typed so far.
pub async fn papers_typed(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let found = archive::suggest(&bot(ctx).app.store, typed, MAX_CHOICES).await.unwrap_or_default();
    offered(found.into_iter().map(|(id, title)| AutocompleteChoice::new(short(&title), id)).collect())
}

async fn zones(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let found = zone_search::suggest(typed, bot(ctx).app.clock.now(), MAX_CHOICES.into());
    offered(found.into_iter().map(|zone| AutocompleteChoice::new(zone, zone)).collect())
}
