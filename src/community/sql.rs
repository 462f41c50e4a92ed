//! The queries of communities: the audit log.

use super::study_settings::Settings;
use crate::time::zone::Zone;
use jiff::Timestamp;

use super::Moderator;
use super::audit::{Entry, Filter};
use crate::Result;
use crate::store::Connection;

/// Adds a line to the audit log: act, subject and detail, and from what to what it changed.
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
        .bind(now.as_millisecond())
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

#[derive(sqlx::FromRow)]
struct Line {
    id: i64,
    at: i64,
    actor: String,
    way: String,
    community: Option<String>,
    act: String,
    subject: String,
    detail: String,
    before: Option<String>,
    after: Option<String>,
}

/// The entries of the audit log before one that fit to a filter, newest first.
pub async fn audit(db: &mut Connection, filter: &Filter, before: i64, most: i64) -> Result<Vec<Entry>> {
    let query = "SELECT id, at, actor, way, community, act, subject, detail, before, after FROM audit
                 WHERE id < $1 AND ($2 = '' OR instr(lower(actor), lower($2)) > 0) AND ($3 = '' OR act = $3)
                     AND ($4 = '' OR instr(lower(subject), lower($4)) > 0) AND at >= $5 AND at < $6
                 ORDER BY id DESC LIMIT $7";
    let rows: Vec<Line> = sqlx::query_as(query)
        .bind(before)
        .bind(filter.actor.trim())
        .bind(filter.act.trim())
        .bind(filter.subject.trim())
        .bind(filter.since.map_or(i64::MIN, Timestamp::as_millisecond))
        .bind(filter.until.map_or(i64::MAX, Timestamp::as_millisecond))
        .bind(most)
        .fetch_all(db)
        .await?;
    let entry = |line: Line| {
        let Line { id, at, actor, way, community, act, subject, detail, before, after } = line;
        let at = Timestamp::from_millisecond(at).map_err(anyhow::Error::new)?;
        Ok(Entry { id, at, actor, way, community, act, subject, detail, before, after })
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
