//! Reading a subreddit: new posts, and comments that call the bot.
//!
//! A listing is read back to when it was read last, and a while further: Reddit shows some things late, and in any order. What was
//! handled is known by its name, so nothing is handled twice.

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use super::api::Failure;
use super::api::thing::{Comment, Page, Post};
use super::decide::{self, Decided, Say};
use super::item::{self, New, State};
use super::mode::{Fate, Mode};
use super::render::Links;
use super::summons::{self, Summons};
use super::{Known, Reddit, Stop, never, notices, sql};
use crate::Result;
use crate::community::{Community, Subreddit};
use crate::outbox::{self, Message, Target};
use crate::people::{Identity, optout, person};
use crate::store::Connection;

/// How much further than the last reading a listing is read.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// Older posts are late: few of them are answered, and none at the first start.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(30);
/// Older posts are history.
const GAP: SignedDuration = SignedDuration::from_hours(6);
/// The time from one answer to a late post to the next: four an hour.
const LATE_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// The most pages of a listing; Reddit shows no more.
const MAX_PAGES: usize = 10;
/// At most one answer that an author did not ask for within this time.
const BETWEEN_ANSWERS: SignedDuration = SignedDuration::from_hours(24);
/// Who was answered so often within an hour may be a program.
const IN_AN_HOUR: i64 = 2;
/// Comments below that many others call in vain.
const MAX_DEPTH: usize = 5;
/// The name of a listing in the database.
fn feed_name(what: &str, subreddit: &Subreddit) -> String {
    format!("{what}/{}", subreddit.as_str())
}

/// The name of a subreddit's new posts in the database.
pub(super) fn new_posts(subreddit: &Subreddit) -> String {
    feed_name("new", subreddit)
}

/// How far back a listing is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Floor {
    /// Nothing older is handled.
    pub at: Timestamp,
}

/// How far back a listing is read that was read last then, if ever, and in which nothing older than `oldest` counts.
pub(super) fn floor(read_at: Option<Timestamp>, oldest: SignedDuration, now: Timestamp) -> Floor {
    let gap = sql::before(now, oldest);
    let at = match read_at {
        None => sql::before(now, LATE_AFTER),
        Some(at) => sql::before(at.min(now), OVERLAP).max(gap),
    };
    Floor { at }
}

/// What is new in a subreddit.
pub(super) async fn subreddit(reddit: &Reddit, subreddit: &Subreddit) -> Result<(), Stop> {
    let place = sql::place(&mut *reddit.app.store.read().await?, subreddit).await?;
    let Some(place) = place.filter(|place| place.mode != Mode::Off) else { return Ok(()) };
    match read(reddit, subreddit, &place).await {
        Err(Stop::Failure(Failure::Forbidden(code))) => Ok(reddit.turn_off(subreddit, &code).await?),
        Err(Stop::Failure(Failure::Missing)) => Ok(reddit.turn_off(subreddit, "missing").await?),
        other => other,
    }
}

async fn read(reddit: &Reddit, subreddit: &Subreddit, place: &sql::Place) -> Result<(), Stop> {
    let known = reddit.known(subreddit).await?;
    let here = Here { reddit, subreddit, place, known: &known };
    let feed = new_posts(subreddit);
    let (start, floor) = begin(reddit, &feed, GAP).await?;
    let mut after = None;
    for _ in 0..MAX_PAGES {
        let Page { items, after: next } = reddit.access.posts(subreddit, after.as_deref()).await?;
        let reaches_on = items.iter().any(|post| post.created >= floor.at);
        for post in items.into_iter().filter(|post| post.created >= floor.at && post.subreddit == subreddit.as_str()) {
            here.post(&post).await?;
        }
        after = next.filter(|_| reaches_on);
        if after.is_none() {
            break;
        }
    }
    end(reddit, &feed, start).await?;
    let feed = feed_name("comments", subreddit);
    let (start, floor) = begin(reddit, &feed, GAP).await?;
    let mut after = None;
    for _ in 0..MAX_PAGES {
        let Page { items, after: next } = reddit.access.comments(subreddit, after.as_deref()).await?;
        let reaches_on = items.iter().any(|comment| comment.created >= floor.at);
        for comment in items.into_iter().filter(|comment| comment.created >= floor.at) {
            here.comment(&comment).await?;
        }
        after = next.filter(|_| reaches_on);
        if after.is_none() {
            break;
        }
    }
    Ok(end(reddit, &feed, start).await?)
}

/// When reading begins, and how far back it goes.
pub(super) async fn begin(reddit: &Reddit, feed: &str, oldest: SignedDuration) -> Result<(Timestamp, Floor)> {
    let now = reddit.app.clock.now();
    let read_at = sql::read_at(&mut *reddit.app.store.read().await?, feed).await?;
    Ok((now, floor(read_at, oldest, now)))
}

/// All of a listing was handled that there was when reading began.
pub(super) async fn end(reddit: &Reddit, feed: &str, start: Timestamp) -> Result<()> {
    let mut tx = reddit.app.store.write().await?;
    sql::set_read(&mut tx, feed, start).await?;
    tx.commit().await
}

/// A subreddit while it is read.
pub(super) struct Here<'a> {
    pub reddit: &'a Reddit,
    pub subreddit: &'a Subreddit,
    pub place: &'a sql::Place,
    pub known: &'a Known,
}

/// What is answered, and whose it is.
struct Answered<'a> {
    post: &'a Post,
    parent: &'a str,
    author: &'a Identity,
    body: &'a str,
    created: Timestamp,
    summons: Option<&'a Summons>,
}

impl Here<'_> {
    fn links<'b>(&'b self, base: &'b str) -> Links<'b> {
        Links { subreddit: self.subreddit.as_str(), pages: &self.known.pages, base, bot: self.reddit.name() }
    }

    /// A new post.
    async fn post(&self, post: &Post) -> Result<()> {
        let now = self.reddit.app.clock.now();
        let mut db = self.reddit.app.store.read().await?;
        if sql::was_seen(&mut db, &post.name).await? {
            return Ok(());
        }
        if let Some(silence) = never::silence(post, &self.known.moderators, self.reddit.name()) {
            drop(db);
            return self.left(&post.name, silence.name(), now).await;
        }
        let Some(author) = identity(post.author.as_deref()) else { return self.left(&post.name, "gone", now).await };
        let kept_from = optout::opted_out(&mut db, &author).await?;
        drop(db);
        if kept_from {
            return self.left(&post.name, "opted_out", now).await;
        }
        let base = self.reddit.app.config.public_url();
        let summons = summons::heard(&post.body, self.reddit.name());
        let decided = match &summons {
            None => decide::unasked(&self.reddit.app, &self.links(&base), post).await?,
            Some(summons) => decide::asked(&self.reddit.app, &self.links(&base), summons, "", post).await?,
        };
        let answered = Answered {
            post,
            parent: &post.name,
            author: &author,
            body: &post.body,
            created: post.created,
            summons: summons.as_ref(),
        };
        self.settle(&answered, decided, now).await
    }

    /// A new comment, which may call the bot.
    pub async fn comment(&self, comment: &Comment) -> Result<(), Stop> {
        let now = self.reddit.app.clock.now();
        let Some(summons) = summons::heard(&comment.body, self.reddit.name()) else { return Ok(()) };
        let mut db = self.reddit.app.store.read().await?;
        if sql::was_seen(&mut db, &comment.name).await? {
            return Ok(());
        }
        let author = identity(comment.author.as_deref()).filter(|author| !self.is_program(author));
        let Some(author) = author.filter(|_| !comment.gone) else {
            drop(db);
            return Ok(self.left(&comment.name, "program", now).await?);
        };
        let often = sql::answers_to(&mut db, &author, false, sql::before(now, SignedDuration::from_hours(1))).await?;
        let in_vain = optout::opted_out(&mut db, &author).await? || often >= IN_AN_HOUR;
        let is_answered = sql::has_reply(&mut db, &comment.post).await?;
        drop(db);
        if in_vain || is_answered {
            return Ok(self.left(&comment.name, "summons_in_vain", now).await?);
        }
        let place = match self.reddit.access.place(&comment.post, &comment.name).await {
            Ok(Some(place)) => place,
            // This thread is gone or shut, which says nothing of the subreddit.
            Ok(None) | Err(Failure::Missing | Failure::Forbidden(_)) => {
                return Ok(self.left(&comment.name, "gone", now).await?);
            }
            // It is tried again as long as the listing is read back to it, and does not hold up the others.
            Err(failure) if !failure.is_general() => {
                warn!("a thread could not be read: {failure}");
                return Ok(());
            }
            Err(failure) => return Err(failure.into()),
        };
        let silent = never::silence(&place.post, &self.known.moderators, self.reddit.name());
        if place.depth >= MAX_DEPTH || place.comment.gone || silent.is_some() {
            return Ok(self.left(&comment.name, silent.map_or("too_deep", never::Silence::name), now).await?);
        }
        let base = self.reddit.app.config.public_url();
        let decided = decide::asked(&self.reddit.app, &self.links(&base), &summons, &comment.body, &place.post).await?;
        let answered = Answered {
            post: &place.post,
            parent: &comment.name,
            author: &author,
            body: &comment.body,
            created: comment.created,
            summons: Some(&summons),
        };
        Ok(self.settle(&answered, decided, now).await?)
    }

    fn is_program(&self, author: &Identity) -> bool {
        let Identity::Reddit(name) = author else { return false };
        never::is_program(name.as_str()) || name.as_str() == self.reddit.name()
    }

    /// Nothing is said to it, for that reason.
    async fn left(&self, name: &str, why: &str, now: Timestamp) -> Result<()> {
        let mut tx = self.reddit.app.store.write().await?;
        if sql::see(&mut tx, name, now).await? {
            sql::count(&mut tx, self.subreddit, why, now).await?;
        }
        tx.commit().await
    }

    /// Writes down what was decided, with the message if one is to be said, in one transaction.
    async fn settle(&self, to: &Answered<'_>, decided: Decided, now: Timestamp) -> Result<()> {
        let say = match decided {
            Decided::Silent => return self.left(to.parent, "silent", now).await,
            Decided::Danger => return self.danger(to, now).await,
            Decided::Say(say) => say,
        };
        let mut tx = self.reddit.app.store.write().await?;
        if !sql::see(&mut tx, to.parent, now).await? {
            return Ok(());
        }
        let (state, due) = match self.place.mode.fate(to.summons.is_some()) {
            Fate::Kept => (State::Shown, now),
            Fate::Waits => (State::Waiting, now),
            Fate::Said => self.turn(&mut tx, to, now).await?,
        };
        let hash = item::hash(if to.parent == to.post.name { &to.post.title } else { "" }, to.body);
        let new = New {
            subreddit: self.subreddit,
            post: &to.post.name,
            parent: to.parent,
            summons: to.summons.map(Summons::name),
            author: to.author,
            title: &to.post.title,
            body: to.body,
            hash: &hash,
            verdict: say.verdict.as_ref(),
            answer: &say.answer,
            action: say.action,
            track: say.track,
            state,
            created: to.created,
        };
        sql::count(&mut tx, self.subreddit, counted(&say, state), now).await?;
        if let Some(id) = sql::add(&mut tx, &new, now).await?.filter(|_| state == State::Queued) {
            let message = message(&mut tx, &new, &item::key(id, 1), due, now).await?;
            outbox::enqueue(&mut tx, &message, now).await?;
            self.reddit.app.nudge.notify_one();
        }
        tx.commit().await
    }

    /// Whether something is said now, later, or not at all: once in a thread; unasked once a day to an author; to late posts a few
    /// an hour.
    async fn turn(&self, db: &mut Connection, to: &Answered<'_>, now: Timestamp) -> Result<(State, Timestamp)> {
        let unasked = to.summons.is_none();
        if sql::has_reply(db, &to.post.name).await?
            || unasked && sql::answers_to(db, to.author, true, sql::before(now, BETWEEN_ANSWERS)).await? > 0
        {
            return Ok((State::Shown, now));
        }
        let planned = sql::late_answers(db, self.subreddit, sql::before(now, GAP), LATE_AFTER).await?;
        Ok(turn_at(to.created, planned, now).map_or((State::Shown, now), |due| (State::Queued, due)))
    }

    /// Somebody may be in danger: nothing is said or kept, and moderators are told if they want that.
    async fn danger(&self, to: &Answered<'_>, now: Timestamp) -> Result<()> {
        let mut tx = self.reddit.app.store.write().await?;
        if sql::see(&mut tx, to.parent, now).await? {
            sql::count(&mut tx, self.subreddit, "danger", now).await?;
            if self.place.danger {
                let (name, id) = (self.subreddit.as_str(), to.post.name.trim_start_matches("t3_"));
                let said = format!(
                    "Someone in r/{name} may be in danger; please look, and report the post for self-harm, so that Reddit offers \
                     help: https://www.reddit.com/r/{name}/comments/{id}/"
                );
                notices::tell(&mut tx, (name, "danger", to.parent), &said, now).await?;
            }
        }
        tx.commit().await
    }
}

/// When something that was written then is answered, where so many late answers are planned already: at once if it is fresh, later
/// if it is late, and not at all if it would be history by then.
fn turn_at(created: Timestamp, planned: i64, now: Timestamp) -> Option<Timestamp> {
    if now.duration_since(created) <= LATE_AFTER {
        return Some(now);
    }
    let wait = LATE_PAUSE.saturating_mul(i32::try_from(planned).unwrap_or(i32::MAX));
    now.saturating_add(wait).ok().filter(|due| due.duration_since(created) <= GAP)
}

fn counted(say: &Say, state: State) -> &'static str {
    match (say.action, state) {
        ("answer", State::Queued) => "answer_said",
        ("answer", _) => "answer",
        ("ask", State::Queued) => "ask_said",
        ("ask", _) => "ask",
        (_, State::Queued) => "summons_said",
        _ => "summons",
    }
}

/// An answer as a message for the outbox.
pub(super) async fn message(
    db: &mut Connection,
    new: &New<'_>,
    key: &str,
    due: Timestamp,
    now: Timestamp,
) -> Result<Message> {
    let about = person(db, new.author, now).await?;
    let mut message = Message::new(key, Target::RedditComment(new.parent.to_owned()), new.answer);
    message.about = Some(about.0);
    message.community = Some(Community::Reddit(new.subreddit.clone()));
    message.due = Some(due);
    let from = if new.summons.is_some() { now } else { new.created.max(sql::before(now, GAP)) };
    message.expires = from.saturating_add(GAP).ok();
    Ok(message)
}

/// By what an author is known.
pub(super) fn identity(author: Option<&str>) -> Option<Identity> {
    author?.parse().ok().map(Identity::Reddit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_posts_are_answered_a_few_an_hour_and_old_ones_not() {
        let now: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
        let minutes = SignedDuration::from_mins;
        let table = [
            // Minutes since it was written, late answers planned, minutes until it is answered.
            (0, 0, Some(0)),
            (30, 9, Some(0)),
            (31, 0, Some(0)),
            (31, 1, Some(15)),
            (31, 4, Some(60)),
            (360, 0, Some(0)),
            (361, 0, None),
            (346, 1, None),
            (345, 1, Some(15)),
            (31, i64::MAX, None),
            // A clock that was set back.
            (-60, 3, Some(0)),
        ];
        for (age, planned, wait) in table {
            let due = turn_at(now - minutes(age), planned, now);
            assert_eq!(due, wait.map(|wait| now + minutes(wait)), "{age} minutes old, {planned} planned");
        }
    }

    #[test]
    fn a_listing_is_read_back_with_an_overlap_but_not_for_ever() {
        let now: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().ok();
        let table = [
            (None, "2026-11-16T11:30:00Z"),
            (at("2026-11-16T11:59:30Z"), "2026-11-16T11:44:30Z"),
            (at("2026-11-16T08:00:00Z"), "2026-11-16T07:45:00Z"),
            (at("2026-11-15T08:00:00Z"), "2026-11-16T06:00:00Z"),
            (at("2027-01-01T00:00:00Z"), "2026-11-16T11:45:00Z"),
        ];
        for (read_at, expected) in table {
            assert_eq!(Some(floor(read_at, GAP, now).at), at(expected), "{read_at:?}");
        }
    }
}
