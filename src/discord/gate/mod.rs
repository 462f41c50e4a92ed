//! The gate: everything between serenity and Discord's gateway passes here.
//!
//! serenity 0.12.5 reads some connections for ever once they have ended, never gives up on a Discord that stays silent,
//! reconnects without a pause and reads messages of any size; and it uses neither the system's proxies nor its roots.
//! So it is given a gateway on loopback. Here each connection is watched, ended in the one way that serenity
//! understands, and made through our own client for HTTPS; what cannot be mended that way ends the whole client.

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::{Client, StatusCode, Upgraded};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{interval, sleep, timeout};
use tracing::{info, warn};

mod frames;
mod pace;
mod visit;
mod watch;

pub use watch::Patience;

use super::http::Rest;
use crate::config::Clock;
use crate::health::{self, Health};
use crate::{Result, http_client};
use frames::{Incoming, Message, framed};
use pace::Pace;
use visit::Visit;

/// The most bytes of a request of serenity's.
const MAX_HEAD: usize = 8 * 1024;
/// The most bytes of what it says to Discord's REST, and what it is told of a call that failed.
const MAX_BODY: usize = 256 * 1024;
const NOT_DONE: &str = r#"{"code":0,"message":"not done"}"#;
/// How long either side may take to take what it is sent.
const TAKING: Duration = Duration::from_secs(10);
/// How often we look whether all shards are there.
const LOOK: Duration = Duration::from_millis(500);
/// How long shards may be away beyond what serenity takes to begin one, and that.
const AWAY: Duration = Duration::from_secs(30);
const BEGINNING: Duration = Duration::from_secs(12);

/// Why the whole client must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Discord does not take the token.
    TokenRefused,
    /// Discord does not let us read posts.
    IntentsRefused,
    /// What Discord told us at the start does not hold any more.
    Outdated,
    /// No more sessions may be begun now.
    NoSessions,
    /// A shard of ours does not come back, or says nothing.
    ShardLost,
}

/// A gate, until it is dropped.
#[derive(Debug)]
pub struct Gate {
    /// Where serenity finds Discord's REST, and there the gateway.
    pub base: String,
    /// When Discord was last heard while all shards stood, in Unix ms; 0 before that.
    pub heard: Arc<AtomicI64>,
    verdicts: mpsc::Receiver<Verdict>,
    task: JoinHandle<()>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What Discord said about its gateway.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Such as `wss://gateway.discord.gg`.
    pub url: String,
    pub shards: u32,
    /// How many sessions may be begun.
    pub sessions: u32,
}

/// What all connections share.
#[derive(Debug)]
struct Inside {
    far: String,
    near: String,
    client: Client,
    rest: Arc<Rest>,
    patience: Patience,
    health: Health,
    clock: Clock,
    heard: Arc<AtomicI64>,
    shards: u32,
    sessions: AtomicU32,
    /// How many shards are here, and how many of them are ready.
    here: AtomicU32,
    ready: AtomicU32,
    pace: Mutex<Pace>,
    verdict: mpsc::Sender<Verdict>,
}

impl Gate {
    /// Opens a gate to a gateway.
    pub async fn open(to: Gateway, rest: Arc<Rest>, patience: Patience, health: Health, clock: Clock) -> Result<Self> {
        // serenity never had to be led to what is not encrypted: a gateway of one's own.
        let (far, client) = match to.url.strip_prefix("ws://") {
            Some(rest) => (format!("http://{rest}"), http_client::client()?.no_proxy()),
            None => (to.url.replacen("wss://", "https://", 1), http_client::client()?),
        };
        if !far.starts_with("http") || far == to.url {
            return Err(anyhow::anyhow!("Discord names a gateway that is no address of one").into());
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let near = listener.local_addr()?.to_string();
        let (verdict, verdicts) = mpsc::channel(1);
        let base = format!("http://{near}");
        let inside = Inside {
            far: far.trim_end_matches('/').to_owned(),
            near,
            client: http_client::build(client.http1_only())?,
            rest,
            patience,
            health,
            clock,
            heard: Arc::default(),
            shards: to.shards,
            sessions: AtomicU32::new(to.sessions),
            here: AtomicU32::new(0),
            ready: AtomicU32::new(0),
            pace: Mutex::new(Pace::new(to.shards, patience.hurry)),
            verdict,
        };
        let heard = Arc::clone(&inside.heard);
        Ok(Self { base, heard, verdicts, task: tokio::spawn(keep(Arc::new(inside), listener)) })
    }

    /// Waits until the whole client must end.
    pub async fn verdict(&mut self) -> Verdict {
        match self.verdicts.recv().await {
            Some(verdict) => verdict,
            // The task that keeps the gate is gone.
            None => Verdict::ShardLost,
        }
    }
}

/// Lets shards in, and looks whether all are there.
async fn keep(inside: Arc<Inside>, listener: TcpListener) {
    let mut visits = JoinSet::new();
    let (mut looks, mut whole, mut up) = (interval(LOOK), Instant::now(), Instant::now());
    loop {
        tokio::select! {
            Ok((near, _)) = listener.accept() => {
                let inside = Arc::clone(&inside);
                visits.spawn(async move {
                    if let Err(cause) = visit(near, &inside).await {
                        info!(cause = format!("{cause:#}"), "serenity was not understood");
                    }
                });
            }
            Some(_) = visits.join_next() => {}
            _ = looks.tick() => {
                let now = Instant::now();
                if inside.here.load(Ordering::Relaxed) >= inside.shards {
                    whole = now;
                }
                if inside.ready.load(Ordering::Relaxed) > 0 {
                    up = now;
                }
                if now.duration_since(whole) > AWAY + BEGINNING * inside.shards {
                    inside.judge(Verdict::ShardLost);
                }
                if now.duration_since(up) > inside.patience.none {
                    inside.judge(Verdict::Outdated);
                }
            }
        }
    }
}

/// Counts for as long as it is there.
struct Counted<'a>(&'a AtomicU32);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection to the gateway that has said HELLO.
struct Arrived {
    /// The head of the answer to the request for a WebSocket.
    head: String,
    hello: Message,
    interval: Duration,
    incoming: Incoming<ReadHalf<Upgraded>>,
    outgoing: WriteHalf<Upgraded>,
}

impl Inside {
    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn judge(&self, verdict: Verdict) {
        // One is enough.
        let _ = self.verdict.try_send(verdict);
    }

    /// A connection ended, or did not come to be.
    fn ended(&self, held: Option<Duration>) {
        self.pace().ended(held, Instant::now(), getrandom::u32().unwrap_or_default());
    }

    /// Connects for a shard that asks with `head`, as often as it takes. serenity is not told of what fails meanwhile.
    async fn arrive(&self, head: &str) -> Arrived {
        loop {
            let wait = self.pace().wait(Instant::now());
            sleep(wait).await;
            match self.connect(head).await {
                Ok(arrived) => return arrived,
                // Without the address: what led there may hold a password.
                Err(cause) => warn!(cause = format!("{:#}", without_url(cause)), "the gateway is not reached"),
            }
            self.ended(None);
        }
    }

    async fn connect(&self, head: &str) -> anyhow::Result<Arrived> {
        let mut lines = head.lines();
        let path = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or("/");
        let mut request = self.client.get(format!("{}{path}", self.far));
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            if !name.eq_ignore_ascii_case("host") {
                request = request.header(name, value);
            }
        }
        let response = timeout(self.patience.connect, request.send()).await.context("no answer")??;
        ensure!(response.status() == StatusCode::SWITCHING_PROTOCOLS, "answered with {}", response.status());
        let mut head = "HTTP/1.1 101 Switching Protocols\r\n".to_owned();
        for (name, value) in response.headers() {
            write!(head, "{name}: {}\r\n", value.to_str().unwrap_or_default())?;
        }
        head.push_str("\r\n");
        let upgraded = timeout(self.patience.connect, response.upgrade()).await.context("no answer")??;
        let (incoming, outgoing) = tokio::io::split(upgraded);
        let mut incoming = Incoming::new(incoming);
        let first = timeout(self.patience.answer, incoming.next()).await.context("it says no HELLO")?;
        let hello = first.map_err(|_| anyhow::anyhow!("it ends before HELLO"))?;
        let interval = watch::interval(&hello.bytes).context("its first word is no HELLO")?;
        Ok(Arrived { head, hello, interval, incoming, outgoing })
    }

    /// Notes what Discord says. All shards are well as long as each is ready and any is heard.
    fn heard(&self) {
        if self.ready.load(Ordering::Relaxed) >= self.shards {
            let now = Instant::now();
            self.health.heard(health::DISCORD, now, now + self.patience.silence);
            self.heard.store(self.clock.now().as_millisecond(), Ordering::Relaxed);
        }
    }

    /// Whether another session may be begun.
    fn may_identify(&self) -> bool {
        let one_less = |sessions: u32| sessions.checked_sub(1);
        self.sessions.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }
}

fn without_url(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<reqwest::Error>() {
        Ok(error) => anyhow::Error::new(error.without_url()),
        Err(error) => error,
    }
}

/// One connection of serenity's, from its first byte to its last.
async fn visit(mut near: TcpStream, inside: &Inside) -> anyhow::Result<()> {
    near.set_nodelay(true)?;
    let (head, begun) = timeout(TAKING, head(&mut near)).await.context("it asks for nothing")??;
    if head.split(' ').nth(1).is_some_and(|path| path.starts_with("/api/")) {
        return answer(&mut near, &head, begun, inside).await;
    }
    let _here = Counted::new(&inside.here);
    let arrived = tokio::select! {
        arrived = inside.arrive(&head) => arrived,
        () = left(&near) => return Ok(()),
    };
    near.write_all(arrived.head.as_bytes()).await?;
    near.write_all(&framed(&arrived.hello, None)).await?;
    Visit::new(near, arrived, inside).run().await;
    Ok(())
}

/// What stands before the empty line, and what has come after it.
async fn head(near: &mut TcpStream) -> anyhow::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((String::from_utf8(bytes)?, rest));
        }
        let more = near.read_buf(&mut bytes).await?;
        ensure!(more > 0 && bytes.len() <= MAX_HEAD, "it asks for nothing");
    }
}

/// Waits until serenity hangs up, or says what it should not yet.
async fn left(near: &TcpStream) {
    let _ = near.peek(&mut [0]).await;
}

/// Answers for Discord's REST. serenity asks for the gateway there, and goes to a fixed one if it gets no answer; and
/// poise answers autocompletes there, which are handed on to where all calls go.
async fn answer(near: &mut TcpStream, head: &str, begun: Vec<u8>, inside: &Inside) -> anyhow::Result<()> {
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, body) = match (method, path.strip_prefix("/api/v10").unwrap_or_default()) {
        ("GET", "/gateway") => (200, format!(r#"{{"url":"ws://{}"}}"#, inside.near)),
        ("POST", path) if path.starts_with("/interactions/") => {
            let body = timeout(TAKING, body(near, head, begun)).await.context("its body does not come")??;
            match inside.rest.post_with(path, &body, &[]).await {
                Ok(_) => (204, String::new()),
                Err(failure) => (failure.status().unwrap_or(502), NOT_DONE.to_owned()),
            }
        }
        _ => (404, NOT_DONE.to_owned()),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n");
    near.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).await?;
    Ok(near.shutdown().await?)
}

/// The body of a request, of which `body` has come.
async fn body(near: &mut TcpStream, head: &str, mut body: Vec<u8>) -> anyhow::Result<String> {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.context("it does not say how long it is")?.1.parse()?;
    ensure!(body.len() <= length && length <= MAX_BODY, "it says too much");
    let begun = body.len();
    body.resize(length, 0);
    near.read_exact(&mut body[begun..]).await?;
    Ok(String::from_utf8(body)?)
}

#[cfg(test)]
mod tests;
