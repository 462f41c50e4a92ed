//! The bot's heartbeat: it notices its own gaps, so that no fault of the bot breaks a streak.

use jiff::{SignedDuration, Timestamp};

use crate::Result;
use crate::store::{Connection, Store};

mod sql;

/// The shortest gap that counts.
const SHORTEST_OUTAGE: SignedDuration = SignedDuration::from_mins(5);

/// A time when the bot was not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// When it was last seen alive.
    pub from: Timestamp,
    /// When it was back.
    pub to: Timestamp,
}

/// A gap with its number: gaps are numbered in the order in which they were recorded, and none ever changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its number, from 1.
    pub number: i64,
    /// The gap.
    pub outage: Outage,
}

/// Says that the bot is alive. If it was not for 5 minutes or more, that gap is recorded and returned.
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

/// When the bot was last seen alive.
pub async fn last(db: &mut Connection) -> Result<Option<Timestamp>> {
    sql::pulse(db).await
}

/// Says that the bot was last seen alive at an instant, whatever was said before.
pub async fn set(db: &mut Connection, now: Timestamp) -> Result<()> {
    sql::set_pulse(db, now).await
}

/// Forgets the gaps that end after an instant, which is in the future, so that there were none. Says whether there were
/// any; then every ledger must be told of all gaps again.
pub async fn forget_after(db: &mut Connection, instant: Timestamp) -> Result<bool> {
    sql::forget_after(db, instant).await
}

/// The gaps that ended after `since`, oldest first.
pub async fn outages(store: &Store, since: Timestamp) -> Result<Vec<Outage>> {
    sql::outages(&mut *store.read().await?, since).await
}

/// The gaps with a number above `seen`, and those that ended after `since`.
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
