//! For whatever watches the process.

use axum::extract::State;
use axum::http::StatusCode;
use tracing::warn;

use crate::App;

/// The process runs and answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The database can be written: the writing transaction can be begun. Nothing is changed.
pub async fn ready(State(app): State<App>) -> (StatusCode, String) {
    match app.store.write().await {
        Ok(_unused) => (StatusCode::OK, "ready\n".to_owned()),
        Err(error) => {
            warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n"))
        }
    }
}
