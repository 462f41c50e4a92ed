//! Compiled-in styles, pictures and the font; and the files for crawlers.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect};

use super::atom;
use super::failure::Failure;
use super::style::STYLE;
use crate::papers::archive;
use crate::text::escape;
use crate::{App, wiki};

/// Assets change only with the program. The styles' address contains a hash of their text.
const FOR_LONG: &str = "public, max-age=31536000, immutable";
const FOR_A_DAY: &str = "public, max-age=86400";
/// The policy of a drawing that is opened alone: it may use its own styles and nothing else.
const DRAWING: &str = "default-src 'none'; style-src 'unsafe-inline'";
/// How many weeks the sitemap has.
const WEEKS: u16 = 520;

pub async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, FOR_LONG)], STYLE)
}

/// The frame of a preview belongs to no site, so the font is given to all.
pub async fn font() -> impl IntoResponse {
    let bytes = include_bytes!("face/vollkorn-600.woff2").as_slice();
    let headers = [
        (header::CONTENT_TYPE, "font/woff2"),
        (header::CACHE_CONTROL, FOR_LONG),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, bytes)
}

/// The licence must be distributed with the font.
pub async fn font_licence() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], include_str!("face/OFL.txt"))
}

pub async fn icon() -> impl IntoResponse {
    drawing(include_str!("face/favicon.svg"))
}

pub async fn mark() -> impl IntoResponse {
    drawing(include_str!("face/mark.svg"))
}

/// The picture for link previews, which do not support SVG.
pub async fn preview() -> impl IntoResponse {
    picture(include_bytes!("face/og-image.png"))
}

/// The icon for a phone's home screen.
pub async fn touch_icon() -> impl IntoResponse {
    picture(include_bytes!("face/touch-icon.png"))
}

fn picture(bytes: &'static [u8]) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, FOR_A_DAY)], bytes)
}

fn drawing(svg: &'static str) -> impl IntoResponse {
    let head = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, FOR_A_DAY),
        (header::CONTENT_SECURITY_POLICY, DRAWING),
    ];
    (head, svg)
}

/// For browsers that request an icon without reading a page.
pub async fn favicon() -> Redirect {
    Redirect::permanent("/icon.svg")
}

/// The rules for crawlers: they may read all pages that are the same for everyone.
pub async fn robots(State(app): State<App>, headers: HeaderMap) -> impl IntoResponse {
    let base = atom::address(&app.config, &headers);
    let rules = format!(
        "User-agent: *\nDisallow: /ask\nDisallow: /search\nDisallow: /papers?q=\nDisallow: /study/\nDisallow: /console\nDisallow: /playground\n\nSitemap: {base}/sitemap.xml\n"
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], rules)
}

/// `/sitemap.xml`: the pages that are the same for everyone.
pub async fn sitemap(State(app): State<App>, headers: HeaderMap) -> Result<impl IntoResponse, Failure> {
    let base = atom::address(&app.config, &headers);
    let mut places = vec!["/".to_owned(), "/guides".to_owned(), "/papers".to_owned()];
    places.extend(wiki::pages(&app.store).await?.into_iter().map(|page| wiki::link("", &page.slug, "")));
    places.extend(archive::weeks(&app.store, WEEKS).await?.into_iter().map(|week| format!("/papers/{}", week.week)));
    let places: String = places
        .iter()
        .map(|place| format!("<url><loc>{}</loc></url>\n", escape::xml(&format!("{base}{place}"))))
        .collect();
    let map = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{places}</urlset>\n"
    );
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], map))
}
