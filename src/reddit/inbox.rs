//! The bot's inbox: words for it, and comments that call it. All of the inbox is read: a mention that is also an answer stands
//! nowhere else, and one bad item must not hold up the others.

use jiff::SignedDuration;
use tracing::warn;

use super::api::thing::{Comment, Mail, Page};
use super::mode::Mode;
use super::notices::Removal;
use super::reading::{Here, begin, end, identity};
use super::render::Links;
use super::summons::{self, Word};
use super::watch_over::remove;
use super::{Item, Reddit, State, Stop, decide, sql};
use crate::labels::{self, Correction};
use crate::outbox::{self, Message, Target};
use crate::people::{Identity, linking, optout, person};
use crate::triage::{Intent, Track};
use crate::{Error, Result};

/// The listing's name in the database.
const FEED: &str = "inbox";
/// Older mail is history.
const OLDEST: SignedDuration = SignedDuration::from_hours(72);
const MAX_PAGES: usize = 10;

/// Reads what is new in the inbox.
pub(super) async fn read(reddit: &Reddit) -> Result<(), Stop> {
    let (start, floor) = begin(reddit, FEED, OLDEST).await?;
    let mut after = None;
    for _ in 0..MAX_PAGES {
        let Page { items, after: next } = reddit.access.inbox(after.as_deref()).await?;
        let reaches_on = items.iter().any(|mail| mail.created() >= floor.at);
        for mail in items.into_iter().filter(|mail| mail.created() >= floor.at) {
            if sql::was_seen(&mut *reddit.app.store.read().await?, mail.name()).await? {
                continue;
            }
            match one(reddit, &mail).await {
                // What cannot be handled is passed over, unless Reddit itself is the trouble.
                Err(Stop::Failure(failure)) if !failure.is_general() => warn!("mail was passed over: {failure}"),
                other => other?,
            }
            see(reddit, mail.name()).await?;
        }
        after = next.filter(|_| reaches_on);
        if after.is_none() {
            break;
        }
    }
    Ok(end(reddit, FEED, start).await?)
}

async fn see(reddit: &Reddit, name: &str) -> Result<()> {
    let mut tx = reddit.app.store.write().await?;
    sql::see(&mut tx, name, reddit.app.clock.now()).await?;
    tx.commit().await
}

async fn one(reddit: &Reddit, mail: &Mail) -> Result<(), Stop> {
    match mail {
        Mail::Comment(comment) => answer(reddit, comment).await,
        Mail::Message { author, subject, body, .. } => {
            let Some(author) = identity(author.as_deref()) else { return Ok(()) };
            Ok(message(reddit, &author, subject, body).await?)
        }
    }
}

/// A message: an opt-out, or the code of somebody who links their accounts.
async fn message(reddit: &Reddit, author: &Identity, subject: &str, body: &str) -> Result<()> {
    let now = reddit.app.clock.now();
    if [subject, body].into_iter().any(|text| summons::word(text) == Some(Word::Stop)) {
        return optout::opt_out(&reddit.app.store, author, now).await;
    }
    if reddit.app.config.discord_token.is_none() || !subject.trim().eq_ignore_ascii_case("link") {
        return Ok(());
    }
    let said = match linking::redeem(&reddit.app.store, author, body.trim(), now).await {
        Ok(linked) => linked.to_string(),
        Err(Error::Refused(refused)) => refused.text,
        Err(fault) => return Err(fault),
    };
    let Identity::Reddit(name) = author else { return Ok(()) };
    let mut tx = reddit.app.store.write().await?;
    let about = person(&mut tx, author, now).await?;
    let key = format!("reddit/link/{}/{}", about.0, now.as_millisecond());
    let mut message = Message::new(key, Target::RedditMessage(name.as_str().to_owned()), said);
    message.payload.title = Some("Linking your accounts".to_owned());
    message.about = Some(about.0);
    outbox::enqueue(&mut tx, &message, now).await?;
    tx.commit().await?;
    reddit.app.nudge.notify_one();
    Ok(())
}

/// A comment that answers the bot, or names it.
async fn answer(reddit: &Reddit, comment: &Comment) -> Result<(), Stop> {
    let Some(author) = identity(comment.author.as_deref()) else { return Ok(()) };
    let Some(subreddit) = reddit.subreddits().iter().find(|own| own.as_str() == comment.subreddit).cloned() else {
        // Another subreddit's: the bot was not invited there. People who opted out get nothing there either.
        return Ok(stop(reddit, &author, comment).await?);
    };
    let mut db = reddit.app.store.read().await?;
    let item = sql::item_of_comment(&mut db, &comment.parent).await?;
    let place = sql::place(&mut db, &subreddit).await?;
    drop(db);
    let (Some(place), known) = (place, reddit.known(&subreddit).await?) else { return Ok(()) };
    let name = comment.author.as_deref().unwrap_or_default().to_ascii_lowercase();
    if let (Some(item), Some(word)) = (&item, summons::word(&comment.body)) {
        let is_theirs = item.author.as_ref().is_some_and(|own| own.as_str() == name);
        let may = is_theirs || known.moderators.contains(&name);
        match word {
            Word::Delete if may => {
                let who = if is_theirs { Removal::Author } else { Removal::Moderator };
                remove(reddit, item, who).await?;
            }
            Word::Stop => {
                optout::opt_out(&reddit.app.store, &author, reddit.app.clock.now()).await?;
                if is_theirs {
                    remove(reddit, item, Removal::OptedOut).await?;
                }
            }
            Word::Guide(track) if may => {
                let base = reddit.app.config.public_url();
                let links =
                    Links { subreddit: subreddit.as_str(), pages: &known.pages, base: &base, bot: reddit.name() };
                correct(reddit, item, track, &links, &author).await?;
            }
            Word::Delete | Word::Guide(_) => {}
        }
        return Ok(());
    }
    if place.mode == Mode::Off {
        return Ok(());
    }
    Here { reddit, subreddit: &subreddit, place: &place, known: &known }.comment(comment).await
}

async fn stop(reddit: &Reddit, author: &Identity, comment: &Comment) -> Result<()> {
    match summons::word(&comment.body) {
        Some(Word::Stop) => optout::opt_out(&reddit.app.store, author, reddit.app.clock.now()).await,
        _ => Ok(()),
    }
}

/// Shows another guide in the bot's comment, and counts that the verdict was wrong.
async fn correct(reddit: &Reddit, item: &Item, track: Track, links: &Links<'_>, by: &Identity) -> Result<(), Stop> {
    let (Some(comment), State::Sent) = (&item.comment, item.state) else { return Ok(()) };
    if item.track == Some(track) {
        return Ok(());
    }
    let (answer, _) = decide::guide(&reddit.app, links, track).await?;
    reddit.access.rewrite(comment, &answer).await?;
    let now = reddit.app.clock.now();
    let mut tx = reddit.app.store.write().await?;
    sql::correct(&mut tx, item.id, track, &answer).await?;
    if let Some(verdict) = &item.verdict {
        let by = person(&mut tx, by, now).await?;
        let correction = Correction { verdict, intent: Intent::GettingStarted, track: Some(track), by: Some(by) };
        labels::store(&mut tx, correction, now).await?;
    }
    tx.commit().await?;
    Ok(())
}
