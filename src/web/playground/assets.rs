//! The playground's styles and script, compiled in. Their addresses hold a hash of them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("play.css");
const SCRIPT: &str = include_str!("play.js");
const FOR_LONG: &str = "public, max-age=31536000, immutable";

/// Where the styles are.
pub static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| format!("/playground/style/{}", hash(STYLE)));
/// Where the script is.
pub static SCRIPT_ADDRESS: LazyLock<String> = LazyLock::new(|| format!("/playground/script/{}", hash(SCRIPT)));

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

pub async fn style(Path(asked): Path<String>) -> Response {
    kept(&asked, STYLE, "text/css; charset=utf-8")
}

pub async fn script(Path(asked): Path<String>) -> Response {
    kept(&asked, SCRIPT, "text/javascript; charset=utf-8")
}

/// What an older page asks for is not there any more.
fn kept(asked: &str, text: &'static str, kind: &'static str) -> Response {
    if asked != hash(text) {
        return StatusCode::NOT_FOUND.into_response();
    }
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_LONG)], text).into_response()
}
