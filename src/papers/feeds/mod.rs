//! The network sources of papers.
//!
//! Requests of one weekly run, without errors: Hugging Face one per day (500 in five minutes are allowed), Hacker
//! News one per site with links, arXiv one per fifty papers, three seconds apart and on one connection.
//!
//! r/MachineLearning is not used: Reddit answers only clients that are logged in.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use reqwest::Client;
use tracing::{debug, warn};

mod arxiv;
pub mod atom;
mod client;
mod hf;
mod hn;
mod json;
mod recorded;

pub use recorded::recorded;

use super::{ArxivId, Gathered, Missing, Paper, Sighting, Source, Week, rank};
use crate::config::Config;
use crate::{Error, Result, http_client};
use arxiv::Known;
use client::FeedClient;

/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest silence of a source.
const SILENCE: Duration = Duration::from_secs(20);
/// The longest time for a whole answer.
const ANSWER: Duration = Duration::from_secs(60);
/// How many of the most popular papers are looked up on arXiv: more than a filter normally leaves out.
const ASKED: usize = 50;
/// How many days before the week posts about its papers may be, because papers are listed some days after they appear.
const EARLIER: i64 = 7;

/// The pace of requests.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The time from arXiv's answer to the next request.
    pub arxiv: Duration,
    /// The pause before the first retry; each next pause is twice as long.
    pub pause: Duration,
    /// The longest silence of a source.
    pub silence: Duration,
}

/// The pace that the sources ask for.
pub const PACE: Pace = Pace { arxiv: Duration::from_secs(3), pause: Duration::from_secs(1), silence: SILENCE };

/// For rehearsals with our own sources.
const HURRY: Pace =
    Pace { arxiv: Duration::ZERO, pause: Duration::from_millis(1), silence: Duration::from_millis(500) };

/// The sources. Open it once for the whole program: it keeps arXiv's pace and the cached answers.
#[derive(Debug, Clone)]
pub struct Feeds {
    hf: Arc<FeedClient>,
    arxiv: Arc<FeedClient>,
    hn: Arc<FeedClient>,
}

impl Feeds {
    /// Feeds at the addresses of the settings, at the pace that the sources ask for.
    ///
    /// # Errors
    /// Refused or a fault if the system's certificates or proxies cannot be used.
    pub fn open(config: &Config) -> Result<Self> {
        Self::at_pace(config, if config.papers_hurry { HURRY } else { PACE })
    }

    /// The same at another pace, for our own sources.
    pub fn at_pace(config: &Config, pace: Pace) -> Result<Self> {
        let client = client(pace)?;
        let line = |source, base: &str| Arc::new(FeedClient::new(source, client.clone(), base, pace));
        Ok(Self {
            hf: line(Source::HuggingFace, &config.papers_hf_url),
            arxiv: line(Source::Arxiv, &config.papers_arxiv_url),
            hn: line(Source::HackerNews, &config.papers_hn_url),
        })
    }
}

fn client(pace: Pace) -> Result<Client> {
    // arXiv allows only one connection, and the others need no more, because each client sends one request at a time.
    let client = http_client::client()?.connect_timeout(CONNECT).read_timeout(pace.silence).timeout(ANSWER);
    http_client::build(client.redirect(client::redirects()).pool_max_idle_per_host(1))
}

/// Fetches a week from every source, with the current votes and comments. A source that is down is named in
/// `missing`. Without Hugging Face, the papers are those with posts on Hacker News.
pub async fn fetch(feeds: &Feeds, week: Week, now: Timestamp) -> Result<Gathered> {
    let (listed, seen) = tokio::join!(listed(feeds, week, now), seen(feeds, week, now));
    let (papers, lost) = listed;
    let mut reasons: Vec<String> = lost.iter().map(|(_, why)| format!("{}: {why}", Source::HuggingFace)).collect();
    let mut missing: Vec<Missing> = lost.into_iter().map(|(missing, _)| missing).collect();
    let is_lost = !missing.is_empty();
    let voteless = missing.iter().any(|lost| lost.days.is_empty());
    let sightings = seen.unwrap_or_else(|why| {
        reasons.push(format!("{}: {why}", Source::HackerNews));
        missing.push(Missing { source: Source::HackerNews, days: Vec::new() });
        Vec::new()
    });
    let mut papers = if voteless { talked_about(week, &sightings) } else { rank::merged(papers) };
    if papers.is_empty() && is_lost {
        return Err(Error::Fault(anyhow::anyhow!("{}", reasons.join("; "))));
    }
    if complete_all(feeds, &mut papers, &sightings).await.is_err() {
        missing.push(Missing { source: Source::Arxiv, days: Vec::new() });
    }
    debug!(%week, papers = papers.len(), sightings = sightings.len(), missing = missing.len(), "asked for the papers");
    Ok(Gathered { week, papers, sightings, missing })
}

/// Hugging Face's papers for the past days of the week; and the days that could not be read, with the reason.
async fn listed(feeds: &Feeds, week: Week, now: Timestamp) -> (Vec<Paper>, Option<(Missing, String)>) {
    let today = TimeZone::UTC.to_datetime(now).date();
    let begun: Vec<_> = week.dates().into_iter().filter(|date| *date <= today).collect();
    let (mut papers, mut lost, mut why) = (Vec::new(), Vec::new(), String::new());
    let mut is_down = false;
    for date in &begun {
        if is_down {
            lost.push(*date);
            continue;
        }
        match hf::day(&feeds.hf, *date).await {
            Ok(day) => {
                for why in &day.left_out {
                    warn!(source = %Source::HuggingFace, %date, "{why}");
                }
                papers.extend(day.papers);
            }
            Err(failure) => {
                warn!(source = %Source::HuggingFace, %date, "not read: {}", failure.what);
                // Two failed days in a row, with four requests each, are enough.
                let again = lost.last().is_some_and(|last: &Date| last.tomorrow().ok() == Some(*date));
                is_down = failure.is_of_the_source() && (again || failure.unconnected);
                lost.push(*date);
                why = failure.what;
            }
        }
    }
    let all = lost.len() == begun.len();
    let days = if all { Vec::new() } else { lost.clone() };
    (papers, (!lost.is_empty()).then_some((Missing { source: Source::HuggingFace, days }, why)))
}

/// The posts about papers, from some days before the week until now; the error says why they could not be read.
async fn seen(feeds: &Feeds, week: Week, now: Timestamp) -> Result<Vec<Sighting>, String> {
    let instant = |date: Date| date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    let from = instant(week.monday().saturating_sub(EARLIER.days())).map_err(|cause| cause.to_string())?;
    let end = instant(week.next().next().monday()).map_err(|cause| cause.to_string())?;
    hn::between(&feeds.hn, from, now.min(end)).await.map_err(|failure| {
        warn!(source = %Source::HackerNews, "not read: {}", failure.what);
        failure.what
    })
}

/// The papers that posts of the week link to, with only their ids and the posts' titles.
fn talked_about(week: Week, sightings: &[Sighting]) -> Vec<Paper> {
    let in_week = sightings.iter().filter(|s| Week::of(TimeZone::UTC.to_datetime(s.at).date()) == week);
    rank::merged(in_week.map(|seen| unvoted(seen.paper.clone(), seen.title.clone())).collect())
}

/// A paper without votes.
fn unvoted(id: ArxivId, title: String) -> Paper {
    Paper {
        id,
        title,
        authors: Vec::new(),
        summary: String::new(),
        published: None,
        listed: None,
        votes: 0,
        comments: 0,
        code: None,
        withdrawn: false,
    }
}

/// arXiv's data about one paper, without votes; none if arXiv does not have it.
pub async fn look_up(feeds: &Feeds, id: &ArxivId) -> Result<Option<Paper>> {
    let feed = arxiv::about(&feeds.arxiv, std::slice::from_ref(id)).await;
    let feed = feed.map_err(|failure| Error::Fault(anyhow::anyhow!("arXiv: {}", failure.what)))?;
    let mut paper = unvoted(id.clone(), String::new());
    let known = feed.known.into_iter().find(|known| known.id == *id);
    Ok(known.map(|known| {
        complete(&mut paper, known);
        paper
    }))
}

/// Fetches arXiv's data for the most popular papers and adds it.
async fn complete_all(feeds: &Feeds, papers: &mut [Paper], sightings: &[Sighting]) -> Result<(), ()> {
    let ranked = rank::ranked(papers, sightings);
    let ids: Vec<ArxivId> = ranked.iter().take(ASKED).map(|p| p.id.clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let feed = arxiv::about(&feeds.arxiv, &ids).await.map_err(|failure| {
        warn!(source = %Source::Arxiv, "not read: {}", failure.what);
    })?;
    for why in &feed.left_out {
        warn!(source = %Source::Arxiv, "left out: {why}");
    }
    for known in feed.known {
        if let Some(paper) = papers.iter_mut().find(|p| p.id == known.id) {
            complete(paper, known);
        }
    }
    Ok(())
}

/// Adds arXiv's title and abstract, and whether the paper was withdrawn.
fn complete(paper: &mut Paper, known: Known) {
    paper.withdrawn |= known.withdrawn;
    paper.title = known.title;
    // The date from the source of the votes decides ties, so that the order does not depend on arXiv.
    paper.published = paper.published.or(known.published);
    if !known.summary.is_empty() {
        paper.summary = known.summary;
    }
    if !known.authors.is_empty() {
        paper.authors = known.authors;
    }
}

#[cfg(test)]
mod tests;
