//! Coming in and going out. A link is shown by GET and used up by POST alone, because messengers, mail scanners and
//! browsers open links before anybody presses them.

use std::net::IpAddr;
use std::time::Instant;

use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;

use super::door::{self, Trouble};
use super::form::Sent;
use super::frame::{self, Place};
use super::guard::{self, HERE, Signed};
use super::{Console, words};
use crate::community::ACTS;
use crate::community::entry::{self, Guest};
use crate::web::limits;
use crate::web::serving::Peer;
use crate::{Error, Result};

/// The page behind a link.
pub async fn ask(
    State(console): State<Console>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Path(key): Path<String>,
) -> Result<Response, Trouble> {
    let Some(guest) = guest(&console, peer, &headers, &key).await? else { return Ok(spent()) };
    let by = console.members().moderator(&console.app.home, &guest, HERE, ACTS, Instant::now()).await;
    let by = match by {
        Ok(by) => by,
        Err(error) => return Ok(door::refused(error).into_response()),
    };
    let role = match &guest.community {
        Some(of) => html! { "You’re " strong { (words::with_article(&by.role().to_string())) } " of " (of) "." },
        None => html! { "You’re " strong { "the person who runs Cairn" } "." },
    };
    let name = frame::name(&console, &guest).await;
    let main = html! {
        div.door.panel {
            h1 { "Sign in as " (name) "?" }
            p { (role) " This link works once and for ten minutes; the sign-in lasts twelve hours on this device." }
            form method="post" action=(format!("/console/enter/{key}")) { button.main.alone autofocus { "Sign in" } }
            p.quiet.small { "Not you, or the link has run out? Type " code { "/mod console" } " on Discord, or " code { "cairn console" } " in a terminal, for a new one." }
        }
    };
    Ok(door::bare("Sign in", main).into_response())
}

/// “Sign in” was pressed.
pub async fn enter(
    State(console): State<Console>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Path(key): Path<String>,
) -> Result<Response, Trouble> {
    if guard::is_foreign(&headers) {
        return Ok(guard::foreign());
    }
    let Some(guest) = guest(&console, peer, &headers, &key).await? else { return Ok(spent()) };
    let app = &console.app;
    let by = match console.members().moderator(&app.home, &guest, HERE, ACTS, Instant::now()).await {
        Ok(by) => by,
        Err(error) => return Ok(door::refused(error).into_response()),
    };
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let secret = entry::enter(&app.store, &by, &key, &words::device(agent), app.clock.now()).await?;
    let Some(secret) = secret else { return Ok(spent()) };
    let cookie = guard::cookie(&app.config, Some(&secret));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/console")).into_response())
}

/// Whom a link lets in. Nobody may try many.
async fn guest(
    console: &Console,
    peer: Option<Extension<Peer>>,
    headers: &HeaderMap,
    key: &str,
) -> Result<Option<Guest>> {
    let from = peer.map_or(IpAddr::from([127, 0, 0, 1]), |Extension(peer)| peer.0);
    let visitor = limits::visitor(from, headers, &console.app.config.web_proxy);
    if let Some(wait) = console.tries.wait(&visitor) {
        let seconds = wait.as_secs() + 1;
        return Err(Error::refused(format!("Too many links were tried from your address; wait {seconds} seconds.")));
    }
    entry::look(&console.app.store, key, console.app.clock.now()).await
}

/// A link that was used, has run out, or never was one: nobody is told which.
fn spent() -> Response {
    let main = html! {
        div.door.panel {
            h1 { "This link does not work any more" }
            p { "A link works once, for ten minutes, and a newer one ends it. Type " code { "/mod console" } " on Discord, or " code { "cairn console" } " in a terminal, for a new one." }
            p { a href="/console" { "I’m signed in already" } }
        }
    };
    (StatusCode::GONE, door::bare("This link does not work any more", main)).into_response()
}

/// Where one is signed in.
pub async fn sessions(State(console): State<Console>, signed: Signed) -> Result<Response, Trouble> {
    let now = console.app.clock.now();
    let sessions = entry::sessions(&console.app.store, &signed.by, now).await?;
    let main = html! {
        h1 { "Where you’re signed in" }
        p.quiet { "Each sign-in ends by itself after twelve hours." }
        ul.past {
            @for session in &sessions {
                li {
                    div.row {
                        p { strong { (session.device) } @if session.id == signed.session.id { " " span.badge.good { "this one" } } }
                        p.who { "since " (words::ago(session.since, now)) ", until " (words::instant(session.until)) }
                        div.end { (frame::act(&signed, "/console/sign-ins/leave", html! {
                            input type="hidden" name="session" value=(session.id);
                            button { "Sign out there" }
                        })) }
                    }
                }
            }
        }
        (frame::act(&signed, "/console/sign-ins/leave-all", html! { button.harm { "Sign out everywhere" } }))
    };
    Ok(frame::page(&console, &signed, Place::SignIns, "Where you’re signed in", main).await?.into_response())
}

/// Which session is to end.
#[derive(Debug, Deserialize)]
pub struct Which {
    session: i64,
}

/// “Sign out” was pressed, here or for another browser.
pub async fn leave(State(console): State<Console>, sent: Sent<Which>) -> Result<Response, Trouble> {
    let Sent { signed, form } = sent;
    entry::leave(&console.app.store, &signed.by, form.session).await?;
    if form.session != signed.session.id {
        return Ok(Redirect::to("/console/sign-ins").into_response());
    }
    Ok(goodbye(&console))
}

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub struct Bare {}

/// “Sign out everywhere” was pressed.
pub async fn leave_everywhere(State(console): State<Console>, sent: Sent<Bare>) -> Result<Response, Trouble> {
    entry::leave_everywhere(&console.app.store, sent.signed.by.actor()).await?;
    Ok(goodbye(&console))
}

fn goodbye(console: &Console) -> Response {
    let main = html! {
        div.door.panel {
            h1 { "You’re signed out" }
            p { "For a new link, type " code { "/mod console" } " on Discord, or " code { "cairn console" } " in a terminal." }
            p { a href="/" { "To the guides" } }
        }
    };
    let cookie = guard::cookie(&console.app.config, None);
    ([(header::SET_COOKIE, cookie)], door::bare("You’re signed out", main)).into_response()
}
