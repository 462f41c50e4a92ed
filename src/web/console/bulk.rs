//! Many verdicts judged with one word: marked in a list, looked at once more, taken back as one.

use axum::extract::{Query, State};
use axum::response::Redirect;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::door::Trouble;
use super::form::{Looked, Sent};
use super::frame::{self, Place, act};
use super::guard::Signed;
use super::{Console, place, words};
use crate::desk::cards::{self, Card, Case};
use crate::desk::judging::Says;
use crate::desk::many;
use crate::text::cut;
use crate::triage::{Action, Track};
use crate::web::layout::encoded;
use crate::{Error, Result};

/// How much of a text is shown in the list.
const SHOWN: usize = 160;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// Which are marked: `all`, a guide's slug, or none.
    #[serde(default)]
    mark: String,
}

/// The list of what waits, to be marked.
pub async fn list(
    State(console): State<Console>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Markup, Trouble> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let Some(community) = place::server(&console, &signed) else {
        return Ok(frame::nowhere(&console, &signed, Place::Desk, "Many at once").await?);
    };
    let all = cards::waiting(store, &signed.by, &community, now).await?;
    let mut rows = Vec::new();
    for (card, case) in flat(&all) {
        let name = console.member(&community, &card.author).await;
        rows.push(row(case, &name, is_marked(&asked.mark, case)));
    }
    let main = html! {
        p.crumbs { a href="/console/desk" { "Desk" } " / Many at once" }
        h1 { "Many at once" }
        @if rows.is_empty() {
            p.empty { "Nothing waits to be judged." }
        } @else {
            p.quiet { "Mark what the same word is true of. You see the marked ones once more before anything is noted." }
            (marks(&all, &asked.mark))
            (act(&signed, "/console/desk/many/look", html! {
                ul.plain { @for row in rows { (row) } }
                div.bar {
                    button.main name="says" value="right" { "All of these are right" }
                    button name="says" value="other" { "None is a newcomer’s question" }
                    a.button.bare.end href="/console/desk" { "Back to the desk" }
                }
            }))
        }
    };
    Ok(frame::page(&console, &signed, Place::Desk, "Many at once", main).await?)
}

fn flat(all: &[Card]) -> impl Iterator<Item = (&Card, &Case)> {
    all.iter().flat_map(|card| card.cases.iter().map(move |case| (card, case))).take(many::MOST)
}

/// The guide that was answered with.
fn guide(case: &Case) -> Option<Track> {
    case.verdict.track.filter(|_| case.verdict.action == Action::Answer)
}

fn is_marked(mark: &str, case: &Case) -> bool {
    mark == "all" || guide(case).is_some_and(|track| track.slug() == mark)
}

/// Links that mark a group: they work without JavaScript.
fn marks(all: &[Card], mark: &str) -> Markup {
    let count = |track: Track| flat(all).filter(|(_, case)| guide(case) == Some(track)).count();
    let tracks = Track::ALL.into_iter().map(|track| (track, count(track))).filter(|(_, count)| *count > 0);
    let link = |to: &str, label: &str| {
        html! { li { a href=(format!("/console/desk/many?mark={to}")) aria-current=[(mark == to).then_some("true")] { (label) } } }
    };
    html! {
        ul.tabs aria-label="Mark" {
            (link("", "Mark none"))
            (link("all", &format!("Mark all {}", flat(all).count())))
            @for (track, count) in tracks { (link(track.slug(), &format!("{} {count}", track.title()))) }
        }
    }
}

fn row(case: &Case, name: &str, is_marked: bool) -> Markup {
    html! {
        li.panel {
            label.check {
                input type="checkbox" name="source" value=(case.source) checked[is_marked];
                span { strong { (name) } ": " (brief(case)) }
            }
            p.quiet.small { (words::answered(&case.verdict)) }
        }
    }
}

fn brief(case: &Case) -> String {
    let text = if case.title.is_empty() { case.body.clone() } else { format!("{}: {}", case.title, case.body) };
    cut::characters(&text, SHOWN)
}

/// A form with as many verdicts as were marked.
type Fields = Vec<(String, String)>;

fn of<'a>(fields: &'a Fields, wanted: &'a str) -> impl Iterator<Item = &'a String> {
    fields.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value)
}

fn word(fields: &Fields) -> Result<(&str, Says)> {
    let said = of(fields, "says").next().map_or("", String::as_str);
    Ok((said, Says::read(said)?))
}

/// What was marked, once more, before it is noted.
pub async fn look(State(console): State<Console>, sent: Looked<Fields>) -> Result<Markup, Trouble> {
    let Sent { signed, form } = sent.0;
    let (says, meant) = word(&form)?;
    let community = place::must_have(&console, &signed)?;
    let all = cards::waiting(&console.app.store, &signed.by, &community, console.app.clock.now()).await?;
    let mut marked = Vec::new();
    for (card, case) in flat(&all).filter(|(_, case)| of(&form, "source").any(|source| *source == case.source)) {
        marked.push((case, console.member(&community, &card.author).await));
    }
    if marked.is_empty() {
        return Err(Error::refused("Nothing that waits is marked; go back and mark some.").into());
    }
    let count = if marked.len() == 1 { "1 verdict".to_owned() } else { format!("{} verdicts", marked.len()) };
    let heading = if meant == Says::Right { format!("{count} right?") } else { format!("{count}: no newcomer asks?") };
    let main = html! {
        p.crumbs { a href="/console/desk" { "Desk" } " / " a href="/console/desk/many" { "Many at once" } " / Look again" }
        h1 { (heading) }
        p.quiet { "You can take all of them back at once, for 30 seconds." }
        ul { @for (case, name) in &marked { li { strong { (name) } ": " (brief(case)) " " span.quiet.small { (words::answered(&case.verdict)) } } } }
        (act(&signed, "/console/desk/many", html! {
            input type="hidden" name="says" value=(says);
            @for (case, _) in &marked { input type="hidden" name="source" value=(case.source); }
            div.bar {
                button.main { "Note " (count) }
                a.button.bare href="/console/desk/many" { "Back to the list" }
            }
        }))
    };
    Ok(frame::page(&console, &signed, Place::Desk, &heading, main).await?)
}

/// Judges what was marked.
pub async fn judge(State(console): State<Console>, sent: Sent<Fields>) -> Result<Redirect, Trouble> {
    let Sent { signed, form } = sent;
    let community = place::must_have(&console, &signed)?;
    let sources: Vec<String> = of(&form, "source").cloned().collect();
    let (store, now) = (&console.app.store, console.app.clock.now());
    let many::Many { judged, left, at } =
        many::judge(store, &signed.by, &community, &sources, word(&form)?.1, now).await?;
    let batch = encoded(&at.to_string());
    Ok(Redirect::to(&format!("/console/desk?many={judged}&left={left}&batch={batch}")))
}

/// When they were judged.
#[derive(Debug, Deserialize)]
pub struct When {
    batch: Timestamp,
}

/// Takes all of them back.
pub async fn undo(State(console): State<Console>, sent: Sent<When>) -> Result<Redirect, Trouble> {
    let community = place::must_have(&console, &sent.signed)?;
    let (batch, now) = (sent.form.batch, console.app.clock.now());
    many::undo(&console.app.store, &sent.signed.by, &community, batch, now).await?;
    Ok(Redirect::to("/console/desk"))
}

/// What was noted of many, and the way back, for as long as there is one.
pub fn toast(signed: &Signed, (judged, others, batch): (usize, usize, Timestamp), now: Timestamp) -> Markup {
    let left = many::left(batch, now);
    html! {
        div.toast role="status" {
            p {
                @if judged == 1 { "Noted for one verdict." } @else { "Noted for " (judged) " verdicts." }
                @if others > 0 { " " (others) " had been judged by then, and stay as they are." }
                @if left > 0 && judged > 0 { " You can take all of them back for " (left) " seconds." }
            }
            @if left > 0 && judged > 0 {
                (act(signed, "/console/desk/many/undo", html! {
                    input type="hidden" name="batch" value=(batch);
                    button data-press="u" { "Undo all " kbd { "u" } }
                }))
            }
        }
    }
}
