//! Connections: each has time limits from its first byte to its end, and may be closed if there are too many.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::warn;

use super::connections::{Caps, Connections, Place, Visitor};

/// The time limit for a request's head, and for an idle connection.
const HEAD: Duration = Duration::from_secs(10);
/// The longest head, in bytes.
const MAX_HEAD: usize = 64 * 1024;
/// How long a connection may last, and how long it may take to end after that. Slow readers lose their connection.
const LIFE: Duration = Duration::from_secs(120);
const LAST: Duration = Duration::from_secs(20);
/// How long a connection that seems finished may take to end.
const DONE: Duration = Duration::from_millis(500);
/// The pause after the system had no room for a connection.
const BREATH: Duration = Duration::from_millis(100);

/// The peer address of a request's connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Serves `router` until `stop` is set, then finishes the running requests.
pub async fn serve(router: Router, listener: TcpListener, proxies: &[IpNet], mut stop: watch::Receiver<bool>) {
    let connections = Connections::new(Caps::of_system());
    let mut talks = JoinSet::new();
    let stopping = stop.clone();
    let mut stopped = pin!(stopped(&mut stop));
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => {
                    let from = from.ip().to_canonical();
                    let trusted = proxies.iter().any(|net| net.contains(&from));
                    // Without an entry the connection is closed at once.
                    if let Some(place) = connections.enter(Visitor::at(from), trusted, Instant::now()) {
                        talks.spawn(talk(stream, Peer(from), Arc::new(place), router.clone(), stopping.clone()));
                    }
                }
                Err(cause) => {
                    warn!(%cause, "a connection could not be accepted");
                    sleep(BREATH).await;
                }
            },
            Some(_) = talks.join_next(), if !talks.is_empty() => {}
            () = &mut stopped => break,
        }
    }
    drop(listener);
    while talks.join_next().await.is_some() {}
}

/// A dropped sender is a reason to stop, too.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Handles one connection, from its first byte to its end.
async fn talk(stream: TcpStream, from: Peer, place: Arc<Place>, router: Router, mut stop: watch::Receiver<bool>) {
    // Answers are sent whole. If this call fails, they are only a little slower.
    let _ = stream.set_nodelay(true);
    let (site, here) = (TowerToHyperService::new(router), Arc::clone(&place));
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let busy = here.busy();
        request.extensions_mut().insert(from);
        let answer = site.call(request);
        async move {
            let answer = answer.await;
            drop(busy);
            answer
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(MAX_HEAD);
    let mut talk = pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = talk.as_mut() => return,
        () = place.gives_way() => return,
        () = sleep(LIFE) => {}
        () = stopped(&mut stop) => {}
    }
    let last = if place.is_busy() { LAST } else { DONE };
    talk.as_mut().graceful_shutdown();
    tokio::select! {
        _ = talk => {}
        () = place.gives_way() => {}
        () = sleep(last) => {}
    }
}
