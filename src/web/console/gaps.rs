//! The gaps desk: what people asked in vain, and what can be done about it in one press.

use axum::extract::{Query, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;

use super::Console;
use super::door::Trouble;
use super::form::Sent;
use super::frame::{self, Place, act};
use super::guard::Signed;
use crate::Error;
use crate::web::layout::encoded;
use crate::wiki::gaps::{self, Gap, Near};
use crate::wiki::snippet::full_name;
use crate::wiki::{Approval, Edited};

/// How many ways of asking are shown before the rest is folded away.
const WAYS: usize = 5;

/// What the address says was just done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    #[serde(default)]
    did: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    number: i64,
}

/// The gaps.
pub async fn desk(State(console): State<Console>, signed: Signed, Query(done): Query<Done>) -> Result<Markup, Trouble> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let found = gaps::top(store, &signed.by, now).await?;
    let main = html! {
        h1 { "Gaps" }
        p.lead.column { "What people asked and the wiki could not answer. Two minutes here help everybody who asks next." }
        @for gap in &found { (panel(&signed, gap)) }
        div.panel { h2 { "Nothing else waits" } p { "Questions are kept for 30 days, without names, links and long numbers." } }
        (toast(&signed, &done))
    };
    Ok(frame::page(&console, &signed, Place::Gaps, "Gaps", main).await?)
}

fn panel(signed: &Signed, gap: &Gap) -> Markup {
    let id = |what: &str| format!("{what}-{}", gap.key);
    let others: Vec<&str> = gap.also.iter().map(String::as_str).collect();
    let (first, rest) = others.split_at(others.len().min(WAYS));
    html! {
        article.panel aria-labelledby=(id("gap")) {
            h2 id=(id("gap")) { (gap.question) }
            p.quiet.small {
                @if gap.times == 1 { "Asked once" } @else { "Asked " (gap.times) " times" } " in 30 days; no names are kept"
                @if gap.disliked == 1 { ". Once something was shown that was not the answer" }
                @else if gap.disliked > 1 { ". In " (gap.disliked) " cases something was shown that was not the answer" }
            }
            @if !first.is_empty() { ul { @for way in first { li { (way) } } } }
            @if !rest.is_empty() { details { summary { (rest.len()) " more ways of asking" } ul.inside { @for way in rest { li { (way) } } } } }
            @if let Some(near) = &gap.near { (nearest(near)) }
            div.row {
                @if let Some(near) = &gap.near {
                    (act(signed, "/console/gaps/point", html! {
                        input type="hidden" name="key" value=(gap.key);
                        input type="hidden" name="place" value=(format!("{}#{}", near.page, near.anchor));
                        button.main { "Point them to that section" }
                    }))
                }
                (act(signed, "/console/gaps/refuse", html! {
                    input type="hidden" name="key" value=(gap.key);
                    button.bare { "Not ours" }
                }))
            }
            details {
                summary { "Another section, or a new page" }
                div.inside {
                    (act(signed, "/console/gaps/point", html! {
                        input type="hidden" name="key" value=(gap.key);
                        div.field {
                            label for=(id("place")) { "Page and section" }
                            input id=(id("place")) name="place" maxlength="200" required placeholder="hardware#gpus";
                            p.hint { "As in the section’s address, after /guides/." }
                        }
                        p { button { "Point them there" } }
                    }))
                    (act(signed, "/console/gaps/page", html! {
                        input type="hidden" name="key" value=(gap.key);
                        div.field {
                            label for=(id("title")) { "Title of a new page" }
                            input id=(id("title")) name="title" maxlength="100" required value=(gap.question);
                        }
                        p { button { "Start a page" } }
                    }))
                }
            }
        }
    }
}

fn nearest(near: &Near) -> Markup {
    let link = format!("/guides/{}#{}", near.page, near.anchor);
    let name = full_name(&near.title, &near.heading);
    html! {
        p {
            @match near.opened {
                0 => "Nearest section: ",
                1 => "One person opened this afterwards: ",
                n => { (n) " people opened this afterwards: " }
            }
            a href=(link) { (name) }
        }
    }
}

fn toast(signed: &Signed, done: &Done) -> Markup {
    let Done { did, key, page, number } = done;
    html! {
        @match did.as_str() {
            "refuse" => div.toast role="status" {
                p { "That question, and what is like it, is listed no more." }
                (act(signed, "/console/gaps/accept", html! {
                    input type="hidden" name="key" value=(key);
                    button data-press="u" { "Undo " kbd { "u" } }
                }))
            },
            "point" => div.toast role="status" { p { "People who ask like that are led to " strong { (page) } " now (revision " (number) ")." } },
            "draft" => div.toast role="status" { p { "Draft " (number) " of " strong { (page) } " waits. " a href=(format!("/console/drafts/{number}")) { "See the draft" } } },
            "had" => div.toast role="status" { p { strong { (page) } " has these words already." } },
            _ => {}
        }
    }
}

/// Where people shall be led.
#[derive(Debug, Deserialize)]
pub struct Point {
    key: String,
    place: String,
}

/// Leads people who ask like that to a section.
pub async fn point(State(console): State<Console>, sent: Sent<Point>) -> Result<Redirect, Trouble> {
    let Point { key, place } = &sent.form;
    let place = place.trim().trim_start_matches("/guides/");
    let place = place.split_once('#').unwrap_or((place, ""));
    let (store, now) = (&console.app.store, console.app.clock.now());
    let approval = Approval::setting(console.app.config.second_approver);
    told(gaps::point(store, &sent.signed.by, key, place, approval, now).await?)
}

/// What a new page shall be called.
#[derive(Debug, Deserialize)]
pub struct Start {
    key: String,
    title: String,
}

/// Makes a draft of a new page.
pub async fn start(State(console): State<Console>, sent: Sent<Start>) -> Result<Redirect, Trouble> {
    let Start { key, title } = &sent.form;
    let now = console.app.clock.now();
    told(gaps::start_page(&console.app.store, &sent.signed.by, key, title, now).await?)
}

fn told(edited: Edited) -> Result<Redirect, Trouble> {
    let (did, page, number) = match edited {
        Edited::Revision { page, revision, .. } => ("point", page, revision),
        Edited::Unchanged { page, revision } => ("had", page, revision),
        Edited::Draft { page, draft } => ("draft", page, draft),
        Edited::Stale(stale) => return Err(Error::refused(stale.sentence()).into()),
    };
    Ok(Redirect::to(&format!("/console/gaps?did={did}&page={}&number={number}", encoded(&page))))
}

/// Which gap.
#[derive(Debug, Deserialize)]
pub struct Which {
    key: String,
}

/// Says that a question is not for this wiki.
pub async fn refuse(State(console): State<Console>, sent: Sent<Which>) -> Result<Redirect, Trouble> {
    let now = console.app.clock.now();
    gaps::refuse(&console.app.store, &sent.signed.by, &sent.form.key, now).await?;
    Ok(Redirect::to(&format!("/console/gaps?did=refuse&key={}", encoded(&sent.form.key))))
}

/// Takes that back.
pub async fn accept(State(console): State<Console>, sent: Sent<Which>) -> Result<Redirect, Trouble> {
    let now = console.app.clock.now();
    gaps::accept(&console.app.store, &sent.signed.by, &sent.form.key, now).await?;
    Ok(Redirect::to("/console/gaps"))
}
