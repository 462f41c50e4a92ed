//! The log of what people with a role have done: filtered, page by page, and as a file.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use super::door::Trouble;
use super::frame::{self, Place};
use super::guard::Signed;
use super::{Console, words};
use crate::community::audit::{self, Act, Entry, Filter};
use crate::web::layout::encoded;
use crate::{Error, Result};

/// How many entries stand on one page.
const SHOWN: u16 = 50;
/// The most entries of a file.
const MOST: u16 = 10_000;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    who: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    what: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    before: Option<i64>,
}

impl Asked {
    fn filter(&self) -> Filter {
        let (actor, act, subject) = (self.who.clone(), self.act.clone(), self.what.clone());
        Filter { actor, act, subject, since: day(&self.from, 0), until: day(&self.to, 1) }
    }

    /// The address of the same question.
    fn address(&self, path: &str, before: Option<i64>) -> String {
        let Self { who, act, what, from, to, .. } = self;
        let before = before.map_or_else(String::new, |id| format!("&before={id}"));
        let pairs = [("who", who), ("act", act), ("what", what), ("from", from), ("to", to)];
        let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("{path}?{}{before}", pairs.join("&"))
    }
}

/// The beginning of a date, or of one some days after it; none of what is no date.
fn day(text: &str, after: i32) -> Option<Timestamp> {
    let date: Date = text.trim().parse().ok()?;
    let date = date.checked_add(jiff::Span::new().days(after)).ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// The log.
pub async fn page(
    State(console): State<Console>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Markup, Trouble> {
    let found = audit::found(&console.app.store, &signed.by, &asked.filter(), asked.before, SHOWN).await?;
    let mut rows = Vec::new();
    for entry in &found {
        rows.push(row(entry, &console.author(&signed, &entry.actor).await));
    }
    let next = found.last().filter(|_| found.len() == usize::from(SHOWN)).map(|entry| entry.id);
    let main = html! {
        h1 { "Log" }
        p.quiet { "Everything that people with a role have done here. Nothing in it can be changed or taken away." }
        (form(&asked))
        @if rows.is_empty() { p.empty { "Nobody has done anything like that." } } @else {
            div.table.cards-small role="region" aria-label="Log" tabindex="0" { table {
                thead { tr { th scope="col" { "What" } th scope="col" { "Who" } th scope="col" { "When" } th scope="col" { "Before and after" } } }
                tbody { @for row in rows { (row) } }
            } }
            p.row {
                @if let Some(id) = next { a href=(asked.address("/console/log", Some(id))) rel="next" { "Older ones" } }
                a.end href=(asked.address("/console/log/file.csv", None)) download="cairn-log.csv" { "As CSV" }
                a href=(asked.address("/console/log/file.json", None)) download="cairn-log.json" { "As JSON" }
            }
        }
    };
    Ok(frame::page(&console, &signed, Place::Log, "Log", main).await?)
}

fn row(entry: &Entry, who: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (entry.act) " " (entry.subject) @if !entry.detail.is_empty() { ": " (entry.detail) } }
            td data-label="Who:" { (who) @if !entry.way.is_empty() && entry.way != who { ", " (entry.way) } }
            td data-label="When:" { time datetime=(entry.at) { (words::instant(entry.at)) } }
            td data-label="Before and after:" {
                @match (&entry.before, &entry.after) {
                    (Some(before), Some(after)) => { del { (before) } " " ins { (after) } }
                    _ => {}
                }
            }
        }
    }
}

/// What is shown, in words; nothing if it is all.
fn chosen(asked: &Asked) -> String {
    let Asked { who, act, what, from, to, .. } = asked;
    let parts = [("", act), ("by ", who), ("to ", what), ("from ", from), ("until ", to)];
    let parts = parts.into_iter().filter(|(_, value)| !value.trim().is_empty());
    parts.map(|(word, value)| format!("{word}{}", value.trim())).collect::<Vec<_>>().join(", ")
}

/// On a telephone it is folded, so that entries come first; styles unfold it where there is room.
fn form(asked: &Asked) -> Markup {
    let chosen = chosen(asked);
    html! {
        details.filter {
            summary { @if chosen.is_empty() { "Show only some" } @else { "Shown: " (chosen) } }
            form.panel role="search" action="/console/log" {
                div.row {
                    div { label for="who" { "Who" } input #who name="who" value=(asked.who) maxlength="100"; }
                    div {
                        label for="act" { "What was done" }
                        select #act name="act" {
                            option value="" selected[asked.act.is_empty()] { "anything" }
                            @for act in Act::ALL.map(Act::name) { option value=(act) selected[asked.act == act] { (act) } }
                        }
                    }
                    div { label for="what" { "To what" } input #what name="what" value=(asked.what) maxlength="100"; }
                    div { label for="from" { "From" } input #from type="date" name="from" value=(asked.from); }
                    div { label for="to" { "To" } input #to type="date" name="to" value=(asked.to); }
                }
                p { button { "Show these" } }
            }
        }
    }
}

/// The log as a table for other programs.
pub async fn csv(
    State(console): State<Console>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let found = audit::found(&console.app.store, &signed.by, &asked.filter(), None, MOST).await?;
    Ok(file("text/csv; charset=utf-8", "cairn-log.csv", audit::csv(&found)))
}

/// The log as JSON.
pub async fn json(
    State(console): State<Console>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let found = audit::found(&console.app.store, &signed.by, &asked.filter(), None, MOST).await?;
    let text = serde_json::to_string(&found).map_err(|error| Error::from(anyhow::Error::new(error)))?;
    Ok(file("application/json", "cairn-log.json", text))
}

fn file(kind: &'static str, name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text).into_response()
}
