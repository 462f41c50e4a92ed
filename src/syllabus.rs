//! What there is to study on a track: its guide and the pages it leads to, as the steps of a plan.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::store::Store;
use crate::study::Caller;
use crate::study::plan::{Chapter, Section, Step, steps};
use crate::study::planning::{self, Made, Wanted};
use crate::triage::Track;
use crate::wiki::{self, Page, markdown};
use crate::{Error, Result};

/// The steps of a track, with links below `base`. The other tracks' guides are left out, and pages that are not there.
///
/// # Errors
/// Refused if the track has no guide.
pub async fn syllabus(store: &Store, track: Track, base: &str) -> Result<Vec<Step>> {
    let guide = chapter(&wiki::guide(store, track).await?.page, base);
    let mut others = Vec::new();
    for slug in guide.sections.iter().flat_map(|section| &section.leads_to).collect::<BTreeSet<_>>() {
        match wiki::page(store, slug).await {
            Ok(stored) => others.push(stored.page),
            Err(Error::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    others.retain(|page| page.front.track.is_none());
    Ok(steps(&guide, &others.iter().map(|page| chapter(page, base)).collect::<Vec<_>>()))
}

/// A page as a plan needs it. Its lead is no step: it says what the page is for.
fn chapter(page: &Page, base: &str) -> Chapter {
    let slug = &page.front.slug;
    let section = |section: &wiki::Section| Section {
        heading: section.heading.clone(),
        link: wiki::link(base, slug, &section.anchor),
        words: markdown::plain(&section.markdown).split_whitespace().count(),
        leads_to: markdown::links(&section.markdown).iter().filter_map(|link| page_of(&link.target)).collect(),
    };
    Chapter { slug: slug.clone(), sections: page.sections.iter().filter(|s| s.level > 1).map(section).collect() }
}

fn page_of(target: &str) -> Option<String> {
    markdown::internal(target).map(|(page, _)| page.to_owned()).filter(|page| !page.is_empty())
}

/// Makes a person a plan of a track, as [`planning::make`] does.
///
/// # Errors
/// As [`planning::make`], and refused if the track has no guide.
pub async fn plan(
    store: &Store,
    caller: &Caller,
    (track, hours, deadline): (Track, i64, &str),
    replace: bool,
    base: &str,
    now: Timestamp,
) -> Result<Made> {
    let steps = syllabus(store, track, base).await?;
    let wanted = Wanted { track: track.slug().to_owned(), hours, deadline: deadline.to_owned() };
    planning::make(store, caller, &wanted, steps, replace, now).await
}
