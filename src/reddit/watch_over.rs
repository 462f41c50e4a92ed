//! Looking after what was said: whether it arrived, whether it is liked, whether its post is still there; and dropping what people
//! have deleted on Reddit.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use super::api::Failure;
use super::api::thing::{Comment, Post, Thing};
use super::decide::{self, Decided};
use super::notices::Removal;
use super::render::Links;
use super::{Item, Reddit, State, Stop, item, notices, sql};
use crate::Result;
use crate::outbox::{self, Trouble};
use crate::store::Connection;

/// When a comment is looked at, after it was said. The first time its post is read again, too: it may have been edited.
const LOOKS: [SignedDuration; 5] = [
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
];
/// A comment with this score or a lower one is taken away.
const UNLIKED: i64 = -1;
/// What Reddit did not let us do is tried again after this time.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_hours(1);
/// How often what is kept is compared with Reddit: well within the 48 hours in which deleted texts must go.
const COMPARED_EVERY: SignedDuration = SignedDuration::from_hours(12);
/// How many are looked at in a round.
const AT_ONCE: u32 = 50;

/// Votes count from then on.
const JUDGED_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// How many looks are over by now, and when the next one is. A look that comes late stands for all that were missed.
fn next_look(sent: Timestamp, now: Timestamp) -> (i64, Option<Timestamp>) {
    let over = LOOKS.iter().filter(|wait| now.duration_since(sent) >= **wait).count();
    let next = LOOKS.get(over).and_then(|wait| sent.saturating_add(*wait).ok());
    (i64::try_from(over).unwrap_or(i64::MAX), next)
}

/// Takes note of what became of what was to be said.
pub(super) async fn adopt(reddit: &Reddit) -> Result<()> {
    let store = &reddit.app.store;
    let mut db = store.read().await?;
    let mut settled = Vec::new();
    let mut open = sql::items(&mut db, None, Some(State::Queued), 1_000).await?;
    open.extend(sql::items(&mut db, None, Some(State::Unknown), 1_000).await?);
    for item in open {
        let standing = outbox::standing(&mut db, &item.key()).await?;
        settled.extend(standing.map(|standing| (item, standing)));
    }
    drop(db);
    let now = reddit.app.clock.now();
    for (item, standing) in settled {
        let mut tx = store.write().await?;
        match (standing.state, standing.remote_id) {
            (outbox::State::Sent, comment) => {
                // Without an id, a moderator has said that it arrived: there is nothing to look after.
                let look = comment.as_ref().and_then(|_| next_look(now, now).1);
                sql::said(&mut tx, item.id, comment.as_deref(), now, look).await?;
            }
            // A moderator has settled it: it is to be said again.
            (outbox::State::Ready, _) if item.state == State::Unknown => sql::say_again(&mut tx, item.id).await?,
            (outbox::State::Ready | outbox::State::Waiting | outbox::State::Sending, _) => continue,
            (outbox::State::Unknown, _) if item.state == State::Unknown => continue,
            (outbox::State::Unknown, _) => {
                sql::set_state(&mut tx, item.id, State::Unknown, Some("cannot_tell")).await?;
                let said = notices::unknown(&item);
                notices::tell(&mut tx, (item.subreddit.as_str(), "unknown", &item.key()), &said, now).await?;
            }
            (outbox::State::Dead, _) => {
                let trouble = standing.trouble.unwrap_or(Trouble::Unreadable);
                sql::set_state(&mut tx, item.id, State::Dropped, Some(&trouble.code())).await?;
                if let Some(said) = notices::unsaid(&item, trouble) {
                    notices::tell(&mut tx, (item.subreddit.as_str(), "dropped", &item.key()), &said, now).await?;
                }
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Looks at what was said, where it is time.
pub(super) async fn look(reddit: &Reddit) -> Result<(), Stop> {
    let now = reddit.app.clock.now();
    let due = sql::to_look_at(&mut *reddit.app.store.read().await?, now, AT_ONCE).await?;
    let names: Vec<&str> =
        due.iter().flat_map(|item| item.comment.as_deref().into_iter().chain([item.post.as_str()])).collect();
    if names.is_empty() {
        return Ok(());
    }
    let there = Things::of(reddit.access.things(&names).await?);
    for item in &due {
        match look_at(reddit, item, &there, now).await {
            // One comment in trouble must not hold up the others.
            Err(Stop::Failure(failure)) if !failure.is_general() => {
                warn!(item = item.id, "could not be looked after: {failure}");
                let mut tx = reddit.app.store.write().await?;
                sql::looked(&mut tx, item.id, item.looks, now.saturating_add(AFTER_TROUBLE).ok()).await?;
                tx.commit().await?;
            }
            other => other?,
        }
    }
    Ok(())
}

async fn look_at(reddit: &Reddit, item: &Item, there: &Things, now: Timestamp) -> Result<(), Stop> {
    if let Some(why) = unwanted(reddit, item, there).await? {
        return remove(reddit, item, why).await;
    }
    let mut tx = reddit.app.store.write().await?;
    if is_gone(item.comment.as_deref().and_then(|name| there.comments.get(name))) {
        taken_away(&mut tx, item, Removal::ByOthers, now).await?;
    } else {
        let (looks, next) = next_look(item.sent.unwrap_or(now), now);
        sql::looked(&mut tx, item.id, looks.max(item.looks + 1), next).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes a comment of the bot's away, and tells moderators. Done twice it changes nothing.
pub(super) async fn remove(reddit: &Reddit, item: &Item, why: Removal) -> Result<(), Stop> {
    if let (State::Sent, Some(comment)) = (item.state, &item.comment) {
        delete(reddit, comment).await?;
        let mut tx = reddit.app.store.write().await?;
        taken_away(&mut tx, item, why, reddit.app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn delete(reddit: &Reddit, comment: &str) -> Result<(), Stop> {
    match reddit.access.delete(comment).await {
        Ok(()) | Err(Failure::Missing) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

async fn taken_away(db: &mut Connection, item: &Item, why: Removal, now: Timestamp) -> Result<()> {
    sql::set_state(db, item.id, State::Removed, Some(why.code())).await?;
    sql::count(db, &item.subreddit, "removed", now).await?;
    notices::tell(db, (item.subreddit.as_str(), "removed", &item.key()), &why.told(item), now).await.map(drop)
}

/// A post is gone, and so its answer goes.
async fn take_back(reddit: &Reddit, item: &Item) -> Result<(), Stop> {
    remove(reddit, item, Removal::PostGone).await?;
    take_back_lost(reddit, item).await
}

/// A post is gone, and nobody knew whether its answer arrived: if it did, it is taken away, and there is nothing left to ask
/// moderators.
async fn take_back_lost(reddit: &Reddit, item: &Item) -> Result<(), Stop> {
    if item.state == State::Unknown {
        let own = reddit.access.own_comments().await?;
        for comment in own.iter().filter(|comment| comment.parent == item.parent && !comment.gone) {
            delete(reddit, &comment.name).await?;
        }
    }
    Ok(())
}

fn is_gone(comment: Option<&Comment>) -> bool {
    comment.is_none_or(|comment| comment.gone)
}

/// Posts and comments by their names.
#[derive(Default)]
struct Things {
    posts: HashMap<String, Post>,
    comments: HashMap<String, Comment>,
}

impl Things {
    fn of(things: Vec<Thing>) -> Self {
        let mut all = Self::default();
        for thing in things {
            match thing {
                Thing::Post(post) => drop(all.posts.insert(post.name.clone(), post)),
                Thing::Comment(comment) => drop(all.comments.insert(comment.name.clone(), comment)),
            }
        }
        all
    }
}

/// Why a comment of the bot's is taken away, if it is.
async fn unwanted(reddit: &Reddit, item: &Item, there: &Things) -> Result<Option<Removal>, Stop> {
    let Some(comment) = item.comment.as_deref().and_then(|name| there.comments.get(name)) else { return Ok(None) };
    let Some(post) = there.posts.get(&item.post).filter(|post| !post.gone) else { return Ok(Some(Removal::PostGone)) };
    let age = reddit.app.clock.now().duration_since(item.sent.unwrap_or(item.at));
    if comment.score <= UNLIKED && age >= JUDGED_AFTER {
        return Ok(Some(Removal::Unliked));
    }
    let is_post = item.parent == item.post;
    if item.looks > 0 || !is_post || item.hash.as_deref() == Some(&item::hash(&post.title, &post.body)) {
        return Ok(None);
    }
    // It was edited: is the answer still the right one?
    let known = reddit.known(&item.subreddit).await?;
    let base = reddit.app.config.public_url();
    let links = Links { subreddit: item.subreddit.as_str(), pages: &known.pages, base: &base, bot: reddit.name() };
    Ok(match decide::unasked(&reddit.app, &links, post).await? {
        Decided::Say(say) if say.track == item.track => None,
        _ => Some(Removal::Edited),
    })
}

/// Compares what is kept with Reddit: what people have deleted there is dropped here.
pub(super) async fn compare(reddit: &Reddit) -> Result<(), Stop> {
    let now = reddit.app.clock.now();
    let since = sql::before(now, COMPARED_EVERY);
    let kept = sql::to_compare(&mut *reddit.app.store.read().await?, since, AT_ONCE).await?;
    let names: Vec<&str> = kept.iter().flat_map(|item| [item.parent.as_str(), item.post.as_str()]).collect();
    if names.is_empty() {
        return Ok(());
    }
    let there = Things::of(reddit.access.things(&names).await?);
    for item in &kept {
        let post = there.posts.get(&item.post).is_some_and(|post| !post.gone);
        let parent = item.parent == item.post || !is_gone(there.comments.get(&item.parent));
        if !post || !parent {
            match take_back(reddit, item).await {
                // Whatever Reddit makes of its comment, the text is dropped.
                Err(Stop::Failure(failure)) if !failure.is_general() => {
                    warn!(item = item.id, "its answer could not be taken away: {failure}");
                }
                other => other?,
            }
        }
        let mut tx = reddit.app.store.write().await?;
        if post && parent {
            sql::compared(&mut tx, item.id, now).await?;
        } else {
            warn!(item = item.id, "what it answers was deleted, and is dropped");
            sql::forget(&mut tx, item.id).await?;
            // What was said quotes it.
            for generation in 1..=item.generation {
                outbox::forget_text(&mut tx, &item::key(item.id, generation)).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_looked_at_five_times_within_a_day_and_a_late_look_stands_for_all() {
        let sent: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
        let minutes = SignedDuration::from_mins;
        // Minutes since it was said, looks that are over, minutes from then to the next one.
        let table = [
            (-9, 0, Some(5)),
            (0, 0, Some(5)),
            (5, 1, Some(15)),
            (14, 1, Some(15)),
            (15, 2, Some(60)),
            (61, 3, Some(360)),
            (1_000, 4, Some(1_440)),
            (1_440, 5, None),
            (99_999, 5, None),
        ];
        for (age, looks, next) in table {
            let found = next_look(sent, sent + minutes(age));
            assert_eq!(found, (looks, next.map(|next| sent + minutes(next))), "{age} minutes");
        }
    }
}
