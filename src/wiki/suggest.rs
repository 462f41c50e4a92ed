//! Suggestions while somebody types: pages by any of their names, each once, then sections by their headings.

use std::collections::HashSet;

use super::{name, sql};
use crate::Result;
use crate::store::Store;

/// Something that can be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What people read.
    pub label: String,
    /// The page's slug, or `slug#anchor`.
    pub value: String,
}

/// Up to `most` suggestions for what was typed so far, best first. An alias is shown as its page.
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
        // Somebody who has typed nothing yet is shown the titles alone.
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

/// Up to `most` sections of a page for what was typed so far, in the order of the page.
pub async fn sections(store: &Store, page: &str, typed: &str, most: usize) -> Result<Vec<Suggestion>> {
    let typed = name(typed);
    let mut db = store.read().await?;
    let Some(slug) = sql::slug_of(&mut db, &name(page)).await? else { return Ok(Vec::new()) };
    let all = sql::anchors(&mut db).await?.into_iter().filter(|(of, ..)| *of == slug);
    let fitting = all.filter(|(.., heading)| rank(&typed, &name(heading)).is_some());
    Ok(fitting.map(|(_, anchor, _, heading)| Suggestion { label: heading, value: anchor }).take(most).collect())
}

/// How well a name fits: begins with what was typed, has a word that does, holds it. Less is better.
fn rank(typed: &str, name: &str) -> Option<u8> {
    if name.starts_with(typed) {
        Some(0)
    } else if name.split(' ').any(|word| word.starts_with(typed)) || name.contains(&format!(" {typed}")) {
        Some(2)
    } else {
        name.contains(typed).then_some(4)
    }
}
