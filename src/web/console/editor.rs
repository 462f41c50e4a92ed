//! The editor: a text area, byte for byte, with the preview beside it, and what is to fix below.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use super::door::Trouble;
use super::form::{Sent, TOKEN};
use super::frame::{self, Place};
use super::guard::Signed;
use super::writing::{Writing, address};
use super::{Console, conflict, words};
use crate::community::Role;
use crate::web::layout::encoded;
use crate::wiki::check::{self, Finding, Level};
use crate::wiki::{self, Approval, Edited, Page, drafts, source};
use crate::{Error, Result};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// One section: `#anchor`.
    #[serde(default)]
    section: String,
    /// A draft to go on from.
    #[serde(default)]
    draft: Option<i64>,
    /// What was just saved.
    #[serde(default)]
    saved: Option<i64>,
}

/// What stands in the editor.
pub struct Open<'a> {
    /// The page's slug; empty for a new one.
    pub slug: &'a str,
    /// Its title.
    pub title: &'a str,
    /// What is in the fields.
    pub writing: Writing,
    /// The whole page as it would be.
    pub whole: String,
}

/// A page, or one section of it, to be changed.
pub async fn page(
    State(console): State<Console>,
    signed: Signed,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let stored = wiki::newest(&console.app.store, &name).await?;
    let front = &stored.page.front;
    if front.slug != name {
        return Ok(Redirect::to(&address(&front.slug, &asked.section)).into_response());
    }
    let mut writing = Writing { section: asked.section.clone(), base: stored.revision, ..Writing::default() };
    let mut whole = stored.source.clone();
    if let Some(id) = asked.draft {
        let shown = drafts::show(&console.app.store, &signed.by, id).await?;
        writing.base = shown.draft.base;
        writing.why = shown.draft.reason.clone();
        writing.section = String::new();
        whole = shown.after;
    }
    writing.text = match writing.anchor() {
        None => whole.clone(),
        Some(anchor) => {
            let section = stored.page.section(anchor).ok_or_else(|| wiki::no_section(&stored.page, anchor))?;
            writing.asked = Some(section.asked.join("; "));
            section.markdown.clone()
        }
    };
    let open = Open { slug: &front.slug, title: &front.title, writing, whole };
    let said = match asked.saved {
        Some(revision) => said(&open, revision),
        None => html! {},
    };
    Ok(shown(&console, &signed, &open, said).await?.into_response())
}

fn said(open: &Open<'_>, revision: i64) -> Markup {
    html! {
        div.note role="status" {
            strong { "Saved as revision " (revision) }
            p { a href=(wiki::link("", open.slug, open.writing.anchor().unwrap_or_default())) { "See it as readers do" } " · " a href=(format!("/console/pages/{}/history/{revision}", open.slug)) { "What changed" } }
        }
    }
}

/// The editor's page; `said` stands above it.
pub async fn shown(console: &Console, signed: &Signed, open: &Open<'_>, said: Markup) -> Result<Markup> {
    let page = source::read(&open.whole).ok();
    let heading = heading(open, page.as_ref());
    let own = page.as_ref().map_or("new-page", |page| page.front.slug.as_str());
    let slug = if open.slug.is_empty() { own } else { open.slug };
    let found = check::of_text(&console.app.store, slug, &open.whole).await?;
    let is_new = open.writing.base == 0;
    let main = html! {
        p.crumbs { a href="/console" { "Pages" } " / " @if is_new { "New" } @else if open.writing.section.is_empty() { (open.title) } @else { a href=(address(open.slug, "")) { (open.title) } } }
        h1 { (heading) }
        @if !is_new {
            ul.facts {
                li { "You began from revision " (open.writing.base) }
                li { a href=(format!("/console/pages/{}/history", open.slug)) { "History" } }
                li { a href=(format!("/console/pages/{}/more", open.slug)) { "Rename or retire" } }
                li.scripted hidden { "Your text is kept here while you write" }
            }
        }
        @if let Some(since) = page.as_ref().and_then(|page| page.front.retired) {
            div.note.warn { strong { "This page is retired since " (since) } p { "Readers do not find it. " a href=(format!("/console/pages/{}/more", open.slug)) { "Bring it back" } } }
        }
        (said)
        div.note #newer hidden { strong {} p { "Go on; what you both changed is put together when you save. " a href=(format!("/console/pages/{}/history", open.slug)) { "See what changed" } } }
        div.note #kept hidden { strong { "This browser kept a text of yours that was not saved" } p { button type="button" data-kept="put" { "Put it here" } " " button.bare type="button" data-kept="drop" { "Drop it" } } }
        (form(console, signed, open, page.as_ref()))
        (fixes(&found))
        @if let (Some(page), true, false) = (&page, open.writing.section.is_empty(), is_new) { (sections(open.slug, page)) }
    };
    frame::page(console, signed, Place::Pages, &heading, main).await
}

fn heading(open: &Open<'_>, page: Option<&Page>) -> String {
    let section = open.writing.anchor().and_then(|anchor| Some(page?.section(anchor)?.heading.clone()));
    match section {
        _ if open.writing.base == 0 => "Start a page".to_owned(),
        Some(section) => format!("Edit: {section}"),
        None => format!("Edit: {}", open.title),
    }
}

/// Whether somebody's change becomes the page at once.
pub fn may_save(console: &Console, signed: &Signed) -> bool {
    !console.app.config.second_approver || signed.by.role() >= Role::Approver
}

fn form(console: &Console, signed: &Signed, open: &Open<'_>, page: Option<&Page>) -> Markup {
    let Open { slug, writing, .. } = open;
    let to = if slug.is_empty() { "/console/new".to_owned() } else { format!("/console/pages/{slug}") };
    let words = writing.text.split_whitespace().count();
    let newest = (!slug.is_empty()).then(|| format!("/console/pages/{slug}/newest"));
    html! {
        form.editor method="post" action=(to) data-base=(writing.base) data-newest=[newest] data-key=(format!("{slug}{}", writing.section)) {
            input type="hidden" name=(TOKEN) value=(signed.token);
            input type="hidden" name="base" value=(writing.base);
            input type="hidden" name="section" value=(writing.section);
            input type="hidden" name="slug" value=(slug);
            // The first button is the one that the return key presses.
            button.hidden name="how" value=(if may_save(console, signed) { "save" } else { "draft" }) tabindex="-1" aria-hidden="true" { "Save" }
            div.split {
                div.field {
                    label for="src" { "Text, in Markdown" }
                    // A browser drops the first line end of a text area.
                    textarea.source #src name="text" rows="18" spellcheck="true" aria-describedby="words" { "\n" (writing.text) }
                    p.hint #words { span data-count="src" { (words) } @if writing.section.is_empty() { " words in this page" } @else { " words in this section; 60 to 250 read best" } }
                }
                section aria-labelledby="pv" {
                    div.pv-head {
                        h2.label #pv { "How it will look" }
                        ul.tabs aria-label="Show the preview as" {
                            @for (target, label) in [("web", "Web"), ("discord", "Discord"), ("reddit", "Reddit")] {
                                li { button name="as" value=(target) formaction="/console/preview" formtarget="preview" formnovalidate data-preview { (label) } }
                            }
                        }
                    }
                    iframe.preview name="preview" title="How it will look" sandbox src=[preview_address(open)] {}
                }
            }
            @if let Some(asked) = &writing.asked {
                div.field {
                    label for="asked" { "Ways people ask this" }
                    textarea #asked name="asked" rows="2" { "\n" (asked) }
                    p.hint { "Separate them by semicolons. Search learns from them at once." }
                }
            }
            div.split {
                div.field {
                    label for="why" { "Why this change?" }
                    input #why name="why" value=(writing.why) maxlength=(wiki::MAX_REASON_CHARS) autocomplete="off";
                    p.hint { "Stands in the history, beside your name." }
                }
                @if let (Some(page), false) = (page, writing.base == 0) {
                    div.field {
                        label for="review" { "Look at its facts again by" }
                        input #review type="date" name="review" value=[page.front.review];
                        p.hint { "Last checked on " (page.front.reviewed) ". Without a date: half a year after each check." }
                    }
                }
            }
            @if writing.base != 0 {
                label.check for="facts" { input #facts type="checkbox" name="facts" value="checked" checked[writing.facts.is_some()]; " I checked the facts of this page today" }
            }
            div.bar {
                @if may_save(console, signed) {
                    button.main name="how" value="save" { @if writing.base == 0 { "Publish the page" } @else { "Save" } }
                    button name="how" value="draft" { "Send for a second look" }
                } @else {
                    button.main name="how" value="draft" { "Send for a second look" }
                }
                a.button.bare.end href="/console" data-leave { "Leave without saving" }
            }
        }
    }
}

fn preview_address(open: &Open<'_>) -> Option<String> {
    let slug = open.slug;
    (!slug.is_empty()).then(|| format!("/console/pages/{slug}/preview?section={}", encoded(&open.writing.section)))
}

/// What is to fix, with lines.
pub fn fixes(found: &[Finding]) -> Markup {
    html! {
        @if !found.is_empty() {
            details open[found.iter().any(|one| one.level == Level::Error)] {
                summary { "Worth fixing: " (found.len()) }
                ul { @for one in found { li {
                    @if one.level == Level::Error { span.badge.bad { "Fix this" } } @else { span.badge.due { "Could read better" } }
                    " line " (one.line) ": " (one.problem)
                } } }
            }
        }
    }
}

fn sections(slug: &str, page: &Page) -> Markup {
    html! {
        h2 { "One section at a time" }
        p.quiet { "With the ways people ask for it beside it. Two people can change two sections of a page without meeting." }
        ul.plain.sections {
            @for section in &page.sections {
                li { a href=(address(slug, &format!("#{}", section.anchor))) { (section.heading) } @if !section.asked.is_empty() { " " span.quiet.small { (section.asked.len()) " ways of asking" } } }
            }
        }
    }
}

/// “Save” or “Send for a second look” was pressed.
pub async fn save(
    State(console): State<Console>,
    Path(slug): Path<String>,
    sent: Sent<Writing>,
) -> Result<Response, Trouble> {
    let Sent { signed, form } = sent;
    let edited = match saved(&console, &signed, &slug, &form).await {
        Ok(edited) => edited,
        Err(Error::Refused(why)) => return Ok(again(&console, &signed, &slug, form, &why.text).await?),
        Err(fault) => return Err(fault.into()),
    };
    match edited {
        Edited::Revision { page, revision, .. } | Edited::Unchanged { page, revision } => {
            let section =
                if form.section.is_empty() { "?".to_owned() } else { format!("?section={}&", encoded(&form.section)) };
            Ok(Redirect::to(&format!("/console/pages/{page}{section}saved={revision}")).into_response())
        }
        Edited::Draft { draft, .. } => Ok(Redirect::to(&format!("/console/drafts/{draft}?kept=1")).into_response()),
        Edited::Stale(stale) => Ok(conflict::shown(&console, &signed, &form, &stale).await?),
    }
}

/// Saves what was written, or keeps it as a draft.
async fn saved(console: &Console, signed: &Signed, slug: &str, form: &Writing) -> Result<Edited> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let today = now.to_zoned(TimeZone::UTC).date();
    let is_draft = form.how == "draft";
    if form.text.trim().is_empty() && form.anchor().is_none() {
        return Err(Error::refused("There is no text to save; a page that should go is retired instead."));
    }
    let (mut before, mut base) = (String::new(), form.base);
    if form.base != 0 {
        before = wiki::revision(store, slug, form.base).await?.source;
        // Two texts of one section are never put together unseen, but of two sections they are.
        let newest = wiki::newest(store, slug).await?;
        if let Some(anchor) = form.anchor()
            && newest.revision != form.base
            && source::is_same_section(&before, &newest.source, anchor)
        {
            (before, base) = (newest.source, newest.revision);
        }
    }
    let text;
    let change = match form.anchor() {
        Some(anchor) if form.is_text_alone(&before, today) => form.of_section(slug, anchor),
        _ => {
            text = form.composed(&before, today)?;
            form.of_page(slug, &text, base)
        }
    };
    if is_draft {
        return drafts::save(store, &signed.by, change, now).await;
    }
    let approval = Approval::setting(console.app.config.second_approver);
    wiki::edit(store, &signed.by, change, approval, now).await
}

/// The editor once more, with what was written and why it was not saved.
pub async fn again(console: &Console, signed: &Signed, slug: &str, form: Writing, why: &str) -> Result<Response> {
    let today = console.app.clock.now().to_zoned(TimeZone::UTC).date();
    let before = match form.base {
        0 => String::new(),
        base => wiki::revision(&console.app.store, slug, base).await?.source,
    };
    let whole = form.composed(&before, today).unwrap_or_else(|_| before.clone());
    let title = source::read(&before).map_or_else(|_| slug.to_owned(), |page| page.front.title);
    let text = form.text_for(&before);
    let open = Open { slug, title: &title, writing: Writing { text, ..form }, whole };
    let said = html! { div.note.bad role="alert" { strong { "Nothing was saved" } p { (why) } } };
    let page = shown(console, signed, &open, said).await?;
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What an open editor asks when somebody comes back to it.
pub async fn newest(
    State(console): State<Console>,
    signed: Signed,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let history = wiki::history(&console.app.store, &slug, None, 1).await?;
    let Some(newest) = history.revisions.first() else { return Ok(Redirect::to("/console").into_response()) };
    let by = console.author(&signed, &newest.author).await;
    let said = format!("{by} saved revision {} {}", newest.number, words::ago(newest.at, console.app.clock.now()));
    let text = serde_json::json!({"revision": newest.number, "said": said}).to_string();
    Ok(([(axum::http::header::CONTENT_TYPE, "application/json")], text).into_response())
}
