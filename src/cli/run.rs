//! `cairn run`: starts everything that is configured and stops it in order.

use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;
use tracing::{error, info, warn};

use super::{Ending, say};
use crate::community::Standing;
use crate::config::Config;
use crate::discord::{self, Discord, Greeting};
use crate::jobs::{self, Part};
use crate::playground::Playground;
use crate::reddit::{self, Opened, Reddit};
use crate::{App, Error, Result, papers, web, wiki};

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
    if let (Some(discord), Greeting::On(_)) = (&discord, &greeting) {
        discord.ask_servers().await;
    }
    let (reddit, on_reddit) = greeted(reddit::open(&app).await?).await;
    // If nobody reads the screen, serve all the same.
    let _ = say(&screen(&app, &greeting, &on_reddit).await?);
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
        (Greeting::Refused, _) => error!("{}", discord::REFUSED),
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

/// Reddit, if it is on, and its line on the screen.
async fn greeted(opened: Opened) -> (Option<Reddit>, String) {
    match opened {
        Opened::Off => {
            let off =
                "off: set CAIRN_REDDIT_CLIENT_ID and the four settings beside it; `cairn reddit automod` works without";
            (None, off.to_owned())
        }
        Opened::Wrong(why) => {
            warn!("Reddit is off: {why}");
            (None, format!("off: {why}"))
        }
        Opened::On(reddit) => {
            let places: Vec<String> = reddit.subreddits().iter().map(|name| format!("r/{}", name.as_str())).collect();
            let line = match reddit.greet().await {
                Some(refused) => {
                    error!("{refused}");
                    format!("off: {refused}")
                }
                None => format!("on   as u/{} in {}", reddit.name(), places.join(", ")),
            };
            (Some(reddit), line)
        }
    }
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

/// The start screen: where the page is, what is on, what is off and how to turn it on.
async fn screen(app: &App, discord: &Greeting, reddit: &str) -> Result<String> {
    let pages = wiki::pages(&app.store).await?.len();
    let discord = match discord {
        Greeting::Off => "off: set CAIRN_DISCORD_TOKEN to your bot's token".to_owned(),
        Greeting::On(name) => format!("on   as {name}"),
        Greeting::Refused => "off: Discord does not take CAIRN_DISCORD_TOKEN; make a new token and set it".to_owned(),
        Greeting::Later => "off: Discord cannot be reached now; Cairn keeps trying".to_owned(),
    };
    let weeks = papers::archive::weeks(&app.store, u16::MAX).await?.len();
    let archive = match weeks {
        0 => String::new(),
        1 => "an archive of 1 week; ".to_owned(),
        n => format!("an archive of {n} weeks; "),
    };
    let papers = match (papers::subscriptions::count(&app.store).await?, weeks) {
        (0, 0) => "off: /papers subscribe on Discord sends the week's papers to a channel".to_owned(),
        (0, _) => format!("on   {archive}no channel gets them yet (/papers subscribe on Discord)"),
        (n, _) => format!("on   {archive}every week, in {n} {}", if n == 1 { "place" } else { "places" }),
    };
    let links = match (discord.starts_with("off: set"), &app.config.web_url) {
        (false, None) => {
            "  Links    off: set CAIRN_WEB_URL to where people reach this page, and answers on Discord link to it\n"
        }
        _ => "",
    };
    let playground = match app.config.playground() {
        Ok(()) => format!("on   try all of Discord at {}/playground", app.config.local_url()),
        Err(why) => format!("off: {why}"),
    };
    Ok(format!(
        "Cairn {} is at {}   (stop it with Ctrl-C)\n\n  \
         Web      on   ask box, guides, papers and search\n  \
         Wiki     on   {pages} pages, in {}\n  \
         Triage   on   reads a text and points to one of four guides\n  \
         Papers   {papers}\n  \
         Discord  {discord}\n{links}  \
         Try it   {playground}\n  \
         Home     {}\n  \
         Reddit   {reddit}\n",
        env!("CARGO_PKG_VERSION"),
        app.config.local_url(),
        app.config.data_dir.display(),
        home(&app.home.standing()),
    ))
}

/// The home community, or how to set one.
fn home(standing: &Standing) -> String {
    match standing {
        Standing::Named(named) => {
            let named: Vec<String> = named.iter().map(ToString::to_string).collect();
            format!("on   {}: moderators there keep the wiki", named.join(", "))
        }
        Standing::Only(only) => {
            format!(
                "on   {only}, the only server of the bot: moderators there keep the wiki (CAIRN_HOME={only} fixes that)"
            )
        }
        Standing::Several(n) => format!(
            "off: the bot is in {n} servers, so nobody on Discord can change the wiki; set CAIRN_HOME to your own, such \
             as CAIRN_HOME=discord:123"
        ),
        Standing::Nowhere => {
            "off: CAIRN_HOME names the community whose moderators keep the wiki, such as CAIRN_HOME=discord:123"
                .to_owned()
        }
    }
}
