//! Posts due digests: the week is fetched once for all channels, and each digest is enqueued exactly once.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tracing::{error, info, warn};

use super::shown::{moment, place};
use super::{Subscription, composed, key, sql};
use crate::outbox::{self, Message, Payload, State, Target, Trouble};
use crate::papers::{Digest, Feeds, Week, archive, buttons};
use crate::people::{self, Identity, optout};
use crate::store::{Connection, Lease, PersonId, Store};
use crate::{Error, Result, time};

/// How long a process may work on a digest before others treat it as dead.
const LEASE_DURATION: SignedDuration = SignedDuration::from_mins(10);
/// How long a digest waits while another process fetches the week.
const SOON: SignedDuration = SignedDuration::from_mins(1);
/// After this many refused digests in a row, a person gets no more.
const REFUSALS: i64 = 3;

/// Enqueues the digests that are due at `now`. Returns the number of new messages. It may take minutes, because it
/// calls the network; no transaction is open meanwhile. If it is killed, the next run does the same work with the
/// same result.
pub async fn due<'f>(
    store: &Store,
    base: &str,
    feeds: impl Fn() -> Result<&'f Feeds>,
    now: Timestamp,
) -> Result<usize> {
    if !sql::any_due(&mut *store.read().await?, now).await? {
        return Ok(0);
    }
    let feeds = feeds()?;
    let mut tx = store.write().await?;
    let taken = sql::claim(&mut tx, Lease::new(now, LEASE_DURATION)).await?;
    tx.commit().await?;
    let mut weeks: BTreeMap<Week, Vec<Subscription>> = BTreeMap::new();
    let mut said = 0;
    for mut subscription in taken {
        said += usize::from(catch_up(store, &mut subscription, now).await?);
        if subscription.due <= now {
            weeks.entry(subscription.week()).or_default().push(subscription);
        }
    }
    for (week, subscriptions) in weeks {
        said += one_week(store, (feeds, base), week, &subscriptions, now).await?;
    }
    Ok(said)
}

/// Reschedules digests that are due after `beyond`, because they were planned while the clock was wrong.
pub async fn plan_again(db: &mut Connection, now: Timestamp, beyond: Timestamp) -> Result<()> {
    for subscription in sql::due_after(db, beyond).await? {
        let next = subscription.wishes.schedule.after(now);
        sql::advance(db, subscription.id, next, None, subscription.refused).await?;
    }
    Ok(())
}

/// Skips digests that are too old to post and enqueues one notice about them. Returns whether any were skipped.
async fn catch_up(store: &Store, subscription: &mut Subscription, now: Timestamp) -> Result<bool> {
    let schedule = subscription.wishes.schedule.clone();
    let (mut missed, mut due) = (Vec::new(), subscription.due);
    while due <= now && schedule.too_late(due) <= now {
        missed.push(Week::of(schedule.week_before(due)));
        due = schedule.after(due);
    }
    let (Some(first), Some(last)) = (missed.first(), missed.last()) else { return Ok(false) };
    let mut tx = store.write().await?;
    let Some(current) = sql::of(&mut tx, &subscription.target).await?.filter(|s| s.due == subscription.due) else {
        // Somebody has changed or ended the subscription meanwhile.
        subscription.due = Timestamp::MAX;
        return Ok(false);
    };
    let told = tell(&mut tx, &current, (*first, *last), due, now).await?;
    sql::advance(&mut tx, current.id, due, None, current.refused).await?;
    tx.commit().await?;
    warn!(subscription = current.id, week = %last, "a digest was not posted in time and is passed over");
    (subscription.due, subscription.tries) = (due, 0);
    Ok(told)
}

/// Tells the person who set up a channel that digests were not posted; if they are gone or want no messages, tells
/// the channel. A person who gets digests by direct message is not told.
async fn tell(
    db: &mut Connection,
    subscription: &Subscription,
    (first, last): (Week, Week),
    next: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    if subscription.community.is_none() || subscription.skip == Some(last) && first == last {
        return Ok(false);
    }
    let mut to = (subscription.target.clone(), None);
    if let Some((number, Some(discord))) = sql::keeper(db, subscription.id).await?
        && let Ok(user) = discord.parse::<u64>()
        && !optout::opted_out(db, &Identity::Discord(user)).await?
    {
        to = (Target::DiscordDm(user), Some(number));
    }
    let weeks = if first == last { first.to_string() } else { format!("{first} to {last}") };
    let why = match subscription.tries {
        0 => "Cairn was not running when they were due and in the two days after",
        _ => "none of their sources could be reached in time",
    };
    let body = format!(
        "The papers of {weeks} were not posted in {}: {why}. The next digest is due on {}; `/papers week \
         week:{last}` shows what was missed.",
        place(&subscription.target),
        moment(&subscription.wishes.schedule, next),
    );
    let mut message = Message::new(format!("digest/{last}/missed/{}", subscription.id), to.0, body);
    message.community = subscription.posted_in().filter(|_| to.1.is_none());
    message.about = to.1.map(|person| person.0);
    outbox::enqueue(db, &message, now).await
}

/// Posts one week to all subscriptions for which it is due.
async fn one_week(
    store: &Store,
    sources: (&Feeds, &str),
    week: Week,
    subscriptions: &[Subscription],
    now: Timestamp,
) -> Result<usize> {
    // Do not fetch for subscriptions that skip this week.
    let (skipping, wanting): (Vec<_>, Vec<_>) = subscriptions.iter().partition(|s| s.skip == Some(week));
    for subscription in skipping {
        pass_over(store, subscription, now).await?;
    }
    let Some(latest) = wanting.iter().map(|s| s.due).max() else { return Ok(0) };
    match archive::since(store, sources, week, latest, now).await {
        Ok(Some(digest)) => {
            let mut said = 0;
            for subscription in wanting {
                match post(store, subscription, &digest, now).await {
                    Ok(new) => said += usize::from(new),
                    // It is retried when its lease ends; the others need not wait for that.
                    Err(cause) => error!(subscription = subscription.id, "a digest failed: {}", reason(&cause)),
                }
            }
            info!(%week, messages = said, papers = digest.listed, "the papers were posted");
            Ok(said)
        }
        Ok(None) => {
            put_off(store, &wanting, time::after(now, SOON), 0).await?;
            Ok(0)
        }
        Err(cause) => {
            warn!(%week, "no source of the papers could be asked: {}", reason(&cause));
            let schedule = |s: &Subscription| s.wishes.schedule.again(s.due, now);
            for subscription in &wanting {
                // A retry would be too late, so the next run skips the digest and reports it.
                let at =
                    schedule(subscription).unwrap_or_else(|| subscription.wishes.schedule.too_late(subscription.due));
                put_off(store, &[*subscription], at, 1).await?;
            }
            Ok(0)
        }
    }
}

fn reason(cause: &Error) -> String {
    match cause {
        Error::Refused(refused) => refused.text.clone(),
        Error::Fault(cause) => format!("{cause:#}"),
    }
}

async fn put_off(store: &Store, subscriptions: &[&Subscription], at: Timestamp, tries: i64) -> Result<()> {
    let mut tx = store.write().await?;
    for subscription in subscriptions {
        sql::put_off(&mut tx, subscription.id, at, subscription.tries + tries).await?;
    }
    tx.commit().await
}

async fn pass_over(store: &Store, subscription: &Subscription, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let next = subscription.wishes.schedule.after(now);
    sql::advance(&mut tx, subscription.id, next, None, subscription.refused).await?;
    tx.commit().await
}

/// Posts one digest. The message, its record of papers and the next due date are written in one transaction. Returns
/// whether there is a new message.
async fn post(store: &Store, seen: &Subscription, week: &Digest, now: Timestamp) -> Result<bool> {
    let mut tx = store.write().await?;
    // Changes that moderators made during the fetch count.
    let Some(current) = sql::of(&mut tx, &seen.target).await?.filter(|s| s.due == seen.due) else { return Ok(false) };
    let next = current.wishes.schedule.after(now);
    if current.skip == Some(week.week) {
        sql::advance(&mut tx, current.id, next, None, current.refused).await?;
        tx.commit().await?;
        return Ok(false);
    }
    let person = recipient(&mut tx, &current.target).await?;
    let refused = refusals(&mut tx, &current, person).await?;
    if refused >= REFUSALS || unwanted(&mut tx, &current.target).await? {
        sql::remove(&mut tx, &current.target).await?;
        tx.commit().await?;
        info!(subscription = current.id, "cannot be delivered any more, and has ended");
        return Ok(false);
    }
    let digest = composed(&mut tx, &current, week).await?;
    let message = message(&current, person, &digest);
    let is_new = outbox::enqueue(&mut tx, &message, now).await?;
    if is_new {
        for entry in &digest.entries {
            sql::add_post(&mut tx, &current.target, week.week, entry).await?;
        }
    }
    sql::advance(&mut tx, current.id, next, is_new.then_some(week.week), refused).await?;
    tx.commit().await?;
    Ok(is_new)
}

fn message(subscription: &Subscription, person: Option<PersonId>, digest: &Digest) -> Message {
    let payload = match subscription.target {
        // A Reddit post has a title and no buttons.
        Target::RedditPost(_) => {
            Payload { body: digest.to_string(), title: Some(digest.title()), ..Payload::default() }
        }
        _ => {
            let mut payload = buttons::payload(digest, subscription.community.is_some());
            payload.ping_role = subscription.wishes.ping_role;
            payload.title = subscription.wishes.threads.then(|| digest.title());
            payload
        }
    };
    Message {
        key: key(digest.week, &subscription.target, person),
        target: subscription.target.clone(),
        community: subscription.posted_in(),
        about: person.map(|person| person.0),
        payload,
        otherwise: None,
        due: None,
        // When the next digest is due, this one is no longer news.
        expires: Some(subscription.wishes.schedule.after(subscription.due)),
    }
}

/// The person who gets a direct message.
async fn recipient(db: &mut Connection, target: &Target) -> Result<Option<PersonId>> {
    let Target::DiscordDm(user) = target else { return Ok(None) };
    Ok(people::find(db, &Identity::Discord(*user)).await?.map(|person| person.id))
}

/// Whether the target is a person who has opted out of unasked messages.
async fn unwanted(db: &mut Connection, target: &Target) -> Result<bool> {
    match target {
        Target::DiscordDm(user) => optout::opted_out(db, &Identity::Discord(*user)).await,
        _ => Ok(false),
    }
}

/// How many digests in a row a person's settings refused. An account that is gone counts as the limit. Other problems
/// do not count, because they may end.
async fn refusals(db: &mut Connection, subscription: &Subscription, person: Option<PersonId>) -> Result<i64> {
    let Some(last) = subscription.last_week else { return Ok(0) };
    let standing = outbox::standing(db, &key(last, &subscription.target, person)).await?;
    let Some(trouble) = standing.filter(|s| s.state == State::Dead).and_then(|s| s.trouble) else { return Ok(0) };
    Ok(match trouble {
        Trouble::Gone => REFUSALS,
        Trouble::TakesNoMessages => subscription.refused + 1,
        _ => 0,
    })
}
