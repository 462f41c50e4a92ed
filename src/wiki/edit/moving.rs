//! Renames pages, retires them, brings them back, and notes that their facts were checked.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::source::{Wish, with_front};
use super::{Act, Approval, Change, Edited, Part, Stale, audit, enter, history, or_usual, reason, slug_of, sql};
use crate::community::{HomeModerator, Role};
use crate::store::Store;
use crate::wiki::{Edit, Page, Saved, name, save_in, sql as pages};
use crate::{Error, Result};

/// The request to rename a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rename<'a> {
    /// The page's slug, an alias or its title.
    pub page: &'a str,
    /// The new slug.
    pub slug: &'a str,
    /// The new title.
    pub title: &'a str,
    /// The newest revision that the moderator saw.
    pub base: i64,
    /// Why; empty for "renamed".
    pub reason: &'a str,
}

/// Gives a page a new slug and title. The old ones become aliases, so that old links still work. The page keeps its
/// history and its open drafts.
///
/// # Errors
/// Refused to editors if a second approver is required, if another page ever had the slug, and where an edit would be
/// refused.
pub async fn rename(
    store: &Store,
    by: &HomeModerator,
    wish: Rename<'_>,
    approval: Approval,
    now: Timestamp,
) -> Result<Edited> {
    if approval == Approval::Second {
        by.must_be(Role::Approver, "rename pages")?;
    }
    let mut tx = store.write().await?;
    let old = slug_of(&mut tx, wish.page).await?;
    let newest = history::newest(&mut tx, &old).await?;
    let page = super::section::parse(&newest.source)?;
    let aliases = aliases(&page, wish.slug, wish.title);
    let meant = Wish { slug: Some(wish.slug), title: Some(wish.title), aliases: Some(&aliases), ..Wish::default() };
    let source = with_front(&newest.source, meant)?;
    if source == newest.source {
        return Ok(Edited::Unchanged { page: old, revision: newest.number });
    }
    if newest.number != wish.base {
        let (current, author) = (newest.source.clone(), newest.author.clone());
        let stale = Stale {
            page: old,
            section: None,
            base: wish.base,
            revision: newest.number,
            author,
            current,
            yours: source,
        };
        return Ok(Edited::Stale(stale));
    }
    if wish.slug != old {
        if pages::is_there(&mut tx, wish.slug).await? {
            let slug = wish.slug;
            return Err(Error::refused(format!("There is, or was, another page called {slug}; choose another name.")));
        }
        pages::rename(&mut tx, &old, wish.slug).await?;
        sql::move_drafts(&mut tx, &old, wish.slug).await?;
    }
    let why = reason(or_usual(wish.reason, "renamed"))?;
    let edit = Edit { source: &source, base: newest.number, author: by.actor(), reason: &why };
    let Saved::Revision(revision) = save_in(&mut tx, wish.slug, edit, now).await? else {
        return Err(anyhow::anyhow!("revision {} of {old} was the newest and then was not", newest.number).into());
    };
    let detail = format!("revision {revision}, was {old}, “{}”", page.front.title);
    audit::note(&mut tx, by, Act::Rename, wish.slug, &detail, now).await?;
    tx.commit().await?;
    Ok(Edited::Revision { page: wish.slug.to_owned(), revision, on_top_of: None })
}

/// The aliases of a renamed page. Its old slug and title are among them, so that old links still work.
fn aliases(page: &Page, slug: &str, title: &str) -> Vec<String> {
    let front = &page.front;
    let own = [slug, title].map(name);
    let mut aliases: Vec<String> = front.aliases.iter().filter(|alias| !own.contains(&name(alias))).cloned().collect();
    for old in [&front.slug, &front.title] {
        if !own.contains(&name(old)) && !aliases.iter().any(|alias| name(alias) == name(old)) {
            aliases.push(old.clone());
        }
    }
    aliases
}

/// Hides a page from readers, or shows it again. Its history stays, and no other page can take its slug. This is a
/// revision like any other: a draft can propose it, and a revert undoes it.
///
/// # Errors
/// Refused where an edit would be refused, and for a track's guide.
pub async fn retire(
    store: &Store,
    by: &HomeModerator,
    (page, base): (&str, i64),
    is_to_go: bool,
    why: &str,
    approval: Approval,
    now: Timestamp,
) -> Result<Edited> {
    let today = today(now);
    let wish = Wish { retired: Some(is_to_go.then_some(today)), ..Wish::default() };
    let (act, usual) = if is_to_go { (Act::Retire, "retired") } else { (Act::Edit, "back again") };
    marked(store, by, (page, base), (act, wish, or_usual(why, usual)), approval, now).await
}

/// Notes that the facts of a page were checked today. This is a revision like any other.
///
/// # Errors
/// Refused where an edit would be refused.
pub async fn checked(
    store: &Store,
    by: &HomeModerator,
    at: (&str, i64),
    approval: Approval,
    now: Timestamp,
) -> Result<Edited> {
    let wish = Wish { reviewed: Some(today(now)), ..Wish::default() };
    marked(store, by, at, (Act::Edit, wish, "facts checked"), approval, now).await
}

fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// Changes the front matter of a revision that somebody saw, and nothing else of the page.
async fn marked(
    store: &Store,
    by: &HomeModerator,
    (page, base): (&str, i64),
    (act, wish, reason): (Act, Wish<'_>, &str),
    approval: Approval,
    now: Timestamp,
) -> Result<Edited> {
    let mut tx = store.write().await?;
    let slug = slug_of(&mut tx, page).await?;
    let seen = history::known(&mut tx, &slug, base).await?;
    let text = with_front(&seen.source, wish)?;
    let change = Change { page: &slug, part: Part::Page, text: &text, base, reason };
    let edited = enter(&mut tx, by, act, change, approval, now).await?;
    tx.commit().await?;
    Ok(edited)
}
