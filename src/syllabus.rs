//! What there is to study on a track: its guide and the pages it leads to, as the steps of a plan.

use std::collections::BTreeSet;

use crate::store::Store;
use crate::study::plan::{Chapter, Section, Step, steps};
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
