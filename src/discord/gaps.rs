//! `/mod gaps`: what the wiki asks of its editors: questions that found nothing, pages that are due for a new look.

use poise::serenity_prelude as serenity;
use serenity::{
    ComponentInteractionDataKind as Chosen, CreateActionRow, CreateInputText, CreateModal, InputTextStyle,
    ModalInteraction,
};

use super::context::{MAX_CHOICES, bot, reply};
use super::input::{self, field};
use super::lookup::short;
use super::member::Who;
use super::mod_guide::outcome;
use super::reply::{Answer, older_of};
use super::{Bot, Context, rights};
use crate::community::{HomeModerator, Role};
use crate::outbox::press::{DraftPress, GapPress};
use crate::outbox::{Button, Choice, Controls, Press, Reply, Select};
use crate::text::escape;
use crate::wiki::gaps::Gap;
use crate::wiki::snippet::full_name;
use crate::wiki::{Approval, Edited, gaps, review};
use crate::{Error, Result, links};

/// The longest title, and the longest name of a place, that a form takes.
const MAX_TITLE: u16 = 100;
/// How many pages that are due are listed.
const SHOWN: usize = 10;
/// How many ways of asking are shown of one gap.
const WAYS: usize = 8;

/// Questions that found nothing: point people to a section, start a page, or say that they are not ours
#[poise::command(slash_command, rename = "gaps")]
pub async fn gaps_(ctx: Context<'_>) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, async { Ok(Answer::Say(top(bot(ctx), &keeper(bot(ctx), &who).await?).await?)) }).await
}

async fn keeper(bot: &Bot, who: &Who) -> Result<HomeModerator> {
    rights::at_home(bot, who, Role::Editor, "see what people asked in vain").await
}

async fn top(bot: &Bot, by: &HomeModerator) -> Result<Reply> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let found = gaps::top(store, by, now).await?;
    let due = due(&review::due(store, now).await?) + &dead(&links::troubles(store, by).await?);
    if found.is_empty() {
        return Ok(Reply::text(format!("Every search of the last 30 days found something.{due}")));
    }
    let lines: Vec<String> = found.iter().map(|gap| format!("- {}", escape::discord(&gap.to_string()))).collect();
    let title = Some(("Questions that found nothing".to_owned(), String::new()));
    let footer = "Of the last 30 days. Names, links and long numbers are left out.".to_owned();
    let text = format!("{}{due}", lines.join("\n"));
    let option = |gap: &Gap| Choice::new(gap.key.clone(), short(&gap.question));
    let options = found.iter().take(MAX_CHOICES).map(option).collect();
    let select = Select::one_of(GapPress::Look, "Do something about a question", options);
    Ok(Reply { title, text, footer: Some(footer), rows: vec![select.into()], ..Reply::default() })
}

/// A button or select of this file was used.
///
/// # Errors
/// Refused to everybody but moderators of home, and if the question is no longer among the gaps.
pub async fn pressed(bot: &Bot, who: &Who, wanted: &GapPress, chosen: &Chosen) -> Result<Answer> {
    let by = keeper(bot, who).await?;
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    Ok(match wanted {
        GapPress::List => Answer::Update(top(bot, &by).await?),
        GapPress::Look => {
            let key = input::value(chosen).ok_or_else(older)?;
            Answer::Update(shown(&gaps::one(store, &by, key, now).await?))
        }
        GapPress::Point { key, place } => {
            Answer::Update(pointed(bot, &by, key, place.as_deref().unwrap_or_default()).await?)
        }
        GapPress::Other(key) => Answer::Form(form(
            GapPress::Point { key: key.clone(), place: None },
            "Point people to a section",
            ("place", "Page and section, as in hardware#gpus", ""),
        )),
        GapPress::StartPage(key) => {
            let gap = gaps::one(store, &by, key, now).await?;
            let title: String = gap.question.chars().take(MAX_TITLE.into()).collect();
            Answer::Form(form(wanted.clone(), "Start a page", ("title", "Title of the new page", &title)))
        }
        GapPress::Refuse(key) => {
            let gap = gaps::refuse(store, &by, key, now).await?;
            let text = format!(
                "“{}” and what is like it is not ours to answer; it is listed no more.",
                escape::discord(&gap.question)
            );
            let undo = Button::press("Undo", GapPress::Accept(key.clone()));
            Answer::Update(Reply::text(text).with_buttons(vec![undo, back()]))
        }
        GapPress::Accept(key) => {
            gaps::accept(store, &by, key, now).await?;
            Answer::Update(top(bot, &by).await?)
        }
    })
}

fn older() -> Error {
    older_of("/mod gaps")
}

/// A form of this file was sent.
///
/// # Errors
/// Refused to everybody but moderators of home, and where the act is refused.
pub async fn submitted(bot: &Bot, who: &Who, wanted: &GapPress, form: &ModalInteraction) -> Result<Answer> {
    let by = keeper(bot, who).await?;
    match wanted {
        GapPress::Point { key, place: None } => {
            Ok(Answer::Update(pointed(bot, &by, key, field(form, "place").trim()).await?))
        }
        GapPress::StartPage(key) => {
            let title = field(form, "title");
            let edited = gaps::start_page(&bot.app.store, &by, key, title, bot.app.clock.now()).await?;
            let mut reply = outcome(bot, &edited).await?;
            if let Edited::Draft { draft, .. } = edited {
                let look = Button::press("Look at the draft", DraftPress::Look(Some(draft)));
                reply = reply.with_buttons(vec![look, back()]);
            }
            Ok(Answer::Update(reply))
        }
        _ => Err(older()),
    }
}

async fn pointed(bot: &Bot, by: &HomeModerator, key: &str, place: &str) -> Result<Reply> {
    let (page, anchor) = place.split_once('#').unwrap_or((place, ""));
    let approval = Approval::setting(bot.app.config.second_approver);
    let edited = gaps::point(&bot.app.store, by, key, (page, anchor), approval, bot.app.clock.now()).await?;
    let mut reply = outcome(bot, &edited).await?;
    reply.text = format!("People who ask like that are led to {} from now on. {}", escape::discord(place), reply.text);
    reply.rows.push(Controls::Buttons(vec![back()]));
    Ok(reply)
}

fn back() -> Button {
    Button::press("All gaps", GapPress::List)
}

/// One gap, with what can be done about it.
fn shown(gap: &Gap) -> Reply {
    let ways: String = gap.questions().take(WAYS).map(|way| format!("\n- {}", escape::discord(way))).collect();
    let more = gap.also.len().saturating_sub(WAYS - 1);
    let more = if more == 0 { String::new() } else { format!("\n- … and {more} more") };
    let times = if gap.times == 1 { "once".to_owned() } else { format!("{} times", gap.times) };
    let disliked = match gap.disliked {
        0 => String::new(),
        n => format!(" In {n} of these cases something was shown that was not the answer."),
    };
    let near = gap.near.as_ref().map_or_else(String::new, |near| {
        let what = if near.opened > 0 { "Opened afterwards" } else { "Nearest section" };
        format!("\n\n{what}: {}", escape::discord(&full_name(&near.title, &near.heading)))
    });
    let text = format!("Asked {times} in 30 days; no names are kept.{disliked}{ways}{more}{near}");
    let mut reply = Reply { title: Some((escape::discord(&gap.question), String::new())), text, ..Reply::default() };
    if let Some(near) = &gap.near {
        let place = Some(format!("{}#{}", near.page, near.anchor));
        reply.offer(GapPress::Point { key: gap.key.clone(), place }, "Point them to that section");
    }
    reply.offer(GapPress::Other(gap.key.clone()), "Another section…");
    reply.offer(GapPress::StartPage(gap.key.clone()), "Start a page…");
    reply.offer(GapPress::Refuse(gap.key.clone()), "Not ours");
    reply.offer(GapPress::List, "All gaps");
    reply
}

fn form(id: GapPress, title: &str, (name, label, value): (&str, &str, &str)) -> CreateModal {
    let input = CreateInputText::new(InputTextStyle::Short, label, name).max_length(MAX_TITLE);
    let input = if value.is_empty() { input } else { input.value(value) };
    CreateModal::new(Press::from(id), title).components(vec![CreateActionRow::InputText(input)])
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

/// Links that are dead or have moved, as a list below another text.
fn dead(troubles: &[links::Trouble]) -> String {
    if troubles.is_empty() {
        return String::new();
    }
    let lines = troubles.iter().take(SHOWN).map(|trouble| format!("\n- {}", escape::discord(&trouble.to_string())));
    let more = troubles.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!("\n- … and {more} more: cairn guides links") };
    format!("\n\n**Links that are dead or have moved**{}{more}", lines.collect::<String>())
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
