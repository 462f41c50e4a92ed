//! The queries of Pomodoros.

use jiff::Timestamp;

use super::rules::Pace;
use crate::Result;
use crate::people::PersonId;
use crate::store::{Connection, Millis, Snowflake};

/// A Pomodoro's row.
#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: i64,
    guild: Snowflake,
    channel: Snowflake,
    pub starter: Option<PersonId>,
    began: Millis,
    focus: i64,
    pause: i64,
    rounds: i64,
    due: Option<Millis>,
    ended: Option<Millis>,
    message: Option<Snowflake>,
    pub version: i64,
    pub told: i64,
}

impl Row {
    pub fn guild(&self) -> u64 {
        self.guild.0
    }

    pub fn channel(&self) -> u64 {
        self.channel.0
    }

    pub fn pace(&self) -> Pace {
        Pace { focus: self.focus, pause: self.pause, rounds: self.rounds }
    }

    pub fn began(&self) -> Timestamp {
        self.began.0
    }

    pub fn due(&self) -> Option<Timestamp> {
        self.due.map(|due| due.0)
    }

    pub fn message(&self) -> Option<u64> {
        self.message.map(|id| id.0)
    }

    pub fn ended(&self) -> Option<Timestamp> {
        self.ended.map(|ended| ended.0)
    }
}

/// A Pomodoro to be added.
pub struct New {
    pub guild: u64,
    pub channel: u64,
    pub starter: PersonId,
    pub began: Timestamp,
    pub pace: Pace,
    pub due: Option<Timestamp>,
}

/// Adds one, and returns its number.
pub async fn add(db: &mut Connection, new: &New) -> Result<i64> {
    let query = "INSERT INTO pomodoros (guild, channel, starter, began, focus, pause, rounds, due, version, told)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0) RETURNING id";
    let query = sqlx::query_scalar(query).bind(Snowflake(new.guild)).bind(Snowflake(new.channel)).bind(new.starter);
    let query = query.bind(Millis(new.began)).bind(new.pace.focus).bind(new.pace.pause).bind(new.pace.rounds);
    Ok(query.bind(new.due.map(Millis)).fetch_one(db).await?)
}

pub async fn get(db: &mut Connection, id: i64) -> Result<Option<Row>> {
    let query = "SELECT id, guild, channel, starter, began, focus, pause, rounds, due, ended, message, version, told FROM pomodoros WHERE id = $1";
    Ok(sqlx::query_as(query).bind(id).fetch_optional(db).await?)
}

/// The one that runs in a channel.
pub async fn in_channel(db: &mut Connection, channel: u64) -> Result<Option<Row>> {
    let query = "SELECT id, guild, channel, starter, began, focus, pause, rounds, due, ended, message, version, told FROM pomodoros WHERE channel = $1 AND ended IS NULL";
    Ok(sqlx::query_as(query).bind(Snowflake(channel)).fetch_optional(db).await?)
}

/// The one that somebody is in.
pub async fn of(db: &mut Connection, id: PersonId) -> Result<Option<Row>> {
    let query = "SELECT p.id, p.guild, p.channel, p.starter, p.began, p.focus, p.pause, p.rounds, p.due, p.ended, p.message, p.version, p.told FROM pomodoros AS p JOIN pomodoro_members AS m ON m.pomodoro_id = p.id WHERE m.person_id = $1";
    Ok(sqlx::query_as(query).bind(id).fetch_optional(db).await?)
}

/// Who is in, in the order in which they came, with their ids at Discord.
pub async fn members(db: &mut Connection, id: i64) -> Result<Vec<(PersonId, Option<u64>)>> {
    let query = "SELECT m.person_id, p.discord_id FROM pomodoro_members AS m JOIN persons AS p ON p.id = m.person_id
                 WHERE m.pomodoro_id = $1 ORDER BY m.since, m.person_id";
    let rows: Vec<(PersonId, Option<String>)> = sqlx::query_as(query).bind(id).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(person, discord)| (person, discord.and_then(|id| id.parse().ok()))).collect())
}

pub async fn join(db: &mut Connection, id: i64, person: PersonId, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO pomodoro_members (person_id, pomodoro_id, since) VALUES ($1, $2, $3)";
    sqlx::query(query).bind(person).bind(id).bind(Millis(now)).execute(db).await?;
    Ok(())
}

pub async fn leave(db: &mut Connection, person: PersonId) -> Result<()> {
    sqlx::query("DELETE FROM pomodoro_members WHERE person_id = $1").bind(person).execute(db).await?;
    Ok(())
}

/// The next stretch begins then; says whether nobody was faster.
pub async fn turn(db: &mut Connection, row: &Row, due: Option<Timestamp>) -> Result<bool> {
    let query = "UPDATE pomodoros SET due = $1, version = version + 1 WHERE id = $2 AND due = $3 AND ended IS NULL";
    let query = sqlx::query(query).bind(due.map(Millis)).bind(row.id).bind(row.due().map(Millis));
    Ok(query.execute(db).await?.rows_affected() > 0)
}

pub async fn end(db: &mut Connection, id: i64, at: Timestamp) -> Result<()> {
    let query = "UPDATE pomodoros SET due = NULL, ended = $1, version = version + 1 WHERE id = $2 AND ended IS NULL";
    sqlx::query(query).bind(Millis(at)).bind(id).execute(&mut *db).await?;
    sqlx::query("DELETE FROM pomodoro_members WHERE pomodoro_id = $1").bind(id).execute(db).await?;
    Ok(())
}

pub async fn set_message(db: &mut Connection, id: i64, message: u64) -> Result<()> {
    sqlx::query("UPDATE pomodoros SET message = $1 WHERE id = $2")
        .bind(Snowflake(message))
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn set_told(db: &mut Connection, id: i64, version: i64) -> Result<()> {
    sqlx::query("UPDATE pomodoros SET told = $1 WHERE id = $2").bind(version).bind(id).execute(db).await?;
    Ok(())
}

pub async fn forget(db: &mut Connection, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM pomodoro_members WHERE pomodoro_id = $1").bind(id).execute(&mut *db).await?;
    sqlx::query("DELETE FROM pomodoros WHERE id = $1").bind(id).execute(db).await?;
    Ok(())
}

/// Those whose next stretch has begun.
pub async fn due(db: &mut Connection, now: Timestamp) -> Result<Vec<Row>> {
    let query = "SELECT id, guild, channel, starter, began, focus, pause, rounds, due, ended, message, version, told FROM pomodoros WHERE due <= $1 ORDER BY due";
    Ok(sqlx::query_as(query).bind(Millis(now)).fetch_all(db).await?)
}

/// Those whose message says something old.
pub async fn untold(db: &mut Connection) -> Result<Vec<Row>> {
    Ok(sqlx::query_as("SELECT id, guild, channel, starter, began, focus, pause, rounds, due, ended, message, version, told FROM pomodoros WHERE version > told ORDER BY id").fetch_all(db).await?)
}

/// When the next stretch of any begins.
pub async fn next_due(db: &mut Connection) -> Result<Option<Timestamp>> {
    let at: Option<Millis> = sqlx::query_scalar("SELECT min(due) FROM pomodoros").fetch_one(db).await?;
    Ok(at.map(|at| at.0))
}
