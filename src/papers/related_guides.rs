//! Finds the wiki's sections that are related to a paper: looks up the paper's subjects in the current wiki.

use super::digest::{Digest, HEADLINES, Touched};
use super::terms;
use crate::Result;
use crate::store::Store;
use crate::wiki::search::{self, How};

/// The most sections per paper.
const SECTIONS: usize = 2;
/// A section found by ranking must cover nearly all words of the subject.
const LEAST_COVERAGE: f64 = 0.7;

/// Adds related sections to all papers of a digest.
pub async fn touched(store: &Store, mut digest: Digest) -> Result<Digest> {
    let mut known: Vec<(&str, Option<Touched>)> = Vec::new();
    for (at, entry) in digest.entries.iter_mut().enumerate() {
        let most = if at < HEADLINES { SECTIONS } else { 1 };
        for subject in terms::named(&entry.title, &entry.summary) {
            let found = match known.iter().find(|(asked, _)| *asked == subject) {
                Some((_, found)) => found.clone(),
                None => {
                    let found = section(store, subject).await?;
                    known.push((subject, found.clone()));
                    found
                }
            };
            entry.touches.extend(found.filter(|new| !entry.touches.contains(new)));
            if entry.touches.len() >= most {
                break;
            }
        }
    }
    Ok(digest)
}

/// The section that explains a subject, if the wiki has one.
async fn section(store: &Store, subject: &str) -> Result<Option<Touched>> {
    let answer = search::by_words(store, subject, 1, "").await?;
    let hit = answer.hits.into_iter().next();
    let fair = hit.filter(|hit| match hit.how {
        How::Exact | How::Alias => true,
        How::Prefix | How::Typo => false,
        How::Ranked => hit.score >= LEAST_COVERAGE,
    });
    Ok(fair.map(|hit| Touched { title: hit.snippet.heading, link: hit.snippet.link }))
}
