//! Leases: something that a process takes for a time, so that others leave it alone and take it up when it is lost.

use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;

use super::Connection;
use crate::Result;

/// The tables with a column `lease_until`, and which of their rows are held while it is to come.
const LEASED: [(&str, &str); 4] = [
    ("jobs", "state = 'running'"),
    ("outbox", "state = 'sending'"),
    ("paper_subscriptions", "TRUE"),
    ("paper_fetching", "TRUE"),
];

/// From when until when somebody holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    from: Timestamp,
    until: Timestamp,
}

impl Lease {
    /// From now on for that time.
    pub fn new(now: Timestamp, time: SignedDuration) -> Self {
        Self { from: now, until: now.saturating_add(time).unwrap_or(Timestamp::MAX) }
    }

    /// When it begins, as the database has it: what is held until then or less is free.
    pub fn from(self) -> i64 {
        self.from.as_millisecond()
    }

    /// When it ends, as the database has it.
    pub fn until(self) -> i64 {
        self.until.as_millisecond()
    }

    /// Ends every lease. Only for a process that knows that no other works on this database: what is held was left by
    /// one that died.
    pub async fn end_all(db: &mut Connection, now: Timestamp) -> Result<()> {
        for (table, held) in LEASED {
            let query = format!("UPDATE {table} SET lease_until = $1 WHERE lease_until > $1 AND {held}");
            sqlx::query(AssertSqlSafe(query)).bind(now.as_millisecond()).execute(&mut *db).await?;
        }
        Ok(())
    }

    /// Shortens to `now` what is held, or rests, until after `far`: a clock that was ahead has left it there.
    pub async fn bring_back(db: &mut Connection, now: Timestamp, far: Timestamp) -> Result<()> {
        for (table, _) in LEASED {
            let query = format!("UPDATE {table} SET lease_until = $1 WHERE lease_until > $2");
            let query = sqlx::query(AssertSqlSafe(query)).bind(now.as_millisecond()).bind(far.as_millisecond());
            query.execute(&mut *db).await?;
        }
        Ok(())
    }
}
