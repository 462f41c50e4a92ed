//! What the wiki's pages need: links that are dead or have moved, and facts that are due for a new look.

use axum::extract::State;
use maud::{Markup, html};

use super::door::Trouble;
use super::frame::{self, Place};
use super::guard::Signed;
use super::{Console, words};
use crate::links::{self, Finding, Trouble as Link};
use crate::wiki::review;

/// Links and due reviews.
pub async fn page(State(console): State<Console>, signed: Signed) -> Result<Markup, Trouble> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let (due, troubles) = (review::due(store, now).await?, links::troubles(store, &signed.by).await?);
    let last = links::last_look(store).await?;
    let main = html! {
        h1 { "Links and reviews" }
        p.quiet {
            @match last {
                Some((at, count)) => { "Each of the " (count) " links to other places is looked at once a week; last look " (words::ago(at, now)) "." }
                None => "The links to other places have not been looked at yet; that happens every night.",
            }
        }
        h2 { "Links" }
        @if troubles.is_empty() { p.empty { @if last.is_some() { "All of them lead somewhere." } @else { "Nothing is known yet." } } }
        @for trouble in &troubles { (link(trouble)) }
        h2 { "Facts that are due for a new look" }
        @if due.is_empty() { p.empty { "None: every page was checked in the last half year." } } @else {
            ul { @for page in &due { li { a href=(format!("/console/pages/{}", page.page)) { (page.title) } ", due since " (page.since) ", last checked " (words::since(page.reviewed, now)) } } }
        }
    };
    Ok(frame::page(&console, &signed, Place::Links, "Links and reviews", main).await?)
}

fn link(trouble: &Link) -> Markup {
    let Link { url, finding, detail, since, places } = trouble;
    html! {
        article.panel {
            p {
                @match finding {
                    Finding::Moved => span.badge { "Moved" },
                    Finding::Private => span.badge.due { "Not public" },
                    _ => span.badge.due { "Dead" },
                }
                " " code { (url) }
            }
            p {
                @match finding {
                    Finding::Moved => { "It leads to " code { (detail) } " now." }
                    _ => { (detail) ", since " (since.strftime("%-d %B %Y")) "." }
                }
                " It stands in "
                @for (n, place) in places.iter().enumerate() {
                    @if n > 0 { ", " }
                    a href=(format!("/console/pages/{}", place.page)) { (place) }
                }
                "."
            }
        }
    }
}
