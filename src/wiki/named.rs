//! Looks up a query as a name. The order: place → exact → heading → alias → `asked` phrase → prefix → typo.

use std::collections::HashSet;

use super::candidate::{CHOICES, Candidate, How};
use super::index::dictionary;
use super::{Page, markdown, name, sql, words};
use crate::Result;
use crate::store::Connection;

/// Longer queries, in words, are not tried as a prefix or a typo.
const MOST_WORDS: usize = 4;

/// How many words of a question are used to search the `asked` phrases.
const WORDS_LOOKED_UP: usize = 3;

/// What a query matches by name.
#[derive(Debug)]
pub(super) enum Named {
    /// Pages: how the name matches, then each page's name and slug.
    Pages(How, Vec<(String, String)>),
    /// Sections: how the name matches, the kind of name, the name, and the sections' ids.
    Sections(How, &'static str, String, Vec<i64>),
}

/// Looks up the normalised name `wanted`. All results match in the same way, the best one.
pub(super) async fn lookup(db: &mut Connection, query: &str, wanted: &str) -> Result<Option<Named>> {
    if let Some(section) = place(db, query).await? {
        return Ok(Some(Named::Sections(How::Exact, "place", wanted.to_owned(), vec![section])));
    }
    let exact = sql::named(db, wanted).await?;
    if let Some((slug, kind)) = &exact
        && kind != "alias"
    {
        return Ok(Some(Named::Pages(How::Exact, vec![(wanted.to_owned(), slug.clone())])));
    }
    let sections = sql::sections_called(db, wanted).await?;
    if !sections.is_empty() {
        return Ok(Some(Named::Sections(How::Exact, "heading", wanted.to_owned(), sections)));
    }
    if let Some((slug, _)) = exact {
        return Ok(Some(Named::Pages(How::Alias, vec![(wanted.to_owned(), slug)])));
    }
    let sections = asked(db, query, wanted).await?;
    if !sections.is_empty() {
        return Ok(Some(Named::Sections(How::Alias, "way of asking", wanted.to_owned(), sections)));
    }
    nearly(db, wanted).await
}

/// The section that `page#section` names: by its anchor, its heading or an old name.
async fn place(db: &mut Connection, query: &str) -> Result<Option<i64>> {
    let Some((page, anchor)) = query.trim().split_once('#') else { return Ok(None) };
    if page.is_empty() || anchor.is_empty() || page.ends_with(char::is_whitespace) {
        return Ok(None);
    }
    let page = page.strip_suffix(".md").unwrap_or(page);
    let Some(slug) = sql::slug_of(db, &name(page)).await? else { return Ok(None) };
    if let Some(section) = sql::section_id(db, &slug, anchor).await? {
        return Ok(Some(section));
    }
    let Some(newest) = sql::newest(db, &slug).await? else { return Ok(None) };
    let Ok(page) = Page::parse(&newest.source) else { return Ok(None) };
    match page.section(anchor.trim()) {
        Some(section) => sql::section_id(db, &slug, &section.anchor).await,
        None => Ok(None),
    }
}

/// The sections with exactly this phrase, or with this old name; punctuation and capitals are ignored.
async fn asked(db: &mut Connection, query: &str, wanted: &str) -> Result<Vec<i64>> {
    let mut words: Vec<&str> = wanted.split(' ').filter(|word| !word.is_empty()).collect();
    // The longest words first, because they are rare. A word with an apostrophe is two words in the index.
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(WORDS_LOOKED_UP);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let expression = words.iter().map(|word| words::quote(word)).collect::<Vec<_>>().join(" OR ");
    let spelt = markdown::anchor(query);
    let is_it = |phrase: &str| name(phrase) == wanted || markdown::anchor(phrase) == spelt;
    let found = sql::phrasings_with(db, &expression).await?;
    let mut sections: Vec<i64> = found.into_iter().filter(|(_, phrase)| is_it(phrase)).map(|(id, _)| id).collect();
    sections.dedup();
    Ok(sections)
}

/// The names that begin with `wanted`, or that differ from it by a typo.
async fn nearly(db: &mut Connection, wanted: &str) -> Result<Option<Named>> {
    let letters = wanted.chars().count();
    if words::is_function_word(wanted) || letters < 2 || wanted.split(' ').count() > MOST_WORDS {
        return Ok(None);
    }
    let longer = once_a_page(sql::names_from(db, wanted).await?);
    if !longer.is_empty() {
        return Ok(Some(Named::Pages(How::Prefix, longer)));
    }
    // A word that the wiki has is not a typo, and two letters are too short to tell.
    let is_known = wanted.split(' ').all(dictionary::has);
    if letters < 3 || is_known || sql::frequency(db, &words::quote(wanted)).await? > 0 {
        return Ok(None);
    }
    let near = sql::names_from(db, "").await?;
    let mut near: Vec<_> = near.into_iter().filter_map(|n| words::typo(wanted, &n.0).map(|d| (d, n))).collect();
    near.sort();
    let least = near.first().map_or(0, |n| n.0);
    let pages = once_a_page(near.into_iter().filter(|n| n.0 == least).map(|n| n.1));
    Ok((!pages.is_empty()).then_some(Named::Pages(How::Typo, pages)))
}

fn once_a_page(names: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut seen = HashSet::new();
    names.into_iter().filter(|(_, slug)| seen.insert(slug.clone())).take(CHOICES).collect()
}

impl Named {
    /// The name, correctly spelt.
    pub fn called(&self) -> &str {
        match self {
            Self::Pages(_, pages) => pages.first().map_or("", |(called, _)| called),
            Self::Sections(_, _, called, _) => called,
        }
    }

    /// The sections to show. `ranked` are all sections that match the words of the name.
    pub async fn places(&self, db: &mut Connection, ranked: &[Candidate]) -> Result<Vec<Candidate>> {
        let (how, pages) = match self {
            Self::Sections(how, kind, called, sections) => {
                let because = format!("{how:?} {kind} “{called}”");
                let place = |section: &i64| Candidate {
                    section: *section,
                    score: how.score(),
                    how: *how,
                    because: because.clone(),
                };
                return Ok(sections.iter().map(place).collect());
            }
            Self::Pages(how, pages) => (*how, pages),
        };
        let mut places = Vec::new();
        for (called, slug) in pages {
            let because = format!("{how:?} name “{called}”");
            let section = section_for(db, slug, called, how, ranked).await?;
            places.extend(section.map(|section| Candidate { section, score: how.score(), how, because }));
        }
        Ok(places)
    }
}

/// The section of a page to show for one of its names: the best ranked section whose heading has all the name's words
/// (“gpu”), unless the match is exact; otherwise the lead.
async fn section_for(
    db: &mut Connection,
    slug: &str,
    called: &str,
    how: How,
    ranked: &[Candidate],
) -> Result<Option<i64>> {
    let sections = sql::headings_of(db, slug).await?;
    let is_subject = |heading: &str| {
        let heading = name(heading);
        called.split(' ').all(|word| heading.split(' ').any(|h| h.starts_with(word)))
    };
    let subjects: HashSet<i64> = sections.iter().skip(1).filter(|(_, h)| is_subject(h)).map(|(id, _)| *id).collect();
    let subject = ranked.iter().map(|p| p.section).find(|id| subjects.contains(id)).filter(|_| how != How::Exact);
    Ok(subject.or(sections.first().map(|(id, _)| *id)))
}
