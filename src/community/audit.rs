//! The audit log: who did what to what. A row is written in the transaction of the act itself, so
//! there is no act without its row and no row without its act.

use jiff::Timestamp;
use serde::Serialize;

use super::{HomeModerator, Moderator, Role, sql};
use crate::Result;
use crate::store::{Connection, Store};

/// What the log tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A page has a new revision.
    Edit,
    /// A page says again what an old revision said.
    Revert,
    /// A change was proposed.
    Draft,
    /// A proposed change was turned down or taken back.
    Discard,
    /// A proposed change is a revision now.
    Publish,
    /// A page has a new revision that came from a file.
    Import,
    /// A community's setting was changed.
    Settings,
    /// What comes of the week's papers was changed.
    Digest,
    /// A study day was excused.
    Excuse,
}

impl Act {
    /// Its name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Revert => "revert",
            Self::Draft => "draft",
            Self::Discard => "discard",
            Self::Publish => "publish",
            Self::Import => "import",
            Self::Settings => "settings",
            Self::Digest => "digest",
            Self::Excuse => "excuse",
        }
    }
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Rises with time; the next page of the log lies before the smallest one seen.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What: the [`Act::name`] of this or of an older Cairn.
    pub act: String,
    /// To what, such as a page's slug.
    pub subject: String,
    /// The rest, for people.
    pub detail: String,
}

/// Notes an act, within the transaction that does it.
pub async fn note(
    db: &mut Connection,
    by: &Moderator,
    act: Act,
    subject: &str,
    detail: &str,
    now: Timestamp,
) -> Result<()> {
    sql::add_audit(db, by.actor(), act.name(), subject, detail, now).await
}

/// Up to `most` entries, newest first, from before the entry `before` if one is named.
///
/// # Errors
/// Refused to editors and other communities.
pub async fn read(store: &Store, by: &HomeModerator, before: Option<i64>, most: u16) -> Result<Vec<Entry>> {
    by.must_be(Role::Approver, "read the audit log")?;
    let lines = sql::audit(&mut *store.read().await?, before.unwrap_or(i64::MAX), i64::from(most)).await?;
    let entry = |sql::Line { id, at, actor, act, subject, detail }| Entry { id, at: at.0, actor, act, subject, detail };
    Ok(lines.into_iter().map(entry).collect())
}
