//! The frame around the console's pages, and the pages of those who are not let in.

use std::time::Instant;

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, html};
use tracing::error;

use super::form::TOKEN;
use super::{Console, assets};
use crate::community::Community;
use crate::community::entry::Guest;
use crate::health::DISCORD;
use crate::wiki::{drafts, gaps};
use crate::{App, Error, Result, desk, links};

use super::guard::Signed;

/// The places of the console, in the order of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The wiki's pages.
    Pages,
    /// Changes that wait.
    Drafts,
    /// Verdicts to judge.
    Desk,
    /// What Cairn does on Reddit.
    Reddit,
    /// Questions that found nothing.
    Gaps,
    /// Examples for triage.
    Examples,
    /// The papers that come next.
    Digest,
    /// Messages that wait or did not arrive.
    Outbox,
    /// Links and due reviews.
    Links,
    /// What is set.
    Settings,
    /// What was done.
    Log,
    /// How Cairn does.
    Health,
    /// Where one is signed in.
    SignIns,
}

impl Place {
    const ALL: [Self; 13] = [
        Self::Pages,
        Self::Drafts,
        Self::Desk,
        Self::Reddit,
        Self::Gaps,
        Self::Examples,
        Self::Digest,
        Self::Outbox,
        Self::Links,
        Self::Settings,
        Self::Log,
        Self::Health,
        Self::SignIns,
    ];

    const fn link(self) -> (&'static str, &'static str) {
        match self {
            Self::Pages => ("/console", "Pages"),
            Self::Drafts => ("/console/drafts", "Drafts"),
            Self::Desk => ("/console/desk", "Desk"),
            Self::Reddit => ("/console/reddit", "Reddit"),
            Self::Gaps => ("/console/gaps", "Gaps"),
            Self::Examples => ("/console/examples", "Examples"),
            Self::Digest => ("/console/digest", "Digest"),
            Self::Outbox => ("/console/outbox", "Outbox"),
            Self::Links => ("/console/links", "Links"),
            Self::Settings => ("/console/settings", "Settings"),
            Self::Log => ("/console/log", "Log"),
            Self::Health => ("/console/health", "Health"),
            Self::SignIns => ("/console/sign-ins", "Sign-ins"),
        }
    }

    /// How much waits there for somebody.
    async fn waiting(self, console: &Console, signed: &Signed) -> Result<usize> {
        let (store, now) = (&console.app.store, console.app.clock.now());
        match self {
            Self::Drafts => drafts::waiting(store, &signed.by).await,
            Self::Desk => match super::place::community(console, signed) {
                Some(community @ Community::Discord(_)) => desk::cards::count(store, &signed.by, &community, now).await,
                _ => Ok(0),
            },
            Self::Gaps => gaps::count(store, &signed.by, now).await,
            Self::Links => links::count(store, &signed.by).await,
            Self::Reddit => super::reddit::waiting(console, signed).await,
            Self::Outbox => super::outbox::waiting(console, signed).await,
            _ => Ok(0),
        }
    }
}

/// A page of the console for somebody who is signed in.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn page(console: &Console, signed: &Signed, place: Place, title: &str, main: Markup) -> Result<Markup> {
    let mut rail = Vec::new();
    for place in Place::ALL {
        rail.push((place, place.waiting(console, signed).await?));
    }
    let (alive, said) = alive(&console.app);
    Ok(whole(
        title,
        html! {
            header.top { div.wrap {
                (brand("/console"))
                nav aria-label="Account" {
                    span.alive.off[!alive] { (said) }
                    span.who.quiet.small { (name(console, &signed.session.guest).await) }
                }
                (act(signed, "/console/sign-ins/leave", html! {
                    input type="hidden" name="session" value=(signed.session.id);
                    button.bare { "Sign out" }
                }))
            } }
            div.wrap.bench {
                nav.rail aria-label="Console" { ul {
                    @for (at, waiting) in rail {
                        @let (link, label) = at.link();
                        li { a href=(link) aria-current=[(at == place).then_some("page")] {
                            (label)
                            @if waiting > 0 { " " b { span.hidden { ", waiting: " } (waiting) } }
                        } }
                    }
                } }
                main.bench-main #main { (main) }
            }
        },
    ))
}

/// A form that does something, with the session's token in it.
pub fn act(signed: &Signed, to: &str, inside: Markup) -> Markup {
    html! { form method="post" action=(to) { input type="hidden" name=(TOKEN) value=(signed.token); (inside) } }
}

/// What somebody is called.
pub async fn name(console: &Console, guest: &Guest) -> String {
    console.members().name(guest.community.as_ref(), &guest.actor, Instant::now()).await
}

/// Whether what is set reaches the bot, for pages on which that matters.
pub fn online(app: &App) -> Markup {
    let (alive, said) = alive(app);
    html! { span.alive.off[!alive] { (said) @if !alive { ", so nothing of this happens there at present" } } }
}

/// Whether Discord is heard, in words.
fn alive(app: &App) -> (bool, &'static str) {
    if app.config.discord_token.is_none() {
        return (false, "Discord is off");
    }
    let is_ill = app.health.troubles(Instant::now()).iter().any(|(part, _)| *part == DISCORD);
    if is_ill { (false, "Discord cannot be reached") } else { (true, "Discord online") }
}

fn brand(to: &str) -> Markup {
    html! { a.brand href=(to) { img src="/mark.svg" alt="" width="34" height="34"; "Cairn " small { "console" } } }
}

fn whole(title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " · Cairn" }
                link rel="stylesheet" href=(assets::STYLE.address());
                link rel="icon" type="image/svg+xml" href="/icon.svg";
                script src=(assets::SCRIPT.address()) defer {}
            }
            body.console {
                a.skip href="#main" { "Skip to the content" }
                (body)
            }
        }
    }
}

/// A page of the console without the rail: for those who are not in, or not for this.
pub fn bare(title: &str, main: Markup) -> Markup {
    whole(
        title,
        html! {
            header.top { div.wrap { (brand("/console")) } }
            main #main { div.wrap.page { div.column { (main) } } }
        },
    )
}

/// A page of one heading and one sentence.
pub fn plain(status: StatusCode, heading: &str, sentence: &str) -> (StatusCode, Markup) {
    (
        status,
        bare(heading, html! { h1 { (heading) } p.lead { (sentence) } p { a href="/console" { "Go to the console" } } }),
    )
}

/// What somebody sees who is not signed in: how to get in, and nothing else.
pub fn signed_out() -> (StatusCode, Markup) {
    let main = html! {
        div.door.panel {
            h1 { "Ask for a link" }
            p { "Moderators come in by a link that works once. Type " code { "/mod console" } " on Discord, or " code { "cairn console" } " in a terminal." }
            p.quiet.small { "Are you looking for the guides? " a href="/" { "They are here." } }
        }
    };
    (StatusCode::UNAUTHORIZED, bare("Ask for a link", main))
}

/// The status and the sentence of what went wrong.
pub fn told(error: Error) -> (StatusCode, String) {
    match error {
        Error::Refused(refused) => (StatusCode::FORBIDDEN, refused.text),
        Error::Fault(cause) => {
            let (sentence, code) = crate::error::told(&cause);
            error!(code, fault = format!("{cause:#}"), "a request of the console failed");
            (StatusCode::INTERNAL_SERVER_ERROR, sentence)
        }
    }
}

/// What somebody sees who may not do that.
pub fn refused(error: Error) -> (StatusCode, Markup) {
    let (status, sentence) = told(error);
    plain(status, "That is not open to you", &sentence)
}

/// An error on its way to a moderator: a refusal is shown, a fault is logged and shown without details.
#[derive(Debug)]
pub struct Trouble(Error);

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl axum::response::IntoResponse for Trouble {
    fn into_response(self) -> axum::response::Response {
        let (status, sentence) = told(self.0);
        let status = if status == StatusCode::FORBIDDEN { StatusCode::UNPROCESSABLE_ENTITY } else { status };
        plain(status, "That did not work", &sentence).into_response()
    }
}
