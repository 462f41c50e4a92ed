//! Reddit's queries.

use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;

use super::api::Rest;
use super::item::{Item, New, State};
use super::mode::Mode;
use crate::Result;
use crate::community::Subreddit;
use crate::people::{Identity, RedditName};
use crate::store::Connection;
use crate::triage::{Track, Verdict};

/// What is set for a subreddit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub mode: Mode,
    /// Reddit's code, if it turned the subreddit off.
    pub off_why: Option<String>,
    /// Whether moderators want to hear of posts whose author may be in danger.
    pub danger: bool,
    /// The flair of posts with papers, by its text.
    pub flair: Option<String>,
    /// Whether posts with papers are pinned.
    pub pin: bool,
    /// Whether the wiki is kept equal.
    pub sync: bool,
}

/// Takes note of a subreddit that is new: it begins in shadow.
pub async fn add_place(db: &mut Connection, subreddit: &Subreddit) -> Result<()> {
    let query = "INSERT INTO reddit_subreddits (name, mode) VALUES ($1, 'shadow') ON CONFLICT (name) DO NOTHING";
    sqlx::query(query).bind(subreddit.as_str()).execute(db).await?;
    Ok(())
}

type RawPlace = (String, Option<String>, bool, Option<String>, bool, bool);

pub async fn place(db: &mut Connection, subreddit: &Subreddit) -> Result<Option<Place>> {
    let query = "SELECT mode, off_why, danger, flair, pin, sync FROM reddit_subreddits WHERE name = $1";
    let row: Option<RawPlace> = sqlx::query_as(query).bind(subreddit.as_str()).fetch_optional(db).await?;
    let read = |(mode, off_why, danger, flair, pin, sync): RawPlace| {
        Ok(Place { mode: mode.parse()?, off_why, danger, flair, pin, sync })
    };
    row.map(read).transpose()
}

pub async fn set_place(db: &mut Connection, subreddit: &Subreddit, place: &Place) -> Result<()> {
    let query = "UPDATE reddit_subreddits SET mode = $1, off_why = $2, danger = $3, flair = $4, pin = $5, sync = $6
                 WHERE name = $7";
    sqlx::query(query)
        .bind(place.mode.name())
        .bind(&place.off_why)
        .bind(place.danger)
        .bind(&place.flair)
        .bind(place.pin)
        .bind(place.sync)
        .bind(subreddit.as_str())
        .execute(db)
        .await?;
    Ok(())
}

pub async fn read_at(db: &mut Connection, feed: &str) -> Result<Option<Timestamp>> {
    let query = "SELECT read_at FROM reddit_feeds WHERE feed = $1";
    let at: Option<i64> = sqlx::query_scalar(query).bind(feed).fetch_optional(db).await?;
    at.map(instant).transpose()
}

pub async fn set_read(db: &mut Connection, feed: &str, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO reddit_feeds (feed, read_at) VALUES ($1, $2)
                 ON CONFLICT (feed) DO UPDATE SET read_at = excluded.read_at";
    sqlx::query(query).bind(feed).bind(now.as_millisecond()).execute(db).await?;
    Ok(())
}

/// Takes note that something is handled. Says whether it was new.
pub async fn see(db: &mut Connection, name: &str, now: Timestamp) -> Result<bool> {
    let query = "INSERT INTO reddit_seen (name, at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    Ok(sqlx::query(query).bind(name).bind(now.as_millisecond()).execute(db).await?.rows_affected() == 1)
}

pub async fn was_seen(db: &mut Connection, name: &str) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM reddit_seen WHERE name = $1)";
    Ok(sqlx::query_scalar(query).bind(name).fetch_one(db).await?)
}

/// Counts one more of something on a day.
pub async fn count(db: &mut Connection, subreddit: &Subreddit, what: &str, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO reddit_counts (subreddit, day, what, n) VALUES ($1, $2, $3, 1)
                 ON CONFLICT (subreddit, day, what) DO UPDATE SET n = n + 1";
    let day = now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    sqlx::query(query).bind(subreddit.as_str()).bind(day).bind(what).execute(db).await?;
    Ok(())
}

/// What was counted since a day, most first.
pub async fn counts(db: &mut Connection, subreddit: &Subreddit, since: Timestamp) -> Result<Vec<(String, i64)>> {
    let query =
        "SELECT what, sum(n) FROM reddit_counts WHERE subreddit = $1 AND day >= $2 GROUP BY what ORDER BY 2 DESC, 1";
    let day = since.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    Ok(sqlx::query_as(query).bind(subreddit.as_str()).bind(day).fetch_all(db).await?)
}

/// Puts something on the desk. None if there is something for that post or comment already.
pub async fn add(db: &mut Connection, new: &New<'_>, now: Timestamp) -> Result<Option<i64>> {
    let query =
        "INSERT INTO reddit_desk (subreddit, post, parent, summons, author, title, body, hash, verdict, answer, action,
                     track, state, created_at, at, checked_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
                 ON CONFLICT (parent) DO NOTHING RETURNING id";
    let id = sqlx::query_scalar(query)
        .bind(new.subreddit.as_str())
        .bind(new.post)
        .bind(new.parent)
        .bind(new.summons)
        .bind(new.author.to_string())
        .bind(new.title)
        .bind(new.body)
        .bind(new.hash)
        .bind(new.verdict.and_then(Verdict::to_kept))
        .bind(new.answer)
        .bind(new.action)
        .bind(new.track.map(Track::slug))
        .bind(new.state.name())
        .bind(new.created.as_millisecond())
        .bind(now.as_millisecond());
    Ok(id.fetch_optional(db).await?)
}

/// What was decided another time, for a text that has changed: it replaces what stands there, whatever was judged.
pub async fn decide_again(db: &mut Connection, id: i64, new: &New<'_>, now: Timestamp) -> Result<()> {
    let query = "UPDATE reddit_desk SET title = $1, body = $2, hash = $3, verdict = $4, answer = $5, action = $6, track = $7,
                     state = $8, at = $9, checked_at = $9, generation = generation + 1, begun = 0, judged = NULL, why = 'edited'
                 WHERE id = $10";
    sqlx::query(query)
        .bind(new.title)
        .bind(new.body)
        .bind(new.hash)
        .bind(new.verdict.and_then(Verdict::to_kept))
        .bind(new.answer)
        .bind(new.action)
        .bind(new.track.map(Track::slug))
        .bind(new.state.name())
        .bind(now.as_millisecond())
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Whether something in this thread has been said, or is about to be.
pub async fn has_reply(db: &mut Connection, post: &str) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM reddit_desk WHERE post = $1
                     AND state IN ('queued', 'sent', 'unknown', 'removed'))";
    Ok(sqlx::query_scalar(query).bind(post).fetch_one(db).await?)
}

/// How many answers an author was given, or is about to be given, since then: those that they did not ask for, or all.
pub async fn answers_to(db: &mut Connection, author: &Identity, unasked: bool, since: Timestamp) -> Result<i64> {
    let query = "SELECT count(*) FROM reddit_desk WHERE author = $1 AND at >= $2 AND (summons IS NULL OR NOT $3)
                     AND state IN ('queued', 'sent', 'unknown', 'removed')";
    let query = sqlx::query_scalar(query).bind(author.to_string()).bind(since.as_millisecond()).bind(unasked);
    Ok(query.fetch_one(db).await?)
}

/// How many answers to old posts are planned in a subreddit from then on.
pub async fn late_answers(
    db: &mut Connection,
    subreddit: &Subreddit,
    since: Timestamp,
    late: SignedDuration,
) -> Result<i64> {
    let query = "SELECT count(*) FROM reddit_desk WHERE subreddit = $1 AND at >= $2 AND at - created_at > $3
                     AND state IN ('queued', 'sent', 'unknown', 'removed')";
    let query = sqlx::query_scalar(query).bind(subreddit.as_str()).bind(since.as_millisecond());
    Ok(query.bind(i64::try_from(late.as_millis()).unwrap_or(i64::MAX)).fetch_one(db).await?)
}

#[derive(sqlx::FromRow)]
struct Raw {
    id: i64,
    subreddit: String,
    post: String,
    parent: String,
    summons: Option<String>,
    author: Option<String>,
    title: Option<String>,
    body: Option<String>,
    hash: Option<String>,
    verdict: Option<String>,
    answer: Option<String>,
    action: String,
    track: Option<String>,
    state: String,
    why: Option<String>,
    generation: i64,
    begun: bool,
    judged: Option<bool>,
    comment: Option<String>,
    created_at: i64,
    at: i64,
    sent_at: Option<i64>,
    looks: i64,
}

impl Raw {
    fn read(self) -> Result<Item> {
        Ok(Item {
            id: self.id,
            subreddit: self.subreddit.parse()?,
            post: self.post,
            parent: self.parent,
            summons: self.summons,
            author: self.author.and_then(|author| reddit_name(&author)),
            title: self.title,
            body: self.body,
            hash: self.hash,
            verdict: self.verdict.as_deref().and_then(Verdict::of_kept),
            answer: self.answer,
            action: self.action,
            track: self.track.and_then(|track| track.parse().ok()),
            state: State::named(&self.state)?,
            why: self.why,
            generation: self.generation,
            begun: self.begun,
            judged: self.judged,
            comment: self.comment,
            created: instant(self.created_at)?,
            at: instant(self.at)?,
            sent: self.sent_at.map(instant).transpose()?,
            looks: self.looks,
        })
    }
}

fn reddit_name(identity: &str) -> Option<RedditName> {
    match identity.parse().ok()? {
        Identity::Reddit(name) => Some(name),
        Identity::Discord(_) => None,
    }
}

const ITEM: &str =
    "SELECT id, subreddit, post, parent, summons, author, title, body, hash, verdict, answer, action, track, state,
                        why, generation, begun, judged, comment, created_at, at, sent_at, looks FROM reddit_desk";

pub async fn item(db: &mut Connection, id: i64) -> Result<Option<Item>> {
    let query = format!("{ITEM} WHERE id = $1");
    let raw: Option<Raw> = sqlx::query_as(AssertSqlSafe(query)).bind(id).fetch_optional(db).await?;
    raw.map(Raw::read).transpose()
}

pub async fn item_of_comment(db: &mut Connection, comment: &str) -> Result<Option<Item>> {
    let query = format!("{ITEM} WHERE comment = $1");
    let raw: Option<Raw> = sqlx::query_as(AssertSqlSafe(query)).bind(comment).fetch_optional(db).await?;
    raw.map(Raw::read).transpose()
}

/// The desk of a subreddit: those in a state, or all; newest first.
pub async fn items(
    db: &mut Connection,
    subreddit: Option<&Subreddit>,
    state: Option<State>,
    most: u32,
) -> Result<Vec<Item>> {
    let query = format!(
        "{ITEM} WHERE ($1 IS NULL OR subreddit = $1) AND ($2 IS NULL OR state = $2) ORDER BY at DESC, id DESC LIMIT $3"
    );
    let query =
        sqlx::query_as(AssertSqlSafe(query)).bind(subreddit.map(Subreddit::as_str)).bind(state.map(State::name));
    let raw: Vec<Raw> = query.bind(most).fetch_all(db).await?;
    raw.into_iter().map(Raw::read).collect()
}

/// What was said and is to be looked at again by now.
pub async fn to_look_at(db: &mut Connection, now: Timestamp, most: u32) -> Result<Vec<Item>> {
    let query = format!("{ITEM} WHERE look_at <= $1 AND state = 'sent' ORDER BY look_at, id LIMIT $2");
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(now.as_millisecond()).bind(most);
    let raw: Vec<Raw> = query.fetch_all(db).await?;
    raw.into_iter().map(Raw::read).collect()
}

/// What holds a text that was not compared with Reddit's since then.
pub async fn to_compare(db: &mut Connection, since: Timestamp, most: u32) -> Result<Vec<Item>> {
    let query = format!("{ITEM} WHERE author IS NOT NULL AND checked_at <= $1 ORDER BY checked_at, id LIMIT $2");
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(since.as_millisecond()).bind(most);
    let raw: Vec<Raw> = query.fetch_all(db).await?;
    raw.into_iter().map(Raw::read).collect()
}

pub async fn compared(db: &mut Connection, id: i64, now: Timestamp) -> Result<()> {
    let query = "UPDATE reddit_desk SET checked_at = $1 WHERE id = $2";
    sqlx::query(query).bind(now.as_millisecond()).bind(id).execute(db).await?;
    Ok(())
}

/// Drops what somebody wrote, and what was made of it. What was judged still counts.
pub async fn forget(db: &mut Connection, id: i64) -> Result<()> {
    let query =
        "UPDATE reddit_desk SET author = NULL, title = NULL, body = NULL, hash = NULL, verdict = NULL, answer = NULL,
                     state = CASE WHEN state IN ('shown', 'waiting', 'queued', 'unknown') THEN 'dropped' ELSE state END,
                     why = CASE WHEN state IN ('shown', 'waiting', 'queued', 'unknown') THEN 'gone' ELSE why END
                 WHERE id = $1";
    sqlx::query(query).bind(id).execute(db).await?;
    Ok(())
}

/// Drops what was written or read before then.
pub async fn purge(db: &mut Connection, oldest: Timestamp, oldest_seen: Timestamp) -> Result<()> {
    let query = "SELECT id FROM reddit_desk WHERE at < $1 AND author IS NOT NULL";
    let old: Vec<i64> = sqlx::query_scalar(query).bind(oldest.as_millisecond()).fetch_all(&mut *db).await?;
    for id in old {
        forget(db, id).await?;
    }
    let query = "UPDATE reddit_desk SET comment = NULL, look_at = NULL WHERE at < $1";
    sqlx::query(query).bind(oldest.as_millisecond()).execute(&mut *db).await?;
    let query = "DELETE FROM reddit_seen WHERE at < $1";
    sqlx::query(query).bind(oldest_seen.as_millisecond()).execute(&mut *db).await?;
    Ok(())
}

pub async fn set_state(db: &mut Connection, id: i64, state: State, why: Option<&str>) -> Result<()> {
    let query =
        "UPDATE reddit_desk SET state = $1, why = $2, look_at = CASE WHEN $1 = 'sent' THEN look_at END WHERE id = $3";
    sqlx::query(query).bind(state.name()).bind(why).bind(id).execute(db).await?;
    Ok(())
}

/// The call that says it begins.
pub async fn begin(db: &mut Connection, id: i64) -> Result<()> {
    sqlx::query("UPDATE reddit_desk SET begun = 1 WHERE id = $1").bind(id).execute(db).await?;
    Ok(())
}

/// A moderator has looked, and it is not there: it is said another time.
pub async fn say_again(db: &mut Connection, id: i64) -> Result<()> {
    let query = "UPDATE reddit_desk SET state = 'queued', why = NULL, begun = 0 WHERE id = $1";
    sqlx::query(query).bind(id).execute(db).await?;
    Ok(())
}

/// It stands on Reddit as this comment, and is looked at again at that instant.
pub async fn said(
    db: &mut Connection,
    id: i64,
    comment: Option<&str>,
    sent: Timestamp,
    look: Option<Timestamp>,
) -> Result<()> {
    let query = "UPDATE reddit_desk SET state = 'sent', why = NULL, comment = $1, sent_at = $2, look_at = $3, looks = 0
                 WHERE id = $4";
    let look = look.map(Timestamp::as_millisecond);
    sqlx::query(query).bind(comment).bind(sent.as_millisecond()).bind(look).bind(id).execute(db).await?;
    Ok(())
}

pub async fn looked(db: &mut Connection, id: i64, looks: i64, next: Option<Timestamp>) -> Result<()> {
    let query = "UPDATE reddit_desk SET looks = $1, look_at = $2 WHERE id = $3";
    sqlx::query(query).bind(looks).bind(next.map(Timestamp::as_millisecond)).bind(id).execute(db).await?;
    Ok(())
}

/// What is shown from now on, after somebody named another guide.
pub async fn correct(db: &mut Connection, id: i64, track: Track, answer: &str) -> Result<()> {
    let query = "UPDATE reddit_desk SET track = $1, answer = $2, judged = coalesce(judged, 0) WHERE id = $3";
    sqlx::query(query).bind(track.slug()).bind(answer).bind(id).execute(db).await?;
    Ok(())
}

pub async fn judge(db: &mut Connection, id: i64, right: bool) -> Result<()> {
    sqlx::query("UPDATE reddit_desk SET judged = $1 WHERE id = $2").bind(right).bind(id).execute(db).await?;
    Ok(())
}

/// How many verdicts of a subreddit were judged, and how many of them right: of those that it would say by itself.
pub async fn judged(db: &mut Connection, subreddit: &Subreddit) -> Result<(i64, i64)> {
    let query = "SELECT count(*), coalesce(sum(judged), 0) FROM reddit_desk
                 WHERE subreddit = $1 AND judged IS NOT NULL AND summons IS NULL";
    Ok(sqlx::query_as(query).bind(subreddit.as_str()).fetch_one(db).await?)
}

pub async fn rest(db: &mut Connection) -> Result<Rest> {
    let row: Option<(i64, i64)> =
        sqlx::query_as("SELECT until_at, failures FROM reddit_rest WHERE id = 1").fetch_optional(db).await?;
    let Some((until, failures)) = row else { return Ok(Rest::default()) };
    Ok(Rest { until: Some(instant(until)?), failures: u32::try_from(failures).unwrap_or(0) })
}

pub async fn set_rest(db: &mut Connection, rest: Rest) -> Result<()> {
    let Some(until) = rest.until else {
        sqlx::query("DELETE FROM reddit_rest").execute(db).await?;
        return Ok(());
    };
    let query = "INSERT INTO reddit_rest (id, until_at, failures) VALUES (1, $1, $2)
                 ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at, failures = excluded.failures";
    sqlx::query(query).bind(until.as_millisecond()).bind(i64::from(rest.failures)).execute(db).await?;
    Ok(())
}

/// The instant of a column.
pub fn instant(milliseconds: i64) -> Result<Timestamp> {
    Ok(Timestamp::from_millisecond(milliseconds).map_err(anyhow::Error::new)?)
}

/// The instant so long before another.
pub fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.saturating_sub(span).unwrap_or(Timestamp::MIN)
}
