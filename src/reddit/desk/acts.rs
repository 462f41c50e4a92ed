//! What moderators decide: which verdicts were right, what is said, what became of it, and what the bot may do.

use jiff::Timestamp;

use super::{known, may_see};
use crate::community::audit::{self, Act};
use crate::community::{Community, Moderator, Role, Subreddit};
use crate::outbox::{self, Resolution, Target};
use crate::papers::subscriptions;
use crate::people::Identity;
use crate::reddit::item::{self, New};
use crate::reddit::mode::{self, Mode};
use crate::reddit::{Item, State, notices, reading, sql as reddit_sql};
use crate::store::{Connection, Store};
use crate::triage::measure::Share;
use crate::{Error, Result};

/// An answer that `by` may decide about.
async fn own(db: &mut Connection, by: &Moderator, id: i64, to: &str) -> Result<Item> {
    by.must_be(Role::Approver, to)?;
    let item = known(db, id).await?;
    by.must_moderate(&Community::Reddit(item.subreddit.clone()))?;
    Ok(item)
}

/// Says whether a verdict is right. It counts for the subreddit, and nothing is learnt from its text.
///
/// # Errors
/// Refused to others than the subreddit's moderators, and if there is none of this number.
pub async fn judge(store: &Store, by: &Moderator, id: i64, right: bool, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let item = own(&mut tx, by, id, "judge verdicts").await?;
    reddit_sql::judge(&mut tx, item.id, right).await?;
    let detail = if right { "right" } else { "wrong" };
    audit::note(&mut tx, by, Act::Judge, &item.link(), detail, now).await?;
    tx.commit().await
}

/// Lets an answer be said, for the text that the moderator saw: `seen` is its hash. Edited meanwhile, it comes back to the desk.
///
/// # Errors
/// Refused to others than the subreddit's moderators, and if it does not wait or its thread has a reply.
pub async fn approve(store: &Store, by: &Moderator, id: i64, seen: Option<&str>, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let item = own(&mut tx, by, id, "approve answers").await?;
    let place = reddit_sql::place(&mut tx, &item.subreddit).await?;
    if item.state != State::Waiting {
        return Err(Error::refused(format!("{id} does not wait for approval: it is {}.", item.state.name())));
    }
    if place.is_none_or(|place| place.mode < Mode::Approve) {
        let name = item.subreddit.as_str();
        return Err(Error::refused(format!("Nothing is said in r/{name} in its mode; set it to approve first.")));
    }
    if seen.is_some_and(|seen| !item.hash.as_deref().unwrap_or_default().starts_with(seen)) {
        return Err(Error::refused(format!(
            "The text that {id} answers was edited; look at it again, then approve it."
        )));
    }
    if reddit_sql::has_reply(&mut tx, &item.post).await? {
        return Err(Error::refused("The bot has answered in this thread already; it does so once."));
    }
    reddit_sql::set_state(&mut tx, id, State::Queued, None).await?;
    enqueue(&mut tx, &item, item.generation, now).await?;
    audit::note(&mut tx, by, Act::Publish, &item.link(), "reply on Reddit", now).await?;
    tx.commit().await
}

async fn enqueue(db: &mut Connection, item: &Item, generation: i64, now: Timestamp) -> Result<()> {
    let (Some(author), Some(answer), Some(hash)) = (&item.author, &item.answer, &item.hash) else {
        return Err(Error::refused("What it answers was deleted, so it cannot be said any more."));
    };
    let author = Identity::Reddit(author.clone());
    let new = New {
        subreddit: &item.subreddit,
        post: &item.post,
        parent: &item.parent,
        summons: item.summons.as_deref(),
        author: &author,
        title: "",
        body: "",
        hash,
        verdict: None,
        answer,
        action: &item.action,
        track: item.track,
        state: State::Queued,
        // It is worth saying for as long as if it had been asked for now.
        created: now,
    };
    let message = reading::message(db, &new, &item::key(item.id, generation), now, now).await?;
    outbox::enqueue(db, &message, now).await?;
    Ok(())
}

/// Turns an answer down.
///
/// # Errors
/// Refused to others than the subreddit's moderators, and if it does not wait.
pub async fn refuse(store: &Store, by: &Moderator, id: i64, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let item = own(&mut tx, by, id, "refuse answers").await?;
    if item.state != State::Waiting {
        return Err(Error::refused(format!("{id} does not wait for approval: it is {}.", item.state.name())));
    }
    reddit_sql::set_state(&mut tx, id, State::Refused, None).await?;
    audit::note(&mut tx, by, Act::Discard, &item.link(), "reply on Reddit", now).await?;
    tx.commit().await
}

/// What a moderator found where an answer may have been lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// It arrived; with its comment's id, it is looked after.
    Arrived(Option<&'a str>),
    /// It did not arrive, and is said.
    Missing,
    /// It did not arrive, and need not be said any more.
    Dropped,
}

impl Found<'_> {
    /// The same for any message of the outbox.
    fn resolution(self) -> Resolution {
        match self {
            Self::Arrived(_) => Resolution::Arrived,
            Self::Missing => Resolution::Again,
            Self::Dropped => Resolution::Drop,
        }
    }
}

/// Settles what became of an answer that may be lost, as the outbox settles every message.
///
/// # Errors
/// Refused to others than the subreddit's moderators, if it is not unknown, and for what is no comment's id.
pub async fn settle(store: &Store, by: &Moderator, id: i64, found: Found<'_>, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let item = own(&mut tx, by, id, "settle answers").await?;
    if item.state != State::Unknown {
        return Err(Error::refused(format!("It is known what became of {id}: it is {}.", item.state.name())));
    }
    outbox::resolve_keyed(&mut tx, by, &item.key(), found.resolution(), now).await?;
    match found {
        Found::Arrived(comment) => {
            let comment = comment.map(comment_name).transpose()?;
            reddit_sql::said(&mut tx, id, comment.as_deref(), now, comment.as_ref().map(|_| now)).await?;
        }
        Found::Missing => reddit_sql::say_again(&mut tx, id).await?,
        Found::Dropped => reddit_sql::set_state(&mut tx, id, State::Dropped, Some("settled")).await?,
    }
    tx.commit().await
}

/// The full name of a comment, of its id or its address.
fn comment_name(text: &str) -> Result<String> {
    let text = text.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let last = text.rsplit('/').next().unwrap_or_default();
    let id = last.strip_prefix("t1_").unwrap_or(last);
    if (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(format!("t1_{}", id.to_ascii_lowercase()));
    }
    Err(Error::refused("That is no comment's id; open the comment on Reddit and copy its address."))
}

/// Puts something that moderators were told aside: of a subreddit, or of Reddit itself.
///
/// # Errors
/// Refused to others than the subreddit's moderators, and if there is no such notice.
pub async fn put_aside(store: &Store, by: &Moderator, subreddit: &Subreddit, notice: i64) -> Result<()> {
    may_see(by, subreddit)?;
    let mut tx = store.write().await?;
    notices::see(&mut tx, subreddit, notice).await?;
    tx.commit().await
}

/// What a moderator sets for a subreddit; what they leave out stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// What the bot does.
    pub mode: Option<Mode>,
    /// Whether moderators want to hear of posts whose author may be in danger.
    pub danger: Option<bool>,
    /// The flair of posts with papers; empty for none.
    pub flair: Option<String>,
    /// Whether posts with papers are pinned.
    pub pin: Option<bool>,
    /// Whether the wiki is kept equal.
    pub sync: Option<bool>,
}

/// Sets what the bot does in a subreddit.
///
/// # Errors
/// Refused to others than its moderators, for a subreddit that the settings do not name, and for `on` before it is earned.
pub async fn set(store: &Store, by: &Moderator, subreddit: &Subreddit, change: &Change, now: Timestamp) -> Result<()> {
    by.must_be(Role::Admin, "set what the bot does on Reddit")?;
    by.must_moderate(&Community::Reddit(subreddit.clone()))?;
    let mut tx = store.write().await?;
    let name = subreddit.as_str();
    let none = || {
        Error::refused(format!("Cairn has not been in r/{name}; name it in CAIRN_REDDIT_SUBREDDITS and start Cairn."))
    };
    let mut place = reddit_sql::place(&mut tx, subreddit).await?.ok_or_else(none)?;
    if let Some(mode) = change.mode {
        if mode == Mode::On {
            let (of, hits) = reddit_sql::judged(&mut tx, subreddit).await?;
            mode::may_be_on(&Share::new(usize::try_from(hits).unwrap_or(0), usize::try_from(of).unwrap_or(0)))?;
        }
        (place.mode, place.off_why) = (mode, None);
    }
    place.danger = change.danger.unwrap_or(place.danger);
    place.pin = change.pin.unwrap_or(place.pin);
    place.sync = change.sync.unwrap_or(place.sync);
    if let Some(flair) = &change.flair {
        place.flair = Some(flair.trim().to_owned()).filter(|flair| !flair.is_empty());
    }
    reddit_sql::set_place(&mut tx, subreddit, &place).await?;
    audit::note(&mut tx, by, Act::Settings, &format!("r/{name}"), &format!("mode {}", place.mode), now).await?;
    tx.commit().await
}

/// Posts the week's papers in a subreddit, or changes when and what.
///
/// # Errors
/// Refused to others than its moderators, and where a value is out of bounds.
pub async fn subscribe(
    store: &Store,
    by: &Moderator,
    subreddit: &Subreddit,
    change: &subscriptions::Change,
    now: Timestamp,
) -> Result<subscriptions::Subscribed> {
    let community = format!("reddit/{}", subreddit.as_str());
    subscriptions::subscribe(store, by, &community, &papers_of(subreddit), change, now).await
}

/// Posts no more papers in a subreddit.
///
/// # Errors
/// Refused to others than its moderators, and if none are posted there.
pub async fn unsubscribe(
    store: &Store,
    by: &Moderator,
    subreddit: &Subreddit,
    now: Timestamp,
) -> Result<subscriptions::Unsubscribed> {
    subscriptions::unsubscribe(store, by, &papers_of(subreddit), now).await
}

fn papers_of(subreddit: &Subreddit) -> Target {
    Target::RedditPost(subreddit.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_named_by_its_id_or_address() {
        let table = [
            ("t1_def", Some("t1_def")),
            ("1abcDEF", Some("t1_1abcdef")),
            ("https://www.reddit.com/r/learnml/comments/abc/_/def/?context=3", Some("t1_def")),
            ("https://old.reddit.com/r/learnml/comments/abc/a_title/def", Some("t1_def")),
            ("", None),
            ("a comment", None),
            ("abcdefghijklmnopqrstuvwxyz", None),
        ];
        for (typed, name) in table {
            assert_eq!(comment_name(typed).ok().as_deref(), name, "{typed}");
        }
    }
}
