//! `/mod gaps`: questions that found nothing in the wiki.

use super::commands::{bot, reply};
use super::escape::escape;
use super::member::Who;
use super::reply::{Answer, Reply};
use super::{Bot, Context, rights};
use crate::Result;
use crate::community::Role;
use crate::wiki::gaps;

/// Show which questions found nothing in the wiki
#[poise::command(slash_command, rename = "gaps")]
pub async fn gaps_(ctx: Context<'_>) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, top(bot(ctx), &who)).await
}

async fn top(bot: &Bot, who: &Who) -> Result<Answer> {
    let by = rights::at_home(bot, who, Role::Editor, "see what people asked in vain").await?;
    let found = gaps::top(&bot.app.store, &by, bot.app.clock.now()).await?;
    if found.is_empty() {
        return Ok(Answer::Say(Reply::text("Every search of the last 30 days found something.")));
    }
    let lines: Vec<String> = found.iter().map(|gap| format!("- {}", escape(&gap.to_string()))).collect();
    let title = Some(("Questions that found nothing".to_owned(), String::new()));
    let footer = "Of the last 30 days. Names, links and long numbers are left out.".to_owned();
    Ok(Answer::Say(Reply { title, text: lines.join("\n"), footer: Some(footer), ..Reply::default() }))
}
