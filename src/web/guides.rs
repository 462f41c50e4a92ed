//! Pages of the wiki.

use axum::extract::{Path, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::failure::Failure;
use super::{layout, markdown};
use crate::wiki::{self, Listed, Section, Stored, folder};
use crate::{App, Kind};

/// The list of all pages.
pub async fn all(State(app): State<App>) -> Result<Markup, Failure> {
    let pages = wiki::pages(&app.store).await?;
    let (guides, rest): (Vec<_>, Vec<_>) = pages.iter().partition(|p| p.track.is_some());
    Ok(layout::page(
        "All pages",
        "",
        html! {
            h1 { "All pages" }
            h2 { "The four guides" }
            (cards(&guides))
            h2 { "The wiki" }
            ul.pages { @for page in rest { li { a href=(format!("/guides/{}", page.slug)) { (page.title) } " " span { (page.summary) } } } }
        },
    ))
}

/// Guides as cards.
pub fn cards(guides: &[&Listed]) -> Markup {
    html! {
        ul.cards {
            @for guide in guides {
                li { a href=(format!("/guides/{}", guide.slug)) { strong { (guide.title) } span { (guide.summary) } } }
            }
        }
    }
}

/// One page. A name that is not the slug leads there.
pub async fn one(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Failure> {
    // People take the name of a page's file for its address.
    let wanted = name.strip_suffix(".md").unwrap_or(&name);
    let stored = match wiki::page(&app.store, wanted).await {
        Ok(stored) => stored,
        Err(error) if error.kind() == Some(Kind::NotFound) => {
            return Err(Failure::no_guide(&name, &wiki::like(&app.store, &name).await?));
        }
        Err(error) => return Err(error.into()),
    };
    let slug = &stored.page.front.slug;
    if *slug != name {
        return Ok(Redirect::to(&format!("/guides/{}", layout::encoded(slug))).into_response());
    }
    Ok(layout::described(&stored.page.front.title, &stored.page.front.summary, "", article(&stored)).into_response())
}

/// A picture of the pages. Opened alone, it may use its own styles and nothing else.
pub async fn picture(uri: Uri, Path(name): Path<String>) -> Result<Response, Failure> {
    let kind = match name.rsplit_once('.') {
        Some((_, "svg")) => "image/svg+xml",
        Some((_, "png")) => "image/png",
        _ => return Err(Failure::nowhere(&uri)),
    };
    let bytes = folder::picture(&name).ok_or_else(|| Failure::nowhere(&uri))?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=86400"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    Ok((headers, bytes).into_response())
}

fn article(stored: &Stored) -> Markup {
    let front = &stored.page.front;
    let (lead, rest) = stored.page.sections.split_at(1);
    html! {
        article {
            h1 { (front.title) }
            p.summary { (front.summary) }
            @for section in lead { (old_names(section)) (text(stored, section)) }
            @if rest.len() > 2 {
                nav.contents aria-label="On this page" {
                    h2 { "On this page" }
                    ul { @for section in rest.iter().filter(|s| s.level <= 2) { li { a href=(format!("#{}", section.anchor)) { (section.heading) } } } }
                }
            }
            @for section in rest {
                section id=(section.anchor) {
                    @if section.level <= 2 { h2 { (heading(section)) } } @else { h3 { (heading(section)) } }
                    (old_names(section))
                    (text(stored, section))
                }
            }
            footer.colophon {
                p { "Reviewed " time datetime=(front.reviewed) { (front.reviewed) } " · revision " (stored.revision) }
                @if !front.sources.is_empty() {
                    details { summary { "Where this page's facts come from" } ul { @for source in &front.sources { li { (source) } } } }
                }
            }
        }
    }
}

/// Places that old addresses lead to.
fn old_names(section: &Section) -> Markup {
    html! { @for name in &section.old_names { a id=(name) {} } }
}

fn heading(section: &Section) -> Markup {
    html! { (section.heading) " " a.anchor href=(format!("#{}", section.anchor)) aria-label=(format!("Link to “{}”", section.heading)) { "#" } }
}

fn text(stored: &Stored, section: &Section) -> Markup {
    // Links within the site need no host, so that the page works under any address.
    markdown::render(&stored.snippet(section, "").text)
}
