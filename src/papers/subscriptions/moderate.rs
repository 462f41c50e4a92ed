//! Moderators' actions before a digest is posted: preview, pin, veto, skip. Each one is in the audit log.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::shown::{moment, place};
use super::{Choice, Chosen, Subscription, composed, must_be_own, sql};
use crate::community::audit::{self, Act};
use crate::community::{HomeModerator, Moderator, Role};
use crate::outbox::{Payload, Target};
use crate::papers::{ArxivId, Digest, Feeds, Week, archive, buttons};
use crate::store::{Connection, Store};
use crate::text::escape;
use crate::{Error, Result, time};

/// The greatest age of the data in a preview.
const PREVIEW_MAX_AGE: SignedDuration = SignedDuration::from_mins(10);

/// The digest as it would be posted now.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The channel.
    pub subscription: Subscription,
    /// The digest.
    pub digest: Digest,
    /// The message.
    pub payload: Payload,
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Subscription { target, wishes, due, skip, .. } = &self.subscription;
        let (place, at) = (place(target), moment(&wishes.schedule, *due));
        if *skip == Some(self.digest.week) {
            return write!(
                f,
                "The papers of {} are skipped in {place}. This is what would come on {at}.",
                self.digest.week
            );
        }
        write!(f, "This comes in {place} on {at}, with the votes of then.")
    }
}

/// Fetches a channel's next digest and shows it as it would be posted.
///
/// # Errors
/// Refused to editors, if the channel has no subscription, and if the sources are down.
pub async fn preview(
    store: &Store,
    sources: (&Feeds, &str),
    by: &Moderator,
    target: &Target,
    now: Timestamp,
) -> Result<Preview> {
    by.must_be(Role::Approver, "see the coming papers")?;
    let subscription = subscribed(&mut *store.read().await?, by, target).await?;
    let (week, fresh) = (subscription.week(), time::before(now, PREVIEW_MAX_AGE));
    let all = match archive::since(store, sources, week, fresh, now).await {
        Ok(Some(all)) => all,
        Ok(None) => return Err(Error::refused("Cairn is asking for papers just now; try again in a minute.")),
        Err(Error::Fault(cause)) => {
            tracing::warn!(%week, "the papers could not be fetched: {cause:#}");
            return Err(Error::refused("The sources of the papers cannot be reached now; try again later."));
        }
        Err(refused) => return Err(refused),
    };
    let digest = composed(&mut *store.read().await?, &subscription, &all).await?;
    let payload = buttons::payload(&digest, false);
    Ok(Preview { subscription, digest, payload })
}

async fn subscribed(db: &mut Connection, by: &Moderator, target: &Target) -> Result<Subscription> {
    let none =
        || Error::refused("That channel gets no papers; subscribe it with /papers subscribe, or name another one.");
    let subscription = sql::of(db, target).await?.ok_or_else(none)?;
    must_be_own(by, subscription.community.as_deref())?;
    Ok(subscription)
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paper = format!("[{}]({})", escape::markdown(&self.entry.title), self.entry.id.abs());
        match self.choice {
            Some(Choice::Pin) => write!(
                f,
                "{paper} comes first in the papers of {}, in every channel of this server that has not had it.",
                self.week
            ),
            Some(Choice::Veto) => write!(f, "{paper} does not come in the papers of this server."),
            None => write!(f, "{paper} comes if its votes are enough, like every other."),
        }
    }
}

/// Pins or vetoes a paper for a community. A paper that is in no stored week is looked up on arXiv.
///
/// # Errors
/// Refused to editors, for an unknown paper, and if no channel gets papers.
pub async fn choose(
    store: &Store,
    sources: (&Feeds, &str),
    by: &HomeModerator,
    (community, choice): (&str, Choice),
    id: &ArxivId,
    now: Timestamp,
) -> Result<Chosen> {
    by.must_be(Role::Approver, "choose papers")?;
    must_be_own(by, Some(community))?;
    coming(&mut *store.read().await?, community).await?;
    let entry = archive::paper(&mut *store.read().await?, id).await?.map(|(_, entry)| entry);
    let entry = match entry {
        Some(entry) => entry,
        None => archive::looked_up(store, sources, id, now).await?,
    };
    let mut tx = store.write().await?;
    let week = coming(&mut tx, community).await?;
    sql::choose(&mut tx, community, &entry, choice, week).await?;
    let detail = format!("{} {id} for {week}", choice.name());
    audit::note(&mut tx, by, Act::Digest, community, &detail, now).await?;
    tx.commit().await?;
    Ok(Chosen { entry, choice: Some(choice), week })
}

/// Takes a pin or veto back.
///
/// # Errors
/// Refused to editors, and if there is no choice.
pub async fn unchoose(
    store: &Store,
    by: &HomeModerator,
    community: &str,
    id: &ArxivId,
    now: Timestamp,
) -> Result<Chosen> {
    by.must_be(Role::Approver, "choose papers")?;
    must_be_own(by, Some(community))?;
    let mut tx = store.write().await?;
    let week = coming(&mut tx, community).await?;
    let entry = archive::paper(&mut tx, id).await?.map(|(_, entry)| entry);
    if !sql::unchoose(&mut tx, community, id).await? {
        return Err(Error::refused(format!("{id} is neither pinned nor vetoed, so there is nothing to take back.")));
    }
    let entry = entry.ok_or_else(|| anyhow::anyhow!("a chosen paper has no entry"))?;
    audit::note(&mut tx, by, Act::Digest, community, &format!("neither pin nor veto {id}"), now).await?;
    tx.commit().await?;
    Ok(Chosen { entry, choice: None, week })
}

/// The week of a community's next digest.
async fn coming(db: &mut Connection, community: &str) -> Result<Week> {
    let all = sql::of_community(db, community).await?;
    let next = all.iter().min_by_key(|s| s.due).map(Subscription::week);
    next.ok_or_else(|| Error::refused("No channel of this server gets papers; subscribe one with /papers subscribe."))
}

/// A digest that is skipped, or no longer skipped.
#[derive(Debug, Clone, PartialEq)]
pub struct Skipped {
    /// The channel.
    pub subscription: Subscription,
    /// Whether it is skipped.
    pub skip: bool,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Subscription { target, wishes, due, .. } = &self.subscription;
        let (week, place) = (self.subscription.week(), place(target));
        if self.skip {
            let next = moment(&wishes.schedule, wishes.schedule.after(*due));
            return write!(f, "The papers of {week} will not be posted in {place}. The next ones come on {next}.");
        }
        write!(f, "The papers of {week} will be posted in {place} on {}.", moment(&wishes.schedule, *due))
    }
}

/// Skips a channel's next digest, or takes that back.
///
/// # Errors
/// Refused to editors, and if the channel has no subscription.
pub async fn skip(store: &Store, by: &HomeModerator, target: &Target, skip: bool, now: Timestamp) -> Result<Skipped> {
    by.must_be(Role::Approver, "skip papers")?;
    let mut tx = store.write().await?;
    let subscription = subscribed(&mut tx, by, target).await?;
    let week = subscription.week();
    sql::set_skip(&mut tx, subscription.id, skip.then_some(week)).await?;
    let detail = if skip { format!("skip {week}") } else { format!("do not skip {week}") };
    audit::note(&mut tx, by, Act::Digest, &target.to_string(), &detail, now).await?;
    tx.commit().await?;
    Ok(Skipped { subscription, skip })
}
