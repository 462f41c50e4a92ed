//! The queries of study.

use jiff::Timestamp;

use crate::Result;
use crate::people::PersonId;
use crate::store::Connection;
use crate::triage::Track;

/// A student's row.
#[derive(sqlx::FromRow)]
pub struct Row {
    guild: Option<i64>,
    pub state: String,
    pub events: i64,
    at: i64,
    channel: Option<i64>,
    pub marks: Option<String>,
}

impl Row {
    pub fn guild(&self) -> Option<u64> {
        self.guild.map(i64::cast_unsigned)
    }

    pub fn channel(&self) -> Option<u64> {
        self.channel.map(i64::cast_unsigned)
    }

    pub fn at(&self) -> Result<Timestamp> {
        instant(self.at)
    }
}

/// What a student's row is to say.
pub struct Saved<'a> {
    pub guild: Option<u64>,
    pub state: &'a str,
    pub events: i64,
    pub at: Timestamp,
    pub channel: Option<u64>,
    pub marks: Option<String>,
}

pub async fn student(db: &mut Connection, id: PersonId) -> Result<Option<Row>> {
    let query = "SELECT guild, state, events, at, channel, marks FROM study_people WHERE person_id = $1";
    Ok(sqlx::query_as(query).bind(id.0).fetch_optional(db).await?)
}

pub async fn save(db: &mut Connection, id: PersonId, saved: &Saved<'_>) -> Result<()> {
    let query =
        "INSERT INTO study_people (person_id, guild, state, events, at, channel, marks) VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (person_id) DO UPDATE SET guild = excluded.guild, state = excluded.state,
                 events = excluded.events, at = excluded.at, channel = excluded.channel, marks = excluded.marks";
    sqlx::query(query)
        .bind(id.0)
        .bind(saved.guild.map(u64::cast_signed))
        .bind(saved.state)
        .bind(saved.events)
        .bind(saved.at.as_millisecond())
        .bind(saved.channel.map(u64::cast_signed))
        .bind(&saved.marks)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn add_event(db: &mut Connection, id: PersonId, n: i64, at: Timestamp, act: &str) -> Result<()> {
    let query = "INSERT INTO study_events (person_id, n, at, act) VALUES ($1, $2, $3, $4)";
    sqlx::query(query).bind(id.0).bind(n).bind(at.as_millisecond()).bind(act).execute(db).await?;
    Ok(())
}

/// The events of a person after the first `seen`, in order.
pub async fn events(db: &mut Connection, id: PersonId, seen: i64) -> Result<Vec<(Timestamp, String)>> {
    let query = "SELECT at, act FROM study_events WHERE person_id = $1 AND n > $2 ORDER BY n";
    let rows: Vec<(i64, String)> = sqlx::query_as(query).bind(id.0).bind(seen).fetch_all(db).await?;
    rows.into_iter().map(|(at, act)| Ok((instant(at)?, act))).collect()
}

/// Sets when something is due for a person; without an instant, nothing of that kind is.
pub async fn set_due(db: &mut Connection, id: PersonId, what: &str, at: Option<Timestamp>) -> Result<()> {
    let query = match at {
        Some(_) => {
            "INSERT INTO study_due (person_id, what, at) VALUES ($1, $2, $3)
             ON CONFLICT (person_id, what) DO UPDATE SET at = excluded.at"
        }
        None => "DELETE FROM study_due WHERE person_id = $1 AND what = $2 AND $3 IS NULL",
    };
    let at = at.map(Timestamp::as_millisecond);
    sqlx::query(query).bind(id.0).bind(what).bind(at).execute(db).await?;
    Ok(())
}

/// Takes away what is due, and says whether it was still there.
pub async fn take_due(db: &mut Connection, id: PersonId, what: &str, now: Timestamp) -> Result<bool> {
    let query = "DELETE FROM study_due WHERE person_id = $1 AND what = $2 AND at <= $3";
    let done = sqlx::query(query).bind(id.0).bind(what).bind(now.as_millisecond()).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// The events of a person from an instant on, in order.
pub async fn events_since(db: &mut Connection, id: PersonId, since: Timestamp) -> Result<Vec<(Timestamp, String)>> {
    let query = "SELECT at, act FROM study_events WHERE person_id = $1 AND at >= $2 ORDER BY n";
    let rows: Vec<(i64, String)> = sqlx::query_as(query).bind(id.0).bind(since.as_millisecond()).fetch_all(db).await?;
    rows.into_iter().map(|(at, act)| Ok((instant(at)?, act))).collect()
}

/// Up to `most` things that are due, those that have waited longest first.
pub async fn due(db: &mut Connection, now: Timestamp, most: i64) -> Result<Vec<(PersonId, String)>> {
    let query = "SELECT person_id, what FROM study_due WHERE at <= $1 ORDER BY at LIMIT $2";
    let rows: Vec<(i64, String)> = sqlx::query_as(query).bind(now.as_millisecond()).bind(most).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(id, what)| (PersonId(id), what)).collect())
}

/// When the next thing is due.
pub async fn next_due(db: &mut Connection) -> Result<Option<Timestamp>> {
    let at: Option<i64> = sqlx::query_scalar("SELECT min(at) FROM study_due").fetch_one(db).await?;
    at.map(instant).transpose()
}

fn instant(milliseconds: i64) -> Result<Timestamp> {
    Ok(Timestamp::from_millisecond(milliseconds).map_err(anyhow::Error::new)?)
}

pub async fn track(db: &mut Connection, id: PersonId) -> Result<Option<Track>> {
    let query = "SELECT track FROM study_tracks WHERE person_id = $1";
    let slug: Option<String> = sqlx::query_scalar(query).bind(id.0).fetch_optional(db).await?;
    Ok(slug.and_then(|slug| slug.parse().ok()))
}

/// The tracks of those who look for a buddy in a server.
pub async fn tracks(db: &mut Connection, guild: u64) -> Result<Vec<(i64, String)>> {
    let query = "SELECT t.person_id, t.track FROM study_tracks AS t
                 JOIN study_buddies AS b ON b.person_id = t.person_id WHERE b.guild = $1 AND b.group_id IS NULL";
    Ok(sqlx::query_as(query).bind(guild.cast_signed()).fetch_all(db).await?)
}

pub async fn set_track(db: &mut Connection, id: PersonId, track: Track) -> Result<()> {
    let query = "INSERT INTO study_tracks (person_id, track) VALUES ($1, $2)
                 ON CONFLICT (person_id) DO UPDATE SET track = excluded.track";
    sqlx::query(query).bind(id.0).bind(track.slug()).execute(db).await?;
    Ok(())
}

pub async fn unrank(db: &mut Connection, id: PersonId) -> Result<bool> {
    let query = "DELETE FROM study_ranked WHERE person_id = $1";
    Ok(sqlx::query(query).bind(id.0).execute(db).await?.rows_affected() > 0)
}

/// Everybody for whom something may come due.
pub async fn awaited(db: &mut Connection) -> Result<Vec<PersonId>> {
    let query = "SELECT person_id FROM study_due UNION SELECT person_id FROM study_reminders ORDER BY person_id";
    let rows: Vec<i64> = sqlx::query_scalar(query).fetch_all(db).await?;
    Ok(rows.into_iter().map(PersonId).collect())
}

/// Those for whom something is due only after `beyond`.
pub async fn due_after(db: &mut Connection, beyond: Timestamp) -> Result<Vec<PersonId>> {
    let query = "SELECT DISTINCT person_id FROM study_due WHERE at > $1 ORDER BY person_id";
    let rows: Vec<i64> = sqlx::query_scalar(query).bind(beyond.as_millisecond()).fetch_all(db).await?;
    Ok(rows.into_iter().map(PersonId).collect())
}

/// Brings back what was dated after `far`: those events happened now, and whose state is the fold of them, or of gaps that
/// are forgotten (`all`), is folded again.
pub async fn bring_back(db: &mut Connection, now: Timestamp, far: Timestamp, all: bool) -> Result<()> {
    let (now, far) = (now.as_millisecond(), far.as_millisecond());
    // Events keep their order: none is before the last one that was dated well.
    let events = "UPDATE study_events SET at = max($1, coalesce((SELECT max(well.at) FROM study_events AS well
                      WHERE well.person_id = study_events.person_id AND well.at <= $2), $1))
                  WHERE at > $2 AND person_id IN (SELECT person_id FROM study_people WHERE at > $2)";
    sqlx::query(events).bind(now).bind(far).execute(&mut *db).await?;
    let people = "UPDATE study_people SET state = '', at = (SELECT max(at) FROM study_events
                      WHERE study_events.person_id = study_people.person_id)
                  WHERE at > $1 OR $2";
    sqlx::query(people).bind(far).bind(all).execute(db).await?;
    Ok(())
}
