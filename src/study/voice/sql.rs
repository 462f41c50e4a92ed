//! The queries of study in voice channels.

use jiff::Timestamp;

use super::rules::Stay;
use crate::Result;
use crate::people::PersonId;
use crate::store::{Connection, Millis, Snowflake};

#[derive(sqlx::FromRow)]
struct Row {
    guild: Snowflake,
    channel: Snowflake,
    began: Option<Millis>,
    seen: Millis,
    gone: Option<Millis>,
    unseen: bool,
}

pub async fn stay(db: &mut Connection, id: PersonId) -> Result<Option<Stay>> {
    let query = "SELECT guild, channel, began, seen, gone, unseen FROM study_stays WHERE person_id = $1";
    let row: Option<Row> = sqlx::query_as(query).bind(id).fetch_optional(db).await?;
    Ok(row.map(|row| Stay {
        guild: row.guild.0,
        channel: row.channel.0,
        began: row.began.map(|at| at.0),
        seen: row.seen.0,
        gone: row.gone.map(|at| at.0),
        unseen: row.unseen,
    }))
}

pub async fn set_stay(db: &mut Connection, id: PersonId, stay: &Stay) -> Result<()> {
    let query = "INSERT INTO study_stays (person_id, guild, channel, began, seen, gone, unseen)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (person_id) DO UPDATE SET guild = excluded.guild, channel = excluded.channel,
                 began = excluded.began, seen = excluded.seen, gone = excluded.gone, unseen = excluded.unseen";
    sqlx::query(query)
        .bind(id)
        .bind(Snowflake(stay.guild))
        .bind(Snowflake(stay.channel))
        .bind(stay.began.map(Millis))
        .bind(Millis(stay.seen))
        .bind(stay.gone.map(Millis))
        .bind(stay.unseen)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn end_stay(db: &mut Connection, id: PersonId) -> Result<()> {
    sqlx::query("DELETE FROM study_stays WHERE person_id = $1").bind(id).execute(db).await?;
    Ok(())
}

/// Who is in a channel of a server, and in which.
pub async fn there(db: &mut Connection, guild: u64) -> Result<Vec<(PersonId, u64)>> {
    let query = "SELECT person_id, channel FROM study_stays WHERE guild = $1 AND gone IS NULL ORDER BY person_id";
    let rows: Vec<(PersonId, Snowflake)> = sqlx::query_as(query).bind(Snowflake(guild)).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(id, channel)| (id, channel.0)).collect())
}

/// Whether anybody is in a channel.
pub async fn is_anybody_there(db: &mut Connection) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM study_stays WHERE gone IS NULL)").fetch_one(db).await?)
}

/// Everybody who is in a channel was there at an instant.
pub async fn see(db: &mut Connection, at: Timestamp) -> Result<()> {
    let query = "UPDATE study_stays SET seen = max(seen, $1) WHERE gone IS NULL";
    sqlx::query(query).bind(Millis(at)).execute(db).await?;
    Ok(())
}

/// Whether anything is to be done when a user of Discord's comes or goes in a server.
pub async fn concerns(db: &mut Connection, guild: u64, user: u64) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM persons AS p WHERE p.discord_id = $1
                     AND (EXISTS (SELECT 1 FROM study_voice AS v WHERE v.person_id = p.id AND v.guild = $2)
                       OR EXISTS (SELECT 1 FROM study_stays AS s WHERE s.person_id = p.id)))";
    Ok(sqlx::query_scalar(query).bind(user.to_string()).bind(Snowflake(guild)).fetch_one(db).await?)
}

/// Those whose time in a server counts, by their ids at Discord.
pub async fn counted(db: &mut Connection, guild: u64) -> Result<Vec<u64>> {
    let query = "SELECT p.discord_id FROM study_voice AS v JOIN persons AS p ON p.id = v.person_id
                 WHERE v.guild = $1 AND p.discord_id IS NOT NULL ORDER BY p.id";
    let ids: Vec<String> = sqlx::query_scalar(query).bind(Snowflake(guild)).fetch_all(db).await?;
    Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
}

/// The servers in which somebody's time counts.
pub async fn servers(db: &mut Connection, id: PersonId) -> Result<Vec<u64>> {
    let query = "SELECT guild FROM study_voice WHERE person_id = $1 ORDER BY guild";
    let ids: Vec<Snowflake> = sqlx::query_scalar(query).bind(id).fetch_all(db).await?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

pub async fn turn_on(db: &mut Connection, id: PersonId, guild: u64) -> Result<()> {
    let query = "INSERT INTO study_voice (person_id, guild) VALUES ($1, $2) ON CONFLICT (person_id, guild) DO NOTHING";
    sqlx::query(query).bind(id).bind(Snowflake(guild)).execute(db).await?;
    Ok(())
}

/// In one server, or in all.
pub async fn turn_off(db: &mut Connection, id: PersonId, guild: Option<u64>) -> Result<()> {
    let query = "DELETE FROM study_voice WHERE person_id = $1 AND ($2 IS NULL OR guild = $2)";
    sqlx::query(query).bind(id).bind(guild.map(Snowflake)).execute(db).await?;
    Ok(())
}
