//! The commands: each parses, calls one function and wraps what it returns.

use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse, ResolvedValue};
use tracing::error;

use super::context::{MAX_CHOICES, bot, reply};
use super::lookup::short;
use super::member::Who;
use super::options::Chosen;
use super::reply::Answer;
use super::start::Author;
use super::{
    Bot, Context, console, drafts, gaps, judging, lookup, mod_guide, panel, papers, pomodoro, privacy, revisits,
    settings, sql, start, study, text,
};
use crate::community::Role;
use crate::outbox::press::{MAX_ID, StartPress, StudyPress};
use crate::outbox::{Button, Reply, Style};
use crate::triage::Track;
use crate::wiki::reach::leads;
use crate::wiki::suggest::{self, Suggestion};
use crate::{Error, Result, wiki};

/// Every command; some only where Cairn is on Reddit, too.
pub fn all(on_reddit: bool) -> Vec<poise::Command<Bot, Error>> {
    let papers = papers::commands::papers();
    let mut privacy = privacy_();
    // Without Reddit there is no other account whose code could be typed anywhere.
    privacy.subcommands.retain(|command| on_reddit || command.name != "link");
    vec![
        start_(),
        guide(),
        wiki_(),
        papers,
        revisits::remind_(),
        pomodoro::pomodoro_(),
        help(),
        privacy,
        study::commands::all(),
        moderate(),
        point(),
    ]
}

/// Find out which guide to machine learning is yours
#[poise::command(slash_command, rename = "start")]
async fn start_(
    ctx: Context<'_>,
    #[description = "Who you are and what you are after, in your own words"]
    #[max_length = 4000]
    text: Option<String>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, async {
        match text.as_deref() {
            Some(text) => {
                let by = Author { user: who.user, message: None };
                start::read(bot(ctx), &who, by, text, &ctx.interaction.locale).await
            }
            None => Ok(Answer::Say(start::goals())),
        }
    })
    .await
}

/// Show a guide, or one section of it
#[poise::command(slash_command)]
async fn guide(
    ctx: Context<'_>,
    #[description = "Which guide"] track: Chosen<Track>,
    #[description = "Which section; without it, the beginning"]
    #[autocomplete = "guide_sections"]
    #[max_length = 200]
    section: Option<String>,
) -> Result<()> {
    reply(ctx, lookup::guide(bot(ctx), track.0, section.as_deref())).await
}

/// Ask the wiki
#[poise::command(slash_command, rename = "wiki")]
async fn wiki_(
    ctx: Context<'_>,
    #[description = "What you want to know, in your own words"]
    #[autocomplete = "entries"]
    #[max_length = 1000]
    query: String,
) -> Result<()> {
    reply(ctx, async {
        bot(ctx).shared.person_limit.check(ctx.interaction.user.id.get())?;
        lookup::wiki(bot(ctx), ctx.interaction.user.id.get(), &query).await
    })
    .await
}

/// What Cairn can do
#[poise::command(slash_command)]
async fn help(ctx: Context<'_>) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, async {
        let role = who.role(&sql::settings(&bot(ctx).app.store, who.guild).await?);
        let more = if role >= Role::Editor { MODERATORS_HELP } else { "" };
        let base = bot(ctx).app.config.public_url();
        let page = if leads(&base) {
            format!("\nAll guides and the papers are on the web, too: <{base}>")
        } else {
            String::new()
        };
        let find = Button::press("Find my guide", StartPress::Begin).styled(Style::Main);
        let buttons = vec![find, Button::press("Study", StudyPress::Status)];
        let text = bot(ctx).shared.mentions.put_into(&format!("{HELP}{page}{more}"));
        Ok(Answer::Say(Reply::text(text).with_buttons(buttons)))
    })
    .await
}

const HELP: &str = "**Cairn points newcomers to the right guide, and answers from the wiki.**\n\
    - `/start` asks two or three questions and shows you your guide; `/start text:` reads what you write.\n\
    - `/guide` shows a guide, or one section of it.\n\
    - `/wiki` answers a question from the wiki.\n\
    - `/papers` shows, searches and reads the papers that people voted for, week by week.\n\
    - `/remind` shows you a section or a paper again on a date.\n\
    - `/study` keeps your study streak: `/study log` or `/study start` is all it takes.\n\
    - `/pomodoro` begins rounds of focus and break together in a channel.\n\
    - `/privacy` shows or erases what is held about you.\n\
    - Right-click a message, then **Apps › Point to a guide**, to help someone else.\n\
    Only you see the answers. Where there is a Share button, it shows the answer to everyone.";

/// What moderators are shown below that.
const MODERATORS_HELP: &str = "\n\n**For moderators**\n\
    - `/mod guide` changes the wiki and shows its history; `/mod draft` publishes changes that wait.\n\
    - `/mod gaps` shows which questions found nothing.\n\
    - `/mod triage` shows which guides Cairn chose lately, and you say whether they were right.\n\
    - `/mod console` opens the console, a web page where all of this is at hand.\n\
    - `/mod digest` shows the coming papers, and pins, vetoes or skips them.\n\
    - `/mod panel` pins a message that finds people their guide; `/mod greeting` welcomes posts in beginners' forums.\n\
    - `/mod study` excuses a study day of a member.\n\
    - `/mod settings` sets up this server: roles, channels, study.";

/// The context menu of a message.
#[poise::command(context_menu_command = "Point to a guide")]
async fn point(ctx: Context<'_>, message: serenity::Message) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, async {
        // A webhook passes on what people say elsewhere.
        if message.author.bot && message.webhook_id.is_none() {
            return Err(Error::refused("A bot wrote that message; point at the message of the person who asks."));
        }
        let text = text::whole(bot(ctx), &message).await;
        let place = (message.channel_id.get(), message.id.get());
        let by = Author { user: message.author.id.get(), message: who.guild.map(|_| place) };
        start::read(bot(ctx), &who, by, &text, &ctx.interaction.locale).await
    })
    .await
}

/// What Cairn holds about you
#[poise::command(slash_command, rename = "privacy", subcommands("export", "delete", "link"), subcommand_required)]
async fn privacy_(_: Context<'_>) -> Result<()> {
    Ok(())
}

/// Get everything that is held about you, as JSON
#[poise::command(slash_command)]
async fn export(ctx: Context<'_>) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, privacy::export(bot(ctx), &who)).await
}

/// Erase everything that is held about you
#[poise::command(slash_command)]
async fn delete(ctx: Context<'_>) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, privacy::ask(bot(ctx), &who)).await
}

/// Link your Reddit account: get a code, or type the one you got there
#[poise::command(slash_command)]
async fn link(
    ctx: Context<'_>,
    #[description = "The code you got on Reddit; without it, you get one to type there"]
    #[max_length = 20]
    code: Option<String>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, privacy::link(bot(ctx), &who, code.as_deref())).await
}

/// For moderators
#[poise::command(
    slash_command,
    rename = "mod",
    subcommands("edits", "settings_", "papers::mod_commands::digest", "study::moderating::study_", "drafts::draft_", "drafts::drafts_", "gaps::gaps_", "judging::triage_", "panel_", "greeting_", "console::console_"),
    subcommand_required,
    // Discord shows it to those who may manage the server, and to the roles that they open it for.
    default_member_permissions = "MANAGE_GUILD",
    install_context = "Guild",
    interaction_context = "Guild"
)]
async fn moderate(_: Context<'_>) -> Result<()> {
    Ok(())
}

/// Who may do what, and where posts are answered
#[poise::command(slash_command, rename = "settings")]
async fn settings_(ctx: Context<'_>) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, settings::panel(bot(ctx), &who)).await
}

/// Post a pinned message whose buttons find people their guide
#[poise::command(slash_command, rename = "panel")]
async fn panel_(
    ctx: Context<'_>,
    #[description = "Where; without it, here"]
    #[channel_types("Text")]
    channel: Option<serenity::PartialChannel>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    let place = channel.map_or(ctx.interaction.channel_id, |channel| channel.id).get();
    reply(ctx, panel::post(bot(ctx), &who, place, ctx.interaction.id.get())).await
}

/// Greet who opens a post in a beginners' forum that Cairn has no answer to
#[poise::command(slash_command, rename = "greeting")]
async fn greeting_(ctx: Context<'_>, #[description = "Whether to greet"] on: bool) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, panel::greeting::set(bot(ctx), &who, on)).await
}

/// Change the wiki
#[poise::command(
    slash_command,
    rename = "guide",
    subcommands("edit", "history", "diff", "revert"),
    subcommand_required
)]
async fn edits(_: Context<'_>) -> Result<()> {
    Ok(())
}

/// Edit one section of a page
#[poise::command(slash_command)]
async fn edit(
    ctx: Context<'_>,
    #[description = "Which page"]
    #[autocomplete = "pages"]
    #[max_length = 100]
    page: String,
    #[description = "Which section; without it, the beginning"]
    #[autocomplete = "page_sections"]
    #[max_length = 200]
    section: Option<String>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, mod_guide::form(bot(ctx), &who, &page, section.as_deref().unwrap_or_default())).await
}

/// Show the versions of a page
#[poise::command(slash_command)]
async fn history(
    ctx: Context<'_>,
    #[description = "Which page"]
    #[autocomplete = "pages"]
    #[max_length = 100]
    page: String,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, mod_guide::history(bot(ctx), &who, &page)).await
}

/// Show what changed between two versions of a page
#[poise::command(slash_command)]
async fn diff(
    ctx: Context<'_>,
    #[description = "Which page"]
    #[autocomplete = "pages"]
    #[max_length = 100]
    page: String,
    #[description = "The older revision; without it, the one before"]
    #[min = 1]
    from: Option<i64>,
    #[description = "The newer revision; without it, the newest"]
    #[min = 1]
    to: Option<i64>,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, mod_guide::diff(bot(ctx), &who, &page, from, to)).await
}

/// Make a page say again what it said
#[poise::command(slash_command)]
async fn revert(
    ctx: Context<'_>,
    #[description = "Which page"]
    #[autocomplete = "pages"]
    #[max_length = 100]
    page: String,
    #[description = "The revision whose text you want back"]
    #[min = 1]
    to: i64,
) -> Result<()> {
    let who = Who::commands(ctx.interaction);
    reply(ctx, mod_guide::ask_revert(bot(ctx), &who, &page, to)).await
}

/// Suggestions as choices. Those that Discord would not take are left out.
fn offered(found: Result<Vec<Suggestion>>) -> CreateAutocompleteResponse {
    let found = found.unwrap_or_else(|cause| {
        error!("autocomplete failed: {cause}");
        Vec::new()
    });
    let fitting = found.into_iter().filter(|s| s.value.chars().count() <= MAX_ID).take(MAX_CHOICES);
    let choices = fitting.map(|s| AutocompleteChoice::new(short(&s.label), s.value)).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}

async fn entries(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    offered(suggest::suggest(&bot(ctx).app.store, typed, MAX_CHOICES).await)
}

async fn pages(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let found = suggest::suggest(&bot(ctx).app.store, typed, 200).await;
    offered(found.map(|all| all.into_iter().filter(|s| !s.value.contains('#')).collect()))
}

async fn guide_sections(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let chosen = ctx.args.iter().find(|arg| arg.name == "track").map(|arg| &arg.value);
    let track = match chosen {
        Some(ResolvedValue::String(slug)) => slug.parse::<Track>().ok(),
        _ => None,
    };
    let Some(track) = track else { return CreateAutocompleteResponse::new() };
    let store = &bot(ctx).app.store;
    match wiki::guide(store, track).await {
        Ok(stored) => offered(suggest::sections(store, &stored.page.front.slug, typed, MAX_CHOICES).await),
        Err(cause) => offered(Err(cause)),
    }
}

async fn page_sections(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let chosen = ctx.args.iter().find(|arg| arg.name == "page").map(|arg| &arg.value);
    match chosen {
        Some(ResolvedValue::String(page)) => {
            offered(suggest::sections(&bot(ctx).app.store, page, typed, MAX_CHOICES).await)
        }
        _ => CreateAutocompleteResponse::new(),
    }
}
