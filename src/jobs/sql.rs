//! The queries of the jobs.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use crate::Result;
use crate::store::{Connection, Lease, Millis};

/// A job that this process has claimed.
#[derive(sqlx::FromRow)]
pub struct Taken {
    pub job: String,
    due: Millis,
    pub attempts: i64,
}

impl Taken {
    pub fn due(&self) -> Timestamp {
        self.due.0
    }
}

/// The last due time of the job that has a row.
pub async fn last(db: &mut Connection, job: &str) -> Result<Option<Timestamp>> {
    let query = "SELECT max(due) FROM jobs WHERE job = $1";
    let last: Option<Millis> = sqlx::query_scalar(query).bind(job).fetch_one(db).await?;
    Ok(last.map(|at| at.0))
}

pub async fn add(db: &mut Connection, job: &str, due: Timestamp, state: &str, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO jobs (job, due, state, attempts, lease_until, finished_at)
                 VALUES ($1, $2, $3, 0, $4, CASE $3 WHEN 'waiting' THEN NULL ELSE $4 END)
                 ON CONFLICT (job, due) DO NOTHING";
    let now = Millis(now);
    sqlx::query(query).bind(job).bind(Millis(due)).bind(state).bind(now).execute(db).await?;
    Ok(())
}

/// Claims the oldest unfinished job that nobody holds.
pub async fn take(db: &mut Connection, lease: Lease) -> Result<Option<Taken>> {
    let query = "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = $1
                 WHERE (job, due) IN (SELECT job, due FROM jobs WHERE state IN ('waiting', 'running')
                     AND lease_until <= $2 ORDER BY due, job LIMIT 1)
                 RETURNING job, due, attempts";
    Ok(sqlx::query_as(query).bind(lease.until()).bind(lease.from()).fetch_optional(db).await?)
}

/// Stores the result of a job, unless another process has claimed it meanwhile.
pub async fn settle(db: &mut Connection, taken: &Taken, state: &str, now: Timestamp, rest: Timestamp) -> Result<()> {
    let query =
        "UPDATE jobs SET state = $1, lease_until = $2, finished_at = CASE $1 WHEN 'waiting' THEN NULL ELSE $3 END
                 WHERE job = $4 AND due = $5 AND attempts = $6 AND state = 'running'";
    sqlx::query(query)
        .bind(state)
        .bind(Millis(rest))
        .bind(Millis(now))
        .bind(&taken.job)
        .bind(taken.due)
        .bind(taken.attempts)
        .execute(db)
        .await?;
    Ok(())
}

/// When each job last succeeded.
pub async fn last_done(db: &mut Connection) -> Result<Vec<(String, Timestamp)>> {
    let query = "SELECT job, max(finished_at) FROM jobs WHERE state = 'done' GROUP BY job";
    let rows: Vec<(String, Millis)> = sqlx::query_as(query).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(job, at)| (job, at.0)).collect())
}

/// Deletes jobs that finished before `oldest`, except each job's last row.
pub async fn forget(db: &mut Connection, oldest: Timestamp) -> Result<()> {
    let query = "DELETE FROM jobs WHERE finished_at < $1
                 AND due < (SELECT max(due) FROM jobs AS newer WHERE newer.job = jobs.job)";
    sqlx::query(query).bind(Millis(oldest)).execute(db).await?;
    Ok(())
}

/// The columns that say when something happened. Retention counts from these dates.
const HAPPENED: [(&str, &str); 22] = [
    ("erasures", "at"),
    ("gaps", "at"),
    ("labels", "at"),
    ("discord_answers", "at"),
    ("link_tries", "at"),
    ("paper_weeks", "fetched_at"),
    ("outbox", "created_at"),
    ("outbox", "settled_at"),
    ("pulse", "at"),
    ("revisions", "at"),
    ("drafts", "at"),
    ("audit", "at"),
    ("paper_votes", "at"),
    ("paper_readings", "at"),
    ("paper_ticks", "at"),
    ("study_plans", "changed_at"),
    ("study_feeds", "made_at"),
    ("reddit_feeds", "read_at"),
    ("reddit_seen", "at"),
    ("reddit_desk", "at"),
    ("reddit_desk", "checked_at"),
    // This is a wait, not a fact: it ends now.
    ("reddit_desk", "look_at"),
];
/// Sets dates after `far` to `now`, and deletes jobs from then.
pub async fn bring_back(db: &mut Connection, now: Timestamp, far: Timestamp) -> Result<()> {
    Lease::bring_back(db, now, far).await?;
    let (now, far) = (Millis(now), Millis(far));
    sqlx::query("DELETE FROM jobs WHERE due > $1").bind(far).execute(&mut *db).await?;
    let unsent = "UPDATE outbox SET due_at = $1 WHERE created_at > $2";
    sqlx::query(unsent).bind(now).bind(far).execute(&mut *db).await?;
    for (table, column) in HAPPENED {
        let query = format!("UPDATE {table} SET {column} = $1 WHERE {column} > $2");
        sqlx::query(AssertSqlSafe(query)).bind(now).bind(far).execute(&mut *db).await?;
    }
    Ok(())
}
