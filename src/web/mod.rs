//! The web page: parse a request, call one feature function, show what it returns.
//!
//! Every page works without JavaScript; there is none. Nothing is loaded from elsewhere.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::App;

mod ask;
mod assets;
mod atom;
mod calendar;
mod care;
mod failure;
mod guides;
mod health;
mod layout;
mod markdown;
mod papers;
mod search;

/// The most bytes of a form: 40,000 characters of four bytes each, percent-encoded, and some more.
const MAX_FORM_BYTES: usize = 600_000;

/// Nothing but our own styles and pictures, no scripts, no frames, forms only to ourselves.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Serves until `stop` says so, then finishes the requests under way.
///
/// # Errors
/// A fault if the listener fails.
pub async fn serve(app: App, listener: TcpListener, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    let stopped = async move {
        // A sender that is gone is a reason to stop, too.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    axum::serve(listener, router(app)).with_graceful_shutdown(stopped).await?;
    Ok(())
}

fn router(app: App) -> Router {
    Router::new()
        .route("/", get(ask::home))
        .route("/ask", get(ask::linked).post(ask::posted))
        .route("/guides", get(guides::all))
        .route("/guides/{slug}", get(guides::one))
        .route("/search", get(search::search))
        .route("/papers", get(papers::all))
        .route("/papers/feed.atom", get(atom::feed))
        .route("/papers/{week}", get(papers::one))
        .route("/study/{file}", get(calendar::feed))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/style.css", get(assets::style))
        .route("/icon.svg", get(assets::icon))
        .fallback(failure::no_page)
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(middleware::from_fn(guarded))
        .with_state(app)
}

/// The headers that every answer carries.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    response
}
