//! The heartbeat: the bot detects its own outages, so that they break no streak.

use jiff::{SignedDuration, Timestamp};

use crate::Result;
use crate::store::{Connection, Store};

mod sql;

/// The shortest outage that counts.
const SHORTEST_OUTAGE: SignedDuration = SignedDuration::from_mins(5);

/// A period in which the bot was down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// The last heartbeat before it.
    pub from: Timestamp,
    /// The first heartbeat after it.
    pub to: Timestamp,
}

/// An outage with its number. Numbers follow the order of recording, and an outage never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its number, from 1.
    pub number: i64,
    /// The period.
    pub outage: Outage,
}

/// Writes the heartbeat. If the last one is 5 minutes old or more, records that outage and returns it.
pub async fn beat(store: &Store, now: Timestamp) -> Result<Option<Outage>> {
    let mut tx = store.write().await?;
    let outage = sql::pulse(&mut tx).await?.and_then(|last| gap(last, now));
    if let Some(outage) = outage {
        sql::add_outage(&mut tx, outage).await?;
    }
    sql::set_pulse(&mut tx, now).await?;
    tx.commit().await?;
    Ok(outage)
}

/// The last heartbeat.
pub async fn last(db: &mut Connection) -> Result<Option<Timestamp>> {
    sql::pulse(db).await
}

/// Sets the last heartbeat to an instant, whatever it was.
pub async fn set(db: &mut Connection, now: Timestamp) -> Result<()> {
    sql::set_pulse(db, now).await
}

/// Deletes the outages that end after a future instant. Returns whether there were any; then every ledger must be
/// rebuilt with all outages.
pub async fn forget_after(db: &mut Connection, instant: Timestamp) -> Result<bool> {
    sql::forget_after(db, instant).await
}

/// The outages that ended after `since`, oldest first.
pub async fn outages(store: &Store, since: Timestamp) -> Result<Vec<Outage>> {
    sql::outages(&mut *store.read().await?, since).await
}

/// The outages with a number above `seen`, and those that ended after `since`.
pub async fn known(db: &mut Connection, seen: i64, since: Timestamp) -> Result<Vec<Known>> {
    sql::known(db, seen, since).await
}

fn gap(last: Timestamp, now: Timestamp) -> Option<Outage> {
    (now.duration_since(last) >= SHORTEST_OUTAGE).then_some(Outage { from: last, to: now })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_minutes_are_a_gap() {
        let last: Timestamp = "2026-11-16T09:00:00Z".parse().unwrap();
        for (seconds, counts) in [(-600, false), (0, false), (299, false), (300, true), (86_400, true)] {
            let now = last + SignedDuration::from_secs(seconds);
            assert_eq!(gap(last, now), counts.then_some(Outage { from: last, to: now }), "{seconds}");
        }
    }
}
