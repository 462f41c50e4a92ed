//! The commands `/study heatmap`, `plan` and `calendar`: what people are handed.

use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse};
use tracing::error;

use super::super::Context;
use super::super::context::{MAX_CHOICES, bot, reply};
use super::super::options::Chosen;
use super::who;
use crate::triage::Track;
use crate::{Result, plan};

/// A picture of your last 53 weeks
#[poise::command(slash_command)]
pub async fn heatmap(
    ctx: Context<'_>,
    #[description = "Somebody who lets this server look; without it, you"] user: Option<serenity::User>,
) -> Result<()> {
    reply(ctx, super::heatmap::heatmap(bot(ctx), &who(ctx), user.map(|user| user.id.get()))).await
}

/// Your study plan: make one, or see it
#[poise::command(slash_command)]
pub async fn plan(
    ctx: Context<'_>,
    #[description = "Which guide to follow"] track: Option<Chosen<Track>>,
    #[description = "Hours a week"]
    #[min = 1]
    #[max = 60]
    hours: Option<i64>,
    #[description = "When you want to be done: a date, or something like “in 3 months”"]
    #[autocomplete = "deadlines"]
    #[max_length = 60]
    deadline: Option<String>,
) -> Result<()> {
    let wanted = (track.map(|track| track.0), hours, deadline.as_deref());
    reply(ctx, super::plan::plan(bot(ctx), &who(ctx), wanted)).await
}

/// Your study times and your plan, for your own calendar
#[poise::command(slash_command)]
pub async fn calendar(ctx: Context<'_>) -> Result<()> {
    reply(ctx, super::calendar::calendar(bot(ctx), &who(ctx))).await
}

/// Deadlines as people write them.
async fn deadlines(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let bot = bot(ctx);
    let offered = plan::deadlines(&bot.app.store, &who(ctx), typed, bot.app.clock.now()).await;
    let offered = offered.unwrap_or_else(|cause| {
        error!("autocomplete failed: {cause}");
        Vec::new()
    });
    let choices = offered.into_iter().take(MAX_CHOICES);
    let choices = choices.map(|(name, date)| AutocompleteChoice::new(name, date.to_string())).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}
