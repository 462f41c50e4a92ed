//! Leases: a process holds a row for a limited time. Others leave it alone, and take it over if the process is lost.

use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;

use super::Connection;
use crate::Result;

/// The tables with a column `lease_until`, and the condition for rows that are held.
const LEASED: [(&str, &str); 4] = [
    ("jobs", "state = 'running'"),
    ("outbox", "state = 'sending'"),
    ("paper_subscriptions", "TRUE"),
    ("paper_fetching", "TRUE"),
];

/// A period in which somebody holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    from: Timestamp,
    until: Timestamp,
}

impl Lease {
    /// Starts now and lasts `time`.
    pub fn new(now: Timestamp, time: SignedDuration) -> Self {
        Self { from: now, until: now.saturating_add(time).unwrap_or(Timestamp::MAX) }
    }

    /// Its start in milliseconds. A row whose lease ends then or earlier is free.
    pub fn from(self) -> i64 {
        self.from.as_millisecond()
    }

    /// Its end in milliseconds.
    pub fn until(self) -> i64 {
        self.until.as_millisecond()
    }

    /// Ends every lease. Only for a process that knows that it is alone on this database: every lease is from a process
    /// that died.
    pub async fn end_all(db: &mut Connection, now: Timestamp) -> Result<()> {
        for (table, held) in LEASED {
            let query = format!("UPDATE {table} SET lease_until = $1 WHERE lease_until > $1 AND {held}");
            sqlx::query(AssertSqlSafe(query)).bind(now.as_millisecond()).execute(&mut *db).await?;
        }
        Ok(())
    }

    /// Ends at `now` every lease, and every rest, that ends after `far`. A clock that ran ahead left it there.
    pub async fn bring_back(db: &mut Connection, now: Timestamp, far: Timestamp) -> Result<()> {
        for (table, _) in LEASED {
            let query = format!("UPDATE {table} SET lease_until = $1 WHERE lease_until > $2");
            let query = sqlx::query(AssertSqlSafe(query)).bind(now.as_millisecond()).bind(far.as_millisecond());
            query.execute(&mut *db).await?;
        }
        Ok(())
    }
}
