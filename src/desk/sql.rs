//! The SQL of the desk.

use jiff::Timestamp;

use super::items::{Case, Judgement, Lesson, Letter};
use crate::Result;
use crate::community::Community;
use crate::outbox::Trouble;
use crate::store::Connection;
use crate::triage::{Track, Verdict};

#[derive(sqlx::FromRow)]
struct CaseRow {
    id: i64,
    author: String,
    guild: i64,
    channel: Option<i64>,
    message: Option<i64>,
    post: Option<i64>,
    title: String,
    body: String,
    track: Option<String>,
    opinion: Option<String>,
    verdict: Option<String>,
    at: i64,
    fits: Option<bool>,
    right_track: Option<String>,
    actor: Option<String>,
    judged_at: Option<i64>,
}

/// Only public texts: posts that were answered, and messages that a person asked Cairn to read.
const CASES: &str = "SELECT a.id, a.author, a.guild, a.channel, a.message, a.post, a.title, a.body, a.track, a.opinion,
        a.verdict, a.at, j.fits, j.track AS right_track, j.actor, j.at AS judged_at
    FROM discord_answers a LEFT JOIN judgements j ON j.source = 'discord/' || a.id
    WHERE a.guild = $1 AND a.verdict IS NOT NULL AND (a.post IS NOT NULL OR a.message IS NOT NULL)
        AND (a.title <> '' OR a.body <> '')";

fn instant(at: i64) -> Result<Timestamp> {
    Ok(Timestamp::from_millisecond(at).map_err(anyhow::Error::new)?)
}

fn track(slug: Option<String>) -> Option<Track> {
    slug.and_then(|slug| slug.parse().ok())
}

impl CaseRow {
    /// The author and the case; none if this version cannot read its verdict.
    fn read(self) -> Result<Option<(String, Case)>> {
        let Some(verdict) = self.verdict.as_deref().and_then(Verdict::of_kept) else { return Ok(None) };
        let judgement = match (self.fits, self.actor, self.judged_at) {
            (Some(fits), Some(actor), Some(at)) => {
                Some(Judgement { fits, track: track(self.right_track), actor, at: instant(at)? })
            }
            _ => None,
        };
        let message = self.post.or(self.message).map(i64::cast_unsigned);
        let link = self.channel.map(i64::cast_unsigned).zip(message).map(|(channel, message)| {
            format!("https://discord.com/channels/{}/{channel}/{message}", self.guild.cast_unsigned())
        });
        let thread = self.channel.filter(|channel| self.post == Some(*channel));
        let case = Case {
            source: format!("discord/{}", self.id),
            channel: self.channel.map(i64::cast_unsigned),
            thread: thread.map(i64::cast_unsigned),
            link,
            at: instant(self.at)?,
            is_unasked: self.post.is_some(),
            title: self.title,
            body: self.body,
            verdict,
            shown: track(self.track),
            opinion: self.opinion,
            judgement,
        };
        Ok(Some((self.author, case)))
    }
}

/// The verdicts of a server since an instant, newest first, with their authors.
pub async fn cases(db: &mut Connection, guild: u64, since: Timestamp, most: u16) -> Result<Vec<(String, Case)>> {
    let query = format!("{CASES} AND a.at >= $2 ORDER BY a.at DESC, a.id DESC LIMIT $3");
    let rows: Vec<CaseRow> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(guild.cast_signed())
        .bind(since.as_millisecond())
        .bind(most)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(CaseRow::read).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// One verdict of a server.
pub async fn case(db: &mut Connection, guild: u64, source: &str) -> Result<Option<(String, Case)>> {
    let Some(id) = source.strip_prefix("discord/").and_then(|id| id.parse::<i64>().ok()) else { return Ok(None) };
    let query = format!("{CASES} AND a.id = $2");
    let row: Option<CaseRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(guild.cast_signed()).bind(id).fetch_optional(db).await?;
    row.map_or(Ok(None), CaseRow::read)
}

/// Stores a judgement.
pub async fn judge(
    db: &mut Connection,
    community: &Community,
    source: &str,
    verdict: &Verdict,
    judgement: &Judgement,
) -> Result<()> {
    let query = "INSERT INTO judgements (community, source, model, action, chosen, fits, track, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query(query)
        .bind(community.to_string())
        .bind(source)
        .bind(&verdict.model)
        .bind(verdict.action.name())
        .bind(verdict.track.map(Track::slug))
        .bind(judgement.fits)
        .bind(judgement.track.map(Track::slug))
        .bind(&judgement.actor)
        .bind(judgement.at.as_millisecond())
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes a judgement.
pub async fn unjudge(db: &mut Connection, source: &str) -> Result<()> {
    sqlx::query("DELETE FROM judgements WHERE source = $1").bind(source).execute(db).await?;
    Ok(())
}

/// The source of the last judgement that one person made since an instant.
pub async fn last_judged(
    db: &mut Connection,
    community: &Community,
    actor: &str,
    since: Timestamp,
) -> Result<Option<String>> {
    let query = "SELECT source FROM judgements WHERE community = $1 AND actor = $2 AND at >= $3
                 ORDER BY at DESC, id DESC LIMIT 1";
    Ok(sqlx::query_scalar(query)
        .bind(community.to_string())
        .bind(actor)
        .bind(since.as_millisecond())
        .fetch_optional(db)
        .await?)
}

/// Deletes all judgements that one person made at one instant. Returns their sources.
pub async fn unjudge_many(
    db: &mut Connection,
    community: &Community,
    actor: &str,
    at: Timestamp,
) -> Result<Vec<String>> {
    let query = "DELETE FROM judgements WHERE community = $1 AND actor = $2 AND at = $3 RETURNING source";
    Ok(sqlx::query_scalar(query)
        .bind(community.to_string())
        .bind(actor)
        .bind(at.as_millisecond())
        .fetch_all(db)
        .await?)
}

/// The number of a server's verdicts since an instant that are not judged yet, at most `most`.
pub async fn waiting(db: &mut Connection, guild: u64, since: Timestamp, most: u16) -> Result<i64> {
    let query = format!("SELECT count(*) FROM ({CASES} AND a.at >= $2 AND j.source IS NULL LIMIT $3)");
    let count = sqlx::query_scalar(sqlx::AssertSqlSafe(query));
    Ok(count.bind(guild.cast_signed()).bind(since.as_millisecond()).bind(most).fetch_one(db).await?)
}

/// How many verdicts of one kind were judged, and how many of them were right.
pub struct Count {
    pub action: String,
    pub chosen: Option<Track>,
    pub right: usize,
    pub all: usize,
}

/// The judgements of a community since an instant, counted by kind.
pub async fn counts(db: &mut Connection, community: &Community, since: Timestamp) -> Result<Vec<Count>> {
    let query = "SELECT action, chosen, sum(fits), count(*) FROM judgements WHERE community = $1 AND at >= $2
                 GROUP BY action, chosen";
    let rows: Vec<(String, Option<String>, i64, i64)> =
        sqlx::query_as(query).bind(community.to_string()).bind(since.as_millisecond()).fetch_all(db).await?;
    let number = |n: i64| usize::try_from(n).unwrap_or_default();
    let count =
        |(action, chosen, right, all)| Count { action, chosen: track(chosen), right: number(right), all: number(all) };
    Ok(rows.into_iter().map(count).collect())
}

/// Deletes judgements from before an instant.
pub async fn forget_judgements(db: &mut Connection, oldest: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM judgements WHERE at < $1").bind(oldest.as_millisecond()).execute(db).await?;
    Ok(())
}

/// Stores an example. Returns its number.
pub async fn add_lesson(db: &mut Connection, lesson: &Lesson) -> Result<i64> {
    let query = "INSERT INTO lessons (title, body, getting_started, track, actor, at) VALUES ($1, $2, $3, $4, $5, $6)
                 RETURNING id";
    let id = sqlx::query_scalar(query)
        .bind(&lesson.title)
        .bind(&lesson.body)
        .bind(lesson.getting_started)
        .bind(lesson.track.map(Track::slug))
        .bind(&lesson.actor)
        .bind(lesson.at.as_millisecond());
    Ok(id.fetch_one(db).await?)
}

type LessonRow = (i64, String, String, bool, Option<String>, String, i64);

/// The moderators' examples, oldest first.
pub async fn lessons(db: &mut Connection) -> Result<Vec<Lesson>> {
    let query = "SELECT id, title, body, getting_started, track, actor, at FROM lessons ORDER BY id";
    let rows: Vec<LessonRow> = sqlx::query_as(query).fetch_all(db).await?;
    let lesson = |(id, title, body, getting_started, slug, actor, at): LessonRow| {
        Ok(Lesson { id, title, body, getting_started, track: track(slug), actor, at: instant(at)? })
    };
    rows.into_iter().map(lesson).collect()
}

/// Deletes an example. Returns whether it existed.
pub async fn remove_lesson(db: &mut Connection, id: i64) -> Result<bool> {
    Ok(sqlx::query("DELETE FROM lessons WHERE id = $1").bind(id).execute(db).await?.rows_affected() > 0)
}

/// The stored texts by members. An example must not quote them.
pub async fn members_texts(db: &mut Connection) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as("SELECT title, body FROM discord_answers WHERE title <> '' OR body <> ''").fetch_all(db).await?)
}

/// The number of messages that wait, and of those that did not arrive but could still be sent.
pub async fn undelivered(db: &mut Connection) -> Result<(i64, i64)> {
    let query = "SELECT coalesce(sum(state NOT IN ('sent', 'dead', 'unknown')), 0),
                     coalesce(sum(state IN ('dead', 'unknown') AND payload IS NOT NULL AND target IS NOT NULL), 0)
                 FROM outbox";
    Ok(sqlx::query_as(query).fetch_one(db).await?)
}

#[derive(sqlx::FromRow)]
struct LetterRow {
    id: i64,
    key: String,
    target: String,
    state: String,
    attempts: i64,
    trouble: Option<String>,
    created_at: i64,
    payload: Option<String>,
}

/// A community's messages that wait or did not arrive, newest first.
pub async fn letters(db: &mut Connection, community: &Community, most: u16) -> Result<Vec<Letter>> {
    let query = "SELECT id, key, target, state, attempts, trouble, created_at, payload FROM outbox
                 WHERE community = $1 AND state <> 'sent' AND target IS NOT NULL AND payload IS NOT NULL
                     AND trouble IS NOT 'unwanted'
                 ORDER BY id DESC LIMIT $2";
    let rows: Vec<LetterRow> = sqlx::query_as(query).bind(community.to_string()).bind(most).fetch_all(db).await?;
    let letter = |row: LetterRow| {
        let trouble = row.trouble.map(|code| code.parse::<Trouble>().unwrap_or(Trouble::Unreadable).to_string());
        Ok(Letter {
            id: row.id,
            key: row.key,
            target: row.target,
            state: row.state,
            attempts: row.attempts,
            trouble,
            created: instant(row.created_at)?,
            payload: row.payload.and_then(|json| serde_json::from_str(&json).ok()),
        })
    };
    rows.into_iter().map(letter).collect()
}

/// The stored vector of a text.
pub async fn vector(db: &mut Connection, key: &[u8]) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar("SELECT vector FROM vectors WHERE key = $1").bind(key).fetch_optional(db).await?)
}
