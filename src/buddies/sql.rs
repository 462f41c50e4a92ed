//! The queries of buddies.

use jiff::Timestamp;
use jiff::civil::Date;

use super::group_rules::{Member, Presence};
use crate::Result;
use crate::people::PersonId;
use crate::store::{Connection, Millis, Snowflake};

/// A person who looks for a buddy or has one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Buddy {
    pub person_id: PersonId,
    guild: Snowflake,
    pub times: i64,
    since: Millis,
    pub first: bool,
    pub group_id: Option<i64>,
    presence: Option<String>,
    told: Option<String>,
    pub met: Option<String>,
}

impl Buddy {
    pub fn guild(&self) -> u64 {
        self.guild.0
    }

    pub fn since(&self) -> Timestamp {
        self.since.0
    }

    pub fn member(&self) -> Result<Member> {
        let presence: Option<Presence> =
            self.presence.as_deref().map(serde_json::from_str).transpose().map_err(anyhow::Error::new)?;
        let told = self.told.as_deref().and_then(|date| date.parse().ok());
        Ok(Member { who: self.person_id, presence: presence.unwrap_or(Presence::Here), told })
    }
}

const BUDDY: &str = "SELECT person_id, guild, times, since, first, group_id, presence, told, met";

pub async fn buddy(db: &mut Connection, id: PersonId) -> Result<Option<Buddy>> {
    let query = format!("{BUDDY} FROM study_buddies WHERE person_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(db).await?)
}

/// The people who wait in a server, by number.
pub async fn waiting(db: &mut Connection, guild: u64) -> Result<Vec<Buddy>> {
    let query = format!("{BUDDY} FROM study_buddies WHERE guild = $1 AND group_id IS NULL ORDER BY person_id");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(Snowflake(guild)).fetch_all(db).await?)
}

/// Up to `most` of them, those with the oldest activity first. Empty if fewer than two wait.
pub async fn waiting_longest_unheard(db: &mut Connection, guild: u64, most: i64) -> Result<Vec<PersonId>> {
    let query = "SELECT b.person_id FROM study_buddies AS b LEFT JOIN study_people AS p ON p.person_id = b.person_id
                 WHERE b.guild = $1 AND b.group_id IS NULL
                     AND (SELECT count(*) FROM study_buddies WHERE guild = $1 AND group_id IS NULL) > 1
                 ORDER BY p.at, b.person_id LIMIT $2";
    Ok(sqlx::query_scalar(query).bind(Snowflake(guild)).bind(most).fetch_all(db).await?)
}

/// Starts to wait, or changes the times of a person who waits.
pub async fn wait(db: &mut Connection, id: PersonId, guild: u64, times: i64, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO study_buddies (person_id, guild, times, since, first) VALUES ($1, $2, $3, $4, 0)
                 ON CONFLICT (person_id) DO UPDATE SET guild = excluded.guild, times = excluded.times";
    let now = Millis(now);
    sqlx::query(query).bind(id).bind(Snowflake(guild)).bind(times).bind(now).execute(db).await?;
    Ok(())
}

/// Waits again after a group; with `first`, before the others.
pub async fn wait_again(db: &mut Connection, who: PersonId, first: bool, now: Timestamp) -> Result<()> {
    let query =
        "UPDATE study_buddies SET group_id = NULL, presence = NULL, first = $1, since = $2 WHERE person_id = $3";
    sqlx::query(query).bind(first).bind(Millis(now)).bind(who).execute(db).await?;
    Ok(())
}

pub async fn forget(db: &mut Connection, who: PersonId) -> Result<()> {
    sqlx::query("DELETE FROM study_buddies WHERE person_id = $1").bind(who).execute(db).await?;
    Ok(())
}

/// A group's row.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct GroupRow {
    guild: Snowflake,
    pub school: bool,
    pub size: i64,
    thread: Option<Snowflake>,
}

impl GroupRow {
    pub fn guild(&self) -> u64 {
        self.guild.0
    }

    pub fn thread(&self) -> Option<u64> {
        self.thread.map(|id| id.0)
    }
}

pub async fn group(db: &mut Connection, id: i64) -> Result<Option<GroupRow>> {
    let query = "SELECT guild, school, size, thread FROM study_groups WHERE id = $1";
    Ok(sqlx::query_as(query).bind(id).fetch_optional(db).await?)
}

pub async fn members(db: &mut Connection, id: i64) -> Result<Vec<Buddy>> {
    let query = format!("{BUDDY} FROM study_buddies WHERE group_id = $1 ORDER BY person_id");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).fetch_all(db).await?)
}

pub async fn add_group(db: &mut Connection, guild: u64, school: bool, size: usize) -> Result<i64> {
    let query = "INSERT INTO study_groups (guild, school, size) VALUES ($1, $2, $3) RETURNING id";
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    Ok(sqlx::query_scalar(query).bind(Snowflake(guild)).bind(school).bind(size).fetch_one(db).await?)
}

pub async fn enter(db: &mut Connection, who: PersonId, group: i64, now: Timestamp) -> Result<()> {
    let query = "UPDATE study_buddies SET group_id = $1, since = $2, first = 0, told = NULL, met = NULL
                 WHERE person_id = $3";
    sqlx::query(query).bind(group).bind(Millis(now)).bind(who).execute(db).await?;
    Ok(())
}

pub async fn set_group(
    db: &mut Connection,
    id: i64,
    size: usize,
    thread: Option<u64>,
    due: Option<Timestamp>,
) -> Result<()> {
    let query = "UPDATE study_groups SET size = $1, thread = $2, due = $3 WHERE id = $4";
    sqlx::query(query)
        .bind(i64::try_from(size).unwrap_or(i64::MAX))
        .bind(thread.map(Snowflake))
        .bind(due.map(Millis))
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn set_member(db: &mut Connection, group: i64, member: &Member) -> Result<()> {
    let presence = serde_json::to_string(&member.presence).map_err(anyhow::Error::new)?;
    let query = "UPDATE study_buddies SET presence = $1, told = $2 WHERE person_id = $3 AND group_id = $4";
    let told = member.told.map(|date| date.to_string());
    sqlx::query(query).bind(presence).bind(told).bind(member.who).bind(group).execute(db).await?;
    Ok(())
}

pub async fn set_met(db: &mut Connection, id: PersonId, date: Date) -> Result<()> {
    let query = "UPDATE study_buddies SET met = $1 WHERE person_id = $2";
    sqlx::query(query).bind(date.to_string()).bind(id).execute(db).await?;
    Ok(())
}

pub async fn end_group(db: &mut Connection, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM study_groups WHERE id = $1").bind(id).execute(db).await?;
    Ok(())
}

/// Due groups, longest overdue first.
pub async fn due_groups(db: &mut Connection, now: Timestamp, most: i64) -> Result<Vec<i64>> {
    let query = "SELECT id FROM study_groups WHERE due <= $1 ORDER BY due, id LIMIT $2";
    Ok(sqlx::query_scalar(query).bind(Millis(now)).bind(most).fetch_all(db).await?)
}

pub async fn put_off(db: &mut Connection, group: i64, until: Timestamp) -> Result<()> {
    let query = "UPDATE study_groups SET due = $1 WHERE id = $2";
    sqlx::query(query).bind(Millis(until)).bind(group).execute(db).await?;
    Ok(())
}

pub async fn part(db: &mut Connection, one: PersonId, other: PersonId, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO study_pairs (one_id, other_id, until) VALUES ($1, $2, $3)
                 ON CONFLICT (one_id, other_id) DO UPDATE SET until = excluded.until";
    sqlx::query(query).bind(one.min(other)).bind(one.max(other)).bind(Millis(now)).execute(db).await?;
    Ok(())
}

/// A person's buddies since an instant, and until when.
pub async fn past(db: &mut Connection, who: PersonId, since: Timestamp) -> Result<Vec<(PersonId, Timestamp)>> {
    let query = "SELECT other_id, until FROM study_pairs WHERE one_id = $1 AND until >= $2
                 UNION ALL SELECT one_id, until FROM study_pairs WHERE other_id = $1 AND until >= $2";
    let rows: Vec<(PersonId, Millis)> = sqlx::query_as(query).bind(who).bind(Millis(since)).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(who, until)| (who, until.0)).collect())
}

pub async fn forget_pairs(db: &mut Connection, until: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM study_pairs WHERE until < $1").bind(Millis(until)).execute(db).await?;
    Ok(())
}

pub async fn block(db: &mut Connection, who: PersonId, whom: PersonId) -> Result<()> {
    let query = "INSERT INTO study_blocks (person_id, blocked_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    sqlx::query(query).bind(who).bind(whom).execute(db).await?;
    Ok(())
}

/// The blocks of people who wait in a server: who blocked whom.
pub async fn blocks(db: &mut Connection, guild: u64) -> Result<Vec<(PersonId, PersonId)>> {
    let query = "SELECT b.person_id, b.blocked_id FROM study_blocks AS b
                 JOIN study_buddies AS s ON s.person_id = b.person_id
                 WHERE s.guild = $1 AND s.group_id IS NULL ORDER BY b.person_id, b.blocked_id";
    Ok(sqlx::query_as(query).bind(Snowflake(guild)).fetch_all(db).await?)
}

pub async fn next_round(db: &mut Connection, guild: u64) -> Result<Option<Timestamp>> {
    let query = "SELECT next FROM study_rounds WHERE guild = $1";
    let next: Option<Millis> = sqlx::query_scalar(query).bind(Snowflake(guild)).fetch_optional(db).await?;
    Ok(next.map(|at| at.0))
}

pub async fn set_next_round(db: &mut Connection, guild: u64, next: Option<Timestamp>) -> Result<()> {
    let Some(next) = next else {
        sqlx::query("DELETE FROM study_rounds WHERE guild = $1").bind(Snowflake(guild)).execute(db).await?;
        return Ok(());
    };
    let query = "INSERT INTO study_rounds (guild, next) VALUES ($1, $2)
                 ON CONFLICT (guild) DO UPDATE SET next = excluded.next";
    sqlx::query(query).bind(Snowflake(guild)).bind(Millis(next)).execute(db).await?;
    Ok(())
}

/// Servers whose round is due.
pub async fn due_rounds(db: &mut Connection, now: Timestamp) -> Result<Vec<u64>> {
    let query = "SELECT guild FROM study_rounds WHERE next <= $1 ORDER BY next, guild";
    let rows: Vec<Snowflake> = sqlx::query_scalar(query).bind(Millis(now)).fetch_all(db).await?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Whether a round or a group is due after `beyond`.
pub async fn is_due_after(db: &mut Connection, beyond: Timestamp) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM study_rounds WHERE next > $1)
                     OR EXISTS (SELECT 1 FROM study_groups WHERE due > $1)";
    Ok(sqlx::query_scalar(query).bind(Millis(beyond)).fetch_one(db).await?)
}

/// Sets later dates to `now`. Groups that are due after `tomorrow` become due.
pub async fn bring_back(db: &mut Connection, now: Timestamp, tomorrow: Timestamp) -> Result<()> {
    let date = tomorrow.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    let (now, tomorrow) = (Millis(now), Millis(tomorrow));
    for query in
        ["UPDATE study_buddies SET since = $1 WHERE since > $1", "UPDATE study_pairs SET until = $1 WHERE until > $1"]
    {
        sqlx::query(query).bind(now).execute(&mut *db).await?;
    }
    let query = "UPDATE study_groups SET due = $1 WHERE due > $2";
    sqlx::query(query).bind(now).bind(tomorrow).execute(&mut *db).await?;
    sqlx::query("UPDATE study_buddies SET told = NULL WHERE told > $1").bind(date).execute(db).await?;
    Ok(())
}

/// The servers with a planned round.
pub async fn planning(db: &mut Connection) -> Result<Vec<u64>> {
    let rows: Vec<Snowflake> =
        sqlx::query_scalar("SELECT guild FROM study_rounds ORDER BY guild").fetch_all(db).await?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Every member of a group, with the group's number.
pub async fn grouped(db: &mut Connection) -> Result<Vec<(i64, Member)>> {
    let query = format!("{BUDDY} FROM study_buddies WHERE group_id IS NOT NULL ORDER BY person_id");
    let rows: Vec<Buddy> = sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_all(db).await?;
    rows.iter().filter_map(|row| row.group_id.map(|group| row.member().map(|member| (group, member)))).collect()
}
