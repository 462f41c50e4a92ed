//! What Cairn has decided to say by itself: what waits, and what did not arrive.

use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;

use super::door::Trouble;
use super::form::Sent;
use super::frame::{self, Place, act};
use super::guard::Signed;
use super::{Console, digest, place, words};
use crate::community::Places;
use crate::desk::outgoing::{self, Letter};
use crate::{Result, outbox};

/// The outbox.
pub async fn page(State(console): State<Console>, signed: Signed) -> Result<Markup, Trouble> {
    let Some(community) = place::community(&console, &signed) else {
        return Ok(frame::nowhere(&console, &signed, Place::Outbox, "Outbox").await?);
    };
    let all = outgoing::list(&console.app.store, &signed.by, &community).await?;
    let places = console.places(&community).await;
    let (waiting, stuck): (Vec<&Letter>, Vec<&Letter>) = all.iter().partition(|letter| letter.is_waiting());
    let main = html! {
        h1 { "Outbox" }
        p.quiet { "What Cairn says here by itself. " (frame::online(&console.app)) }
        h2 { "Did not arrive" }
        @if stuck.is_empty() { p.empty { "Everything that was sent has arrived." } }
        @for letter in stuck { (shown(&console, &signed, &places, letter)) }
        h2 { "Waits to be sent" }
        @if waiting.is_empty() { p.empty { "Nothing." } }
        @for letter in waiting { (shown(&console, &signed, &places, letter)) }
    };
    Ok(frame::page(&console, &signed, Place::Outbox, "Outbox", main).await?)
}

/// What becomes of a message.
#[derive(Debug, Deserialize)]
pub struct Resolve {
    id: i64,
    what: String,
}

/// Says what becomes of a message that did not arrive as far as is known.
pub async fn resolve(State(console): State<Console>, sent: Sent<Resolve>) -> Result<Redirect, Trouble> {
    let (app, form) = (&console.app, &sent.form);
    outbox::resolve(&app.store, &sent.signed.by, form.id, form.what.parse()?, app.clock.now()).await?;
    app.nudge.notify_one();
    Ok(Redirect::to("/console/outbox"))
}

fn shown(console: &Console, signed: &Signed, places: &Places, letter: &Letter) -> Markup {
    let now = console.app.clock.now();
    let target = letter.target.parse().map_or_else(|_| letter.target.clone(), |target| digest::name(&target, places));
    html! {
        article.panel {
            p { span.badge.due[!letter.is_waiting()] { (letter.state) } " " (letter.key) }
            p.quiet.small {
                "To " (target) ", decided " (words::ago(letter.created, now)) ", "
                @if letter.attempts == 1 { "one try" } @else { (letter.attempts) " tries" }
                @if let Some(trouble) = &letter.trouble { ": " (trouble) }
                "."
            }
            @if letter.state == "unknown" { p { "Look for it there first: it may have arrived." } }
            @if !letter.is_waiting() {
                (act(signed, "/console/outbox/resolve", html! {
                    input type="hidden" name="id" value=(letter.id);
                    div.row {
                        button.main[letter.state == "dead"] name="what" value="again" { "Send it again" }
                        button.main[letter.state == "unknown"] name="what" value="arrived" { "It arrived" }
                        button.bare name="what" value="drop" { "Drop it" }
                    }
                }))
            }
            @if let Some(payload) = &letter.payload { details { summary { "What it says" } div.inside.shown { (digest::message(payload)) } } }
        }
    }
}
