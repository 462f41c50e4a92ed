//! Drafts: changes that wait for publication. A draft keeps the change itself, so that a draft of one section can
//! still be published after other sections have changed.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::history::known;
use super::patch::patch;
pub use super::sql::Draft;
use super::{
    Approval, Change, Edited, OnTop, Part, Stale, apply, because, on_top, reason, section, sql, target, tidied,
};
use crate::community::audit::{self, Act};
use crate::community::{HomeModerator, Role};
use crate::store::{Connection, Store};
use crate::wiki::readable;
use crate::{Error, Kind, Result};

/// The most open drafts one person may have. It stops abuse; normal use stays far below.
pub const MAX_OPEN: i64 = 100;

/// A draft with the details that an approver needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftView {
    /// The draft.
    pub draft: Draft,
    /// What it changes, as a unified diff against the revision it is based on.
    pub diff: String,
    /// The page's text in that revision; empty for a new page.
    #[serde(skip)]
    pub before: String,
    /// The page's text with the draft applied.
    #[serde(skip)]
    pub after: String,
    /// Set if the draft cannot be published because the page has changed since.
    pub stale: Option<Stale>,
}

impl Draft {
    /// The draft as a [`Change`].
    pub fn change(&self) -> Change<'_> {
        let part = match &self.section {
            None => Part::Page,
            Some(anchor) => Part::Section { anchor, heading: self.heading.as_deref() },
        };
        Change { page: &self.page, part, text: &self.text, base: self.base, reason: &self.reason }
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.strftime("%Y-%m-%d %H:%M");
        let part = self.section.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
        write!(f, "draft {} of {}{part}, {at} UTC, {}", self.id, self.page, self.author)?;
        if self.reason.is_empty() { Ok(()) } else { write!(f, ": {}", self.reason) }
    }
}

/// Saves a change as a draft.
///
/// # Errors
/// Refused if there is no such page, section or base revision, or if the result is not a valid page.
pub async fn save(store: &Store, by: &HomeModerator, change: Change<'_>, now: Timestamp) -> Result<Edited> {
    let mut tx = store.write().await?;
    let slug = target(&mut tx, &change).await?;
    let reason = reason(change.reason)?;
    let kept = keep(&mut tx, by, Change { page: &slug, reason: &reason, ..change }, now).await?;
    tx.commit().await?;
    Ok(kept)
}

/// [`save`] inside the caller's transaction; `change.page` is a slug.
pub(super) async fn keep(
    db: &mut Connection,
    by: &HomeModerator,
    change: Change<'_>,
    now: Timestamp,
) -> Result<Edited> {
    let (_, result) = on_base(db, &change).await?;
    readable(change.page, &result)?;
    if sql::open_drafts_by(db, by.actor()).await? >= MAX_OPEN {
        return Err(Error::refused(format!(
            "You have {MAX_OPEN} drafts that wait; discard some of them with /mod draft, or have them published first."
        )));
    }
    let draft = sql::add_draft(db, &change, by.actor(), now).await?;
    audit::note(db, by, Act::Draft, change.page, &format!("draft {draft}{}", because(change.reason)), now).await?;
    Ok(Edited::Draft { page: change.page.to_owned(), draft })
}

/// The text of the base revision, and the same text with the change applied.
async fn on_base(db: &mut Connection, change: &Change<'_>) -> Result<(String, String)> {
    let base = match change.base {
        0 => String::new(),
        number => known(db, change.page, number).await?.source,
    };
    let text = tidied(change.text, &base);
    let result = match change.part {
        Part::Page => text,
        Part::Section { anchor, heading } => section::replace(&base, anchor, heading, &text)?,
    };
    Ok((base, result))
}

/// The open drafts, newest first.
pub async fn list(store: &Store, _: &HomeModerator) -> Result<Vec<Draft>> {
    sql::open_drafts(&mut *store.read().await?).await
}

/// The number of open drafts.
pub async fn waiting(store: &Store, _: &HomeModerator) -> Result<usize> {
    let many = sql::count_open(&mut *store.read().await?).await?;
    Ok(usize::try_from(many).unwrap_or(0))
}

/// One open draft, with its diff.
///
/// # Errors
/// Refused if there is no such open draft.
pub async fn show(store: &Store, _: &HomeModerator, id: i64) -> Result<DraftView> {
    let mut db = store.read().await?;
    let draft = open(&mut db, id).await?;
    let (base, result) = on_base(&mut db, &draft.change()).await?;
    let names = (format!("{}.md, revision {}", draft.page, draft.base), format!("{}.md, draft {id}", draft.page));
    let diff = patch((&names.0, &base), (&names.1, &result)).text;
    let stale = match on_top(&mut db, &draft.change()).await? {
        OnTop::Stale(stale) => Some(stale),
        OnTop::Text { .. } | OnTop::Unchanged(_) => None,
    };
    Ok(DraftView { draft, diff, before: base, after: result, stale })
}

/// Rejects or withdraws a draft. Its text is kept.
///
/// # Errors
/// Refused if there is no such open draft, or if an editor discards someone else's draft.
pub async fn discard(store: &Store, by: &HomeModerator, id: i64, now: Timestamp) -> Result<Draft> {
    let mut tx = store.write().await?;
    let draft = open(&mut tx, id).await?;
    if draft.author != by.actor() {
        by.must_be(Role::Approver, "discard someone else's draft")?;
    }
    sql::close_draft(&mut tx, id, "discarded").await?;
    audit::note(&mut tx, by, Act::Discard, &draft.page, &format!("draft {id} by {}", draft.author), now).await?;
    tx.commit().await?;
    Ok(draft)
}

/// Publishes a draft as the newest revision, in its author's name. The rules are those of any edit. A stale draft
/// stays open.
///
/// # Errors
/// Refused if there is no such open draft, or where [`super::edit`] would refuse the change. If a second approver is
/// required, also refused to editors and to the draft's author.
pub async fn publish(store: &Store, by: &HomeModerator, id: i64, approval: Approval, now: Timestamp) -> Result<Edited> {
    let mut tx = store.write().await?;
    let draft = open(&mut tx, id).await?;
    if approval == Approval::Second {
        by.must_be(Role::Approver, "publish a draft")?;
        if draft.author == by.actor() {
            return Err(Error::of(
                Kind::NotAllowed,
                "This draft is your own; ask another approver to look at it and publish it.",
            ));
        }
    }
    let edited = apply(&mut tx, &draft.author, draft.change(), now).await?;
    if let Edited::Revision { page, revision, .. } | Edited::Unchanged { page, revision } = &edited {
        sql::close_draft(&mut tx, id, "published").await?;
        let detail = format!("revision {revision}, draft {id} by {}", draft.author);
        audit::note(&mut tx, by, Act::Publish, page, &detail, now).await?;
    }
    tx.commit().await?;
    Ok(edited)
}

async fn open(db: &mut Connection, id: i64) -> Result<Draft> {
    sql::open_draft(db, id).await?.ok_or_else(|| {
        Error::of(
            Kind::NotFound,
            format!("No draft {id} waits; /mod draft list or cairn guides drafts shows those that do."),
        )
    })
}
