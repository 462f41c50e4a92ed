//! `/mod draft`: changes that wait to be published are listed, compared, published and discarded.

use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, ComponentInteractionDataKind as Chosen, CreateAutocompleteResponse};

use super::context::{MAX_CHOICES, bot, reply};
use super::input;
use super::lookup::short;
use super::member::Who;
use super::mod_guide::{compared, named, outcome, two_texts};
use super::reply::{Answer, older_of};
use super::{Bot, Context, rights};
use crate::Result;
use crate::community::{HomeModerator, Role};
use crate::outbox::press::DraftPress;
use crate::outbox::{Button, Choice, Reply, Select, Style};
use crate::text::escape;
use crate::wiki::drafts::{self, Draft};
use crate::wiki::{Approval, Edited};

/// Changes of the wiki that wait for an approver
#[poise::command(
    slash_command,
    rename = "draft",
    subcommands("list", "compare", "publish", "discard"),
    subcommand_required
)]
pub async fn draft_(_: Context<'_>) -> Result<()> {
    Ok(())
}

/// Look at the drafts that wait, and publish or discard them
#[poise::command(slash_command, rename = "drafts")]
pub async fn drafts_(ctx: Context<'_>) -> Result<()> {
    asked(ctx, DraftPress::List).await
}

/// List the drafts that wait
#[poise::command(slash_command)]
async fn list(ctx: Context<'_>) -> Result<()> {
    asked(ctx, DraftPress::List).await
}

/// Show what a draft changes
#[poise::command(slash_command)]
async fn compare(
    ctx: Context<'_>,
    #[description = "Which draft"]
    #[autocomplete = "waiting"]
    draft: i64,
) -> Result<()> {
    asked(ctx, DraftPress::Look(Some(draft))).await
}

/// Make a draft the newest text of its page
#[poise::command(slash_command)]
async fn publish(
    ctx: Context<'_>,
    #[description = "Which draft"]
    #[autocomplete = "waiting"]
    draft: i64,
) -> Result<()> {
    asked(ctx, DraftPress::Publish(draft)).await
}

/// Turn a draft down, or take yours back; its text is kept
#[poise::command(slash_command)]
async fn discard(
    ctx: Context<'_>,
    #[description = "Which draft"]
    #[autocomplete = "waiting"]
    draft: i64,
) -> Result<()> {
    asked(ctx, DraftPress::Discard(draft)).await
}

/// The drafts that fit to what was typed; nothing for people who may not see them.
async fn waiting(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let who = Who::commands(ctx.interaction);
    let found = async { drafts::list(&bot(ctx).app.store, &keeper(bot(ctx), &who).await?).await };
    let found = found.await.unwrap_or_default();
    let typed = typed.to_lowercase();
    let fitting = found.iter().filter(|draft| label(draft).to_lowercase().contains(&typed)).take(MAX_CHOICES);
    let choices = fitting.map(|draft| AutocompleteChoice::new(short(&label(draft)), draft.id)).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}

/// A button or select of this file was used.
///
/// # Errors
/// Refused to everybody but moderators of home, and if the draft waits no more.
pub async fn pressed(bot: &Bot, who: &Who, wanted: DraftPress, chosen: &Chosen) -> Result<Answer> {
    let chosen = || input::value(chosen).and_then(|draft| draft.parse().ok());
    let wanted = if let DraftPress::Look(None) = wanted { DraftPress::Look(chosen()) } else { wanted };
    Ok(Answer::Update(answered(bot, who, wanted).await?))
}

/// The same as a command.
async fn asked(ctx: Context<'_>, wanted: DraftPress) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, async { Ok(Answer::Say(answered(bot(ctx), &who, wanted).await?)) }).await
}

async fn answered(bot: &Bot, who: &Who, wanted: DraftPress) -> Result<Reply> {
    let by = keeper(bot, who).await?;
    match wanted {
        DraftPress::List => all(bot, &by).await,
        DraftPress::Look(draft) => shown(bot, &by, draft.ok_or_else(|| older_of("/mod draft list"))?).await,
        DraftPress::Publish(draft) => published(bot, &by, draft).await,
        DraftPress::Discard(draft) => discarded(bot, &by, draft).await,
    }
}

async fn keeper(bot: &Bot, who: &Who) -> Result<HomeModerator> {
    rights::at_home(bot, who, Role::Editor, "see drafts of the wiki").await
}

/// A draft in a list.
fn label(draft: &Draft) -> String {
    let part = draft.section.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
    let why = if draft.reason.is_empty() { String::new() } else { format!(": {}", draft.reason) };
    format!("Draft {} of {}{part}{why}", draft.id, draft.page)
}

fn line(draft: &Draft) -> String {
    named(&escape::discord(&draft.to_string()))
}

async fn all(bot: &Bot, by: &HomeModerator) -> Result<Reply> {
    let found = drafts::list(&bot.app.store, by).await?;
    if found.is_empty() {
        return Ok(Reply::text("No drafts wait."));
    }
    let lines: Vec<String> = found.iter().take(MAX_CHOICES).map(|draft| format!("- {}", line(draft))).collect();
    let more = found.len().saturating_sub(MAX_CHOICES);
    let more = if more == 0 { String::new() } else { format!("\n… and {more} older ones") };
    let option = |draft: &Draft| Choice::new(draft.id.to_string(), short(&label(draft)));
    let options = found.iter().take(MAX_CHOICES).map(option).collect();
    let select = Select::one_of(DraftPress::Look(None), "Look at a draft", options);
    let title = Some(("Drafts that wait".to_owned(), String::new()));
    Ok(Reply { title, text: format!("{}{more}", lines.join("\n")), rows: vec![select.into()], ..Reply::default() })
}

async fn shown(bot: &Bot, by: &HomeModerator, id: i64) -> Result<Reply> {
    let found = drafts::show(&bot.app.store, by, id).await?;
    let head = line(&found.draft);
    let reply = match &found.stale {
        Some(stale) => two_texts(&format!("{head}\n{}", named(&escape::discord(&stale.of_draft(id)))), stale),
        None => compared(&head, &found.diff, &format!("draft-{id}")),
    };
    let publish = || Button::press("Publish", DraftPress::Publish(id)).styled(Style::Good);
    let discard = Button::press("Discard", DraftPress::Discard(id)).styled(Style::Danger);
    let back = Button::press("All drafts", DraftPress::List);
    let publish = found.stale.is_none().then(publish);
    Ok(reply.with_buttons(publish.into_iter().chain([discard, back]).collect()))
}

async fn published(bot: &Bot, by: &HomeModerator, id: i64) -> Result<Reply> {
    let approval = Approval::setting(bot.app.config.second_approver);
    let edited = drafts::publish(&bot.app.store, by, id, approval, bot.app.clock.now()).await?;
    if let Edited::Stale(stale) = &edited {
        return Ok(two_texts(&named(&escape::discord(&stale.of_draft(id))), stale));
    }
    let mut reply = outcome(bot, &edited).await?;
    reply.text = format!("Draft {id} is published. {}", reply.text);
    Ok(reply)
}

async fn discarded(bot: &Bot, by: &HomeModerator, id: i64) -> Result<Reply> {
    let draft = drafts::discard(&bot.app.store, by, id, bot.app.clock.now()).await?;
    Ok(Reply::text(format!("Draft {id} of {} is discarded.", escape::discord(&draft.page))))
}
