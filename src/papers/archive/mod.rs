//! The archive: stored weeks, fetching a week, and search in all weeks.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;
use tracing::warn;

use super::{ArxivId, Digest, Entry, Feeds, Gathered, Week};
use crate::store::{Connection, Lease, Store};
use crate::text::cut;
use crate::wiki::quote;
use crate::{Error, Kind, Result, time};

mod keep;
mod shown;
mod sql;

pub use keep::keep;
pub use shown::{Found, Hit, Listed};

/// The first week with daily papers on Hugging Face.
const FIRST: Date = Date::constant(2023, 5, 1);
/// The time limit for a fetch, and the time after which others treat it as dead.
const FETCH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(8 * 60);
const FETCH_LEASE: SignedDuration = SignedDuration::from_mins(9);
/// This long after a week's end its votes are final. Until then the week is fetched again.
const SETTLED: SignedDuration = SignedDuration::from_hours(48);
/// The largest offset of any clock from UTC.
const EASTERNMOST_OFFSET: SignedDuration = SignedDuration::from_hours(14);
const REFETCH_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// How many weeks people's requests may fetch per hour.
const PER_HOUR: i64 = 6;
/// How many papers a person can choose from.
const CHOICE: u16 = 3;
/// The most characters and words of a search that are used.
pub const MAX_QUERY_CHARS: usize = 200;
const MAX_WORDS: usize = 12;

/// A stored week.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The whole week, unfiltered.
    pub digest: Digest,
    /// When it was fetched.
    pub fetched: Timestamp,
}

/// The stored week, if there is one.
pub async fn stored(store: &Store, week: Week) -> Result<Option<Stored>> {
    read(&mut *store.read().await?, week).await
}

async fn read(db: &mut Connection, week: Week) -> Result<Option<Stored>> {
    let Some((fetched, digest)) = sql::fetched(db, week).await? else { return Ok(None) };
    let digest = Digest { entries: sql::entries(db, week, i64::MAX).await?, ..digest };
    Ok(Some(Stored { digest, fetched }))
}

/// The week, fetched at `since` or later: from the archive, or from the sources (with links to the website at the
/// address next to them). None if another process is fetching it now; try again soon.
pub async fn since(
    store: &Store,
    sources: (&Feeds, &str),
    week: Week,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<Digest>> {
    if let Some(stored) = stored(store, week).await?
        && stored.fetched >= since
    {
        return Ok(Some(stored.digest.at(sources.1)));
    }
    fetch(store, sources, week, now).await
}

/// The `most` most popular papers of a stored week.
pub async fn first(store: &Store, week: Week, most: u16) -> Result<Vec<Entry>> {
    sql::entries(&mut *store.read().await?, week, i64::from(most)).await
}

/// Fetches a week and stores it. No transaction is open during the fetch.
async fn fetch(store: &Store, sources: (&Feeds, &str), week: Week, now: Timestamp) -> Result<Option<Digest>> {
    let mut tx = store.write().await?;
    let may = sql::begin_fetching(&mut tx, Lease::new(now, FETCH_LEASE)).await?;
    tx.commit().await?;
    if !may {
        return Ok(None);
    }
    let asked = ask(store, sources, week, now).await;
    let mut tx = store.write().await?;
    sql::end_fetching(&mut tx).await?;
    let digest = match asked {
        Ok(digest) => keep::kept(&mut tx, digest, now).await?.at(sources.1),
        Err(cause) => {
            tx.commit().await?;
            return Err(cause);
        }
    };
    tx.commit().await?;
    Ok(Some(digest))
}

async fn ask(store: &Store, (feeds, base): (&Feeds, &str), week: Week, now: Timestamp) -> Result<Digest> {
    let gathered = timeout(FETCH_TIMEOUT, super::fetch(feeds, week, now)).await;
    let gathered = gathered.map_err(|_| anyhow::anyhow!("the sources of the papers took too long"))??;
    super::touched(store, Digest::of(&gathered, base)).await
}

/// When a week is over in the easternmost time zone. Digests are posted from then on.
fn begins_to_be_over(week: Week) -> Timestamp {
    time::before(over(week), EASTERNMOST_OFFSET)
}

/// When a week is over in UTC, which Hugging Face uses for its days.
fn over(week: Week) -> Timestamp {
    let midnight = week.next().monday().at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    midnight.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The last week that is over at `now`, in UTC.
pub fn last_week(now: Timestamp) -> Week {
    Week::of(jiff::tz::TimeZone::UTC.to_datetime(now).date()).previous()
}

/// Deletes weeks in the future, which were stored while the clock was wrong.
pub async fn forget_to_come(db: &mut Connection, now: Timestamp) -> Result<()> {
    // East of UTC, a week begins earlier than in UTC.
    sql::forget_after(db, last_week(now).next().next()).await
}

/// A week for a person who asks for it. It is fetched if the archive does not have it.
///
/// # Errors
/// Refused for weeks that are not over or that have no votes, while others are fetching, and if the sources are down.
pub async fn asked(store: &Store, sources: (&Feeds, &str), week: Week, now: Timestamp) -> Result<Digest> {
    let stored = stored(store, week).await?;
    if week > last_week(now) {
        // It may already have been posted in a time zone east of UTC.
        if let Some(stored) = stored.filter(|stored| stored.fetched >= begins_to_be_over(week)) {
            return Ok(stored.digest.at(sources.1));
        }
        let last = last_week(now);
        return Err(Error::refused(format!("The week {week} is not over yet; the last whole one is {last}.")));
    }
    if week < Week::of(FIRST) {
        let first = Week::of(FIRST);
        return Err(Error::refused(format!("Nobody counted votes in {week}; the first week with papers is {first}.")));
    }
    if let Some(stored) = stored
        && (stored.fetched >= time::after(over(week), SETTLED) || stored.fetched >= time::before(now, REFETCH_AFTER))
    {
        return Ok(stored.digest.at(sources.1));
    }
    if sql::fetched_since(&mut *store.read().await?, time::before(now, REFETCH_AFTER)).await? >= PER_HOUR {
        return Err(Error::refused("Many weeks were asked for in this hour; try again in the next one."));
    }
    match fetch(store, sources, week, now).await {
        Ok(Some(digest)) => Ok(digest),
        Ok(None) => Err(Error::refused("Cairn is asking for papers just now; try again in a minute.")),
        Err(Error::Fault(cause)) => {
            warn!(%week, "the papers could not be fetched: {cause:#}");
            Err(Error::refused(format!("The sources of the papers of {week} cannot be reached now; try again later.")))
        }
        Err(refused) => Err(refused),
    }
}

/// The feed's permanent name (a URN), which does not change with its address.
pub async fn feed_name(store: &Store) -> Result<String> {
    sql::feed_name(&mut *store.read().await?).await
}

/// The weeks that have papers, newest first.
pub async fn weeks(store: &Store, most: u16) -> Result<Vec<Listed>> {
    let rows = sql::weeks(&mut *store.read().await?, i64::from(most)).await?;
    rows.into_iter()
        .map(|(week, fetched, changed, papers, first)| {
            let (fetched, changed) = (fetched.0, changed.0);
            let week: Week = week.parse()?;
            let papers = usize::try_from(papers).unwrap_or(0);
            Ok(Listed { week, fetched, changed, over: fetched >= begins_to_be_over(week), papers, first })
        })
        .collect()
}

/// The week in the archive nearest to a missing one; if two are equally near, the older one.
pub async fn nearest(store: &Store, week: Week) -> Result<Option<Week>> {
    let (before, after) = sql::around(&mut *store.read().await?, week).await?;
    let read = |text: Option<String>| text.map(|text| text.parse::<Week>()).transpose();
    let near = [read(before)?, read(after)?].into_iter().flatten();
    Ok(near.min_by_key(|other| other.monday().duration_since(week.monday()).abs()))
}

/// A paper from the newest week that has it.
pub async fn paper(db: &mut Connection, id: &ArxivId) -> Result<Option<(Week, Entry)>> {
    sql::paper(db, id).await
}

/// A paper from arXiv, for one that is in no stored week.
///
/// # Errors
/// Refused if arXiv does not have it, or cannot be reached.
pub async fn looked_up(store: &Store, (feeds, base): (&Feeds, &str), id: &ArxivId, now: Timestamp) -> Result<Entry> {
    let known = super::look_up(feeds, id).await.map_err(|cause| {
        warn!("a paper could not be looked up: {cause}");
        Error::refused("arXiv cannot be reached now; try again later.")
    })?;
    let nobody =
        || Error::of(Kind::NotFound, format!("arXiv has no paper {id}, or it was withdrawn; look its id up again."));
    let gathered = Gathered {
        week: last_week(now),
        papers: vec![known.filter(|paper| !paper.withdrawn).ok_or_else(nobody)?],
        sightings: Vec::new(),
        missing: Vec::new(),
    };
    let digest = super::touched(store, Digest::of(&gathered, base)).await?;
    digest.entries.into_iter().next().ok_or_else(nobody)
}

/// The papers in the archive with all words of a query, best first. The last word may be incomplete.
///
/// # Errors
/// Refused if there is nothing to search for.
pub async fn search(store: &Store, query: &str, most: u16) -> Result<Found> {
    if let Ok(id) = query.parse::<ArxivId>() {
        let hit = sql::paper(&mut *store.read().await?, &id).await?;
        let hits: Vec<_> = hit.into_iter().collect();
        let total = hits.len();
        return Ok(Found::new(hits, total));
    }
    let Some(expression) = expression(query) else {
        return Err(Error::refused("Write at least one word to look for, such as a method, an author or a title."));
    };
    let mut db = store.read().await?;
    let total = sql::matching(&mut db, &expression).await?;
    Ok(Found::new(sql::search(&mut db, &expression, i64::from(most)).await?, usize::try_from(total).unwrap_or(0)))
}

/// Ids and titles for the typed text.
pub async fn suggest(store: &Store, typed: &str, most: u16) -> Result<Vec<(String, String)>> {
    let mut db = store.read().await?;
    if let Ok(id) = typed.parse::<ArxivId>() {
        let known = sql::paper(&mut db, &id).await?;
        let title = known.map_or_else(|| format!("arXiv {id}"), |(_, entry)| entry.title);
        return Ok(vec![(id.to_string(), title)]);
    }
    let mut found = match expression(typed) {
        Some(expression) => sql::titles(&mut db, &expression, i64::from(most) * 2).await?,
        None => sql::recent(&mut db, i64::from(most) * 2).await?,
    };
    let mut seen = std::collections::HashSet::new();
    found.retain(|(id, _)| seen.insert(id.clone()));
    found.truncate(usize::from(most));
    Ok(found)
}

/// The paper for an id, a link or words of its title.
///
/// # Errors
/// Refused if no paper in the archive has these words, or if several do.
pub async fn meant(store: &Store, text: &str) -> Result<ArxivId> {
    match text.parse::<ArxivId>() {
        Ok(id) => return Ok(id),
        Err(none) if expression(text).is_none() => return Err(none.into()),
        Err(_) => {}
    }
    let found = suggest(store, text, CHOICE).await?;
    let begins = |title: &str| title.to_lowercase().starts_with(&text.trim().to_lowercase());
    let mut named = found.iter().filter(|(_, title)| begins(title));
    match (found.as_slice(), named.next(), named.next()) {
        ([], ..) => Err(Error::refused(
            "No paper of the archive has all these words; choose one from the list while you type, or give an id such as 2408.01234.",
        )),
        ([(id, _)], ..) | (_, Some((id, _)), None) => Ok(id.parse()?),
        (all, ..) => {
            let all: Vec<String> = all.iter().map(|(id, title)| format!("{id} ({})", cut::clause(title, 60))).collect();
            Err(Error::refused(format!("Several papers have these words; give the id of one: {}.", all.join(", "))))
        }
    }
}

/// A text as an FTS5 expression that requires each of its words, quoted. User text must reach the index only in this
/// form.
fn expression(text: &str) -> Option<String> {
    let text: String = text.chars().take(MAX_QUERY_CHARS).collect();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(MAX_WORDS);
    let quoted: Vec<String> = words.map(quote).collect();
    (!quoted.is_empty()).then(|| format!("{}*", quoted.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_text_is_only_words_to_the_index() {
        let table = [
            ("", None),
            ("\" * NEAR(", Some(r#""NEAR"*"#)),
            ("diffusion models", Some(r#""diffusion" "models"*"#)),
            ("title:x OR -y", Some(r#""title" "x" "OR" "y"*"#)),
            ("naïve bayés", Some(r#""naïve" "bayés"*"#)),
        ];
        for (text, expected) in table {
            assert_eq!(expression(text).as_deref(), expected, "{text}");
        }
        assert!(expression(&"word ".repeat(500)).is_some_and(|e| e.matches("word").count() == MAX_WORDS));
    }

    #[test]
    fn the_last_week_is_the_one_before_this() {
        let week = |at: &str| last_week(at.parse().unwrap()).to_string();
        assert_eq!(week("2026-11-22T23:59:59Z"), "2026-W46");
        assert_eq!(week("2026-11-23T00:00:00Z"), "2026-W47");
        assert_eq!(week("2027-01-04T00:00:00Z"), "2026-W53");
        assert_eq!(over(last_week("2027-01-04T00:00:00Z".parse().unwrap())).to_string(), "2027-01-04T00:00:00Z");
    }
}
