//! Suggestions while a person types: pages by any of their names, each page once, then sections by their headings.

use std::collections::HashSet;

use super::{name, sql};
use crate::Result;
use crate::store::Store;

/// A suggested page or section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The text that people see.
    pub label: String,
    /// The page's slug, or `slug#anchor`.
    pub value: String,
}

/// Up to `most` suggestions for the typed text, best first. An alias is shown with its page's title.
pub async fn suggest(store: &Store, typed: &str, most: usize) -> Result<Vec<Suggestion>> {
    let typed = name(typed);
    let mut db = store.read().await?;
    let mut found = Vec::new();
    for page in sql::list(&mut db).await? {
        let title = name(&page.title);
        let rank = rank(&typed, &title).map(|r| (r, page.title.clone()));
        found.extend(rank.map(|(r, label)| (r, Suggestion { label, value: page.slug.clone() })));
    }
    for (alias, slug, title) in sql::aliases(&mut db).await? {
        // With nothing typed, show only the titles.
        let rank = rank(&typed, &alias).filter(|_| !typed.is_empty());
        found.extend(rank.map(|r| (r, Suggestion { label: format!("{title} ({alias})"), value: slug })));
    }
    for (slug, anchor, title, heading) in sql::anchors(&mut db).await? {
        let rank = rank(&typed, &name(&heading)).filter(|_| !typed.is_empty());
        let suggestion = Suggestion { label: format!("{title} › {heading}"), value: format!("{slug}#{anchor}") };
        found.extend(rank.map(|r| (r + 1, suggestion)));
    }
    found.sort_by_key(|(rank, _)| *rank);
    let mut seen = HashSet::new();
    let once = found.into_iter().map(|(_, s)| s).filter(|s| seen.insert(s.value.clone()));
    Ok(once.take(most).collect())
}

/// Up to `most` sections of a page for the typed text, in the page's order.
pub async fn sections(store: &Store, page: &str, typed: &str, most: usize) -> Result<Vec<Suggestion>> {
    let typed = name(typed);
    let mut db = store.read().await?;
    let Some(slug) = sql::slug_of(&mut db, &name(page)).await? else { return Ok(Vec::new()) };
    let all = sql::anchors(&mut db).await?.into_iter().filter(|(of, ..)| *of == slug);
    let fitting = all.filter(|(.., heading)| rank(&typed, &name(heading)).is_some());
    Ok(fitting.map(|(_, anchor, _, heading)| Suggestion { label: heading, value: anchor }).take(most).collect())
}

/// How well a name fits: 0 if it begins with the typed text, 2 if a word in it does, 4 if it contains it.
fn rank(typed: &str, name: &str) -> Option<u8> {
    if name.starts_with(typed) {
        Some(0)
    } else if name.split(' ').any(|word| word.starts_with(typed)) || name.contains(&format!(" {typed}")) {
        Some(2)
    } else {
        name.contains(typed).then_some(4)
    }
}
