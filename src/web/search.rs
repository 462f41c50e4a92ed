//! Search in the wiki.

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::failure::Failure;
use super::layout::{Page, Place};
use super::{Site, cards, layout, markdown, words};
use crate::welcome::{self, Welcome};
use crate::wiki::search::{self, Answer, Found, Hit};
use crate::wiki::{is_function_word, name, snippet};

/// How many sections a page of results lists.
const LISTED: usize = search::CHOICES;
/// How much of a question is used as the heading, in characters.
const HEADING_CHARS: usize = 160;
/// The label of the search box.
const LABEL: &str = "Search the wiki";

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
}

/// `/search`, and `/search?q=…`
pub async fn search(State(site): State<Site>, Query(wanted): Query<Wanted>) -> Result<Markup, Failure> {
    let query = wanted.q.trim();
    if query.is_empty() {
        return Ok(page("Search").show(empty()));
    }
    let answer = find(&site, query).await?;
    let short: String = query.chars().take(HEADING_CHARS).collect();
    // A person who asks how to get started gets the guide first.
    let first = welcome::to_search(&site.app.store, query, "").await?;
    Ok(page(&short).show(results(&answer, query, &short, first.as_ref())))
}

fn page(title: &str) -> Page<'_> {
    Page::new(title).about("Ask the wiki in your own words.").within(Place::Search).without_search()
}

/// The page before the first search.
fn empty() -> Markup {
    html! {
        h1 { "Search" }
        p.lead.column { "Type what you want to know, in your own words." }
        (layout::search_box("Which laptop do I need?", "", true))
        p.quiet { "Or " a href="/guides" { "look through all pages" } "." }
    }
}

/// Searches the wiki. A question without an answer is passed on to the moderators if the queue has room.
pub async fn find(site: &Site, query: &str) -> Result<Answer, Failure> {
    let app = &site.app;
    let mut answer = search::search(&app.store, query, LISTED, "", &app.config.humans_url).await?;
    if answer.is_gap() {
        answer.is_read = site.unanswered.take(query, app.clock.now()) && app.home.exists();
    }
    Ok(answer)
}

/// The content words of a question, with corrections, to be marked in the results.
fn asked(answer: &Answer, query: &str) -> Vec<String> {
    let meant = answer.corrected.iter().map(|(_, meant)| meant.clone());
    name(query).split(' ').filter(|word| !is_function_word(word)).map(str::to_owned).chain(meant).collect()
}

fn results(answer: &Answer, query: &str, short: &str, first: Option<&Welcome>) -> Markup {
    let found = answer.found();
    if found == Found::Nothing {
        return nothing(answer, query, short);
    }
    let asked = asked(answer, query);
    let guide = first.and_then(|welcome| Some((welcome, welcome.guide.as_ref()?)));
    html! {
        p.kicker { "Search" }
        h1 { (short) @if short.len() < query.len() { "…" } }
        @if let Some(counted) = counted(answer) { p.quiet { (counted) } }
        (layout::search_box(LABEL, query, true))
        (corrected(answer))
        @if let Some((welcome, guide)) = guide { (cards::pointer(welcome, guide)) }
        @else if let Some(question) = first.and_then(|welcome| welcome.verdict.question.as_ref()) {
            section.best { p.kicker { "Where to begin" } (cards::choices(question, query)) }
        }
        @match found {
            Found::Courtesy(reply) => p.column { (reply) },
            Found::Clear(best) => { (whole(best, &asked)) (grouped(&answer.hits[1..], &asked)) }
            Found::Choices(hits) => { (short_best(hits.first(), &asked)) (grouped(hits.get(1..).unwrap_or_default(), &asked)) }
            Found::Nothing => {},
        }
        p.column.quiet { "Not what you meant? " a href="/" { "Ask in a sentence" } ", or " a href=(answer.humans) { "ask people" } "." }
    }
}

/// How many sections were found, on how many pages.
fn counted(answer: &Answer) -> Option<String> {
    let mut pages: Vec<&str> = answer.hits.iter().map(|hit| hit.snippet.page.as_str()).collect();
    pages.sort_unstable();
    pages.dedup();
    let on = if pages.len() == 1 { "one page".to_owned() } else { format!("{} pages", pages.len()) };
    match answer.hits.len() {
        0 => None,
        _ if !answer.is_sure => Some(format!("{}:", answer.heading())),
        1 => Some("One section answers this.".to_owned()),
        sections => Some(format!("{sections} sections on {on} may answer this.")),
    }
}

/// The `most` best sections, for a person who asked in a sentence, and where else to ask.
pub fn few(answer: &Answer, query: &str, most: usize) -> Markup {
    let asked = asked(answer, query);
    html! {
        (corrected(answer))
        @match answer.found() {
            Found::Nothing => {
                p.column { (answer.nothing()) }
                div.column { (markdown::render(&search::elsewhere(&answer.humans, Some("/guides")))) }
            }
            Found::Courtesy(reply) => p.column { (reply) },
            Found::Clear(best) => {
                (whole(best, &asked))
                @for hit in answer.hits.iter().take(most).skip(1) { (beside(hit, &asked)) }
                (people(answer))
            }
            Found::Choices(hits) => {
                @if !answer.is_sure { p.column { (answer.heading()) ":" } }
                @for hit in hits.iter().take(most) { (beside(hit, &asked)) }
                (people(answer))
            }
        }
    }
}

fn people(answer: &Answer) -> Markup {
    html! { div.column.quiet { (markdown::render(&answer.people())) } }
}

fn corrected(answer: &Answer) -> Markup {
    html! { @for line in answer.read_as(str::to_owned) { p.quiet { (line) } } }
}

/// The page for no results, with next steps.
fn nothing(answer: &Answer, query: &str, short: &str) -> Markup {
    html! {
        div.empty {
            p.kicker { "Search" }
            h1 { "Nothing on “" (short) "” yet" }
            p { (answer.nothing()) " Cairn would rather say so than guess." }
            (layout::search_box(LABEL, query, true))
            h2 { "What you can do now" }
            ol.steps {
                li { strong { "Ask people." } a href=(answer.humans) { "Here somebody may know" } "; the " a href="/guides/communities" { "communities page" } " says how to ask so that you get an answer." }
                li { strong { "Try other words." } "Or " a href="/guides" { "look through all pages" } "." }
            }
        }
    }
}

/// The section with the answer, in full.
fn whole(hit: &Hit, asked: &[String]) -> Markup {
    let s = &hit.snippet;
    html! {
        section.best {
            p.kicker { "Best match" @if s.heading != s.title { ", from " (s.title) } }
            h2 { (link(hit, asked)) }
            (markdown::marked(&s.text, asked))
            p.quiet.small { a href=(s.link) { "Read on there" } " · facts checked on " (s.reviewed.strftime("%-d %B %Y")) }
        }
    }
}

/// The best of several sections, shortened.
fn short_best(hit: Option<&Hit>, asked: &[String]) -> Markup {
    let Some(hit) = hit else { return Markup::default() };
    let s = &hit.snippet;
    html! {
        section.best {
            p.kicker { "Best match" @if s.heading != s.title { ", from " (s.title) } }
            h2 { (link(hit, asked)) }
            p { (words::matched(&snippet::preview(&s.text), asked)) }
            p { a href=(s.link) { "Read this section" } }
        }
    }
}

/// The other sections by page, in the order of each page's first hit.
fn grouped(hits: &[Hit], asked: &[String]) -> Markup {
    let mut pages: Vec<(&str, Vec<&Hit>)> = Vec::new();
    for hit in hits {
        match pages.iter_mut().find(|(title, _)| *title == hit.snippet.title) {
            Some((_, of_page)) => of_page.push(hit),
            None => pages.push((&hit.snippet.title, vec![hit])),
        }
    }
    html! {
        @for (title, hits) in pages {
            section.group { h2 { "In " (title) } @for hit in hits { (line(hit, asked)) } }
        }
    }
}

/// A section below its page's heading.
fn line(hit: &Hit, asked: &[String]) -> Markup {
    html! { div.hit { h3 { (link(hit, asked)) } p { (words::matched(&snippet::preview(&hit.snippet.text), asked)) } } }
}

/// A section outside a group.
fn beside(hit: &Hit, asked: &[String]) -> Markup {
    let s = &hit.snippet;
    html! {
        div.hit {
            h2 { (link(hit, asked)) }
            p { (words::matched(&snippet::preview(&s.text), asked)) }
            @if s.heading != s.title { p.from { "In " (s.title) } }
        }
    }
}

fn link(hit: &Hit, asked: &[String]) -> Markup {
    html! { a href=(hit.snippet.link) { (words::matched(&hit.snippet.heading, asked)) } }
}
