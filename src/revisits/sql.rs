//! The queries of what is to be seen again.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Comes, Revisit};
use crate::Result;
use crate::outbox::press::Thing;
use crate::people::PersonId;
use crate::store::{Connection, Millis, Snowflake};

/// A row.
#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: i64,
    pub person_id: PersonId,
    guild: Option<Snowflake>,
    thing: String,
    pub title: String,
    date: String,
    due: Option<Millis>,
}

impl Row {
    pub fn guild(&self) -> Option<u64> {
        self.guild.map(|id| id.0)
    }

    pub fn due(&self) -> Option<Timestamp> {
        self.due.map(|due| due.0)
    }

    pub fn date(&self) -> Option<Date> {
        self.date.parse().ok()
    }

    pub fn thing(&self) -> Option<Thing> {
        self.thing.parse().ok()
    }

    pub fn is(&self, thing: &Thing, date: Date) -> bool {
        self.thing == thing.to_string() && self.date == date.to_string()
    }

    /// The row as it is shown; none if this version does not know such things.
    pub fn read(self, comes: Comes) -> Option<Revisit> {
        Some(Revisit { id: self.id, thing: self.thing()?, title: self.title, comes })
    }
}

/// A row to be added.
pub struct New<'a> {
    pub person: PersonId,
    pub guild: Option<u64>,
    pub thing: &'a Thing,
    pub title: &'a str,
    pub date: Date,
    pub due: Timestamp,
}

/// Adds a row, and returns its number; the same thing on the same date is the same row.
pub async fn add(db: &mut Connection, new: &New<'_>) -> Result<i64> {
    let query = "INSERT INTO revisits (person_id, guild, thing, title, date, due) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (person_id, thing, date) DO UPDATE SET guild = excluded.guild, title = excluded.title,
                 due = coalesce(revisits.due, excluded.due) RETURNING id";
    let query = sqlx::query_scalar(query).bind(new.person).bind(new.guild.map(Snowflake)).bind(new.thing.to_string());
    Ok(query.bind(new.title).bind(new.date.to_string()).bind(Millis(new.due)).fetch_one(db).await?)
}

/// All rows of a person, the first to come first.
pub async fn of(db: &mut Connection, id: PersonId) -> Result<Vec<Row>> {
    let query =
        "SELECT id, person_id, guild, thing, title, date, due FROM revisits WHERE person_id = $1 ORDER BY date, id";
    Ok(sqlx::query_as(query).bind(id).fetch_all(db).await?)
}

/// Takes a row of a person away, and returns its title.
pub async fn cancel(db: &mut Connection, person: PersonId, id: i64) -> Result<Option<String>> {
    let query = "DELETE FROM revisits WHERE person_id = $1 AND id = $2 RETURNING title";
    Ok(sqlx::query_scalar(query).bind(person).bind(id).fetch_optional(db).await?)
}

pub async fn delete(db: &mut Connection, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM revisits WHERE id = $1").bind(id).execute(db).await?;
    Ok(())
}

/// Up to `most` rows that are due, those that have waited longest first.
pub async fn due(db: &mut Connection, now: Timestamp, most: i64) -> Result<Vec<Row>> {
    let query =
        "SELECT id, person_id, guild, thing, title, date, due FROM revisits WHERE due <= $1 ORDER BY due LIMIT $2";
    Ok(sqlx::query_as(query).bind(Millis(now)).bind(most).fetch_all(db).await?)
}

/// Sets when a row that is due comes, or that it is in the outbox; says whether it was still due.
pub async fn set_due(db: &mut Connection, id: i64, due: Option<Timestamp>, now: Timestamp) -> Result<bool> {
    let query = "UPDATE revisits SET due = $1 WHERE id = $2 AND due <= $3";
    let done = sqlx::query(query).bind(due.map(Millis)).bind(id).bind(Millis(now)).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// When the next row is due.
pub async fn next_due(db: &mut Connection) -> Result<Option<Timestamp>> {
    let at: Option<Millis> = sqlx::query_scalar("SELECT min(due) FROM revisits").fetch_one(db).await?;
    Ok(at.map(|at| at.0))
}

/// The numbers of the rows that are in the outbox.
pub async fn said(db: &mut Connection) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar("SELECT id FROM revisits WHERE due IS NULL").fetch_all(db).await?)
}

/// A row that was taken comes later after all.
pub async fn wait(db: &mut Connection, id: i64, until: Timestamp) -> Result<()> {
    sqlx::query("UPDATE revisits SET due = $1 WHERE id = $2").bind(Millis(until)).bind(id).execute(db).await?;
    Ok(())
}
