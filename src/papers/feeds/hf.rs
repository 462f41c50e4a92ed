//! Hugging Face Daily Papers: what was listed on a day, with votes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::call::{Failure, Line};
use crate::papers::{ArxivId, Paper};

/// How many papers a page has; Hugging Face gives no more.
const PAGE: usize = 100;
/// A page with fewer is the last: Hugging Face's own default, should it ever stop to hear what we ask for.
const SHORT: usize = 50;
/// No day has more pages.
const PAGES: usize = 20;

/// A body that was read: its papers, and what of it could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// In its order.
    pub papers: Vec<Paper>,
    /// How many items it had, readable or not.
    pub items: usize,
    /// Each a reason, with how many items were left out for it.
    pub left_out: Vec<String>,
}

/// All papers of a day.
pub async fn day(line: &Line, date: Date) -> Result<Listed, Failure> {
    let mut all = Listed { papers: Vec::new(), items: 0, left_out: Vec::new() };
    for page in 0..PAGES {
        let path = format!("/api/daily_papers?date={date}&limit={PAGE}&p={page}");
        // A body that is no list may be a page of something in between.
        let listed = line.get(&path, |body| read(body, date).map_err(Failure::passing)).await?;
        let is_last = listed.items < SHORT;
        let before = all.papers.len();
        let news = listed.papers.into_iter().filter(|p| all.papers.iter().all(|old| old.id != p.id));
        let news: Vec<Paper> = news.collect();
        all.papers.extend(news);
        all.items += listed.items;
        all.left_out.extend(listed.left_out);
        if is_last || all.papers.len() == before {
            break;
        }
    }
    Ok(all)
}

/// Reads the body of a day. One bad item never loses the others.
///
/// # Errors
/// Why the whole body is not a list of papers, in words.
pub fn read(body: &[u8], date: Date) -> Result<Listed, String> {
    let body: Value = serde_json::from_slice(body).map_err(|cause| {
        let cause = if cause.is_eof() { "it ends too early" } else { "it is no JSON" };
        cause.to_owned()
    })?;
    let Value::Array(items) = body else {
        return Err(format!("it is {}, not a list of papers", kind(&body)));
    };
    let mut papers = Vec::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for item in &items {
        match paper(item, date) {
            Ok(paper) => papers.push(paper),
            Err(reason) => *reasons.entry(reason).or_default() += 1,
        }
    }
    let of = items.len();
    let left_out = reasons.into_iter().map(|(why, n)| format!("{n} of {of} items left out: {why}")).collect();
    Ok(Listed { papers, items: of, left_out })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) | Value::Number(_) => "a single value",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// An item, or why it is no paper.
fn paper(item: &Value, date: Date) -> Result<Paper, String> {
    if !item.is_object() {
        return Err(format!("{} instead of an object", kind(item)));
    }
    let paper = &item["paper"];
    if !paper.is_object() {
        return Err("no `paper` in it".to_owned());
    }
    let id: ArxivId = string(&paper["id"])
        .ok_or("the paper has no id")?
        .parse()
        .map_err(|_| "the paper's id is none of arXiv's".to_owned())?;
    let either = |key: &str| {
        let own = string(&paper[key]);
        own.or_else(|| string(&item[key]))
    };
    let title = either("title").ok_or("the paper has no title")?;
    let either_count = |key: &str, first: &Value, second: &Value| count(&first[key]).or(count(&second[key]));
    Ok(Paper {
        id,
        title,
        authors: authors(&paper["authors"]),
        summary: either("summary").unwrap_or_default(),
        published: [&paper["publishedAt"], &item["publishedAt"]].into_iter().find_map(instant),
        listed: Some(date),
        votes: either_count("upvotes", paper, item).unwrap_or(0),
        comments: either_count("numComments", item, paper).unwrap_or(0),
        code: string(&paper["githubRepo"]).filter(|link| is_address(link)),
        withdrawn: is_set(&paper["withdrawnAt"]) || is_set(&item["withdrawnAt"]),
    })
}

fn authors(list: &Value) -> Vec<String> {
    let all = list.as_array().map_or(&[][..], Vec::as_slice);
    let shown = all.iter().filter(|a| a["hidden"] != Value::Bool(true));
    shown.filter_map(|a| string(&a["name"]).or_else(|| string(a))).collect()
}

/// A text on one line; none if it is empty.
pub fn string(value: &Value) -> Option<String> {
    let text = value.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// A number of votes or comments, however it is written; below zero is none.
pub fn count(value: &Value) -> Option<u32> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        _ => return None,
    };
    // Saturates, and takes what is no number for zero.
    number.is_finite().then_some(number as u32)
}

/// An instant, or the beginning of a day, in UTC if no zone is told.
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
    // What would end a link in Markdown has no place in it.
    let odd = |c: char| c.is_whitespace() || c.is_control() || "()<>[]\\`\"".contains(c);
    rest.is_some_and(|host| !host.is_empty() && !link.contains(odd))
}
