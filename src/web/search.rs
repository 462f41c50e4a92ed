//! Search in the wiki.

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::failure::Failure;
use super::{Site, ask, layout, markdown};
use crate::welcome;
use crate::wiki::search::{self, Answer, Found, Hit};
use crate::wiki::snippet;

/// How many sections a page of results lists.
const LISTED: usize = search::CHOICES;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
}

/// `/search`, and `/search?q=…`
pub async fn search(State(site): State<Site>, Query(wanted): Query<Wanted>) -> Result<Markup, Failure> {
    if wanted.q.trim().is_empty() {
        return Ok(layout::page("Search", "", empty()));
    }
    let answer = find(&site, &wanted.q).await?;
    let title = format!("{} – search", wanted.q.trim());
    // Who asks how to get started is shown the guide first.
    let first = welcome::to_search(&site.app.store, &wanted.q, "").await?;
    let first = first.as_ref().and_then(|welcome| Some((welcome, welcome.guide.as_ref()?)));
    let main = html! {
        @match first {
            Some((welcome, guide)) => { (ask::guided(welcome, guide)) h2 { "In the wiki" } },
            None => h1 { "Search" },
        }
        (results(&answer))
    };
    Ok(layout::page(&title, &wanted.q, main))
}

/// Before anything is searched for.
fn empty() -> Markup {
    html! {
        h1 { "Search" }
        form.find role="search" action="/search" method="get" {
            label for="search-q" { "Search the wiki" }
            input #search-q type="search" name="q" maxlength=(search::MAX_QUERY_CHARS) required placeholder="Which laptop do I need?";
            button type="submit" { "Search" }
        }
        p { "Type what you want to know, in your own words, or " a href="/guides" { "look through all pages" } "." }
    }
}

/// What the wiki says to a query; if nothing, the moderators will see it, if there is room for it.
pub async fn find(site: &Site, query: &str) -> Result<Answer, Failure> {
    let app = &site.app;
    let mut answer = search::search(&app.store, query, LISTED, "", &app.config.humans_url).await?;
    if answer.is_gap() {
        answer.is_read = site.unanswered.take(query, app.clock.now()) && app.home.exists();
    }
    Ok(answer)
}

/// An answer as HTML: the clear winner in full, choices as a list.
pub fn results(answer: &Answer) -> Markup {
    html! {
        @for (typed, meant) in &answer.corrected { p.note { "“" (typed) "” was read as “" (meant) "”." } }
        @match answer.found() {
            Found::Nothing => {
                p { (answer.nothing()) }
                p { "Try other words, " a href="/guides" { "look through all pages" } ", or " a href=(answer.humans) { "ask people" } "." }
            }
            Found::Courtesy(reply) => p { (reply) },
            Found::Clear(best) => {
                (whole(best))
                @if answer.hits.len() > 1 { h2 { "Also" } (list(&answer.hits[1..])) }
            }
            Found::Choices(_) => (list(&answer.hits)),
        }
    }
}

fn whole(hit: &Hit) -> Markup {
    let s = &hit.snippet;
    html! {
        section.hit {
            h2 { a href=(s.link) { (s.heading) } }
            @if s.heading != s.title { p.where { "in " (s.title) } }
            (markdown::render(&s.text))
            p.where { a href=(s.link) { "Read on in " (s.title) } " · reviewed " (s.reviewed) " · revision " (s.revision) }
        }
    }
}

fn list(hits: &[Hit]) -> Markup {
    html! {
        ol.hits {
            @for hit in hits {
                li {
                    a href=(hit.snippet.link) { (hit.snippet.heading) }
                    @if hit.snippet.heading != hit.snippet.title { span.where { " in " (hit.snippet.title) } }
                    p { (snippet::preview(&hit.snippet.text)) }
                }
            }
        }
    }
}
