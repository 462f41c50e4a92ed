//! The settings of a community: what is set, since when and by whom, exported and imported, with the bot's health beside.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::door::Trouble;
use super::form::Sent;
use super::frame::{self, Place, act};
use super::guard::Signed;
use super::{Console, place, words};
use crate::community::Places;
use crate::community::audit::{self, Act, Entry, Filter};
use crate::discord::exported::{self as settings, READINESS, Settings};
use crate::{Error, Result};

/// How many changes are listed.
const LISTED: u16 = 10;

/// The settings.
pub async fn page(State(console): State<Console>, signed: Signed) -> Result<Markup, Trouble> {
    let Some(community) = place::server(&console, &signed) else {
        return Ok(frame::nowhere(&console, &signed, Place::Settings, "Settings").await?);
    };
    let (store, now) = (&console.app.store, console.app.clock.now());
    let set = settings::read(store, &signed.by, &community).await?;
    let filter = Filter {
        act: Act::Settings.name().to_owned(),
        subject: community.to_string().replacen(':', "/", 1),
        ..Filter::default()
    };
    let changes = audit::found(store, &signed.by, &filter, None, LISTED).await?;
    let mut told = Vec::new();
    for entry in &changes {
        told.push((entry, console.author(&signed, &entry.actor).await));
    }
    let places = console.places(&community).await;
    let called = places.name.clone().unwrap_or_else(|| community.to_string());
    let main = html! {
        h1 { "Settings" }
        p.quiet {
            "Of " (called) ". "
            @match told.first() {
                Some((entry, who)) => { "All is saved; the last change was " (words::ago(entry.at, now)) ", by " (who) "." }
                None => "Nobody has changed anything yet; these are the defaults.",
            }
        }
        div.split {
            (readiness(&console, &signed, &set))
            (values(&set, &places))
        }
        (files(&signed))
        h2 { "Last changes" }
        @if told.is_empty() { p.quiet { "None." } } @else { (history(&told, now)) }
    };
    Ok(frame::page(&console, &signed, Place::Settings, "Settings", main).await?)
}

fn readiness(console: &Console, signed: &Signed, set: &Settings) -> Markup {
    let now = set.readiness();
    html! {
        section.panel aria-labelledby="ready" {
            h2 #ready { "How readily posts are answered" }
            (act(signed, "/console/settings/readiness", html! {
                fieldset {
                    legend.hidden { "How readily posts are answered" }
                    @for (name, about, _) in READINESS {
                        label.check {
                            input type="radio" name="name" value=(name) required checked[now == Some(name)];
                            span { (name) span.hint { ": " (about) } }
                        }
                    }
                }
                @if now.is_none() { p.hint { "At present: an answer from " (set.bands.answer) ", a question from " (set.bands.ask) ", a lead of " (set.bands.margin) "." } }
                p { button.main { "Save how readily" } }
                p { (frame::online(&console.app)) }
            }))
        }
    }
}

fn values(set: &Settings, places: &Places) -> Markup {
    let role = |id: &Option<String>| id.as_deref().map_or_else(|| "none".to_owned(), |id| places.role(id));
    let channel = |id: &Option<String>| id.as_deref().map_or_else(|| "none".to_owned(), |id| places.channel(id));
    let channels: Vec<String> = set.channels.iter().map(|id| places.channel(id)).collect();
    html! {
        section.panel aria-labelledby="rest" {
            h2 #rest { "Set on Discord" }
            p.quiet.small {
                "Roles and channels are chosen with " code { "/mod settings" } "."
                @if places.name.is_none() { " Discord does not tell their names now, so here are their ids." }
            }
            dl.pairs {
                dt { "Editors" } dd { (role(&set.editor)) }
                dt { "Approvers" } dd { (role(&set.approver)) }
                @for (track, id) in &set.tracks { dt { "Role for " (track) } dd { (places.role(id)) } }
                dt { "Beginners’ channels" } dd { @if channels.is_empty() { "none" } @else { (channels.join(", ")) } }
                dt { "Reading posts" } dd { @if set.reads { "on" } @else { "off" } }
                dt { "People in danger" } dd { (channel(&set.danger)) }
            }
        }
    }
}

fn files(signed: &Signed) -> Markup {
    html! {
        h2 { "As a file" }
        p { a.button href="/console/settings/file" download="cairn-settings.json" { "Export the settings" } }
        details {
            summary { "Import settings" }
            div.inside {
                (act(signed, "/console/settings/import", html! {
                    div.field {
                        label for="text" { "What an export of this server says" }
                        textarea #text name="text" rows="10" required spellcheck="false" {}
                        p.hint { "What differs is changed, and each change stands in the log with what was so before. That posts may be read counts when Cairn starts the next time." }
                    }
                    p { button { "Import these settings" } }
                }))
            }
        }
    }
}

fn history(told: &[(&Entry, String)], now: jiff::Timestamp) -> Markup {
    html! {
        div.table.cards-small role="region" aria-label="Last changes" tabindex="0" { table {
            thead { tr { th scope="col" { "What" } th scope="col" { "Before" } th scope="col" { "After" } th scope="col" { "Who and when" } } }
            tbody {
                @for (entry, who) in told {
                    tr {
                        th scope="row" { (entry.detail.split(':').next().unwrap_or_default()) }
                        td data-label="Before:" { (entry.before.as_deref().unwrap_or("not noted")) }
                        td data-label="After:" { (entry.after.as_deref().unwrap_or_else(|| entry.detail.split_once(": ").map_or("", |(_, after)| after))) }
                        td data-label="By:" { (who) ", " (words::ago(entry.at, now)) @if !entry.way.is_empty() { ", " (entry.way) } }
                    }
                }
            }
        } }
    }
}

/// The settings as a file.
pub async fn file(State(console): State<Console>, signed: Signed) -> Result<Response, Trouble> {
    let community = place::must_have(&console, &signed)?;
    let set = settings::read(&console.app.store, &signed.by, &community).await?;
    let text = serde_json::to_string_pretty(&set).map_err(|error| Error::from(anyhow::Error::new(error)))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"cairn-settings.json\""),
    ];
    Ok((headers, text).into_response())
}

/// How readily.
#[derive(Debug, Deserialize)]
pub struct Readily {
    name: String,
}

/// Saves how readily posts are answered.
pub async fn set_readiness(State(console): State<Console>, sent: Sent<Readily>) -> Result<Redirect, Trouble> {
    let community = place::must_have(&console, &sent.signed)?;
    let now = console.app.clock.now();
    settings::set_readiness(&console.app.store, &sent.signed.by, &community, &sent.form.name, now).await?;
    Ok(Redirect::to("/console/settings"))
}

/// A file.
#[derive(Debug, Deserialize)]
pub struct File {
    text: String,
}

/// Imports settings.
pub async fn import(State(console): State<Console>, sent: Sent<File>) -> Result<Redirect, Trouble> {
    let community = place::must_have(&console, &sent.signed)?;
    let now = console.app.clock.now();
    settings::import(&console.app.store, &sent.signed.by, &community, &sent.form.text, now).await?;
    Ok(Redirect::to("/console/settings"))
}
