//! Endpoints for monitoring.

use std::fmt::Write;
use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;

use crate::App;
use crate::health::DATABASE;

/// Answers as long as the process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Whether every part is healthy. It reads only what the parts have reported, so that frequent checks cost nothing.
pub async fn ready(State(app): State<App>) -> (StatusCode, String) {
    let mut troubles = app.health.troubles(Instant::now());
    // Checking the files needs no query.
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
