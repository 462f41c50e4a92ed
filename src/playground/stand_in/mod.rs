//! A Discord on loopback: REST and gateway on one port, and a small community in it.
//!
//! The playground and the tests talk through it to the real adapter. It does what Discord documents, refuses what Discord
//! refuses, and notes in its [`state::Ledger`] what a bot should not have done. It knows one server, one bot and no
//! permissions of channels.

pub mod acting;
pub mod channels;
mod command_limits;
pub mod commands;
pub mod dispatch;
pub mod gateway;
pub mod http;
pub mod interactions;
pub mod limits;
pub mod multipart;
pub mod posts;
pub mod routes;
pub mod socket;
pub mod state;
pub mod town;
pub mod typed;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use state::Shared;

/// Serves REST and gateway until it is dropped.
///
/// # Errors
/// What the listener cannot do.
pub async fn serve(shared: Arc<Shared>, listener: TcpListener) -> std::io::Result<()> {
    let router = Router::new().route("/", get(socket::serve)).fallback(http::serve).with_state(shared);
    axum::serve(listener, router).await
}
