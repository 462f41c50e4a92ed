//! One WebSocket connection of the gateway.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use tokio::sync::mpsc;

use super::gateway::{self, Push, Wire};
use super::state::Shared;

/// Upgrades to the gateway.
pub async fn serve(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| run(socket, shared))
}

/// Speaks with one client until either side ends it.
async fn run(mut socket: WebSocket, shared: Arc<Shared>) {
    let (out, mut pushes) = mpsc::unbounded_channel();
    let mut wire = shared.with(|state| state.gateway.connect(out));
    let said_goodbye = loop {
        tokio::select! {
            push = pushes.recv() => match push {
                Some(Push::Payload(text)) => {
                    if socket.send(Message::text(text)).await.is_err() {
                        break false;
                    }
                }
                Some(Push::Close(code, reason)) => {
                    break close(&mut socket, Some(CloseFrame { code, reason: reason.into() })).await;
                }
                Some(Push::BareClose) => break close(&mut socket, None).await,
                Some(Push::Pause(time)) => tokio::time::sleep(time).await,
                Some(Push::Reset) => {
                    // A heartbeat comes meanwhile, which nobody reads.
                    tokio::time::sleep(Duration::from_millis(1_200)).await;
                    break false;
                }
                // Dropping the socket without a close frame is what a failing network looks like.
                Some(Push::Cut) | None => break false,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => hear(&shared, &mut wire, &text),
                Some(Ok(Message::Close(frame))) => break frame.is_none_or(|f| matches!(f.code, 1000 | 1001)),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break false,
            },
        }
    };
    shared.with(|state| state.gateway.disconnected(&wire, said_goodbye));
}

fn hear(shared: &Shared, wire: &mut Wire, text: &str) {
    shared.with(|state| gateway::receive(state, wire, text));
}

/// Closes; reads on for a moment, because unread data would turn the close frame into a reset.
async fn close(socket: &mut WebSocket, frame: Option<CloseFrame>) -> bool {
    if socket.send(Message::Close(frame)).await.is_ok() {
        let gone = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = tokio::time::timeout(Duration::from_secs(1), gone).await;
    }
    false
}
