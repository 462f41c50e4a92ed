//! Discord's REST, one call at a time: what comes back when a call fails, and how long Discord asks us to wait.
//!
//! serenity's errors do not hold the wait of a 429, and its own waiting cannot be told from a call that is
//! under way. The delivery of the outbox and the answers to interactions must know both, so they call through here.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tracing::{error, info};

use super::age::{Age, Time};
use super::holds::{Holds, Route};
use crate::config::{Clock, Config};
use crate::outbox::File;
use crate::{Error, Result, http_client, metrics};

/// Where Discord is, unless a proxy stands before it.
const DISCORD: &str = "https://discord.com";
/// How long one call may take. The three of one delivery must fit well into the outbox's lease.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(6);
/// How long we hold a call back ourselves; one that must wait longer is for its caller to make later.
const SHORT: Duration = Duration::from_secs(3);
/// The first and the longest wait before a call is made again that failed in passing, unless Discord names a wait.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The longest wait that we believe, and what we wait if the one we are told is nonsense.
pub const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
const ODD_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// The most bytes of an answer: well above a page of history.
const MAX_ANSWER: usize = 8 << 20;
/// How long nothing is sent under a token that is refused. It may be a passing fault of Discord's or a proxy's.
const REFUSED: Duration = Duration::from_secs(15 * 60);
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
    held: Mutex<Holds>,
    /// When the token was refused last; none if the last answer was another.
    refused: Mutex<Option<Instant>>,
    /// By how many milliseconds our clock was ahead of Discord's.
    ahead: AtomicI64,
    /// What time it is at Discord.
    time: Time,
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
    pub fn open(config: &Config, clock: Clock) -> Result<Option<Self>> {
        let Some(token) = &config.discord_token else { return Ok(None) };
        let base = config.discord_proxy.as_deref().unwrap_or(DISCORD).trim_end_matches('/').to_owned();
        let client = http_client::client()?.user_agent(AGENT).timeout(CALL_TIMEOUT);
        let client = http_client::build(if http_client::is_near(&base) { client.no_proxy() } else { client })?;
        Ok(Some(Self {
            client,
            base,
            token: SecretString::from(format!("Bot {}", token.expose_secret().trim())),
            clock,
            held: Mutex::default(),
            refused: Mutex::default(),
            ahead: AtomicI64::new(0),
            time: Time::default(),
        }))
    }

    /// `GET` of a path below the API's root, such as `/users/@me`.
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn get(&self, path: &str, query: &str) -> Result<Value, Failure> {
        self.call(Method::GET, path, query, |request| request).await
    }

    /// `POST` to a path below the API's root.
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.post_with(path, &body.to_string(), &[]).await
    }

    /// The same with JSON that is written already, and files, which it names among its attachments.
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn post_with(&self, path: &str, body: &str, files: &[File]) -> Result<Value, Failure> {
        self.call(Method::POST, path, "", |request| filled(request, body, files)).await
    }

    /// `PATCH` of a path below the API's root, as [`Rest::post_with`].
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn patch_with(&self, path: &str, body: &str, files: &[File]) -> Result<Value, Failure> {
        self.call(Method::PATCH, path, "", |request| filled(request, body, files)).await
    }

    /// `DELETE` of a path below the API's root.
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.call(Method::DELETE, path, "", |request| request).await
    }

    /// `PUT` to a path below the API's root, with the reason for the server's audit log.
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn put(&self, path: &str, reason: &'static str) -> Result<Value, Failure> {
        let reason = |request: RequestBuilder| request.header("X-Audit-Log-Reason", reason).header(CONTENT_LENGTH, 0);
        self.call(Method::PUT, path, "", reason).await
    }

    /// `PUT` of JSON to a path below the API's root.
    ///
    /// # Errors
    /// What came instead of an answer.
    pub async fn put_with(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call(Method::PUT, path, "", |request| filled(request, &body.to_string(), &[])).await
    }

    /// Whether sending makes sense: the token is not known to be refused, or it is time to try again whether it is.
    pub fn is_open(&self) -> bool {
        self.refused().is_none_or(|at| at.elapsed() >= REFUSED)
    }

    fn refused(&self) -> MutexGuard<'_, Option<Instant>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// By how much our clock is ahead of Discord's, as its last answer showed.
    pub fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed))
    }

    /// How old what Discord numbered `id` is.
    pub fn age_of(&self, id: u64) -> Age {
        self.time.age_of(id)
    }

    /// The instant it is for us.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        query: &str,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Value, Failure> {
        let answer = self.call_once(method, path, query, fill).await;
        metrics::call(
            "discord",
            match &answer {
                Ok(_) => "ok",
                Err(Failure::Refused(refusal)) if refusal.status == 429 => "limited",
                Err(Failure::Refused(refusal)) if refusal.status < 500 => "refused",
                Err(_) => "failed",
            },
        );
        answer
    }

    async fn call_once(
        &self,
        method: Method,
        path: &str,
        query: &str,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Value, Failure> {
        let route = Route::of(method.as_str(), path);
        self.wait(&route).await?;
        let request = self.client.request(method, format!("{}/api/v10{path}{query}", self.base));
        let request = fill(request.header(AUTHORIZATION, self.token.expose_secret()));
        let response = request.send().await.map_err(|cause| lost(&cause))?;
        self.note(&route, &response);
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = bounded(response).await?;
        if status.is_success() {
            return Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null));
        }
        let text = String::from_utf8_lossy(&bytes);
        let refusal = refusal(status.as_u16(), &headers, &text);
        if refusal.status == 429 {
            let wait = refusal.after.unwrap_or(ODD_WAIT).unsigned_abs();
            let all = headers.contains_key("x-ratelimit-global") || text.contains("\"global\":true");
            let mut held = self.held();
            let hold = if all { Holds::hold_all } else { Holds::hold };
            hold(&mut held, &route, wait, Instant::now());
        }
        Err(Failure::Refused(refusal))
    }

    /// Waits while Discord has asked us to, if that is short.
    async fn wait(&self, route: &Route) -> Result<(), Failure> {
        let rest = self.held().wait(route, Instant::now());
        if rest > SHORT {
            let after = SignedDuration::try_from(rest).ok();
            return Err(Failure::Refused(Refusal { status: 429, code: Some(0), after, lost_reference: false }));
        }
        // Even a sleep of no length lets the thread park until the clock's next tick.
        if !rest.is_zero() {
            tokio::time::sleep(rest).await;
        }
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Holds> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What every answer tells: the time at Discord, whether the token is good, and when a limit is reached.
    fn note(&self, route: &Route, response: &Response) {
        let headers = response.headers();
        if let Some(date) = text(headers, "date").and_then(|d| jiff::fmt::rfc2822::parse(d).ok()) {
            let ahead = self.clock.now().duration_since(date.timestamp());
            self.ahead.store(i64::try_from(ahead.as_millis()).unwrap_or(0), Ordering::Relaxed);
            self.time.told(date.timestamp());
        }
        if let Some(limit) = text(headers, "x-ratelimit-bucket") {
            self.held().name(route, limit);
        }
        if let (Some("0"), Some(rest)) =
            (text(headers, "x-ratelimit-remaining"), wait_in(headers, "x-ratelimit-reset-after"))
        {
            self.held().hold(route, rest.unsigned_abs(), Instant::now());
        }
        let refused = response.status().as_u16() == 401;
        let before = std::mem::replace(&mut *self.refused(), refused.then(Instant::now));
        match (refused, before.is_some()) {
            (true, false) => error!(
                "Discord refuses the bot's token; put the present one into CAIRN_DISCORD_TOKEN and start Cairn again. \
                 What is to be sent waits."
            ),
            (false, true) => info!("Discord takes the bot's token again"),
            _ => {}
        }
    }
}

/// A body, with its files in parts beside it.
fn filled(request: RequestBuilder, body: &str, files: &[File]) -> RequestBuilder {
    if files.is_empty() {
        return request.header(CONTENT_TYPE, "application/json").body(body.to_owned());
    }
    let part = |file: &File| Part::bytes(file.bytes.clone()).file_name(file.name.clone());
    let form =
        files.iter().enumerate().fold(Form::new(), |form, (n, file)| form.part(format!("files[{n}]"), part(file)));
    request.multipart(form.text("payload_json", body.to_owned()))
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
    let after = body["retry_after"].as_f64().map(believed);
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

/// A number of seconds in a header.
fn wait_in(headers: &HeaderMap, name: &str) -> Option<SignedDuration> {
    text(headers, name).map(|seconds| seconds.parse().map_or(ODD_WAIT, believed))
}

/// A wait that Discord asks for, within what makes sense.
fn believed(seconds: f64) -> SignedDuration {
    if !seconds.is_finite() || seconds < 0.0 {
        return ODD_WAIT;
    }
    SignedDuration::try_from_secs_f64(seconds.min(LONGEST_WAIT.as_secs_f64())).unwrap_or(ODD_WAIT)
}

/// The bytes of an answer, if they are not too many.
async fn bounded(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(more) = response.chunk().await.map_err(|cause| lost(&cause))? {
        if bytes.len() + more.len() > MAX_ANSWER {
            return Err(Failure::Cut);
        }
        bytes.extend_from_slice(&more);
    }
    Ok(bytes)
}

impl Failure {
    /// The status of a refusal.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            _ => None,
        }
    }

    /// How long to wait before the call is made again; none if it would fail as before. `failed` is how often it has.
    pub fn pause(&self, failed: u32) -> Option<Duration> {
        let usual = FIRST_PAUSE.saturating_mul(1 << failed.clamp(1, 16).saturating_sub(1)).min(LONGEST_PAUSE);
        match self {
            Self::Refused(Refusal { status: 429, after: Some(after), .. }) => Some(after.unsigned_abs()),
            Self::Refused(Refusal { status, .. }) if *status != 429 && *status < 500 => None,
            _ => Some(usual),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoConnection => f.write_str("no connection"),
            Self::Cut => f.write_str("the connection broke"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Refused(Refusal { status, code, .. }) => {
                write!(f, "refused ({status}, error {})", code.unwrap_or_default())
            }
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Fault(anyhow::anyhow!("Discord: {failure}"))
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
        let quarter = SignedDuration::from_mins(15);
        for (odd, wait) in [
            ("-1", ODD_WAIT),
            ("-86400", ODD_WAIT),
            ("NaN", ODD_WAIT),
            ("inf", ODD_WAIT),
            ("soon", ODD_WAIT),
            ("901", quarter),
            ("1e9", quarter),
            ("9.2e18", quarter),
            ("1e300", quarter),
        ] {
            headers.insert("retry-after", odd.parse().unwrap());
            assert_eq!(refusal(429, &headers, "").after, Some(wait), "{odd}");
            let told = refusal(429, &HeaderMap::new(), &format!(r#"{{"retry_after": {odd}}}"#)).after;
            assert!(told == Some(wait) || told.is_none(), "{odd}: {told:?}");
        }
    }

    #[test]
    fn what_passes_is_tried_again_when_discord_says() {
        let refused = |status, after: Option<f64>| {
            let after = after.map(|seconds| SignedDuration::try_from_secs_f64(seconds).unwrap());
            Failure::Refused(Refusal { status, code: Some(0), after, lost_reference: false })
        };
        let table = [
            (Failure::NoConnection, 1, Some(250)),
            (Failure::Cut, 2, Some(500)),
            (Failure::TimedOut, 3, Some(1_000)),
            (refused(502, None), 9, Some(30_000)),
            (refused(502, None), u32::MAX, Some(30_000)),
            (refused(429, Some(1.5)), 1, Some(1_500)),
            (refused(429, Some(600.0)), 4, Some(600_000)),
            (refused(429, None), 2, Some(500)),
            (refused(400, None), 1, None),
            (refused(401, None), 1, None),
            (refused(403, Some(1.0)), 1, None),
            (refused(404, None), 1, None),
        ];
        for (failure, failed, pause) in table {
            assert_eq!(failure.pause(failed), pause.map(Duration::from_millis), "{failure:?} {failed}");
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
