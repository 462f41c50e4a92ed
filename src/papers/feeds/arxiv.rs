//! arXiv's Atom feed: metadata of papers.

use jiff::Timestamp;

use super::atom::{self, Entry};
use super::client::{Failure, FeedClient};
use crate::papers::{ArxivId, clean, withdrawn};

/// How many papers one request names. The address stays well below two thousand characters.
const IDS_PER_REQUEST: usize = 50;
/// How many requests may be used to find ids that arXiv rejects: enough to halve a batch down to one id.
const REQUESTS: usize = 12;
/// If arXiv returns none of this many papers, it did not read the list.
const SOME: usize = 5;
/// The most entries that are read.
const ENTRIES: usize = 2 * IDS_PER_REQUEST;
/// The most authors that are kept per paper.
const AUTHORS: usize = 5_000;

/// arXiv's data about a paper.
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
    /// Whether its authors withdrew it.
    pub withdrawn: bool,
}

/// The content of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Feed {
    /// The papers in it. Papers that arXiv does not have are missing.
    pub known: Vec<Known>,
    /// The reason for each entry that was left out.
    pub left_out: Vec<String>,
    /// arXiv's error message, if it sent one instead of papers.
    pub complaint: Option<String>,
}

/// Fetches arXiv's data about these papers.
pub async fn about(line: &FeedClient, ids: &[ArxivId]) -> Result<Feed, Failure> {
    let mut all = Feed::default();
    for batch in ids.chunks(IDS_PER_REQUEST) {
        let feed = batched(line, batch).await?;
        all.known.extend(feed.known);
        all.left_out.extend(feed.left_out);
    }
    Ok(all)
}

/// arXiv rejects a whole list because of one bad id. The rest is requested again without that id, or in halves if
/// arXiv does not name it.
async fn batched(line: &FeedClient, ids: &[ArxivId]) -> Result<Feed, Failure> {
    let mut all = Feed::default();
    let mut waiting = vec![ids.to_vec()];
    let mut refused = None;
    for _ in 0..REQUESTS {
        let Some(list) = waiting.pop() else { break };
        let feed = asked(line, &list).await?;
        all.known.extend(feed.known);
        all.left_out.extend(feed.left_out);
        if let Some(complaint) = feed.complaint {
            waiting.extend(narrower(&list, &complaint));
            all.left_out.push(complaint.clone());
            refused = Some(Failure::lasting(complaint));
        }
    }
    match refused {
        Some(failure) if all.known.is_empty() => Err(failure),
        _ => Ok(all),
    }
}

async fn asked(line: &FeedClient, ids: &[ArxivId]) -> Result<Feed, Failure> {
    let list: Vec<&str> = ids.iter().map(ArxivId::as_str).collect();
    let path = format!("/api/query?id_list={}&max_results={}", list.join(","), ids.len());
    let whole = |body: &[u8]| {
        let feed = read(body)?;
        match ids.len() >= SOME && feed == Feed::default() {
            true => Err(Failure::passing("the answer has none of the papers")),
            false => Ok(feed),
        }
    };
    line.get(&path, whole).await
}

/// The parts of a rejected list to request again.
fn narrower(ids: &[ArxivId], complaint: &str) -> Vec<Vec<ArxivId>> {
    let (named, rest): (Vec<_>, Vec<_>) = ids.iter().cloned().partition(|id| names(complaint, id));
    let (first, second) = match named.is_empty() {
        true if ids.len() < 2 => return Vec::new(),
        true => rest.split_at(rest.len() / 2),
        false => rest.split_at(0),
    };
    [second, first].into_iter().filter(|part| !part.is_empty()).map(<[ArxivId]>::to_vec).collect()
}

/// Whether a text names an id, with or without a version.
fn names(text: &str, id: &ArxivId) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "./-".contains(c);
    let mut words = text.split(|c: char| !is_part(c)).map(|word| word.trim_end_matches('.'));
    words.any(|word| word.strip_prefix(id.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('v')))
}

/// Reads a feed. If the body is not a feed, the failure is a passing one.
pub fn read(body: &[u8]) -> Result<Feed, Failure> {
    let mut feed = Feed::default();
    for entry in atom::entries(body, ENTRIES).map_err(Failure::passing)? {
        match entry.as_ref().map(|entry| (known(entry), entry)) {
            Some((_, entry)) if entry.id.contains("/api/errors") => {
                feed.complaint = Some(format!("arXiv says: {}", clean::line(&entry.summary, clean::TITLE)));
            }
            Some((Some(known), _)) => feed.known.push(known),
            Some((None, _)) => feed.left_out.push("an entry without an id or a title".to_owned()),
            None => feed.left_out.push("an entry with broken markup".to_owned()),
        }
    }
    Ok(feed)
}

fn known(entry: &Entry) -> Option<Known> {
    let title = clean::line(&entry.title, clean::TITLE);
    let authors = entry.author.iter().map(|author| clean::line(&author.name, clean::NAME));
    let summary = clean::line(&entry.summary, clean::SUMMARY);
    let comment = clean::line(entry.comment.as_deref().unwrap_or_default(), clean::SUMMARY);
    Some(Known {
        id: entry.id.parse().ok()?,
        authors: authors.filter(|name| !name.is_empty()).take(AUTHORS).collect(),
        published: entry.published.as_deref().and_then(|at| at.trim().parse().ok()),
        withdrawn: withdrawn::title(&title) || withdrawn::summary(&summary) || withdrawn::comment(&comment),
        title: (!title.is_empty()).then_some(title)?,
        summary,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_narrowed_down() {
        let ids: Vec<ArxivId> =
            ["2608.00001", "2608.00002", "2608.00003"].iter().map(|id| id.parse().unwrap()).collect();
        let left = |ids: &[ArxivId], complaint: &str| -> Vec<usize> {
            narrower(ids, complaint).iter().map(Vec::len).collect()
        };
        assert_eq!(left(&ids, "incorrect id format for 2608.00002v1."), [2]);
        assert_eq!(left(&ids, "incorrect id format for 2608.000021"), [2, 1]);
        assert_eq!(left(&ids[..1], "incorrect id format for 2608.00001"), [0; 0]);
        assert_eq!(left(&ids[..1], "something else"), [0; 0]);
    }
}
