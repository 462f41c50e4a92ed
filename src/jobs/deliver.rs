//! One round of delivery: look for what was lost, claim what is due, send it, settle it.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::time::timeout;
use tracing::{error, warn};

use crate::Result;
use crate::config::Clock;
use crate::outbox::{self, Look, Next, Outcome, Row, Target, Trouble, Via};
use crate::people::{self, Identity, PersonId, optout};
use crate::store::Store;

/// The most calls at one network at a time.
const AT_ONCE: usize = 8;
/// How long one call at a target may take. Well below the lease: who is cut off here is looked for later.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);

/// Delivers what is due through `via`, at most eight messages, and returns how many rows it handled: a round
/// that handled none left nothing to do for now.
///
/// `send` and `look` each make one call at the target, and say what came of it. Either may panic or hang.
pub async fn deliver<S: Future<Output = Outcome>, L: Future<Output = Look>>(
    store: &Store,
    via: Via,
    send: impl Fn(Row) -> S,
    look: impl Fn(Row) -> L,
    clock: &Clock,
) -> Result<usize> {
    let mut looks = Vec::new();
    for row in outbox::unsettled(store, via, clock.now(), AT_ONCE).await? {
        looks.push(look_for(store, look(row.clone()), row, clock));
    }
    let looked = settled(join_all(looks).await)?;
    let mut sends = Vec::new();
    for row in outbox::claim(store, via, clock.now(), AT_ONCE).await? {
        sends.push(send_off(store, send(row.clone()), row, clock));
    }
    Ok(looked + settled(join_all(sends).await)?)
}

async fn look_for(store: &Store, call: impl Future<Output = Look>, row: Row, clock: &Clock) -> Result<()> {
    let seen = called(call, lost_look).await;
    note(&row, &outbox::settle_look(store, &row, seen, clock.now()).await?);
    Ok(())
}

async fn send_off(store: &Store, call: impl Future<Output = Outcome>, row: Row, clock: &Clock) -> Result<()> {
    let outcome = match is_wanted(store, &row).await? {
        true => called(call, Outcome::Unsure).await,
        false => Outcome::Dead(Trouble::Unwanted),
    };
    note(&row, &outbox::settle(store, &row, outcome, clock.now()).await?);
    Ok(())
}

/// Whether the person it goes to has not said meanwhile that they want nothing. What stands in a channel of its own is
/// decided where it is enqueued.
async fn is_wanted(store: &Store, row: &Row) -> Result<bool> {
    let mut db = store.read().await?;
    let whose = match &row.target {
        Target::DiscordDm(user) => vec![Identity::Discord(*user)],
        Target::RedditMessage(name) => name.parse().map(Identity::Reddit).into_iter().collect(),
        Target::DiscordReply { .. } | Target::RedditComment(_) => match row.about {
            Some(id) => people::get(&mut db, PersonId(id)).await?.map(|p| p.identities()).unwrap_or_default(),
            None => Vec::new(),
        },
        _ => Vec::new(),
    };
    for identity in whose {
        if optout::opted_out(&mut db, &identity).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many were settled.
fn settled(all: Vec<Result<()>>) -> Result<usize> {
    Ok(all.into_iter().collect::<Result<Vec<()>>>()?.len())
}

/// A look that did not end shows nothing; it is done again.
fn lost_look(trouble: Trouble) -> Look {
    Look::Later { trouble, after: None }
}

/// What a call returned, or what `lost` makes of it if it hung or panicked.
async fn called<T>(call: impl Future<Output = T>, lost: impl Fn(Trouble) -> T) -> T {
    match timeout(SEND_TIMEOUT, AssertUnwindSafe(call).catch_unwind()).await {
        Ok(Ok(returned)) => returned,
        Ok(Err(_)) => lost(Trouble::Panicked),
        Err(_) => lost(Trouble::TimedOut),
    }
}

fn note(row: &Row, next: &Next) {
    let (key, attempts) = (&row.key, row.attempts);
    match next {
        Next::Sent(_) => {}
        Next::Ready(_, None) => warn!(%key, "was lost and is sent again"),
        Next::Ready(at, Some(trouble)) => warn!(%key, attempts, %trouble, %at, "not sent yet"),
        Next::Look(at, trouble) => warn!(%key, attempts, %trouble, %at, "may be lost"),
        Next::Unknown => error!(%key, attempts, "nobody knows whether it arrived"),
        Next::Dead(trouble) => error!(%key, attempts, %trouble, "given up"),
    }
}
