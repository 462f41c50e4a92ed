//! `/playground`: a pretend Discord channel with the real adapter behind it, for one visitor at this machine.
//!
//! The page is whole after each form, with or without JavaScript; `play.js` only spares the reloads, offers commands while
//! one types, and waits for what the bot says next. Everything is a form with a token, taken from pages of ours alone.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::console::is_foreign;
use super::failure::{self, Failure};
use super::limits::Limits;
use crate::config::Config;
use crate::playground::Playground;
use crate::rates::Rates;
use crate::store::secret;
use crate::{App, Result};

mod acts;
mod assets;
mod corner;
mod markdown;
mod message;
mod page;
mod site;
mod ways;

/// As the console's: our own script, styles and pictures, and nothing may make HTML of text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";
/// The most bytes of a form.
const MAX_FORM_BYTES: usize = 64 * 1024;
/// How many forms come at once, and how long each further one takes to be taken.
const FORMS: (u32, Duration) = (40, Duration::from_millis(250));

/// What the handlers share.
#[derive(Debug, Clone)]
pub struct Room {
    app: App,
    playground: Playground,
    /// The web page's, which pages below the playground share.
    limits: Arc<Limits>,
    /// What forms of our own pages carry.
    token: Arc<str>,
    forms: Arc<Rates<()>>,
}

/// Everything below `/playground`, if it is open; else a page that says why it is not.
///
/// # Errors
/// A fault if the system has no random numbers.
pub fn router(app: App, limits: Arc<Limits>, playground: Option<Playground>) -> Result<Router> {
    let Some(playground) = playground else {
        let off = move |State(app): State<App>| async move { closed(&app.config) };
        return Ok(Router::new().route("/playground", get(off)).with_state(app));
    };
    let (token, forms) = (secret::key()?.into(), Arc::new(Rates::new(FORMS.0, FORMS.1)));
    let room = Room { app, playground, limits, token, forms };
    Ok(Router::new()
        .route("/playground", get(page::page))
        .route("/playground/offers", get(page::offers))
        .route("/playground/file/{post}/{file}", get(page::file))
        .route("/playground/say", post(acts::say))
        .route("/playground/press", post(acts::press))
        .route("/playground/choose", post(acts::choose))
        .route("/playground/menu", post(acts::menu))
        .route("/playground/submit", post(acts::submit))
        .route("/playground/dismiss", post(acts::dismiss))
        .route("/playground/leap", post(acts::leap))
        .route("/playground/wipe", post(acts::wipe))
        .route("/playground/reddit", get(corner::empty).post(corner::tried))
        .route("/playground/site", get(site::page))
        .route("/playground/site/{*rest}", get(site::page))
        .route("/playground/style/{hash}", get(assets::style))
        .route("/playground/script/{hash}", get(assets::script))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(middleware::from_fn_with_state(room.clone(), guarded))
        .layer(middleware::from_fn(failure::plainly))
        .with_state(room))
}

fn closed(config: &Config) -> Failure {
    let why = config.playground().err().unwrap_or_default();
    Failure::with(StatusCode::NOT_FOUND, &format!("This page is off: {why}."))
}

/// Lets in who is at this machine, from pages of ours, as often as people act.
async fn guarded(State(room): State<Room>, request: Request, next: Next) -> Response {
    if !is_addressed(&room.app.config, request.headers()) {
        let sentence =
            "The playground answers at this machine’s own address only; use the one that Cairn named when it started.";
        return Failure::with(StatusCode::MISDIRECTED_REQUEST, sentence).into_response();
    }
    if request.method() == Method::POST {
        if is_foreign(request.headers()) {
            let sentence =
                "That form was not sent from the playground, so nothing was done. Open the playground and do it there.";
            return Failure::with(StatusCode::FORBIDDEN, sentence).into_response();
        }
        if room.forms.wait(&()).is_some() {
            let sentence = "That was much at once. Wait a second, then try again.";
            return Failure::with(StatusCode::TOO_MANY_REQUESTS, sentence).into_response();
        }
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether the request names us as people at this machine do: a name that somebody else has pointed here is not ours.
fn is_addressed(config: &Config, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let public =
        config.web_url.as_deref().and_then(|url| url.split_once("://")).map(|(_, host)| host.trim_end_matches('/'));
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
        || name == config.web_listen.ip().to_string()
        || public == Some(host)
}
