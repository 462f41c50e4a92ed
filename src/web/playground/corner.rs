//! `/playground/reddit`: paste a post, and see the verdict, the bot's comment and what AutoModerator would do.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Room, assets};
use crate::reddit::preview::{self, Fired, Tried};
use crate::triage::{Action, MAX_CHARS, Verdict};
use crate::web::failure::Failure;
use crate::web::layout::Page;
use crate::web::{markdown, words};

/// The most characters of a title, as on Reddit.
const MAX_TITLE: usize = 300;
/// A post to begin with.
const EXAMPLE: Post = Post { title: String::new(), body: String::new(), token: String::new() };

#[derive(Deserialize)]
pub struct Post {
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    token: String,
}

pub async fn empty(State(room): State<Room>) -> Markup {
    page(&room, &EXAMPLE, &html! {})
}

pub async fn tried(State(room): State<Room>, Form(post): Form<Post>) -> Result<Markup, Failure> {
    if post.token != *room.token {
        let sentence = "That page is from before Cairn was started. Load it again and send your post once more.";
        return Err(Failure::with(StatusCode::FORBIDDEN, sentence));
    }
    if post.title.chars().count() > MAX_TITLE || post.body.chars().count() > MAX_CHARS {
        let sentence = format!(
            "Reddit takes titles of {MAX_TITLE} characters, and Cairn reads {MAX_CHARS} of a text; go back and shorten yours."
        );
        return Err(Failure::with(StatusCode::PAYLOAD_TOO_LARGE, &sentence));
    }
    let (title, body) = (post.title.trim(), post.body.trim());
    if title.is_empty() {
        return Ok(page(&room, &post, &html! { p.note { "A post has a title; write one." } }));
    }
    let tried = preview::tried(&room.app, &room.app.config.local_url(), title, body).await?;
    Ok(page(&room, &post, &outcome(&tried, title, body)))
}

fn page(room: &Room, post: &Post, outcome: &Markup) -> Markup {
    let main = html! {
        h1 { "Try a Reddit post" }
        p.lead.column { "Paste a post. You see what Cairn makes of it, the comment it would write, and what its AutoModerator rules would do. Nothing is sent anywhere, and nothing is kept." }
        form.column action="/playground/reddit" method="post" {
            input type="hidden" name="token" value=(room.token);
            div.field { label for="title" { "Title" } input #title name="title" value=(post.title) maxlength=(MAX_TITLE) required placeholder="How do I get into machine learning?"; }
            div.field { label for="body" { "Text" } textarea #body name="body" rows="7" maxlength=(MAX_CHARS) placeholder="I’ve been a backend developer for five years and …" { "\n" (post.body) } }
            p { button.main { "See what happens" } }
        }
        (outcome)
        p { a.button href="/playground" { "Back to the channel" } }
    };
    let head = html! { link rel="stylesheet" href=(*assets::STYLE_ADDRESS); };
    Page::new("Try a Reddit post").without_search().with_head(head).show(main)
}

fn outcome(tried: &Tried, title: &str, body: &str) -> Markup {
    let quotes = tried.verdict.deciding();
    html! {
        h2 #verdict { "The verdict" }
        p.column { (said(&tried.verdict)) }
        @if !tried.verdict.crisis {
            div.said.column { p.own { strong { (words::quoted(title, &quotes)) } } @if !body.is_empty() { p.own { (words::quoted(body, &quotes)) } } }
        }
        h2 { "Cairn’s comment" }
        @match &tried.comment {
            Some(comment) => { div.comment { p.who { strong { "u/cairn_bot" } span.app { "BOT" } } (markdown::render(comment)) } }
            None => { p.column { "None: Cairn says nothing here." } }
        }
        h2 { "AutoModerator" }
        (rule(tried.rule.as_ref()))
    }
}

fn said(verdict: &Verdict) -> Markup {
    let sure = format!("{:.0} %", verdict.p * 100.0);
    html! {
        @if verdict.crisis { "Somebody may be in danger here. Cairn says nothing in the thread; moderators are told at once." }
        @else {
            @match verdict.action {
                Action::Answer => { "This asks how to begin (" (sure) "). Cairn answers" @if let Some(track) = verdict.track { " with the " strong { (track.title()) } } "." }
                Action::Ask => { "This may ask how to begin (" (sure) "), but for whom is open. Cairn asks one question back." }
                Action::Silent => { "This does not ask how to begin (" (sure) "). Cairn stays silent." }
            }
        }
    }
}

fn rule(fired: Option<&Fired>) -> Markup {
    html! {
        @if let Some(fired) = fired {
            p.column { "The rule " strong { (fired.name) } " comments, because it finds " @for (n, (_, words)) in fired.found.iter().enumerate() { @if n > 0 { ", " } mark { (words) } } "." }
            div.comment { p.who { strong { "u/AutoModerator" } span.app { "MOD" } } (markdown::render(&fired.comment)) }
        } @else { p.column { "No rule comments. AutoModerator has no memory and no sums, so it speaks less often than the bot." } }
    }
}
