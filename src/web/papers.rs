//! The week's papers: the list of weeks, a week, and search in all of them.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::failure::Failure;
use super::layout::{Page, Place};
use super::{layout, markdown, words};
use crate::papers::archive::{self, Found, Hit, Listed, MAX_QUERY_CHARS, Stored};
use crate::papers::{Entry, Filter, Level, News, Week};
use crate::wiki::{is_function_word, name};
use crate::{App, Error};

/// How many weeks the list shows: twenty years.
const WEEKS: u16 = 1_040;
/// How many papers a search shows at first, and at most.
const HITS: u16 = 25;
const MOST_HITS: u16 = 100;
/// How many more papers of a week are listed below its digest.
const OTHERS: usize = 150;
/// How many papers show the beginning of their abstract; the others fold it.
const OPEN: usize = 3;

#[derive(Deserialize)]
pub struct Wanted {
    q: Option<String>,
    /// Whether to show more results.
    #[serde(default)]
    more: bool,
}

/// `/papers`, and `/papers?q=…`
pub async fn all(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Markup, Failure> {
    let query = wanted.q.as_deref().unwrap_or_default().trim();
    if !query.is_empty() {
        let most = if wanted.more { MOST_HITS } else { HITS };
        let found = archive::search(&app.store, query, most).await?;
        let title = format!("{query} – papers");
        return Ok(Page::new(&title).within(Place::Papers).show(results(&found, query, most)));
    }
    let weeks = archive::weeks(&app.store, WEEKS).await?;
    let main = html! {
        h1 { "Papers, week by week" }
        p.lead.column { "What people voted for at Hugging Face. Each week is closed on Monday and then stays as it was." }
        (find(""))
        (list(&weeks))
        (subscribe())
    };
    let about = "Every week's machine-learning papers since Cairn began, by votes, newest first.";
    let page = Page::new("Papers, week by week").about(about).within(Place::Papers);
    Ok(page.shared(&app.config, "/papers".to_owned()).show(main))
}

fn find(query: &str) -> Markup {
    html! {
        form.column role="search" aria-label="Papers" action="/papers" method="get" {
            label for="papers-q" { "Search all papers" }
            div.joined {
                input #papers-q type="search" name="q" value=(query) maxlength=(MAX_QUERY_CHARS) required placeholder="Method, author, title";
                button.main type="submit" { "Search" }
            }
        }
    }
}

fn subscribe() -> Markup {
    html! { p.quiet.column { "A message each Monday: " a href="/papers/feed.atom" { "by feed" } ", or on Discord with " code { "/papers subscribe" } "." } }
}

fn results(found: &Found, query: &str, most: u16) -> Markup {
    let asked: Vec<String> = name(query).split(' ').filter(|word| !is_function_word(word)).map(str::to_owned).collect();
    let (shown, total) = (found.hits.len(), found.total);
    html! {
        p.kicker { "Papers" }
        h1 { (query) }
        @if shown > 0 {
            p.quiet {
                @if shown < total { "The best " (shown) " of " (total) " papers." } @else if total == 1 { "One paper." } @else { (total) " papers." }
            }
        }
        (find(query))
        @if shown == 0 { p.column { (found) } p { a href="/papers" { "All weeks" } } }
        ol.papers { @for hit in &found.hits { (found_one(hit, &asked)) } }
        @if shown < total && most < MOST_HITS {
            p { a.button href=(format!("/papers?q={}&more=true", layout::encoded(query))) { "Show more papers" } }
        }
        @if shown > 0 { p.quiet { a href="/papers" { "All weeks" } } }
    }
}

fn found_one(hit: &Hit, asked: &[String]) -> Markup {
    html! {
        li.paper {
            (votes(&hit.entry))
            div {
                h2 { a href=(hit.entry.id.abs()) { (words::matched(&hit.entry.title, asked)) } }
                p.by { (authors(&hit.entry)) }
                p.links {
                    a href=(format!("/papers/{}#{}", hit.week, anchor(&hit.entry))) { "Week of " (hit.week.in_words()) }
                    a href=(hit.entry.id.pdf()) { "PDF" }
                }
            }
        }
    }
}

fn list(weeks: &[Listed]) -> Markup {
    let months: Vec<&[Listed]> = weeks.chunk_by(|a, b| month(a) == month(b)).collect();
    html! {
        @if weeks.is_empty() { p.column { "There is no week here yet. The first one comes when a Discord channel that gets papers has its first digest, or when somebody asks for a week with " code { "/papers week" } "." } }
        @for weeks in months {
            h2 { (month(&weeks[0])) }
            ul.weeks {
                @for listed in weeks {
                    li {
                        h3 { a href=(format!("/papers/{}", listed.week)) { (listed.week.in_words_of_its_year()) } @if !listed.over { " (so far)" } }
                        p { (counted(listed.papers)) @if let Some(first) = &listed.first { " Most wanted: " (first) } }
                    }
                }
            }
        }
    }
}

fn month(listed: &Listed) -> String {
    listed.week.monday().strftime("%B %Y").to_string()
}

fn counted(papers: usize) -> String {
    if papers == 1 { "One paper.".to_owned() } else { format!("{papers} papers.") }
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
    let mut near = [None, None];
    for (place, other) in near.iter_mut().zip([week.previous(), week.next()]) {
        let is_kept = !archive::first(&app.store, other, 1).await?.is_empty();
        *place = is_kept.then_some(other);
    }
    let (title, about) = (stored.digest.title(), about(&stored));
    let page = Page::new(&title).about(&about).within(Place::Papers).shared(&app.config, format!("/papers/{week}"));
    Ok(page.show(article(&stored, near)).into_response())
}

/// The description for previews of a link to a week.
fn about(stored: &Stored) -> String {
    let top = stored.digest.entries.first().map(|entry| format!(" At the top: {}", entry.title)).unwrap_or_default();
    format!("{} The most wanted first.{top}", counted(stored.digest.entries.len()))
}

/// For a week that is not stored, with a link to the nearest one that is.
async fn unknown(app: &App, week: Week) -> Result<Response, Failure> {
    let near = archive::nearest(&app.store, week).await?;
    let main = html! {
        div.empty {
            h1 { "No papers of this week" }
            p { "Nobody has asked for the week of " (week.in_words()) " yet." }
            @match near {
                Some(near) => {
                    p { "The nearest week in the archive:" }
                    p { a.button.main.alone href=(format!("/papers/{near}")) { (near.in_words()) } }
                }
                None => p { "The archive has no week yet." },
            }
            p.quiet { "On Discord, " code { "/papers week" } " fetches any week that is over. Or see " a href="/papers" { "all weeks" } "." }
        }
    };
    let title = format!("Papers of {}", week.in_words());
    Ok((StatusCode::NOT_FOUND, Page::new(&title).within(Place::Papers).show(main)).into_response())
}

fn article(stored: &Stored, near: [Option<Week>; 2]) -> Markup {
    let digest = stored.digest.filtered(&Filter::default());
    let rest: Vec<&Entry> = stored.digest.entries.iter().skip(digest.entries.len()).take(OTHERS).collect();
    let news = digest.news(usize::MAX);
    html! {
        p.kicker { "The week's papers" }
        h1 { (digest.week.in_words()) }
        p.lead.column {
            (counted(stored.digest.entries.len())) " "
            @if digest.is_by_votes() { "By votes at Hugging Face." } @else { "By points at Hacker News." }
            " New to papers? Read one in " a href="/guides/reading-papers#the-three-passes" { "three passes" } ": a glance, the argument, the details."
        }
        @for remark in digest.remarks() { p.column.quiet { (remark) } }
        (pager(near, "Weeks"))
        ol.papers { @for (n, news) in news.iter().enumerate() { (paper(news, n < OPEN)) } }
        @if !rest.is_empty() {
            details.others {
                summary { (rest.len()) @if rest.len() == 1 { " more paper of this week" } @else { " more papers of this week" } }
                ol start=(digest.entries.len() + 1) {
                    @for entry in rest { li id=(anchor(entry)) { a href=(entry.id.abs()) { (entry.title) } " " span.quiet { (counted_votes(entry)) } } }
                }
            }
        }
        (pager(near, "Weeks, again"))
        (subscribe())
        p.quiet.small { "Votes of " time datetime=(stored.fetched) { (stored.fetched.strftime("%-d %B %Y, %H:%M UTC")) } "." }
    }
}

fn pager(near: [Option<Week>; 2], label: &str) -> Markup {
    let [before, after] = near;
    html! {
        nav.pager aria-label=(label) {
            @if let Some(week) = before { a href=(format!("/papers/{week}")) { "← " (week.in_words_of_its_year()) } }
            a href="/papers" { "All weeks" }
            @if let Some(week) = after { a href=(format!("/papers/{week}")) { (week.in_words_of_its_year()) " →" } }
        }
    }
}

fn paper(news: &News<'_>, is_open: bool) -> Markup {
    let News { entry, touches, .. } = news;
    let (first, rest) = entry.opening();
    html! {
        li.paper id=(anchor(entry)) {
            (votes(entry))
            div {
                h2 { a href=(entry.id.abs()) { (entry.title) } }
                p.by { (authors(entry)) @if let Some(level) = news.level { " " (self::level(level)) } }
                @if entry.pinned || !entry.sightings.is_empty() { div.by { (markdown::render(&entry.why())) } }
                @if is_open {
                    p { (first) }
                    @if !rest.is_empty() { details { summary { "The rest of the abstract" } p { (rest) } } }
                } @else if !entry.summary.is_empty() {
                    details { summary { "Abstract" } p { (entry.summary) } }
                }
                p.links {
                    a href=(entry.id.pdf()) { "PDF" }
                    @if let Some(code) = &entry.code { a href=(code) { "Code" } }
                    @if !touches.is_empty() {
                        span.quiet { "Explained in the wiki: " @for (n, touched) in touches.iter().enumerate() { @if n > 0 { ", " } a href=(touched.link) { (touched.title) } } }
                    }
                }
            }
        }
    }
}

fn level(level: Level) -> Markup {
    match level {
        Level::Beginner => html! { span.badge.good { "good first paper" } },
        Level::Intermediate => html! { span.badge { "intermediate" } },
        Level::Advanced => html! { span.badge { "hard" } },
    }
}

fn authors(entry: &Entry) -> String {
    let date = entry.published.map(|at| at.strftime("%-d %B %Y").to_string());
    [Some(entry.people()).filter(|names| !names.is_empty()), date].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn votes(entry: &Entry) -> Markup {
    html! { div.votes { b { (entry.votes) } " " span { (if entry.votes == 1 { "vote" } else { "votes" }) } } }
}

fn counted_votes(entry: &Entry) -> String {
    if entry.votes == 1 { "1 vote".to_owned() } else { format!("{} votes", entry.votes) }
}

/// The paper's anchor on the page of its week.
fn anchor(entry: &Entry) -> String {
    format!("arxiv-{}", entry.id.as_str().replace('/', "-"))
}
