//! Calendars under secret links. A wrong secret gets the same answer as an unknown address.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::failure::Failure;
use crate::text::list;
use crate::{App, calendar};

/// `/study/SECRET.ics`
pub async fn feed(State(app): State<App>, uri: Uri, asked: HeaderMap) -> Result<Response, Failure> {
    // Not decoded: a secret has no character that needs encoding.
    let secret = uri.path().strip_prefix("/study/").and_then(|file| file.strip_suffix(".ics")).unwrap_or_default();
    let Some(calendar) = calendar::feed(&app.store, secret, app.clock.now()).await? else {
        return Err(Failure::nowhere(&uri));
    };
    let tag = tag(&calendar);
    let is_known = asked.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()).is_some_and(|known| {
        known.split(',').map(|known| known.trim().trim_start_matches("W/")).any(|known| known == tag || known == "*")
    });
    // Proxies must not store it.
    let head = [(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    let kind = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"study-times.ics\""),
    ];
    Ok((head, kind, calendar).into_response())
}

/// The ETag of a file.
fn tag(file: &str) -> String {
    let hash = Sha256::digest(file);
    let short: String = list::hex(&hash[..16]);
    format!("\"{short}\"")
}
