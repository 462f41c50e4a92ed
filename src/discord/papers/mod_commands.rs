//! The moderators' commands: each parses, calls one function and wraps what it returns.

use poise::serenity_prelude as serenity;

use super::commands::papers_typed;
use crate::Result;
use crate::discord::Context;
use crate::discord::context::{bot, reply};
use crate::discord::member::Who;
use crate::papers::subscriptions::Choice;

fn meant(ctx: Context<'_>, channel: Option<&serenity::PartialChannel>) -> u64 {
    channel.map_or(ctx.interaction.channel_id, |channel| channel.id).get()
}

/// The week's papers before they are posted
#[poise::command(slash_command, subcommands("preview", "pin", "veto", "skip"), subcommand_required)]
pub async fn digest(_: Context<'_>) -> Result<()> {
    Ok(())
}

/// Show the coming digest as it would be posted now
#[poise::command(slash_command)]
async fn preview(
    ctx: Context<'_>,
    #[description = "Of which channel; without it, this one"]
    #[channel_types("Text", "News")]
    channel: Option<serenity::PartialChannel>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, super::preview(bot(ctx), &who, meant(ctx, channel.as_ref()))).await
}

/// Put a paper first in the coming digest
#[poise::command(slash_command)]
async fn pin(
    ctx: Context<'_>,
    #[description = "Which paper: words of its title, its arXiv id or a link"]
    #[autocomplete = "papers_typed"]
    #[max_length = 200]
    paper: String,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, super::choose(bot(ctx), &who, &paper, Choice::Pin)).await
}

/// Keep a paper out of the digests of this server
#[poise::command(slash_command)]
async fn veto(
    ctx: Context<'_>,
    #[description = "Which paper: words of its title, its arXiv id or a link"]
    #[autocomplete = "papers_typed"]
    #[max_length = 200]
    paper: String,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, super::choose(bot(ctx), &who, &paper, Choice::Veto)).await
}

/// Leave the coming digest of a channel out
#[poise::command(slash_command)]
async fn skip(
    ctx: Context<'_>,
    #[description = "Of which channel; without it, this one"]
    #[channel_types("Text", "News")]
    channel: Option<serenity::PartialChannel>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, super::skip(bot(ctx), &who, meant(ctx, channel.as_ref()))).await
}
