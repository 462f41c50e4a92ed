//! A shard that talks to Discord: what passes, and how it ends.

use std::time::{Duration, Instant};

use reqwest::Upgraded;
use tokio::io::{AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::time::{sleep_until, timeout};
use tracing::info;

use super::frames::{Broken, Incoming, Kind, Message, close, framed};
use super::watch::{self, End, Heard, Said, Watch, after, after_close};
use super::{Arrived, Counted, Inside, TAKING, Verdict};

/// How long serenity may take to hang up.
const HANGING_UP: Duration = Duration::from_secs(2);
/// The codes of close frames on which serenity resumes, and begins a new session.
const CLEAN: u16 = 1000;
const FORGOTTEN: u16 = 4009;

/// A shard that talks to Discord.
pub struct Visit<'a> {
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
    pub fn new(near: TcpStream, arrived: Arrived, inside: &'a Inside) -> Self {
        let (incoming, outgoing) = tokio::io::split(near);
        Self {
            inside,
            near: (Incoming::new(incoming), outgoing),
            far: (arrived.incoming, arrived.outgoing),
            watch: Watch::new(inside.patience, arrived.interval, Instant::now()),
            ready: None,
        }
    }

    /// Lets them talk until it ends, and tells the shard what it needs to know.
    pub async fn run(mut self) {
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
mod tests {
    use super::*;

    #[test]
    fn nothing_compressed_is_asked_for() {
        let text = |text: &str| Message { kind: Kind::Text, bytes: text.as_bytes().to_vec() };
        let identify = text(r#"{"op":2,"d":{"compress":true,"token":"x"}}"#);
        assert_eq!(uncompressed(identify), text(r#"{"d":{"compress":false,"token":"x"},"op":2}"#));
        assert_eq!(uncompressed(text("{")), text("{"));
    }
}
