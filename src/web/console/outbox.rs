//! What Cairn has decided to say by itself: what waits, and what did not arrive.

use axum::extract::State;
use maud::{Markup, html};

use super::frame::{self, Place, Trouble};
use super::guard::Signed;
use super::{Console, digest, place, words};
use crate::Result;
use crate::desk::letters::{self, Letter};

/// The outbox.
pub async fn page(State(console): State<Console>, signed: Signed) -> Result<Markup, Trouble> {
    let Some(community) = place::community(&console, &signed) else {
        return Ok(place::nowhere(&console, &signed, Place::Outbox, "Outbox").await?);
    };
    let all = letters::list(&console.app.store, &signed.by, &community).await?;
    let (waiting, stuck): (Vec<&Letter>, Vec<&Letter>) = all.iter().partition(|letter| letter.is_waiting());
    let main = html! {
        h1 { "Outbox" }
        p.quiet { "What Cairn says here by itself. " (frame::online(&console.app)) }
        h2 { "Did not arrive" }
        @if stuck.is_empty() { p.empty { "Everything that was sent has arrived." } }
        @for letter in stuck { (shown(&console, letter)) }
        h2 { "Waits to be sent" }
        @if waiting.is_empty() { p.empty { "Nothing." } }
        @for letter in waiting { (shown(&console, letter)) }
    };
    Ok(frame::page(&console, &signed, Place::Outbox, "Outbox", main).await?)
}

/// How many messages did not arrive.
pub async fn waiting(console: &Console, signed: &Signed) -> Result<usize> {
    let Some(community) = place::community(console, signed) else { return Ok(0) };
    letters::count(&console.app.store, &signed.by, &community).await
}

fn shown(console: &Console, letter: &Letter) -> Markup {
    let now = console.app.clock.now();
    html! {
        article.panel {
            p { span.badge.due[!letter.is_waiting()] { (letter.state) } " " (letter.key) }
            p.quiet.small {
                "To " (letter.target) ", decided " (words::ago(letter.created, now)) ", "
                @if letter.attempts == 1 { "one try" } @else { (letter.attempts) " tries" }
                @if let Some(trouble) = &letter.trouble { ": " (trouble) }
                "."
            }
            @if let Some(payload) = &letter.payload { details { summary { "What it says" } div.inside.shown { (digest::message(payload)) } } }
        }
    }
}
