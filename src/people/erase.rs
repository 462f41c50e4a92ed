//! Erasure: deletes everything held about a person, on both platforms, in one transaction.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use tracing::warn;

use super::personal_data::{Erased, HELD};
use super::{Identity, find, sql};
use crate::Result;
use crate::store::{Connection, Store, secret};

/// Makes the hashes of erased people different from other hashes.
pub(super) const REMEMBERED: &str = "erased";

/// The data about a person, counted per table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The person's identities.
    pub person: Vec<Identity>,
    /// The rows in each table; tables without rows are left out.
    pub held: Vec<Count>,
}

/// The rows of one table about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The table.
    pub table: &'static str,
    /// What a row is, for people.
    pub what: &'static str,
    /// The number of rows.
    pub rows: i64,
    /// Whether erasure deletes the rows; otherwise it only removes what points to the person.
    pub deleted: bool,
}

impl Counts {
    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// The data, one line per table.
    pub fn lines(&self) -> String {
        let line = |Count { rows, what, deleted, .. }: &Count| {
            let fate = match (*deleted, *rows) {
                (true, _) => "",
                (false, 1) => " (kept, but with no name on it)",
                (false, _) => " (kept, but with no name on them)",
            };
            format!("\n- {rows} {what}{fate}")
        };
        self.held.iter().map(line).collect()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.person.iter().map(ToString::to_string).collect();
        let names = names.join(" and ");
        if self.is_empty() {
            return write!(f, "Cairn holds nothing about {names}.");
        }
        write!(f, "Cairn holds about {names}:{}", self.lines())
    }
}

/// What erasure would erase.
pub async fn counts(store: &Store, identity: &Identity) -> Result<Counts> {
    let mut db = store.read().await?;
    let person = find(&mut db, identity).await?;
    count(&mut db, &sql::subject(person, identity)).await
}

/// Erases everything held about a person, found by any of their identities, and returns what it was. An opt-out stays:
/// it is a hash that nobody can read. For a year, another such hash records the erasure, so that it is repeated if an
/// older backup is restored. The erased data is also removed from the database's log.
pub async fn erase(store: &Store, identity: &Identity, now: Timestamp) -> Result<Counts> {
    let mut tx = store.write().await?;
    let counts = erase_in(&mut tx, identity, now).await?;
    tx.commit().await?;
    empty_log(store).await;
    Ok(counts)
}

/// Like [`erase`], within the caller's transaction.
pub(super) async fn erase_in(db: &mut Connection, identity: &Identity, at: Timestamp) -> Result<Counts> {
    let person = find(db, identity).await?;
    let subject = sql::subject(person, identity);
    let counts = count(db, &subject).await?;
    for held in HELD {
        sql::erase(db, held, &subject).await?;
    }
    for identity in &subject.identities {
        let hash = secret::salted(db, REMEMBERED, &identity.to_string()).await?;
        sql::add_erasure(db, &hash, at).await?;
    }
    Ok(counts)
}

/// Empties the database's log, which may still hold erased data. If that fails, the erasure counts all the same, and
/// the daily job empties the log.
pub async fn empty_log(store: &Store) {
    match store.fold_log().await {
        Ok(true) => {}
        Ok(false) => warn!("the log of the database is in use, and is emptied by the daily job"),
        Err(cause) => warn!(%cause, "the log of the database was not emptied"),
    }
}

async fn count(db: &mut Connection, subject: &sql::Subject) -> Result<Counts> {
    let mut counts = Counts { person: subject.identities.clone(), held: Vec::new() };
    for held in HELD {
        let rows = sql::count(db, held, subject).await?;
        if rows > 0 {
            let what = held.what[usize::from(rows != 1)];
            counts.held.push(Count { table: held.table, what, rows, deleted: held.erased == Erased::Row });
        }
    }
    Ok(counts)
}
