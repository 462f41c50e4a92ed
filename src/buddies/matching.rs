//! The weekly round with the database: who waits is read, matched without holding anybody up, and written down if
//! nothing has changed meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};
use tracing::error;

use super::availability::{LEARNED, Times, learned};
use super::compatibility::{APART, Seeker};
use super::delivery;
use super::group::Party;
use super::round::{AT_ONCE, round};
use super::sql::{self, Buddy};
use crate::Result;
use crate::community::study_settings;
use crate::people::PersonId;
use crate::store::{Connection, Store};
use crate::streak::events;
use crate::streak::run::DayState;
use crate::student::{Student, track};
use crate::time::zone::Zone;
use crate::triage::Track;

/// The hour of the weekly round, on Mondays in the community's zone.
const HOUR: i8 = 9;
/// How many groups are made in one transaction.
const AT_A_TIME: usize = 50;
/// How often a round is begun anew because somebody came or went.
const TRIES: usize = 3;
/// When a round is tried again that others kept disturbing.
const REST: SignedDuration = SignedDuration::from_mins(2);
/// No round and no group is planned further ahead.
const LONGEST: SignedDuration = SignedDuration::from_hours(9 * 24);
/// Days of which attendance is made.
const DAYS: usize = 28;
/// Who has fewer days than this is new.
const NEW: usize = 7;

/// Plans a server's next round: on Monday, or as soon as somebody has waited for 48 h. One that is due stays due.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn replan(db: &mut Connection, guild: u64, now: Timestamp) -> Result<()> {
    match sql::next_round(db, guild).await? {
        Some(next) if next <= now => Ok(()),
        _ => plan(db, guild, now).await,
    }
}

/// The same when somebody new waits: whoever has waited for long is matched at once.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn hurry(db: &mut Connection, guild: u64, now: Timestamp) -> Result<()> {
    let waiting = sql::waiting(db, guild).await?;
    if waiting.len() > 1 && waiting.iter().any(|buddy| too_long(buddy.since()) <= now) {
        return sql::set_next_round(db, guild, Some(now)).await;
    }
    replan(db, guild, now).await
}

/// Whether a round or a group waits longer than any can be planned: a clock that was ahead has left it there.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn is_late(db: &mut Connection, now: Timestamp) -> Result<bool> {
    sql::is_due_after(db, now.saturating_add(LONGEST).unwrap_or(Timestamp::MAX)).await
}

/// Brings back what a clock that was ahead has dated: it happened now, rounds are planned again, and groups are looked at now.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn bring_back(db: &mut Connection, now: Timestamp) -> Result<()> {
    let tomorrow = now.saturating_add(SignedDuration::from_hours(24)).unwrap_or(now);
    sql::bring_back(db, now, tomorrow).await?;
    for (group, mut member) in sql::grouped(db).await? {
        if member.presence.bring_back(now) {
            sql::set_member(db, group, &member).await?;
        }
    }
    for guild in sql::planning(db).await? {
        replan(db, guild, now).await?;
    }
    Ok(())
}

async fn plan(db: &mut Connection, guild: u64, now: Timestamp) -> Result<()> {
    let zone = study_settings::of(db, Some(guild)).await?.zone;
    let waiting = sql::waiting(db, guild).await?;
    let at_once = waiting.iter().map(|buddy| too_long(buddy.since())).filter(|at| *at > now).min();
    // Whoever waits alone is matched when somebody comes.
    let at_once = at_once.filter(|_| waiting.len() > 1);
    let next = at_once.into_iter().chain(monday(zone.as_ref(), now)).min();
    sql::set_next_round(db, guild, next.filter(|_| !waiting.is_empty())).await
}

/// When somebody will have waited for too long.
fn too_long(since: Timestamp) -> Timestamp {
    // More than 48 h: in the milliseconds that are kept, one more.
    since.saturating_add(AT_ONCE + SignedDuration::from_millis(1)).unwrap_or(Timestamp::MAX)
}

/// The next Monday, 09:00, after an instant.
fn monday(zone: Option<&Zone>, now: Timestamp) -> Option<Timestamp> {
    let utc = Zone::named("UTC");
    let zone = zone.or(utc.as_ref())?;
    let today = zone.date(now);
    let days = (0..=7).map(|n| today.saturating_add(SignedDuration::from_hours(24 * n)));
    let mondays = days.filter(|date| date.weekday() == Weekday::Monday);
    mondays.map(|date| zone.first_reading(date, HOUR)).find(|at| *at > now)
}

/// A server's round, if it is due. It is over once nobody that it would pair came or went meanwhile; what is cut off
/// goes on where it stopped, because nobody who has a buddy is matched.
///
/// # Errors
/// A fault if the database fails.
pub async fn run(store: &Store, guild: u64, now: Timestamp) -> Result<()> {
    for _ in 0..TRIES {
        let mut db = store.read().await?;
        if !is_due(&mut db, guild, now).await? {
            return Ok(());
        }
        let seen = Seen::now(&mut db, guild).await?;
        let seekers = seekers(&mut db, guild, now).await?;
        drop(db);
        // Two thousand people take a second or more.
        let matched = tokio::task::spawn_blocking(move || round(&seekers, now)).await;
        if write(store, guild, &seen, &matched.map_err(anyhow::Error::new)??, now).await? {
            return Ok(());
        }
    }
    let mut tx = store.write().await?;
    sql::set_next_round(&mut tx, guild, now.saturating_add(REST).ok()).await?;
    tx.commit().await
}

async fn is_due(db: &mut Connection, guild: u64, now: Timestamp) -> Result<bool> {
    Ok(sql::next_round(db, guild).await?.is_some_and(|next| next <= now))
}

/// Makes the groups, a few at a time, so that nobody waits long for the database. False if some must be matched anew.
async fn write(store: &Store, guild: u64, seen: &Seen, groups: &[Vec<i64>], now: Timestamp) -> Result<bool> {
    let mut all = true;
    for some in groups.chunks(AT_A_TIME) {
        let mut tx = store.write().await?;
        let is = Seen::now(&mut tx, guild).await?;
        for members in some {
            match is.has(members, seen) {
                true => Party::make(&mut tx, guild, is.at_school(members), members, now).await?,
                false => all = false,
            }
        }
        tx.commit().await?;
    }
    if all {
        let mut tx = store.write().await?;
        if is_due(&mut tx, guild, now).await? {
            plan(&mut tx, guild, now).await?;
        }
        tx.commit().await?;
    }
    Ok(all)
}

/// Who waits, and what must be unchanged when they are paired.
struct Seen {
    /// Since when each waits, their times, and their track.
    waiting: BTreeMap<i64, (Timestamp, i64, Option<Track>)>,
    blocks: Vec<(i64, i64)>,
}

impl Seen {
    async fn now(db: &mut Connection, guild: u64) -> Result<Self> {
        let tracks = track::seeking(db, guild).await?;
        let waiting = sql::waiting(db, guild).await?;
        let waiting = waiting.iter().map(|buddy| {
            let track = tracks.get(&buddy.person_id).copied();
            (buddy.person_id, (buddy.since(), buddy.times, track))
        });
        Ok(Self { waiting: waiting.collect(), blocks: sql::blocks(db, guild).await? })
    }

    /// Whether these people wait as they did before, and none has blocked another.
    fn has(&self, members: &[i64], before: &Self) -> bool {
        let is_same = |who: &i64| self.waiting.contains_key(who) && self.waiting.get(who) == before.waiting.get(who);
        let among = |(who, whom): &(i64, i64)| members.contains(who) && members.contains(whom);
        members.iter().all(is_same) && !self.blocks.iter().any(among)
    }

    fn at_school(&self, members: &[i64]) -> bool {
        let track = |who: &i64| self.waiting.get(who).and_then(|(.., track)| *track);
        members.iter().any(|who| track(who) == Some(Track::HighSchool))
    }
}

/// Those who wait and can be matched now.
async fn seekers(db: &mut Connection, guild: u64, now: Timestamp) -> Result<Vec<Seeker>> {
    let has_place = study_settings::of(db, Some(guild)).await?.channel.is_some();
    let blocks = sql::blocks(db, guild).await?;
    let mut seekers = Vec::new();
    for buddy in sql::waiting(db, guild).await? {
        match seeker(db, &buddy, now).await {
            // People at school meet in a thread or not at all.
            Ok(Some(seeker)) if seeker.track == Track::HighSchool && !has_place => {}
            Ok(Some(mut seeker)) => {
                let theirs = blocks.iter().filter(|(who, _)| *who == seeker.who);
                seeker.blocked = theirs.map(|(_, whom)| *whom).collect();
                seekers.push(seeker);
            }
            Ok(None) => {}
            // One whose ledger cannot be read must not hold up the others.
            Err(cause) => error!(person = buddy.person_id, "cannot be matched: {cause}"),
        }
    }
    Ok(seekers)
}

async fn seeker(db: &mut Connection, buddy: &Buddy, now: Timestamp) -> Result<Option<Seeker>> {
    let (who, id) = (buddy.person_id, PersonId(buddy.person_id));
    let Some(mut student) = Student::load(db, id).await? else { return Ok(None) };
    let Some(track) = track::of(db, id).await? else { return Ok(None) };
    if delivery::user(db, who).await?.is_none() {
        return Ok(None);
    }
    let since = now.saturating_sub(LEARNED).unwrap_or(Timestamp::MIN);
    let mut acts = Vec::new();
    for (at, text) in crate::student::sql::events_since(db, id, since).await? {
        acts.push((at, events::read_act(&text).map_err(anyhow::Error::msg)?));
    }
    let told = Times::of(buddy.times).week(student.person.schedule().zone(), now);
    let week = learned(&acts).and(told);
    let attendance = attendance(db, &mut student, now).await?;
    let since = now.saturating_sub(APART).unwrap_or(Timestamp::MIN);
    let past = sql::past(db, who, since).await?;
    let (since, first, blocked) = (buddy.since(), buddy.first, BTreeSet::new());
    Ok(Some(Seeker { who, track, week, attendance, since, first, past, blocked }))
}

/// How many of the last days were met, of a hundred; days that were covered do not count.
async fn attendance(db: &mut Connection, student: &mut Student, now: Timestamp) -> Result<Option<u8>> {
    let at = student.instant(now);
    student.view(db, at).await?;
    let (ledger, live) = (student.person.ledger(), student.person.live(at));
    let closed = ledger.running().saturating_sub(DAYS)..ledger.running();
    let states: Vec<DayState> = closed.map(|index| ledger.line(index, live).state).collect();
    let met = states.iter().filter(|state| **state == DayState::Met).count();
    let count =
        |state: &&DayState| matches!(state, DayState::Met | DayState::ShownUp | DayState::Missed | DayState::Frozen);
    let counted = states.iter().filter(count).count();
    Ok((counted >= NEW).then(|| u8::try_from(met * 100 / counted).unwrap_or(100)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mondays_follow_the_clock_there() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        for (now, next) in [
            ("2026-10-19T06:59:59Z", "2026-10-19T07:00:00Z"),
            ("2026-10-19T07:00:00Z", "2026-10-26T08:00:00Z"),
            ("2027-03-23T12:00:00Z", "2027-03-29T07:00:00Z"),
        ] {
            assert_eq!(monday(Some(&berlin), now.parse().unwrap()).unwrap().to_string(), next, "{now}");
        }
        assert_eq!(monday(None, "2026-11-22T23:59:00Z".parse().unwrap()).unwrap().to_string(), "2026-11-23T09:00:00Z");
    }
}
