//! The list of the wiki's pages: what is due, what waits, who changed what last.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::door::Trouble;
use super::frame::{self, Place};
use super::guard::Signed;
use super::{Console, words};
use crate::web::layout::encoded;
use crate::wiki::shelf::{self, SHOWN, Shelf, Shelved, Which};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    part: i64,
}

impl Asked {
    fn which(&self) -> Which {
        match self.show.as_str() {
            "due" => Which::Due,
            "drafts" => Which::Drafts,
            "retired" => Which::Retired,
            _ => Which::All,
        }
    }

    fn address(&self, part: i64) -> String {
        format!("/console?show={}&q={}&part={part}", encoded(&self.show), encoded(&self.q))
    }
}

/// The list.
pub async fn shelf(
    State(console): State<Console>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let skip = asked.part.clamp(0, 1_000_000) * SHOWN;
    let shelf = shelf::shelf(store, &signed.by, asked.which(), &asked.q, skip, now).await?;
    let mut rows = Vec::new();
    for page in &shelf.pages {
        let author = console.author(&signed, &page.author).await;
        rows.push(html! {
            tr {
                th scope="row" { a href=(format!("/console/pages/{}", page.slug)) { (page.title) } }
                td data-label="Checked:" { (words::since(page.reviewed, now)) }
                td data-label="State:" { (state(page)) }
                td data-label="Last change:" { (author) @if !page.reason.is_empty() { ", “" (page.reason) "”" } ", " (words::ago(page.at, now)) }
            }
        });
    }
    let main = html! {
        div.row { h1 { "Pages" } p.end { a.button.main href="/console/new" { "Start a page" } } }
        (due(&shelf))
        (tabs(&asked, &shelf))
        form.row role="search" action="/console" {
            input type="hidden" name="show" value=(asked.show);
            label.hidden for="find" { "Find a page by its name or its words" }
            input #find type="search" name="q" value=(asked.q) maxlength="200" placeholder="Find a page";
            button { "Find" }
        }
        @if rows.is_empty() {
            p.empty { @if asked.q.is_empty() { "None." } @else { "No page here has “" (asked.q) "”." } }
        } @else {
            div.table.cards-small role="region" aria-label="Pages" tabindex="0" {
                table {
                    thead { tr { th scope="col" { "Page" } th scope="col" { "Facts checked" } th scope="col" { "State" } th scope="col" { "Last change" } } }
                    tbody { @for row in rows { (row) } }
                }
            }
            (parts(&asked, &shelf))
        }
    };
    Ok(frame::page(&console, &signed, Place::Pages, "Pages", main).await?.into_response())
}

fn state(page: &Shelved) -> Markup {
    html! {
        @if let Some(since) = page.retired { span.badge { "Retired on " (since) } }
        @if page.due.is_some() { span.badge.due { "Due for a look" } " " }
        @if page.drafts == 1 { span.badge { "1 draft waits" } } @else if page.drafts > 1 { span.badge { (page.drafts) " drafts wait" } }
        @if page.retired.is_none() && page.due.is_none() && page.drafts == 0 { span.badge.good { "Fine" } }
    }
}

fn due(shelf: &Shelf) -> Markup {
    let Some(first) = shelf.pages.iter().find(|page| page.due.is_some()) else { return html! {} };
    let due = shelf.counts.due;
    html! {
        div.note.warn {
            strong { @if due == 1 { "One page is due for a look" } @else { (due) " pages are due for a look" } }
            p { @if due == 1 { "Its" } @else { "Their" } " facts were last checked long ago. " a href=(format!("/console/pages/{}", first.slug)) { "Begin with " (first.title) } "; it takes about ten minutes." }
        }
    }
}

fn tabs(asked: &Asked, shelf: &Shelf) -> Markup {
    let counts = &shelf.counts;
    let tabs = [
        ("", Which::All, format!("All {}", counts.all)),
        ("due", Which::Due, format!("Due {}", counts.due)),
        ("drafts", Which::Drafts, format!("Drafts {}", counts.drafts)),
        ("retired", Which::Retired, format!("Retired {}", counts.retired)),
    ];
    html! {
        ul.tabs {
            @for (show, which, label) in tabs {
                li { a href=(format!("/console?show={show}")) aria-current=[(which == asked.which()).then_some("true")] { (label) } }
            }
        }
    }
}

fn parts(asked: &Asked, shelf: &Shelf) -> Markup {
    let last = (shelf.found - 1).max(0) / SHOWN;
    let part = asked.part.clamp(0, last);
    html! {
        @if last > 0 {
            p.row {
                @if part > 0 { a href=(asked.address(part - 1)) rel="prev" { "The ones before" } }
                span.quiet { (part * SHOWN + 1) " to " (shelf.found.min((part + 1) * SHOWN)) " of " (shelf.found) }
                @if part < last { a href=(asked.address(part + 1)) rel="next" { "The next ones" } }
            }
        }
    }
}
