//! Pages of the wiki.

use axum::extract::{Path, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use maud::{Markup, html};

use super::failure::Failure;
use super::layout::{Page, Place};
use super::{cards, layout, markdown, shelves};
use crate::triage::Track;
use crate::welcome::FIRST_STEPS;
use crate::wiki::{self, Listed, Section, Stored, folder};
use crate::{App, Kind};

/// The reading speed that we assume, in words per minute.
const WORDS_A_MINUTE: usize = 220;
/// A page with fewer headings needs no table of contents.
const FEWEST_HEADINGS: usize = 3;

/// The list of all pages.
pub async fn all(State(app): State<App>) -> Result<Markup, Failure> {
    let pages = wiki::pages(&app.store).await?;
    let about =
        "The four guides into machine learning, and every page of the wiki: begin, learn, build, find work, work.";
    let main = html! {
        h1 { "Guides" }
        p.lead.column { "Four guides for four ways in, and pages for what you meet on the way." }
        h2 { "Four ways in" }
        (cards::of_pages(&pages))
        div.shelves {
            @for (name, pages) in shelves::all(&pages) {
                section.shelf {
                    h2 { (name) }
                    ul.plain { @for page in pages { li { a href=(format!("/guides/{}", page.slug)) { (page.title) } span { (page.summary) } } } }
                }
            }
        }
    };
    let page = Page::new("Guides into machine learning").about(about).within(Place::Guides);
    Ok(page.shared(&app.config, "/guides".to_owned()).show(main))
}

/// One page. Any other name of the page redirects to its slug.
pub async fn one(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Failure> {
    // People use the name of a page's file as its address.
    let wanted = name.strip_suffix(".md").unwrap_or(&name);
    let stored = match wiki::page(&app.store, wanted).await {
        Ok(stored) => stored,
        Err(error) if error.kind() == Some(Kind::NotFound) => {
            return Err(Failure::no_guide(&name, &wiki::like(&app.store, &name).await?));
        }
        Err(error) => return Err(error.into()),
    };
    let front = &stored.page.front;
    let address = format!("/guides/{}", layout::encoded(&front.slug));
    if front.slug != name {
        return Ok(Redirect::to(&address).into_response());
    }
    let pages = wiki::pages(&app.store).await?;
    let main = html! { (article(&stored, &pages, &app.config.humans_url)) };
    let page = Page::new(&front.title).about(&front.summary).within(Place::Guides).shared(&app.config, address);
    Ok(page.show(main).into_response())
}

/// A picture of the wiki. Opened alone, it may use its own styles and nothing else.
pub async fn picture(uri: Uri, Path(name): Path<String>) -> Result<Response, Failure> {
    let kind = match name.rsplit_once('.') {
        Some((_, "svg")) => "image/svg+xml",
        Some((_, "png")) => "image/png",
        _ => return Err(Failure::nowhere(&uri)),
    };
    let bytes = folder::picture(&name).ok_or_else(|| Failure::nowhere(&uri))?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=86400"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    Ok((headers, bytes).into_response())
}

/// The two halves of a guide's title: its name and its subject.
fn halves(stored: &Stored) -> (&str, String) {
    let front = &stored.page.front;
    match front.title.split_once(": ").filter(|_| front.track.is_some()) {
        Some((name, about)) => {
            let mut letters = about.chars();
            let first = letters.next().map(char::to_uppercase).into_iter().flatten();
            (name, first.chain(letters).collect())
        }
        None => (&front.title, front.title.clone()),
    }
}

fn article(stored: &Stored, pages: &[Listed], humans: &str) -> Markup {
    let front = &stored.page.front;
    let (lead, rest) = stored.page.sections.split_at(1);
    let is_first = |section: &&Section| section.old_names.iter().any(|name| name == FIRST_STEPS);
    // A guide begins with its first steps, because it is there to be used.
    let first = rest.iter().find(|section| front.track.is_some() && is_first(section));
    let after: Vec<&Section> =
        rest.iter().filter(|section| first.is_none_or(|first| first.anchor != section.anchor)).collect();
    let listed: Vec<&Section> = first.into_iter().chain(after.iter().copied()).filter(|s| s.level <= 2).collect();
    let has_contents = listed.len() >= FEWEST_HEADINGS;
    let (name, title) = halves(stored);
    html! {
        div.guide {
            @if has_contents { div.contents-wide { nav.contents aria-label="On this page" { h2 { "On this page" } (contents(&listed)) } } }
            article {
                p.crumbs { a href="/guides" { "Guides" } " / " (name) }
                h1 { (title) }
                p.lead { (front.summary) }
                (facts(stored))
                @if let Some(first) = first { (start(stored, first)) }
                @if has_contents {
                    details.contents-fold {
                        summary { "On this page: " (listed.len()) " sections" }
                        nav.contents aria-label="Sections" { (contents(&listed)) }
                    }
                }
                @for section in lead { (old_names(section)) (text(stored, section)) }
                @for section in after {
                    section id=(section.anchor) {
                        @if section.level <= 2 { h2 { (heading(section)) } } @else { h3 { (heading(section)) } }
                        (old_names(section))
                        (text(stored, section))
                    }
                }
                (turn(stored, pages))
                (foot(stored, humans))
            }
        }
    }
}

/// When the facts were checked, the reading time, and the sources.
fn facts(stored: &Stored) -> Markup {
    let front = &stored.page.front;
    let words: usize = stored.page.sections.iter().map(|section| section.shown.split_whitespace().count()).sum();
    let minutes = words.div_ceil(WORDS_A_MINUTE);
    html! {
        ul.facts {
            li { "Facts checked on " time datetime=(front.reviewed) { (date(front.reviewed)) } }
            li { (minutes) @if minutes == 1 { " minute" } @else { " minutes" } }
            @if !front.sources.is_empty() { li { a href="#sources" { "Sources" } } }
        }
    }
}

fn date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn start(stored: &Stored, section: &Section) -> Markup {
    html! {
        section.start id=(section.anchor) {
            h2 { (section.heading) }
            (old_names(section))
            (markdown::steps(&stored.snippet(section, "").text))
        }
    }
}

fn contents(sections: &[&Section]) -> Markup {
    html! { ol { @for section in sections { li { a href=(format!("#{}", section.anchor)) { (section.heading) } } } } }
}

/// Links to the pages before and after this one.
fn turn(stored: &Stored, pages: &[Listed]) -> Markup {
    let front = &stored.page.front;
    let (before, next) = shelves::around(pages, &front.slug, front.track);
    let link = |page: &Listed| format!("/guides/{}", page.slug);
    html! {
        @if before.is_some() || next.is_some() {
            nav.turn aria-label="Before and after" {
                @if let Some(page) = before { a href=(link(page)) { span { "← Before this" } (page.title) } }
                @if let Some(page) = next { a.next href=(link(page)) { span { "Read next →" } (page.title) } }
            }
        }
    }
}

/// Links for readers on the wrong page, and for readers who found an error.
fn foot(stored: &Stored, humans: &str) -> Markup {
    let front = &stored.page.front;
    html! {
        footer.after id="foot" {
            div { (ways_on(front.track)) }
            div {
                h2 { "Something out of date?" }
                p { "One sentence is enough: " a href=(humans) { "tell the people here" } ". Every version of this page is kept; this is revision " (stored.revision) "." }
            }
            @if !front.sources.is_empty() {
                details.sources id="sources" { summary { "Where this page's facts come from" } ul { @for source in &front.sources { li { (source) } } } }
            }
        }
    }
}

fn ways_on(track: Option<Track>) -> Markup {
    html! {
        @match track {
            Some(track) => {
                h2 { "Wrong guide?" }
                ul.plain {
                    @for other in cards::BY_NUMBER.into_iter().filter(|other| *other != track) {
                        li { a href=(format!("/guides/{}", other.slug())) { (cards::voice(other)) } }
                    }
                    li { a href="/" { "Let me say it in a sentence" } }
                }
            }
            None => {
                h2 { "Not what you wanted?" }
                ul.plain {
                    li { a href="/" { "Ask in a sentence" } }
                    li { a href="/search" { "Search the wiki" } }
                    li { a href="/guides" { "See all pages" } }
                }
            }
        }
    }
}

/// Anchors for old links.
fn old_names(section: &Section) -> Markup {
    html! { @for name in &section.old_names { a id=(name) {} } }
}

fn heading(section: &Section) -> Markup {
    html! { (section.heading) a.anchor href=(format!("#{}", section.anchor)) aria-label=(format!("Link to: {}", section.heading)) { "#" } }
}

fn text(stored: &Stored, section: &Section) -> Markup {
    // Links within the site have no host, so that the page works at any address.
    markdown::render(&stored.snippet(section, "").text)
}
