//! The digest desk: what comes next in each channel, as it will look; pin, veto, skip, and the way back from each.

use axum::extract::{Query, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;

use super::door::{self, Trouble};
use super::form::Sent;
use super::frame::{self, Place, act};
use super::guard::Signed;
use super::{Console, place, words};
use crate::community::Places;
use crate::desk::digests;
use crate::outbox::{Button, Embed, Payload, Target};
use crate::papers::subscriptions::{self, Choice, Chosen, Preview, Subscription};
use crate::papers::{ArxivId, Entry};
use crate::web::layout::encoded;
use crate::web::markdown;
use crate::{Error, Result};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The target whose digest is wanted to be seen.
    #[serde(default)]
    see: String,
    #[serde(default)]
    did: String,
    #[serde(default)]
    what: String,
}

/// The desk.
pub async fn desk(
    State(console): State<Console>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Markup, Trouble> {
    let Some(community) = place::server(&console, &signed) else {
        return Ok(frame::nowhere(&console, &signed, Place::Digest, "Digest").await?);
    };
    let found = digests::desk(&console.app.store, &signed.by, &community).await?;
    let places = console.places(&community).await;
    let seen = match asked.see.as_str() {
        "" => None,
        target => Some(seen(&console, &signed, target).await),
    };
    let main = html! {
        h1 { "Digest" }
        @if found.coming.is_empty() {
            p.lead { "No channel of this server gets the week’s papers. On Discord, " code { "/papers subscribe" } " in a channel begins that." }
        } @else {
            p.quiet { "Votes settle until the hour of the post; what you see here is what would be posted now." }
        }
        @for subscription in &found.coming { (coming(&console, &signed, &places, subscription)) }
        @match &seen {
            Some(Ok(preview)) => (shown(&signed, &places, preview)),
            Some(Err(sentence)) => { div.note.warn { strong { "It cannot be shown." } p { (sentence) } } }
            None => {}
        }
        (chosen(&signed, &found.chosen))
        (toast(&signed, &asked))
    };
    Ok(frame::page(&console, &signed, Place::Digest, "Digest", main).await?)
}

/// The coming digest of a target, or why it cannot be seen.
async fn seen(console: &Console, signed: &Signed, target: &str) -> Result<Preview, String> {
    let app = &console.app;
    let work = async {
        let target = target_of(target)?;
        let base = app.config.public_url();
        subscriptions::preview(&app.store, (app.feeds()?, &base), &signed.by, &target, app.clock.now()).await
    };
    work.await.map_err(|error| door::told(error).1)
}

fn target_of(text: &str) -> Result<Target> {
    text.parse().map_err(|_| Error::refused("That is no channel of this server; look at the list again."))
}

/// A target as people know it.
pub fn name(target: &Target, places: &Places) -> String {
    match target {
        Target::DiscordChannel(id) => match places.channel(&id.to_string()) {
            known if known.starts_with('#') => known,
            id => format!("Channel {id}"),
        },
        other => other.to_string(),
    }
}

fn coming(console: &Console, signed: &Signed, places: &Places, subscription: &Subscription) -> Markup {
    let Subscription { target, wishes, due, skip, .. } = subscription;
    let (week, now) = (subscription.week(), console.app.clock.now());
    let is_skipped = *skip == Some(week);
    html! {
        article.panel {
            h2 { (name(target, places)) }
            p { "The papers of " (week) @if is_skipped { " are skipped here. They would come" } @else { " come" } " on " (words::instant(*due)) @if *due <= now { ", which is now" } "." }
            p.quiet.small { (wishes) "." }
            div.row {
                a.button href=(format!("/console/digest?see={}#seen", encoded(&target.to_string()))) { "See it as it will look" }
                (act(signed, "/console/digest/skip", html! {
                    input type="hidden" name="target" value=(target.to_string());
                    input type="hidden" name="skip" value=(if is_skipped { "no" } else { "yes" });
                    button { @if is_skipped { "Post them after all" } @else { "Skip this week" } }
                }))
                (frame::online(&console.app))
            }
        }
    }
}

fn shown(signed: &Signed, places: &Places, preview: &Preview) -> Markup {
    html! {
        section aria-labelledby="seen" {
            h2 #seen { "In " (name(&preview.subscription.target, places)) ", if it came now" }
            div.panel.shown { (message(&preview.payload)) }
            h3 { "Its papers" }
            div.table.cards-small role="region" aria-label="Papers" tabindex="0" { table {
                thead { tr { th scope="col" { "Paper" } th scope="col" { "Votes" } th scope="col" { "Decide" } } }
                tbody { @for entry in &preview.digest.entries { (paper(signed, entry)) } }
            } }
        }
    }
}

fn paper(signed: &Signed, entry: &Entry) -> Markup {
    let choose = |choice: &str, label: &str| {
        act(
            signed,
            "/console/digest/choose",
            html! {
                input type="hidden" name="paper" value=(entry.id.to_string());
                input type="hidden" name="choice" value=(choice);
                button aria-label=(format!("{label}: {}", entry.title)) { (label) }
            },
        )
    };
    html! {
        tr {
            th scope="row" { a href=(entry.id.abs()) rel="noreferrer" { (entry.title) } @if entry.pinned { " " span.badge.good { "Pinned" } } }
            td data-label="Votes:" { (entry.votes) }
            td data-label="Decide:" { div.row { @if !entry.pinned { (choose("pin", "Pin")) } (choose("veto", "Veto")) } }
        }
    }
}

/// A message as Discord will show it: its text, its frames, its buttons.
pub fn message(payload: &Payload) -> Markup {
    html! {
        (markdown::render(&payload.body))
        @for Embed { title, link, text, fields, footer } in &payload.embeds {
            div.embed {
                h3 { @match link { Some(link) => a href=(link) rel="noreferrer" { (title) }, None => (title) } }
                (markdown::render(text))
                @for (name, value) in fields { p { strong { (name) } " " (value) } }
                @if let Some(footer) = footer { p.quiet.small { (footer) } }
            }
        }
        @for row in &payload.buttons {
            p.quiet.small { "Buttons: " @for (n, Button { label, .. }) in row.iter().enumerate() { @if n > 0 { ", " } (label) } }
        }
    }
}

fn chosen(signed: &Signed, chosen: &[Chosen]) -> Markup {
    html! {
        h2 { "Pinned and vetoed" }
        @if chosen.is_empty() { p.quiet { "Nothing: papers come by their votes alone." } }
        @for Chosen { entry, choice, week } in chosen {
            div.row {
                p { span.badge { @if *choice == Some(Choice::Pin) { "Pinned for " (week) } @else { "Vetoed" } } " " a href=(entry.id.abs()) rel="noreferrer" { (entry.title) } }
                (act(signed, "/console/digest/unchoose", html! {
                    input type="hidden" name="paper" value=(entry.id.to_string());
                    button.bare aria-label=(format!("Take it back: {}", entry.title)) { "Take it back" }
                }))
            }
        }
        details {
            summary { "Pin or veto another paper" }
            div.inside {
                (act(signed, "/console/digest/choose", html! {
                    div.field {
                        label for="paper" { "Its number at arXiv" }
                        input #paper name="paper" required maxlength="60" placeholder="2611.01234";
                    }
                    div.row {
                        button name="choice" value="pin" { "Pin it" }
                        button name="choice" value="veto" { "Veto it" }
                    }
                }))
            }
        }
    }
}

fn toast(signed: &Signed, asked: &Asked) -> Markup {
    let Asked { did, what, .. } = asked;
    let undo = |to: &str, name: &str, more: Option<(&str, &str)>| {
        act(
            signed,
            to,
            html! {
                input type="hidden" name=(name) value=(what);
                @if let Some((name, value)) = more { input type="hidden" name=(name) value=(value); }
                button data-press="u" { "Undo " kbd { "u" } }
            },
        )
    };
    html! {
        @match did.as_str() {
            "pin" => div.toast role="status" { p { strong { (what) } " comes first." } (undo("/console/digest/unchoose", "paper", None)) },
            "veto" => div.toast role="status" { p { strong { (what) } " does not come." } (undo("/console/digest/unchoose", "paper", None)) },
            "skip" => div.toast role="status" { p { "This week is skipped there." } (undo("/console/digest/skip", "target", Some(("skip", "no")))) },
            "post" => div.toast role="status" { p { "The papers come there after all." } },
            "undone" => div.toast role="status" { p { strong { (what) } " comes if its votes are enough." } },
            _ => {}
        }
    }
}

/// What shall become of a paper.
#[derive(Debug, Deserialize)]
pub struct Choose {
    paper: String,
    #[serde(default)]
    choice: String,
}

fn paper_of(text: &str) -> Result<ArxivId> {
    text.trim().parse().map_err(|_| Error::refused("That is no number of arXiv; they look like 2611.01234."))
}

/// Pins or vetoes a paper.
pub async fn choose(State(console): State<Console>, sent: Sent<Choose>) -> Result<Redirect, Trouble> {
    let community = digests::named(&place::must_have(&console, &sent.signed)?)?;
    let (app, id) = (&console.app, paper_of(&sent.form.paper)?);
    let (choice, did) = match sent.form.choice.as_str() {
        "pin" => (Choice::Pin, "pin"),
        "veto" => (Choice::Veto, "veto"),
        _ => return Err(Error::refused("Say whether the paper is pinned or vetoed.").into()),
    };
    let base = app.config.public_url();
    let (sources, now) = ((app.feeds()?, base.as_str()), app.clock.now());
    subscriptions::choose(&app.store, sources, &sent.signed.by, (&community, choice), &id, now).await?;
    Ok(done(did, &id.to_string()))
}

/// Takes a pin or veto back.
pub async fn unchoose(State(console): State<Console>, sent: Sent<Choose>) -> Result<Redirect, Trouble> {
    let community = digests::named(&place::must_have(&console, &sent.signed)?)?;
    let (app, id) = (&console.app, paper_of(&sent.form.paper)?);
    subscriptions::unchoose(&app.store, &sent.signed.by, &community, &id, app.clock.now()).await?;
    Ok(done("undone", &id.to_string()))
}

/// Whether a digest shall be skipped.
#[derive(Debug, Deserialize)]
pub struct Skip {
    target: String,
    skip: String,
}

/// Leaves a digest out, or takes that back.
pub async fn skip(State(console): State<Console>, sent: Sent<Skip>) -> Result<Redirect, Trouble> {
    let (target, skip) = (target_of(&sent.form.target)?, sent.form.skip == "yes");
    subscriptions::skip(&console.app.store, &sent.signed.by, &target, skip, console.app.clock.now()).await?;
    Ok(done(if skip { "skip" } else { "post" }, &sent.form.target))
}

fn done(did: &str, what: &str) -> Redirect {
    Redirect::to(&format!("/console/digest?did={did}&what={}", encoded(what)))
}
