//! The weekly round on the database: reads who waits, matches them without blocking others, and saves the groups if
//! nothing has changed meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use tracing::error;

use super::availability::{LEARNED, Times, learned};
use super::compatibility::{APART, Seeker};
use super::group::Party;
use super::round::round;
use super::sql::Buddy;
use super::{delivery, schedule, sql};
use crate::community::study_settings;
use crate::people::PersonId;
use crate::store::{Connection, Store};
use crate::streak::events;
use crate::streak::run::DayState;
use crate::student::{Student, track};
use crate::triage::Track;
use crate::{Result, time};

/// How many groups are created in one transaction.
const GROUPS_PER_TRANSACTION: usize = 50;
/// How often a round is repeated because people came or left.
const ROUND_TRIES: usize = 3;
/// When to retry a round that changes kept interrupting.
const RETRY_ROUND_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// The days that count for attendance.
const ATTENDANCE_DAYS: usize = 28;
/// People with fewer counted days than this are newcomers.
const NEWCOMER_DAYS: usize = 7;

/// Runs a server's round, if it is due. It is complete once all its groups could be saved. An interrupted round
/// continues later, because people with a buddy are not matched.
pub async fn run(store: &Store, guild: u64, now: Timestamp) -> Result<()> {
    for _ in 0..ROUND_TRIES {
        let mut db = store.read().await?;
        if !is_due(&mut db, guild, now).await? {
            return Ok(());
        }
        let seen = Seen::now(&mut db, guild).await?;
        let seekers = seekers(&mut db, guild, now).await?;
        drop(db);
        // For two thousand people this takes a second or more.
        let matched = tokio::task::spawn_blocking(move || round(&seekers, now)).await;
        if write(store, guild, &seen, &matched.map_err(anyhow::Error::new)??, now).await? {
            return Ok(());
        }
    }
    let mut tx = store.write().await?;
    sql::set_next_round(&mut tx, guild, Some(time::after(now, RETRY_ROUND_AFTER))).await?;
    tx.commit().await
}

async fn is_due(db: &mut Connection, guild: u64, now: Timestamp) -> Result<bool> {
    Ok(sql::next_round(db, guild).await?.is_some_and(|next| next <= now))
}

/// Saves the groups in small batches, so that others can use the database. False if some must be matched again.
async fn write(store: &Store, guild: u64, seen: &Seen, groups: &[Vec<PersonId>], now: Timestamp) -> Result<bool> {
    let mut all = true;
    for some in groups.chunks(GROUPS_PER_TRANSACTION) {
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
            schedule::plan(&mut tx, guild, now).await?;
        }
        tx.commit().await?;
    }
    Ok(all)
}

/// The people who wait, and the facts that must not change before they are paired.
struct Seen {
    /// When each person began to wait, their times and their track.
    waiting: BTreeMap<PersonId, (Timestamp, i64, Option<Track>)>,
    blocks: Vec<(PersonId, PersonId)>,
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

    /// Whether these people wait as before, and none has blocked another.
    fn has(&self, members: &[PersonId], before: &Self) -> bool {
        let is_same =
            |who: &PersonId| self.waiting.contains_key(who) && self.waiting.get(who) == before.waiting.get(who);
        let among = |(who, whom): &(PersonId, PersonId)| members.contains(who) && members.contains(whom);
        members.iter().all(is_same) && !self.blocks.iter().any(among)
    }

    fn at_school(&self, members: &[PersonId]) -> bool {
        let track = |who: &PersonId| self.waiting.get(who).and_then(|(.., track)| *track);
        members.iter().any(|who| track(who) == Some(Track::HighSchool))
    }
}

/// The people who wait and can be matched now.
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
            // A person whose ledger cannot be read must not delay the others.
            Err(cause) => error!(person = buddy.person_id.0, "cannot be matched: {cause}"),
        }
    }
    Ok(seekers)
}

async fn seeker(db: &mut Connection, buddy: &Buddy, now: Timestamp) -> Result<Option<Seeker>> {
    let (who, id) = (buddy.person_id, buddy.person_id);
    let Some(mut student) = Student::load(db, id).await? else { return Ok(None) };
    let Some(track) = track::of(db, id).await? else { return Ok(None) };
    if delivery::user(db, who).await?.is_none() {
        return Ok(None);
    }
    let since = time::before(now, LEARNED);
    let mut acts = Vec::new();
    for (at, text) in crate::student::sql::events_since(db, id, since).await? {
        acts.push((at, events::read_act(&text).map_err(anyhow::Error::msg)?));
    }
    let told = Times::of(buddy.times).week(student.person.schedule().zone(), now);
    let week = learned(&acts).and(told);
    let attendance = attendance(db, &mut student, now).await?;
    let since = time::before(now, APART);
    let past = sql::past(db, who, since).await?;
    let (since, first, blocked) = (buddy.since(), buddy.first, BTreeSet::new());
    Ok(Some(Seeker { who, track, week, attendance, since, first, past, blocked }))
}

/// The percentage of met days among the last ones. Covered days do not count.
async fn attendance(db: &mut Connection, student: &mut Student, now: Timestamp) -> Result<Option<u8>> {
    let at = student.instant(now);
    student.view(db, at).await?;
    let (ledger, live) = (student.person.ledger(), student.person.live(at));
    let closed = ledger.running().saturating_sub(ATTENDANCE_DAYS)..ledger.running();
    let states: Vec<DayState> = closed.map(|index| ledger.line(index, live).state).collect();
    let met = states.iter().filter(|state| **state == DayState::Met).count();
    let count =
        |state: &&DayState| matches!(state, DayState::Met | DayState::ShownUp | DayState::Missed | DayState::Frozen);
    let counted = states.iter().filter(count).count();
    Ok((counted >= NEWCOMER_DAYS).then(|| u8::try_from(met * 100 / counted).unwrap_or(100)))
}
