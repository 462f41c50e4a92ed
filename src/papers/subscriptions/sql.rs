//! The SQL of subscriptions: who gets a digest, what was posted, and the moderators' choices.

use jiff::Timestamp;
use jiff::civil::Weekday;

use super::{Choice, Chosen, Subscription, Wishes};
use crate::Result;
use crate::outbox::Target;
use crate::papers::schedule::Schedule;
use crate::papers::{ArxivId, Entry, Favourite, Week};
use crate::people::PersonId;
use crate::store::{Connection, Lease, Millis, Snowflake};
use crate::time::zone::Zone;

#[derive(sqlx::FromRow)]
struct Raw {
    id: i64,
    target: String,
    community: Option<String>,
    weekday: i64,
    hour: i64,
    zone: String,
    include: String,
    exclude: String,
    min_votes: i64,
    count: i64,
    ping_role: Option<Snowflake>,
    threads: bool,
    due_at: Millis,
    tries: i64,
    skip: Option<String>,
    last_week: Option<String>,
    refused: i64,
}

const COLUMNS: &str = "id, target, community, weekday, hour, zone, include, exclude, min_votes, count, ping_role,
    threads, due_at, tries, skip, last_week, refused";

impl Raw {
    fn read(self) -> Result<Subscription> {
        let weekday = Weekday::from_monday_one_offset(i8::try_from(self.weekday).unwrap_or(1));
        let zone = Zone::try_from(self.zone).map_err(anyhow::Error::msg)?;
        Ok(Subscription {
            id: self.id,
            target: self.target.parse()?,
            community: self.community,
            wishes: Wishes {
                schedule: Schedule::new(weekday.map_err(anyhow::Error::new)?, self.hour, zone)?,
                include: json(&self.include)?,
                exclude: json(&self.exclude)?,
                min_votes: u32::try_from(self.min_votes).unwrap_or(u32::MAX),
                count: usize::try_from(self.count).unwrap_or(1),
                ping_role: self.ping_role.map(|id| id.0),
                threads: self.threads,
            },
            due: self.due_at.0,
            tries: self.tries,
            skip: self.skip.map(|week| week.parse()).transpose()?,
            last_week: self.last_week.map(|week| week.parse()).transpose()?,
            refused: self.refused,
        })
    }
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text).map_err(anyhow::Error::new)?)
}

fn text(value: &impl serde::Serialize) -> Result<String> {
    Ok(serde_json::to_string(value).map_err(anyhow::Error::new)?)
}

pub async fn of(db: &mut Connection, target: &Target) -> Result<Option<Subscription>> {
    let query = format!("SELECT {COLUMNS} FROM paper_subscriptions WHERE target = $1");
    let raw: Option<Raw> =
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(target.to_string()).fetch_optional(db).await?;
    raw.map(Raw::read).transpose()
}

/// The subscriptions of a community, oldest first.
pub async fn of_community(db: &mut Connection, community: &str) -> Result<Vec<Subscription>> {
    let query = format!("SELECT {COLUMNS} FROM paper_subscriptions WHERE community = $1 ORDER BY id");
    let raw: Vec<Raw> = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(community).fetch_all(db).await?;
    raw.into_iter().map(Raw::read).collect()
}

/// The number of targets that get a digest.
pub async fn count(db: &mut Connection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM paper_subscriptions").fetch_one(db).await?)
}

/// Saves a subscription. Its posted papers and its refusals stay.
pub async fn put(
    db: &mut Connection,
    target: &Target,
    community: Option<&str>,
    wishes: &Wishes,
    due: Timestamp,
) -> Result<i64> {
    let query = "INSERT INTO paper_subscriptions (target, community, weekday, hour, zone, include, exclude, min_votes,
                     count, ping_role, threads, due_at, try_at, tries, lease_until, refused)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, 0, 0, 0)
                 ON CONFLICT (target) DO UPDATE SET weekday = excluded.weekday, hour = excluded.hour,
                     zone = excluded.zone, include = excluded.include, exclude = excluded.exclude,
                     min_votes = excluded.min_votes, count = excluded.count, ping_role = excluded.ping_role,
                     threads = excluded.threads,
                     try_at = CASE WHEN due_at = excluded.due_at THEN try_at ELSE excluded.due_at END,
                     tries = CASE WHEN due_at = excluded.due_at THEN tries ELSE 0 END,
                     due_at = excluded.due_at
                 RETURNING id";
    let schedule = &wishes.schedule;
    Ok(sqlx::query_scalar(query)
        .bind(target.to_string())
        .bind(community)
        .bind(i64::from(schedule.weekday.to_monday_one_offset()))
        .bind(i64::from(schedule.hour))
        .bind(schedule.zone_name())
        .bind(text(&wishes.include)?)
        .bind(text(&wishes.exclude)?)
        .bind(i64::from(wishes.min_votes))
        .bind(i64::try_from(wishes.count).unwrap_or(1))
        .bind(wishes.ping_role.map(Snowflake))
        .bind(wishes.threads)
        .bind(Millis(due))
        .fetch_one(db)
        .await?)
}

pub async fn remove(db: &mut Connection, target: &Target) -> Result<bool> {
    let query = "DELETE FROM paper_subscriptions WHERE target = $1";
    Ok(sqlx::query(query).bind(target.to_string()).execute(db).await?.rows_affected() == 1)
}

/// Sets the person who is told if a digest cannot be posted.
pub async fn set_keeper(db: &mut Connection, subscription: i64, person: PersonId) -> Result<()> {
    let query = "INSERT INTO paper_keepers (subscription, person_id) VALUES ($1, $2)
                 ON CONFLICT (subscription) DO UPDATE SET person_id = excluded.person_id";
    sqlx::query(query).bind(subscription).bind(person).execute(db).await?;
    Ok(())
}

/// That person's number and Discord id.
pub async fn keeper(db: &mut Connection, subscription: i64) -> Result<Option<(PersonId, Option<String>)>> {
    let query = "SELECT p.id, p.discord_id FROM paper_keepers k JOIN persons p ON p.id = k.person_id
                 WHERE k.subscription = $1";
    Ok(sqlx::query_as(query).bind(subscription).fetch_optional(db).await?)
}

/// Whether any digest is due.
pub async fn any_due(db: &mut Connection, now: Timestamp) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM paper_subscriptions WHERE try_at <= $1 AND lease_until <= $1)";
    Ok(sqlx::query_scalar(query).bind(Millis(now)).fetch_one(db).await?)
}

/// Claims all due digests.
pub async fn claim(db: &mut Connection, lease: Lease) -> Result<Vec<Subscription>> {
    let query = format!(
        "UPDATE paper_subscriptions SET lease_until = $1 WHERE try_at <= $2 AND lease_until <= $2 RETURNING {COLUMNS}"
    );
    let raw: Vec<Raw> =
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(lease.until()).bind(lease.from()).fetch_all(db).await?;
    // A row that this version cannot read, such as one with a removed time zone, must not stop the others.
    let read = |raw: Raw| {
        let id = raw.id;
        raw.read().inspect_err(|cause| tracing::error!(id, "a subscription to papers cannot be read: {cause}")).ok()
    };
    Ok(raw.into_iter().filter_map(read).collect())
}

/// The subscriptions that are due after an instant.
pub async fn due_after(db: &mut Connection, beyond: Timestamp) -> Result<Vec<Subscription>> {
    let query = format!("SELECT {COLUMNS} FROM paper_subscriptions WHERE due_at > $1");
    let raw: Vec<Raw> = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(Millis(beyond)).fetch_all(db).await?;
    Ok(raw.into_iter().filter_map(|raw| raw.read().ok()).collect())
}

/// Sets the next due date and clears skip, tries and lease.
pub async fn advance(db: &mut Connection, id: i64, due: Timestamp, posted: Option<Week>, refused: i64) -> Result<()> {
    let query = "UPDATE paper_subscriptions SET due_at = $1, try_at = $1, tries = 0, lease_until = 0, skip = NULL,
                     last_week = coalesce($2, last_week), refused = $3 WHERE id = $4";
    let posted = posted.map(|week| week.to_string());
    sqlx::query(query).bind(Millis(due)).bind(posted).bind(refused).bind(id).execute(db).await?;
    Ok(())
}

/// Postpones the digest until `at`.
pub async fn put_off(db: &mut Connection, id: i64, at: Timestamp, tries: i64) -> Result<()> {
    let query = "UPDATE paper_subscriptions SET try_at = $1, tries = $2, lease_until = 0 WHERE id = $3";
    sqlx::query(query).bind(Millis(at)).bind(tries).bind(id).execute(db).await?;
    Ok(())
}

pub async fn set_skip(db: &mut Connection, id: i64, week: Option<Week>) -> Result<()> {
    let query = "UPDATE paper_subscriptions SET skip = $1 WHERE id = $2";
    sqlx::query(query).bind(week.map(|w| w.to_string())).bind(id).execute(db).await?;
    Ok(())
}

/// The papers that were posted to a target.
pub async fn posted(db: &mut Connection, target: &Target) -> Result<Vec<ArxivId>> {
    let query = "SELECT arxiv FROM paper_posts WHERE target = $1";
    let ids: Vec<String> = sqlx::query_scalar(query).bind(target.to_string()).fetch_all(db).await?;
    Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
}

pub async fn add_post(db: &mut Connection, target: &Target, week: Week, entry: &Entry) -> Result<()> {
    let query = "INSERT INTO paper_posts (target, arxiv, week, rank, title) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(query)
        .bind(target.to_string())
        .bind(entry.id.as_str())
        .bind(week.to_string())
        .bind(i64::try_from(entry.rank).unwrap_or(0))
        .bind(&entry.title)
        .execute(db)
        .await?;
    Ok(())
}

/// The members' favourite among the papers that were posted to a target in a week.
pub async fn favourite(db: &mut Connection, community: &str, target: &Target, week: Week) -> Result<Option<Favourite>> {
    let query = "SELECT p.arxiv, p.title, count(*) FROM paper_posts p
                     JOIN paper_votes v ON v.community = $1 AND v.arxiv = p.arxiv
                 WHERE p.target = $2 AND p.week = $3
                 GROUP BY p.arxiv, p.title, p.rank ORDER BY count(*) DESC, p.rank LIMIT 1";
    let row: Option<(String, String, i64)> = sqlx::query_as(query)
        .bind(community)
        .bind(target.to_string())
        .bind(week.to_string())
        .fetch_optional(db)
        .await?;
    let Some((id, title, votes)) = row else { return Ok(None) };
    let id = id.parse::<ArxivId>().map_err(crate::Error::from)?;
    Ok(Some(Favourite { id, title, votes: u32::try_from(votes).unwrap_or(u32::MAX) }))
}

/// Pins or vetoes a paper; replaces an earlier choice.
pub async fn choose(db: &mut Connection, community: &str, entry: &Entry, choice: Choice, week: Week) -> Result<()> {
    let query = "INSERT INTO paper_choices (community, arxiv, choice, week, entry) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (community, arxiv) DO UPDATE SET choice = excluded.choice, week = excluded.week,
                     entry = excluded.entry";
    let id = entry.id.as_str();
    let entry = text(entry)?;
    sqlx::query(query)
        .bind(community)
        .bind(id)
        .bind(choice.name())
        .bind(week.to_string())
        .bind(entry)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes a choice. Returns whether there was one.
pub async fn unchoose(db: &mut Connection, community: &str, id: &ArxivId) -> Result<bool> {
    let query = "DELETE FROM paper_choices WHERE community = $1 AND arxiv = $2";
    Ok(sqlx::query(query).bind(community).bind(id.as_str()).execute(db).await?.rows_affected() == 1)
}

/// The papers pinned for a week, in the order in which they were chosen.
pub async fn pins(db: &mut Connection, community: &str, week: Week) -> Result<Vec<Entry>> {
    let query = "SELECT entry FROM paper_choices WHERE community = $1 AND choice = 'pin' AND week = $2 ORDER BY rowid";
    let rows: Vec<String> = sqlx::query_scalar(query).bind(community).bind(week.to_string()).fetch_all(db).await?;
    rows.iter().map(|entry| json(entry)).collect()
}

/// The choices of a community's moderators: pins, then vetoes.
pub async fn chosen(db: &mut Connection, community: &str) -> Result<Vec<Chosen>> {
    let query = "SELECT choice, week, entry FROM paper_choices WHERE community = $1 ORDER BY choice, rowid";
    let rows: Vec<(String, String, String)> = sqlx::query_as(query).bind(community).fetch_all(db).await?;
    let read = |(choice, week, entry): (String, String, String)| {
        let choice = if choice == "pin" { Choice::Pin } else { Choice::Veto };
        Ok(Chosen { entry: json(&entry)?, choice: Some(choice), week: week.parse()? })
    };
    rows.into_iter().map(read).collect()
}

/// The papers that must never be posted.
pub async fn vetoes(db: &mut Connection, community: &str) -> Result<Vec<ArxivId>> {
    let query = "SELECT arxiv FROM paper_choices WHERE community = $1 AND choice = 'veto'";
    let ids: Vec<String> = sqlx::query_scalar(query).bind(community).fetch_all(db).await?;
    Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
}
