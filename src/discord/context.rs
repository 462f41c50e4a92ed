//! What every command is given, and how it answers.

use super::reply::{Answer, Asked, Work, respond};
use super::{Bot, Context};
use crate::Result;

/// The most choices that Discord shows.
pub const MAX_CHOICES: usize = 25;

/// Answers a command with what `work` comes to.
pub fn reply<'a>(
    ctx: Context<'a>,
    work: impl Future<Output = Result<Answer>> + Send + 'a,
) -> impl Future<Output = Result<()>> + Send + 'a {
    answer(ctx, Box::pin(work))
}

async fn answer(ctx: Context<'_>, work: Work<'_>) -> Result<()> {
    let asked = ctx.interaction;
    let to = Asked { id: asked.id, application: asked.application_id, token: &asked.token, on_message: false };
    respond(&bot(ctx).rest, to, work).await;
    Ok(())
}

/// What every command is given.
pub fn bot(ctx: Context<'_>) -> &Bot {
    ctx.framework.user_data
}
