//! The gate: everything between serenity and Discord's gateway passes here.
//!
//! serenity 0.12.5 reads some connections for ever once they have ended, never gives up on a Discord that stays silent,
//! reconnects without a pause and reads messages of any size; and it heeds neither the system's proxies nor its roots.
//! So it is given a gateway on loopback. Here each connection is watched, ended in the one way that serenity
//! understands, and made through our own client for HTTPS; what cannot be mended that way ends the whole client.

use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::{Client, StatusCode, Upgraded};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{interval, sleep, sleep_until, timeout};
use tracing::{info, warn};

mod frames;
mod pace;
mod watch;

pub use watch::Patience;

use crate::health::{self, Health};
use crate::{Result, https};
use frames::{Broken, Incoming, Kind, Message, close, framed};
use pace::Pace;
use watch::{End, Heard, Said, Watch, after, after_close};

/// The most bytes of a request of serenity's.
const MAX_HEAD: usize = 8 * 1024;
/// How long either side may take to take what it is sent, and serenity to hang up.
const TAKING: Duration = Duration::from_secs(10);
const HANGING_UP: Duration = Duration::from_secs(2);
/// The codes of close frames on which serenity resumes, and begins a new session.
const CLEAN: u16 = 1000;
const FORGOTTEN: u16 = 4009;
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
    /// Where serenity finds the gateway, and Discord's REST (which has nothing but the gateway's address).
    pub rest: String,
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
    patience: Patience,
    health: Health,
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
    ///
    /// # Errors
    /// A fault if the address is none, if there is no port on loopback, or no client.
    pub async fn open(to: Gateway, patience: Patience, health: Health) -> Result<Self> {
        // serenity never had to be led to what is not encrypted: a gateway of one's own.
        let (far, client) = match to.url.strip_prefix("ws://") {
            Some(rest) => (format!("http://{rest}"), https::client()?.no_proxy()),
            None => (to.url.replacen("wss://", "https://", 1), https::client()?),
        };
        if !far.starts_with("http") || far == to.url {
            return Err(anyhow::anyhow!("Discord names a gateway that is no address of one").into());
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let near = listener.local_addr()?.to_string();
        let (verdict, verdicts) = mpsc::channel(1);
        let rest = format!("http://{near}");
        let inside = Inside {
            far: far.trim_end_matches('/').to_owned(),
            near,
            client: https::build(client.http1_only())?,
            patience,
            health,
            shards: to.shards,
            sessions: AtomicU32::new(to.sessions),
            here: AtomicU32::new(0),
            ready: AtomicU32::new(0),
            pace: Mutex::new(Pace::new(to.shards, patience.hurry)),
            verdict,
        };
        Ok(Self { rest, verdicts, task: tokio::spawn(keep(Arc::new(inside), listener)) })
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
            self.health.well_until(health::DISCORD, Instant::now() + self.patience.silence);
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
    let head = timeout(TAKING, head(&mut near)).await.context("it asks for nothing")??;
    if head.starts_with("GET /api/") {
        return answer(&mut near, &head, inside).await;
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

/// What stands before the empty line. Nothing comes after it before we answer.
async fn head(near: &mut TcpStream) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let more = near.read_buf(&mut bytes).await?;
        ensure!(more > 0 && bytes.len() <= MAX_HEAD, "it asks for no WebSocket");
    }
    Ok(String::from_utf8(bytes)?)
}

/// Waits until serenity hangs up, or says what it should not yet.
async fn left(near: &TcpStream) {
    let _ = near.peek(&mut [0]).await;
}

/// Answers for Discord's REST: serenity asks for the gateway there, and goes to a fixed one if it gets no answer.
async fn answer(near: &mut TcpStream, head: &str, inside: &Inside) -> anyhow::Result<()> {
    let (status, body) = match head.split(' ').nth(1) {
        Some("/api/v10/gateway") => ("200 OK", format!(r#"{{"url":"ws://{}"}}"#, inside.near)),
        _ => ("404 Not Found", r#"{"code":0,"message":"not through here"}"#.to_owned()),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n");
    near.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).await?;
    Ok(near.shutdown().await?)
}

/// A shard that talks to Discord.
struct Visit<'a> {
    inside: &'a Inside,
    near: (Incoming<ReadHalf<TcpStream>>, WriteHalf<TcpStream>),
    far: (Incoming<ReadHalf<Upgraded>>, WriteHalf<Upgraded>),
    watch: Watch,
    ready: Option<Counted<'a>>,
}

/// How a talk ended.
enum Over {
    /// The shard left.
    Left,
    /// The shard said goodbye.
    Goodbye,
    /// Discord ended it, or we did.
    Ended(End, String),
}

impl<'a> Visit<'a> {
    fn new(near: TcpStream, arrived: Arrived, inside: &'a Inside) -> Self {
        let (incoming, outgoing) = tokio::io::split(near);
        Self {
            inside,
            near: (Incoming::new(incoming), outgoing),
            far: (arrived.incoming, arrived.outgoing),
            watch: Watch::new(inside.patience, arrived.interval, Instant::now()),
            ready: None,
        }
    }

    async fn run(mut self) {
        let over = loop {
            if let Some(over) = self.step().await {
                break over;
            }
        };
        self.ready = None;
        if !matches!(over, Over::Goodbye) {
            self.inside.ended(self.watch.held(Instant::now()));
        }
        if let Over::Ended(end, why) = over {
            info!(why, ?end, "a shard's connection to Discord ended");
            self.tell(end).await;
        }
    }

    async fn step(&mut self) -> Option<Over> {
        let (due, lack) = self.watch.due();
        tokio::select! {
            message = self.far.0.next() => match message {
                Ok(message) => self.heard(message).await,
                Err(Broken::Ended) => Some(Over::Ended(End::Resume, "the connection broke".to_owned())),
                // Resumed, it would come again.
                Err(broken) => Some(Over::Ended(End::Identify, format!("what came was {broken:?}"))),
            },
            message = self.near.0.next() => match message {
                Ok(message) => self.said(message).await,
                Err(_) => Some(Over::Left),
            },
            () = sleep_until(due.into()) => Some(Over::Ended(after(lack), format!("{lack:?} did not come in time"))),
        }
    }

    async fn heard(&mut self, message: Message) -> Option<Over> {
        match message.kind {
            Kind::Close => {
                let code = message.code();
                return Some(Over::Ended(after_close(code), format!("closed with {code:?}")));
            }
            // We ask for nothing compressed, so that nothing can swell.
            Kind::Binary => return Some(Over::Ended(End::Identify, "what came was no text".to_owned())),
            Kind::Text if std::str::from_utf8(&message.bytes).is_err() => {
                return Some(Over::Ended(End::Identify, "what came was no text".to_owned()));
            }
            Kind::Text => self.note(watch::heard(&message.bytes)),
            Kind::Ping | Kind::Pong => {}
        }
        match taken(&mut self.near.1, &framed(&message, None)).await {
            true => None,
            false => Some(Over::Ended(End::All(Verdict::ShardLost), "the shard takes nothing".to_owned())),
        }
    }

    fn note(&mut self, heard: Heard) {
        self.watch.heard(heard, Instant::now());
        if self.watch.is_ready() && self.ready.is_none() {
            self.ready = Some(Counted::new(&self.inside.ready));
        }
        if heard != Heard::Nothing {
            self.inside.heard();
        }
    }

    async fn said(&mut self, mut message: Message) -> Option<Over> {
        if message.kind == Kind::Text {
            let said = watch::said(&message.bytes);
            if said == Said::Identify {
                if !self.inside.may_identify() {
                    return Some(Over::Ended(End::All(Verdict::NoSessions), "no session is left".to_owned()));
                }
                message = uncompressed(message);
            }
            self.watch.said(said, Instant::now());
        }
        if message.kind == Kind::Close {
            // Discord need not be waited for.
            let _ = taken(&mut self.near.1, &framed(&message, None)).await;
            let _ = timeout(HANGING_UP, self.say(&message)).await;
            return Some(Over::Goodbye);
        }
        match self.say(&message).await {
            true => None,
            false => Some(Over::Ended(End::Resume, "the connection broke".to_owned())),
        }
    }

    /// Says something to Discord; whether it was taken.
    async fn say(&mut self, message: &Message) -> bool {
        let mask = getrandom::u32().unwrap_or(0x5c3a_91e7).to_be_bytes();
        taken(&mut self.far.1, &framed(message, Some(mask))).await
    }

    /// Ends the shard's side in the way that serenity understands, whatever happened.
    async fn tell(&mut self, end: End) {
        let code = match end {
            End::Resume => CLEAN,
            End::Identify => FORGOTTEN,
            End::All(verdict) => {
                self.inside.judge(verdict);
                // A shard that is told nothing does nothing until all end.
                return std::future::pending().await;
            }
        };
        if taken(&mut self.near.1, &framed(&close(code), None)).await {
            let gone = async { while self.near.0.next().await.is_ok() {} };
            // What is unread would turn our last word into a reset.
            let _ = timeout(HANGING_UP, gone).await;
        }
    }
}

/// Sends; whether it was taken in time.
async fn taken(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> bool {
    let sent = async { to.write_all(bytes).await.is_ok() && to.flush().await.is_ok() };
    timeout(TAKING, sent).await.unwrap_or(false)
}

/// IDENTIFY without the wish for compressed answers: what is not packed cannot swell.
fn uncompressed(message: Message) -> Message {
    let Ok(mut identify) = serde_json::from_slice::<serde_json::Value>(&message.bytes) else { return message };
    identify["d"]["compress"] = false.into();
    Message { bytes: identify.to_string().into_bytes(), ..message }
}

#[cfg(test)]
mod tests;
