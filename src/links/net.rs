//! Connects to external pages. It resolves a name, checks the addresses, and connects only to the checked ones: there
//! is no second lookup. It follows redirects itself and checks each of them too.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode, Url};
use tokio::time::Instant;

use super::address::is_public;
use crate::{Error, Result, http_client};

/// The time limit of one request.
const LOOK_TIMEOUT: Duration = Duration::from_secs(20);
/// The pause between two requests to one host.
const APART: Duration = Duration::from_secs(1);
/// The most redirects to follow.
const HOPS: usize = 5;
/// The lookup error for an address that is not public. Only our code writes it, so no other error looks like it.
const NOT_PUBLIC: &str = "cairn: the name leads to an address that is not public";

/// The result of a check of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// There is a page.
    Well,
    /// The page has moved permanently to this address.
    Moved(String),
    /// There is no page, for this reason.
    Dead(String),
    /// It cannot be judged, for this reason.
    Unsure(String),
    /// The address is not public, so it was not requested.
    Private(String),
}

impl Found {
    /// Whether a server answered.
    pub fn was_answered(&self) -> bool {
        match self {
            Self::Well | Self::Moved(_) | Self::Dead(_) => true,
            Self::Unsure(why) => why.starts_with(ANSWERS),
            Self::Private(_) => false,
        }
    }
}

/// How the reason begins if a server answered but the answer cannot be judged.
pub(super) const ANSWERS: &str = "it answers";

/// An HTTPS client that paces its requests.
#[derive(Debug)]
pub struct Net {
    client: Client,
    apart: Duration,
    /// When each host may be asked again.
    next: Mutex<HashMap<String, Instant>>,
}

impl Net {
    /// Connects to the internet, or to a simulated one from a file.
    ///
    /// # Errors
    /// Refused if the file or the system's certificates cannot be read.
    pub fn open(played: Option<&Path>) -> Result<Self> {
        let names = match played {
            None => Names::Real,
            Some(file) => Names::Played(Arc::new(Mutex::new(Play::read(file)?))),
        };
        let client = http_client::client()?
            // A proxy would resolve names itself, and we could not check where it connects.
            .no_proxy()
            .redirect(Policy::none())
            .dns_resolver(Arc::new(names))
            .pool_max_idle_per_host(0)
            .timeout(LOOK_TIMEOUT);
        let apart = if played.is_some() { APART / 10 } else { APART };
        Ok(Self { client: http_client::build(client)?, apart, next: Mutex::default() })
    }

    /// Checks an address with HEAD or, if that fails, with GET.
    pub async fn look(&self, address: &str) -> Found {
        let Ok(mut at) = address.parse::<Url>() else { return Found::Dead("it is no address".to_owned()) };
        // The address after permanent redirects only; a later temporary one does not count.
        let (mut moved, mut for_good) = (None, true);
        for _ in 0..=HOPS {
            if let Some(why) = closed(&at) {
                return Found::Private(why);
            }
            let (status, to) = match self.ask(&at).await {
                Ok(answer) => answer,
                Err(found) => return found,
            };
            if !status.is_redirection() || to.is_none() {
                return judged(status, moved);
            }
            let Some(next) = to.and_then(|to| at.join(&to).ok()) else {
                return Found::Dead("it leads to what is no address".to_owned());
            };
            for_good &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
            if for_good {
                moved = Some(next.to_string());
            }
            at = next;
        }
        Found::Dead(format!("it leads on more than {HOPS} times"))
    }

    /// The status of one page, and where it redirects.
    async fn ask(&self, at: &Url) -> Result<(StatusCode, Option<String>), Found> {
        match self.request(Method::HEAD, at).await {
            Ok(answer) if answer.0.is_success() || answer.0.is_redirection() => Ok(answer),
            Err(found @ Found::Private(_)) => Err(found),
            // Many pages answer only GET.
            _ => self.request(Method::GET, at).await,
        }
    }

    async fn request(&self, method: Method, at: &Url) -> Result<(StatusCode, Option<String>), Found> {
        self.wait(at.host_str().unwrap_or_default()).await;
        match self.client.request(method, at.clone()).send().await {
            Ok(answer) => {
                let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
                Ok((answer.status(), to))
            }
            Err(cause) => Err(lost(&cause)),
        }
    }

    /// Waits until a host may be asked again.
    async fn wait(&self, host: &str) {
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let at = next.get(host).copied().unwrap_or(now).max(now);
            next.insert(host.to_owned(), at + self.apart);
            at
        };
        tokio::time::sleep_until(at).await;
    }
}

/// Why an address must not be connected to, judged by its text.
fn closed(at: &Url) -> Option<String> {
    if !matches!(at.scheme(), "http" | "https") {
        return Some(format!("{} is no address of a page", at.scheme()));
    }
    // Names are checked when they are resolved; IP addresses are not resolved.
    let host = at.host_str()?;
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok()?;
    (!is_public(number)).then(|| format!("{host} is not public"))
}

fn judged(status: StatusCode, moved: Option<String>) -> Found {
    match (status, moved) {
        (status, None) if status.is_success() => Found::Well,
        (status, Some(to)) if status.is_success() => Found::Moved(to),
        (StatusCode::NOT_FOUND | StatusCode::GONE, _) => Found::Dead(format!("{ANSWERS} {}", status.as_u16())),
        // Some sites block programs, whether the page exists or not.
        (status, _) => Found::Unsure(format!("{ANSWERS} {}", status.as_u16())),
    }
}

fn lost(cause: &reqwest::Error) -> Found {
    let mut inner: Option<&dyn std::error::Error> = Some(cause);
    while let Some(error) = inner {
        if error.to_string() == NOT_PUBLIC {
            return Found::Private("its name leads to an address that is not public".to_owned());
        }
        inner = error.source();
    }
    let what = match cause {
        cause if cause.is_timeout() => "no answer in time",
        cause if cause.is_connect() => "it cannot be reached",
        _ => "its answer breaks off",
    };
    Found::Unsure(what.to_owned())
}

/// Resolves names.
#[derive(Debug, Clone)]
enum Names {
    Real,
    Played(Arc<Mutex<Play>>),
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let answers: Vec<IpAddr> = match &names {
                Self::Real => tokio::net::lookup_host((host.as_str(), 0)).await?.map(|at| at.ip()).collect(),
                Self::Played(play) => play.lock().unwrap_or_else(PoisonError::into_inner).answer(&host),
            };
            if answers.is_empty() {
                return Err(io::Error::other("the name leads nowhere").into());
            }
            // If any of several addresses is not public, refuse the name.
            if !answers.iter().all(|address| is_public(*address)) {
                return Err(io::Error::other(NOT_PUBLIC).into());
            }
            let at: Vec<SocketAddr> = match &names {
                Self::Real => answers.into_iter().map(|address| SocketAddr::new(address, 0)).collect(),
                Self::Played(play) => {
                    let play = play.lock().unwrap_or_else(PoisonError::into_inner);
                    answers.iter().filter_map(|address| play.stands_for.get(address).copied()).collect()
                }
            };
            Ok(Box::new(at.into_iter()) as Addrs)
        })
    }
}

/// A simulated internet for rehearsals. Lines `name NAME ANSWER ANSWER …` give the answers for a name in order, each as
/// addresses separated by commas; the last one repeats. Lines `at ADDRESS SOCKET` map a public address to a socket.
#[derive(Debug, Default)]
struct Play {
    answers: HashMap<String, Vec<Vec<IpAddr>>>,
    stands_for: HashMap<IpAddr, SocketAddr>,
}

impl Play {
    fn read(file: &Path) -> Result<Self> {
        let broken = || Error::refused(format!("{} is no file of a played internet.", file.display()));
        let text = std::fs::read_to_string(file).map_err(|_| broken())?;
        let mut play = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["name", name, answers @ ..] => {
                    let read = |answer: &&str| answer.split(',').map(str::parse).collect::<Result<Vec<IpAddr>, _>>();
                    let answers = answers.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(|_| broken())?;
                    play.answers.insert((*name).to_owned(), answers);
                }
                ["at", address, socket] => {
                    let (address, socket) = (address.parse(), socket.parse());
                    play.stands_for.insert(address.map_err(|_| broken())?, socket.map_err(|_| broken())?);
                }
                _ => return Err(broken()),
            }
        }
        Ok(play)
    }

    fn answer(&mut self, name: &str) -> Vec<IpAddr> {
        let Some(answers) = self.answers.get_mut(name) else { return Vec::new() };
        if answers.len() > 1 { answers.remove(0) } else { answers.first().cloned().unwrap_or_default() }
    }
}
