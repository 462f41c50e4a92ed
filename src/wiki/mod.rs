//! The wiki: pages with revisions, search over their sections, snippets for every platform.
//!
//! The newest revision keeps a page's source text whole. Everything else in the database is derived from that text when
//! it is saved. So an export returns every byte of an import.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sqlx::Acquire;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::store::{Connection, Store};
use crate::triage::Track;
use crate::{Error, Kind, Result};

mod candidate;
pub mod check;
mod edit;
pub mod folder;
pub mod gaps;
pub mod html;
pub mod index;
pub mod markdown;
pub mod measure;
mod named;
mod outward;
pub mod page;
mod rank;
pub mod reach;
pub mod review;
pub mod search;
mod section;
mod sections;
pub mod shelf;
pub mod snippet;
mod sql;
pub mod suggest;
pub mod terminal;
#[cfg(test)]
mod tests;
mod thesaurus;
mod words;

pub use edit::{Approval, Change, Diff, Edited, History, MAX_REASON_CHARS, Part, Revert, Revision, Stale, Version};
pub use edit::{Rename, checked, compare, merge, newest, rename, retire, source};
pub use edit::{diff, drafts, edit, history, revert, revision, section_text};
pub use outward::{Outward, outward};
pub use page::{Broken, Front, Page, Place, Section};
pub use snippet::{Platform, Snippet};
pub use words::{is_function_word, quote};

/// The longest source of a page, in bytes.
pub const MAX_PAGE_BYTES: usize = 200_000;

/// A page from the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The page, parsed from `source`.
    pub page: Page,
    /// The newest revision's text, byte for byte.
    pub source: String,
    /// That revision's number.
    pub revision: i64,
}

impl Stored {
    /// A section as a snippet, uncut, with links below `base`.
    pub fn snippet(&self, section: &Section, base: &str) -> Snippet {
        self.page.snippet(section, self.revision, base)
    }
}

impl Page {
    /// A section of a revision as a snippet, uncut, with links below `base`.
    pub fn snippet(&self, section: &Section, revision: i64, base: &str) -> Snippet {
        let front = &self.front;
        Snippet {
            page: front.slug.clone(),
            title: front.title.clone(),
            heading: section.heading.clone(),
            link: link(base, &front.slug, &section.anchor),
            text: markdown::resolve_links(&section.shown, &front.slug, base),
            cut: false,
            reviewed: front.reviewed,
            revision,
        }
    }
}

/// A row in the list of pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Listed {
    /// The page's name in links.
    pub slug: String,
    /// The page's heading.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// The slug of the track, if the page is a track's guide.
    pub track: Option<String>,
    /// When its facts were last checked.
    pub reviewed: String,
    /// Number of its newest revision.
    pub revision: i64,
}

/// A new text for a page.
#[derive(Debug, Clone, Copy)]
struct Edit<'a> {
    /// The whole new text.
    source: &'a str,
    /// The revision that the editor edited; 0 for a new page.
    base: i64,
    /// The author's name, as moderators know it.
    author: &'a str,
    /// Why, in a few words.
    reason: &'a str,
}

/// The result of an [`Edit`].
#[derive(Debug, Clone, PartialEq, Eq)]
enum Saved {
    /// It was saved as the newest revision, with this number.
    Revision(i64),
    /// The page already had this text, in this revision.
    Unchanged(i64),
    /// A conflict: the page has changed since the base. Nothing was saved.
    Stale {
        /// The newest revision's number.
        revision: i64,
        /// The newest revision's text.
        current: String,
    },
}

/// Normalises a name for comparison: lower case, only letters and digits, one space between words. The signs in names
/// such as `c#`, `c++` and `.net` are kept.
pub fn name(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.nfc().flat_map(char::to_lowercase).peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let begins_word = chars.peek().is_some_and(|next| next.is_alphanumeric());
        let belongs = match c {
            '+' | '#' => !begins_word && out.ends_with(before) && before != ' ',
            '.' => begins_word && before.is_whitespace(),
            c => c.is_alphanumeric() || is_combining_mark(c),
        };
        before = c;
        if belongs {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') && c != '\'' && c != '’' {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A placeholder for the website's address in stored texts; see [`link`].
const ANYWHERE: &str = "cairn:";

/// The address of a page, or of its section at `anchor`, below `base`.
pub fn link(base: &str, slug: &str, anchor: &str) -> String {
    let fragment = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
    format!("{base}/guides/{slug}{fragment}")
}

/// The path of the wiki's pictures on the website.
const PICTURES: &str = "/guides/img/";

/// The address of a picture below `base`.
fn picture_link(base: &str, file: &str) -> String {
    format!("{base}{PICTURES}{file}")
}

/// Saves an edit as a new revision, inside the caller's transaction.
async fn save_in(db: &mut Connection, slug: &str, edit: Edit<'_>, now: Timestamp) -> Result<Saved> {
    let page = readable(slug, edit.source)?;
    if let Some(old) = sql::newest(db, slug).await? {
        if old.source == edit.source {
            return Ok(Saved::Unchanged(old.number));
        }
        if old.number != edit.base {
            return Ok(Saved::Stale { revision: old.number, current: old.source });
        }
    } else if edit.base != 0 {
        return Err(unknown(slug, &sql::slugs(db).await?));
    }
    if let (Some(track), Some(_)) = (page.front.track, page.front.retired) {
        return Err(Error::refused(format!(
            "The page {slug} is the guide for {track}, which people are led to; make another page that guide first."
        )));
    }
    if let Some(track) = page.front.track
        && let Some(owner) = sql::guide(db, track.slug()).await?.filter(|owner| owner != slug)
    {
        return Err(Error::refused(format!(
            "The page {slug} says that it is the guide for {track}, but that is the page {owner}; leave out its track line."
        )));
    }
    // A savepoint: if another page has one of the names, everything is rolled back to here.
    let mut tx = db.begin().await?;
    let number = sql::write_page(&mut tx, &page, edit, now).await?;
    if let Some((taken, owner)) = sql::write_names(&mut tx, &page).await? {
        return Err(Error::refused(format!(
            "The name “{taken}” of the page {slug} already belongs to the page {owner}; choose another alias or title."
        )));
    }
    sql::write_sections(&mut tx, &page).await?;
    tx.commit().await?;
    Ok(Saved::Revision(number))
}

fn readable(slug: &str, source: &str) -> Result<Page> {
    if source.len() > MAX_PAGE_BYTES {
        return Err(Error::refused(format!(
            "The page {slug} has {} bytes, but a page may have at most {MAX_PAGE_BYTES}; split it in two.",
            source.len()
        )));
    }
    let page = Page::parse(source)
        .map_err(|b| Error::refused(format!("The page {slug} is broken in line {}: {}.", b.line, b.reason)))?;
    if page.front.slug != slug {
        return Err(Error::refused(format!(
            "The page {slug} calls itself {} in its front matter; a page's slug cannot change.",
            page.front.slug
        )));
    }
    Ok(page)
}

/// The page with this slug, alias or title.
///
/// # Errors
/// Refused, with the nearest names, if there is none.
pub async fn page(store: &Store, wanted: &str) -> Result<Stored> {
    let mut db = store.read().await?;
    let Some(slug) = sql::slug_of(&mut db, &name(wanted)).await? else {
        return Err(unknown(wanted, &sql::slugs(&mut db).await?));
    };
    stored(&mut db, &slug).await
}

/// One section as a snippet, uncut, with links below `base`; none if the page or section does not exist. Faster than
/// [`page`], which reads the whole page.
pub async fn section(store: &Store, slug: &str, anchor: &str, base: &str) -> Result<Option<Snippet>> {
    let mut db = store.read().await?;
    sql::section_in(&mut db, slug, anchor).await?.map(|found| found.snippet(base)).transpose()
}

/// One section of a track's guide; see [`section`].
pub async fn guide_section(store: &Store, track: Track, anchor: &str, base: &str) -> Result<Option<Snippet>> {
    let mut db = store.read().await?;
    sql::section_in_guide(&mut db, track.slug(), anchor).await?.map(|found| found.snippet(base)).transpose()
}

/// The guide of a track.
///
/// # Errors
/// Refused if no page is that track's guide.
pub async fn guide(store: &Store, track: Track) -> Result<Stored> {
    let mut db = store.read().await?;
    match sql::guide(&mut db, track.slug()).await? {
        Some(slug) => stored(&mut db, &slug).await,
        None => Err(Error::refused(format!(
            "No page of the wiki is the guide for {track}; import one whose front matter says track: {track}."
        ))),
    }
}

async fn stored(db: &mut Connection, slug: &str) -> Result<Stored> {
    let newest = sql::newest(db, slug).await?.ok_or_else(|| anyhow::anyhow!("page {slug} has no revision"))?;
    let page = Page::parse(&newest.source)
        .map_err(|b| anyhow::anyhow!("stored page {slug} is broken in line {}: {}", b.line, b.reason))?;
    Ok(Stored { page, source: newest.source, revision: newest.number })
}

/// All pages: the four guides first, then by title.
pub async fn pages(store: &Store) -> Result<Vec<Listed>> {
    sql::list(&mut *store.read().await?).await
}

/// Up to three pages with the names most similar to `wanted`, most similar first.
pub async fn like(store: &Store, wanted: &str) -> Result<Vec<Listed>> {
    let pages = pages(store).await?;
    let near = words::nearest(&name(wanted), pages.iter().map(|page| page.slug.as_str()), 3);
    Ok(near.into_iter().filter_map(|slug| pages.iter().find(|page| page.slug == slug).cloned()).collect())
}

/// The refusal for a section that a page does not have.
pub fn no_section(page: &Page, anchor: &str) -> Error {
    let slug = &page.front.slug;
    let anchors = || page.sections.iter().skip(1).map(|s| s.anchor.as_str());
    let holding: Vec<&str> = anchors().filter(|a| a.contains(anchor)).take(3).collect();
    let near = if holding.is_empty() { words::nearest(&name(anchor), anchors(), 3) } else { holding };
    let hint = match near.as_slice() {
        [] => format!("its sections are {}.", anchors().collect::<Vec<_>>().join(", ")),
        near => format!("did you mean #{}?", near.join(" or #")),
    };
    let shown: String = anchor.chars().take(60).collect();
    Error::of(Kind::NotFound, format!("The page {slug} has no section #{shown}; {hint}"))
}

fn unknown(wanted: &str, slugs: &[String]) -> Error {
    let near = words::nearest(&name(wanted), slugs.iter().map(String::as_str), 3);
    let hint = match near.as_slice() {
        [] => format!("the pages are {}", slugs.join(", ")),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    let end = if hint.ends_with('?') { "" } else { "." };
    let shown: String = wanted.chars().take(60).collect();
    Error::of(Kind::NotFound, format!("There is no page “{}”; {hint}{end}", shown.trim()))
}

impl sql::Candidate {
    fn snippet(self, base: &str) -> Result<Snippet> {
        Ok(Snippet {
            link: link(base, &self.slug, &self.anchor),
            // Texts stored by older versions of Cairn have relative links.
            text: markdown::resolve_links(
                &self.markdown.replace(&link(ANYWHERE, "", ""), &link(base, "", "")),
                &self.slug,
                base,
            ),
            page: self.slug,
            title: self.title,
            heading: self.heading,
            cut: false,
            reviewed: self.reviewed.parse::<Date>().map_err(anyhow::Error::new)?,
            revision: self.revision,
        })
    }
}
