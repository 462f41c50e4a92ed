//! The desk: what moderators see of the bot on Reddit, and what they decide about it. The command line and the console call these.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::item::{self, New};
use super::mode::{self, Mode};
use super::{Item, State, reading, render, sql};
use crate::community::audit::{self, Act};
use crate::community::{Community, Moderator, Role, Subreddit};
use crate::outbox::{self, Target};
use crate::papers::subscriptions;
use crate::people::Identity;
use crate::store::{Connection, Store};
use crate::triage::measure::Share;
use crate::{Error, Result};

/// For how long what was counted is shown.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The most notices that are shown.
const NOTICES: u32 = 20;

/// A subreddit as its moderators see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overview {
    /// Its name.
    pub subreddit: String,
    /// What the bot does there.
    pub mode: Mode,
    /// Reddit's code, if it turned the subreddit off.
    pub off_why: Option<String>,
    /// How right the judged verdicts were.
    pub judged: Share,
    /// What was counted within a week, most first.
    pub counts: Vec<(String, i64)>,
    /// How many answers wait for a moderator.
    pub waiting: usize,
    /// Of how many nobody knows whether they arrived.
    pub unknown: usize,
    /// What moderators were told, newest first.
    pub notices: Vec<String>,
}

impl fmt::Display for Overview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r/{}: {}", self.subreddit, self.mode)?;
        if let Some(code) = &self.off_why {
            write!(f, " (Reddit does not let the bot in: {code})")?;
        }
        let counts: Vec<String> = self.counts.iter().map(|(what, n)| format!("{what} {n}")).collect();
        let counts = if counts.is_empty() { "nothing yet".to_owned() } else { counts.join(", ") };
        write!(f, "\n  within a week: {counts}")?;
        write!(f, "\n  judged: {}", self.judged)?;
        if let Err(lacking) = mode::may_be_on(&self.judged) {
            write!(f, "\n  “on” is locked: {lacking}")?;
        }
        if self.waiting + self.unknown > 0 {
            write!(f, "\n  {} wait for approval, {} to be settled", self.waiting, self.unknown)?;
        }
        for notice in &self.notices {
            write!(f, "\n  ! {notice}")?;
        }
        Ok(())
    }
}

/// An answer as moderators see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// Its number.
    pub id: i64,
    /// Where it can be read.
    pub link: String,
    /// `answer`, `ask`, or the name of the summons.
    pub action: String,
    /// Where it stands.
    pub state: State,
    /// Why, as a code.
    pub why: Option<String>,
    /// The guide.
    pub track: Option<&'static str>,
    /// The author's words that decided it.
    pub reasons: String,
    /// The post's title.
    pub title: Option<String>,
    /// What is said.
    pub answer: Option<String>,
    /// Of the text that it answers.
    pub hash: Option<String>,
    /// Whether a moderator found it right.
    pub judged: Option<bool>,
}

impl From<Item> for Shown {
    fn from(item: Item) -> Self {
        Self {
            id: item.id,
            link: item.link(),
            reasons: item.verdict.as_ref().map(render::reasons).unwrap_or_default(),
            action: item.action,
            state: item.state,
            why: item.why,
            track: item.track.map(crate::triage::Track::slug),
            title: item.title,
            answer: item.answer,
            hash: item.hash,
            judged: item.judged,
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, action, state, link, .. } = self;
        write!(f, "{id}. {}", self.title.as_deref().unwrap_or("(its text is no longer kept)"))?;
        let track = self.track.map(|track| format!(" {track}")).unwrap_or_default();
        let why = self.why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
        let judged = match self.judged {
            None => "",
            Some(true) => " ✓",
            Some(false) => " ✗",
        };
        write!(f, "\n   {action}{track} · {}{why}{judged} · {link}", state.name())?;
        if !self.reasons.is_empty() {
            write!(f, "\n   {}", self.reasons)?;
        }
        Ok(())
    }
}

/// The subreddits that the settings name, as their moderators see them.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn overview(store: &Store, subreddits: &[Subreddit], now: Timestamp) -> Result<Vec<Overview>> {
    let mut db = store.read().await?;
    let mut all = Vec::new();
    for subreddit in subreddits {
        let Some(place) = sql::place(&mut db, subreddit).await? else { continue };
        let (of, hits) = sql::judged(&mut db, subreddit).await?;
        let n = |n: i64| usize::try_from(n).unwrap_or(0);
        let waiting = sql::items(&mut db, Some(subreddit), Some(State::Waiting), 1_000).await?.len();
        let unknown = sql::items(&mut db, Some(subreddit), Some(State::Unknown), 1_000).await?.len();
        let notices = sql::notices(&mut db, Some(subreddit), NOTICES).await?;
        all.push(Overview {
            subreddit: subreddit.as_str().to_owned(),
            mode: place.mode,
            off_why: place.off_why,
            judged: Share::new(n(hits), n(of)),
            counts: sql::counts(&mut db, subreddit, sql::before(now, SHOWN_FOR)).await?,
            waiting,
            unknown,
            notices: notices.into_iter().map(|(_, said, _)| said).collect(),
        });
    }
    Ok(all)
}

/// What moderators of all subreddits were told of Reddit itself.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn troubles(store: &Store) -> Result<Vec<String>> {
    let all = sql::notices(&mut *store.read().await?, None, NOTICES).await?;
    Ok(all.into_iter().filter(|(subreddit, ..)| subreddit.is_empty()).map(|(_, said, _)| said).collect())
}

/// The answers of a subreddit: those in a state, or all; newest first.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn list(store: &Store, subreddit: Option<&Subreddit>, state: Option<State>, most: u32) -> Result<Vec<Shown>> {
    let items = sql::items(&mut *store.read().await?, subreddit, state, most).await?;
    Ok(items.into_iter().map(Shown::from).collect())
}

/// One answer.
///
/// # Errors
/// Refused if there is none of this number.
pub async fn show(store: &Store, id: i64) -> Result<Shown> {
    Ok(known(&mut *store.read().await?, id).await?.into())
}

async fn known(db: &mut Connection, id: i64) -> Result<Item> {
    let none = || Error::refused(format!("There is no {id} on the desk; `cairn reddit desk` shows what there is."));
    sql::item(db, id).await?.ok_or_else(none)
}

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
pub async fn judge(store: &Store, by: &Moderator, id: i64, right: bool) -> Result<()> {
    let mut tx = store.write().await?;
    let item = own(&mut tx, by, id, "judge verdicts").await?;
    sql::judge(&mut tx, item.id, right).await?;
    tx.commit().await
}

/// Lets an answer be said, for the text that the moderator saw: `seen` is its hash. Edited meanwhile, it comes back to the desk.
///
/// # Errors
/// Refused to others than the subreddit's moderators, and if it does not wait or its thread has a reply.
pub async fn approve(store: &Store, by: &Moderator, id: i64, seen: Option<&str>, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let item = own(&mut tx, by, id, "approve answers").await?;
    let place = sql::place(&mut tx, &item.subreddit).await?;
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
    if sql::has_reply(&mut tx, &item.post).await? {
        return Err(Error::refused("The bot has answered in this thread already; it does so once."));
    }
    sql::set_state(&mut tx, id, State::Queued, None).await?;
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
    sql::set_state(&mut tx, id, State::Refused, None).await?;
    audit::note(&mut tx, by, Act::Discard, &item.link(), "reply on Reddit", now).await?;
    tx.commit().await
}

/// Says of an answer that may be lost whether it arrived; with its comment's full name, if it did and is to be looked after. If it
/// did not, it is said.
///
/// # Errors
/// Refused to others than the subreddit's moderators, and if it is not unknown.
pub async fn settle(
    store: &Store,
    by: &Moderator,
    id: i64,
    arrived: bool,
    comment: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let mut tx = store.write().await?;
    let item = own(&mut tx, by, id, "settle answers").await?;
    if item.state != State::Unknown {
        return Err(Error::refused(format!("It is known what became of {id}: it is {}.", item.state.name())));
    }
    if arrived {
        let comment = comment.map(|name| if name.starts_with("t1_") { name.to_owned() } else { format!("t1_{name}") });
        sql::said(&mut tx, id, comment.as_deref(), now, comment.as_ref().map(|_| now)).await?;
    } else {
        sql::say_again(&mut tx, id).await?;
        enqueue(&mut tx, &item, item.generation + 1, now).await?;
    }
    let detail = if arrived { "it arrived" } else { "it did not arrive" };
    audit::note(&mut tx, by, Act::Publish, &item.link(), detail, now).await?;
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
    let mut place = sql::place(&mut tx, subreddit).await?.ok_or_else(none)?;
    if let Some(mode) = change.mode {
        if mode == Mode::On {
            let (of, hits) = sql::judged(&mut tx, subreddit).await?;
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
    sql::set_place(&mut tx, subreddit, &place).await?;
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
