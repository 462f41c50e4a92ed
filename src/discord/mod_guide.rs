//! `/mod guide`: edit by form, history, diff, revert. Roles are looked up again for each command, press and form.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle, Message, ModalInteraction};

use super::input::field;
use super::member::Who;
use super::render::MAX_TEXT;
use super::reply::Answer;
use super::{Bot, rights};
use crate::community::{HomeModerator, Role};
use crate::outbox::press::{EditPress, SectionAt};
use crate::outbox::{Button, Embed, File, Press, Reply, Style};
use crate::text::{cut, escape};
use crate::time::format as speech;
use crate::wiki::reach::leads;
use crate::wiki::{self, Approval, Change, Edited, Page, Part, Revert, Stale, check};
use crate::{Error, Kind, Result};

/// The most characters that a form's field takes.
const MAX_FIELD: usize = 4_000;
/// The most characters of a form's title and of a field's label.
const MAX_LABEL: usize = 45;
/// How many findings of the check are shown.
const FINDINGS: usize = 5;
/// How many versions the history shows.
const VERSIONS: u16 = 10;

/// The button that leads back to a form which was not taken.
const BACK_TO_FORM: &str = "Back to the form";

/// What moderators of home do here, for refusals.
const EDIT: &str = "change the wiki";
/// What moderators of every server do here.
const LOOK: &str = "see how the wiki was changed";

/// A section of a page as an editor has it in front of them.
struct Seen {
    slug: String,
    revision: i64,
    /// Which section of that revision.
    at: usize,
    anchor: String,
    heading: String,
    text: String,
}

impl Seen {
    /// The same as ids name it.
    fn place(&self) -> SectionAt {
        SectionAt { page: self.slug.clone(), revision: self.revision, at: self.at }
    }

    /// A section of a page's revision, the newest if none is named.
    async fn find(
        bot: &Bot,
        page: &str,
        revision: Option<i64>,
        which: impl Fn(&Page) -> Result<usize>,
    ) -> Result<Self> {
        let newest = wiki::page(&bot.app.store, page).await?;
        let revision = revision.unwrap_or(newest.revision);
        let source = wiki::revision(&bot.app.store, page, revision).await?.source;
        let read = Page::parse(&source).map_err(|_| older())?;
        let at = which(&read)?;
        let section = read.sections.get(at).ok_or_else(older)?;
        let text = wiki::section_text(&source, &section.anchor)?;
        let (anchor, heading) = (section.anchor.clone(), section.heading.clone());
        Ok(Self { slug: newest.page.front.slug.clone(), revision, at, anchor, heading, text })
    }

    /// The one that an id names. Its place is that in the revision which the editor saw.
    async fn named(bot: &Bot, section: &SectionAt) -> Result<Self> {
        Self::find(bot, &section.page, Some(section.revision), |_| Ok(section.at)).await
    }

    /// The form in which it is changed.
    fn form(&self, text: &str, reason: &str) -> Result<Answer> {
        let id = Press::from(EditPress::Form(self.place()));
        if text.chars().count() > MAX_FIELD || !id.fits() {
            return Err(Error::refused(format!(
                "“{}” is longer than the {MAX_FIELD} characters of a Discord form; edit it with: cairn guides edit {} --section '{}'",
                self.heading, self.slug, self.anchor
            )));
        }
        let filled = |input: CreateInputText, value: &str| if value.is_empty() { input } else { input.value(value) };
        let field = CreateInputText::new(InputTextStyle::Paragraph, "Markdown of the section", "text");
        let field = filled(field.required(false).max_length(4_000), text);
        let why = CreateInputText::new(InputTextStyle::Short, "Why, in a few words", "reason");
        let why = filled(why.required(false).max_length(300), reason);
        let rows = vec![CreateActionRow::InputText(field), CreateActionRow::InputText(why)];
        let title = cut::characters(&self.heading, MAX_LABEL);
        Ok(Answer::Form(CreateModal::new(id, title).components(rows)))
    }
}

/// A form with the text of one section, and in its id the revision it is from.
///
/// # Errors
/// Refused to everybody but editors of home, and if the section is too long for Discord.
pub async fn form(bot: &Bot, who: &Who, page: &str, anchor: &str) -> Result<Answer> {
    rights::at_home(bot, who, Role::Editor, EDIT).await?;
    let place = |page: &Page| {
        let at = page.sections.iter().position(|s| s.anchor == anchor || wiki::name(&s.heading) == wiki::name(anchor));
        if anchor.is_empty() { Ok(0) } else { at.ok_or_else(|| wiki::no_section(page, anchor)) }
    };
    let seen = Seen::find(bot, page, None, place).await?;
    seen.form(&seen.text, "")
}

/// A form was sent. What cannot be saved leads back to the form, with its text.
///
/// # Errors
/// Refused to everybody but editors of home, and if there is no such section.
pub async fn submitted(bot: &Bot, who: &Who, section: &SectionAt, form: &ModalInteraction) -> Result<Answer> {
    let by = rights::at_home(bot, who, Role::Editor, EDIT).await?;
    let seen = Seen::named(bot, section).await?;
    let (text, reason) = (field(form, "text"), field(form, "reason"));
    if text.trim().is_empty() && !seen.text.trim().is_empty() {
        return Ok(Answer::Say(asked_to_empty(&seen)));
    }
    match save(bot, &by, &seen, text, reason).await {
        Ok(Edited::Stale(stale)) => Ok(Answer::Say(stale_form(bot, &seen, &stale, reason).await?)),
        Ok(edited) => Ok(Answer::Say(with_check(outcome(bot, &edited).await?, &edited))),
        Err(Error::Refused(why)) => {
            Ok(Answer::Say(back_to_form(&escape::discord(&why.text), seen.place(), text, reason)))
        }
        Err(fault) => Err(fault),
    }
}

async fn save(bot: &Bot, by: &HomeModerator, seen: &Seen, text: &str, reason: &str) -> Result<Edited> {
    let part = Part::Section { anchor: &seen.anchor, heading: None };
    let change = Change { page: &seen.slug, part, text, base: seen.revision, reason };
    let approval = Approval::setting(bot.app.config.second_approver);
    wiki::edit(&bot.app.store, by, change, approval, bot.app.clock.now()).await
}

fn asked_to_empty(seen: &Seen) -> Reply {
    let buttons = vec![
        Button::press(BACK_TO_FORM, EditPress::Again(seen.place())).styled(Style::Main),
        Button::press("Empty it", EditPress::Empty(seen.place())).styled(Style::Danger),
    ];
    let text = format!("“{}” would have no text any more. Empty it?", escape::discord(&seen.heading));
    Reply::text(text).with_buttons(buttons)
}

/// A button of this file.
///
/// # Errors
/// Refused to everybody but editors of home, if there is no such section, and where the wiki refuses the change.
pub async fn pressed(bot: &Bot, who: &Who, edit: &EditPress, message: &Message) -> Result<Answer> {
    let by = rights::at_home(bot, who, Role::Editor, EDIT).await?;
    match edit {
        EditPress::Again(section) => again(bot, section, message).await,
        EditPress::Empty(section) => {
            let edited = save(bot, &by, &Seen::named(bot, section).await?, "", "").await?;
            Ok(Answer::Update(with_check(outcome(bot, &edited).await?, &edited)))
        }
        EditPress::Checked { page, base } => {
            let (store, now) = (&bot.app.store, bot.app.clock.now());
            let approval = Approval::setting(bot.app.config.second_approver);
            let edited = wiki::checked(store, &by, (page, *base), approval, now).await?;
            Ok(Answer::Update(noted(bot, &edited, now).await?))
        }
        EditPress::Revert { page, to, base } => {
            let wish = Revert { page, to: *to, base: *base, reason: "" };
            let approval = Approval::setting(bot.app.config.second_approver);
            let edited = wiki::revert(&bot.app.store, &by, wish, approval, bot.app.clock.now()).await?;
            Ok(Answer::Say(outcome(bot, &edited).await?))
        }
        // Only a form has that id.
        EditPress::Form(_) => Err(older()),
    }
}

/// A form that was not saved, with a way back to it. Its text stands in the message, and nowhere else.
fn back_to_form(why: &str, section: SectionAt, text: &str, reason: &str) -> Reply {
    let back = Button::press(BACK_TO_FORM, EditPress::Again(section)).styled(Style::Main);
    let footer = Some(reason).filter(|reason| !reason.is_empty()).map(str::to_owned);
    let yours = Embed { title: "Your text".to_owned(), text: text.to_owned(), footer, ..Embed::default() };
    let reply = Reply { embeds: vec![yours], ..Reply::text(why) };
    if back.fits() { reply.with_buttons(vec![back]) } else { reply }
}

/// Somebody else was faster: both texts, and the form with one's own on top of the newest revision.
async fn stale_form(bot: &Bot, seen: &Seen, stale: &Stale, reason: &str) -> Result<Reply> {
    let both = two_texts(&named(&escape::discord(&stale.sentence())), stale);
    let here = |page: &Page| page.sections.iter().position(|s| s.anchor == seen.anchor).ok_or_else(older);
    let place = match Seen::find(bot, &seen.slug, Some(stale.revision), here).await {
        Ok(newest) => newest.place(),
        // The section is gone, so there is no form to go back to.
        Err(_) => return Ok(both),
    };
    Ok(Reply { files: both.files, ..back_to_form(&both.text, place, &stale.yours, reason) })
}

/// Back to the form, with the text that stands in the message.
async fn again(bot: &Bot, section: &SectionAt, message: &Message) -> Result<Answer> {
    let seen = Seen::named(bot, section).await?;
    let kept = message.embeds.first();
    let text = kept.and_then(|embed| embed.description.as_deref()).unwrap_or(&seen.text);
    let reason = kept.and_then(|embed| embed.footer.as_ref()).map_or("", |footer| footer.text.as_str());
    seen.form(text, reason)
}

fn older() -> Error {
    Error::of(Kind::Stale, "This form is from an older Cairn; copy your text, and call /mod guide edit again.")
}

/// The same with the question whether the facts of the page were checked, too: an edit alone is no check.
fn with_check(mut reply: Reply, edited: &Edited) -> Reply {
    let Edited::Revision { page, revision, .. } = edited else { return reply };
    let checked = Button::press("Facts checked today", EditPress::Checked { page: page.clone(), base: *revision });
    if checked.fits() {
        reply.text.push_str("\nDid you check the facts of the whole page today?");
        return reply.with_buttons(vec![checked]);
    }
    reply
}

/// What became of the note that the facts of a page were checked. Nobody wrote a text, so none is handed back.
async fn noted(bot: &Bot, edited: &Edited, now: Timestamp) -> Result<Reply> {
    let today = speech::date(now.to_zoned(TimeZone::UTC).date());
    match edited {
        Edited::Stale(Stale { page, revision, author, .. }) => {
            let changed = format!("{page} has changed since (revision {revision}, by {author}).");
            let changed = named(&escape::discord(&changed));
            let look = look_at(bot, page);
            let next = format!("Read it, then check the facts again with `/mod guide edit`. {look}");
            Ok(Reply::text(format!("{changed} {next}")))
        }
        Edited::Revision { page, revision, .. } => {
            let said = format!("Noted: the facts of {page} were checked on {today} (revision {revision}).");
            with_findings(bot, &said, page).await
        }
        Edited::Unchanged { page, revision } => {
            let said = format!("The facts of {page} are noted as checked on {today} already (revision {revision}).");
            Ok(Reply::text(escape::discord(&said)))
        }
        draft @ Edited::Draft { .. } => outcome(bot, draft).await,
    }
}

/// What became of a change. A stale one is refused with both texts.
pub async fn outcome(bot: &Bot, edited: &Edited) -> Result<Reply> {
    match edited {
        Edited::Stale(stale) => Ok(two_texts(&named(&escape::discord(&stale.sentence())), stale)),
        Edited::Revision { page, .. } => with_findings(bot, &edited.to_string(), page).await,
        edited => Ok(Reply::text(escape::discord(&edited.to_string()))),
    }
}

/// What was saved, with the way to the page and what is worth fixing in it.
async fn with_findings(bot: &Bot, said: &str, page: &str) -> Result<Reply> {
    let (look, found) = (look_at(bot, page), findings(bot, page).await?);
    Ok(Reply::text(format!("{} {look}{found}", escape::discord(said))))
}

/// The way to a page.
fn look_at(bot: &Bot, page: &str) -> String {
    let link = wiki::link(&bot.app.config.public_url(), page, "");
    if leads(&link) { format!("[Look at it](<{link}>)") } else { format!("`/wiki query:{page}`") }
}

/// What `cairn guides check` says about a page, for its editor.
async fn findings(bot: &Bot, page: &str) -> Result<String> {
    let found = check::of_page(&bot.app.store, page).await?;
    if found.is_empty() {
        return Ok(String::new());
    }
    let lines: Vec<String> =
        found.iter().take(FINDINGS).map(|f| format!("\n- {}", escape::discord(&f.problem))).collect();
    let more = found.len().saturating_sub(FINDINGS);
    let more = if more == 0 { String::new() } else { format!("\n- … and {more} more") };
    Ok(format!("\nWorth fixing in this page:{}{more}", lines.concat()))
}

/// A sentence about a stale change, with both texts as files.
pub fn two_texts(said: &str, stale: &Stale) -> Reply {
    let (current, yours) = (stale.current.clone().into_bytes(), stale.yours.clone().into_bytes());
    let files = [File::new(format!("now-revision-{}.md", stale.revision), current), File::new("your-text.md", yours)];
    Reply { files: files.into(), ..Reply::text(said) }
}

/// A sentence with a diff below it, as a file where it is too long.
pub fn compared(said: &str, diff: &str, file: &str) -> Reply {
    let fenced = format!("{said}\n```diff\n{}\n```", diff.trim_end_matches('\n'));
    // A fence within the text would end ours.
    if fenced.chars().count() <= MAX_TEXT && !diff.contains("```") {
        return Reply::text(fenced);
    }
    Reply::text(said).and_file(File::new(format!("{file}.diff"), diff))
}

/// The last versions of a page.
///
/// # Errors
/// Refused to readers, and if there is no such page.
pub async fn history(bot: &Bot, who: &Who, page: &str) -> Result<Answer> {
    rights::here(bot, who, Role::Editor, LOOK).await?;
    let history = wiki::history(&bot.app.store, page, None, VERSIONS).await?;
    let lines: Vec<String> =
        history.revisions.iter().map(|v| format!("- {}", named(&escape::discord(&v.to_string())))).collect();
    let title = Some((format!("History of {}", history.page), String::new()));
    Ok(Answer::Say(Reply { title, text: lines.join("\n"), ..Reply::default() }))
}

/// Authors that are Discord ids as Discord shows them; the answer notifies nobody.
pub fn named(line: &str) -> String {
    let mut parts = line.split("discord:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (id, rest) = part.split_at(end);
        out.push_str(&if id.is_empty() { format!("discord:{rest}") } else { format!("<@{id}>{rest}") });
    }
    out
}

/// What changed between two versions.
///
/// # Errors
/// Refused to readers, and if there is no such page or revision.
pub async fn diff(bot: &Bot, who: &Who, page: &str, from: Option<i64>, to: Option<i64>) -> Result<Answer> {
    rights::here(bot, who, Role::Editor, LOOK).await?;
    let diff = wiki::diff(&bot.app.store, page, from, to).await?;
    let said = format!("{}, revision {} to {}", diff.page, diff.from, diff.to);
    if diff.diff.is_empty() {
        return Ok(Answer::Say(Reply::text(escape::discord(&diff.to_string()))));
    }
    Ok(Answer::Say(compared(&said, &diff.diff, &diff.page)))
}

/// What a revert would change, and the question whether it shall be.
///
/// # Errors
/// Refused to readers, and if there is no such page or revision.
pub async fn ask_revert(bot: &Bot, who: &Who, page: &str, to: i64) -> Result<Answer> {
    rights::at_home(bot, who, Role::Editor, EDIT).await?;
    let stored = wiki::page(&bot.app.store, page).await?;
    let (slug, base) = (&stored.page.front.slug, stored.revision);
    if wiki::revision(&bot.app.store, slug, to).await?.source == stored.source {
        return Ok(Answer::Say(Reply::text("It says that already.")));
    }
    let back = Button::press(format!("Back to revision {to}"), EditPress::Revert { page: slug.clone(), to, base });
    if !back.fits() {
        return Err(Error::refused(format!("Revert this page with: cairn guides revert {slug} {to}")));
    }
    let Answer::Say(reply) = diff(bot, who, slug, Some(base), Some(to)).await? else { return Err(older()) };
    Ok(Answer::Say(reply.with_buttons(vec![back.styled(Style::Danger)])))
}
