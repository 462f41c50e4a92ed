//! What a student studied, in their own words: beside the entries, so that it can be changed.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Student, sql};
use crate::Result;
use crate::people::PersonId;
use crate::store::Connection;
use crate::streak::events;
use crate::streak::state::Act;
use crate::streak::subject::{Studied, Subject};
use crate::streak::timer::Timer;

/// How many of a person's latest entries are looked at.
const ENTRIES: i64 = 1_000;

/// What an entry was about, if they said.
pub async fn of(db: &mut Connection, id: PersonId, entry: i64) -> Result<Option<Subject>> {
    read(sql::subject(db, id, entry).await?)
}

/// Says what an entry was about, or that it was about nothing in particular.
pub async fn set(db: &mut Connection, id: PersonId, entry: i64, what: Option<&Subject>) -> Result<()> {
    sql::set_subject(db, id, entry, what.map(Subject::as_str)).await
}

/// What they studied last, each once, the latest first.
pub async fn last(db: &mut Connection, id: PersonId, most: usize) -> Result<Vec<Subject>> {
    let mut last: Vec<Subject> = Vec::new();
    for text in sql::last_subjects(db, id, ENTRIES).await? {
        if let Some(subject) = read(Some(text))?.filter(|subject| !last.iter().any(|known| known.is_like(subject))) {
            last.push(subject);
        }
    }
    last.truncate(most);
    Ok(last)
}

/// Every subject with the entry that it is about.
pub async fn all(db: &mut Connection, id: PersonId) -> Result<Vec<(i64, Subject)>> {
    let mut all = Vec::new();
    for (entry, text) in sql::subjects(db, id, 0).await? {
        all.extend(read(Some(text))?.map(|subject| (entry, subject)));
    }
    Ok(all)
}

/// A text of the database as a subject; one that this version would not take is none.
fn read(text: Option<String>) -> Result<Option<Subject>> {
    Ok(text.and_then(|text| Subject::read(&text).ok()).flatten())
}

/// The entry that started their last timer.
pub async fn last_start(db: &mut Connection, id: PersonId) -> Result<Option<i64>> {
    sql::last_start(db, id).await
}

/// Whether they can say what an entry was about: it started a timer, or is a log that was not taken back.
pub async fn has_entry(db: &mut Connection, id: PersonId, entry: i64) -> Result<bool> {
    let later = sql::events(db, id, entry.max(1) - 1).await?;
    let acts = later.iter().map(|(_, text)| events::read_act(text).ok());
    let mut standing = 0_u32;
    for (at, act) in acts.enumerate() {
        match act {
            Some(Act::Start) if at == 0 => return Ok(true),
            Some(Act::Log { .. }) => standing += 1,
            Some(Act::Undo) => {
                standing = standing.saturating_sub(1);
                if standing == 0 {
                    return Ok(false);
                }
            }
            _ if at == 0 => return Ok(false),
            _ => {}
        }
    }
    Ok(standing > 0)
}

/// The latest log was taken back by their last entry: its subject goes with it.
pub async fn forget_undone(db: &mut Connection, student: &Student) -> Result<()> {
    let mut standing = Vec::new();
    for (n, _, act) in acts(db, student).await? {
        match act {
            Act::Log { .. } => standing.push(n),
            Act::Undo if n == student.events => break,
            Act::Undo => drop(standing.pop()),
            _ => {}
        }
    }
    match standing.pop() {
        Some(undone) => set(db, student.id, undone, None).await,
        None => Ok(()),
    }
}

/// What they studied on the days that their ledger keeps, where they said it, in order of the entries.
pub async fn by_day(db: &mut Connection, student: &Student, at: Timestamp) -> Result<Vec<(Date, Studied)>> {
    let known = sql::subjects(db, student.id, (student.events - ENTRIES).max(0)).await?;
    if known.is_empty() {
        return Ok(Vec::new());
    }
    let acts = acts(db, student).await?;
    let mut all = Vec::new();
    for (entry, text) in known {
        let Some(what) = read(Some(text))? else { continue };
        let shares = shares(student, &acts, entry, at);
        all.extend(shares.into_iter().map(|(date, minutes)| (date, Studied { what: what.clone(), minutes })));
    }
    Ok(all)
}

/// The minutes of each day that an entry has added.
fn shares(student: &Student, acts: &[(i64, Timestamp, Act)], entry: i64, at: Timestamp) -> Vec<(Date, u32)> {
    let ledger = student.person.ledger();
    let mut later = acts.iter().skip_while(|(n, ..)| *n < entry);
    match later.next() {
        Some((_, made, Act::Log { minutes, for_date })) => {
            let date = for_date.unwrap_or_else(|| ledger.date(ledger.at(*made)));
            vec![(date, u32::try_from(*minutes).unwrap_or_default())]
        }
        Some((_, started, Act::Start)) => {
            let ran = Some((*started, ended(*started, later, at)));
            let share = |index| (ledger.date(index), u32::from(ledger.share(index, ran)));
            (ledger.at(*started)..ledger.days().len()).map(share).filter(|(_, minutes)| *minutes > 0).collect()
        }
        _ => Vec::new(),
    }
}

/// When a timer ended, or how far it counts by now.
fn ended<'a>(started: Timestamp, later: impl Iterator<Item = &'a (i64, Timestamp, Act)>, at: Timestamp) -> Timestamp {
    let mut timer = Timer::start(started);
    for (_, made, act) in later {
        match act {
            Act::Confirm => timer.ask_again(),
            Act::Stop => return *made,
            // Nothing stopped it: it had stopped by itself.
            Act::Start => return timer.question(),
            _ => {}
        }
    }
    timer.question().min(at)
}

/// Their latest entries with their numbers, in order.
async fn acts(db: &mut Connection, student: &Student) -> Result<Vec<(i64, Timestamp, Act)>> {
    let first = (student.events - ENTRIES).max(0);
    let all = sql::events(db, student.id, first).await?;
    let read = |(n, (at, text)): (i64, (Timestamp, String))| Some((n, at, events::read_act(&text).ok()?));
    Ok((first + 1..).zip(all).filter_map(read).collect())
}
