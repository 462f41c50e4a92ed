//! The frame around the console's pages.

use std::time::Instant;

use maud::{Markup, html};

use super::door::{brand, whole};
use super::form::TOKEN;
use super::guard::Signed;
use super::{Console, place};
use crate::community::entry::Guest;
use crate::community::{Community, Standing};
use crate::health::{DISCORD, Line};
use crate::reddit::desk as on_reddit;
use crate::wiki::{drafts, gaps};
use crate::{App, Result, desk, links};

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
            Self::Desk => match place::community(console, signed) {
                Some(community @ Community::Discord(_)) => desk::cards::count(store, &signed.by, &community, now).await,
                _ => Ok(0),
            },
            Self::Gaps => gaps::count(store, &signed.by, now).await,
            Self::Links => links::count(store, &signed.by).await,
            Self::Reddit => waiting_on_reddit(console, signed).await,
            Self::Outbox => match place::community(console, signed) {
                Some(community) => desk::outgoing::count(store, &signed.by, &community).await,
                None => Ok(0),
            },
            _ => Ok(0),
        }
    }
}

/// How much waits on Reddit for a moderator; nothing for who may not see it.
async fn waiting_on_reddit(console: &Console, signed: &Signed) -> Result<usize> {
    let mut waiting = 0;
    for (subreddit, by) in on_reddit::places(&console.app, &signed.by).unwrap_or_default() {
        for seen in on_reddit::overview(&console.app.store, &by, &[subreddit], console.app.clock.now()).await? {
            waiting += seen.waiting + seen.unknown;
        }
    }
    Ok(waiting)
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

/// A page for a desk without the community that it is about: what to do instead.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn nowhere(console: &Console, signed: &Signed, here: Place, title: &str) -> Result<Markup> {
    if place::community(console, signed).is_some() {
        let main = html! {
            h1 { (title) }
            p.lead { "This page is about a Discord server, and your home is a subreddit." }
            p { "What Cairn says and would say there, and what waits for you, is on the page " a href="/console/reddit" { "Reddit" } "." }
        };
        return page(console, signed, here, title, main).await;
    }
    let several = match console.app.home.standing() {
        Standing::Several(n) => Some(n),
        _ => None,
    };
    let main = html! {
        h1 { (title) }
        p.lead { "This page is about your home community, and Cairn does not know which one that is." }
        @if let Some(n) = several { p { "The bot is in " (n) " servers; moderators of one of them, yours, keep the wiki." } }
        p { "Stop Cairn, then start it with the community’s name. A Discord server by its id (Developer Mode in Discord lets you copy it), a subreddit by its name:" }
        pre { code { "CAIRN_HOME=discord:SERVER_ID cairn run" } }
        pre { code { "CAIRN_HOME=reddit:NAME cairn run" } }
        p.quiet { "Or put the part before " code { "cairn run" } " on a line of its own in the " code { ".env" } " file. A bot that is in one server only is at home there without it." }
    };
    page(console, signed, here, title, main).await
}

/// A form that does something, with the session's token in it.
pub fn act(signed: &Signed, to: &str, inside: Markup) -> Markup {
    html! { form method="post" action=(to) { input type="hidden" name=(TOKEN) value=(signed.token); (inside) } }
}

/// The keys of a desk, one `li` each, and the way to switch them off.
pub fn keys(all: &Markup) -> Markup {
    html! {
        details.help {
            summary data-press="?" { "Keys" }
            ul.inside { (all) }
        }
        p.scripted hidden { button type="button" data-keys="" { "Switch keys off" } }
    }
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
    match app.health.line(DISCORD, Instant::now()) {
        Line::Off => (false, "Discord is off"),
        Line::Awaited => (false, "Discord is connecting"),
        Line::Silent(_) => (false, "Discord cannot be reached"),
        Line::Heard(_) => (true, "Discord online"),
    }
}
