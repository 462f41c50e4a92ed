//! The order of popularity (pure).

use std::cmp::Reverse;

use super::Paper;

/// The most popular first: by votes, then comments, then the earlier published, then the id. Withdrawn papers are
/// left out, and a paper that is there more than once is taken once, with its highest votes.
pub fn rank(papers: &[Paper]) -> Vec<Paper> {
    let mut ranked: Vec<Paper> = papers.iter().filter(|p| !p.withdrawn).cloned().collect();
    ranked.sort_by(|a, b| key(a).cmp(&key(b)));
    ranked
}

/// What papers are ordered by; one without a date comes after those with one.
fn key(paper: &Paper) -> (Reverse<u32>, Reverse<u32>, bool, Option<jiff::Timestamp>, &str) {
    let (votes, comments) = (Reverse(paper.votes), Reverse(paper.comments));
    (votes, comments, paper.published.is_none(), paper.published, paper.id.as_str())
}
