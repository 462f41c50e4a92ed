//! Limits per visitor and for all visitors: how often they ask, how long a form may take, how many requests run at
//! once.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Site;
use super::connections::Visitor;
use super::failure::{Failure, too_long};
use super::serving::Peer;
use crate::rates::Rates;

/// The longest form, in bytes: 40,000 characters of four bytes each, percent-encoded, and a margin.
const MAX_FORM_BYTES: usize = 600_000;
/// Only this many forms above this size are read at once, so that they cannot fill the memory.
const LARGE_FORM_BYTES: u64 = 64_000;
const LARGE_FORMS: usize = 8;
/// The time limit for a form to arrive.
const FORM: Duration = Duration::from_secs(15);
/// How many requests may use the database at once: half of its readers, so that the others are free for Discord.
const READERS: usize = 2;
/// How many searches run at once. A search uses a processor for a while; the other processors are for Discord and the
/// other pages.
const SEARCHES: usize = 1;
/// How long a request waits for its turn, how long a question does, and the time limit for the work.
const TURN: Duration = Duration::from_secs(5);
const SEARCH_TURN: Duration = Duration::from_secs(1);
const WORK: Duration = Duration::from_secs(10);
/// How many questions a visitor may ask at once, and the time until one more is allowed.
const QUESTIONS: (u32, Duration) = (60, Duration::from_secs(1));
/// The header in which a proxy names the visitor.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The shared resources.
#[derive(Debug)]
pub struct Limits {
    questions: Rates<Visitor>,
    readers: Semaphore,
    searches: Semaphore,
    large_forms: Semaphore,
}

impl Limits {
    /// All resources are free.
    pub fn new() -> Self {
        Self {
            questions: Rates::new(QUESTIONS.0, QUESTIONS.1),
            readers: Semaphore::new(READERS),
            searches: Semaphore::new(SEARCHES),
            large_forms: Semaphore::new(LARGE_FORMS),
        }
    }
}

/// Reads the whole form before the request takes any resource.
pub async fn whole(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let length = body.size_hint().upper().unwrap_or(u64::MAX);
    let _place = match length > LARGE_FORM_BYTES {
        false => None,
        true => match site.limits.large_forms.try_acquire() {
            Ok(place) => Some(place),
            Err(_) => return busy(),
        },
    };
    match timeout(FORM, to_bytes(body, MAX_FORM_BYTES)).await {
        Ok(Ok(form)) => next.run(Request::from_parts(parts, Body::from(form))).await,
        Ok(Err(_)) => too_long().into_response(),
        Err(_) => {
            let sentence = "Your question did not arrive in time. Go back and send it again.";
            Failure::with(StatusCode::REQUEST_TIMEOUT, sentence).into_response()
        }
    }
}

/// Waits a limited time for one of the site's database readers. Questions wait for each other first, so that they can
/// never take all readers.
pub async fn in_turn(State(site): State<Site>, request: Request, next: Next) -> Response {
    let _search = match asks(&request) {
        false => None,
        true => match timeout(SEARCH_TURN, site.limits.searches.acquire()).await {
            Ok(Ok(search)) => Some(search),
            _ => return busy(),
        },
    };
    let Ok(Ok(_reader)) = timeout(TURN, site.limits.readers.acquire()).await else { return busy() };
    timeout(WORK, next.run(request)).await.unwrap_or_else(|_| busy())
}

fn busy() -> Response {
    let sentence = "Too many people are asking at the moment. Wait ten seconds, then try again.";
    later(Failure::with(StatusCode::SERVICE_UNAVAILABLE, sentence), Duration::from_secs(10))
}

fn later(failure: Failure, wait: Duration) -> Response {
    ([(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)))], failure).into_response()
}

/// Limits how often one visitor may ask.
pub async fn paced(State(site): State<Site>, request: Request, next: Next) -> Response {
    let from = request.extensions().get::<Peer>().map(|from| from.0);
    if let (true, Some(from)) = (asks(&request), from)
        && let Some(wait) = site.limits.questions.wait(&visitor(from, request.headers(), &site.app.config.web_proxy))
    {
        let wait = Duration::from_secs(wait.as_secs() + 1);
        let seconds = if wait.as_secs() == 1 { "a second".to_owned() } else { format!("{} seconds", wait.as_secs()) };
        let sentence =
            format!("Many questions have come from your address in a short time. Wait {seconds}, then try again.");
        return later(Failure::with(StatusCode::TOO_MANY_REQUESTS, &sentence), wait);
    }
    next.run(request).await
}

/// Whether a request is a question, which costs more than a page.
fn asks(request: &Request) -> bool {
    match request.uri().path().trim_end_matches('/') {
        "/ask" | "/search" => true,
        "/papers" => request.uri().query().is_some_and(|query| query.contains('=')),
        _ => false,
    }
}

/// The visitor: the peer's address. If the peer is one of our proxies, the last address in the header that is not ours.
pub fn visitor(from: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Visitor {
    let is_ours = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
    if !is_ours(&from) {
        return Visitor::at(from);
    }
    let named: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    // Addresses before an unreadable one may be forged.
    let read = named.iter().rev().map_while(|one| one.trim().parse::<IpAddr>().ok()).map(|one| one.to_canonical());
    Visitor::at(read.into_iter().find(|one| !is_ours(one)).unwrap_or(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_of_ours_may_say_for_whom_it_speaks() {
        let proxies: Vec<IpNet> = vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let table = [
            ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
            ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
            // The first address may be forged by the visitor.
            ("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.1.1", "198.51.100.7"),
            ("127.0.0.1", "198.51.100.7, unknown", "127.0.0.1"),
            ("127.0.0.1", "", "127.0.0.1"),
        ];
        for (from, named, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(FORWARDED_FOR, HeaderValue::from_static(named));
            let at = |address: &str| -> IpAddr { address.parse().unwrap() };
            assert_eq!(visitor(at(from), &headers, &proxies), Visitor::at(at(expected)), "{from} {named}");
        }
    }
}
