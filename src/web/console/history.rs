//! A page's history: who changed what and why, word by word, stepped through, compared, and gone back to.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::diffing::{Side, counted, difference};
use super::door::Trouble;
use super::form::Sent;
use super::frame::{self, Place};
use super::guard::Signed;
use super::writing::address;
use super::{Console, words};
use crate::Result;
use crate::wiki::{self, Approval, Edited, Revert, Stored, Version};

/// How many revisions are listed at a time.
const SHOWN: u16 = 20;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    before: Option<i64>,
}

/// The list of revisions.
pub async fn list(
    State(console): State<Console>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let store = &console.app.store;
    let stored = wiki::newest(store, &slug).await?;
    let (slug, title) = (&stored.page.front.slug, &stored.page.front.title);
    let history = wiki::history(store, slug, asked.before, SHOWN).await?;
    let mut items = Vec::new();
    for version in &history.revisions {
        items.push(item(&console, &signed, &stored, version).await);
    }
    let last = history.revisions.last().map_or(1, |version| version.number);
    let main = html! {
        (crumbs(&stored, "History"))
        h1 { "History of " (title) }
        ol.past reversed { @for item in items { (item) } }
        @if last > 1 { p { a href=(format!("/console/pages/{slug}/history?before={last}")) rel="next" { "Older revisions" } } }
        @if stored.revision > 1 { (compare_form(slug, stored.revision - 1, stored.revision)) }
    };
    Ok(frame::page(&console, &signed, Place::Pages, &format!("History of {title}"), main).await?.into_response())
}

async fn item(console: &Console, signed: &Signed, stored: &Stored, version: &Version) -> Markup {
    let slug = &stored.page.front.slug;
    let who = console.author(signed, &version.author).await;
    let reason = if version.reason.is_empty() { "no reason given" } else { &version.reason };
    let one = format!("/console/pages/{slug}/history/{}", version.number);
    html! {
        li {
            p { "Revision " (version.number) ": " (reason) " " span.badge { "+" (version.added) " −" (version.removed) " lines" } }
            p.who {
                (who) ", " (words::ago(version.at, console.app.clock.now())) " · "
                a href=(one) { "What changed" span.hidden { " in revision " (version.number) } }
                @if version.number < stored.revision { " · " a href=(format!("{one}#back")) { "Go back to this" span.hidden { ", revision " (version.number) } } }
            }
        }
    }
}

fn crumbs(stored: &Stored, here: &str) -> Markup {
    let front = &stored.page.front;
    html! { p.crumbs { a href="/console" { "Pages" } " / " a href=(address(&front.slug, "")) { (front.title) } " / " (here) } }
}

fn compare_form(slug: &str, from: i64, to: i64) -> Markup {
    html! {
        h2 { "Compare any two" }
        form.row action=(format!("/console/pages/{slug}/compare")) {
            label for="from" { "From revision" }
            input.number #from type="number" name="from" min="0" value=(from) required;
            label for="to" { "to" }
            input.number #to type="number" name="to" min="1" value=(to) required;
            button { "Compare" }
        }
    }
}

/// What one revision changed, with the way to the ones beside it, and back to it.
pub async fn one(
    State(console): State<Console>,
    signed: Signed,
    Path((slug, number)): Path<(String, i64)>,
) -> Result<Response, Trouble> {
    let store = &console.app.store;
    let stored = wiki::newest(store, &slug).await?;
    let slug = &stored.page.front.slug;
    let revision = wiki::revision(store, slug, number).await?;
    let before = match number {
        1 => String::new(),
        number => wiki::revision(store, slug, number - 1).await?.source,
    };
    let who = console.author(&signed, &revision.author).await;
    let reason = if revision.reason.is_empty() { "No reason was given." } else { &revision.reason };
    let title = format!("What revision {number} changed");
    let newest = stored.revision;
    let main = html! {
        (crumbs(&stored, &format!("Revision {number}")))
        h1 { (title) }
        ul.facts {
            li { (who) }
            li { (words::instant(revision.at)) }
            li { (counted(&before, &revision.source)) }
        }
        p.lead.column { (reason) }
        (steps(slug, number, newest))
        (difference(&before, &revision.source, Side::Both))
        @if number < newest { (back(&signed, &stored, &revision.source, number)) }
        details { summary { "The whole text of revision " (number) } pre tabindex="0" { code { (revision.source) } } }
    };
    Ok(frame::page(&console, &signed, Place::Pages, &title, main).await?.into_response())
}

fn steps(slug: &str, number: i64, newest: i64) -> Markup {
    let at = |number: i64| format!("/console/pages/{slug}/history/{number}");
    html! {
        nav.row aria-label="Changes" {
            @if number > 1 { a.button href=(at(number - 1)) rel="prev" data-step="k" { "The change before" } }
            @if number < newest { a.button href=(at(number + 1)) rel="next" data-step="j" { "The next change" } }
            a href=(format!("/console/pages/{slug}/history")) { "All " (newest) }
        }
    }
}

/// The form that makes a page say again what it said.
fn back(signed: &Signed, stored: &Stored, text: &str, number: i64) -> Markup {
    let slug = &stored.page.front.slug;
    html! {
        section #back {
            h2 { "Go back to revision " (number) }
            p { "The page will say again what it said then, as revision " (stored.revision + 1) ". Nothing is deleted." }
            details { summary { "What that changes: " (counted(&stored.source, text)) } (difference(&stored.source, text, Side::Both)) }
            (frame::act(signed, &format!("/console/pages/{slug}/revert"), html! {
                input type="hidden" name="to" value=(number);
                input type="hidden" name="base" value=(stored.revision);
                div.field { label for="why" { "Why?" } input #why name="why" maxlength=(wiki::MAX_REASON_CHARS) autocomplete="off"; }
                button { "Go back to revision " (number) }
            }))
        }
    }
}

/// Which two revisions are compared.
#[derive(Debug, Deserialize)]
pub struct Two {
    from: i64,
    to: i64,
}

/// The difference between any two revisions.
pub async fn compare(
    State(console): State<Console>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(two): Query<Two>,
) -> Result<Response, Trouble> {
    let store = &console.app.store;
    let stored = wiki::newest(store, &slug).await?;
    let slug = &stored.page.front.slug;
    let old = match two.from {
        0 => String::new(),
        number => wiki::revision(store, slug, number).await?.source,
    };
    let new = wiki::revision(store, slug, two.to).await?.source;
    let title = format!("Revision {} to {}", two.from, two.to);
    let main = html! {
        (crumbs(&stored, &title))
        h1 { (title) }
        ul.facts { li { (counted(&old, &new)) } }
        (difference(&old, &new, Side::Both))
        (compare_form(slug, two.from, two.to))
    };
    Ok(frame::page(&console, &signed, Place::Pages, &title, main).await?.into_response())
}

/// Where a page goes back to.
#[derive(Debug, Deserialize)]
pub struct Back {
    to: i64,
    base: i64,
    #[serde(default)]
    why: String,
}

/// “Go back” was pressed.
pub async fn revert(
    State(console): State<Console>,
    Path(slug): Path<String>,
    sent: Sent<Back>,
) -> Result<Response, Trouble> {
    let Sent { signed, form } = sent;
    let (store, now) = (&console.app.store, console.app.clock.now());
    let wish = Revert { page: &slug, to: form.to, base: form.base, reason: &form.why };
    let approval = Approval::setting(console.app.config.second_approver);
    Ok(match wiki::revert(store, &signed.by, wish, approval, now).await? {
        Edited::Revision { page, revision, .. } | Edited::Unchanged { page, revision } => {
            Redirect::to(&format!("/console/pages/{page}?saved={revision}")).into_response()
        }
        Edited::Draft { draft, .. } => Redirect::to(&format!("/console/drafts/{draft}")).into_response(),
        Edited::Stale(stale) => newer(&console, &signed, &slug, &stale).await?,
    })
}

/// What somebody sees whose act of one press came too late: they look, and press again.
pub async fn newer(console: &Console, signed: &Signed, slug: &str, stale: &wiki::Stale) -> Result<Response> {
    let who = console.author(signed, &stale.author).await;
    let title = format!("{who} was faster");
    let main = html! {
        h1 { (title) }
        p.lead.column { "Nothing was done: " (who) " saved revision " (stale.revision) " while you looked at revision " (stale.base) "." }
        p { a.button.main href=(format!("/console/pages/{slug}/history/{}", stale.revision)) { "See what changed" } }
    };
    let page = frame::page(console, signed, Place::Pages, &title, main).await?;
    Ok((axum::http::StatusCode::CONFLICT, page).into_response())
}
