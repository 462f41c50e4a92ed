//! What one connection of a shard is waited for (pure), and what follows from its end.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::Verdict;

/// How long what is due may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Making a connection.
    pub connect: Duration,
    /// HELLO, and an answer to RESUME.
    pub answer: Duration,
    /// READY, after IDENTIFY.
    pub ready: Duration,
    /// The answer to a heartbeat.
    pub beat: Duration,
    /// A shard of ours that should say something to Discord.
    pub shard: Duration,
    /// No shard is ready: then Discord is asked for its gateway again.
    pub none: Duration,
    /// Nothing is heard at all: then we are not ready.
    pub silence: Duration,
    /// How many times shorter than usual all this is.
    pub hurry: u32,
}

impl Patience {
    /// The usual spans, so many times shorter.
    pub fn hurried(times: u32) -> Self {
        let seconds = |seconds| Duration::from_secs(seconds) / times.max(1);
        // Even a machine of tests is busy now and then.
        let least = |span: Duration| span.max(Duration::from_millis(800));
        Self {
            connect: Duration::from_secs(10),
            answer: least(seconds(5)),
            ready: least(seconds(15)),
            beat: least(seconds(15)),
            // serenity alone takes up to ten seconds to begin a shard, however much hurry there is.
            shard: Duration::from_secs(20),
            none: seconds(300),
            silence: seconds(180),
            hurry: times.max(1),
        }
    }
}

/// The most of a heartbeat interval that we believe.
const LONGEST_INTERVAL: Duration = Duration::from_secs(300);

/// What concerns us of a payload.
#[derive(Debug, Deserialize)]
struct Skimmed<'a> {
    op: u64,
    #[serde(borrow, default)]
    t: Option<Cow<'a, str>>,
}

/// What Discord says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The session stands.
    Ready,
    /// The answer to a heartbeat.
    Beat,
    /// Anything else of Discord's.
    Else,
    /// Nothing that can be read.
    Nothing,
}

/// What a shard says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Identify,
    Resume,
    Beat,
    Else,
}

/// Reads what Discord says, which may be megabytes, without keeping any of it.
pub fn heard(text: &[u8]) -> Heard {
    match serde_json::from_slice::<Skimmed<'_>>(text) {
        Ok(Skimmed { op: 0, t: Some(event) }) if matches!(&*event, "READY" | "RESUMED") => Heard::Ready,
        Ok(Skimmed { op: 11, .. }) => Heard::Beat,
        Ok(_) => Heard::Else,
        Err(_) => Heard::Nothing,
    }
}

/// Reads what a shard says.
pub fn said(text: &[u8]) -> Said {
    match serde_json::from_slice::<Skimmed<'_>>(text) {
        Ok(Skimmed { op: 1, .. }) => Said::Beat,
        Ok(Skimmed { op: 2, .. }) => Said::Identify,
        Ok(Skimmed { op: 6, .. }) => Said::Resume,
        _ => Said::Else,
    }
}

/// The interval of a HELLO, if this is one.
pub fn interval(text: &[u8]) -> Option<Duration> {
    let hello: serde_json::Value = serde_json::from_slice(text).ok()?;
    let millis = hello["d"]["heartbeat_interval"].as_u64().filter(|_| hello["op"] == 10)?;
    Some(Duration::from_millis(millis).min(LONGEST_INTERVAL))
}

/// What did not come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    Ready,
    Resumed,
    Beat,
    Shard,
}

/// The state of one connection, from its HELLO on.
#[derive(Debug)]
pub struct Watch {
    patience: Patience,
    interval: Duration,
    /// The answer to IDENTIFY or RESUME.
    answer: Option<(Instant, Lack)>,
    /// The answer to a heartbeat.
    beat: Option<Instant>,
    /// The shard's next word.
    shard: Instant,
    ready: Option<Instant>,
}

impl Watch {
    pub fn new(patience: Patience, interval: Duration, now: Instant) -> Self {
        Self { patience, interval, answer: None, beat: None, shard: now + patience.shard, ready: None }
    }

    /// The shard says something.
    pub fn said(&mut self, said: Said, now: Instant) {
        self.shard = now + self.interval * 2 + self.patience.shard;
        match said {
            Said::Identify => self.answer = Some((now + self.patience.ready, Lack::Ready)),
            Said::Resume => self.answer = Some((now + self.patience.answer, Lack::Resumed)),
            // One that is still unanswered is the one that counts.
            Said::Beat => self.beat = self.beat.or(Some(now + self.patience.beat)),
            Said::Else => {}
        }
    }

    /// Discord says something.
    pub fn heard(&mut self, heard: Heard, now: Instant) {
        match heard {
            Heard::Beat => self.beat = None,
            Heard::Ready => {
                self.ready = self.ready.or(Some(now));
                self.answer = None;
            }
            // A long replay before RESUMED is an answer, too.
            Heard::Else => self.answer = None,
            Heard::Nothing => {}
        }
    }

    /// Whether the session stands.
    pub fn is_ready(&self) -> bool {
        self.ready.is_some()
    }

    /// For how long it has stood.
    pub fn held(&self, now: Instant) -> Option<Duration> {
        self.ready.map(|since| now.saturating_duration_since(since))
    }

    /// What must have come by when.
    pub fn due(&self) -> (Instant, Lack) {
        let beat = self.beat.map(|at| (at, Lack::Beat));
        let due = [self.answer, beat].into_iter().flatten().chain([(self.shard, Lack::Shard)]);
        due.min_by_key(|(at, _)| *at).unwrap_or((self.shard, Lack::Shard))
    }
}

/// What follows when a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The shard resumes its session, if it has one.
    Resume,
    /// The shard begins a new session.
    Identify,
    /// The whole client ends.
    All(Verdict),
}

/// What follows from a close frame of Discord's.
pub fn after_close(code: Option<u16>) -> End {
    match code {
        Some(4004) => End::All(Verdict::TokenRefused),
        Some(4014) => End::All(Verdict::IntentsRefused),
        // Wrong or too few shards, an old version, wrong intents: what we asked Discord for at the start has changed.
        Some(4010..=4013) => End::All(Verdict::Outdated),
        // Not authenticated, an unknown session, a wrong sequence number, a session that timed out.
        Some(4003 | 4006 | 4007 | 4009) => End::Identify,
        _ => End::Resume,
    }
}

/// What follows when something did not come.
pub fn after(lack: Lack) -> End {
    match lack {
        Lack::Beat => End::Resume,
        Lack::Ready | Lack::Resumed => End::Identify,
        Lack::Shard => End::All(Verdict::ShardLost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_told_apart() {
        let table: [(&str, Heard); 8] = [
            (r#"{"op":0,"t":"READY","s":1,"d":{"op":11}}"#, Heard::Ready),
            (r#"{"t":"RESUMED","s":1,"op":0,"d":null}"#, Heard::Ready),
            (r#"{"op":0,"t":"MESSAGE\u005fCREATE","s":1,"d":{}}"#, Heard::Else),
            (r#"{"op":11,"d":null,"s":null,"t":null}"#, Heard::Beat),
            (r#"{"op":7,"d":null}"#, Heard::Else),
            (r#"{"op":"11"}"#, Heard::Nothing),
            ("[]", Heard::Nothing),
            ("", Heard::Nothing),
        ];
        for (text, what) in table {
            assert_eq!(heard(text.as_bytes()), what, "{text}");
        }
        let table: [(&[u8], Said); 5] = [
            (br#"{"op":1,"d":3}"#, Said::Beat),
            (br#"{"op":2,"d":{"token":"x"}}"#, Said::Identify),
            (br#"{"op":6,"d":{}}"#, Said::Resume),
            (br#"{"op":3,"d":{}}"#, Said::Else),
            (b"\xff", Said::Else),
        ];
        for (text, what) in table {
            assert_eq!(said(text), what);
        }
        let hello = |d: &str| interval(format!(r#"{{"op":10,"d":{{"heartbeat_interval":{d}}}}}"#).as_bytes());
        assert_eq!(hello("41250"), Some(Duration::from_millis(41_250)));
        assert_eq!(hello("18446744073709551615"), Some(LONGEST_INTERVAL));
        assert_eq!((hello("-1"), hello("\"1\""), interval(br#"{"op":11}"#)), (None, None, None));
    }

    #[test]
    fn what_does_not_come_is_missed_in_time() {
        let (patience, now) = (Patience::hurried(1), Instant::now());
        let (minute, at) = (Duration::from_secs(60), |seconds| now + Duration::from_secs(seconds));
        let mut watch = Watch::new(patience, minute, now);
        assert_eq!(watch.due(), (at(20), Lack::Shard));
        watch.said(Said::Resume, now);
        assert_eq!(watch.due(), (at(5), Lack::Resumed));
        watch.heard(Heard::Nothing, now);
        assert_eq!(watch.due(), (at(5), Lack::Resumed));
        watch.said(Said::Identify, now);
        assert_eq!(watch.due(), (at(15), Lack::Ready));
        watch.heard(Heard::Ready, at(1));
        assert_eq!(watch.due(), (at(140), Lack::Shard));
        watch.said(Said::Beat, at(30));
        watch.said(Said::Beat, at(40));
        watch.heard(Heard::Else, at(41));
        assert_eq!(watch.due(), (at(45), Lack::Beat));
        watch.heard(Heard::Beat, at(42));
        assert_eq!((watch.due(), watch.held(at(42))), ((at(180), Lack::Shard), Some(Duration::from_secs(41))));
    }

    #[test]
    fn every_close_leads_on() {
        for code in (1000..1016).chain(4000..4030) {
            let end = match code {
                4003 | 4006 | 4007 | 4009 => End::Identify,
                4004 => End::All(Verdict::TokenRefused),
                4010..=4013 => End::All(Verdict::Outdated),
                4014 => End::All(Verdict::IntentsRefused),
                _ => End::Resume,
            };
            assert_eq!(after_close(Some(code)), end, "{code}");
        }
        assert_eq!(after_close(None), End::Resume);
    }
}
