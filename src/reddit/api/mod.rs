//! Access to Reddit: the only room that speaks HTTP with it.
//!
//! The envelopes of Reddit's answers are roux's types, and its HTTP library makes the calls. Its own calls are not used: its login
//! throws away for how long the token is good, and the others read no status, no code and no rate header, and know neither wiki
//! nor inbox.
//! No call that does something is made twice: the client neither retries nor follows, and an answer of 401, after which nothing was
//! done, is the only reason to make it again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use roux_http::{Client, RequestBuilder, Response};
use secrecy::SecretString;
use serde_json::Value;

use crate::config::{Clock, Config};
use crate::people::RedditName;
use crate::{Error, Result, http_client, metrics};

mod budget;
mod calls;
mod failure;
pub mod thing;
mod token;

use budget::Budget;
pub use budget::LONGEST_WAIT;
pub use calls::{Feed, Place, WikiRevision};
pub use failure::{Credentials, Failure};

/// Where calls go once the bot is logged in.
const HOST: &str = "https://oauth.reddit.com";
/// Its name where calls are counted.
const SERVICE: &str = "reddit";
/// How long one call may take. The login and two calls fit into the time that a delivery has.
const CALL: Duration = Duration::from_secs(8);
/// How long a login may take.
const LOGIN: Duration = Duration::from_secs(8);
/// How long refused settings are not tried again.
const REFUSED_REST: SignedDuration = SignedDuration::from_mins(15);
/// The rest after the first failure of Reddit itself; it doubles.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(15);
/// The most bytes of an answer.
const MAX_BODY: usize = 16 << 20;

/// By what the bot is known to Reddit.
pub struct Account {
    client_id: String,
    client_secret: SecretString,
    /// The bot's name.
    pub name: RedditName,
    password: SecretString,
}

impl Account {
    /// Of the settings; none if Reddit is not set at all.
    ///
    /// # Errors
    /// Refused if some of the settings are missing or wrong, naming them.
    pub fn of(config: &Config) -> Result<Option<Self>> {
        let given = |name: &'static str, is: bool| (name, is);
        let parts = [
            given("CAIRN_REDDIT_CLIENT_ID", config.reddit_client_id.as_deref().is_some_and(|id| !id.trim().is_empty())),
            given("CAIRN_REDDIT_CLIENT_SECRET", config.reddit_client_secret.is_some()),
            given(
                "CAIRN_REDDIT_USERNAME",
                config.reddit_username.as_deref().is_some_and(|name| !name.trim().is_empty()),
            ),
            given("CAIRN_REDDIT_PASSWORD", config.reddit_password.is_some()),
            given("CAIRN_REDDIT_SUBREDDITS", config.reddit_subreddits.as_deref().is_some_and(|s| !s.trim().is_empty())),
        ];
        let missing: Vec<&str> = parts.iter().filter(|(_, is)| !is).map(|(name, _)| *name).collect();
        if missing.len() == parts.len() {
            return Ok(None);
        }
        let (Some(id), Some(secret), Some(name), Some(password), true) = (
            config.reddit_client_id.as_deref(),
            config.reddit_client_secret.clone(),
            config.reddit_username.as_deref(),
            config.reddit_password.clone(),
            missing.is_empty(),
        ) else {
            let told = "and Reddit needs all five settings; `cairn config reddit` has the steps";
            return Err(Error::refused(format!("{} not set, {told}", listed(&missing))));
        };
        let name = name.parse().map_err(|_| Error::refused("CAIRN_REDDIT_USERNAME is no name at Reddit"))?;
        Ok(Some(Self { client_id: id.trim().to_owned(), client_secret: secret, name, password }))
    }

    /// As Reddit wants bots to name themselves.
    pub fn agent(&self) -> String {
        format!("linux:cairn:{} (by /u/{})", env!("CARGO_PKG_VERSION"), self.name.as_str())
    }
}

fn listed(names: &[&str]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", names.join(", "))
}

/// The way to Reddit.
pub struct Access {
    account: Account,
    clock: Clock,
    /// Held while one logs in, so that nobody else does.
    session: tokio::sync::Mutex<Option<Session>>,
    pace: Mutex<Pace>,
}

#[derive(Clone)]
struct Session {
    client: Client,
    since: Timestamp,
    /// A new token is fetched from then on: some time before this one ends.
    renewed: Timestamp,
    /// Rises with each login.
    number: u64,
}

#[derive(Default)]
struct Pace {
    budget: Budget,
    /// Nothing is asked before.
    rest: Rest,
    /// Which settings Reddit did not take last.
    refused: Option<Credentials>,
    /// When the token is renewed.
    token: Option<Timestamp>,
    /// Whether Reddit has ended a token before that.
    ended_early: bool,
}

/// The rest after failures, which outlives the program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rest {
    /// Until when.
    pub until: Option<Timestamp>,
    /// How many failures in a row.
    pub failures: u32,
}

impl Access {
    /// The way for this account. Nothing is asked yet.
    ///
    /// # Errors
    /// Refused if the system lets nobody speak HTTPS.
    pub fn new(account: Account, clock: Clock, rest: Rest) -> Result<Self> {
        http_client::prepare_roux()?;
        // A clock that was ahead must not make it rest for years.
        let latest = clock.now().saturating_add(LONGEST_WAIT).unwrap_or(Timestamp::MAX);
        let rest = Rest { until: rest.until.map(|until| until.min(latest)), ..rest };
        let pace = Mutex::new(Pace { rest, ..Pace::default() });
        Ok(Self { account, clock, session: tokio::sync::Mutex::new(None), pace })
    }

    /// The bot's own name.
    pub fn name(&self) -> &RedditName {
        &self.account.name
    }

    /// The rest after failures, as it stands.
    pub fn rest(&self) -> Rest {
        self.pace().rest
    }

    /// Which settings Reddit does not take, if it is known.
    pub fn refused(&self) -> Option<Credentials> {
        self.pace().refused
    }

    /// How many calls are left of those that Cairn lets itself make, if Reddit has told its count.
    pub fn calls_left(&self) -> Option<u32> {
        self.pace().budget.left(self.clock.now())
    }

    /// When the token is renewed, if there is one.
    pub fn token_renewed(&self) -> Option<Timestamp> {
        self.pace().token
    }

    /// Whether Reddit has ended a token before its time since this was asked last.
    pub fn has_ended_early(&self) -> bool {
        std::mem::take(&mut self.pace().ended_early)
    }

    /// Whether calls may be made now.
    pub fn is_open(&self) -> bool {
        let now = self.clock.now();
        self.pace().rest.until.is_none_or(|until| until <= now)
    }

    /// Logs in, if that is still to be done. It tries at once, even in a rest after failures, because the settings may have been
    /// corrected before the start.
    ///
    /// # Errors
    /// What Reddit said.
    pub async fn greet(&self) -> Result<(), Failure> {
        self.pace().rest.until = None;
        self.session(None).await.map(drop)
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, Failure> {
        self.call(|client| {
            let query = query.iter().copied().chain([("raw_json", "1")]).collect::<Vec<_>>();
            client.get(format!("{HOST}{path}")).query(&query)
        })
        .await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<Value, Failure> {
        self.call(|client| {
            let form = form.iter().copied().chain([("api_type", "json"), ("raw_json", "1")]).collect::<Vec<_>>();
            client.post(format!("{HOST}{path}")).form(&form)
        })
        .await
    }

    /// Makes one call. A token that Reddit does not take any more is renewed once.
    async fn call(&self, request: impl Fn(&Client) -> RequestBuilder) -> Result<Value, Failure> {
        let mut ended = None;
        loop {
            let session = self.session(ended).await?;
            self.take()?;
            let answer = self.once(request(&session.client)).await;
            if answer == Err(Failure::Credentials(Credentials::App)) && ended.is_none() {
                ended = Some(session.number);
                self.pace().ended_early = true;
                continue;
            }
            self.note(answer.as_ref().err());
            return answer;
        }
    }

    async fn once(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let answered = self.sent(request).await;
        metrics::call(SERVICE, answered.as_ref().map_or_else(Failure::counted, |_| "ok"));
        answered
    }

    async fn sent(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let answer = request.timeout(CALL).send().await.map_err(|cause| broken(&cause))?;
        self.hear(&answer);
        let status = answer.status().as_u16();
        let after = header(&answer, "retry-after").or(header(&answer, "x-ratelimit-reset"));
        let after = after.and_then(|seconds| seconds.parse::<f64>().ok());
        let body = whole(answer).await?;
        let json: Option<Value> = serde_json::from_slice(&body).ok();
        match Failure::of(status, json.as_ref().unwrap_or(&Value::Null), after) {
            Some(failure) => Err(failure),
            None => json.ok_or(Failure::Unreadable),
        }
    }

    /// A session that is logged in; a new one if the present one is old, or is the one that ended.
    async fn session(&self, ended: Option<u64>) -> Result<Session, Failure> {
        let mut held = self.session.lock().await;
        let now = self.clock.now();
        let good = |s: &&Session| Some(s.number) != ended && s.since <= now && now < s.renewed;
        if let Some(session) = held.as_ref().filter(good) {
            return Ok(session.clone());
        }
        let number = held.as_ref().map_or(1, |session| session.number + 1);
        self.take()?;
        let login = tokio::time::timeout(LOGIN, token::fetched(&self.account)).await;
        let login = login.unwrap_or(Err(Failure::TimedOut));
        metrics::call(SERVICE, login.as_ref().map_or_else(Failure::counted, |_| "ok"));
        self.note(login.as_ref().err());
        let (client, life) = login?;
        let renewed = now.saturating_add(life).unwrap_or(Timestamp::MAX);
        self.pace().token = Some(renewed);
        let session = Session { client, since: now, renewed, number };
        *held = Some(session.clone());
        Ok(session)
    }

    /// Takes one call of the budget, if none must be waited for.
    fn take(&self) -> Result<(), Failure> {
        let now = self.clock.now();
        let mut pace = self.pace();
        if let Some(until) = pace.rest.until.filter(|until| *until > now) {
            let wait = until.duration_since(now).min(LONGEST_WAIT);
            return Err(pace.refused.map_or(Failure::Wait(wait), Failure::Credentials));
        }
        pace.budget.take(now).map_err(Failure::Wait)
    }

    /// Takes note of what came of a call: after a failure of Reddit itself nothing is asked for a while.
    fn note(&self, failure: Option<&Failure>) {
        let now = self.clock.now();
        let mut pace = self.pace();
        let after = |wait: SignedDuration| now.saturating_add(wait).ok();
        let failures = pace.rest.failures.saturating_add(1);
        let doubled = FIRST_REST.saturating_mul(1 << failures.min(10).saturating_sub(1)).min(LONGEST_WAIT);
        pace.refused = if let Some(Failure::Credentials(which)) = failure { Some(*which) } else { None };
        pace.rest = match failure {
            Some(Failure::Credentials(_)) => Rest { until: after(REFUSED_REST), failures },
            Some(Failure::Wait(wait)) => Rest { until: after(*wait), failures },
            Some(failure) if failure.is_general() => Rest { until: after(doubled), failures },
            _ => Rest::default(),
        };
    }

    fn hear(&self, answer: &Response) {
        let [used, remaining, reset] =
            ["x-ratelimit-used", "x-ratelimit-remaining", "x-ratelimit-reset"].map(|name| header(answer, name));
        self.pace().budget.heard(used, remaining, reset, self.clock.now());
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok()
}

fn broken(cause: &roux_http::Error) -> Failure {
    match (cause.is_connect(), cause.is_timeout()) {
        (true, _) => Failure::NoConnection,
        (_, true) => Failure::TimedOut,
        _ if cause.is_builder() => Failure::Unreadable,
        _ => Failure::Cut,
    }
}

async fn whole(mut answer: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|cause| broken(&cause))? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(Failure::Unreadable);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
