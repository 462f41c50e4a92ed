//! The outbox at Discord: sends a message with its number as the nonce, and looks for one whose answer was lost.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tracing::warn;

use super::http::{Failure, Refusal, Rest};
use crate::outbox::{self, Look, Outcome, Row, Target, Trouble};
use crate::store::Store;
use crate::{App, Result};

mod body;

use body::{Likeness, Seen};
pub use body::{embeds, rows};

/// How far clocks may be apart beyond what Discord's answers show.
const SLACK: SignedDuration = SignedDuration::from_mins(2);
/// Discord remembers a nonce for "the past few minutes". For so long after a message was decided, sending it
/// again is surely the same message.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(90);
/// Messages on a page of history, the most that Discord gives, and how many pages are read before we give up.
const PAGE: usize = 100;
const PAGES: usize = 20;
/// Of a rehearsal, whose clock says nothing about Discord's, only the newest pages are read.
const REHEARSAL_PAGES: usize = 3;

/// A line to Discord for what is said unasked. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Line {
    rest: Arc<Rest>,
    store: Store,
    me: Arc<OnceCell<String>>,
    rehearsal: bool,
}

impl Line {
    /// A line, if a token is set. Nothing is called yet.
    ///
    /// # Errors
    /// A fault if no HTTPS client can be made.
    pub fn open(app: &App) -> Result<Option<Self>> {
        let rest = Rest::open(&app.config, app.clock.clone())?;
        Ok(rest.map(|rest| Self {
            rest: Arc::new(rest),
            store: app.store.clone(),
            me: Arc::default(),
            rehearsal: app.config.now.is_some(),
        }))
    }

    /// Whether sending makes sense now: Discord takes our token, as far as is known.
    pub fn is_open(&self) -> bool {
        self.rest.is_open()
    }

    /// Sends a message.
    pub async fn send(self, row: Row) -> Outcome {
        let channel = match self.channel(&row.target).await {
            Ok(channel) => channel,
            Err(failure) => return not_sent(failure),
        };
        let answer = match self.rest.post(&format!("/channels/{channel}/messages"), &body::of(&row)).await {
            Ok(answer) => answer,
            Err(failure) => return sent_or_not(failure),
        };
        let Some(id) = id_of(&answer) else { return Outcome::Unsure(Trouble::Unreachable) };
        self.open_thread(&row, &channel, &id).await;
        Outcome::Sent(id)
    }

    /// Looks for a message: one of ours, not older than the row, that says the same and is no other row's.
    pub async fn look(self, row: Row) -> Look {
        let channel = match self.channel(&row.target).await {
            Ok(channel) => channel,
            Err(failure) => return self.not_seen(&row, failure),
        };
        match self.search(&row, &channel).await {
            Ok(Look::Found(id)) => {
                self.open_thread(&row, &channel, &id).await;
                Look::Found(id)
            }
            Ok(look) => look,
            Err(failure) => self.not_seen(&row, failure),
        }
    }

    /// The channel of a target. A person's is opened, which says nothing yet.
    async fn channel(&self, target: &Target) -> Result<String, Failure> {
        match target {
            Target::DiscordChannel(channel) | Target::DiscordReply { channel, .. } => Ok(channel.to_string()),
            Target::DiscordDm(user) => {
                let answer =
                    self.rest.post("/users/@me/channels", &json!({ "recipient_id": user.to_string() })).await?;
                id_of(&answer).ok_or(Failure::Cut)
            }
            // The outbox gives each network its own targets only.
            _ => Err(Failure::Refused(Refusal { status: 404, code: Some(0), ..Refusal::default() })),
        }
    }

    /// A thread that cannot be opened is no reason to send the message again.
    async fn open_thread(&self, row: &Row, channel: &str, message: &str) {
        let Some(thread) = body::thread(row) else { return };
        let path = format!("/channels/{channel}/messages/{message}/threads");
        match self.rest.post(&path, &thread).await {
            Ok(_) => {}
            Err(Failure::Refused(Refusal { code: Some(code::HAS_THREAD), .. })) => {}
            Err(failure) => {
                let trouble = trouble(&failure);
                warn!(key = row.key, %trouble, "the message is there, but its thread could not be opened");
                return;
            }
        }
        // A thread's id is that of the message it was opened below. Who cannot be taken in finds it in the channel.
        for user in &row.payload.invites {
            let path = format!("/channels/{message}/thread-members/{user}");
            if let Err(failure) = self.rest.put(&path, "the thread is for them").await {
                let trouble = trouble(&failure);
                warn!(key = row.key, %trouble, "somebody could not be taken into a thread");
            }
        }
    }

    /// Reads the history since the row was decided, or in a rehearsal the newest of it.
    async fn search(&self, row: &Row, channel: &str) -> Result<Look, Failure> {
        let me = self.me.get_or_try_init(|| self.who()).await?;
        let since = row.created.saturating_sub(self.rest.ahead().max(SignedDuration::ZERO).saturating_add(SLACK));
        let mut after = body::id_at(since.unwrap_or(row.created));
        let (mut bound, pages) = match self.rehearsal {
            true => (String::new(), REHEARSAL_PAGES),
            false => (format!("&after={after}"), PAGES),
        };
        let mut changed = false;
        for page in 0..pages {
            let path = format!("/channels/{channel}/messages");
            let answer = self.rest.get(&path, &format!("?limit={PAGE}{bound}")).await?;
            let found: Vec<Seen> = serde_json::from_value(answer).map_err(|_| Failure::Cut)?;
            if found.is_empty() && page == 0 && self.may_hide(row, channel, after).await? {
                return Ok(self.cannot_tell(row));
            }
            // The oldest first.
            for seen in found.iter().rev() {
                let likeness = body::likeness(row, seen, me);
                if likeness == Likeness::Other || self.is_anothers(row, &seen.id).await? {
                    continue;
                }
                match likeness {
                    Likeness::Same => return Ok(Look::Found(seen.id.clone())),
                    _ => changed = true,
                }
            }
            let ids = || found.iter().filter_map(|seen| seen.id.parse::<u64>().ok());
            if found.len() < PAGE {
                return Ok(if changed { self.cannot_tell(row) } else { Look::Absent });
            }
            after = ids().max().unwrap_or(after);
            bound = match self.rehearsal {
                true => format!("&before={}", ids().min().unwrap_or(0)),
                false => format!("&after={after}"),
            };
        }
        Ok(if self.rehearsal && !changed { Look::Absent } else { self.cannot_tell(row) })
    }

    /// Our own id.
    async fn who(&self) -> Result<String, Failure> {
        id_of(&self.rest.get("/users/@me", "").await?).ok_or(Failure::Cut)
    }

    /// Whether an empty history may hide something: to a bot that may not read it, Discord shows none at all.
    async fn may_hide(&self, row: &Row, channel: &str, after: u64) -> Result<bool, Failure> {
        if matches!(row.target, Target::DiscordDm(_)) {
            return Ok(false);
        }
        let place = self.rest.get(&format!("/channels/{channel}"), "").await?;
        let last = place["last_message_id"].as_str().and_then(|id| id.parse::<u64>().ok());
        Ok(last.is_some_and(|last| self.rehearsal || last > after))
    }

    /// Whether another row has arrived under this id.
    async fn is_anothers(&self, row: &Row, id: &str) -> Result<bool, Failure> {
        // A look that cannot know that is done again.
        outbox::is_anothers(&self.store, row, id).await.map_err(|_| Failure::Cut)
    }

    /// While Discord remembers the nonce, sending again does no harm; later it might.
    fn cannot_tell(&self, row: &Row) -> Look {
        let age = self.rest.now().duration_since(row.created);
        let young = !self.rehearsal && !age.is_negative() && age < REMEMBERED;
        if young { Look::Absent } else { Look::CannotTell }
    }

    /// What a look tells that brought no history.
    fn not_seen(&self, row: &Row, failure: Failure) -> Look {
        match outcome(failure, true) {
            Outcome::Later { trouble, after } => Look::Later { trouble, after },
            // Nothing is there and nothing can be; sending again is refused with the reason.
            Outcome::Dead(Trouble::Gone) => Look::Absent,
            _ => self.cannot_tell(row),
        }
    }
}

/// Discord's own numbers of refusals.
mod code {
    pub const UNKNOWN_RECIPIENT: u32 = 50_033;
    pub const NO_DIRECT_MESSAGES: u32 = 50_007;
    pub const NOTHING_SHARED: u32 = 50_278;
    pub const ARCHIVED: u32 = 50_083;
    pub const LOCKED: u32 = 160_005;
    pub const HAS_THREAD: u32 = 160_004;
}

fn id_of(answer: &Value) -> Option<String> {
    answer["id"].as_str().map(str::to_owned)
}

/// A failure of the call that sends.
fn sent_or_not(failure: Failure) -> Outcome {
    outcome(failure, false)
}

/// A failure of a call before the one that sends: whatever it was, nothing is there.
fn not_sent(failure: Failure) -> Outcome {
    outcome(failure, true)
}

/// What follows from a failure. One that is `harmless` may be called again without a look.
fn outcome(failure: Failure, harmless: bool) -> Outcome {
    let trouble = trouble(&failure);
    let later = |after| Outcome::Later { trouble, after };
    match failure {
        Failure::NoConnection => later(None),
        Failure::Cut | Failure::TimedOut if harmless => later(None),
        Failure::Cut | Failure::TimedOut => Outcome::Unsure(trouble),
        Failure::Refused(refusal) => match (refusal.status, refusal.code) {
            (429, _) => later(refusal.after),
            (500.., _) if harmless => later(refusal.after),
            (500.., _) => Outcome::Unsure(trouble),
            // The token may be made good; and what is not from Discord itself may pass.
            (401, _) | (_, None) => later(refusal.after),
            _ => Outcome::Dead(trouble),
        },
    }
}

/// The trouble in the words of the outbox.
fn trouble(failure: &Failure) -> Trouble {
    let Failure::Refused(refusal) = failure else {
        return if *failure == Failure::TimedOut { Trouble::TimedOut } else { Trouble::Unreachable };
    };
    match (refusal.status, refusal.code.unwrap_or(0)) {
        (429, _) => Trouble::RateLimited,
        (status @ 500.., _) => Trouble::Failing(status),
        (_, code::NO_DIRECT_MESSAGES | code::NOTHING_SHARED) => Trouble::TakesNoMessages,
        (_, code::ARCHIVED | code::LOCKED) => Trouble::Closed,
        (_, code::UNKNOWN_RECIPIENT) => Trouble::Gone,
        (404, _) if refusal.code.is_some() => Trouble::Gone,
        (400, _) if refusal.lost_reference => Trouble::Gone,
        (403, code) if refusal.code.is_some() => Trouble::NotAllowed(code),
        (status, code) => Trouble::Refused(status, code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: u32) -> Failure {
        Failure::Refused(Refusal { status, code: Some(code), ..Refusal::default() })
    }

    #[test]
    fn every_failure_is_told_apart() {
        let later = |trouble| Outcome::Later { trouble, after: None };
        let proxy = Failure::Refused(Refusal { status: 403, ..Refusal::default() });
        let reference = Refusal { status: 400, code: Some(50_035), lost_reference: true, ..Refusal::default() };
        let table = [
            (Failure::NoConnection, later(Trouble::Unreachable), later(Trouble::Unreachable)),
            (Failure::Cut, Outcome::Unsure(Trouble::Unreachable), later(Trouble::Unreachable)),
            (Failure::TimedOut, Outcome::Unsure(Trouble::TimedOut), later(Trouble::TimedOut)),
            (refused(500, 0), Outcome::Unsure(Trouble::Failing(500)), later(Trouble::Failing(500))),
            (refused(504, 0), Outcome::Unsure(Trouble::Failing(504)), later(Trouble::Failing(504))),
            (refused(429, 0), later(Trouble::RateLimited), later(Trouble::RateLimited)),
            (refused(401, 0), later(Trouble::Refused(401, 0)), later(Trouble::Refused(401, 0))),
            (proxy, later(Trouble::Refused(403, 0)), later(Trouble::Refused(403, 0))),
        ];
        for (failure, sending, before) in table {
            assert_eq!(sent_or_not(failure.clone()), sending, "{failure:?}");
            assert_eq!(not_sent(failure.clone()), before, "{failure:?}");
        }
        let dead = [
            (refused(403, 50_007), "this person takes no direct messages from the bot"),
            (refused(403, 50_278), "this person takes no direct messages from the bot"),
            (refused(403, 50_013), "the bot may not write there (error 50013)"),
            (refused(403, 50_001), "the bot may not write there (error 50001)"),
            (refused(404, 10_003), "its target is gone"),
            (refused(400, 50_033), "its target is gone"),
            (Failure::Refused(reference), "its target is gone"),
            (refused(400, 50_083), "the thread is archived or locked"),
            (refused(403, 160_005), "the thread is archived or locked"),
            (refused(400, 50_035), "refused (400, error 50035)"),
        ];
        for (failure, words) in dead {
            for outcome in [sent_or_not(failure.clone()), not_sent(failure.clone())] {
                let Outcome::Dead(trouble) = outcome else { panic!("{failure:?}: {outcome:?}") };
                assert_eq!(trouble.to_string(), words, "{failure:?}");
            }
        }
    }
}
