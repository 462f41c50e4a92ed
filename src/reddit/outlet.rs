//! The outbox's way to Reddit: each message once, and after any doubt a look before anything else.

use jiff::SignedDuration;
use tracing::warn;

use super::api::thing::Post;
use super::api::{Failure, Place};
use super::decide::{self, Decided, Say};
use super::item::{self, Item, New, State};
use super::mode::{Fate, Mode};
use super::render::Links;
use super::{Reddit, never, reading, sql};
use crate::Result;
use crate::outbox::{self, Look, Outcome, Row, Target, Trouble};
use crate::people::Identity;
use crate::wiki::reach::unlinked;

/// The first wait before something lost is looked for again; it doubles. Reddit may show the bot's own comment late.
const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(30);
/// After so many looks a moderator is asked.
const LOOKS: i64 = 5;

/// The way.
#[derive(Clone)]
pub struct RedditSender {
    reddit: Reddit,
}

/// Why an answer is not said now.
enum Not {
    /// This comes of it.
    Outcome(Outcome),
    /// Our fault.
    Fault(crate::Error),
}

impl From<crate::Error> for Not {
    fn from(error: crate::Error) -> Self {
        Self::Fault(error)
    }
}

impl From<Failure> for Not {
    fn from(failure: Failure) -> Self {
        Self::Outcome(failure.of_asking())
    }
}

impl From<Trouble> for Not {
    fn from(trouble: Trouble) -> Self {
        Self::Outcome(Outcome::Dead(trouble))
    }
}

impl RedditSender {
    pub(super) fn new(reddit: Reddit) -> Self {
        Self { reddit }
    }

    /// Whether anything may be asked of Reddit now.
    pub fn is_open(&self) -> bool {
        self.reddit.access.is_open()
    }

    /// Makes the call that says it.
    pub async fn send(self, row: Row) -> Outcome {
        let sent = match &row.target {
            Target::RedditComment(parent) => self.comment(&row, parent).await,
            Target::RedditPost(subreddit) => self.post(&row, subreddit).await,
            Target::RedditMessage(name) => self.message(&row, name).await,
            Target::RedditModmail(name) => self.message(&row, &format!("/r/{name}")).await,
            _ => Ok(Outcome::Dead(Trouble::Unreadable)),
        };
        match sent {
            Ok(outcome) | Err(Not::Outcome(outcome)) => outcome,
            Err(Not::Fault(cause)) => {
                warn!(key = row.key, "could not be sent: {cause}");
                Outcome::Later { trouble: Trouble::Unreachable, after: None }
            }
        }
    }

    /// Looks for what may have been said: by what it answers and by its author, the bot.
    pub async fn look(self, row: Row) -> Look {
        let looked = match &row.target {
            Target::RedditComment(parent) => self.look_for_comment(&row, parent).await,
            Target::RedditPost(subreddit) => self.look_for_post(&row, subreddit).await,
            _ => Ok(Look::CannotTell),
        };
        looked.unwrap_or_else(|not| match not {
            Not::Outcome(Outcome::Later { trouble, after }) => Look::Later { trouble, after },
            _ => Look::Later { trouble: Trouble::Unreachable, after: None },
        })
    }

    async fn item(&self, row: &Row) -> Result<Option<Item>> {
        let Some((id, generation)) = item::of_key(&row.key) else { return Ok(None) };
        let item = sql::item(&mut *self.reddit.app.store.read().await?, id).await?;
        Ok(item.filter(|item| item.generation == generation))
    }

    async fn comment(&self, row: &Row, parent: &str) -> Result<Outcome, Not> {
        // A moderator may have settled that it did not arrive a moment ago.
        let is_due = |item: &Item| matches!(item.state, State::Queued | State::Unknown);
        let item = self.item(row).await?.filter(is_due).ok_or(Trouble::Unwanted)?;
        let place = sql::place(&mut *self.reddit.app.store.read().await?, &item.subreddit).await?;
        if place.is_none_or(|place| place.mode == Mode::Off || place.mode == Mode::Shadow) {
            return Err(Trouble::Unwanted.into());
        }
        self.must_still_hold(&item).await?;
        let mut tx = self.reddit.app.store.write().await?;
        sql::begin(&mut tx, item.id).await?;
        tx.commit().await?;
        match self.reddit.access.comment(parent, &row.payload.body).await {
            Ok(Some(name)) => Ok(Outcome::Sent(name)),
            // Reddit says that all is well, and shows nothing.
            Ok(None) => Ok(Outcome::Unsure(Trouble::CannotTell)),
            Err(failure) => {
                if let (Trouble::NotAllowed(_), Failure::Forbidden(code) | Failure::Refused(code)) =
                    (failure.trouble(), &failure)
                {
                    self.reddit.turn_off(&item.subreddit, code).await?;
                }
                Ok(failure.of_sending())
            }
        }
    }

    /// Reads again what is answered. If it was edited, the answer is decided another time; if nobody may answer any more, it is
    /// not said.
    async fn must_still_hold(&self, item: &Item) -> Result<(), Not> {
        let access = &self.reddit.access;
        let (post, body) = if item.parent == item.post {
            let post = access.post_now(&item.post).await?.ok_or(Trouble::Gone)?;
            let body = post.body.clone();
            (post, body)
        } else {
            let place = access.place(&item.post, &item.parent).await?;
            let Place { post, comment, .. } = place.filter(|place| !place.comment.gone).ok_or(Trouble::Gone)?;
            (post, comment.body)
        };
        let known = self.reddit.known(&item.subreddit).await?;
        match never::silence(&post, &known.moderators, self.reddit.name()) {
            None => {}
            Some(never::Silence::Gone) => return Err(Trouble::Gone.into()),
            Some(never::Silence::Closed) => return Err(Trouble::Closed.into()),
            Some(_) => return Err(Trouble::Unwanted.into()),
        }
        let title = if item.parent == item.post { post.title.as_str() } else { "" };
        if item.hash.as_deref() == Some(&item::hash(title, &body)) {
            return Ok(());
        }
        self.decide_again(item, &post, &body, &known.pages).await?;
        Err(Trouble::Changed.into())
    }

    /// The text is another one now: what was approved or decided for the old one does not hold.
    async fn decide_again(&self, item: &Item, post: &Post, body: &str, pages: &[String]) -> Result<(), Not> {
        let app = &self.reddit.app;
        let base = app.config.public_url();
        let links = Links { subreddit: item.subreddit.as_str(), pages, base: &base, bot: self.reddit.name() };
        let now = app.clock.now();
        let decided = match item.summons.is_some() {
            false => decide::unasked(app, &links, post).await?,
            true => Decided::Silent,
        };
        let mut tx = app.store.write().await?;
        let place = sql::place(&mut tx, &item.subreddit).await?;
        let (Decided::Say(say), Some(author), Some(place)) = (decided, item.author.clone(), place) else {
            sql::set_state(&mut tx, item.id, State::Dropped, Some("edited")).await?;
            return Ok(tx.commit().await?);
        };
        let Say { answer, verdict, action, track } = *say;
        let state = if place.mode.fate(false) == Fate::Said { State::Queued } else { State::Waiting };
        let (author, hash) = (Identity::Reddit(author), item::hash(&post.title, body));
        let new = New {
            subreddit: &item.subreddit,
            post: &item.post,
            parent: &item.parent,
            summons: None,
            author: &author,
            title: &post.title,
            body,
            hash: &hash,
            verdict: verdict.as_ref(),
            answer: &answer,
            action,
            track,
            state,
            created: item.created,
        };
        sql::decide_again(&mut tx, item.id, &new, now).await?;
        if state == State::Queued {
            let message = reading::message(&mut tx, &new, &item::key(item.id, item.generation + 1), now, now).await?;
            outbox::enqueue(&mut tx, &message, now).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn look_for_comment(&self, row: &Row, parent: &str) -> Result<Look, Not> {
        if let Some(item) = self.item(row).await?
            && !item.begun
        {
            // The call that says it was never made.
            return Ok(Look::Absent);
        }
        let own = self.reddit.access.own_comments().await?;
        let found = own.into_iter().find(|comment| comment.parent == parent && !comment.gone);
        Ok(found.map_or_else(|| not_there(row), |comment| Look::Found(comment.name)))
    }

    async fn post(&self, row: &Row, subreddit: &str) -> Result<Outcome, Not> {
        let subreddit_name = subreddit.parse().map_err(|_| Trouble::Unreadable)?;
        let place = sql::place(&mut *self.reddit.app.store.read().await?, &subreddit_name).await?;
        let Some(place) = place.filter(|place| place.mode != Mode::Off) else { return Err(Trouble::Unwanted.into()) };
        let Some(title) = row.payload.title.as_deref() else { return Err(Trouble::Unreadable.into()) };
        let text = unlinked(&row.payload.body);
        let flair = match &place.flair {
            Some(wanted) => {
                let flairs = self.reddit.access.flairs(subreddit).await.unwrap_or_default();
                flairs.into_iter().find(|(_, text)| text.eq_ignore_ascii_case(wanted)).map(|(id, _)| id)
            }
            None => None,
        };
        match self.reddit.access.submit(subreddit, title, &text, flair.as_deref()).await {
            Ok(Some(name)) => {
                self.pin(&place, &name).await;
                Ok(Outcome::Sent(name))
            }
            Ok(None) => Ok(Outcome::Unsure(Trouble::CannotTell)),
            Err(failure) => Ok(failure.of_sending()),
        }
    }

    async fn look_for_post(&self, row: &Row, subreddit: &str) -> Result<Look, Not> {
        let title = row.payload.title.as_deref().unwrap_or_default();
        let own = self.reddit.access.own_posts().await?;
        let found = own.into_iter().find(|post| post.subreddit == subreddit && post.title == title && !post.gone);
        let Some(found) = found else { return Ok(not_there(row)) };
        let subreddit = subreddit.parse().map_err(|_| Trouble::Unreadable)?;
        if let Some(place) = sql::place(&mut *self.reddit.app.store.read().await?, &subreddit).await? {
            self.pin(&place, &found.name).await;
        }
        Ok(Look::Found(found.name))
    }

    /// Pins a post, where moderators want that; one that cannot be pinned stands there all the same.
    async fn pin(&self, place: &sql::Place, post: &str) {
        if place.pin
            && let Err(failure) = self.reddit.access.pin(post).await
        {
            warn!("a post was not pinned: {failure}");
        }
    }

    async fn message(&self, row: &Row, to: &str) -> Result<Outcome, Not> {
        let subject = row.payload.title.as_deref().unwrap_or("Cairn");
        Ok(match self.reddit.access.message(to, subject, &row.payload.body).await {
            Ok(()) => Outcome::Sent(String::new()),
            Err(failure) => failure.of_sending(),
        })
    }
}

/// It is not there, or not yet: it is never said again without a person who has looked.
fn not_there(row: &Row) -> Look {
    let looks = row.attempts.saturating_sub(row.sends).max(1);
    if looks >= LOOKS {
        return Look::CannotTell;
    }
    let doublings = i32::try_from(looks - 1).unwrap_or(0);
    let after = FIRST_LOOK.saturating_mul(1 << doublings);
    Look::Later { trouble: Trouble::CannotTell, after: Some(after) }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::outbox::Payload;

    #[test]
    fn what_may_be_lost_is_looked_for_five_times_and_then_asked_about() {
        let row = |attempts, sends| Row {
            id: 1,
            key: item::key(1, 1),
            target: Target::RedditComment("t3_abc".into()),
            payload: Payload::default(),
            attempts,
            sends,
            created: Timestamp::UNIX_EPOCH,
            waits: Vec::new(),
            about: None,
            community: None,
            expires: None,
        };
        let wait = |look| match look {
            Look::Later { after, .. } => after.map(|after| after.as_secs()),
            _ => None,
        };
        let waits: Vec<Option<i64>> = (2..=6).map(|attempts| wait(not_there(&row(attempts, 1)))).collect();
        assert_eq!(waits, [Some(30), Some(60), Some(120), Some(240), None]);
        assert_eq!(not_there(&row(6, 1)), Look::CannotTell);
        // Sending it another time does not count as a look.
        assert_eq!(wait(not_there(&row(7, 6))), Some(30));
    }
}
