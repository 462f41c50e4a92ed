//! The outbox's queries.

use jiff::{SignedDuration, Timestamp};

use sqlx::AssertSqlSafe;

use super::{Message, Next, Placed, Resolution, Row, State, Target, Trouble, Undelivered, Via, read_trouble};
use crate::Result;
use crate::community::Community;
use crate::store::{Connection, Lease};

/// A claimed row as stored.
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
    community: Option<String>,
    expires_at: Option<i64>,
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
            community: self.community.map(|text| text.parse()).transpose().ok()?,
            expires: self.expires_at.map(Timestamp::from_millisecond).transpose().ok()?,
        })
    }
}

const COLUMNS: &str = "id, key, target, payload, attempts, sends, created_at, waits, about, community, expires_at";

pub async fn add(
    db: &mut Connection,
    message: &Message,
    placed: &Placed,
    waits: &[SignedDuration],
    now: Timestamp,
) -> Result<bool> {
    let query = "INSERT INTO outbox (key, via, target, about, payload, state, attempts, due_at, expires_at, created_at,
                     community, waits, otherwise, trouble, settled_at)
                 VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (key) DO NOTHING";
    let json = |waits: &[SignedDuration]| {
        serde_json::to_string(&waits.iter().map(SignedDuration::as_secs).collect::<Vec<_>>())
    };
    let waits = Some(waits).filter(|waits| !waits.is_empty()).map(json).transpose().map_err(anyhow::Error::new)?;
    let payload = Some(&message.payload).filter(|_| placed.keeps);
    let payload = payload.map(serde_json::to_string).transpose().map_err(anyhow::Error::new)?;
    let otherwise = message.otherwise.as_ref().filter(|_| placed.keeps);
    let otherwise = otherwise.map(serde_json::to_string).transpose().map_err(anyhow::Error::new)?;
    let done = sqlx::query(query)
        .bind(&message.key)
        .bind(placed.target.via().name())
        .bind(placed.target.to_string())
        .bind(message.about)
        .bind(payload)
        .bind(placed.state.name())
        .bind(message.due.unwrap_or(now).as_millisecond())
        .bind(message.expires.map(Timestamp::as_millisecond))
        .bind(now.as_millisecond())
        .bind(message.community.as_ref().map(ToString::to_string))
        .bind(waits)
        .bind(otherwise)
        .bind(placed.trouble.map(Trouble::code))
        .bind((placed.state == State::Dead).then_some(now.as_millisecond()))
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the last message to this target that was settled after `since` was refused.
pub async fn refuses(db: &mut Connection, target: &Target, since: Timestamp) -> Result<bool> {
    let query = "SELECT state = 'dead' FROM outbox WHERE target = $1 AND settled_at > $2 AND attempts > 0
                     AND (state = 'sent' OR state = 'dead' AND trouble = $3) ORDER BY settled_at DESC, id DESC LIMIT 1";
    let refused = Trouble::TakesNoMessages.code();
    let query = sqlx::query_scalar(query).bind(target.to_string()).bind(since.as_millisecond()).bind(refused);
    Ok(query.fetch_optional(db).await?.unwrap_or(false))
}

/// Sends the messages that waited for a thread to their place, or gives them up.
pub async fn release(db: &mut Connection, opening: &Target, placed: &Placed, now: Timestamp) -> Result<()> {
    let query = "UPDATE outbox SET target = $1, state = $2, trouble = $3, settled_at = $4
                 WHERE state = 'waiting' AND target = $5";
    sqlx::query(query)
        .bind(placed.target.to_string())
        .bind(placed.state.name())
        .bind(placed.trouble.map(Trouble::code))
        .bind((placed.state == State::Dead).then_some(now.as_millisecond()))
        .bind(opening.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Takes the alternative from a message that is given up. That message is then no longer shown as undelivered.
pub async fn take_otherwise(db: &mut Connection, id: i64) -> Result<Option<String>> {
    let query = "SELECT otherwise FROM outbox WHERE id = $1 AND otherwise IS NOT NULL";
    let other = sqlx::query_scalar(query).bind(id).fetch_optional(&mut *db).await?;
    let query = "UPDATE outbox SET otherwise = NULL, payload = NULL WHERE id = $1 AND otherwise IS NOT NULL";
    sqlx::query(query).bind(id).execute(db).await?;
    Ok(other)
}

pub async fn forget_text(db: &mut Connection, key: &str) -> Result<()> {
    sqlx::query("UPDATE outbox SET payload = NULL WHERE key = $1").bind(key).execute(db).await?;
    Ok(())
}

pub async fn withdraw(db: &mut Connection, key: &str) -> Result<()> {
    sqlx::query("DELETE FROM outbox WHERE key = $1 AND state = 'ready'").bind(key).execute(db).await?;
    Ok(())
}

/// Gives up the waiting messages to or about a person. A message that is being sent loses its text, so nobody can
/// resend or see it.
pub async fn drop_about(db: &mut Connection, person: i64, now: Timestamp) -> Result<()> {
    let query = "UPDATE outbox SET payload = NULL, otherwise = NULL,
                     state = CASE state WHEN 'sending' THEN state ELSE 'dead' END,
                     trouble = CASE state WHEN 'sending' THEN trouble ELSE $1 END,
                     settled_at = CASE state WHEN 'sending' THEN settled_at ELSE $2 END
                 WHERE about = $3 AND state IN ('ready', 'waiting', 'sending', 'unknown')";
    let unwanted = Trouble::Unwanted.code();
    sqlx::query(query).bind(unwanted).bind(now.as_millisecond()).bind(person).execute(db).await?;
    Ok(())
}

/// Gives up messages that are too old to send.
pub async fn expire(db: &mut Connection, now: Timestamp) -> Result<()> {
    let query = "UPDATE outbox SET state = 'dead', trouble = $1, settled_at = $2
                 WHERE state IN ('ready', 'waiting') AND expires_at <= $2";
    sqlx::query(query).bind(Trouble::TooLate.code()).bind(now.as_millisecond()).execute(db).await?;
    Ok(())
}

/// Claims the message that is due longest. Skips targets to which another message is being sent.
pub async fn claim(db: &mut Connection, via: Via, lease: Lease) -> Result<Option<Raw>> {
    let query = format!(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1, sends = sends + 1, lease_until = $1
         WHERE id = (SELECT id FROM outbox AS r WHERE via = $2 AND state = 'ready' AND due_at <= $3
             AND NOT EXISTS (SELECT 1 FROM outbox AS s WHERE s.state = 'sending' AND s.target = r.target)
             ORDER BY due_at, id LIMIT 1)
         RETURNING {COLUMNS}"
    );
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(lease.until()).bind(via.name()).bind(lease.from());
    Ok(query.fetch_optional(db).await?)
}

/// Claims the message whose lease ended longest ago.
pub async fn take_lost(db: &mut Connection, via: Via, lease: Lease) -> Result<Option<Raw>> {
    let query = format!(
        "UPDATE outbox SET attempts = attempts + 1, lease_until = $1
         WHERE id = (SELECT id FROM outbox WHERE via = $2 AND state = 'sending' AND lease_until <= $3
             ORDER BY lease_until, id LIMIT 1)
         RETURNING {COLUMNS}"
    );
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(lease.until()).bind(via.name()).bind(lease.from());
    Ok(query.fetch_optional(db).await?)
}

/// Stores a row's next step if the caller still holds the row. An arrival is also stored for a caller who was too late.
/// Returns whether it was stored.
pub async fn settle(db: &mut Connection, id: i64, attempts: i64, next: &Next, now: Timestamp) -> Result<bool> {
    let query = "UPDATE outbox SET state = $1, due_at = coalesce($2, due_at), lease_until = $3, remote_id = $4,
                     trouble = $5, settled_at = $6
                 WHERE id = $7 AND ((state = 'sending' AND attempts = $8) OR ($1 = 'sent' AND state <> 'sent'))";
    let (due, lease, remote, trouble) = match next {
        Next::Sent(remote) => (None, None, Some(remote.as_str()), None),
        Next::Ready(at, trouble) => (Some(*at), None, None, *trouble),
        Next::Look(at, trouble) => (None, Some(*at), None, Some(*trouble)),
        Next::Unknown => (None, None, None, Some(Trouble::CannotTell)),
        Next::Dead(trouble) => (None, None, None, Some(*trouble)),
    };
    let state = next.state();
    let settled = matches!(state, State::Sent | State::Unknown | State::Dead).then_some(now);
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

pub async fn next_due(db: &mut Connection, via: Via) -> Result<Option<i64>> {
    let query = "SELECT min(at) FROM (
                     SELECT min(due_at) AS at FROM outbox WHERE via = $1 AND state = 'ready'
                     UNION ALL SELECT min(lease_until) FROM outbox WHERE via = $1 AND state = 'sending')";
    Ok(sqlx::query_scalar(query).bind(via.name()).fetch_one(db).await?)
}

pub async fn counts(db: &mut Connection) -> Result<Vec<(String, i64)>> {
    let query = "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state";
    Ok(sqlx::query_as(query).fetch_all(db).await?)
}

/// When the oldest waiting message was due.
pub async fn oldest_due(db: &mut Connection) -> Result<Option<i64>> {
    let query = "SELECT min(due_at) FROM outbox WHERE state = 'ready'";
    Ok(sqlx::query_scalar(query).fetch_one(db).await?)
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

#[derive(sqlx::FromRow)]
pub struct RawUndelivered {
    id: i64,
    key: String,
    target: String,
    state: String,
    trouble: Option<String>,
    attempts: i64,
    at: i64,
}

impl RawUndelivered {
    pub fn read(self) -> Result<Undelivered> {
        Ok(Undelivered {
            id: self.id,
            key: self.key,
            target: self.target,
            state: State::named(&self.state)?,
            trouble: read_trouble(&self.trouble.unwrap_or_default()).to_string(),
            attempts: self.attempts,
            at: Timestamp::from_millisecond(self.at).map_err(anyhow::Error::new)?,
        })
    }
}

/// Messages that are not known to have arrived: in a community, or everywhere.
pub async fn undelivered(db: &mut Connection, of: Option<&Community>, n: u32) -> Result<Vec<RawUndelivered>> {
    let query = "SELECT id, key, target, state, trouble, attempts, coalesce(settled_at, created_at) AS at FROM outbox
                 WHERE state IN ('dead', 'unknown') AND trouble IS NOT 'unwanted' AND payload IS NOT NULL
                     AND target IS NOT NULL AND ($1 IS NULL OR community = $1)
                 ORDER BY settled_at DESC, id DESC LIMIT $2";
    Ok(sqlx::query_as(query).bind(of.map(ToString::to_string)).bind(n).fetch_all(db).await?)
}

/// The number of the message with this key.
pub async fn id_of(db: &mut Connection, key: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar("SELECT id FROM outbox WHERE key = $1").bind(key).fetch_optional(db).await?)
}

/// Returns whether there was such a message.
pub async fn resolve(
    db: &mut Connection,
    id: i64,
    of: Option<&Community>,
    resolution: Resolution,
    now: Timestamp,
) -> Result<bool> {
    let change = match resolution {
        Resolution::Arrived => "state = 'sent', trouble = NULL, otherwise = NULL, settled_at = $1",
        Resolution::Again => {
            "state = CASE WHEN target LIKE 'discord/below/%' THEN 'waiting' ELSE 'ready' END, attempts = 0, sends = 0,
             due_at = $1, expires_at = NULL, settled_at = NULL"
        }
        Resolution::Drop => "state = 'dead', payload = NULL, otherwise = NULL, settled_at = $1",
    };
    let query = format!(
        "UPDATE outbox SET {change} WHERE id = $2 AND state IN ('dead', 'unknown') AND trouble IS NOT 'unwanted'
             AND payload IS NOT NULL AND target IS NOT NULL AND ($3 IS NULL OR community = $3)"
    );
    let query = sqlx::query(AssertSqlSafe(query)).bind(now.as_millisecond()).bind(id).bind(of.map(ToString::to_string));
    Ok(query.execute(db).await?.rows_affected() == 1)
}

/// Empties messages older than `oldest`, except those that are being sent now.
pub async fn purge(db: &mut Connection, oldest: Timestamp, now: Timestamp) -> Result<u64> {
    let query = "UPDATE outbox SET target = NULL, about = NULL, payload = NULL, otherwise = NULL, remote_id = NULL,
                     trouble = CASE WHEN state IN ('sent', 'dead') THEN trouble ELSE $1 END,
                     settled_at = CASE WHEN state IN ('sent', 'dead') THEN settled_at ELSE $2 END,
                     state = CASE WHEN state IN ('sent', 'dead') THEN state ELSE 'dead' END
                 WHERE created_at < $3 AND payload IS NOT NULL AND (state <> 'sending' OR lease_until < $3)";
    let done = sqlx::query(query)
        .bind(Trouble::TooLate.code())
        .bind(now.as_millisecond())
        .bind(oldest.as_millisecond())
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}
