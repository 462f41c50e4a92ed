//! The wiki as its keepers see it: every page with its age, what waits at it, and who changed it last.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::review::CHECKED_DAYS;
use super::words;
use crate::Result;
use crate::community::HomeModerator;
use crate::store::Store;

mod sql;

/// How many pages are listed at a time.
pub const SHOWN: i64 = 50;

/// Which pages are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All that readers can find.
    All,
    /// Those whose facts are due for a new look.
    Due,
    /// Those with changes that wait.
    Drafts,
    /// Those that readers no longer find.
    Retired,
}

/// A page on the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shelved {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// When its facts were last checked.
    pub reviewed: Date,
    /// Since when they are due again, if they are.
    pub due: Option<Date>,
    /// Since when it is retired, if it is.
    pub retired: Option<Date>,
    /// How many changes wait.
    pub drafts: i64,
    /// Number of its newest revision.
    pub revision: i64,
    /// Who saved that.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// How many pages there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// That readers can find.
    pub all: i64,
    /// Of these, those that are due.
    pub due: i64,
    /// With changes that wait.
    pub drafts: i64,
    /// That are retired.
    pub retired: i64,
}

/// A part of the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shelf {
    /// The pages of this part: the longest due first, then those with drafts, then by title.
    pub pages: Vec<Shelved>,
    /// How many there are in all that were asked for.
    pub found: i64,
    /// How many there are of each kind, whatever was asked for.
    pub counts: Counts,
}

/// The pages of a kind that have all the words of `query` in a name or a text, [`SHOWN`] of them after the first `skip`.
pub async fn shelf(
    store: &Store,
    _: &HomeModerator,
    which: Which,
    query: &str,
    skip: i64,
    now: Timestamp,
) -> Result<Shelf> {
    let today = now.to_zoned(TimeZone::UTC).date();
    // What was checked before this date is due.
    let usual = today.saturating_sub(CHECKED_DAYS.days());
    let mut db = store.read().await?;
    let days = sql::Days { today: today.to_string(), usual: usual.to_string() };
    let counts = sql::counts(&mut db, &days).await?;
    let name = super::name(query);
    let asked: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    let words = asked.iter().map(|word| format!("{}*", words::quote(word))).collect::<Vec<_>>().join(" AND ");
    let wanted = sql::Wanted { which, name, words, skip };
    let (pages, found) = sql::shelf(&mut db, &days, &wanted).await?;
    Ok(Shelf { pages, found, counts })
}
