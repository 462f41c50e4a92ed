//! How Cairn itself does: which part is ill, when the bot was away, what decides, what waits.

use std::time::Instant;

use axum::extract::State;
use jiff::SignedDuration;
use maud::{Markup, html};

use super::door::Trouble;
use super::frame::{self, Place};
use super::guard::Signed;
use super::{Console, words};
use crate::App;
use crate::desk::state;
use crate::health::{DISCORD, Line};

/// How far back times away are listed.
const LISTED: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The page.
pub async fn page(State(console): State<Console>, signed: Signed) -> Result<Markup, Trouble> {
    let app = &console.app;
    let now = app.clock.now();
    let troubles = app.health.troubles(Instant::now());
    let found = state::state(&app.store, &signed.by, now.saturating_sub(LISTED).unwrap_or(now)).await?;
    let main = html! {
        h1 { "Health" }
        @if troubles.is_empty() { p.lead { "All parts of Cairn that are switched on are well." } }
        @for (part, why) in &troubles { div.note.warn { strong { (part) } p { (why) } } }
        dl.pairs.panel {
            dt { "Version" } dd { (env!("CARGO_PKG_VERSION")) }
            dt { "Pages" } dd { (found.pages) }
            dt { "Discord" } dd { (discord(app, Instant::now())) }
            dt { "Reddit" } dd { (super::reddit::health(&console).await?) }
            dt { "Messages that wait to be sent" } dd { (found.waiting) }
            dt { "Messages given up" } dd { (found.dead) }
            dt { "Model that decides at home" } dd { (found.model) }
        }
        h2 { "Times away in the last two weeks" }
        @if found.outages.is_empty() { p.empty { "None." } } @else {
            ul { @for outage in &found.outages { li { "From " (words::instant(outage.from)) " to " (words::instant(outage.to)) } } }
        }
    };
    Ok(frame::page(&console, &signed, Place::Health, "Health", main).await?)
}

/// How Discord does, in one sentence's end. `now` is the instant by which health is measured.
fn discord(app: &App, now: Instant) -> String {
    let at = |then: Instant| {
        let ago = SignedDuration::try_from(now.saturating_duration_since(then)).unwrap_or_default();
        words::instant(app.clock.now().saturating_sub(ago).unwrap_or_else(|_| app.clock.now()))
    };
    match app.health.line(DISCORD, now) {
        Line::Heard(since) => format!("connected since {}", at(since)),
        Line::Awaited => "connecting".to_owned(),
        Line::Silent(since) => format!("not connected since {}; Cairn keeps trying", at(since)),
        Line::Off if app.config.discord_token.is_some() => {
            "off: Discord does not take the token; cairn config check says more".to_owned()
        }
        Line::Off => "off: start Cairn with CAIRN_DISCORD_TOKEN; cairn config discord has the steps".to_owned(),
    }
}
