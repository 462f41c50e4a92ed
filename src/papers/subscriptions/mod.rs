//! Subscriptions: which channel or person gets a digest and when, their filters, and the moderators' choices.

use jiff::Timestamp;
use jiff::civil::Weekday;

use super::schedule::Schedule;
use super::{Digest, Entry, Filter, Week, digest};
use crate::community::audit::{self, Act};
use crate::community::{Community, Moderator, Role};
use crate::outbox::Target;
use crate::people::{Identity, person};
use crate::store::PersonId;
use crate::store::{Connection, Store};
use crate::time::zone::Zone;
use crate::{Error, Kind, Result};

mod moderate;
mod post;
mod shown;
mod sql;

pub use moderate::{Preview, Skipped, choose, preview, skip, unchoose};
pub use post::{due, plan_again};
pub use shown::{Subscribed, Unsubscribed};

/// The most words of a filter, and the most characters of its whole text.
const MAX_WORDS: usize = 30;
const MAX_FILTER_CHARS: usize = 500;

/// A channel or person that gets a digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// Its number.
    pub id: i64,
    /// The digests' target.
    pub target: Target,
    /// The community, as in `discord/456`; none for a direct message.
    pub community: Option<String>,
    /// Its settings.
    pub wishes: Wishes,
    /// When the next digest is due.
    pub due: Timestamp,
    /// How often its current digest failed because the sources were down.
    pub tries: i64,
    /// The week to skip.
    pub skip: Option<Week>,
    /// The week posted last.
    pub last_week: Option<Week>,
    /// How many digests in a row could not be delivered.
    pub refused: i64,
}

impl Subscription {
    /// The week of the digest that comes next.
    pub fn week(&self) -> Week {
        Week::of(self.wishes.schedule.week_before(self.due))
    }

    /// The community that it is posted in; none for a direct message.
    pub fn posted_in(&self) -> Option<Community> {
        self.community.as_deref()?.replacen('/', ":", 1).parse().ok()
    }
}

/// The settings of a subscription.
#[derive(Debug, Clone, PartialEq)]
pub struct Wishes {
    /// When.
    pub schedule: Schedule,
    /// Only papers with one of these words; empty: all papers.
    pub include: Vec<String>,
    /// No papers with one of these words.
    pub exclude: Vec<String>,
    /// The fewest upvotes.
    pub min_votes: u32,
    /// How many papers.
    pub count: usize,
    /// The role to mention.
    pub ping_role: Option<u64>,
    /// Whether to open a thread below each digest.
    pub threads: bool,
}

/// A change to a subscription. Fields that are `None` keep their value or get the default: Monday 09:00 UTC, ten
/// papers, all words, no role, no threads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// The day of the week.
    pub weekday: Option<Weekday>,
    /// The hour, 0 to 23.
    pub hour: Option<i64>,
    /// The zone.
    pub zone: Option<Zone>,
    /// Words separated by commas; `none` for all papers.
    pub include: Option<String>,
    /// The same for words to leave out.
    pub exclude: Option<String>,
    /// The fewest upvotes.
    pub min_votes: Option<i64>,
    /// How many papers, 1 to 10.
    pub count: Option<i64>,
    /// The role to mention; `Some(None)` for none.
    pub ping_role: Option<Option<u64>>,
    /// Whether to open a thread below each digest.
    pub threads: Option<bool>,
}

impl Change {
    /// The settings after the change.
    ///
    /// # Errors
    /// Refused if a value is out of range.
    fn apply(&self, before: Option<&Wishes>) -> Result<Wishes> {
        let kept = before.map(|wishes| &wishes.schedule);
        let zone = self.zone.clone().or_else(|| kept.map(|kept| kept.zone.clone())).unwrap_or_else(Zone::utc);
        let weekday = self.weekday.or(kept.map(|kept| kept.weekday)).unwrap_or(Weekday::Monday);
        let hour = self.hour.or(kept.map(|kept| kept.hour.into())).unwrap_or(9);
        let schedule = Schedule::new(weekday, hour, zone)?;
        let words = |given: &Option<String>, kept: Option<&Vec<String>>| match given {
            Some(text) => words(text),
            None => Ok(kept.cloned().unwrap_or_default()),
        };
        let count = self.count.map_or(Ok(before.map_or(digest::COUNT, |w| w.count)), |n| {
            let most = digest::MOST;
            let fits = usize::try_from(n).ok().filter(|n| (1..=most).contains(n));
            fits.ok_or_else(|| Error::refused(format!("A digest has 1 to {most} papers; give another number.")))
        })?;
        let min_votes = self.min_votes.map_or(Ok(before.map_or(0, |w| w.min_votes)), |n| {
            u32::try_from(n).map_err(|_| Error::refused("The fewest upvotes must be 0 or more; give another number."))
        })?;
        Ok(Wishes {
            schedule,
            include: words(&self.include, before.map(|w| &w.include))?,
            exclude: words(&self.exclude, before.map(|w| &w.exclude))?,
            min_votes,
            count,
            ping_role: self.ping_role.unwrap_or_else(|| before.and_then(|w| w.ping_role)),
            threads: self.threads.unwrap_or_else(|| before.is_some_and(|w| w.threads)),
        })
    }
}

/// Splits words separated by commas; `none` gives an empty list.
fn words(text: &str) -> Result<Vec<String>> {
    if text.trim().eq_ignore_ascii_case("none") {
        return Ok(Vec::new());
    }
    let split = text.split([',', ';', '\n']).map(|word| word.split_whitespace().collect::<Vec<_>>().join(" "));
    let words: Vec<String> = split.filter(|word| !word.is_empty()).collect();
    if words.len() > MAX_WORDS || text.chars().count() > MAX_FILTER_CHARS {
        return Err(Error::refused(format!(
            "That is more than {MAX_WORDS} words or {MAX_FILTER_CHARS} characters; leave some out."
        )));
    }
    Ok(words)
}

/// A Discord server's name in the stored subscriptions.
pub fn server(guild: u64) -> String {
    format!("discord/{guild}")
}

/// Refused if a community, named as by [`server`], is not the moderator's own. Direct messages belong to no moderator.
fn must_be_own(by: &Moderator, community: Option<&str>) -> Result<()> {
    let named = community.and_then(|name| name.replacen('/', ":", 1).parse::<Community>().ok());
    let nobody = || Error::of(Kind::NotAllowed, "Only the person who gets these papers can change them.");
    by.must_moderate(&named.ok_or_else(nobody)?)
}

/// Subscribes a channel, or changes its settings.
///
/// # Errors
/// Refused to editors, for another server's subscription, and if a value is out of range.
pub async fn subscribe(
    store: &Store,
    by: &Moderator,
    community: &str,
    target: &Target,
    change: &Change,
    now: Timestamp,
) -> Result<Subscribed> {
    by.must_be(Role::Approver, "subscribe a channel to the papers")?;
    must_be_own(by, Some(community))?;
    let mut tx = store.write().await?;
    let before = sql::of(&mut tx, target).await?;
    if let Some(before) = &before {
        must_be_own(by, before.community.as_deref())?;
    }
    let said = put(&mut tx, target, Some(community), before.as_ref(), change, now).await?;
    if let Ok(identity) = by.actor().parse::<Identity>() {
        let who = person(&mut tx, &identity, now).await?;
        sql::set_keeper(&mut tx, said.subscription.id, who).await?;
    }
    audit::note(&mut tx, by, Act::Digest, &target.to_string(), &format!("subscribe: {said}"), now).await?;
    tx.commit().await?;
    Ok(said)
}

/// Subscribes a person to direct messages, or changes their settings.
///
/// # Errors
/// Refused if a value is out of range.
pub async fn subscribe_person(store: &Store, user: u64, change: &Change, now: Timestamp) -> Result<Subscribed> {
    let target = Target::DiscordDm(user);
    // Direct messages have no roles to mention and no threads.
    let change = Change { ping_role: Some(None), threads: Some(false), ..change.clone() };
    let mut tx = store.write().await?;
    person(&mut tx, &Identity::Discord(user), now).await?;
    let before = sql::of(&mut tx, &target).await?;
    let said = put(&mut tx, &target, None, before.as_ref(), &change, now).await?;
    tx.commit().await?;
    Ok(said)
}

async fn put(
    db: &mut Connection,
    target: &Target,
    community: Option<&str>,
    before: Option<&Subscription>,
    change: &Change,
    now: Timestamp,
) -> Result<Subscribed> {
    let wishes = change.apply(before.map(|s| &s.wishes))?;
    // A change must not lose a digest that waits for its sources.
    let pending = before.filter(|s| s.due <= now).map(|s| s.due);
    let due = pending.unwrap_or_else(|| wishes.schedule.after(now));
    sql::put(db, target, community, &wishes, due).await?;
    let subscription = sql::of(db, target).await?.ok_or_else(|| anyhow::anyhow!("a subscription was not kept"))?;
    Ok(Subscribed { is_new: before.is_none(), subscription })
}

/// Ends a channel's subscription. Its posted papers stay recorded, so that no paper comes twice.
///
/// # Errors
/// Refused to editors, and if the channel has no subscription.
pub async fn unsubscribe(store: &Store, by: &Moderator, target: &Target, now: Timestamp) -> Result<Unsubscribed> {
    by.must_be(Role::Approver, "unsubscribe a channel from the papers")?;
    let mut tx = store.write().await?;
    let none = || Error::refused("This channel gets no papers; name the one that does, with channel.");
    let subscription = sql::of(&mut tx, target).await?.ok_or_else(none)?;
    must_be_own(by, subscription.community.as_deref())?;
    sql::remove(&mut tx, target).await?;
    audit::note(&mut tx, by, Act::Digest, &target.to_string(), "unsubscribe", now).await?;
    tx.commit().await?;
    Ok(Unsubscribed { target: target.clone() })
}

/// Ends a person's subscription to direct messages.
///
/// # Errors
/// Refused if they have no subscription.
pub async fn unsubscribe_person(store: &Store, user: u64) -> Result<Unsubscribed> {
    let target = Target::DiscordDm(user);
    let mut tx = store.write().await?;
    if !sql::remove(&mut tx, &target).await? {
        return Err(Error::refused("You get no papers by direct message, so there is nothing to end."));
    }
    tx.commit().await?;
    Ok(Unsubscribed { target })
}

/// The subscription of a target.
pub async fn subscription(store: &Store, target: &Target) -> Result<Option<Subscription>> {
    sql::of(&mut *store.read().await?, target).await
}

/// The subscriptions of a community's channels (named as by [`server`]), next due first.
pub async fn coming_in(store: &Store, community: &str) -> Result<Vec<Subscription>> {
    let mut all = sql::of_community(&mut *store.read().await?, community).await?;
    all.sort_by_key(|subscription| (subscription.due, subscription.id));
    Ok(all)
}

/// The choices of a community's moderators: pins, then vetoes.
pub async fn chosen_in(store: &Store, community: &str) -> Result<Vec<Chosen>> {
    sql::chosen(&mut *store.read().await?, community).await
}

/// The number of channels and people that get a digest.
pub async fn count(store: &Store) -> Result<i64> {
    sql::count(&mut *store.read().await?).await
}

/// A moderator's choice about a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It comes first.
    Pin,
    /// It is left out.
    Veto,
}

impl Choice {
    fn name(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Veto => "veto",
        }
    }
}

/// A stored choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// The paper.
    pub entry: Entry,
    /// The choice; none if it was taken back.
    pub choice: Option<Choice>,
    /// The next digest's week.
    pub week: Week,
}

/// The digest of a week for a target: filtered, with pins, without vetoes, and without papers that were posted there
/// before.
async fn composed(db: &mut Connection, subscription: &Subscription, week: &Digest) -> Result<Digest> {
    let Subscription { target, wishes, community, .. } = subscription;
    let mut without = sql::posted(db, target).await?;
    let mut pins: Vec<Entry> = Vec::new();
    let mut favourite = None;
    if let Some(community) = community {
        without.extend(sql::vetoes(db, community).await?);
        pins = sql::pins(db, community, week.week).await?;
        if let Some(last) = subscription.last_week {
            favourite = sql::favourite(db, community, target, last).await?;
        }
    }
    let gone = without.clone();
    let filter = Filter {
        include: wishes.include.clone(),
        exclude: wishes.exclude.clone(),
        min_votes: wishes.min_votes,
        count: wishes.count,
        // Only papers of this week, so that the digest does not report other weeks' papers as filtered out.
        without: without.into_iter().filter(|id| week.entries.iter().any(|entry| entry.id == *id)).collect(),
        pinned: pins.iter().map(|pin| pin.id.clone()).collect(),
    };
    let mut all = week.clone();
    // A pinned paper need not be in this week's list.
    pins.retain(|pin| all.entries.iter().all(|entry| entry.id != pin.id) && !gone.contains(&pin.id));
    all.entries.extend(pins);
    let mut shown = all.filtered(&filter);
    shown.listed = week.listed;
    shown.favourite = favourite;
    Ok(shown)
}

/// The outbox key of a target's digest. A person is named by their number.
fn key(week: Week, target: &Target, person: Option<PersonId>) -> String {
    match (target, person) {
        (Target::DiscordDm(_), person) => format!("digest/{week}/person/{}", person.unwrap_or(PersonId(0))),
        (Target::DiscordChannel(id), _) => format!("digest/{week}/channel/{id}"),
        (other, _) => format!("digest/{week}/{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_stays_as_it_is() {
        let first =
            Change { zone: Zone::named("Europe/Berlin"), include: Some("Diffusion, RAG".into()), ..Change::default() };
        let wishes = first.apply(None).unwrap();
        assert_eq!((wishes.count, wishes.min_votes, wishes.threads), (10, 0, false));
        assert_eq!((wishes.schedule.weekday, wishes.schedule.hour), (Weekday::Monday, 9));
        let second = Change { hour: Some(18), threads: Some(true), include: Some("none".into()), ..Change::default() };
        let wishes = second.apply(Some(&wishes)).unwrap();
        assert_eq!((wishes.schedule.hour, wishes.schedule.zone_name(), wishes.threads), (18, "Europe/Berlin", true));
        assert!(wishes.include.is_empty());
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let table = [
            Change { hour: Some(24), ..Change::default() },
            Change { count: Some(0), ..Change::default() },
            Change { count: Some(11), ..Change::default() },
            Change { min_votes: Some(-1), ..Change::default() },
            Change { include: Some("a,".repeat(40)), ..Change::default() },
            Change { exclude: Some("a".repeat(600)), ..Change::default() },
        ];
        for change in table {
            assert!(matches!(change.apply(None), Err(Error::Refused(_))), "{change:?}");
        }
    }

    #[test]
    fn words_are_cut_at_commas() {
        assert_eq!(words(" diffusion  models ,, RAG;agents\n").unwrap(), ["diffusion models", "RAG", "agents"]);
        assert!(words("None").unwrap().is_empty() && words(" ,").unwrap().is_empty());
    }

    #[test]
    fn keys_name_nobody() {
        let week: Week = "2026-W47".parse().unwrap();
        assert_eq!(key(week, &Target::DiscordChannel(123), None), "digest/2026-W47/channel/123");
        assert_eq!(key(week, &Target::DiscordDm(999), Some(PersonId(7))), "digest/2026-W47/person/7");
        assert_eq!(key(week, &Target::RedditPost("ml".into()), None), "digest/2026-W47/reddit/post/ml");
    }
}
