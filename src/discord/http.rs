//! Discord's REST, one call at a time: what comes back when a call fails, and how long Discord asks us to wait.
//!
//! serenity's errors do not hold the wait of a 429, and its own waiting cannot be told from a call that is
//! under way; the delivery of the outbox must know both, so it calls through here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Method, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tracing::{error, info};

use crate::config::{Clock, Config};
use crate::{Error, Result};

/// Where Discord is, unless a proxy stands before it.
const DISCORD: &str = "https://discord.com";
/// How long one call may take. The three of one delivery must fit well into the outbox's lease.
pub const PATIENCE: Duration = Duration::from_secs(6);
/// How long we hold a call back ourselves; whoever would have to wait longer comes back later.
const SHORT: Duration = Duration::from_secs(3);
/// Who calls, in the form that Discord wants.
const AGENT: &str =
    concat!("DiscordBot (https://www.reddit.com/r/learnmachinelearning/, ", env!("CARGO_PKG_VERSION"), ")");

/// Discord's REST under one token. It obeys rate limits: what Discord has asked us to wait for is not called.
#[derive(Debug)]
pub struct Rest {
    client: Client,
    base: String,
    token: SecretString,
    clock: Clock,
    /// Until when which calls are held back; the empty one is all of them.
    held: Mutex<HashMap<String, Instant>>,
    /// Whether the last answer was that the token is refused.
    refused: AtomicBool,
    /// By how many milliseconds our clock was ahead of Discord's.
    ahead: AtomicI64,
}

/// Why a call brought nothing back.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// It never left: no connection.
    NoConnection,
    /// It left, and the connection broke before the answer.
    Cut,
    /// It left, and there was no answer in time.
    TimedOut,
    /// Answered with a status that is no success.
    Refused(Refusal),
}

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Discord's own number; none if the answer is not from Discord itself but from something in between.
    pub code: Option<u32>,
    /// How long to wait, if it says so.
    pub after: Option<SignedDuration>,
    /// Whether it is about a message that was to be replied to and is gone.
    pub lost_reference: bool,
}

impl Rest {
    /// The REST of the bot whose token is set; none if there is none.
    ///
    /// # Errors
    /// A fault if the system's certificates or proxies cannot be used.
    pub fn open(config: &Config, clock: Clock) -> Result<Option<Self>> {
        let Some(token) = &config.discord_token else { return Ok(None) };
        let client = Client::builder().user_agent(AGENT).timeout(PATIENCE).build().map_err(anyhow::Error::new)?;
        Ok(Some(Self {
            client,
            base: config.discord_proxy.as_deref().unwrap_or(DISCORD).trim_end_matches('/').to_owned(),
            token: SecretString::from(format!("Bot {}", token.expose_secret().trim())),
            clock,
            held: Mutex::default(),
            refused: AtomicBool::new(false),
            ahead: AtomicI64::new(0),
        }))
    }

    /// `GET` of a path below the API's root, such as `/users/@me`.
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn get(&self, path: &str, query: &str) -> Result<Value, Failure> {
        self.call(Method::GET, path, query, None).await
    }

    /// `POST` to a path below the API's root.
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call(Method::POST, path, "", Some(body)).await
    }

    /// A `PUT` without a body.
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn put(&self, path: &str) -> Result<Value, Failure> {
        self.call(Method::PUT, path, "", None).await
    }

    /// By how much our clock is ahead of Discord's, as its last answer showed.
    pub fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed))
    }

    /// The instant it is for us.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn call(&self, method: Method, path: &str, query: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let bucket = format!("{method} {path}");
        self.wait(&bucket).await?;
        let mut request = self.client.request(method, format!("{}/api/v10{path}{query}", self.base));
        request = request.header(AUTHORIZATION, self.token.expose_secret());
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let response = request.send().await.map_err(|cause| lost(&cause))?;
        self.note(&bucket, &response);
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.map_err(|cause| lost(&cause))?;
        if status.is_success() {
            return Ok(serde_json::from_str(&text).unwrap_or(Value::Null));
        }
        let refusal = refusal(status.as_u16(), &headers, &text);
        if refusal.status == 429 {
            let all = headers.contains_key("x-ratelimit-global") || text.contains("\"global\":true");
            self.hold(if all { "" } else { &bucket }, refusal.after.unwrap_or(SignedDuration::from_secs(1)));
        }
        Err(Failure::Refused(refusal))
    }

    /// Waits while Discord has asked us to, if that is short.
    async fn wait(&self, bucket: &str) -> Result<(), Failure> {
        let until = {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.get(bucket).copied().max(held.get("").copied())
        };
        let rest = until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default();
        if rest > SHORT {
            let after = SignedDuration::try_from(rest).ok();
            return Err(Failure::Refused(Refusal { status: 429, code: Some(0), after, lost_reference: false }));
        }
        tokio::time::sleep(rest).await;
        Ok(())
    }

    fn hold(&self, bucket: &str, rest: SignedDuration) {
        let now = Instant::now();
        let Some(until) = now.checked_add(rest.unsigned_abs()) else { return };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, until| *until > now);
        held.insert(bucket.to_owned(), until);
    }

    /// What every answer tells: the time at Discord, whether the token is good, and when a bucket is empty.
    fn note(&self, bucket: &str, response: &Response) {
        let headers = response.headers();
        if let Some(date) = text(headers, "date").and_then(|d| jiff::fmt::rfc2822::parse(d).ok()) {
            let ahead = self.clock.now().duration_since(date.timestamp());
            self.ahead.store(i64::try_from(ahead.as_millis()).unwrap_or(0), Ordering::Relaxed);
        }
        if let (Some("0"), Some(rest)) =
            (text(headers, "x-ratelimit-remaining"), wait_in(headers, "x-ratelimit-reset-after"))
        {
            self.hold(bucket, rest);
        }
        let refused = response.status().as_u16() == 401;
        match (refused, self.refused.swap(refused, Ordering::Relaxed)) {
            (true, false) => error!(
                "Discord refuses the bot's token; put the present one into CAIRN_DISCORD_TOKEN and start Cairn again. \
                 What is to be sent waits."
            ),
            (false, true) => info!("Discord takes the bot's token again"),
            _ => {}
        }
    }
}

/// What became of a call without an answer.
fn lost(cause: &reqwest::Error) -> Failure {
    if cause.is_connect() || cause.is_builder() {
        Failure::NoConnection
    } else if cause.is_timeout() {
        Failure::TimedOut
    } else {
        Failure::Cut
    }
}

fn refusal(status: u16, headers: &HeaderMap, text: &str) -> Refusal {
    let body: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let after = body["retry_after"].as_f64().and_then(|s| SignedDuration::try_from_secs_f64(s).ok());
    let lost = ["REPLIES_UNKNOWN_MESSAGE", "Unknown message"].iter().any(|words| text.contains(words));
    Refusal {
        status,
        code: body["code"].as_u64().and_then(|code| u32::try_from(code).ok()),
        after: after.or_else(|| wait_in(headers, "retry-after")),
        lost_reference: status == 400 && lost,
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A number of seconds that is no nonsense.
fn wait_in(headers: &HeaderMap, name: &str) -> Option<SignedDuration> {
    let seconds: f64 = text(headers, name)?.parse().ok()?;
    SignedDuration::try_from_secs_f64(seconds).ok().filter(|wait| !wait.is_negative())
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Fault(anyhow::anyhow!("Discord: {failure:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_how_long_to_wait() {
        let mut headers = HeaderMap::new();
        assert_eq!(refusal(502, &headers, "<html>Bad Gateway</html>"), Refusal { status: 502, ..Refusal::default() });
        headers.insert("retry-after", "3".parse().unwrap());
        assert_eq!(refusal(429, &headers, "slow down").after, Some(SignedDuration::from_secs(3)));
        let body = r#"{"message": "x", "retry_after": 2.5, "global": false, "code": 20028}"#;
        let exact = refusal(429, &headers, body);
        assert_eq!((exact.after, exact.code), (Some(SignedDuration::from_millis(2_500)), Some(20_028)));
        for nonsense in ["-1", "NaN", "soon", "1e300"] {
            headers.insert("retry-after", nonsense.parse().unwrap());
            assert_eq!(refusal(429, &headers, "").after, None, "{nonsense}");
        }
    }

    #[test]
    fn a_reply_to_what_is_gone_is_known() {
        let none = HeaderMap::new();
        let body = r#"{"code": 50035, "message": "Invalid Form Body", "errors": {"message_reference": {"_errors":
            [{"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}]}}}"#;
        assert!(refusal(400, &none, body).lost_reference);
        assert!(!refusal(400, &none, r#"{"code": 50035, "message": "Invalid Form Body"}"#).lost_reference);
    }
}
