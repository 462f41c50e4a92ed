//! The queries of communities: the audit log, and what servers have set for study.

use jiff::Timestamp;

use crate::Result;
use crate::store::{Connection, Millis, Snowflake};

/// Adds a line to the audit log.
pub async fn add_audit(
    db: &mut Connection,
    actor: &str,
    act: &str,
    subject: &str,
    detail: &str,
    now: Timestamp,
) -> Result<()> {
    let query = "INSERT INTO audit (at, actor, act, subject, detail) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(query).bind(Millis(now)).bind(actor).bind(act).bind(subject).bind(detail).execute(db).await?;
    Ok(())
}

/// A line of the audit log.
#[derive(sqlx::FromRow)]
pub struct Line {
    pub id: i64,
    pub at: Millis,
    pub actor: String,
    pub act: String,
    pub subject: String,
    pub detail: String,
}

/// What a server has set for study: the zone's name, the least commitment, and the channel.
#[derive(sqlx::FromRow)]
pub struct StudyRow {
    pub zone: Option<String>,
    pub floor: u16,
    pub channel: Option<Snowflake>,
}

/// The audit log before an entry, newest first.
pub async fn audit(db: &mut Connection, before: i64, most: i64) -> Result<Vec<Line>> {
    let query = "SELECT id, at, actor, act, subject, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2";
    Ok(sqlx::query_as(query).bind(before).bind(most).fetch_all(db).await?)
}

pub async fn study(db: &mut Connection, guild: u64) -> Result<Option<StudyRow>> {
    let query = "SELECT zone, floor, channel FROM study_servers WHERE guild = $1";
    Ok(sqlx::query_as(query).bind(Snowflake(guild)).fetch_optional(db).await?)
}

pub async fn channel_trouble(db: &mut Connection, guild: u64) -> Result<Option<String>> {
    let query = "SELECT trouble FROM study_servers WHERE guild = $1 AND channel IS NOT NULL";
    Ok(sqlx::query_scalar(query).bind(Snowflake(guild)).fetch_optional(db).await?.flatten())
}

pub async fn set_channel_trouble(db: &mut Connection, guild: u64, code: Option<String>) -> Result<()> {
    let query = "UPDATE study_servers SET trouble = $1 WHERE guild = $2";
    sqlx::query(query).bind(code).bind(Snowflake(guild)).execute(db).await?;
    Ok(())
}

pub async fn set_study(db: &mut Connection, guild: u64, row: &StudyRow) -> Result<()> {
    let query = "INSERT INTO study_servers (guild, zone, floor, channel) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (guild) DO UPDATE SET zone = excluded.zone, floor = excluded.floor,
                 channel = excluded.channel";
    let query = sqlx::query(query).bind(Snowflake(guild)).bind(&row.zone).bind(row.floor);
    query.bind(row.channel).execute(db).await?;
    Ok(())
}
