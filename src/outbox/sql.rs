//! The outbox's queries.

use jiff::{SignedDuration, Timestamp};

use super::{Message, Next, Otherwise, Row, State, Target, Trouble, Via};
use crate::Result;
use crate::store::Connection;

/// A claimed row as the database has it.
#[derive(sqlx::FromRow)]
pub struct Raw {
    pub id: i64,
    key: String,
    target: Option<String>,
    payload: Option<String>,
    pub attempts: i64,
    sends: i64,
    created_at: i64,
    waits: Option<String>,
    about: Option<i64>,
}

impl Raw {
    /// The row, if it can be read.
    pub fn read(self) -> Option<Row> {
        let waits: Vec<i64> = self.waits.map_or(Some(Vec::new()), |waits| serde_json::from_str(&waits).ok())?;
        Some(Row {
            id: self.id,
            key: self.key,
            target: self.target?.parse().ok()?,
            payload: serde_json::from_str(&self.payload?).ok()?,
            attempts: self.attempts,
            sends: self.sends,
            created: Timestamp::from_millisecond(self.created_at).ok()?,
            waits: waits.into_iter().map(SignedDuration::from_secs).collect(),
            about: self.about,
        })
    }
}

pub async fn add(
    db: &mut Connection,
    message: &Message,
    payload: &str,
    waits: Option<String>,
    now: Timestamp,
) -> Result<bool> {
    let query = "INSERT INTO outbox (key, via, target, about, payload, state, attempts, due_at, expires_at, created_at,
                     server, waits, otherwise)
                 VALUES ($1, $2, $3, $4, $5, 'ready', 0, $6, $7, $8, $9, $10, $11) ON CONFLICT (key) DO NOTHING";
    let otherwise = message.otherwise.as_ref().map(serde_json::to_string).transpose().map_err(anyhow::Error::new)?;
    let done = sqlx::query(query)
        .bind(&message.key)
        .bind(message.target.via().name())
        .bind(message.target.to_string())
        .bind(message.about)
        .bind(payload)
        .bind(message.due.unwrap_or(now).as_millisecond())
        .bind(message.expires.map(Timestamp::as_millisecond))
        .bind(now.as_millisecond())
        .bind(message.server.map(u64::cast_signed))
        .bind(waits)
        .bind(otherwise)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Enqueues the second step of the message `id`, for the same server and person.
pub async fn add_step(
    db: &mut Connection,
    id: i64,
    key: &str,
    target: &Target,
    payload: &str,
    now: Timestamp,
) -> Result<()> {
    let query = "INSERT INTO outbox (key, via, target, about, payload, state, attempts, due_at, created_at, server)
                 SELECT $1, via, $2, about, $3, 'ready', 0, $4, $4, server FROM outbox WHERE id = $5
                 ON CONFLICT (key) DO NOTHING";
    let query = sqlx::query(query).bind(key).bind(target.to_string()).bind(payload).bind(now.as_millisecond());
    query.bind(id).execute(db).await?;
    Ok(())
}

/// Takes the other way out of a message that is given up, which is then nobody's dead letter.
pub async fn take_otherwise(db: &mut Connection, id: i64) -> Result<Option<String>> {
    let query = "SELECT otherwise FROM outbox WHERE id = $1 AND otherwise IS NOT NULL";
    let other = sqlx::query_scalar(query).bind(id).fetch_optional(&mut *db).await?;
    let query = "UPDATE outbox SET otherwise = NULL, payload = NULL WHERE id = $1 AND otherwise IS NOT NULL";
    sqlx::query(query).bind(id).execute(db).await?;
    Ok(other)
}

/// Enqueues the other way of the message `id`: about the same person, and worth as long.
pub async fn add_other(
    db: &mut Connection,
    id: i64,
    key: &str,
    other: &Otherwise,
    payload: &str,
    now: Timestamp,
) -> Result<()> {
    let query =
        "INSERT INTO outbox (key, via, target, about, payload, state, attempts, due_at, expires_at, created_at, server)
                 SELECT $1, $2, $3, about, $4, 'ready', 0, $5, expires_at, $5, $6 FROM outbox WHERE id = $7
                 ON CONFLICT (key) DO NOTHING";
    sqlx::query(query)
        .bind(key)
        .bind(other.target.via().name())
        .bind(other.target.to_string())
        .bind(payload)
        .bind(now.as_millisecond())
        .bind(other.server.map(u64::cast_signed))
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn forget_text(db: &mut Connection, key: &str) -> Result<()> {
    sqlx::query("UPDATE outbox SET payload = NULL WHERE key = $1").bind(key).execute(db).await?;
    Ok(())
}

/// What waits for or about a person is given up. What is under way loses its text, so it is neither sent again nor shown to
/// anybody.
pub async fn drop_about(db: &mut Connection, person: i64, now: Timestamp) -> Result<()> {
    let query = "UPDATE outbox SET payload = NULL, otherwise = NULL,
                     state = CASE state WHEN 'ready' THEN 'dead' ELSE state END,
                     trouble = CASE state WHEN 'ready' THEN $1 ELSE trouble END,
                     settled_at = CASE state WHEN 'ready' THEN $2 ELSE settled_at END
                 WHERE about = $3 AND state IN ('ready', 'sending')";
    let unwanted = Trouble::Unwanted.code();
    sqlx::query(query).bind(unwanted).bind(now.as_millisecond()).bind(person).execute(db).await?;
    Ok(())
}

/// What nobody sent in time is dead.
pub async fn expire(db: &mut Connection, now: Timestamp) -> Result<()> {
    let query = "UPDATE outbox SET state = 'dead', trouble = $1, settled_at = $2
                 WHERE state = 'ready' AND expires_at <= $2";
    sqlx::query(query).bind(Trouble::TooLate.code()).bind(now.as_millisecond()).execute(db).await?;
    Ok(())
}

/// Claims the message that has been due longest, leaving out targets that another one is under way to.
pub async fn claim(db: &mut Connection, via: Via, now: Timestamp, lease: Timestamp) -> Result<Option<Raw>> {
    let query = "UPDATE outbox SET state = 'sending', attempts = attempts + 1, sends = sends + 1, lease_until = $1
                 WHERE id = (SELECT id FROM outbox AS r WHERE via = $2 AND state = 'ready' AND due_at <= $3
                     AND NOT EXISTS (SELECT 1 FROM outbox AS s WHERE s.state = 'sending' AND s.target = r.target)
                     ORDER BY due_at, id LIMIT 1)
                 RETURNING id, key, target, payload, attempts, sends, created_at, waits, about";
    let (lease, now) = (lease.as_millisecond(), now.as_millisecond());
    Ok(sqlx::query_as(query).bind(lease).bind(via.name()).bind(now).fetch_optional(db).await?)
}

/// Takes the message whose lease has been over longest.
pub async fn take_lost(db: &mut Connection, via: Via, now: Timestamp, lease: Timestamp) -> Result<Option<Raw>> {
    let query = "UPDATE outbox SET attempts = attempts + 1, lease_until = $1
                 WHERE id = (SELECT id FROM outbox WHERE via = $2 AND state = 'sending' AND lease_until <= $3
                     ORDER BY lease_until, id LIMIT 1)
                 RETURNING id, key, target, payload, attempts, sends, created_at, waits, about";
    let (lease, now) = (lease.as_millisecond(), now.as_millisecond());
    Ok(sqlx::query_as(query).bind(lease).bind(via.name()).bind(now).fetch_optional(db).await?)
}

/// Writes what a row does next, if it is still in the hands of who says so; but that it arrived is true
/// whoever says it. Says whether that was written.
pub async fn settle(db: &mut Connection, id: i64, attempts: i64, next: &Next, now: Timestamp) -> Result<bool> {
    let query = "UPDATE outbox SET state = $1, due_at = coalesce($2, due_at), lease_until = $3, remote_id = $4,
                     trouble = $5, settled_at = $6
                 WHERE id = $7 AND ((state = 'sending' AND attempts = $8) OR ($1 = 'sent' AND state <> 'sent'))";
    let (due, lease, remote, trouble) = match next {
        Next::Sent(remote) => (None, None, Some(remote.as_str()), None),
        Next::Ready(at, trouble) => (Some(*at), None, None, *trouble),
        Next::Look(at, trouble) => (None, Some(*at), None, Some(*trouble)),
        Next::Dead(trouble) => (None, None, None, Some(*trouble)),
    };
    let state = next.state();
    let settled = matches!(state, State::Sent | State::Dead).then_some(now);
    let done = sqlx::query(query)
        .bind(state.name())
        .bind(due.map(Timestamp::as_millisecond))
        .bind(lease.map(Timestamp::as_millisecond))
        .bind(remote)
        .bind(trouble.map(Trouble::code))
        .bind(settled.map(Timestamp::as_millisecond))
        .bind(id)
        .bind(attempts)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn end_leases(db: &mut Connection, now: Timestamp) -> Result<()> {
    let query = "UPDATE outbox SET lease_until = $1 WHERE state = 'sending' AND lease_until > $1";
    sqlx::query(query).bind(now.as_millisecond()).execute(db).await?;
    Ok(())
}

pub async fn next_due(db: &mut Connection, via: Via) -> Result<Option<i64>> {
    let query = "SELECT min(at) FROM (
                     SELECT min(due_at) AS at FROM outbox WHERE via = $1 AND state = 'ready'
                     UNION ALL SELECT min(lease_until) FROM outbox WHERE via = $1 AND state = 'sending')";
    Ok(sqlx::query_scalar(query).bind(via.name()).fetch_one(db).await?)
}

pub async fn is_anothers(db: &mut Connection, via: Via, id: i64, remote_id: &str) -> Result<bool> {
    let query = "SELECT count(*) FROM outbox WHERE via = $1 AND remote_id = $2 AND id <> $3";
    let n: i64 = sqlx::query_scalar(query).bind(via.name()).bind(remote_id).bind(id).fetch_one(db).await?;
    Ok(n > 0)
}

pub type Standing = (String, Option<String>, Option<String>);

pub async fn standing(db: &mut Connection, key: &str) -> Result<Option<Standing>> {
    let query = "SELECT state, remote_id, trouble FROM outbox WHERE key = $1";
    Ok(sqlx::query_as(query).bind(key).fetch_optional(db).await?)
}

/// Id, key, target, trouble, attempts, when.
pub type Dead = (i64, String, String, String, i64, i64);

pub async fn dead(db: &mut Connection, server: u64, n: u32) -> Result<Vec<Dead>> {
    let query = "SELECT id, key, target, coalesce(trouble, ''), attempts, coalesce(settled_at, created_at) FROM outbox
                 WHERE server = $1 AND state = 'dead' AND trouble IS NOT 'unwanted' AND payload IS NOT NULL AND target IS NOT NULL
                 ORDER BY settled_at DESC, id DESC LIMIT $2";
    Ok(sqlx::query_as(query).bind(server.cast_signed()).bind(n).fetch_all(db).await?)
}

pub async fn revive(db: &mut Connection, id: i64, now: Timestamp) -> Result<bool> {
    let query =
        "UPDATE outbox SET state = 'ready', attempts = 0, sends = 0, due_at = $1, expires_at = NULL, settled_at = NULL
                 WHERE id = $2 AND state = 'dead' AND payload IS NOT NULL AND target IS NOT NULL";
    let done = sqlx::query(query).bind(now.as_millisecond()).bind(id).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// Empties what was decided before `oldest`; what has just been claimed is left until it is settled.
pub async fn purge(db: &mut Connection, oldest: Timestamp, now: Timestamp) -> Result<u64> {
    let query = "UPDATE outbox SET target = NULL, about = NULL, payload = NULL, otherwise = NULL, remote_id = NULL,
                     trouble = CASE WHEN state IN ('ready', 'sending') THEN $1 ELSE trouble END,
                     settled_at = CASE WHEN state IN ('ready', 'sending') THEN $2 ELSE settled_at END,
                     state = CASE WHEN state IN ('ready', 'sending') THEN 'dead' ELSE state END
                 WHERE created_at < $3 AND payload IS NOT NULL AND (state <> 'sending' OR lease_until < $3)";
    let done = sqlx::query(query)
        .bind(Trouble::TooLate.code())
        .bind(now.as_millisecond())
        .bind(oldest.as_millisecond())
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}
