//! The queries of the console's links and sessions.

use jiff::Timestamp;

use super::{Guest, Session};
use crate::Result;
use crate::community::Community;
use crate::store::{Connection, Millis};

fn guest(actor: String, community: Option<String>) -> Result<Guest> {
    let community = community.map(|text| text.parse::<Community>()).transpose();
    // We wrote this value, so an unreadable one is a fault and not a user's mistake.
    let community = community.map_err(|error| anyhow::anyhow!("a stored community cannot be read: {error}"))?;
    Ok(Guest { actor, community })
}

/// Stores a link and deletes the person's older ones.
pub async fn add_link(db: &mut Connection, hash: &[u8], guest: &Guest, until: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM console_links WHERE actor = $1").bind(&guest.actor).execute(&mut *db).await?;
    let query = "INSERT INTO console_links (hash, actor, community, until) VALUES ($1, $2, $3, $4)";
    let community = guest.community.as_ref().map(ToString::to_string);
    sqlx::query(query).bind(hash).bind(&guest.actor).bind(community).bind(Millis(until)).execute(db).await?;
    Ok(())
}

/// The owner of a link.
pub async fn link(db: &mut Connection, hash: &[u8], now: Timestamp) -> Result<Option<Guest>> {
    let query = "SELECT actor, community FROM console_links WHERE hash = $1 AND until > $2";
    let row: Option<(String, Option<String>)> =
        sqlx::query_as(query).bind(hash).bind(Millis(now)).fetch_optional(db).await?;
    row.map(|(actor, community)| guest(actor, community)).transpose()
}

/// Deletes a link. Returns whether it existed and belonged to the actor.
pub async fn use_link(db: &mut Connection, hash: &[u8], actor: &str, now: Timestamp) -> Result<bool> {
    let query = "DELETE FROM console_links WHERE hash = $1 AND actor = $2 AND until > $3";
    let used = sqlx::query(query).bind(hash).bind(actor).bind(Millis(now)).execute(db).await?;
    Ok(used.rows_affected() == 1)
}

/// Stores a session.
pub async fn add_session(
    db: &mut Connection,
    hash: &[u8],
    guest: &Guest,
    device: &str,
    (since, until): (Timestamp, Timestamp),
) -> Result<()> {
    let query = "INSERT INTO console_sessions (hash, actor, community, device, since, until)
                 VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(query)
        .bind(hash)
        .bind(&guest.actor)
        .bind(guest.community.as_ref().map(ToString::to_string))
        .bind(device)
        .bind(Millis(since))
        .bind(Millis(until))
        .execute(db)
        .await?;
    Ok(())
}

type Row = (i64, String, Option<String>, String, Millis, Millis);

fn session_of((id, actor, community, device, since, until): Row) -> Result<Session> {
    Ok(Session { id, guest: guest(actor, community)?, device, since: since.0, until: until.0 })
}

/// The session with this hash.
pub async fn session(db: &mut Connection, hash: &[u8], now: Timestamp) -> Result<Option<Session>> {
    let query = "SELECT id, actor, community, device, since, until FROM console_sessions
                 WHERE hash = $1 AND until > $2";
    let row: Option<Row> = sqlx::query_as(query).bind(hash).bind(Millis(now)).fetch_optional(db).await?;
    row.map(session_of).transpose()
}

/// A person's sessions, newest first.
pub async fn sessions_of(db: &mut Connection, actor: &str, now: Timestamp) -> Result<Vec<Session>> {
    let query = "SELECT id, actor, community, device, since, until FROM console_sessions
                 WHERE actor = $1 AND until > $2 ORDER BY id DESC";
    let rows: Vec<Row> = sqlx::query_as(query).bind(actor).bind(Millis(now)).fetch_all(db).await?;
    rows.into_iter().map(session_of).collect()
}

/// Ends one of a person's sessions. Returns whether it existed.
pub async fn end_session(db: &mut Connection, actor: &str, id: i64) -> Result<bool> {
    let query = "DELETE FROM console_sessions WHERE actor = $1 AND id = $2";
    Ok(sqlx::query(query).bind(actor).bind(id).execute(db).await?.rows_affected() == 1)
}

/// Ends all of a person's sessions and links.
pub async fn end_all(db: &mut Connection, actor: &str) -> Result<()> {
    sqlx::query("DELETE FROM console_sessions WHERE actor = $1").bind(actor).execute(&mut *db).await?;
    sqlx::query("DELETE FROM console_links WHERE actor = $1").bind(actor).execute(db).await?;
    Ok(())
}

/// Ends a person's oldest sessions, so that at most `left` remain.
pub async fn forget_oldest(db: &mut Connection, actor: &str, left: i64) -> Result<()> {
    let query = "DELETE FROM console_sessions WHERE actor = $1 AND id NOT IN
                 (SELECT id FROM console_sessions WHERE actor = $1 ORDER BY id DESC LIMIT $2)";
    sqlx::query(query).bind(actor).bind(left).execute(db).await?;
    Ok(())
}

/// Deletes ended links and sessions.
pub async fn forget(db: &mut Connection, now: Timestamp) -> Result<()> {
    let now = Millis(now);
    sqlx::query("DELETE FROM console_links WHERE until <= $1").bind(now).execute(&mut *db).await?;
    sqlx::query("DELETE FROM console_sessions WHERE until <= $1").bind(now).execute(db).await?;
    Ok(())
}
