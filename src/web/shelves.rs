//! The order of the pages on the site: guides first, then shelves by the reader's next activity. A page that is on no
//! shelf goes to the last one.

use crate::triage::Track;
use crate::wiki::Listed;

/// The shelves, each with its pages in reading order.
const SHELVES: [(&str, &[&str]); 6] = [
    ("Begin", &["first-steps", "skills", "notation", "resources", "hardware", "glossary"]),
    (
        "Learn so that it stays",
        &["immersion", "habits", "assistants", "reading-papers", "writing", "hard-parts", "barriers"],
    ),
    ("Build", &["workflow", "methods", "data-tools", "llm", "debug", "portfolio", "competitions"]),
    ("Find work", &["worth-it", "data-jobs", "masters", "first-job", "interviews", "freelancing"]),
    ("Work", &["working-life", "team-ml-person", "career", "donts"]),
    ("People, and Cairn itself", &["communities", "mentors", "people", "cairn", "members", "moderators"]),
];
/// The shelf for all other pages.
const UNNAMED_SHELF: &str = "More";

/// A shelf with its pages.
pub type Shelf<'a> = (&'static str, Vec<&'a Listed>);

/// All pages except guides, by shelf.
pub fn all(pages: &[Listed]) -> Vec<Shelf<'_>> {
    let named = |slug: &str| pages.iter().find(|page| page.slug == slug && page.track.is_none());
    let mut shelves: Vec<Shelf<'_>> =
        SHELVES.iter().map(|(name, slugs)| (*name, slugs.iter().filter_map(|slug| named(slug)).collect())).collect();
    let is_named = |page: &Listed| SHELVES.iter().any(|(_, slugs)| slugs.contains(&page.slug.as_str()));
    shelves.push((UNNAMED_SHELF, pages.iter().filter(|page| page.track.is_none() && !is_named(page)).collect()));
    shelves.retain(|(_, pages)| !pages.is_empty());
    shelves
}

/// The pages before and after one, in reading order.
pub fn around<'a>(pages: &'a [Listed], slug: &str, track: Option<Track>) -> (Option<&'a Listed>, Option<&'a Listed>) {
    if let Some(track) = track {
        let named = |slug: &str| pages.iter().find(|page| page.slug == slug && page.track.is_none());
        return match track {
            Track::Engineer => (named("first-steps"), named("portfolio")),
            Track::HighSchool => (None, named("first-steps")),
            Track::Hacker => (named("first-steps"), named("llm")),
            Track::Researcher => (named("first-steps"), named("reading-papers")),
        };
    }
    let order: Vec<&Listed> = all(pages).into_iter().flat_map(|(_, pages)| pages).collect();
    let at = order.iter().position(|page| page.slug == slug);
    let near = |step: isize| at.and_then(|at| at.checked_add_signed(step)).and_then(|at| order.get(at).copied());
    (near(-1), near(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(slug: &str, track: Option<&str>) -> Listed {
        Listed {
            slug: slug.to_owned(),
            title: slug.to_owned(),
            summary: String::new(),
            track: track.map(str::to_owned),
            reviewed: String::new(),
            revision: 1,
        }
    }

    #[test]
    fn every_page_has_its_place() {
        let pages =
            [page("engineer", Some("engineer")), page("skills", None), page("own", None), page("first-steps", None)];
        let slugs = |shelf: &Shelf<'_>| shelf.1.iter().map(|page| page.slug.clone()).collect::<Vec<_>>();
        let shelves = all(&pages);
        assert_eq!(shelves.iter().map(|shelf| shelf.0).collect::<Vec<_>>(), ["Begin", UNNAMED_SHELF]);
        assert_eq!(slugs(&shelves[0]), ["first-steps", "skills"]);
        let slug = |page: Option<&Listed>| page.map(|page| page.slug.clone());
        let (before, after) = around(&pages, "skills", None);
        assert_eq!((slug(before), slug(after)), (Some("first-steps".to_owned()), Some("own".to_owned())));
        let (before, after) = around(&pages, "engineer", Some(Track::Engineer));
        assert_eq!((slug(before), slug(after)), (Some("first-steps".to_owned()), None));
    }
}
