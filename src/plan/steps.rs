//! What a plan consists of: the sections of a track's guide and of the pages it leads to, each with its minutes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Words a minute that people read when they want to learn something, not just to know what it says.
const WORDS_A_MINUTE: usize = 120;
/// Minutes of trying things out, for each minute of reading.
const EXERCISE: usize = 9;
/// Minutes are estimates: they are rounded up to a multiple of this.
const ROUND: usize = 5;
/// The least and the most minutes of a step.
const BOUNDS: std::ops::RangeInclusive<usize> = 10..=120;

/// Something to study: a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its page.
    pub page: String,
    /// Its heading, without markup.
    pub heading: String,
    /// Where to read it.
    pub link: String,
    /// How long it takes, with exercises.
    pub minutes: u16,
}

/// A page, as a plan needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its name in links.
    pub slug: String,
    /// Its sections, in their order.
    pub sections: Vec<Section>,
}

/// A section of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading, without markup.
    pub heading: String,
    /// Where to read it.
    pub link: String,
    /// Words of its text.
    pub words: usize,
    /// Of what the page wants done first: how many minutes that takes.
    pub first: Option<u16>,
    /// The pages it links to.
    pub leads_to: Vec<String>,
}

/// How long a section takes with exercises, from the words it has: reading at 120 words a minute, nine minutes of
/// trying out for each minute of reading, rounded up to 5 minutes, from 10 to 120.
pub fn minutes(words: usize) -> u16 {
    let all = words.saturating_mul(1 + EXERCISE).div_ceil(WORDS_A_MINUTE);
    let minutes = all.next_multiple_of(ROUND).clamp(*BOUNDS.start(), *BOUNDS.end());
    u16::try_from(minutes).unwrap_or(u16::MAX)
}

/// The steps of a track: what its guide wants done first; the rest of the guide from top to bottom, because it says what
/// the other pages are for; then the pages that it links to, in the order in which it first does. Links of those pages are not followed: a plan should come to an end.
/// Give only pages that belong to the track.
pub fn steps(guide: &Chapter, others: &[Chapter]) -> Vec<Step> {
    let mut read = BTreeSet::from([guide.slug.as_str()]);
    let linked = guide.sections.iter().flat_map(|section| &section.leads_to).filter(|slug| read.insert(slug));
    let pages = linked.filter_map(|slug| others.iter().find(|chapter| chapter.slug == *slug));
    let (first, rest): (Vec<_>, Vec<_>) = guide.sections.iter().partition(|section| section.first.is_some());
    let own = first.into_iter().chain(rest).map(|section| step(&guide.slug, section));
    own.chain(pages.flat_map(|page| page.sections.iter().map(|section| step(&page.slug, section)))).collect()
}

fn step(page: &str, section: &Section) -> Step {
    Step {
        page: page.to_owned(),
        heading: section.heading.clone(),
        link: section.link.clone(),
        minutes: section.first.unwrap_or_else(|| minutes(section.words)),
    }
}
