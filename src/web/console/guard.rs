//! Who is at the door: the session of a browser's cookie, what its owner may do at this moment, and whether a form came
//! from a page of ours.

use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Console, door};
use crate::Error;
use crate::community::entry::{self, SESSION, Session};
use crate::community::{HomeModerator, LOOKS, Way};
use crate::config::Config;

/// What somebody without a role is told they cannot do.
pub const HERE: &str = "work in the console";

/// The cookie's name where the page is reached by HTTPS: then no other host can set it.
const COOKIE_OVER_TLS: &str = "__Host-cairn";
const COOKIE: &str = "cairn-console";

/// Somebody who is signed in, and was just proven to be a moderator of home.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The proof that every act takes.
    pub by: HomeModerator,
    /// What the forms of their pages carry.
    pub token: String,
    /// Where they are signed in.
    pub session: Session,
}

/// Why somebody is not let in.
#[derive(Debug)]
pub enum Stopped {
    /// They are not signed in, or not any more.
    SignedOut,
    /// They may not do that, or nobody could tell whether they may.
    Refused(Error),
}

impl Signed {
    /// Who a request comes from; their role may have been told `fresh` ago.
    pub async fn find(console: &Console, headers: &HeaderMap, fresh: Duration) -> Result<Self, Stopped> {
        let app = &console.app;
        let Some(secret) = secret(&app.config, headers) else { return Err(Stopped::SignedOut) };
        let session = entry::session(&app.store, secret, app.clock.now()).await.map_err(Stopped::Refused)?;
        let Some(session) = session else { return Err(Stopped::SignedOut) };
        let by = console.members().moderator(&app.home, &session.guest, HERE, fresh, Instant::now()).await;
        let by = by.map_err(Stopped::Refused)?.through(Way::Console);
        Ok(Self { by, token: entry::form_token(secret), session })
    }
}

impl FromRequestParts<Console> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        Self::find(console, &parts.headers, LOOKS).await.map_err(|stopped| match stopped {
            Stopped::SignedOut => door::signed_out().into_response(),
            Stopped::Refused(error) => door::refused(error).into_response(),
        })
    }
}

/// Whether a request comes from a browser that is signed in, whatever its owner may do.
pub async fn is_signed_in(console: &Console, headers: &HeaderMap) -> bool {
    let app = &console.app;
    let Some(secret) = secret(&app.config, headers) else { return false };
    entry::session(&app.store, secret, app.clock.now()).await.is_ok_and(|session| session.is_some())
}

/// The secret in the browser's cookie.
fn secret<'h>(config: &Config, headers: &'h HeaderMap) -> Option<&'h str> {
    let wanted = cookie_name(config);
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

fn is_over_tls(config: &Config) -> bool {
    config.web_url.as_deref().is_some_and(|url| url.starts_with("https://"))
}

fn cookie_name(config: &Config) -> &'static str {
    if is_over_tls(config) { COOKIE_OVER_TLS } else { COOKIE }
}

/// The header that has the browser keep a secret, or forget it.
pub fn cookie(config: &Config, secret: Option<&str>) -> HeaderValue {
    let secure = if is_over_tls(config) { "; Secure" } else { "" };
    let (value, age) = secret.map_or(("", 0), |secret| (secret, SESSION.as_secs()));
    let name = cookie_name(config);
    let text = format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Whether a request that changes something comes from a page of another site, as the browser itself says.
pub fn is_foreign(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = said("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (said("origin"), said("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").map_or(origin, |(_, rest)| rest) != host,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// The refusal of a form that another site has sent.
pub fn foreign() -> Response {
    let sentence =
        "That form was not sent from a page of Cairn, so nothing was done. Open the console and do it there.";
    door::plain(StatusCode::FORBIDDEN, "That came from another site", sentence).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_another_site_is_known_by_what_the_browser_says() {
        let table: [(&[(&str, &str)], bool); 10] = [
            (&[("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("sec-fetch-site", "cross-site")], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://cairn.example"), ("host", "cairn.example")], true),
            (&[("origin", "https://cairn.example"), ("host", "cairn.example")], false),
            (&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")], false),
            (&[("origin", "https://evil.example"), ("host", "cairn.example")], true),
            (&[("origin", "null"), ("host", "cairn.example")], true),
            (&[("host", "cairn.example")], false),
        ];
        for (said, expected) in table {
            let mut headers = HeaderMap::new();
            for (name, value) in said {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            assert_eq!(is_foreign(&headers), expected, "{said:?}");
        }
    }
}
