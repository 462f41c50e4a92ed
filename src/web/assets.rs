//! Styles and pictures, compiled in.

use axum::http::header;
use axum::response::{IntoResponse, Redirect};

/// Assets change with the program only; their address carries its version.
const FOR_LONG: &str = "public, max-age=31536000, immutable";

pub async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, FOR_LONG)], include_str!("style.css"))
}

pub async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, FOR_LONG)], include_str!("icon.svg"))
}

/// For browsers that look for a picture without reading a page.
pub async fn favicon() -> Redirect {
    Redirect::permanent("/icon.svg")
}

/// What programs that gather pages may read: all that says the same to everybody.
pub async fn robots() -> impl IntoResponse {
    let rules = "User-agent: *\nDisallow: /ask\nDisallow: /search\nDisallow: /papers?q=\nDisallow: /study/\nDisallow: /console\n";
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], rules)
}
