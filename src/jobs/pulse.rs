//! The bot's pulse: it notices its own gaps, so that no fault of the bot breaks a streak.

use jiff::{SignedDuration, Timestamp};

use super::sql;
use crate::Result;
use crate::store::Store;

/// The shortest gap that counts.
const SHORTEST: SignedDuration = SignedDuration::from_mins(5);

/// A time when the bot was not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// When it was last seen alive.
    pub from: Timestamp,
    /// When it was back.
    pub to: Timestamp,
}

/// Says that the bot is alive. If it was not for 5 minutes or more, that gap is recorded and returned.
///
/// # Errors
/// A fault if the database cannot be written.
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

/// The gaps that ended after `since`, oldest first.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn outages(store: &Store, since: Timestamp) -> Result<Vec<Outage>> {
    sql::outages(&mut *store.read().await?, since).await
}

fn gap(last: Timestamp, now: Timestamp) -> Option<Outage> {
    (now.duration_since(last) >= SHORTEST).then_some(Outage { from: last, to: now })
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
