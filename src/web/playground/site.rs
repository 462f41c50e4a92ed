//! `/playground/site/…`: the web page as the database of the playground has it. What is edited there is read here, and the
//! real pages are as they were.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Uri, header};
use axum::middleware;
use axum::response::{Redirect, Response};
use axum::routing::get;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use maud::html;

use super::Room;
use crate::playground::SITE;
use crate::web::failure::{self, Failure};
use crate::web::serving::Peer;
use crate::web::{Site, atom, calendar, care, guides, limits, papers, search, unanswered};

/// The parts of the web page that stand here. All others are the same everywhere, so links to them stay as they are.
const PARTS: [&str; 4] = ["/guides", "/papers", "/search", "/study"];
/// No page is longer, in bytes.
const MAX_PAGE_BYTES: usize = 8 * 1024 * 1024;
/// What every page begins its content with.
const CONTENT: &str = "<div class=\"wrap page\">";

/// One of its pages.
pub async fn page(State(room): State<Room>, request: Request) -> Result<Response, Failure> {
    let asked = request.uri().clone();
    let path = asked.path().strip_prefix(SITE).filter(|path| !path.is_empty()).unwrap_or("/");
    let query = asked.query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(inner) = format!("{path}{query}").parse::<Uri>() else { return Err(Failure::nowhere(&asked)) };
    let stage = room.playground.enter().await?;
    // Questions without an answer are no gaps of the real wiki.
    let (unanswered, _) = unanswered::channel();
    let site = Site { app: stage.app().clone(), limits: room.limits.clone(), unanswered };
    let (mut parts, body) = request.into_parts();
    parts.uri = inner;
    // What was read out of the address above this one is no part of it.
    let peer = parts.extensions.get::<Peer>().copied();
    parts.extensions.clear();
    if let Some(peer) = peer {
        parts.extensions.insert(peer);
    }
    let request = Request::from_parts(parts, body);
    let Ok(response) = TowerToHyperService::new(router(site)).call(request).await;
    Ok(placed(response, &format!("{path}{query}")).await)
}

fn router(site: Site) -> Router {
    let out = |uri: Uri| async move { Redirect::to(uri.path_and_query().map_or("/", |to| to.as_str())) };
    Router::new()
        .route("/guides", get(guides::all))
        .route("/guides/{slug}", get(guides::one))
        .route("/search", get(search::search))
        .route("/papers", get(papers::all))
        .route("/papers/feed.atom", get(atom::feed))
        .route("/papers/{week}", get(papers::one))
        .route("/study/{file}", get(calendar::feed))
        .route_layer(middleware::from_fn(care::door))
        .route_layer(middleware::from_fn_with_state(site.clone(), limits::in_turn))
        // The first page asks a question, which is the same everywhere; the copy begins with what is in it.
        .route("/", get(|| async { Redirect::to("/guides") }))
        .route("/ask", get(out))
        .route("/guides/img/{file}", get(out))
        .fallback(failure::no_page)
        .layer(middleware::from_fn_with_state(site.clone(), limits::paced))
        .with_state(site)
}

/// The answer with its own links leading on here, and a line that says where one is.
async fn placed(response: Response, asked: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(to) = parts.headers.get(header::LOCATION).and_then(|to| to.to_str().ok())
        && is_here(to)
        && let Ok(to) = HeaderValue::try_from(format!("{SITE}{to}"))
    {
        parts.headers.insert(header::LOCATION, to);
    }
    let kind = parts.headers.get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| !kind.as_bytes().starts_with(b"text/html")) {
        return Response::from_parts(parts, body);
    }
    let page = to_bytes(body, MAX_PAGE_BYTES).await.unwrap_or_default();
    let page = led(&String::from_utf8_lossy(&page)).replacen(CONTENT, &format!("{CONTENT}{}", told(asked)), 1);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page))
}

fn is_here(path: &str) -> bool {
    let rest = PARTS.iter().find_map(|part| path.strip_prefix(part));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])) && !path.starts_with("/guides/img/")
}

fn told(asked: &str) -> String {
    html! {
        p.note { "This is the playground’s own copy of the wiki: what its people change is seen here and nowhere else. "
            a href="/playground" { "Back to the playground" } " · " a href=(asked) { "The real page" } }
    }
    .0
}

/// A page whose links to its own parts lead below [`SITE`]. Only tags are changed, never a text: `<` begins a tag wherever
/// it stands, for it is escaped in texts and values.
fn led(page: &str) -> String {
    let mut pieces = page.split('<');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (tag, text) = piece.split_at(piece.find('>').unwrap_or(piece.len()));
        out.push('<');
        let place = ["href=\"", "action=\""].iter().find_map(|name| Some(tag.find(name)? + name.len()));
        match place.map(|at| tag.split_at(at)) {
            Some((before, value)) if is_here(value.split('"').next().unwrap_or_default()) => {
                out.push_str(before);
                out.push_str(SITE);
                out.push_str(value);
            }
            _ => out.push_str(tag),
        }
        out.push_str(text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_page_lead_on_below_the_playground_and_its_texts_stay() {
        for (page, expected) in [
            ("<a href=\"/guides/math#b\">x</a>", "<a href=\"/playground/site/guides/math#b\">x</a>"),
            (
                "<form class=\"a\" action=\"/search\" method=\"get\">",
                "<form class=\"a\" action=\"/playground/site/search\" method=\"get\">",
            ),
            ("<a href=\"/papers?q=a\">", "<a href=\"/playground/site/papers?q=a\">"),
            ("<a href=\"/\">", "<a href=\"/\">"),
            ("<a href=\"/guidesmen\">", "<a href=\"/guidesmen\">"),
            ("<a href=\"https://e.example/guides\">", "<a href=\"https://e.example/guides\">"),
            ("<img src=\"/guides/img/a.svg\"><a href=\"#b\">", "<img src=\"/guides/img/a.svg\"><a href=\"#b\">"),
            ("<code>&lt;a href=\"/guides\"></code>", "<code>&lt;a href=\"/guides\"></code>"),
        ] {
            assert_eq!(led(page), expected);
        }
    }
}
