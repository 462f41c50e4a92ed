//! Hugging Face Daily Papers: the papers of a day, with votes.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::client::{Failure, FeedClient};
use super::json::{self, kind};
use crate::papers::{ArxivId, Paper, clean, withdrawn};

/// The number of papers per page; Hugging Face allows no more.
const PAGE: usize = 100;
/// A page with fewer papers is the last one. This is Hugging Face's default page size, in case it ignores our limit.
const SHORT: usize = 50;
/// The most papers that are read for a day; no real day comes close.
const PAPERS: usize = 1_000;
const PAGES: usize = PAPERS / PAGE;
/// The most authors that are kept per paper.
const AUTHORS: usize = 5_000;

/// A parsed body: its papers, and reasons for items that were left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// In its order.
    pub papers: Vec<Paper>,
    /// How many items it had, readable or not.
    pub items: usize,
    /// Reasons, each with the number of items left out for it.
    pub left_out: Vec<String>,
}

/// Fetches all papers of a day.
pub async fn day(line: &FeedClient, date: Date) -> Result<Listed, Failure> {
    let mut all = Listed { papers: Vec::new(), items: 0, left_out: Vec::new() };
    let mut seen: HashSet<ArxivId> = HashSet::new();
    for page in 0..PAGES {
        let path = format!("/api/daily_papers?date={date}&limit={PAGE}&p={page}");
        // A body that is not a list may come from a proxy.
        let listed = line.get(&path, |body| read(body, date).map_err(Failure::passing)).await?;
        let is_last = listed.items < SHORT;
        let before = all.papers.len();
        all.papers.extend(listed.papers.into_iter().filter(|paper| seen.insert(paper.id.clone())));
        all.items += listed.items;
        all.left_out.extend(listed.left_out);
        if is_last || all.papers.len() == before || all.papers.len() >= PAPERS {
            break;
        }
    }
    Ok(all)
}

/// Parses the body of a day. A bad item loses no other item. The error says why the whole body is not a list of papers.
pub fn read(body: &[u8], date: Date) -> Result<Listed, String> {
    let items = json::list(&json::text(body), PAPERS).map_err(|why| why.replace("a list", "a list of papers"))?;
    let mut papers = Vec::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for item in &items {
        match item.as_ref().map_err(Clone::clone).and_then(|item| paper(item, date)) {
            Ok(paper) => papers.push(paper),
            Err(reason) => *reasons.entry(reason).or_default() += 1,
        }
    }
    let of = items.len();
    let left_out = reasons.into_iter().map(|(why, n)| format!("{n} of {of} items left out: {why}")).collect();
    Ok(Listed { papers, items: of, left_out })
}

/// Parses an item; the error says why it is not a paper.
fn paper(item: &Value, date: Date) -> Result<Paper, String> {
    if !item.is_object() {
        return Err(format!("{} instead of an object", kind(item)));
    }
    let paper = &item["paper"];
    if !paper.is_object() {
        return Err("no `paper` in it".to_owned());
    }
    let id: ArxivId = string(&paper["id"], clean::NAME)
        .ok_or("the paper has no id")?
        .parse()
        .map_err(|_| "the paper's id is none of arXiv's".to_owned())?;
    let either = |key: &str, most: usize| string(&paper[key], most).or_else(|| string(&item[key], most));
    let title = either("title", clean::TITLE).ok_or("the paper has no title")?;
    let summary = either("summary", clean::SUMMARY).unwrap_or_default();
    let is_gone = is_set(&paper["withdrawnAt"]) || is_set(&item["withdrawnAt"]);
    let either_count = |key: &str, first: &Value, second: &Value| count(&first[key]).or(count(&second[key]));
    Ok(Paper {
        id,
        withdrawn: is_gone || withdrawn::title(&title) || withdrawn::summary(&summary),
        title,
        authors: authors(&paper["authors"]),
        summary,
        published: [&paper["publishedAt"], &item["publishedAt"]].into_iter().find_map(instant),
        listed: Some(date),
        votes: either_count("upvotes", paper, item).unwrap_or(0),
        comments: either_count("numComments", item, paper).unwrap_or(0),
        code: string(&paper["githubRepo"], clean::TITLE).filter(|link| is_address(link)),
    })
}

fn authors(list: &Value) -> Vec<String> {
    let all = list.as_array().map_or(&[][..], Vec::as_slice);
    let shown = all.iter().filter(|a| a["hidden"] != Value::Bool(true));
    let named = |author: &Value| string(&author["name"], clean::NAME).or_else(|| string(author, clean::NAME));
    shown.filter_map(named).take(AUTHORS).collect()
}

/// A text fit to show, on one line of at most `most` characters; none if it is empty.
pub fn string(value: &Value, most: usize) -> Option<String> {
    let text = clean::line(value.as_str()?, most);
    (!text.is_empty()).then_some(text)
}

/// A number of votes or comments in any notation; negative numbers become 0.
pub fn count(value: &Value) -> Option<u32> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => written(text)?,
        _ => return None,
    };
    // The cast saturates.
    number.is_finite().then_some(number as u32)
}

/// `1,234` or `1.2k`, as people write numbers.
fn written(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', "").to_lowercase();
    let (number, times) = text.strip_suffix('k').map_or((text.as_str(), 1.0), |number| (number, 1_000.0));
    Some(number.parse::<f64>().ok()? * times)
}

/// An instant, or the start of a day; UTC if no zone is given.
pub fn instant(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?.trim();
    let local = || {
        let time: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(time).ok()
    };
    text.parse().ok().or_else(local)
}

fn is_set(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value.as_str() != Some("")
}

fn is_address(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    // These characters would end a link in Markdown.
    let odd = |c: char| c.is_whitespace() || c.is_control() || "()<>[]\\`\"".contains(c);
    rest.is_some_and(|host| !host.is_empty() && !link.contains(odd))
}
