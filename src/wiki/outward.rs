//! The pages' links to other sites, with the places that have them.

use std::fmt;

use serde::Serialize;

use super::{Page, markdown, sql};
use crate::Result;
use crate::store::Store;

/// A link to another site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outward {
    /// The address, without its fragment.
    pub url: String,
    /// The page that has it.
    pub page: String,
    /// The section that has it; empty for the lead and for the page's list of sources.
    pub anchor: String,
}

impl fmt::Display for Outward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.page)?;
        if self.anchor.is_empty() { Ok(()) } else { write!(f, "#{}", self.anchor) }
    }
}

/// Every link to another site, once per section that has it.
pub async fn outward(store: &Store) -> Result<Vec<Outward>> {
    let sources = sql::sources(&mut *store.read().await?).await?;
    Ok(sources.iter().filter_map(|(_, source)| Page::parse(source).ok()).flat_map(|page| of_page(&page)).collect())
}

fn of_page(page: &Page) -> Vec<Outward> {
    let slug = &page.front.slug;
    let mut all: Vec<Outward> = Vec::new();
    let mut add = |target: &str, anchor: &str| {
        let Some(url) = outside(target) else { return };
        let link = Outward { url, page: slug.clone(), anchor: anchor.to_owned() };
        if !all.contains(&link) {
            all.push(link);
        }
    };
    for section in &page.sections {
        for link in markdown::links(&section.shown) {
            add(&link.target, &section.anchor);
        }
    }
    for source in &page.front.sources {
        add(source, "");
    }
    all
}

/// The address of another site, without its fragment; none for a link within the wiki.
fn outside(target: &str) -> Option<String> {
    let target = target.trim();
    let is_outside = target.starts_with("https://") || target.starts_with("http://");
    let whole = target.split('#').next().unwrap_or(target);
    (is_outside && !whole.contains(char::is_whitespace)).then(|| whole.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_other_places_are_found_with_their_sections() {
        let source = "---\nslug: p\ntitle: P\nsummary: S.\nreviewed: 2026-01-01\nsources: [https://c.example/paper]\n---\n\
                      See [a](https://a.example/x#y) and [b](hardware.md#gpus).\n\n## Two\n\n[a](https://a.example/x) and \
                      <https://b.example/> and ![p](img/p.svg) and [m](mailto:a@b.example).\n";
        let page = Page::parse(source).expect("a page");
        let found: Vec<String> = of_page(&page).iter().map(|link| format!("{} {link}", link.url)).collect();
        let expected = [
            "https://a.example/x p",
            "https://a.example/x p#two",
            "https://b.example/ p#two",
            "https://c.example/paper p",
        ];
        assert_eq!(found, expected);
    }
}
