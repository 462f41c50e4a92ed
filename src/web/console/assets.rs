//! The console's styles and script, compiled in. Their addresses hold a hash of them, so browsers may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

const FOR_LONG: &str = "public, max-age=31536000, immutable";

/// A file that pages refer to.
#[derive(Debug)]
pub struct Asset {
    folder: &'static str,
    kind: &'static str,
    text: &'static str,
    hash: LazyLock<String>,
}

/// The styles.
pub static STYLE: Asset = Asset {
    folder: "/console/style/",
    kind: "text/css; charset=utf-8",
    text: concat!(include_str!("../style/base.css"), include_str!("console.css")),
    hash: LazyLock::new(|| hash(STYLE.text)),
};
/// The script.
pub static SCRIPT: Asset = Asset {
    folder: "/console/script/",
    kind: "text/javascript; charset=utf-8",
    text: include_str!("console.js"),
    hash: LazyLock::new(|| hash(SCRIPT.text)),
};

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl Asset {
    /// Where it is.
    pub fn address(&self) -> String {
        format!("{}{}", self.folder, *self.hash)
    }

    /// What is at the address with this hash: what an older page asks for is not there any more.
    fn at(&self, hash: &str) -> Response {
        if hash != *self.hash {
            return StatusCode::NOT_FOUND.into_response();
        }
        ([(header::CONTENT_TYPE, self.kind), (header::CACHE_CONTROL, FOR_LONG)], self.text).into_response()
    }
}

pub async fn style(Path(hash): Path<String>) -> Response {
    STYLE.at(&hash)
}

pub async fn script(Path(hash): Path<String>) -> Response {
    SCRIPT.at(&hash)
}
