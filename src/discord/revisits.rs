//! `/remind` and the buttons “Remind me”: something to be seen again on a date.

use poise::serenity_prelude as serenity;
use serenity::{
    AutocompleteChoice, ComponentInteractionDataKind as Chosen, CreateActionRow, CreateAutocompleteResponse,
    CreateInputText, CreateModal, InputTextStyle, ModalInteraction,
};
use tracing::error;

use super::context::{MAX_CHOICES, bot, reply};
use super::lookup::short;
use super::member::Who;
use super::reply::{Answer, older_of};
use super::{Bot, Context, input, study};
use crate::outbox::press::{MAX_ID, RevisitPress, Thing};
use crate::outbox::{Button, Choice, Controls, Press, Reply, Select};
use crate::papers::{Week, archive};
use crate::revisits::{self, Comes, Revisit};
use crate::student::Caller;
use crate::text::{cut, escape};
use crate::wiki::suggest;
use crate::{Error, Result};

/// The most of each kind that are offered while somebody types.
const SECTIONS: usize = 15;

/// See a section or a paper again on a date; without anything, what you wait for
#[poise::command(slash_command, rename = "remind")]
pub async fn remind_(
    ctx: Context<'_>,
    #[description = "A page or section of the wiki, or a paper"]
    #[autocomplete = "things"]
    #[max_length = 200]
    what: Option<String>,
    #[description = "When, like “in 2 weeks” or 2027-03-01; without it, you choose"]
    #[autocomplete = "dates"]
    #[max_length = 60]
    when: Option<String>,
) -> Result<()> {
    let caller = study::who(ctx);
    reply(ctx, asked(bot(ctx), &caller, what.as_deref(), when.as_deref())).await
}

async fn asked(bot: &Bot, caller: &Caller, what: Option<&str>, when: Option<&str>) -> Result<Answer> {
    let base = bot.app.config.public_url();
    match (what, when) {
        (None, None) => Ok(Answer::Say(waiting(bot, caller).await?)),
        (None, Some(_)) => {
            Err(Error::refused("Name what you want to see again, too: a section of the wiki or a paper."))
        }
        (Some(what), None) => Ok(Answer::Say(ask(&revisits::meant(&bot.app.store, &base, what).await?))),
        (Some(what), Some(when)) => {
            let thing = revisits::meant(&bot.app.store, &base, what).await?;
            Ok(Answer::Say(set(bot, caller, &thing, when).await?))
        }
    }
}

/// Asks when.
fn ask(thing: &Thing) -> Reply {
    let options = revisits::USUAL.iter().map(|(name, means)| Choice::new(*means, *name)).collect();
    let select = Select::one_of(RevisitPress::When(thing.clone()), "When?", options);
    let other = Button::press("Another date…", RevisitPress::Typed(thing.clone()));
    Reply::text(
        "**When do you want to see it again?** It comes once, by direct message, at your study time or at 09:00.",
    )
    .with(vec![select.into(), Controls::Buttons(vec![other])])
}

async fn set(bot: &Bot, caller: &Caller, thing: &Thing, when: &str) -> Result<Reply> {
    let (base, now) = (bot.app.config.public_url(), bot.app.clock.now());
    let revisit = revisits::remind(&bot.app.store, &base, caller, thing, when, now).await?;
    let text = format!("You will see it again: {}", line(&revisit, &base));
    Ok(Reply::text(text).with_buttons(vec![Button::press("Take it back", RevisitPress::Cancel(revisit.id))]))
}

/// Something with its date, as each reader's own clock shows it.
fn line(revisit: &Revisit, base: &str) -> String {
    let (title, link) =
        (escape::markdown(&cut::characters(&revisit.title, NAME)), revisits::address(&revisit.thing, base));
    let comes = match revisit.comes {
        Comes::At(at) => format!("<t:{}:F>", at.as_second()),
        Comes::Now => "on its way".to_owned(),
        Comes::Never => "did not reach you; allow direct messages from this server's members, and ask again".to_owned(),
    };
    format!("[{title}]({link}), {comes}")
}

/// What somebody waits for, with a way to take it away.
async fn waiting(bot: &Bot, caller: &Caller) -> Result<Reply> {
    Ok(add_to(Reply::default(), bot, caller).await?.unwrap_or_else(|| {
        Reply::text(
            "No reminders are set. `/remind what: when:` shows you a section or a paper again on a date; so does the \
             button “Remind me” below one.",
        )
    }))
}

/// The same below another answer; nothing if they wait for nothing.
pub async fn add_to(mut to: Reply, bot: &Bot, caller: &Caller) -> Result<Option<Reply>> {
    let all = revisits::list(&bot.app.store, caller).await?;
    if all.is_empty() {
        return Ok(None);
    }
    let base = bot.app.config.public_url();
    let lines: String = all.iter().take(SHOWN).map(|revisit| format!("\n- {}", line(revisit, &base))).collect();
    let more = all.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("\n- and {more} more") } else { String::new() };
    let gap = if to.text.is_empty() { "" } else { "\n" };
    to.text = format!("{}{gap}**You want to see again:**{lines}{more}", to.text);
    let option = |revisit: &Revisit| Choice::new(revisit.id.to_string(), short(&revisit.title));
    let options = all.iter().take(MAX_CHOICES).map(option).collect();
    to.rows.push(Select::one_of(RevisitPress::Drop, "Take one away", options).into());
    Ok(Some(to))
}

/// The most that are listed, and the most characters of a title: what an answer holds.
const SHOWN: usize = 8;
const NAME: usize = 80;

/// A press below something that can be seen again, or below the list. Everybody presses for themselves.
///
/// # Errors
/// Refused for what is not there, and as [`revisits::remind`] and [`revisits::cancel`] refuse it.
pub async fn pressed(bot: &Bot, caller: &Caller, wanted: RevisitPress, chosen: &Chosen) -> Result<Answer> {
    match wanted {
        RevisitPress::Ask(thing) => Ok(Answer::Say(ask(&thing))),
        RevisitPress::Week(week) => Ok(Answer::Say(of_week(bot, &week).await?)),
        RevisitPress::Paper => {
            let paper = input::value(chosen).ok_or_else(older)?;
            Ok(Answer::Update(ask(&Thing::Paper(paper.to_owned()))))
        }
        RevisitPress::When(thing) => {
            let when = input::value(chosen).ok_or_else(older)?;
            Ok(Answer::Update(set(bot, caller, &thing, when).await?))
        }
        RevisitPress::Typed(thing) => Ok(form(thing)),
        RevisitPress::Drop => {
            let id = input::value(chosen).and_then(|id| id.parse().ok()).ok_or_else(older)?;
            cancelled(bot, caller, id).await
        }
        RevisitPress::Cancel(id) => cancelled(bot, caller, id).await,
    }
}

async fn cancelled(bot: &Bot, caller: &Caller, id: i64) -> Result<Answer> {
    let title = revisits::cancel(&bot.app.store, caller, id).await?;
    let said = format!("Taken away: {}. It will not come.", escape::markdown(&title));
    Ok(Answer::Update(Reply::text(said)))
}

/// Asks which paper of a week.
async fn of_week(bot: &Bot, week: &str) -> Result<Reply> {
    let week = week.parse::<Week>().map_err(|_| older())?;
    let stored = archive::stored(&bot.app.store, week).await?.ok_or_else(older)?;
    let option = |entry: &crate::papers::Entry| Choice::new(entry.id.to_string(), short(&entry.title));
    let options: Vec<Choice> = stored.digest.entries.iter().take(MAX_CHOICES).map(option).collect();
    if options.is_empty() {
        return Err(older());
    }
    let select = Select::one_of(RevisitPress::Paper, "Which paper?", options);
    Ok(Reply::text("**Which paper do you want to see again?**").with(vec![select.into()]))
}

fn older() -> Error {
    older_of("/remind")
}

fn form(thing: Thing) -> Answer {
    let input = CreateInputText::new(InputTextStyle::Short, "A date after today", "when");
    let input = input.max_length(60).placeholder("in 10 days, end of March, 2027-03-01");
    let form = CreateModal::new(Press::from(RevisitPress::Typed(thing)), "When do you want to see it again?");
    Answer::Form(form.components(vec![CreateActionRow::InputText(input)]))
}

/// That form was sent.
///
/// # Errors
/// As [`revisits::remind`].
pub async fn submitted(bot: &Bot, caller: &Caller, thing: &Thing, form: &ModalInteraction) -> Result<Answer> {
    Ok(Answer::Say(set(bot, caller, thing, input::field(form, "when")).await?))
}

/// Pages, sections and papers for what was typed so far.
async fn things(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let store = &bot(ctx).app.store;
    let sections = suggest::suggest(store, typed, SECTIONS).await.unwrap_or_else(|cause| {
        error!("autocomplete failed: {cause}");
        Vec::new()
    });
    let papers = archive::suggest(store, typed, 10).await.unwrap_or_default();
    let sections = sections.into_iter().map(|found| (found.label, found.value));
    let papers = papers.into_iter().map(|(id, title)| (format!("Paper: {title}"), id));
    let fitting = sections.chain(papers).filter(|(_, value)| value.chars().count() <= MAX_ID).take(MAX_CHOICES);
    let choices = fitting.map(|(label, value)| AutocompleteChoice::new(short(&label), value)).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}

/// Dates as people write them.
async fn dates(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (bot, caller) = (bot(ctx), study::who(ctx));
    let found = revisits::dates(&bot.app.store, &caller, typed, bot.app.clock.now()).await.unwrap_or_else(|cause| {
        error!("autocomplete failed: {cause}");
        Vec::new()
    });
    let choices = found.into_iter().take(MAX_CHOICES);
    let choices = choices.map(|(name, date)| AutocompleteChoice::new(name, date.to_string())).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}

/// Who presses, and where.
pub fn caller(who: &Who, channel: serenity::ChannelId) -> Caller {
    study::caller(who, Some(channel))
}
