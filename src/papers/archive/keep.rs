//! Stores weeks, and never replaces a week by a poorer one.

use jiff::Timestamp;

use super::{Stored, begins_to_be_over, last_week, read, sql};
use crate::papers::{self, Digest, Gathered, Missing, Week};
use crate::store::{Connection, Store};
use crate::text::list;
use crate::{Error, Result};

/// Stores a week that was gathered elsewhere. Returns what was stored and where to look. Without `force`, it does not
/// store a week that is not over, has no papers, or is poorer than the stored one.
///
/// # Errors
/// Refused in these cases, with nothing changed.
pub async fn keep(store: &Store, gathered: &Gathered, force: bool, now: Timestamp) -> Result<String> {
    let week = gathered.week;
    if !force && week > last_week(now) {
        let then = week.next().monday();
        return Err(Error::refused(format!(
            "{week} is not over, so it was not kept; keep it from {then} on, or add --force."
        )));
    }
    let new = papers::touched(store, Digest::of(gathered, "")).await?;
    if !force && new.entries.is_empty() {
        return Err(Error::refused(format!("{week} has no papers, so it was not kept; add --force to keep it empty.")));
    }
    let mut tx = store.write().await?;
    let old = read(&mut tx, week).await?;
    if let Some(old) = old.as_ref().filter(|old| !force && is_poorer(&new, &old.digest)) {
        return Err(Error::refused(format!(
            "{week} is kept already with {}, and now it has only {}; nothing was changed. Add --force to keep it all the same.",
            extent(&old.digest),
            extent(&new)
        )));
    }
    let papers = list::count(new.entries.len(), "paper");
    let changed = put(&mut tx, old, &new, now).await?;
    tx.commit().await?;
    let what =
        if changed { format!("{week} is kept with {papers}") } else { format!("{week} was kept just so already") };
    Ok(format!("{what}; while Cairn runs, the web page shows it at /papers/{week}."))
}

/// Stores a fetched week, unless the stored one was fetched after the week's end and is richer. Returns the stored
/// week.
pub async fn kept(db: &mut Connection, new: Digest, now: Timestamp) -> Result<Digest> {
    let old = read(db, new.week).await?;
    if let Some(old) = &old
        && old.fetched >= begins_to_be_over(new.week)
        && is_much_poorer(&new, &old.digest)
    {
        return Ok(old.digest.clone());
    }
    put(db, old, &new, now).await?;
    Ok(new)
}

/// Replaces a stored week. Returns whether anything changed.
async fn put(db: &mut Connection, old: Option<Stored>, new: &Digest, now: Timestamp) -> Result<bool> {
    let new = new.clone().at("");
    if old.is_some_and(|old| old.digest == new) {
        sql::refetched(db, new.week, now).await?;
        return Ok(false);
    }
    sql::put(db, &new, now).await?;
    Ok(true)
}

/// Whether the new week has fewer papers or days.
fn is_poorer(new: &Digest, old: &Digest) -> bool {
    lost(&new.missing) > lost(&old.missing) || new.entries.len() < old.entries.len()
}

/// Whether it lost more than usual: a few papers are always withdrawn.
fn is_much_poorer(new: &Digest, old: &Digest) -> bool {
    lost(&new.missing) > lost(&old.missing) || new.entries.len() * 2 < old.entries.len()
}

/// The number of missing days, over all sources.
fn lost(missing: &[Missing]) -> usize {
    missing.iter().map(|m| if m.days.is_empty() { Week::DAYS } else { m.days.len() }).sum()
}

/// “110 papers”, “23 papers, without 6 days of its sources”.
fn extent(digest: &Digest) -> String {
    let papers = list::count(digest.entries.len(), "paper");
    match lost(&digest.missing) {
        0 => papers,
        days => format!("{papers}, without {} of its sources", list::count(days, "day")),
    }
}
