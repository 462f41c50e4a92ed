//! The list of pages for moderators: each page with its age, its open drafts and its last author.

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

/// How many pages are shown at a time.
pub const SHOWN: i64 = 50;

/// A filter for the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All pages that readers can find.
    All,
    /// Pages whose facts must be checked again.
    Due,
    /// Pages with open drafts.
    Drafts,
    /// Retired pages.
    Retired,
}

/// A page in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shelved {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// When its facts were last checked.
    pub reviewed: Date,
    /// The date since which a check is due, if it is.
    pub due: Option<Date>,
    /// The date since which it is retired, if it is.
    pub retired: Option<Date>,
    /// The number of open drafts.
    pub drafts: i64,
    /// Number of its newest revision.
    pub revision: i64,
    /// Who saved that revision.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// The number of pages for each filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Pages that readers can find.
    pub all: i64,
    /// Pages among these that are due for a check.
    pub due: i64,
    /// Pages with open drafts.
    pub drafts: i64,
    /// Retired pages.
    pub retired: i64,
}

/// One screen of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shelf {
    /// The pages: the longest due first, then those with drafts, then by title.
    pub pages: Vec<Shelved>,
    /// How many pages match in all.
    pub found: i64,
    /// The number of pages for each filter, without the query.
    pub counts: Counts,
}

/// The pages that match the filter and have all words of `query` in a name or text: [`SHOWN`] pages after the first
/// `skip`.
pub async fn shelf(
    store: &Store,
    _: &HomeModerator,
    which: Which,
    query: &str,
    skip: i64,
    now: Timestamp,
) -> Result<Shelf> {
    let today = now.to_zoned(TimeZone::UTC).date();
    // A page that was last checked on or before this date is due.
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
