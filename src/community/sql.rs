//! The queries of communities: the audit log and the study settings of servers.

use jiff::Timestamp;

use super::Moderator;
use crate::Result;
use crate::store::{Connection, Millis, Snowflake};

/// Adds a row to the audit log: act, subject and detail, and the old and new value.
pub async fn add_audit(
    db: &mut Connection,
    by: &Moderator,
    (act, subject, detail): (&str, &str, &str),
    change: Option<(&str, &str)>,
    now: Timestamp,
) -> Result<()> {
    let query = "INSERT INTO audit (at, actor, way, community, act, subject, detail, before, after)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query(query)
        .bind(Millis(now))
        .bind(by.actor())
        .bind(by.way().name())
        .bind(by.community().map(ToString::to_string))
        .bind(act)
        .bind(subject)
        .bind(detail)
        .bind(change.map(|(before, _)| before))
        .bind(change.map(|(_, after)| after))
        .execute(db)
        .await?;
    Ok(())
}

/// A row of the audit log.
#[derive(sqlx::FromRow)]
pub struct Line {
    pub id: i64,
    pub at: Millis,
    pub actor: String,
    pub way: String,
    pub community: Option<String>,
    pub act: String,
    pub subject: String,
    pub detail: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A filter for rows of the audit log. Empty fields match everything.
pub struct Wanted<'a> {
    pub actor: &'a str,
    pub act: &'a str,
    pub subject: &'a str,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// A server's study settings.
#[derive(sqlx::FromRow)]
pub struct StudyRow {
    pub zone: Option<String>,
    pub floor: u16,
    pub channel: Option<Snowflake>,
}

/// The matching rows of the audit log before one row, newest first.
pub async fn audit(db: &mut Connection, wanted: &Wanted<'_>, before: i64, most: i64) -> Result<Vec<Line>> {
    let query = "SELECT id, at, actor, way, community, act, subject, detail, before, after FROM audit
                 WHERE id < $1 AND ($2 = '' OR instr(lower(actor), lower($2)) > 0) AND ($3 = '' OR act = $3)
                     AND ($4 = '' OR instr(lower(subject), lower($4)) > 0) AND at >= $5 AND at < $6
                 ORDER BY id DESC LIMIT $7";
    let query = sqlx::query_as(query)
        .bind(before)
        .bind(wanted.actor.trim())
        .bind(wanted.act.trim())
        .bind(wanted.subject.trim())
        .bind(Millis(wanted.since.unwrap_or(Timestamp::MIN)))
        .bind(Millis(wanted.until.unwrap_or(Timestamp::MAX)))
        .bind(most);
    Ok(query.fetch_all(db).await?)
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

pub async fn voice(db: &mut Connection, guild: u64) -> Result<Vec<u64>> {
    let query = "SELECT channel FROM study_voice_channels WHERE guild = $1 ORDER BY channel";
    let channels: Vec<Snowflake> = sqlx::query_scalar(query).bind(Snowflake(guild)).fetch_all(db).await?;
    Ok(channels.into_iter().map(|id| id.0).collect())
}

pub async fn any_voice(db: &mut Connection) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM study_voice_channels)").fetch_one(db).await?)
}

pub async fn set_voice(db: &mut Connection, guild: u64, channels: &[u64]) -> Result<()> {
    let guild = Snowflake(guild);
    sqlx::query("DELETE FROM study_voice_channels WHERE guild = $1").bind(guild).execute(&mut *db).await?;
    for channel in channels {
        let query = "INSERT OR IGNORE INTO study_voice_channels (guild, channel) VALUES ($1, $2)";
        sqlx::query(query).bind(guild).bind(Snowflake(*channel)).execute(&mut *db).await?;
    }
    Ok(())
}
