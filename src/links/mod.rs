//! External links of the wiki: each is checked once a week, and moderators see dead and moved ones.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::community::HomeModerator;
use crate::store::Store;
use crate::wiki::{self, Outward};
use crate::{Error, Result};

mod address;
mod net;
mod sql;

pub use net::{Found, Net};

/// How long a result is valid: a week minus an hour, because the check itself takes time.
const RECHECK_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24 - 1);
/// When to check again a link that could not be judged, or that is not dead for sure yet.
const AGAIN: SignedDuration = SignedDuration::from_hours(23);
/// How many consecutive failures make a link dead.
const TRIES_UNTIL_DEAD: i64 = 3;
/// How many hosts are checked at the same time.
const AT_A_TIME: usize = 8;
/// The time limit of one round. The rest waits for the next round.
const ROUND: Duration = Duration::from_secs(7 * 60);

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Finding {
    /// There is no page.
    Dead,
    /// The page has moved permanently.
    Moved,
    /// The address is not public, so readers can hardly reach it.
    Private,
    /// It cannot be judged now.
    Unsure,
    /// There is a page.
    Well,
}

impl Finding {
    const ALL: [Self; 5] = [Self::Dead, Self::Moved, Self::Private, Self::Unsure, Self::Well];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Moved => "moved",
            Self::Private => "private",
            Self::Unsure => "unsure",
            Self::Well => "well",
        }
    }
}

/// The stored result for a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The address, without a fragment.
    pub url: String,
    /// The result of the last check.
    pub finding: Finding,
    /// The new address, or what went wrong.
    pub detail: String,
    /// Since when the result has been the same.
    pub since: Timestamp,
    /// When it was last checked.
    pub at: Timestamp,
    /// How often in a row the result was the same.
    pub tries: i64,
}

impl Known {
    /// Whether it should be checked again (pure).
    fn is_due(&self, now: Timestamp) -> bool {
        let settled = matches!(self.finding, Finding::Well | Finding::Moved | Finding::Private)
            || self.finding == Finding::Dead && self.tries >= TRIES_UNTIL_DEAD;
        now.duration_since(self.at) >= if settled { RECHECK_AFTER } else { AGAIN }
    }

    /// The stored result after another check (pure).
    fn after(before: Option<&Self>, url: &str, found: Found, now: Timestamp) -> Self {
        let (finding, detail) = match found {
            Found::Well => (Finding::Well, String::new()),
            Found::Moved(to) => (Finding::Moved, to),
            Found::Dead(why) => (Finding::Dead, why),
            Found::Unsure(why) => (Finding::Unsure, why),
            Found::Private(why) => (Finding::Private, why),
        };
        let same = before.filter(|before| before.finding == finding);
        Self {
            url: url.to_owned(),
            finding,
            detail,
            since: same.map_or(now, |same| same.since),
            at: now,
            tries: same.map_or(1, |same| same.tries.saturating_add(1)),
        }
    }

    /// Whether moderators should see it (pure). An unreachable link is shown only if it stays so.
    fn is_trouble(&self) -> bool {
        match self.finding {
            Finding::Dead | Finding::Moved | Finding::Private => true,
            Finding::Unsure => self.tries >= TRIES_UNTIL_DEAD && !self.detail.starts_with(net::ANSWERS),
            Finding::Well => false,
        }
    }
}

/// A link that moderators should fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// The address.
    pub url: String,
    /// The result of the last check.
    pub finding: Finding,
    /// The new address, or what went wrong.
    pub detail: String,
    /// Since when the result has been the same.
    pub since: Timestamp,
    /// Its places in the wiki.
    pub places: Vec<Outward>,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, finding, detail, since, places } = self;
        let since = since.strftime("%Y-%m-%d");
        match finding {
            Finding::Moved => write!(f, "{url} has moved to {detail}")?,
            Finding::Private => write!(f, "{url} leads to no public place ({detail})")?,
            _ => write!(f, "{url} is dead: {detail}, since {since}")?,
        }
        let at: Vec<String> = places.iter().map(|place| place.to_string()).collect();
        write!(f, "; it stands in {}", at.join(", "))
    }
}

/// The outcome of a round of checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// The number of links in the wiki.
    pub links: usize,
    /// How many were checked now.
    pub looked: usize,
    /// How many are due but wait for the next round.
    pub left: usize,
    /// Whether no host answered, so that nothing was learnt.
    pub is_offline: bool,
}

impl fmt::Display for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { links, looked, left, is_offline } = self;
        if *is_offline {
            return f.write_str("Nobody answered, so nothing was learnt; try again when this machine is online.");
        }
        write!(f, "Looked at {looked} of {links} links.")?;
        if *left > 0 { write!(f, " {left} more wait for the next look.") } else { Ok(()) }
    }
}

/// Checks the due links: one request per second and host, several hosts at a time, up to the time limit.
pub async fn look(store: &Store, net: &Net, now: Timestamp) -> Result<Looked> {
    let places = wiki::outward(store).await?;
    let mut urls: Vec<&String> = places.iter().map(|place| &place.url).collect();
    urls.sort();
    urls.dedup();
    let known = sql::all(&mut *store.read().await?).await?;
    let known: BTreeMap<&str, &Known> = known.iter().map(|link| (link.url.as_str(), link)).collect();
    let is_due = |url: &&&String| known.get(url.as_str()).is_none_or(|link| link.is_due(now));
    let mut due: Vec<&String> = urls.iter().filter(is_due).copied().collect();
    // New links come first, then those checked longest ago.
    due.sort_by_key(|url| known.get(url.as_str()).map(|link| link.at));
    let mut tx = store.write().await?;
    sql::keep_only(&mut tx, &urls).await?;
    tx.commit().await?;
    let end = tokio::time::Instant::now() + ROUND;
    let mut looks = stream::iter(by_host(&due)).map(|urls| of_one_host(net, urls, end)).buffer_unordered(AT_A_TIME);
    let (mut looked, mut waiting, mut is_online) = (0, Vec::new(), false);
    while let Some(found) = looks.next().await {
        is_online |= found.iter().any(|(_, found)| found.was_answered());
        waiting.extend(found);
        // While nobody has answered, we may be offline ourselves.
        if is_online {
            looked += waiting.len();
            write_down(store, &known, std::mem::take(&mut waiting), now).await?;
        }
    }
    Ok(Looked { links: urls.len(), looked, left: due.len() - looked, is_offline: !waiting.is_empty() })
}

async fn write_down(
    store: &Store,
    known: &BTreeMap<&str, &Known>,
    found: Vec<(String, Found)>,
    now: Timestamp,
) -> Result<()> {
    let mut tx = store.write().await?;
    for (url, found) in found {
        sql::put(&mut tx, &Known::after(known.get(url.as_str()).copied(), &url, found, now)).await?;
    }
    tx.commit().await
}

/// Groups the addresses by host.
fn by_host(urls: &[&String]) -> Vec<Vec<String>> {
    let mut hosts: Vec<(String, Vec<String>)> = Vec::new();
    for url in urls {
        let host = url.split('/').nth(2).unwrap_or_default();
        match hosts.iter_mut().find(|(known, _)| known == host) {
            Some((_, all)) => all.push((*url).clone()),
            None => hosts.push((host.to_owned(), vec![(*url).clone()])),
        }
    }
    hosts.into_iter().map(|(_, urls)| urls).collect()
}

async fn of_one_host(net: &Net, urls: Vec<String>, end: tokio::time::Instant) -> Vec<(String, Found)> {
    let mut found = Vec::with_capacity(urls.len());
    for url in urls {
        if tokio::time::Instant::now() >= end {
            break;
        }
        let seen = net.look(&url).await;
        found.push((url, seen));
    }
    found
}

/// The links that moderators should fix, dead ones first.
pub async fn troubles(store: &Store, _: &HomeModerator) -> Result<Vec<Trouble>> {
    let places = wiki::outward(store).await?;
    let known = sql::all(&mut *store.read().await?).await?;
    let trouble = |link: Known| {
        let at: Vec<Outward> = places.iter().filter(|place| place.url == link.url).cloned().collect();
        let Known { url, finding, detail, since, .. } = link;
        // A link that stays unreachable counts as dead.
        let finding = if finding == Finding::Unsure { Finding::Dead } else { finding };
        Trouble { url, finding, detail, since, places: at }
    };
    let mut troubles: Vec<Trouble> = known.into_iter().filter(Known::is_trouble).map(trouble).collect();
    troubles.retain(|trouble| !trouble.places.is_empty());
    troubles.sort_by(|a, b| (a.finding, a.since, &a.url).cmp(&(b.finding, b.since, &b.url)));
    Ok(troubles)
}

/// The number of links that moderators should fix, for a badge. Temporary failures do not count.
pub async fn count(store: &Store, _: &HomeModerator) -> Result<usize> {
    sql::count_troubles(&mut *store.read().await?).await
}

/// When the links were last checked, and how many are known; `None` before the first check.
pub async fn last_look(store: &Store) -> Result<Option<(Timestamp, usize)>> {
    let known = sql::all(&mut *store.read().await?).await?;
    Ok(known.iter().map(|link| link.at).max().map(|at| (at, known.len())))
}

fn named(name: &str) -> Result<Finding> {
    let found = Finding::ALL.into_iter().find(|finding| finding.name() == name);
    found.ok_or_else(|| Error::from(anyhow::anyhow!("links have no finding {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + day * 86_400).expect("an instant")
    }

    #[test]
    fn links_are_looked_at_weekly_and_doubtful_ones_daily() {
        let mut link = Known::after(None, "https://a.example/", Found::Well, at(0));
        assert!(!link.is_due(at(6)) && link.is_due(at(7)) && !link.is_trouble());
        let unsure = || Found::Unsure("no answer in time".to_owned());
        link = Known::after(Some(&link), "https://a.example/", unsure(), at(7));
        assert!(link.is_due(at(8)) && !link.is_trouble(), "one failure is no trouble");
        for day in [8, 9] {
            link = Known::after(Some(&link), "https://a.example/", unsure(), at(day));
        }
        assert!(link.is_trouble() && link.since == at(7) && link.tries == 3);
        link = Known::after(Some(&link), "https://a.example/", Found::Moved("https://b.example/".into()), at(10));
        assert_eq!((link.is_trouble(), link.since, link.tries), (true, at(10), 1));
        assert!(Known::after(None, "x", Found::Dead("it answers 404".into()), at(0)).is_trouble());
        // A page that blocks programs is no trouble, however often.
        let mut closed = Known::after(None, "x", Found::Unsure("it answers 403".into()), at(0));
        closed.tries = 9;
        assert!(!closed.is_trouble());
    }

    #[test]
    fn a_host_is_asked_in_one_queue() {
        let all: Vec<String> =
            ["https://a.example/1", "https://b.example/", "https://a.example/2"].map(str::to_owned).into();
        assert_eq!(by_host(&all.iter().collect::<Vec<_>>()).len(), 2);
    }
}
