//! `cairn run`: starts everything that is configured and stops it in order.

use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;
use tracing::{error, info, warn};

use super::{Ending, say, screen};
use crate::config::Config;
use crate::discord::{self, Discord, Greeting};
use crate::jobs::{self, Part};
use crate::playground::Playground;
use crate::reddit::{self, Reddit};
use crate::{App, Error, Result, web};

/// The time limits after a stop signal: for running work, and for closing the database.
const GRACE: Duration = Duration::from_secs(8);
const CLOSING: Duration = Duration::from_secs(1);

/// SIGXFSZ: a file would exceed its size limit.
const FILE_TOO_LARGE: SignalKind = SignalKind::from_raw(25);

pub async fn run(config: Config) -> Result<Ending> {
    // Listen for signals first, because a stop may come during the start.
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    // A write beyond the file size limit must fail, not kill the process.
    let _too_large = signal(FILE_TOO_LARGE)?;
    // Lock before opening anything: a second process may have another version.
    let mut presence = jobs::enter(&config).await?;
    let mut app = App::open(config).await?;
    let listener = listen(&app.config).await?;
    // With port 0 the system chooses one, and links must name it.
    std::sync::Arc::make_mut(&mut app.config).web_listen = listener.local_addr()?;
    let metrics = match app.config.metrics_listen {
        Some(address) => Some(listen_on(address, "--metrics-listen").await?.into_std()?),
        None => None,
    };
    let discord = discord::open(&app)?;
    let greeting = match &discord {
        Some(discord) => discord.greet().await,
        None => Greeting::Off,
    };
    let (reddit, on_reddit) = screen::on_reddit(reddit::open(&app).await?).await;
    // If nobody reads the screen, serve all the same.
    let _ = say(&screen::screen(&app, &greeting, &on_reddit).await?);
    jobs::take_over(&app, &mut presence, app.clock.now()).await?;
    let (stop, stopped) = watch::channel(false);
    let playground = app.config.playground().is_ok().then(|| Playground::beside(&app.config));
    let mut parts = parts(&app, (listener.into_std()?, playground), (discord, &greeting), reddit, &stopped);
    parts.extend(metrics.map(|listener| metrics_part(&app, listener, &stopped)));
    let mut running = pin!(jobs::supervise(parts, app.health.clone(), stopped));
    tokio::select! {
        () = &mut running => {}
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    info!("stopping");
    let _ = stop.send(true);
    if timeout(GRACE, running).await.is_err() {
        warn!("something under way was cut off");
    }
    // Interrupted work may hold the database. In any case the next start finds it consistent.
    let _ = timeout(CLOSING, app.store.close()).await;
    Ok(Ending::Well)
}

/// All parts that run side by side.
fn parts(
    app: &App,
    (listener, playground): (std::net::TcpListener, Option<Playground>),
    (discord, greeting): (Option<Discord>, &Greeting),
    reddit: Option<Reddit>,
    stop: &watch::Receiver<bool>,
) -> Vec<Part> {
    let mut parts = jobs::parts(app, outlets(discord.as_ref(), reddit.as_ref()), stop);
    if let Some(reddit) = reddit {
        let stopped = stop.clone();
        parts.push(Part::new(reddit::PART, move || reddit.clone().run(stopped.clone()).map(Ok)));
    }
    if let Some(playground) = playground.clone() {
        let stopped = stop.clone();
        parts.push(Part::new("playground", move || playground.clone().run(stopped.clone()).map(Ok)));
    }
    let (page, stopped) = (app.clone(), stop.clone());
    parts.push(Part::new("web", move || {
        let (page, stopped, listener) = (page.clone(), stopped.clone(), listener.try_clone());
        let playground = playground.clone();
        async move { web::serve(page, TcpListener::from_std(listener?)?, playground, stopped).await }
    }));
    match (greeting, discord) {
        (Greeting::Refused(why), _) => error!("Discord is off: it {why}"),
        (_, Some(discord)) => {
            let stopped = stop.clone();
            parts.push(Part::new("bot", move || discord.clone().run(stopped.clone()).map(Ok)));
        }
        (_, None) => {}
    }
    parts
}

/// The part that serves Prometheus.
fn metrics_part(app: &App, listener: std::net::TcpListener, stop: &watch::Receiver<bool>) -> Part {
    let (app, stop) = (app.clone(), stop.clone());
    Part::new("metrics", move || {
        let (app, stop, listener) = (app.clone(), stop.clone(), listener.try_clone());
        async move { web::metrics::serve(app, TcpListener::from_std(listener?)?, stop).await }
    })
}

/// The outlets of the outbox.
fn outlets(discord: Option<&Discord>, reddit: Option<&Reddit>) -> jobs::Outlets {
    jobs::Outlets { discord: discord.map(jobs::Outlet::on_discord), reddit: reddit.map(on_reddit) }
}

/// The outlet for Reddit.
pub fn on_reddit(reddit: &Reddit) -> jobs::Outlet {
    let (line, other, third) = (reddit.line(), reddit.line(), reddit.line());
    let outlet = jobs::Outlet::new(move |row| line.clone().send(row), move |row| other.clone().look(row));
    outlet.open_while(move || third.is_open())
}

async fn listen(config: &Config) -> Result<TcpListener> {
    listen_on(config.web_listen, "--web-listen").await
}

/// Listens on an address from the setting `flag`.
async fn listen_on(address: std::net::SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => Error::refused(format!(
            "Another program listens on {address} already; stop it or choose another port with {flag}."
        )),
        std::io::ErrorKind::PermissionDenied => {
            Error::refused(format!("Cairn may not listen on {address}; choose a port above 1023 with {flag}."))
        }
        _ => Error::refused(format!("Cairn cannot listen on {address} ({e}); choose another address with {flag}.")),
    })
}
