//! The audit log: who did what to what. A row is written in the transaction of the act itself, so
//! there is no act without its row and no row without its act.

use jiff::Timestamp;
use serde::Serialize;

use super::{HomeModerator, Moderator, Role, sql};
use crate::Result;
use crate::store::{Connection, Store};
use crate::text::escape;

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
    /// Something was done about a question that found nothing.
    Gap,
    /// A verdict was judged.
    Judge,
    /// Something was done about examples or models of triage.
    Teach,
    /// Somebody signed in to the console.
    Enter,
    /// A page has another name.
    Rename,
    /// A page was taken away from readers.
    Retire,
    /// Somebody said what becomes of a message that did not arrive.
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
    /// Rises with time; the next page of the log lies before the smallest one seen.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// Which way it came in; empty of old entries.
    pub way: String,
    /// In which community they have their role; none of who runs Cairn, and of old entries.
    pub community: Option<String>,
    /// What: the [`Act::name`] of this or of an older Cairn.
    pub act: String,
    /// To what, such as a page's slug.
    pub subject: String,
    /// The rest, for people.
    pub detail: String,
    /// What was so before, if it was one value.
    pub before: Option<String>,
    /// What is so since.
    pub after: Option<String>,
}

/// Which entries are wanted. What is empty or none asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the actor's name.
    pub actor: String,
    /// The act's name.
    pub act: String,
    /// Part of the subject.
    pub subject: String,
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
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
    sql::add_audit(db, by, (act.name(), subject, detail), None, now).await
}

/// The same for an act that changes one value to another.
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

/// Up to `most` entries, newest first, from before the entry `before` if one is named.
///
/// # Errors
/// Refused to editors and other communities.
pub async fn read(store: &Store, by: &HomeModerator, before: Option<i64>, most: u16) -> Result<Vec<Entry>> {
    found(store, by, &Filter::default(), before, most).await
}

/// The same of those that fit to a filter.
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

/// Entries as a table for other programs (RFC 4180). What a spreadsheet would take for a formula is a text.
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
