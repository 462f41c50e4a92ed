//! The question form and its answers.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use jiff::{SignedDuration, tz::TimeZone};
use maud::{Markup, html};
use serde::Deserialize;

use super::failure::{Failure, too_long};
use super::layout::Page;
use super::{Site, cards, care, layout, markdown, search, words};
use crate::decisions::{self, Here};
use crate::papers::archive;
use crate::triage::{Bands, Intent, MAX_CHARS, Post, Question, Track, Verdict};
use crate::welcome::{self, Guide, STEPS, WHOLE, Welcome};
use crate::wiki::search::MAX_QUERY_CHARS;
use crate::{App, wiki};

/// The site's main heading.
const TITLE: &str = "How do you get into machine learning?";
/// Example questions by type of person, for people who do not know what to write.
const EXAMPLES: [(&str, &str); 4] = [
    ("a pupil", "I'm in grade 11 and want to work in machine learning one day. What should I study?"),
    ("a developer", "I've been a backend developer for five years. How do I become an ML engineer?"),
    ("a student", "I'm doing a maths degree and would like to do research on new learning methods."),
    ("a tinkerer", "I just want to add image recognition to my hobby project. Where do I start?"),
];
/// The most frequent questions of newcomers, as queries for the wiki.
const OFTEN: [&str; 4] = [
    "How much maths do I need?",
    "Do I need a degree to be an ML engineer?",
    "Which computer is enough?",
    "Will AI take my job?",
];
/// The heading above sections of the wiki.
const FROM_WIKI: &str = "From the wiki";
/// How much of a question is repeated on the page, in characters.
const SHOWN_CHARS: usize = 600;
/// How many sections are shown if no guide fits.
const HITS: usize = 3;
/// For how long after its end a week counts as news.
const NEWS: SignedDuration = SignedDuration::from_hours(21 * 24);

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    text: String,
    /// The answer to the follow-up question.
    #[serde(default)]
    track: String,
}

/// `/`
pub async fn home(State(app): State<App>) -> Result<Markup, Failure> {
    let pages = wiki::pages(&app.store).await?;
    let today = app.clock.now().to_zoned(TimeZone::UTC).date();
    let weeks = archive::weeks(&app.store, 2).await?;
    let newest = weeks.into_iter().find(|week| week.over).filter(|w| today.duration_since(w.week.sunday()) <= NEWS);
    let main = html! {
        div.hero {
            div {
                h1 { (TITLE) }
                p.lead { "It depends on who you are and what you're after. Say it in a sentence or two, and Cairn points you to one of four guides and tells you why." }
                (ask_box("", "Your question, as you'd ask a person", "Point me to a guide"))
                p.kicker #eg { "Not sure what to write? See what it says to" }
                ul.eg aria-labelledby="eg" {
                    @for (who, text) in EXAMPLES { li { a href=(format!("/ask?text={}", layout::encoded(text))) { (who) } } }
                }
            }
            img src="/guides/img/which-guide.svg" width="440" height="380" alt="Four paths lead away from a cairn. Their signposts read: a job, at school, for fun, research.";
        }
        h2 { "Or take the path yourself" }
        (cards::of_pages(&pages))
        h2 { "What newcomers ask most" }
        ul.plain.column {
            @for question in OFTEN { li { a href=(format!("/search?q={}", layout::encoded(question))) { (question) } } }
            @if let Some(newest) = newest {
                li { a href=(format!("/papers/{}", newest.week)) { "Which papers came out? Those of " (newest.week.in_words()) } }
            }
        }
    };
    Ok(Page::new(TITLE).shared(&app.config, "/".to_owned()).show(main))
}

/// The form. It keeps `text` after an answer, so that people can add to it.
fn ask_box(text: &str, label: &str, verb: &str) -> Markup {
    html! {
        form.ask action="/ask" method="post" {
            label for="text" { (label) }
            textarea #text name="text" rows="4" maxlength=(MAX_CHARS) required placeholder="I'm 16, I like maths and I want to …" { (text) }
            div.row { button.main type="submit" { (verb) } p.quiet.small { "Answered at once. No account, no cookies." } }
        }
    }
}

/// `/ask?text=…`, for links. Long texts come from the form.
pub async fn linked(State(site): State<Site>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    answer(&site, &asked).await
}

/// `/ask`, from the form.
pub async fn posted(State(site): State<Site>, form: Result<Form<Asked>, FormRejection>) -> Result<Markup, Failure> {
    match form {
        Ok(Form(asked)) => answer(&site, &asked).await,
        Err(rejected) if rejected.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            let sentence = "Cairn reads only what its own form sends; go to the start page and ask there.";
            Err(Failure::with(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence))
        }
        Err(_) => {
            Err(Failure::with(StatusCode::BAD_REQUEST, "That form could not be read; go back and send it again."))
        }
    }
}

async fn answer(site: &Site, asked: &Asked) -> Result<Markup, Failure> {
    let app = &site.app;
    let text = asked.text.trim();
    if text.is_empty() {
        let sentence = "There was no question to read; go back and write a sentence about what you want.";
        return Err(Failure::with(StatusCode::UNPROCESSABLE_ENTITY, sentence));
    }
    if text.chars().count() > MAX_CHARS {
        return Err(too_long());
    }
    let post = Post { title: "", body: text };
    let verdict = decisions::asked(&app.store, Here::Home, &post, &Bands::default()).await;
    let welcome = match asked.track.parse::<Track>() {
        Ok(track) => welcome::chosen(&app.store, &verdict, track, "").await?,
        Err(_) => welcome::welcome(&app.store, &verdict, "").await?,
    };
    if verdict.crisis {
        return Ok(care::page());
    }
    let quotes = if welcome.chosen { Vec::new() } else { verdict.deciding() };
    let (title, main) = match (&welcome.guide, &verdict.question) {
        (Some(guide), _) => (guide.track.title(), guided(&welcome, guide, app.config.web_url.as_deref())),
        (None, question) if is_elsewhere(&verdict) || question.is_none() => {
            let (sections, is_gap) = elsewhere(site, text).await?;
            let main = html! {
                h1 { (FROM_WIKI) }
                (sections)
                @if let Some(question) = question {
                    details.column open[is_gap] { summary { "Or is it about getting started?" } (follow_up(&welcome, question, text)) }
                }
            };
            (FROM_WIKI, main)
        }
        (None, Some(question)) => {
            ("One question first", html! { h1 { "One question first" } (follow_up(&welcome, question, text)) })
        }
        (None, None) => (FROM_WIKI, Markup::default()),
    };
    let main = html! {
        (said(text, &quotes))
        (main)
        div.column { h2 { "Say more, or say it differently" } (ask_box(text, "Your question", "Ask again")) }
    };
    let about = "Say who you are and what you want, and Cairn points you to one of four guides and says why.";
    Ok(Page::new(title).about(about).shared(&app.config, "/".to_owned()).show(main))
}

/// The question, with the words marked that decided.
fn said(text: &str, quotes: &[&str]) -> Markup {
    let end = text.char_indices().nth(SHOWN_CHARS).map_or(text.len(), |(end, _)| end);
    html! { div.said { p.kicker { "You asked" } p.own { (words::quoted(&text[..end], quotes)) @if end < text.len() { "…" } } } }
}

/// A guide with the reason for it. `base` is the site's public address, if there is one.
pub fn guided(welcome: &Welcome, guide: &Guide, base: Option<&str>) -> Markup {
    let why = cards::marked(&welcome.why(), &welcome.verdict.deciding());
    html! {
        article.answer {
            p.kicker { "Your guide" }
            h1 { (guide.track.title()) }
            @match welcome.row() {
                // What is said to this person comes before what is said to all.
                Some(row) => {
                    p.why { (why) }
                    div.note { p { (row.advice) " " a href=(format!("{}#{}", guide.link, row.section)) { "More for your degree" } } }
                    p { (guide.summary) }
                }
                None => p.why { (why) " " (guide.summary) },
            }
            h2 { (STEPS) }
            (markdown::steps(&guide.steps))
            div.row { a.button.main href=(guide.link) { (WHOLE) } }
            p.quiet.small { "To pass it on: " a href=(guide.link) { (base.unwrap_or_default()) (guide.link) } }
        }
        h2 { "Not quite you?" }
        (cards::of_guides(&welcome.others))
    }
}

fn follow_up(welcome: &Welcome, question: &Question, text: &str) -> Markup {
    html! {
        p.lead.column { (question.text) " " (cards::marked(&welcome.asks(), &welcome.verdict.deciding())) }
        (cards::options(question, text))
        @if welcome.verdict.language.is_some() {
            p.column.quiet { (question.none) ": " a href="/guides" { "/guides" } }
        } @else {
            p.column.quiet { (question.none) "? Take the " a href="/guides/first-steps" { "first steps" } ", which suit every path, or " a href="/guides" { "look through all pages" } "." }
        }
    }
}

/// Whether this is neither a question about getting started nor about any track. Then the wiki may have an answer.
fn is_elsewhere(verdict: &Verdict) -> bool {
    verdict.intent == Intent::Other && verdict.track.is_none() && verdict.language.is_none()
}

/// The wiki's answer, and whether it is empty.
async fn elsewhere(site: &Site, text: &str) -> Result<(Markup, bool), Failure> {
    let query: String = text.chars().take(MAX_QUERY_CHARS).collect();
    let answer = search::find(site, &query).await?;
    Ok((search::few(&answer, &query, HITS), answer.hits.is_empty()))
}
