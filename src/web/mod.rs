//! The website: parse a request, call one feature function, show its result.
//!
//! Every page works without JavaScript, and only the console and the playground have any. Nothing is loaded from other
//! sites. A request by a person who is not signed in never writes to the database directly, never waits forever, and
//! never takes Discord's resources: see `serving`, `limits` and `unanswered`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;

use crate::App;
use crate::playground::Playground;

mod ask;
mod assets;
mod atom;
mod calendar;
mod cards;
mod care;
mod connections;
mod console;
mod failure;
mod guides;
mod health;
mod layout;
mod limits;
mod markdown;
pub mod metrics;
mod papers;
mod playground;
mod search;
mod serving;
mod shelves;
mod style;
mod tables;
mod unanswered;
mod words;

/// Only our own styles, pictures and font; no scripts, no frames; forms go only to this site.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// The handlers' shared state.
#[derive(Debug, Clone)]
struct Site {
    app: App,
    limits: Arc<limits::Limits>,
    unanswered: unanswered::Unanswered,
}

impl FromRef<Site> for App {
    fn from_ref(site: &Site) -> Self {
        site.app.clone()
    }
}

/// Serves until `stop` is set, then finishes the running requests and stores the visitors' questions. A fault if the
/// system has no random numbers. Errors of one connection do not affect the others.
pub async fn serve(
    app: App,
    listener: TcpListener,
    playground: Option<Playground>,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let (unanswered, gathered) = unanswered::channel();
    let proxies = app.config.web_proxy.clone();
    let limits = Arc::new(limits::Limits::new());
    let playground = playground::router(app.clone(), Arc::clone(&limits), playground)?;
    let router = router(Site { app: app.clone(), limits, unanswered }, playground);
    let serving = serving::serve(router, listener, &proxies, stop.clone());
    tokio::join!(serving, unanswered::keep(app, gathered, stop));
    Ok(())
}

fn router(site: Site, playground: Router) -> Router {
    let console = console::router(site.app.clone());
    let read = Router::new()
        .route("/", get(ask::home))
        .route("/ask", get(ask::linked).post(ask::posted))
        .route("/guides", get(guides::all))
        .route("/guides/{slug}", get(guides::one))
        .route("/search", get(search::search))
        .route("/papers", get(papers::all))
        .route("/papers/feed.atom", get(atom::feed))
        .route("/papers/{week}", get(papers::one))
        .route("/study/{file}", get(calendar::feed))
        .route("/sitemap.xml", get(assets::sitemap))
        .route_layer(middleware::from_fn(care::door))
        .route_layer(middleware::from_fn_with_state(site.clone(), limits::in_turn));
    read.route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/style.css", get(assets::style))
        .route("/font/vollkorn-600.woff2", get(assets::font))
        .route("/font/OFL.txt", get(assets::font_licence))
        .route("/icon.svg", get(assets::icon))
        .route("/mark.svg", get(assets::mark))
        .route("/og-image.png", get(assets::preview))
        .route("/touch-icon.png", get(assets::touch_icon))
        .route("/favicon.ico", get(assets::favicon))
        .route("/guides/img/{file}", get(guides::picture))
        .route("/robots.txt", get(assets::robots))
        .fallback(failure::no_page)
        .layer(middleware::from_fn_with_state(site.clone(), limits::whole))
        .layer(middleware::from_fn_with_state(site.clone(), limits::paced))
        .layer(middleware::from_fn(failure::plainly))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(guarded))
        .layer(middleware::from_fn(counted))
        .with_state(site)
        // The console's pages have secrets next to other people's texts, so they are not compressed: the length would
        // leak the secrets.
        .merge(console)
        .merge(playground)
        .layer(middleware::from_fn(guarded))
}

/// Counts the response and its time.
async fn counted(request: Request, next: Next) -> Response {
    let begun = std::time::Instant::now();
    let response = next.run(request).await;
    crate::metrics::request(response.status().as_u16(), begun.elapsed());
    response
}

/// Adds the headers of every response.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // Pictures that can be opened alone have their own policy.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    response
}
