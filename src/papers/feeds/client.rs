//! The client of one source: paced requests, retries, and limits on time and size.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use tokio::time::Instant;
use tracing::debug;

use super::Pace;
use crate::metrics;
use crate::papers::Source;

/// The longest answer, in bytes: twenty times a full page of Hugging Face.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// How often a request is retried, and how often if there was no connection.
const AGAIN: usize = 3;
const RECONNECTS: usize = 1;
/// How many redirects within its own site a source may send.
const REDIRECTS: usize = 5;
/// If a source asks for a longer pause, it is skipped this time. Hugging Face counts in windows of five minutes.
const LONGEST_REST: Duration = Duration::from_secs(330);
/// How many answers are kept for conditional requests: the days of a week, and one more.
const ANSWERS_KEPT: usize = 8;
/// The longest answer that is kept, in bytes.
const WORTH_KEEPING: usize = 1024 * 1024;

/// Why a source did not answer, in words for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened, without an address.
    pub what: String,
    /// Whether a retry may succeed.
    passing: bool,
    /// Whether there was no connection at all.
    pub unconnected: bool,
    /// How long the source asks us to wait.
    rest: Option<Duration>,
}

impl Failure {
    /// The answer was read, but has the wrong content.
    pub fn lasting(what: impl Into<String>) -> Self {
        Self { what: what.into(), passing: false, unconnected: false, rest: None }
    }

    /// A failure that may be over soon.
    pub fn passing(what: impl Into<String>) -> Self {
        Self { what: what.into(), passing: true, unconnected: false, rest: None }
    }

    /// Whether other requests to the same source will probably fail, too.
    pub fn is_of_the_source(&self) -> bool {
        self.passing
    }
}

/// The client for one source.
#[derive(Debug)]
pub struct FeedClient {
    source: Source,
    client: Client,
    base: String,
    /// The least time from the end of an answer to the next request.
    apart: Duration,
    /// The pause before the first retry.
    pause: Duration,
    /// The time of the next request. The lock ensures that there is only one request at a time.
    next: tokio::sync::Mutex<Option<Instant>>,
    kept: Mutex<HashMap<String, Kept>>,
}

/// An answer with the server's version tags.
#[derive(Debug, Clone)]
struct Kept {
    tag: Option<String>,
    changed: Option<String>,
    body: Vec<u8>,
}

impl FeedClient {
    pub fn new(source: Source, client: Client, base: &str, pace: Pace) -> Self {
        let apart = if source == Source::Arxiv { pace.arxiv } else { Duration::ZERO };
        Self {
            source,
            client,
            base: base.trim_end_matches('/').to_owned(),
            apart,
            pause: pace.pause,
            next: tokio::sync::Mutex::default(),
            kept: Mutex::default(),
        }
    }

    /// `GET` of a path with its query, parsed by `read`. If parsing fails, it is retried like a failed request: the
    /// body may have been cut, or come from a proxy.
    pub async fn get<T>(&self, path: &str, read: impl Fn(&[u8]) -> Result<T, Failure>) -> Result<T, Failure> {
        let pauses = ExponentialBuilder::default().with_min_delay(self.pause).with_max_times(AGAIN).with_jitter();
        let asked = || async { read(&self.ask(path).await?) };
        let unconnected = AtomicUsize::new(0);
        asked
            .retry(pauses)
            .sleep(tokio::time::sleep)
            .when(|failure: &Failure| failure.passing)
            .adjust(|failure: &Failure, pause| match failure.rest {
                _ if failure.unconnected && unconnected.fetch_add(1, Ordering::Relaxed) >= RECONNECTS => None,
                Some(rest) if rest > LONGEST_REST => None,
                Some(rest) => pause.map(|pause| rest + pause.min(self.pause)),
                None => pause,
            })
            .notify(|failure, pause| {
                debug!(source = %self.source, "{}; asking again in {pause:?}", failure.what);
            })
            .await
    }

    /// One request. The lock is held until the answer is complete.
    async fn ask(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let mut next = self.next.lock().await;
        if let Some(at) = *next {
            tokio::time::sleep_until(at).await;
        }
        let asked = self.ask_now(path).await;
        let outcome = match &asked {
            Ok(_) => "ok",
            Err(failure) if failure.rest.is_some() => "limited",
            Err(_) => "failed",
        };
        metrics::call(self.source.slug(), outcome);
        let rest = match &asked {
            Ok((_, rest)) => *rest,
            Err(failure) => failure.rest,
        };
        let rest = rest.filter(|rest| *rest <= LONGEST_REST).unwrap_or_default().max(self.apart);
        *next = Instant::now().checked_add(rest);
        asked.map(|(body, _)| body)
    }

    /// The body, and how long the source wants us to wait.
    async fn ask_now(&self, path: &str) -> Result<(Vec<u8>, Option<Duration>), Failure> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        // No compression: a compressed body could expand without limit.
        let mut request = self.client.get(format!("{}{path}", self.base)).header(ACCEPT_ENCODING, "identity");
        if let Some(kept) = &kept {
            request = match (&kept.tag, &kept.changed) {
                (Some(tag), _) => request.header(IF_NONE_MATCH, tag),
                (None, Some(changed)) => request.header(IF_MODIFIED_SINCE, changed),
                (None, None) => request,
            };
        }
        let response = request.send().await.map_err(|cause| lost(&cause))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let rest = rest(&headers);
        if let (StatusCode::NOT_MODIFIED, Some(kept)) = (status, kept) {
            return Ok((kept.body, rest));
        }
        if text(&headers, CONTENT_ENCODING.as_str()).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity"))
        {
            return Err(Failure::lasting("the answer is compressed, which was not asked for"));
        }
        let body = bounded(response).await?;
        // arXiv explains errors in a feed, with status 400, too.
        let complaint = self.source == Source::Arxiv && status == StatusCode::BAD_REQUEST;
        if !status.is_success() && !complaint {
            return Err(refused(status, &headers));
        }
        self.keep(path, &headers, &body);
        Ok((body, rest))
    }

    fn keep(&self, path: &str, headers: &HeaderMap, body: &[u8]) {
        let (tag, changed) = (text(headers, ETAG.as_str()), text(headers, LAST_MODIFIED.as_str()));
        if (tag.is_none() && changed.is_none()) || body.len() > WORTH_KEEPING {
            return;
        }
        let kept = Kept { tag: tag.map(str::to_owned), changed: changed.map(str::to_owned), body: body.to_vec() };
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= ANSWERS_KEPT && !all.contains_key(path) {
            all.clear();
        }
        all.insert(path.to_owned(), kept);
    }
}

/// The body, unless it is too long.
async fn bounded(mut response: Response) -> Result<Vec<u8>, Failure> {
    let too_long = || Failure::lasting(format!("the answer is longer than {MOST_BYTES} bytes"));
    let told = text(response.headers(), CONTENT_LENGTH.as_str()).and_then(|l| l.parse::<usize>().ok()).unwrap_or(0);
    if told > MOST_BYTES {
        return Err(too_long());
    }
    let mut body = Vec::with_capacity(told);
    while let Some(part) = response.chunk().await.map_err(|cause| lost(&cause))? {
        if body.len() + part.len() > MOST_BYTES {
            return Err(too_long());
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// The failure for a request without an answer. It leaves out the address, which is of no use in a log.
fn lost(cause: &reqwest::Error) -> Failure {
    let what = if cause.is_connect() {
        "no connection"
    } else if cause.is_timeout() {
        "no answer in time"
    } else {
        "the connection broke"
    };
    Failure { unconnected: cause.is_connect(), ..Failure::passing(what) }
}

/// Follows redirects within the source's own site only, so that a source cannot send us to addresses in our own
/// network.
pub fn redirects() -> Policy {
    Policy::custom(|attempt| {
        let stays = attempt.previous().last().is_some_and(|from| stays(from, attempt.url()));
        if stays && attempt.previous().len() <= REDIRECTS { attempt.follow() } else { attempt.stop() }
    })
}

fn stays(from: &Url, to: &Url) -> bool {
    let safe = to.scheme() == from.scheme() || to.scheme() == "https";
    let usual = from.port().is_none() && to.port().is_none();
    let same = from.host_str() == to.host_str() && (usual || from.port() == to.port());
    let near = usual && from.domain().zip(to.domain()).is_some_and(|(from, to)| site(from) == site(to));
    safe && (same || near)
}

/// The last two parts of a host name: `arxiv.org` for `export.arxiv.org`.
fn site(name: &str) -> &str {
    name.rmatch_indices('.').nth(1).map_or(name, |(at, _)| &name[at + 1..])
}

fn refused(status: StatusCode, headers: &HeaderMap) -> Failure {
    let passing = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
    let what = match status.is_redirection() {
        true => "the answer leads to another site".to_owned(),
        false => format!("the answer was {}", status.as_u16()),
    };
    Failure { what, passing, unconnected: false, rest: passing.then(|| rest(headers)).flatten() }
}

/// How long the source wants us to wait: `Retry-After`, or the rest of the window if `RateLimit` says that no
/// requests are left.
fn rest(headers: &HeaderMap) -> Option<Duration> {
    let after = text(headers, "retry-after").and_then(|wanted| wait(wanted, text(headers, "date")));
    let window = text(headers, "ratelimit").and_then(used_up);
    after.max(window)
}

/// Seconds, or a date. A date is compared with the answer's own date, because our clock may be wrong.
fn wait(text: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp());
    Duration::try_from(at(text)?.duration_since(at(date?)?)).ok()
}

/// The remaining time of the window in `"api";r=0;t=42`, if no requests are left.
fn used_up(text: &str) -> Option<Duration> {
    let of = |policy: &str| {
        let number = |name: &str| {
            let mut parts = policy.split(';').skip(1).filter_map(|part| part.trim().split_once('='));
            parts.find(|(key, _)| *key == name).and_then(|(_, value)| value.trim().parse::<u64>().ok())
        };
        (number("r")? == 0).then(|| number("t").map(Duration::from_secs)).flatten()
    };
    text.split(',').filter_map(of).max()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(&'static str, &str)]) -> HeaderMap {
        of.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn sources_say_how_long_to_leave_them_alone() {
        let none: &[(&str, &str)] = &[];
        let table = [
            (none, None),
            (&[("retry-after", "7")], Some(7)),
            (&[("ratelimit", "\"api\";r=0;t=42")], Some(42)),
            (&[("ratelimit", "\"api\";r=12;t=42")], None),
            (&[("ratelimit", "\"pages\";r=9;t=3, \"api\"; r=0; t=120")], Some(120)),
            (&[("ratelimit", "\"api\";r=0;t=42"), ("retry-after", "50")], Some(50)),
            (&[("retry-after", "Sat, 21 Nov 2026 10:00:30 GMT"), ("date", "Sat, 21 Nov 2026 10:00:00 GMT")], Some(30)),
            (&[("retry-after", "Sat, 21 Nov 2026 09:00:00 GMT"), ("date", "Sat, 21 Nov 2026 10:00:00 GMT")], None),
            (&[("retry-after", "soon"), ("ratelimit", "nonsense;r;t")], None),
            (&[("retry-after", "-3")], None),
            (&[("retry-after", "NaN")], None),
        ];
        for (given, expected) in table {
            assert_eq!(rest(&headers(given)), expected.map(Duration::from_secs), "{given:?}");
        }
    }

    #[test]
    fn redirects_stay_on_their_site() {
        let table = [
            ("https://huggingface.co/api/x", "https://huggingface.co/api/y", true),
            ("http://export.arxiv.org/api", "https://export.arxiv.org/api", true),
            ("https://export.arxiv.org/api", "https://arxiv.org/api", true),
            ("http://127.0.0.1:7000/a", "http://127.0.0.1:7000/b", true),
            ("http://127.0.0.1:7000/a", "http://127.0.0.1:7001/b", false),
            ("https://arxiv.org/api", "http://arxiv.org/api", false),
            ("https://arxiv.org/api", "https://arxiv.org:8443/api", false),
            ("https://arxiv.org/api", "https://evil.example/api", false),
            ("https://arxiv.org/api", "https://notarxiv.org/api", false),
            ("https://arxiv.org/api", "http://169.254.169.254/latest", false),
            ("https://arxiv.org/api", "https://10.0.0.1/", false),
            ("https://arxiv.org/api", "https://[::1]/", false),
            ("https://arxiv.org/api", "http://localhost/", false),
            ("https://1.2.3.4/api", "https://9.9.3.4/", false),
        ];
        for (from, to, expected) in table {
            assert_eq!(stays(&from.parse().unwrap(), &to.parse().unwrap()), expected, "{from} to {to}");
        }
        assert_eq!(refused(StatusCode::FOUND, &HeaderMap::new()).what, "the answer leads to another site");
    }

    #[test]
    fn what_may_pass_is_told_from_what_stays() {
        let none = HeaderMap::new();
        for (status, passing) in [(500, true), (503, true), (429, true), (408, true), (400, false), (404, false)] {
            let failure = refused(StatusCode::from_u16(status).unwrap(), &none);
            assert_eq!(
                (failure.passing, failure.what.as_str()),
                (passing, format!("the answer was {status}").as_str())
            );
        }
        let busy = refused(StatusCode::TOO_MANY_REQUESTS, &headers(&[("ratelimit", "\"api\";r=0;t=9")]));
        assert_eq!(busy.rest, Some(Duration::from_secs(9)));
    }
}
