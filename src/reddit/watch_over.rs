//! Looking after what was said: whether it arrived, whether it is liked, whether its post is still there; and dropping what people
//! have deleted on Reddit.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use super::api::thing::{Comment, Post, Thing};
use super::decide::{self, Decided};
use super::inbox::remove;
use super::render::Links;
use super::{Item, Reddit, State, Stop, item, sql};
use crate::Result;
use crate::outbox::{self, Trouble};

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
/// How often what is kept is compared with Reddit: well within the 48 hours in which deleted texts must go.
const COMPARED_EVERY: SignedDuration = SignedDuration::from_hours(12);
/// How many are looked at in a round.
const AT_ONCE: u32 = 50;

/// The next look after so many of them.
fn next_look(sent: Timestamp, looks: i64) -> Option<Timestamp> {
    let wait = LOOKS.get(usize::try_from(looks).ok()?)?;
    sent.saturating_add(*wait).ok()
}

/// Takes note of what became of what was to be said.
pub(super) async fn adopt(reddit: &Reddit) -> Result<()> {
    let store = &reddit.app.store;
    let mut db = store.read().await?;
    let mut settled = Vec::new();
    for item in sql::items(&mut db, None, Some(State::Queued), 1_000).await? {
        let standing = outbox::standing(&mut db, &item.key()).await?;
        settled.extend(standing.map(|standing| (item, standing)));
    }
    drop(db);
    let now = reddit.app.clock.now();
    for (item, standing) in settled {
        let mut tx = store.write().await?;
        match (standing.state, standing.remote_id) {
            (outbox::State::Sent, Some(comment)) => {
                sql::said(&mut tx, item.id, Some(&comment), now, next_look(now, 0)).await?;
            }
            (outbox::State::Dead, _) if standing.trouble == Some(Trouble::CannotTell) => {
                sql::set_state(&mut tx, item.id, State::Unknown, Some("cannot_tell")).await?;
                let said = format!(
                    "Nobody knows whether the bot's answer arrived in {}; look there, then say so with `cairn reddit settle \
                     {} arrived` or `cairn reddit settle {} not`.",
                    item.link(),
                    item.id,
                    item.id
                );
                sql::notice(&mut tx, (item.subreddit.as_str(), "unknown", &item.key()), &said, now).await?;
            }
            (outbox::State::Dead, _) => {
                let trouble = standing.trouble.unwrap_or(Trouble::Unreadable);
                sql::set_state(&mut tx, item.id, State::Dropped, Some(&trouble.code())).await?;
                if let Trouble::Closed | Trouble::Refused(..) = trouble {
                    let said = format!("An answer in {} was not said: {trouble}.", item.link());
                    sql::notice(&mut tx, (item.subreddit.as_str(), "dropped", &item.key()), &said, now).await?;
                }
            }
            _ => continue,
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
        if let Some(why) = unwanted(reddit, item, &there).await? {
            remove(reddit, item, why).await?;
            continue;
        }
        let mut tx = reddit.app.store.write().await?;
        if is_gone(item.comment.as_deref().and_then(|name| there.comments.get(name))) {
            sql::set_state(&mut tx, item.id, State::Removed, Some("by_others")).await?;
        } else {
            let looks = item.looks + 1;
            sql::looked(&mut tx, item.id, looks, item.sent.and_then(|sent| next_look(sent, looks))).await?;
        }
        tx.commit().await?;
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
async fn unwanted(reddit: &Reddit, item: &Item, there: &Things) -> Result<Option<&'static str>, Stop> {
    let Some(comment) = item.comment.as_deref().and_then(|name| there.comments.get(name)) else { return Ok(None) };
    let Some(post) = there.posts.get(&item.post).filter(|post| !post.gone) else { return Ok(Some("post_gone")) };
    if comment.score <= UNLIKED {
        return Ok(Some("unliked"));
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
        _ => Some("edited"),
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
        let mut tx = reddit.app.store.write().await?;
        if post && parent {
            sql::compared(&mut tx, item.id, now).await?;
        } else {
            warn!(item = item.id, "what it answers was deleted, and is dropped");
            sql::forget(&mut tx, item.id).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
