//! arXiv's Atom feed: what is known about papers.

use jiff::Timestamp;
use serde::Deserialize;

use super::call::{Failure, Line};
use crate::papers::ArxivId;

/// How many papers one request asks for: the address stays well below two thousand characters.
const BATCH: usize = 50;

/// What arXiv knows about a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which.
    pub id: ArxivId,
    /// On one line.
    pub title: String,
    /// On one line.
    pub summary: String,
    /// In the paper's order.
    pub authors: Vec<String>,
    /// When its first version appeared.
    pub published: Option<Timestamp>,
    /// Taken back by its authors.
    pub withdrawn: bool,
}

/// A feed that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Feed {
    /// The papers in it. Those that arXiv does not have are simply not there.
    pub known: Vec<Known>,
    /// Each why an entry was left out.
    pub left_out: Vec<String>,
}

/// What arXiv knows about these papers.
pub async fn about(line: &Line, ids: &[ArxivId]) -> Result<Feed, Failure> {
    let mut all = Feed::default();
    for batch in ids.chunks(BATCH) {
        let list: Vec<&str> = batch.iter().map(ArxivId::as_str).collect();
        let path = format!("/api/query?id_list={}&max_results={}", list.join(","), batch.len());
        let feed = line.get(&path, read).await?;
        all.known.extend(feed.known);
        all.left_out.extend(feed.left_out);
    }
    Ok(all)
}

#[derive(Debug, Deserialize)]
struct Atom {
    #[serde(default)]
    entry: Vec<Entry>,
}

/// Elements of other kinds stand between those of a list (hence quick-xml's `overlapped-lists`).
#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    summary: String,
    published: Option<String>,
    comment: Option<String>,
    #[serde(default)]
    author: Vec<Author>,
}

#[derive(Debug, Deserialize)]
struct Author {
    #[serde(default)]
    name: String,
}

/// Reads a feed.
///
/// # Errors
/// It is no feed (which may pass), or arXiv says in it what was wrong with the question (which stays).
pub fn read(body: &[u8]) -> Result<Feed, Failure> {
    let text = std::str::from_utf8(body).map_err(|_| Failure::passing("the answer is not UTF-8 text"))?;
    if !text.contains("<feed") {
        return Err(Failure::passing("the answer is no Atom feed"));
    }
    let atom: Atom = quick_xml::de::from_str(text).map_err(|_| Failure::passing("the answer is a broken Atom feed"))?;
    let mut feed = Feed::default();
    for entry in atom.entry {
        if entry.id.contains("/api/errors") {
            return Err(Failure::lasting(format!("arXiv says: {}", line_of(&entry.summary))));
        }
        match known(&entry) {
            Some(known) => feed.known.push(known),
            None => feed.left_out.push("an entry without an id or a title".to_owned()),
        }
    }
    Ok(feed)
}

fn known(entry: &Entry) -> Option<Known> {
    let title = line_of(&entry.title);
    let authors = entry.author.iter().map(|a| line_of(&a.name)).filter(|name| !name.is_empty());
    let (summary, comment) = (line_of(&entry.summary), line_of(entry.comment.as_deref().unwrap_or_default()));
    Some(Known {
        id: entry.id.parse().ok()?,
        authors: authors.collect(),
        published: entry.published.as_deref().and_then(|at| at.trim().parse().ok()),
        withdrawn: says_withdrawn(&summary) || says_withdrawn(&comment),
        title: (!title.is_empty()).then_some(title)?,
        summary,
    })
}

/// arXiv has no mark for it: authors say so at the beginning of the abstract or in the comment.
fn says_withdrawn(text: &str) -> bool {
    let text = text.to_lowercase();
    ["this paper", "this article", "this submission", "this manuscript", "paper", "article", "submission"].iter().any(
        |what| {
            let rest = text.strip_prefix(what).map(str::trim_start).unwrap_or_default();
            ["has been withdrawn", "is withdrawn", "was withdrawn", "withdrawn"].iter().any(|w| rest.starts_with(w))
        },
    ) || text.starts_with("withdrawn")
}

fn line_of(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
