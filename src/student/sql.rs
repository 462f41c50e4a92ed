//! The queries of study.

use jiff::Timestamp;

use crate::Result;
use crate::people::PersonId;
use crate::store::{Connection, Millis, Snowflake};
use crate::triage::Track;

/// A student's row.
#[derive(sqlx::FromRow)]
pub struct Row {
    guild: Option<Snowflake>,
    pub state: String,
    pub events: i64,
    at: Millis,
    channel: Option<Snowflake>,
    pub marks: Option<String>,
}

impl Row {
    pub fn guild(&self) -> Option<u64> {
        self.guild.map(|id| id.0)
    }

    pub fn channel(&self) -> Option<u64> {
        self.channel.map(|id| id.0)
    }

    pub fn at(&self) -> Timestamp {
        self.at.0
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
    Ok(sqlx::query_as(query).bind(id).fetch_optional(db).await?)
}

pub async fn save(db: &mut Connection, id: PersonId, saved: &Saved<'_>) -> Result<()> {
    let query =
        "INSERT INTO study_people (person_id, guild, state, events, at, channel, marks) VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (person_id) DO UPDATE SET guild = excluded.guild, state = excluded.state,
                 events = excluded.events, at = excluded.at, channel = excluded.channel, marks = excluded.marks";
    sqlx::query(query)
        .bind(id)
        .bind(saved.guild.map(Snowflake))
        .bind(saved.state)
        .bind(saved.events)
        .bind(Millis(saved.at))
        .bind(saved.channel.map(Snowflake))
        .bind(&saved.marks)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn add_event(db: &mut Connection, id: PersonId, n: i64, at: Timestamp, act: &str) -> Result<()> {
    let query = "INSERT INTO study_events (person_id, n, at, act) VALUES ($1, $2, $3, $4)";
    sqlx::query(query).bind(id).bind(n).bind(Millis(at)).bind(act).execute(db).await?;
    Ok(())
}

/// The events of a person after the first `seen`, in order.
pub async fn events(db: &mut Connection, id: PersonId, seen: i64) -> Result<Vec<(Timestamp, String)>> {
    let query = "SELECT at, act FROM study_events WHERE person_id = $1 AND n > $2 ORDER BY n";
    let rows: Vec<(Millis, String)> = sqlx::query_as(query).bind(id).bind(seen).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(at, act)| (at.0, act)).collect())
}

pub async fn subject(db: &mut Connection, id: PersonId, n: i64) -> Result<Option<String>> {
    let query = "SELECT what FROM study_subjects WHERE person_id = $1 AND n = $2";
    Ok(sqlx::query_scalar(query).bind(id).bind(n).fetch_optional(db).await?)
}

/// The subjects of a person's entries after the first `seen`, in order.
pub async fn subjects(db: &mut Connection, id: PersonId, seen: i64) -> Result<Vec<(i64, String)>> {
    let query = "SELECT n, what FROM study_subjects WHERE person_id = $1 AND n > $2 ORDER BY n";
    Ok(sqlx::query_as(query).bind(id).bind(seen).fetch_all(db).await?)
}

/// A person's latest subjects, the last one first.
pub async fn last_subjects(db: &mut Connection, id: PersonId, most: i64) -> Result<Vec<String>> {
    let query = "SELECT what FROM study_subjects WHERE person_id = $1 ORDER BY n DESC LIMIT $2";
    Ok(sqlx::query_scalar(query).bind(id).bind(most).fetch_all(db).await?)
}

pub async fn set_subject(db: &mut Connection, id: PersonId, n: i64, what: Option<&str>) -> Result<()> {
    let query = match what {
        Some(_) => {
            "INSERT INTO study_subjects (person_id, n, what) VALUES ($1, $2, $3)
             ON CONFLICT (person_id, n) DO UPDATE SET what = excluded.what"
        }
        None => "DELETE FROM study_subjects WHERE person_id = $1 AND n = $2 AND $3 IS NULL",
    };
    sqlx::query(query).bind(id).bind(n).bind(what).execute(db).await?;
    Ok(())
}

/// The number of the entry that started a person's last timer.
pub async fn last_start(db: &mut Connection, id: PersonId) -> Result<Option<i64>> {
    let query = "SELECT n FROM study_events WHERE person_id = $1 AND json_extract(act, '$.event') = 'start'
                 ORDER BY n DESC LIMIT 1";
    Ok(sqlx::query_scalar(query).bind(id).fetch_optional(db).await?)
}

/// A timer whose end is known beforehand.
#[derive(sqlx::FromRow)]
pub struct Focus {
    began: Millis,
    until: Millis,
}

impl Focus {
    pub fn began(&self) -> Timestamp {
        self.began.0
    }

    pub fn until(&self) -> Timestamp {
        self.until.0
    }
}

pub async fn focus(db: &mut Connection, id: PersonId) -> Result<Option<Focus>> {
    let query = "SELECT began, until FROM study_focus WHERE person_id = $1";
    Ok(sqlx::query_as(query).bind(id).fetch_optional(db).await?)
}

pub async fn set_focus(db: &mut Connection, id: PersonId, began: Timestamp, until: Timestamp) -> Result<()> {
    let query = "INSERT INTO study_focus (person_id, began, until) VALUES ($1, $2, $3)
                 ON CONFLICT (person_id) DO UPDATE SET began = excluded.began, until = excluded.until";
    sqlx::query(query).bind(id).bind(Millis(began)).bind(Millis(until)).execute(db).await?;
    Ok(())
}

pub async fn end_focus(db: &mut Connection, id: PersonId) -> Result<()> {
    sqlx::query("DELETE FROM study_focus WHERE person_id = $1").bind(id).execute(db).await?;
    Ok(())
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
    let at = at.map(Millis);
    sqlx::query(query).bind(id).bind(what).bind(at).execute(db).await?;
    Ok(())
}

/// Takes away what is due, and says whether it was still there.
pub async fn take_due(db: &mut Connection, id: PersonId, what: &str, now: Timestamp) -> Result<bool> {
    let query = "DELETE FROM study_due WHERE person_id = $1 AND what = $2 AND at <= $3";
    let done = sqlx::query(query).bind(id).bind(what).bind(Millis(now)).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// The events of a person from an instant on, in order.
pub async fn events_since(db: &mut Connection, id: PersonId, since: Timestamp) -> Result<Vec<(Timestamp, String)>> {
    let query = "SELECT at, act FROM study_events WHERE person_id = $1 AND at >= $2 ORDER BY n";
    let rows: Vec<(Millis, String)> = sqlx::query_as(query).bind(id).bind(Millis(since)).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(at, act)| (at.0, act)).collect())
}

/// Up to `most` things that are due, those that have waited longest first.
pub async fn due(db: &mut Connection, now: Timestamp, most: i64) -> Result<Vec<(PersonId, String)>> {
    let query = "SELECT person_id, what FROM study_due WHERE at <= $1 ORDER BY at LIMIT $2";
    Ok(sqlx::query_as(query).bind(Millis(now)).bind(most).fetch_all(db).await?)
}

/// When the next thing is due.
pub async fn next_due(db: &mut Connection) -> Result<Option<Timestamp>> {
    let at: Option<Millis> = sqlx::query_scalar("SELECT min(at) FROM study_due").fetch_one(db).await?;
    Ok(at.map(|at| at.0))
}

pub async fn track(db: &mut Connection, id: PersonId) -> Result<Option<Track>> {
    let query = "SELECT track FROM study_tracks WHERE person_id = $1";
    let slug: Option<String> = sqlx::query_scalar(query).bind(id).fetch_optional(db).await?;
    Ok(slug.and_then(|slug| slug.parse().ok()))
}

/// The tracks of those who look for a buddy in a server.
pub async fn tracks(db: &mut Connection, guild: u64) -> Result<Vec<(PersonId, String)>> {
    let query = "SELECT t.person_id, t.track FROM study_tracks AS t
                 JOIN study_buddies AS b ON b.person_id = t.person_id WHERE b.guild = $1 AND b.group_id IS NULL";
    Ok(sqlx::query_as(query).bind(Snowflake(guild)).fetch_all(db).await?)
}

pub async fn set_track(db: &mut Connection, id: PersonId, track: Track) -> Result<()> {
    let query = "INSERT INTO study_tracks (person_id, track) VALUES ($1, $2)
                 ON CONFLICT (person_id) DO UPDATE SET track = excluded.track";
    sqlx::query(query).bind(id).bind(track.slug()).execute(db).await?;
    Ok(())
}

pub async fn unrank(db: &mut Connection, id: PersonId) -> Result<bool> {
    let query = "DELETE FROM study_ranked WHERE person_id = $1";
    Ok(sqlx::query(query).bind(id).execute(db).await?.rows_affected() > 0)
}

/// Everybody for whom something may come due.
pub async fn awaited(db: &mut Connection) -> Result<Vec<PersonId>> {
    let query = "SELECT person_id FROM study_due UNION SELECT person_id FROM study_reminders ORDER BY person_id";
    Ok(sqlx::query_scalar(query).fetch_all(db).await?)
}

/// Those for whom something is due only after `beyond`.
pub async fn due_after(db: &mut Connection, beyond: Timestamp) -> Result<Vec<PersonId>> {
    let query = "SELECT DISTINCT person_id FROM study_due WHERE at > $1 ORDER BY person_id";
    Ok(sqlx::query_scalar(query).bind(Millis(beyond)).fetch_all(db).await?)
}

/// Brings back what was dated after `far`: those events happened now, and whose state is the fold of them, or of gaps that
/// are forgotten (`all`), is folded again.
pub async fn bring_back(db: &mut Connection, now: Timestamp, far: Timestamp, all: bool) -> Result<()> {
    let (now, far) = (Millis(now), Millis(far));
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
