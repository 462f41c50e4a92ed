//! One round of delivery: look for lost messages, claim due ones, send and settle them.

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

/// The most simultaneous calls to one network.
const AT_ONCE: usize = 8;
/// The time limit for one call. It is well below the lease, and a message that hits it is looked for later.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);

/// Delivers at most eight due messages through `via`. Returns how many rows it handled; 0 means that nothing is left to
/// do now.
///
/// `send` and `look` make one call to the target each and return its result. Either may panic or hang.
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

/// Whether the recipient has not opted out meanwhile. Messages in channels are checked when they are enqueued.
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

/// The number of settled messages, or the first error.
fn settled(all: Vec<Result<()>>) -> Result<usize> {
    Ok(all.into_iter().collect::<Result<Vec<()>>>()?.len())
}

/// A look that did not end shows nothing; look again.
fn lost_look(trouble: Trouble) -> Look {
    Look::Later { trouble, after: None }
}

/// The result of a call, or `lost` if it hung or panicked.
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
