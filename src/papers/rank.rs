//! The order of popularity (pure).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{ArxivId, Paper, Sighting};

/// The most popular first: by votes, then comments, then the earlier published, then the id. A paper that is listed
/// more than once counts once, with its highest votes; withdrawn ones are left out.
pub fn rank(papers: &[Paper]) -> Vec<Paper> {
    let mut ranked = merged(papers.to_vec());
    ranked.retain(|paper| !paper.withdrawn);
    ranked.sort_by(|a, b| key(a).cmp(&key(b)));
    ranked
}

/// The same, but papers that nobody could vote for stand by the points they have elsewhere.
pub fn ranked(papers: &[Paper], sightings: &[Sighting]) -> Vec<Paper> {
    let mut ranked = rank(papers);
    if ranked.iter().all(|paper| paper.votes == 0 && paper.listed.is_none()) {
        ranked.sort_by_key(|paper| Reverse(points(&paper.id, sightings)));
    }
    ranked
}

fn points(id: &ArxivId, sightings: &[Sighting]) -> u32 {
    sightings.iter().filter(|s| s.paper == *id).map(|s| s.points).max().unwrap_or(0)
}

/// What papers are ordered by; one without a date comes after those with one.
fn key(paper: &Paper) -> (Reverse<u32>, Reverse<u32>, bool, Option<Timestamp>, &str) {
    let (votes, comments) = (Reverse(paper.votes), Reverse(paper.comments));
    (votes, comments, paper.published.is_none(), paper.published, paper.id.as_str())
}

/// Each paper once: the listing with the most votes (of equal ones that with more comments, then the first) stands
/// for it. It is withdrawn if any listing says so.
pub fn merged(papers: Vec<Paper>) -> Vec<Paper> {
    let mut once: BTreeMap<ArxivId, Paper> = BTreeMap::new();
    for paper in papers {
        let Some(known) = once.remove(&paper.id) else {
            once.insert(paper.id.clone(), paper);
            continue;
        };
        let later = (paper.votes, paper.comments) > (known.votes, known.comments);
        let (mut best, other) = if later { (paper, known) } else { (known, paper) };
        best.withdrawn |= other.withdrawn;
        best.published = [best.published, other.published].into_iter().flatten().min();
        best.listed = [best.listed, other.listed].into_iter().flatten().min();
        best.code = best.code.or(other.code);
        once.insert(best.id.clone(), best);
    }
    once.into_values().collect()
}
