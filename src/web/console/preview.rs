//! The preview: what a text will look like on the web, on Discord and on Reddit. It is an answer into a frame that may do
//! nothing: its policy has no scripts, and the frame around it is a sandbox.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use super::form::Looked;
use super::guard::Signed;
use super::writing::Writing;
use super::{Console, assets};
use crate::web::{layout, markdown};
use crate::wiki::{self, Page, Platform, Section, source};
use crate::{Error, Result};

/// For the frame alone, and only within our own pages.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; frame-ancestors 'self'; base-uri 'none'; sandbox";
/// The most sections of a page that are shown.
const MOST: usize = 60;

/// What the address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    section: String,
}

/// What a page, or a section, looks like as it is.
pub async fn saved(
    State(console): State<Console>,
    signed: Result<Signed, Response>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    if let Err(stopped) = signed {
        return told(stopped.status());
    }
    match wiki::newest(&console.app.store, &slug).await {
        Ok(stored) => {
            framed(StatusCode::OK, whole(&stored.page, stored.revision, asked.section.strip_prefix('#'), "web"))
        }
        Err(error) => failed(error),
    }
}

/// What was written looks like this.
pub async fn written(State(console): State<Console>, sent: Result<Looked<Named>, Response>) -> Response {
    let form = match sent {
        Ok(Looked(sent)) => sent.form,
        Err(stopped) => return told(stopped.status()),
    };
    match composed(&console, &form).await {
        Ok((page, revision)) => {
            framed(StatusCode::OK, whole(&page, revision, form.section.strip_prefix('#'), &form.target))
        }
        Err(error) => failed(error),
    }
}

/// The fields of the editor that a preview needs.
#[derive(Debug, Deserialize)]
pub struct Named {
    #[serde(default)]
    slug: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    section: String,
    #[serde(default)]
    base: i64,
    #[serde(default)]
    asked: Option<String>,
    #[serde(default, rename = "as")]
    target: String,
}

/// The page that was written, without asking whether it could be saved.
async fn composed(console: &Console, form: &Named) -> Result<(Page, i64)> {
    let before = match form.base {
        0 => String::new(),
        base => wiki::revision(&console.app.store, &form.slug, base).await?.source,
    };
    let today = console.app.clock.now().to_zoned(TimeZone::UTC).date();
    let (text, section, asked) = (form.text.clone(), form.section.clone(), form.asked.clone());
    let writing = Writing { text, section, asked, base: form.base, ..Writing::default() };
    Ok((source::read(&writing.composed(&before, today)?)?, form.base + 1))
}

/// All sections, or one, for a target.
fn whole(page: &Page, revision: i64, anchor: Option<&str>, target: &str) -> Markup {
    let sections: Vec<&Section> = match anchor {
        Some(anchor) => page.section(anchor).into_iter().collect(),
        None => page.sections.iter().collect(),
    };
    let left_out = sections.len().saturating_sub(MOST);
    html! {
        @for section in sections.iter().take(MOST) {
            @match target {
                "discord" => { (limited(page, section, revision, Platform::Discord)) }
                "reddit" => { (limited(page, section, revision, Platform::Reddit)) }
                _ => {
                    @if section.level <= 2 { h2 { (section.heading) } } @else { h3 { (section.heading) } }
                    @if section.level == 1 { p.lead { (page.front.summary) } }
                    (markdown::render(&page.snippet(section, revision, "").text))
                }
            }
        }
        @if left_out > 0 { p.quiet { "… and " (left_out) " more sections" } }
    }
}

/// A section as a platform with a limit gets it.
fn limited(page: &Page, section: &Section, revision: i64, platform: Platform) -> Markup {
    let snippet = page.snippet(section, revision, "").for_platform(platform);
    let length = snippet.to_string().chars().count();
    let (cut, limit) = (snippet.cut, platform.limit());
    html! {
        div.embed {
            h3 { (section.heading) }
            (markdown::render(&snippet.text))
            p.small.quiet { (page.front.title) " · reviewed " (snippet.reviewed) " · revision " (revision) }
        }
        p.small {
            @if cut { span.badge.bad { "Cut" } " It is longer than the " (limit) " characters that fit. " } @else { (length) " of " (limit) " characters. " }
            @if !section.asked.is_empty() { span.quiet { "Found by: " (section.asked.join("; ")) } }
        }
    }
}

fn failed(error: Error) -> Response {
    let (status, sentence) = super::door::told(error);
    let status = if status == StatusCode::FORBIDDEN { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    framed(status, html! { p { strong { "No preview yet. " } (sentence) } })
}

/// Somebody who is not signed in any more goes on writing; only the frame says so.
fn told(status: StatusCode) -> Response {
    let sentence = match status {
        StatusCode::UNAUTHORIZED => {
            "Your sign-in has ended, so there is no preview. Your text is safe: press Save, and the next page tells you how to go on."
        }
        StatusCode::PAYLOAD_TOO_LARGE => "That text is longer than a page may be, so there is no preview.",
        _ => "There is no preview at the moment. Your text is safe.",
    };
    framed(status, html! { p { (sentence) } })
}

fn framed(status: StatusCode, main: Markup) -> Response {
    let style = html! { link rel="stylesheet" href=(assets::STYLE.address()); };
    let page = layout::document("How it will look", &style, &html! { body.shown { main { (main) } } });
    let mut response = (status, page).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    response
}
