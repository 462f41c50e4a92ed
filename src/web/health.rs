//! For whatever watches the process.

use std::fmt::Write;
use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;

use crate::App;
use crate::health::DATABASE;

/// The process runs and answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Whether every part is well, as they have said themselves: nothing is asked for this, however often it is looked at.
pub async fn ready(State(app): State<App>) -> (StatusCode, String) {
    let mut troubles = app.health.troubles(Instant::now());
    // Looking at the files costs no query either.
    if let Err(gone) = app.store.intact() {
        troubles.retain(|(part, _)| *part != DATABASE);
        troubles.push((DATABASE, gone.to_string()));
    }
    if troubles.is_empty() {
        return (StatusCode::OK, "ready\n".to_owned());
    }
    let lines = troubles.iter().fold("not ready\n".to_owned(), |mut lines, (part, why)| {
        // Writing to a string never fails.
        let _ = writeln!(lines, "{part}: {why}");
        lines
    });
    (StatusCode::SERVICE_UNAVAILABLE, lines)
}
