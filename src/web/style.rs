//! The style sheet of the public pages, and where it is.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// The base style sheet, and that of the public pages.
pub const STYLE: &str = concat!(include_str!("style/base.css"), include_str!("style/pages.css"));

/// The address of the styles. It changes with their text, so that browsers may cache them for long.
pub static ADDRESS: LazyLock<String> = LazyLock::new(|| {
    let hash: String = Sha256::digest(STYLE).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("/style.css?v={hash}")
});
