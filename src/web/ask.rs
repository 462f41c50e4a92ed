//! The ask box and its answers.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use super::failure::Failure;
use super::limits::too_long;
use super::{Site, care, guides, layout, markdown, search};
use crate::decisions::{self, Here};
use crate::triage::{Bands, Intent, MAX_CHARS, Post, Question, Track, Verdict};
use crate::welcome::{self, Guide, Welcome};
use crate::wiki::search::MAX_QUERY_CHARS;
use crate::{App, wiki};

/// What people may have in mind; shown to those who don't know what to write.
const EXAMPLES: [&str; 4] = [
    "I'm in grade 11 and want to work in machine learning one day. What should I study?",
    "I've been a backend developer for five years. How do I become an ML engineer?",
    "I'm doing a maths degree and would like to do research on new learning methods.",
    "I just want to add image recognition to my hobby project. Where do I start?",
];

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    text: String,
    /// The choice of somebody who was asked back.
    #[serde(default)]
    track: String,
}

/// `/`
pub async fn home(State(app): State<App>) -> Result<Markup, Failure> {
    let pages = wiki::pages(&app.store).await?;
    let guides: Vec<_> = pages.iter().filter(|p| p.track.is_some()).collect();
    Ok(layout::page(
        "How do you get into machine learning?",
        "",
        html! {
            section.hero {
                h1 { "How do you get into machine learning?" }
                p { "It depends on what you are after. Say in a sentence or two who you are and what you want, and Cairn points you to one of four guides and tells you why." }
                (ask_box("", "Your question, as you would ask a person"))
            }
            section {
                h2 { "Not sure what to write?" }
                ul.examples { @for example in EXAMPLES { li { a href=(format!("/ask?text={}", layout::encoded(example))) { (example) } } } }
            }
            section { h2 { "Or pick a guide yourself" } (guides::cards(&guides)) }
        },
    ))
}

/// `text` stays in it after an answer, for people who want to add to it.
fn ask_box(text: &str, label: &str) -> Markup {
    html! {
        form.ask action="/ask" method="post" {
            label for="text" { (label) }
            textarea #text name="text" rows="4" maxlength=(MAX_CHARS) required placeholder="I'm 16, I like maths and I want to …" { (text) }
            button type="submit" { "Point me to a guide" }
        }
    }
}

/// `/ask?text=…`, for links; long texts come by form.
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
    let main = match (&welcome.guide, &verdict.question) {
        (Some(guide), _) => guided(&welcome, guide),
        (None, Some(question)) => {
            let sections = if is_elsewhere(&verdict) { elsewhere(site, text).await? } else { Markup::default() };
            html! { (sections) (follow_up(&welcome, question, text)) }
        }
        (None, None) => elsewhere(site, text).await?,
    };
    Ok(layout::page(
        "Your answer",
        "",
        html! { (quoted(text)) (main) section { (ask_box(text, "Say more, or say it differently")) } },
    ))
}

fn quoted(text: &str) -> Markup {
    let shown: String = text.chars().take(280).collect();
    html! { blockquote.asked { p { (shown) @if shown.len() < text.len() { "…" } } } }
}

/// A guide with the reason for it.
pub fn guided(welcome: &Welcome, guide: &Guide) -> Markup {
    html! {
        section.answer {
            p.kicker { "Your guide" }
            h1 { a href=(guide.link) { (guide.title) } }
            p.why { (welcome.why()) }
            p { (guide.summary) }
            (advice(welcome))
            h2 { "Your first three steps this week" }
            (markdown::render(&guide.steps))
            p { a.button href=(guide.link) { "Read the whole guide" } }
        }
        section {
            h2 { "Not quite you?" }
            @if let Some(otherwise) = welcome.otherwise() { p { (otherwise) } }
            (others(&welcome.others))
        }
    }
}

/// The row of the degree table, for somebody who wants to do research.
fn advice(welcome: &Welcome) -> Markup {
    let guide = welcome.guide.as_ref().filter(|g| g.track == Track::Researcher);
    let row = welcome.verdict.research_row.as_ref();
    html! {
        @if let (Some(guide), Some(row)) = (guide, row) {
            aside { p { (row.advice) " " a href=(format!("{}#{}", guide.link, row.section)) { "More for your degree" } } }
        }
    }
}

fn others(guides: &[Guide]) -> Markup {
    html! {
        ul.cards { @for guide in guides { li { a href=(guide.link) { strong { (guide.title) } span { (guide.summary) } } } } }
    }
}

fn follow_up(welcome: &Welcome, question: &Question, text: &str) -> Markup {
    html! {
        section.answer {
            p.kicker { "One question back" }
            h1 { (question.text) }
            (because(&welcome.verdict))
            form.choices action="/ask" method="post" {
                input type="hidden" name="text" value=(text);
                @for choice in &question.choices { button type="submit" name="track" value=(choice.track) { (choice.label) } }
            }
            p { (question.none) ": " a href="/guides" { "look through all pages" } "." }
        }
    }
}

fn because(verdict: &Verdict) -> Markup {
    let why = verdict.why();
    html! { @if !why.is_empty() { p.why { "Cairn asks " (why) "." } } }
}

/// Neither a question about getting started nor a sign of any track: the wiki may know.
fn is_elsewhere(verdict: &Verdict) -> bool {
    verdict.intent == Intent::Other && verdict.track.is_none() && verdict.language.is_none()
}

async fn elsewhere(site: &Site, text: &str) -> Result<Markup, Failure> {
    let query: String = text.chars().take(MAX_QUERY_CHARS).collect();
    let answer = search::find(site, &query).await?;
    Ok(html! {
        section.answer {
            p.kicker { "From the wiki" }
            (search::results(&answer))
        }
    })
}
