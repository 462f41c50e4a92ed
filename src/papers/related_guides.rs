//! Which sections of the wiki a paper touches: the subjects it names, looked up in the wiki as it is now.

use super::digest::{Digest, HEADLINES, Touched};
use super::terms;
use crate::Result;
use crate::store::Store;
use crate::wiki::search::{self, How};

/// The most sections of a paper.
const SECTIONS: usize = 2;
/// A section found by its words must have about all words of the subject.
const LEAST_COVERAGE: f64 = 0.7;

/// The digest with the sections that its papers touch; every paper is looked up.
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
