//! Orders papers by popularity (pure).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{ArxivId, Paper, Sighting};

/// Most popular first: by votes, then comments, then earlier date, then id. A paper with several listings counts
/// once, with its highest votes. Withdrawn papers are left out.
pub fn rank(papers: &[Paper]) -> Vec<Paper> {
    let mut ranked = merged(papers.to_vec());
    ranked.retain(|paper| !paper.withdrawn);
    ranked.sort_by(|a, b| key(a).cmp(&key(b)));
    ranked
}

/// The same, but if no paper could get votes, they are ordered by their points on other sites.
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

/// The sort key of a paper. Papers without a date come after those with one.
fn key(paper: &Paper) -> (Reverse<u32>, Reverse<u32>, bool, Option<Timestamp>, &str) {
    let (votes, comments) = (Reverse(paper.votes), Reverse(paper.comments));
    (votes, comments, paper.published.is_none(), paper.published, paper.id.as_str())
}

/// Each paper once, with the data of the listing with the most votes (then the most comments, then the first). It
/// counts as withdrawn if any listing says so.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paper(number: u32, votes: u32, comments: u32, published: Option<i64>) -> Paper {
        Paper {
            id: format!("2611.{number:05}").parse().unwrap(),
            title: format!("Paper {number}"),
            authors: vec![],
            summary: String::new(),
            published: published.map(|at| Timestamp::from_second(at).unwrap()),
            listed: None,
            votes,
            comments,
            code: None,
            withdrawn: false,
        }
    }

    fn order(papers: &[Paper]) -> Vec<(String, u32)> {
        rank(papers).iter().map(|p| (p.id.to_string(), p.votes)).collect()
    }

    #[test]
    fn ties_are_broken_by_comments_then_age_then_id() {
        let papers = [
            paper(1, 5, 1, None),
            paper(2, 5, 1, Some(200)),
            paper(4, 5, 1, Some(100)),
            paper(3, 5, 1, Some(100)),
            paper(5, 5, 2, Some(300)),
            paper(6, 9, 0, None),
        ];
        let ids: Vec<String> = order(&papers).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["2611.00006", "2611.00005", "2611.00003", "2611.00004", "2611.00002", "2611.00001"]);
    }

    #[test]
    fn withdrawn_on_any_day_is_withdrawn() {
        let gone = Paper { withdrawn: true, ..paper(1, 3, 0, None) };
        assert_eq!(order(&[paper(1, 9, 0, None), gone, paper(2, 1, 0, None)]), [("2611.00002".to_owned(), 1)]);
    }

    #[test]
    fn without_votes_points_elsewhere_decide() {
        let seen = |number: u32, points| Sighting {
            paper: format!("2611.{number:05}").parse().unwrap(),
            place: crate::papers::Source::HackerNews,
            title: String::new(),
            points,
            comments: 0,
            link: String::new(),
            at: Timestamp::UNIX_EPOCH,
        };
        let papers = [paper(1, 0, 0, None), paper(2, 0, 0, None), paper(3, 0, 0, None)];
        let ids = |papers: &[Paper]| {
            let seen = [seen(3, 4), seen(2, 50), seen(3, 60)];
            ranked(papers, &seen).iter().map(|p| p.id.as_str()[9..].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&papers), ["3", "2", "1"]);
        let voted = papers.map(|p| Paper { listed: Some(jiff::civil::date(2026, 11, 9)), ..p });
        assert_eq!(ids(&voted), ["1", "2", "3"]);
    }

    proptest! {
        #[test]
        fn the_order_of_listings_does_not_matter(
            listings in prop::collection::vec((0..12_u32, 0..4_u32, 0..3_u32, prop::option::of(0..3_i64), prop::bool::weighted(0.05)), 0..40),
            seed in any::<u64>(),
        ) {
            let papers: Vec<Paper> = listings.iter()
                .map(|(n, v, c, at, gone)| Paper { withdrawn: *gone, title: String::new(), ..paper(*n, *v, *c, *at) }).collect();
            let mut shuffled = papers.clone();
            for at in (1..shuffled.len()).rev() {
                shuffled.swap(at, usize::try_from(seed % 1_000_003).unwrap_or(0) * 31 % (at + 1));
            }
            let ranked = rank(&papers);
            prop_assert_eq!(&ranked, &rank(&shuffled));
            for paper in &ranked {
                let best = papers.iter().filter(|p| p.id == paper.id).map(|p| p.votes).max();
                prop_assert_eq!(best, Some(paper.votes));
                prop_assert_eq!(ranked.iter().filter(|p| p.id == paper.id).count(), 1);
            }
            prop_assert!(ranked.windows(2).all(|pair| pair[0].votes >= pair[1].votes));
        }
    }
}
