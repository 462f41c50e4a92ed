//! `/mod guide`: edit by form, history, diff, revert. Roles are looked up anew for each command, press and form.

use poise::serenity_prelude as serenity;
use serenity::{
    ActionRowComponent, ButtonStyle, CreateActionRow, CreateAttachment, CreateButton, CreateInputText, CreateModal,
    InputTextStyle, ModalInteraction,
};

use super::escape::escape;
use super::lookup::MAX_ID;
use super::member::Who;
use super::reply::{Answer, MAX_TEXT, Reply};
use super::{Bot, settings};
use crate::people::Moderator;
use crate::wiki::reach::leads;
use crate::wiki::{self, Approval, Change, Edited, Page, Part, Revert, Stale};
use crate::{Error, Result};

/// The most characters that a form's field takes.
const MAX_FIELD: usize = 4_000;
/// The most characters of a form's title and of a field's label.
const MAX_LABEL: usize = 45;
/// How many versions the history shows.
const VERSIONS: u16 = 10;

async fn moderator(bot: &Bot, who: &Who) -> Result<Moderator> {
    who.moderator(&settings::read(&bot.app.store, who.guild).await?)
}

/// A form with the text of one section, and in its id the revision it is from.
///
/// # Errors
/// Refused to readers, and if the section is too long for Discord.
pub async fn form(bot: &Bot, who: &Who, page: &str, anchor: &str) -> Result<Answer> {
    moderator(bot, who).await?;
    let stored = wiki::page(&bot.app.store, page).await?;
    let sections = &stored.page.sections;
    let at = sections.iter().position(|s| s.anchor == anchor || wiki::name(&s.heading) == wiki::name(anchor));
    let at = if anchor.is_empty() { Some(0) } else { at };
    let at = at.ok_or_else(|| wiki::no_section(&stored.page, anchor))?;
    let text = wiki::section_text(&stored.source, &sections[at].anchor)?;
    let slug = &stored.page.front.slug;
    let id = format!("edit/{slug}/{}/{at}", stored.revision);
    if text.chars().count() > MAX_FIELD || id.chars().count() > MAX_ID {
        return Err(Error::refused(format!(
            "“{}” is longer than the {MAX_FIELD} characters of a Discord form; edit it with: cairn guides edit {slug} --section '{}'",
            sections[at].heading, sections[at].anchor
        )));
    }
    let field = CreateInputText::new(InputTextStyle::Paragraph, "Markdown of the section", "text");
    let field = field.required(false).max_length(4_000);
    let field = if text.is_empty() { field } else { field.value(text) };
    let why = CreateInputText::new(InputTextStyle::Short, "Why, in a few words", "reason");
    let rows = vec![CreateActionRow::InputText(field), CreateActionRow::InputText(why.required(false).max_length(300))];
    let title: String = sections[at].heading.chars().take(MAX_LABEL).collect();
    Ok(Answer::Form(CreateModal::new(id, title).components(rows)))
}

/// A form was sent: `edit/SLUG/REVISION/SECTION`.
///
/// # Errors
/// Refused to readers, and where the wiki refuses the change.
pub async fn submitted(bot: &Bot, who: &Who, path: &[&str], form: &ModalInteraction) -> Result<Answer> {
    let by = moderator(bot, who).await?;
    let [slug, base, at] = path else { return Err(older()) };
    let (base, at): (i64, usize) = (base.parse().map_err(|_| older())?, at.parse().map_err(|_| older())?);
    // The section's place is that in the revision which the editor saw.
    let seen = wiki::revision(&bot.app.store, slug, base).await?;
    let seen = Page::parse(&seen.source).map_err(|_| older())?;
    let anchor = &seen.sections.get(at).ok_or_else(older)?.anchor;
    let (text, reason) = (field(form, "text"), field(form, "reason"));
    let part = Part::Section { anchor, heading: None };
    let change = Change { page: slug, part, text, base, reason };
    let approval = Approval::setting(bot.app.config.second_approver);
    let edited = wiki::edit(&bot.app.store, &by, change, approval, bot.app.clock.now()).await?;
    Ok(outcome(bot, &edited))
}

fn older() -> Error {
    Error::refused("This form cannot be read any more; copy your text, and call /mod guide edit again.")
}

/// What was written into a field of a form; nothing if there is no such field.
pub fn field<'f>(form: &'f ModalInteraction, id: &str) -> &'f str {
    let all = form.data.components.iter().flat_map(|row| &row.components);
    let value = all.filter_map(|component| match component {
        ActionRowComponent::InputText(input) if input.custom_id == id => input.value.as_deref(),
        _ => None,
    });
    value.into_iter().next().unwrap_or_default()
}

/// What became of a change. A stale one is refused with both texts.
fn outcome(bot: &Bot, edited: &Edited) -> Answer {
    match edited {
        Edited::Stale(stale) => Answer::Say(both_texts(stale)),
        Edited::Revision { page, .. } => {
            let link = wiki::link(&bot.app.config.public_url(), page, "");
            let look = if leads(&link) { format!("[Look at it](<{link}>)") } else { format!("`/wiki query:{page}`") };
            Answer::Say(Reply::text(format!("{} {look}", escape(&edited.to_string()))))
        }
        edited => Answer::Say(Reply::text(escape(&edited.to_string()))),
    }
}

fn both_texts(stale: &Stale) -> Reply {
    let (current, yours) = (stale.current.clone().into_bytes(), stale.yours.clone().into_bytes());
    let files = vec![
        CreateAttachment::bytes(current, format!("now-revision-{}.md", stale.revision)),
        CreateAttachment::bytes(yours, "your-text.md"),
    ];
    Reply { files, ..Reply::text(escape(&stale.sentence())) }
}

/// The last versions of a page.
///
/// # Errors
/// Refused to readers, and if there is no such page.
pub async fn history(bot: &Bot, who: &Who, page: &str) -> Result<Answer> {
    moderator(bot, who).await?;
    let history = wiki::history(&bot.app.store, page, None, VERSIONS).await?;
    let lines: Vec<String> =
        history.revisions.iter().map(|v| format!("- {}", named(&escape(&v.to_string())))).collect();
    let title = Some((format!("History of {}", history.page), String::new()));
    Ok(Answer::Say(Reply { title, text: lines.join("\n"), ..Reply::default() }))
}

/// Authors that are Discord ids as Discord shows them; the answer rings for nobody.
fn named(line: &str) -> String {
    let mut words = line.split(' ').map(|word| {
        let digits = word.strip_prefix("discord:").map(|id| id.trim_end_matches(','));
        let digits = digits.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()));
        digits.map_or_else(|| word.to_owned(), |id| word.replace(&format!("discord:{id}"), &format!("<@{id}>")))
    });
    words.by_ref().collect::<Vec<_>>().join(" ")
}

/// What changed between two versions.
///
/// # Errors
/// Refused to readers, and if there is no such page or revision.
pub async fn diff(bot: &Bot, who: &Who, page: &str, from: Option<i64>, to: Option<i64>) -> Result<Answer> {
    moderator(bot, who).await?;
    let diff = wiki::diff(&bot.app.store, page, from, to).await?;
    let said = format!("{}, revision {} to {}", diff.page, diff.from, diff.to);
    if diff.diff.is_empty() {
        return Ok(Answer::Say(Reply::text(escape(&diff.to_string()))));
    }
    // A fence within the text would end ours.
    let fenced = format!("{said}\n```diff\n{diff}\n```");
    if fenced.chars().count() <= MAX_TEXT && !diff.diff.contains("```") {
        return Ok(Answer::Say(Reply::text(fenced)));
    }
    let file = CreateAttachment::bytes(diff.to_string().into_bytes(), format!("{}.diff", diff.page));
    Ok(Answer::Say(Reply { files: vec![file], ..Reply::text(said) }))
}

/// What a revert would change, and the question whether it shall be.
///
/// # Errors
/// Refused to readers, and if there is no such page or revision.
pub async fn ask_revert(bot: &Bot, who: &Who, page: &str, to: i64) -> Result<Answer> {
    moderator(bot, who).await?;
    let stored = wiki::page(&bot.app.store, page).await?;
    let (slug, base) = (&stored.page.front.slug, stored.revision);
    wiki::revision(&bot.app.store, slug, to).await?;
    let id = format!("revert/{slug}/{to}/{base}");
    if id.chars().count() > MAX_ID {
        return Err(Error::refused(format!("Revert this page with: cairn guides revert {slug} {to}")));
    }
    let Answer::Say(mut reply) = diff(bot, who, slug, Some(base), Some(to)).await? else { return Err(older()) };
    let button = CreateButton::new(id).label(format!("Back to revision {to}")).style(ButtonStyle::Danger);
    reply.rows = vec![CreateActionRow::Buttons(vec![button])];
    Ok(Answer::Say(reply))
}

/// The button below that: `revert/SLUG/TO/BASE`.
///
/// # Errors
/// Refused to readers, and where the wiki refuses the change.
pub async fn revert(bot: &Bot, who: &Who, path: &[&str]) -> Result<Answer> {
    let by = moderator(bot, who).await?;
    let [slug, to, base] = path else { return Err(older()) };
    let (to, base) = (to.parse().map_err(|_| older())?, base.parse().map_err(|_| older())?);
    let wish = Revert { page: slug, to, base, reason: "" };
    let approval = Approval::setting(bot.app.config.second_approver);
    let edited = wiki::revert(&bot.app.store, &by, wish, approval, bot.app.clock.now()).await?;
    Ok(outcome(bot, &edited))
}
