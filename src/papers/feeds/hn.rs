//! Hacker News, searched through Algolia: posts about papers.

use jiff::Timestamp;
use serde_json::Value;

use super::client::{Failure, FeedClient};
use super::hf::{count, string};
use super::json;
use crate::papers::{ArxivId, Sighting, Source, clean};

/// Sites with links to papers.
const NAMES: [&str; 3] = ["arxiv.org", "huggingface.co/papers", "alphaxiv.org"];
/// The number of posts per page; Algolia allows no more.
const PAGE: u32 = 1000;

/// Fetches the posts between two instants that link to a paper.
pub async fn between(line: &FeedClient, from: Timestamp, to: Timestamp) -> Result<Vec<Sighting>, Failure> {
    let mut all: Vec<Sighting> = Vec::new();
    for name in NAMES {
        let path = format!(
            "/api/v1/search_by_date?query={}&restrictSearchableAttributes=url&tags=story&hitsPerPage={PAGE}\
             &numericFilters=created_at_i>={},created_at_i<{}",
            name.replace('/', "%2F"),
            from.as_second(),
            to.as_second()
        );
        all.extend(line.get(&path, |body| read(body).map_err(Failure::passing)).await?);
    }
    all.sort_by(|a, b| a.link.cmp(&b.link));
    all.dedup_by(|a, b| a.link == b.link);
    Ok(all)
}

/// Parses a search result. Comments, and posts that link elsewhere, are left out. The error says why the body is not
/// a search result.
pub fn read(body: &[u8]) -> Result<Vec<Sighting>, String> {
    let text = json::text(body);
    let none = "it has no list `hits`";
    let hits = json::list(json::member(&text, "hits")?.ok_or(none)?, PAGE as usize).map_err(|_| none)?;
    Ok(hits.into_iter().filter_map(|hit| sighting(&hit.ok()?)).collect())
}

fn sighting(hit: &Value) -> Option<Sighting> {
    let number: u64 = hit["objectID"].as_str()?.parse().ok()?;
    let at = hit["created_at_i"].as_i64().and_then(|at| Timestamp::from_second(at).ok());
    Some(Sighting {
        paper: ArxivId::in_link(hit["url"].as_str()?)?,
        place: Source::HackerNews,
        title: string(&hit["title"], clean::TITLE).unwrap_or_default(),
        points: count(&hit["points"]).unwrap_or(0),
        comments: count(&hit["num_comments"]).unwrap_or(0),
        link: format!("https://news.ycombinator.com/item?id={number}"),
        at: at?,
    })
}
