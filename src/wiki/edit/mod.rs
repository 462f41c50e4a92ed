//! Editing: changes to a page or to one section, reverts, drafts, history.
//!
//! Every change names the revision it is based on and needs a [`HomeModerator`]. Every change ends as a new revision,
//! as a draft, or as a conflict that shows both texts.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::{Edit, Page, Saved, name, no_section, save_in, unknown};
use crate::community::audit::{self, Act};
use crate::community::{HomeModerator, Role};
use crate::store::{Connection, Store};
use crate::{Error, Result};

pub(super) mod asked;
pub mod compare;
pub mod drafts;
mod history;
pub mod merge;
mod moving;
mod patch;
mod section;
pub mod source;
mod sql;
mod stale;
#[cfg(test)]
mod tests;

use stale::{OnTop, on_top, tidied};

pub use moving::{Rename, checked, rename, retire};

pub use history::{Diff, History, Revision, Version, diff, history, revision};

/// The longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 300;

/// Who may publish a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// Editors may publish, too.
    Own,
    /// An editor's change becomes a draft, and another person, an approver, publishes it.
    Second,
}

impl Approval {
    /// Reads the setting `CAIRN_SECOND_APPROVER`.
    pub const fn setting(second_approver: bool) -> Self {
        if second_approver { Self::Second } else { Self::Own }
    }
}

/// Which part of a page a change replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// The whole page, front matter included.
    Page,
    /// The text below one heading, up to the next heading of any level.
    Section {
        /// Which section; empty for the lead.
        anchor: &'a str,
        /// The new heading, without the `#` marks; none to keep the old one.
        heading: Option<&'a str>,
    },
}

/// A change to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    /// The page's slug, an alias or its title; an unused slug for a new page.
    pub page: &'a str,
    /// The part that is replaced.
    pub part: Part<'a>,
    /// The new text.
    pub text: &'a str,
    /// The revision that the editor edited; 0 for a new page.
    pub base: i64,
    /// Why, in a few words.
    pub reason: &'a str,
}

/// The request to restore an old revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revert<'a> {
    /// The page's slug, an alias or its title.
    pub page: &'a str,
    /// The revision to restore.
    pub to: i64,
    /// The newest revision that the moderator saw.
    pub base: i64,
    /// Why; empty for "back to revision N".
    pub reason: &'a str,
}

/// The result of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Edited {
    /// It was saved as the newest revision.
    Revision {
        /// The page's slug.
        page: String,
        /// The revision's number.
        revision: i64,
        /// Set if the page has changed since the base, but not this section: the revision that the change was added to.
        on_top_of: Option<i64>,
    },
    /// The page already had this text.
    Unchanged {
        /// The page's slug.
        page: String,
        /// Its newest revision.
        revision: i64,
    },
    /// It became a draft that waits for an approver.
    Draft {
        /// The page's slug.
        page: String,
        /// The draft's number.
        draft: i64,
    },
    /// A conflict: the page has changed since the base. Nothing was saved.
    Stale(Stale),
}

/// A conflict: two texts that a person must merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stale {
    /// The page's slug.
    pub page: String,
    /// The section's anchor, if the change is to a section that still exists.
    pub section: Option<String>,
    /// The revision that the change is based on.
    pub base: i64,
    /// The newest revision.
    pub revision: i64,
    /// The author of the newest revision.
    pub author: String,
    /// The newest text of the page or section.
    pub current: String,
    /// The text that the change would have saved.
    pub yours: String,
}

impl Stale {
    /// What happened and what to do, without the two texts.
    pub fn sentence(&self) -> String {
        let Self { page, base, revision, author, .. } = self;
        let based = if *base == 0 {
            format!("your text is for a new page, but there is a page {page} by now (revision {revision}, by {author})")
        } else {
            format!(
                "your text is based on revision {base} of {page}, but the newest is revision {revision}, by {author}"
            )
        };
        format!("Nothing was saved: {based}; bring the two texts together and save that, based on revision {revision}.")
    }

    /// The same for a draft that could not be published.
    pub fn of_draft(&self, draft: i64) -> String {
        let Self { page, base, revision, author, .. } = self;
        format!(
            "Draft {draft} cannot be published as it is: it is based on revision {base} of {page}, but the newest is \
             revision {revision}, by {author}. Edit the newest text so that it says what the draft wanted, then discard \
             the draft."
        )
    }

    /// A unified diff from the newest text to the text of the change.
    pub fn difference(&self) -> String {
        let part = self.section.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
        let names = (
            format!("{}{part}, revision {}", self.page, self.revision),
            format!("your text, based on revision {}", self.base),
        );
        let ended = |text: &str| format!("{}\n", text.trim_end());
        let patch = patch::patch((&names.0, &ended(&self.current)), (&names.1, &ended(&self.yours)));
        patch.text.trim_end().to_owned()
    }
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.sentence(), self.difference())
    }
}

impl fmt::Display for Edited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revision { page, revision, on_top_of: None } => write!(f, "Saved as revision {revision} of {page}."),
            Self::Revision { page, revision, on_top_of: Some(newer) } => write!(
                f,
                "Saved as revision {revision} of {page}, on top of revision {newer}, which left this section as it was."
            ),
            Self::Unchanged { page, revision } => {
                write!(f, "Nothing to save: {page} says that already (revision {revision}).")
            }
            Self::Draft { page, draft } => {
                write!(
                    f,
                    "Kept as draft {draft} of {page}. Someone else, an approver, can publish it with /mod draft or cairn guides \
                     publish {draft}."
                )
            }
            Self::Stale(stale) => stale.fmt(f),
        }
    }
}

/// Changes a page, or makes a new one.
///
/// A change to the whole page is saved only if its base is the newest revision. A change to one section is also saved
/// if no newer revision changed that section (heading and text, byte for byte): it is then applied to the newest text,
/// and no other change is lost. Otherwise the result is [`Edited::Stale`].
///
/// # Errors
/// Refused if there is no such page, section or base revision. Also refused if the result is not a valid page, is too
/// long, or has a name or track of another page.
pub async fn edit(
    store: &Store,
    by: &HomeModerator,
    change: Change<'_>,
    approval: Approval,
    now: Timestamp,
) -> Result<Edited> {
    let mut tx = store.write().await?;
    let edited = enter(&mut tx, by, Act::Edit, change, approval, now).await?;
    tx.commit().await?;
    Ok(edited)
}

/// Restores an old revision of a page, as a new revision. No revision is ever deleted.
///
/// # Errors
/// Refused if there is no such page or revision, or where [`edit`] would refuse that text.
pub async fn revert(
    store: &Store,
    by: &HomeModerator,
    wish: Revert<'_>,
    approval: Approval,
    now: Timestamp,
) -> Result<Edited> {
    let mut tx = store.write().await?;
    let slug = slug_of(&mut tx, wish.page).await?;
    let old = history::known(&mut tx, &slug, wish.to).await?;
    let why = format!("back to revision {}", wish.to);
    let reason = or_usual(wish.reason, &why);
    let change = Change { page: &slug, part: Part::Page, text: &old.source, base: wish.base, reason };
    let edited = enter(&mut tx, by, Act::Revert, change, approval, now).await?;
    tx.commit().await?;
    Ok(edited)
}

/// The Markdown of the section at `anchor` in a page's source; the lead's anchor is empty.
///
/// # Errors
/// Refused if there is no such section; the message lists the page's anchors.
pub fn section_text(source: &str, anchor: &str) -> Result<String> {
    Ok(section::find(source, anchor)?.text)
}

/// Saves a change as a revision or as a draft; the role and the setting decide which.
pub(super) async fn enter(
    db: &mut Connection,
    by: &HomeModerator,
    act: Act,
    change: Change<'_>,
    approval: Approval,
    now: Timestamp,
) -> Result<Edited> {
    let slug = target(db, &change).await?;
    let reason = reason(change.reason)?;
    let change = Change { page: &slug, reason: &reason, ..change };
    if approval == Approval::Own || by.role() >= Role::Approver {
        let edited = apply(db, by.actor(), change, now).await?;
        if let Edited::Revision { revision, .. } = edited {
            audit::note(db, by, act, &slug, &detail(revision, &change), now).await?;
        }
        return Ok(edited);
    }
    match on_top(db, &change).await? {
        OnTop::Stale(stale) => Ok(Edited::Stale(stale)),
        OnTop::Unchanged(revision) => Ok(Edited::Unchanged { page: slug.clone(), revision }),
        OnTop::Text { .. } => drafts::keep(db, by, change, now).await,
    }
}

/// Saves a change as a revision by `author`. `change.page` is a slug.
async fn apply(db: &mut Connection, author: &str, change: Change<'_>, now: Timestamp) -> Result<Edited> {
    let page = change.page.to_owned();
    let (source, base) = match on_top(db, &change).await? {
        OnTop::Stale(stale) => return Ok(Edited::Stale(stale)),
        OnTop::Unchanged(revision) => return Ok(Edited::Unchanged { page, revision }),
        OnTop::Text { source, base } => (source, base),
    };
    let edit = Edit { source: &source, base, author, reason: change.reason };
    let Saved::Revision(revision) = save_in(db, &page, edit, now).await? else {
        return Err(anyhow::anyhow!("revision {base} of {page} was the newest and then was not").into());
    };
    let on_top_of = (base != change.base).then_some(base);
    Ok(Edited::Revision { page, revision, on_top_of })
}

/// The reason that was given, or the usual one.
fn or_usual<'a>(given: &'a str, usual: &'a str) -> &'a str {
    if given.trim().is_empty() { usual } else { given }
}

/// The reason as one line; refused if it is too long.
fn reason(text: &str) -> Result<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = line.chars().count();
    if length <= MAX_REASON_CHARS {
        return Ok(line);
    }
    Err(Error::refused(format!(
        "The reason has {length} characters, but at most {MAX_REASON_CHARS} are kept; shorten it."
    )))
}

fn detail(revision: i64, change: &Change<'_>) -> String {
    let part = match change.part {
        Part::Page => String::new(),
        Part::Section { anchor: "", .. } => ", lead".to_owned(),
        Part::Section { anchor, .. } => format!(", #{anchor}"),
    };
    format!("revision {revision}{part}{}", because(change.reason))
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

/// The slug of the page that a change is for. The page need not exist if the change creates it.
async fn target(db: &mut Connection, change: &Change<'_>) -> Result<String> {
    match found(db, change.page).await? {
        Some(slug) => Ok(slug),
        None if change.base == 0 && change.part == Part::Page => Ok(change.page.to_owned()),
        None => Err(unknown(change.page, &super::sql::slugs(db).await?)),
    }
}

/// The slug of the page with this name. A retired page has only its slug.
async fn found(db: &mut Connection, wanted: &str) -> Result<Option<String>> {
    if let Some(slug) = super::sql::slug_of(db, &name(wanted)).await? {
        return Ok(Some(slug));
    }
    Ok(super::sql::is_there(db, wanted).await?.then(|| wanted.to_owned()))
}

/// The newest text of a page, retired or not.
///
/// # Errors
/// Refused, with the nearest names, if there is no such page.
pub async fn newest(store: &Store, wanted: &str) -> Result<super::Stored> {
    let mut db = store.read().await?;
    let slug = slug_of(&mut db, wanted).await?;
    super::stored(&mut db, &slug).await
}

/// The slug of the page with this name; refused if there is none.
pub(super) async fn slug_of(db: &mut Connection, wanted: &str) -> Result<String> {
    match found(db, wanted).await? {
        Some(slug) => Ok(slug),
        None => Err(unknown(wanted, &super::sql::slugs(db).await?)),
    }
}
