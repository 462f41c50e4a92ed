//! The week's papers: the list of weeks, a week, and search in all of them.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::failure::Failure;
use super::{layout, markdown};
use crate::papers::archive::{self, Found, Listed, MAX_QUERY_CHARS, Stored};
use crate::papers::{Digest, Entry, Filter, Week};
use crate::{App, Error};

/// How many weeks the list shows: twenty years.
const WEEKS: u16 = 1_040;
/// How many papers a search shows, and how many of a week stand below its digest.
const HITS: u16 = 25;
const OTHERS: usize = 150;

#[derive(Deserialize)]
pub struct Wanted {
    q: Option<String>,
}

/// `/papers`, and `/papers?q=…`
pub async fn all(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Markup, Failure> {
    let query = wanted.q.unwrap_or_default();
    let found = match query.trim().is_empty() {
        true => None,
        false => Some(archive::search(&app.store, &query, HITS).await?),
    };
    let weeks = if found.is_some() { Vec::new() } else { archive::weeks(&app.store, WEEKS).await? };
    let title = if found.is_some() { format!("{} – papers", query.trim()) } else { "Papers of the week".to_owned() };
    Ok(layout::page(
        &title,
        "",
        html! {
            h1 { "Papers of the week" }
            p { "What people voted for at Hugging Face, week by week. New weeks come by " a href="/papers/feed.atom" { "Atom feed" } ", too." }
            (find(&query))
            @match &found { Some(found) => (results(found)), None => (list(&weeks)) }
        },
    ))
}

fn find(query: &str) -> Markup {
    html! {
        form.find role="search" action="/papers" method="get" {
            label for="papers-q" { "Search all papers" }
            input #papers-q type="search" name="q" value=(query) maxlength=(MAX_QUERY_CHARS) required placeholder="A method, an author, a title";
            button type="submit" { "Search papers" }
        }
    }
}

fn results(found: &Found) -> Markup {
    html! {
        @if found.hits.is_empty() { p { (found) } p { a href="/papers" { "All weeks" } } }
        ol.hits {
            @for hit in &found.hits {
                li {
                    a href=(format!("/papers/{}#{}", hit.week, anchor(&hit.entry))) { (hit.entry.title) }
                    p { (hit.evidence()) " · " a href=(hit.entry.id.abs()) { "abstract" } }
                }
            }
        }
    }
}

fn list(weeks: &[Listed]) -> Markup {
    html! {
        @if weeks.is_empty() { p { "There is no week here yet. The first one comes when a Discord channel that gets papers has its first digest, or when somebody asks for a week with /papers week." } }
        ul.pages {
            @for listed in weeks {
                li {
                    a href=(format!("/papers/{}", listed.week)) { (listed.week) }
                    @if let Some(first) = &listed.first { " " span { (first) } }
                    @if !listed.over { " " span { "(so far)" } }
                }
            }
        }
    }
}

/// `/papers/2026-W47`
pub async fn one(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Failure> {
    let week: Week = match name.parse() {
        Ok(week) => week,
        Err(Error::Refused(refused)) => return Err(Failure::with(StatusCode::NOT_FOUND, &refused.text)),
        Err(fault) => return Err(fault.into()),
    };
    if week.to_string() != name {
        return Ok(Redirect::to(&format!("/papers/{week}")).into_response());
    }
    let Some(stored) = archive::stored(&app.store, week).await? else { return unknown(&app, week).await };
    let near = [week.previous(), week.next()].map(|week| (week, archive::first(&app.store, week, 1)));
    let mut others = Vec::new();
    for (week, first) in near {
        others.extend((!first.await?.is_empty()).then_some(week));
    }
    Ok(layout::page(&format!("Papers of {week}"), "", article(&stored, &others)).into_response())
}

/// A week that nobody fetched, and the nearest that somebody did.
async fn unknown(app: &App, week: Week) -> Result<Response, Failure> {
    let near = archive::nearest(&app.store, week).await?;
    let page = html! {
        h1 { "Nothing is known about " (week) }
        p {
            @match near {
                Some(near) => { "The nearest week in the archive is " a href=(format!("/papers/{near}")) { (near) } "." }
                None => { "The archive has no week yet." }
            }
            " On Discord, /papers week fetches any week that is over."
        }
        p { a href="/papers" { "All weeks" } }
    };
    Ok((StatusCode::NOT_FOUND, layout::page(&format!("Papers of {week}"), "", page)).into_response())
}

fn article(stored: &Stored, others: &[Week]) -> Markup {
    let digest = stored.digest.filtered(&Filter::default());
    let rest: Vec<&Entry> = stored.digest.entries.iter().skip(digest.entries.len()).take(OTHERS).collect();
    html! {
        article {
            h1 { (digest.title()) }
            p.kicker { (digest.week) }
            (introduction(&digest))
            @for entry in digest.headlines() { (paper(entry, true)) }
            @if !digest.more().is_empty() { h2 { "More papers" } }
            @for entry in digest.more() { (paper(entry, false)) }
            @if !rest.is_empty() {
                h2 { "Also listed in this week" }
                ol.hits start=(digest.entries.len() + 1) {
                    @for entry in rest { li id=(anchor(entry)) { a href=(entry.id.abs()) { (entry.title) } " " span.where { (votes(entry)) } } }
                }
            }
            footer.colophon {
                p.weeks { @for week in others { a href=(format!("/papers/{week}")) { "Papers of " (week) } } a href="/papers" { "All weeks" } }
                p { "Votes of " time datetime=(stored.fetched) { (stored.fetched.strftime("%Y-%m-%d %H:%M UTC")) } "." }
            }
        }
    }
}

/// What stands above the papers, without the title, which is the page's.
fn introduction(digest: &Digest) -> Markup {
    let said = digest.payload().body;
    let rest = said.split_once("\n\n").map_or("", |(_, rest)| rest);
    // Links within the site need no host, so that the page works under any address: what is kept has none.
    html! { (markdown::render(rest)) }
}

fn paper(entry: &Entry, headline: bool) -> Markup {
    html! {
        section.hit id=(anchor(entry)) {
            @if headline { h2 { a href=(entry.id.abs()) { (entry.rank) ". " (entry.title) } } }
            @else { h3 { a href=(entry.id.abs()) { (entry.rank) ". " (entry.title) } } }
            p.where { (authors(entry)) }
            (markdown::render(&entry.why()))
            details open[headline] { summary { "Abstract" } p { (entry.summary) } }
            p {
                a href=(entry.id.pdf()) { "PDF" }
                @if let Some(code) = &entry.code { " · " a href=(code) { "code" } }
                " · " (entry.level)
            }
            @if !entry.touches.is_empty() {
                p.where { "In the wiki: " @for (n, touched) in entry.touches.iter().enumerate() { @if n > 0 { ", " } a href=(touched.link) { (touched.title) } } }
            }
        }
    }
}

fn authors(entry: &Entry) -> String {
    let named = entry.authors.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
    let more = entry.authors.len().saturating_sub(8);
    let names = if more > 0 { format!("{named} and {more} more") } else { named };
    let date = entry.published.map(|at| at.strftime("%-d %B %Y").to_string());
    [Some(names).filter(|n| !n.is_empty()), date].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn votes(entry: &Entry) -> String {
    if entry.votes == 1 { "1 upvote".to_owned() } else { format!("{} upvotes", entry.votes) }
}

/// The paper's place on the page of its week.
fn anchor(entry: &Entry) -> String {
    format!("arxiv-{}", entry.id.as_str().replace('/', "-"))
}
