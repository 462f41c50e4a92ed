//! The queries of the heartbeat.

use jiff::Timestamp;

use super::{Known, Outage};
use crate::Result;
use crate::store::{Connection, Millis};

pub async fn pulse(db: &mut Connection) -> Result<Option<Timestamp>> {
    let at: Option<Millis> = sqlx::query_scalar("SELECT at FROM pulse").fetch_optional(db).await?;
    Ok(at.map(|at| at.0))
}

pub async fn set_pulse(db: &mut Connection, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO pulse (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at";
    sqlx::query(query).bind(Millis(now)).execute(db).await?;
    Ok(())
}

pub async fn forget_after(db: &mut Connection, instant: Timestamp) -> Result<bool> {
    let query = "DELETE FROM outages WHERE to_at > $1";
    Ok(sqlx::query(query).bind(Millis(instant)).execute(db).await?.rows_affected() > 0)
}

pub async fn add_outage(db: &mut Connection, outage: Outage) -> Result<()> {
    let query = "INSERT INTO outages (from_at, to_at) VALUES ($1, $2)
                 ON CONFLICT (from_at, to_at) DO NOTHING";
    sqlx::query(query).bind(Millis(outage.from)).bind(Millis(outage.to)).execute(db).await?;
    Ok(())
}

pub async fn outages(db: &mut Connection, since: Timestamp) -> Result<Vec<Outage>> {
    let query = "SELECT from_at, to_at FROM outages WHERE to_at > $1 ORDER BY from_at";
    let rows: Vec<(Millis, Millis)> = sqlx::query_as(query).bind(Millis(since)).fetch_all(db).await?;
    Ok(rows.into_iter().map(outage).collect())
}

/// The outages with a number above `seen`, and those that ended after `since`, sorted by number.
pub async fn known(db: &mut Connection, seen: i64, since: Timestamp) -> Result<Vec<Known>> {
    let query = "SELECT id, from_at, to_at FROM outages WHERE id > $1
                 UNION SELECT id, from_at, to_at FROM outages WHERE to_at > $2 ORDER BY id";
    let rows: Vec<(i64, Millis, Millis)> = sqlx::query_as(query).bind(seen).bind(Millis(since)).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(number, from, to)| Known { number, outage: outage((from, to)) }).collect())
}

fn outage((from, to): (Millis, Millis)) -> Outage {
    Outage { from: from.0, to: to.0 }
}
