//! The outbox at Discord: sends a message with its number as the nonce, and looks for one whose answer was lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tracing::warn;

use super::http::{Failure, Refusal, Rest};
use crate::App;
use crate::outbox::{self, Look, Outcome, Row, Target, Trouble};
use crate::store::Store;

mod body;
pub mod outcome;

pub use body::{EPOCH, id_at};
use body::{Likeness, Seen};
use outcome::{code, not_sent, sent_or_not, trouble};

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
/// How many people's direct messages are remembered. Who is forgotten is asked for again.
const REMEMBERED_DMS: usize = 10_000;

/// A line to Discord for what is said unasked. Clones are the same one.
#[derive(Debug, Clone)]
pub struct DiscordSender {
    rest: Arc<Rest>,
    store: Store,
    me: Arc<OnceCell<String>>,
    /// The channels of people's direct messages. To open one each time is too fast for Discord.
    dms: Arc<Mutex<HashMap<u64, String>>>,
    rehearsal: bool,
}

impl DiscordSender {
    /// A line over a REST that others use, too.
    pub fn new(app: &App, rest: Arc<Rest>) -> Self {
        Self {
            rest,
            store: app.store.clone(),
            me: Arc::default(),
            dms: Arc::default(),
            rehearsal: app.config.now.is_some(),
        }
    }

    /// Whether sending makes sense now: Discord is not known to refuse our token.
    pub fn is_open(&self) -> bool {
        self.rest.is_open()
    }

    /// Sends a message.
    pub async fn send(self, row: Row) -> Outcome {
        if let Target::DiscordThread { channel, message } = row.target {
            return self.open_thread(&row, channel, message).await;
        }
        if let Target::DiscordMessage { channel, message } = row.target {
            return self.change(&row, channel, message).await;
        }
        let channel = match self.channel(&row.target).await {
            Ok(channel) => channel,
            Err(failure) => return not_sent(failure),
        };
        match self.rest.post(&format!("/channels/{channel}/messages"), &body::of(&row)).await {
            Ok(answer) => id_of(&answer).map_or(Outcome::Unsure(Trouble::Unreachable), Outcome::Sent),
            Err(failure) => self.refused(&row.target, failure),
        }
    }

    /// What follows from a message that was not taken. A remembered channel that is gone is opened again.
    fn refused(&self, target: &Target, failure: Failure) -> Outcome {
        let outcome = sent_or_not(failure);
        match (target, outcome) {
            (Target::DiscordDm(user), Outcome::Dead(trouble @ Trouble::Gone)) => {
                self.dms().remove(user);
                Outcome::Passing { trouble, tries: 2 }
            }
            (_, outcome) => outcome,
        }
    }

    /// Whether Discord says that somebody is no member of a server.
    pub async fn has_left(self, server: u64, user: u64) -> bool {
        let member = self.rest.get(&format!("/guilds/{server}/members/{user}"), "").await;
        matches!(member, Err(Failure::Refused(Refusal { code: Some(code::UNKNOWN_MEMBER | code::UNKNOWN_USER), .. })))
    }

    /// Looks for a message: one of ours, not older than the row, that says the same and is no other row's.
    pub async fn look(self, row: Row) -> Look {
        if let Target::DiscordThread { .. } | Target::DiscordMessage { .. } = row.target {
            // Opened or changed again, it is the same.
            return Look::Absent;
        }
        let channel = match self.channel(&row.target).await {
            Ok(channel) => channel,
            Err(failure) => return self.not_seen(&row, failure),
        };
        match self.search(&row, &channel).await {
            Ok(look) => look,
            Err(failure) => self.not_seen(&row, failure),
        }
    }

    /// The channel of a target. A person's is opened, which says nothing yet.
    async fn channel(&self, target: &Target) -> Result<String, Failure> {
        match target {
            Target::DiscordChannel(channel) | Target::DiscordReply { channel, .. } => Ok(channel.to_string()),
            Target::DiscordDm(user) => self.dm(*user).await,
            // The outbox gives each network its own targets only.
            _ => Err(Failure::Refused(Refusal { status: 404, code: Some(0), ..Refusal::default() })),
        }
    }

    async fn dm(&self, user: u64) -> Result<String, Failure> {
        if let Some(channel) = self.dms().get(&user) {
            return Ok(channel.clone());
        }
        let answer = self.rest.post("/users/@me/channels", &json!({ "recipient_id": user.to_string() })).await?;
        let channel = id_of(&answer).ok_or(Failure::Cut)?;
        let mut dms = self.dms();
        if dms.len() >= REMEMBERED_DMS {
            dms.clear();
        }
        dms.insert(user, channel.clone());
        Ok(channel)
    }

    fn dms(&self) -> MutexGuard<'_, HashMap<u64, String>> {
        self.dms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the thread below a message, whose id it has, and takes in those it is for. Who cannot be taken in finds it
    /// in the channel.
    async fn open_thread(&self, row: &Row, channel: u64, message: u64) -> Outcome {
        let path = format!("/channels/{channel}/messages/{message}/threads");
        match self.rest.post(&path, &body::thread(row)).await {
            Ok(_) | Err(Failure::Refused(Refusal { code: Some(code::HAS_THREAD), .. })) => {}
            Err(failure) => return not_sent(failure),
        }
        for user in &row.payload.invites {
            let path = format!("/channels/{message}/thread-members/{user}");
            let Err(failure) = self.rest.put(&path, "the thread is for them").await else { continue };
            let trouble = trouble(&failure);
            match not_sent(failure) {
                Outcome::Dead(_) => warn!(key = row.key, %trouble, "somebody could not be taken into a thread"),
                later => return later,
            }
        }
        Outcome::Sent(message.to_string())
    }

    /// Changes a message of ours.
    async fn change(&self, row: &Row, channel: u64, message: u64) -> Outcome {
        let path = format!("/channels/{channel}/messages/{message}");
        match self.rest.patch_with(&path, &body::changed(row).to_string(), &[]).await {
            Ok(_) => Outcome::Sent(message.to_string()),
            Err(failure) => not_sent(failure),
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
        match not_sent(failure) {
            Outcome::Later { trouble, after } => Look::Later { trouble, after },
            Outcome::Passing { trouble, tries } if row.attempts - row.sends < tries => {
                Look::Later { trouble, after: None }
            }
            // Nothing is there and nothing can be; sending again is refused with the reason.
            Outcome::Dead(Trouble::Gone) => Look::Absent,
            _ => self.cannot_tell(row),
        }
    }
}

fn id_of(answer: &Value) -> Option<String> {
    answer["id"].as_str().map(str::to_owned)
}
