//! `/mod gaps`: what the wiki asks of its editors: questions that found nothing, pages that are due for a new look.

use super::commands::{bot, reply};
use super::member::Who;
use super::reply::{Answer, Reply};
use super::{Bot, Context, rights};
use crate::Result;
use crate::community::Role;
use crate::text::escape;
use crate::wiki::{gaps, review};

/// How many pages that are due are listed.
const SHOWN: usize = 10;

/// Show which questions found nothing in the wiki, and which pages are due for a new look
#[poise::command(slash_command, rename = "gaps")]
pub async fn gaps_(ctx: Context<'_>) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, top(bot(ctx), &who)).await
}

async fn top(bot: &Bot, who: &Who) -> Result<Answer> {
    let by = rights::at_home(bot, who, Role::Editor, "see what people asked in vain").await?;
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let found = gaps::top(store, &by, now).await?;
    let due = due(&review::due(store, now).await?);
    if found.is_empty() {
        return Ok(Answer::Say(Reply::text(format!("Every search of the last 30 days found something.{due}"))));
    }
    let lines: Vec<String> = found.iter().map(|gap| format!("- {}", escape::discord(&gap.to_string()))).collect();
    let title = Some(("Questions that found nothing".to_owned(), String::new()));
    let footer = "Of the last 30 days. Names, links and long numbers are left out.".to_owned();
    let text = format!("{}{due}", lines.join("\n"));
    Ok(Answer::Say(Reply { title, text, footer: Some(footer), ..Reply::default() }))
}

/// The pages that are due, as a list below another text.
fn due(due: &[review::Due]) -> String {
    if due.is_empty() {
        return String::new();
    }
    let lines = due.iter().take(SHOWN).map(|page| format!("\n- {}", escape::discord(&page.to_string())));
    let more = due.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!("\n- … and {more} more: cairn guides due") };
    let what = "Check their facts, then set a new date with `/mod guide edit`:";
    format!("\n\n**Pages that are due for a new look**\n{what}{}{more}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn pages_that_are_due_stand_below_the_questions() {
        let page = |n: usize| review::Due {
            page: format!("p{n}"),
            title: format!("Page {n}"),
            reviewed: date(2026, 1, 1),
            since: date(2026, 6, 30),
        };
        assert_eq!(due(&[]), "");
        let shown = due(&(0..12).map(page).collect::<Vec<_>>());
        assert!(shown.starts_with("\n\n**Pages that are due for a new look**\n"), "{shown}");
        assert!(shown.contains("\n- Page 0 (p0): due since 2026-06-30, last checked on 2026-01-01\n"), "{shown}");
        assert!(shown.ends_with("- … and 2 more: cairn guides due"), "{shown}");
    }
}
