//! The queries of communities: the audit log.

use super::study_settings::Settings;
use crate::time::zone::Zone;
use jiff::Timestamp;

use super::audit::Entry;
use crate::Result;
use crate::store::Connection;

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
    sqlx::query(query).bind(now.as_millisecond()).bind(actor).bind(act).bind(subject).bind(detail).execute(db).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Line {
    id: i64,
    at: i64,
    actor: String,
    act: String,
    subject: String,
    detail: String,
}

/// The audit log before an entry, newest first.
pub async fn audit(db: &mut Connection, before: i64, most: i64) -> Result<Vec<Entry>> {
    let query = "SELECT id, at, actor, act, subject, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2";
    let rows: Vec<Line> = sqlx::query_as(query).bind(before).bind(most).fetch_all(db).await?;
    let entry = |line: Line| {
        let Line { id, at, actor, act, subject, detail } = line;
        let at = Timestamp::from_millisecond(at).map_err(anyhow::Error::new)?;
        Ok(Entry { id, at, actor, act, subject, detail })
    };
    rows.into_iter().map(entry).collect()
}

/// What a server has set.
pub async fn server(db: &mut Connection, guild: u64) -> Result<Option<Settings>> {
    let query = "SELECT zone, floor, channel FROM study_servers WHERE guild = $1";
    let row: Option<(Option<String>, u16, Option<i64>)> =
        sqlx::query_as(query).bind(guild.cast_signed()).fetch_optional(db).await?;
    Ok(row.map(|(zone, floor, channel)| Settings {
        zone: zone.and_then(|name| Zone::named(&name)),
        floor,
        channel: channel.map(i64::cast_unsigned),
    }))
}

pub async fn channel_trouble(db: &mut Connection, guild: u64) -> Result<Option<String>> {
    let query = "SELECT trouble FROM study_servers WHERE guild = $1 AND channel IS NOT NULL";
    Ok(sqlx::query_scalar(query).bind(guild.cast_signed()).fetch_optional(db).await?.flatten())
}

pub async fn set_channel_trouble(db: &mut Connection, guild: u64, code: Option<String>) -> Result<()> {
    let query = "UPDATE study_servers SET trouble = $1 WHERE guild = $2";
    sqlx::query(query).bind(code).bind(guild.cast_signed()).execute(db).await?;
    Ok(())
}

pub async fn set_server(db: &mut Connection, guild: u64, settings: &Settings) -> Result<()> {
    let query = "INSERT INTO study_servers (guild, zone, floor, channel) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (guild) DO UPDATE SET zone = excluded.zone, floor = excluded.floor,
                 channel = excluded.channel";
    sqlx::query(query)
        .bind(guild.cast_signed())
        .bind(settings.zone.as_ref().map(|zone| zone.name().to_owned()))
        .bind(settings.floor)
        .bind(settings.channel.map(u64::cast_signed))
        .execute(db)
        .await?;
    Ok(())
}
