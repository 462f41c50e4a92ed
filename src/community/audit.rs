//! The audit log: who changed what. Each row is written in the transaction of the act itself, so neither exists without
//! the other.

use jiff::Timestamp;
use serde::Serialize;

use super::{HomeModerator, Moderator, Role, sql};
use crate::Result;
use crate::store::{Connection, Store};
use crate::text::escape;

/// The kinds of acts in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A page has a new revision.
    Edit,
    /// A page got the text of an old revision again.
    Revert,
    /// A change was proposed.
    Draft,
    /// A proposed change was rejected or withdrawn.
    Discard,
    /// A proposed change became a revision.
    Publish,
    /// A page got a new revision from a file.
    Import,
    /// A community's setting was changed.
    Settings,
    /// The choice of the week's papers was changed.
    Digest,
    /// A study day was excused.
    Excuse,
    /// A question without a result was handled.
    Gap,
    /// A verdict was judged.
    Judge,
    /// Examples or models of triage were changed.
    Teach,
    /// Somebody signed in to the console.
    Enter,
    /// A page got another name.
    Rename,
    /// A page was removed for readers.
    Retire,
    /// A message that did not arrive was settled.
    Delivery,
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
            Self::Gap => "gap",
            Self::Judge => "judge",
            Self::Teach => "teach",
            Self::Enter => "sign in",
            Self::Rename => "rename",
            Self::Retire => "retire",
            Self::Delivery => "delivery",
        }
    }
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 16] = [
        Self::Edit,
        Self::Revert,
        Self::Draft,
        Self::Discard,
        Self::Publish,
        Self::Import,
        Self::Settings,
        Self::Digest,
        Self::Excuse,
        Self::Gap,
        Self::Judge,
        Self::Teach,
        Self::Enter,
        Self::Rename,
        Self::Retire,
        Self::Delivery,
    ];
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Rises with time. The next page of the log begins before the smallest number seen.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// The person who did it.
    pub actor: String,
    /// How the act came in; empty in old entries.
    pub way: String,
    /// The community of the actor's role; `None` for the person who runs Cairn and in old entries.
    pub community: Option<String>,
    /// The [`Act::name`], perhaps of an older version.
    pub act: String,
    /// What was changed, such as a page's slug.
    pub subject: String,
    /// More details, for people.
    pub detail: String,
    /// The old value, if the act changed one value.
    pub before: Option<String>,
    /// The new value.
    pub after: Option<String>,
}

/// A filter for entries. An empty or missing field matches everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the actor's name.
    pub actor: String,
    /// The act's name.
    pub act: String,
    /// Part of the subject.
    pub subject: String,
    /// At or after this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
}

/// Records an act, within the transaction that does it.
pub async fn note(
    db: &mut Connection,
    by: &Moderator,
    act: Act,
    subject: &str,
    detail: &str,
    now: Timestamp,
) -> Result<()> {
    sql::add_audit(db, by, (act.name(), subject, detail), None, now).await
}

/// Records an act that changes one value to another.
pub async fn note_change(
    db: &mut Connection,
    by: &Moderator,
    act: Act,
    (subject, detail): (&str, &str),
    change: (&str, &str),
    now: Timestamp,
) -> Result<()> {
    sql::add_audit(db, by, (act.name(), subject, detail), Some(change), now).await
}

/// Up to `most` entries, newest first; older than the entry `before`, if given.
///
/// # Errors
/// Refused to editors and other communities.
pub async fn read(store: &Store, by: &HomeModerator, before: Option<i64>, most: u16) -> Result<Vec<Entry>> {
    found(store, by, &Filter::default(), before, most).await
}

/// Like [`read`], but only the entries that match a filter.
///
/// # Errors
/// Refused to editors and other communities.
pub async fn found(
    store: &Store,
    by: &HomeModerator,
    filter: &Filter,
    before: Option<i64>,
    most: u16,
) -> Result<Vec<Entry>> {
    by.must_be(Role::Approver, "read the audit log")?;
    let Filter { actor, act, subject, since, until } = filter;
    let wanted = sql::Wanted { actor, act, subject, since: *since, until: *until };
    let lines = sql::audit(&mut *store.read().await?, &wanted, before.unwrap_or(i64::MAX), i64::from(most)).await?;
    Ok(lines.into_iter().map(Entry::from).collect())
}

impl From<sql::Line> for Entry {
    fn from(line: sql::Line) -> Self {
        let sql::Line { id, at, actor, way, community, act, subject, detail, before, after } = line;
        Self { id, at: at.0, actor, way, community, act, subject, detail, before, after }
    }
}

/// Entries as CSV (RFC 4180). Cells that a spreadsheet would run as formulas are made text.
pub fn csv(entries: &[Entry]) -> String {
    let mut out = String::from("id,at,actor,way,community,act,subject,detail,before,after\r\n");
    for entry in entries {
        let Entry { id, at, actor, way, community, act, subject, detail, before, after } = entry;
        let (id, at) = (id.to_string(), at.to_string());
        let none = String::new();
        let cells = [
            &id,
            &at,
            actor,
            way,
            community.as_ref().unwrap_or(&none),
            act,
            subject,
            detail,
            before.as_ref().unwrap_or(&none),
            after.as_ref().unwrap_or(&none),
        ];
        out.push_str(&cells.map(|text| escape::csv(text)).join(","));
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_a_name_of_its_own() {
        let mut names = Act::ALL.map(Act::name).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Act::ALL.len());
    }
}
