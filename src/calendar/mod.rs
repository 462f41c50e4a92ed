//! A person's calendar of study times and planned work, as a file and under a secret link.
//!
//! Only a hash of the link's secret is stored, so the link is shown once. The file changes only with its content and
//! with the study day: two requests on one day get the same bytes.

pub mod ics;
pub mod planned;
mod sql;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};

use crate::people::PersonId;
use crate::store::{Connection, Store, secret};
use crate::student::{Caller, Student, joined};
use crate::text::list;
use crate::time::format;
use crate::time::zone::Zone;
use crate::{Error, Result, plan, reminders};
use ics::{Calendar, Weekly, sessions};
use planned::events;

/// The purpose of a link's hash.
const PURPOSE: &str = "calendar";
/// The instant from which versions of events are counted, in seconds: 2026-01-01.
const FIRST: i64 = 1_767_225_600;

/// A person's calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarView {
    /// The file.
    pub file: String,
    /// The number of events.
    pub events: usize,
    /// When the secret link was made, if there is one.
    pub linked: Option<Timestamp>,
    alarms: bool,
    zone: Zone,
}

/// A new secret link. Only its owner may see the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(String);

impl fmt::Display for CalendarView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.events {
            0 => write!(
                f,
                "There is nothing to put into a calendar yet; `/study plan` and `/study reminder` make something."
            )?,
            some => write!(
                f,
                "Your study times and your plan, for your own calendar: {}{}.",
                list::count(some as u64, "event"),
                if self.alarms { ", with an alarm ten minutes before each time" } else { ", without alarms" }
            )?,
        }
        match self.linked {
            None => Ok(()),
            Some(made) => write!(
                f,
                "\nYour secret link is of {}. It was shown once; a new link ends the old one.",
                format::day(self.zone.date(made))
            ),
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Your calendar is at\n```\n{}\n```\nGive that address to your calendar app as a subscription (“from URL”). \
             Anyone who has it sees your study times and your plan, so keep it to yourself. It is not shown again; a new \
             link ends this one.",
            self.0
        )
    }
}

/// The caller's calendar.
///
/// # Errors
/// Refused if the caller has not joined.
pub async fn calendar(store: &Store, caller: &Caller, now: Timestamp) -> Result<CalendarView> {
    let mut db = store.read().await?;
    let mut student = joined(&mut db, caller).await?;
    let calendar = made(&mut db, &mut student, now).await?;
    let (linked, zone) = (sql::made(&mut db, student.id).await?, student.person.schedule().zone().clone());
    let alarms = calendar.alarms;
    Ok(CalendarView { events: calendar.events.len(), file: calendar.to_string(), linked, alarms, zone })
}

/// Makes the caller's secret link, below `base`. With `replace`, an older one ends.
///
/// # Errors
/// Refused if the caller has not joined; without `replace`, also if there is one already.
pub async fn link(store: &Store, caller: &Caller, replace: bool, base: &str, now: Timestamp) -> Result<Link> {
    let mut tx = store.write().await?;
    let student = joined(&mut tx, caller).await?;
    if !replace && sql::made(&mut tx, student.id).await?.is_some() {
        return Err(Error::refused(
            "You have a secret link, which was shown when it was made; /study calendar has a button for a new one.",
        ));
    }
    let key = secret::key()?;
    let hash = secret::salted(&mut tx, PURPOSE, &key).await?;
    sql::set(&mut tx, student.id, &hash, now).await?;
    tx.commit().await?;
    Ok(Link(format!("{base}/study/{key}.ics")))
}

/// Ends the caller's secret link.
///
/// # Errors
/// Refused if the caller has not joined.
pub async fn unlink(store: &Store, caller: &Caller) -> Result<()> {
    let mut tx = store.write().await?;
    let student = joined(&mut tx, caller).await?;
    sql::remove(&mut tx, student.id).await?;
    tx.commit().await
}

/// The calendar with this secret, if there is one.
pub async fn feed(store: &Store, secret: &str, now: Timestamp) -> Result<Option<String>> {
    let mut db = store.read().await?;
    let hash = secret::salted(&mut db, PURPOSE, secret).await?;
    let Some(id) = sql::whose(&mut db, &hash).await? else { return Ok(None) };
    let Some(mut student) = Student::load(&mut db, id).await? else { return Ok(None) };
    Ok(Some(made(&mut db, &mut student, now).await?.to_string()))
}

async fn made(db: &mut Connection, student: &mut Student, now: Timestamp) -> Result<Calendar> {
    let at = student.instant(now);
    student.view(db, at).await?;
    let planned = plan::seen(db, student, now).await?;
    let (ledger, schedule, leave) = (student.person.ledger(), student.person.schedule(), student.person.leave());
    let (zone, begin) = (schedule.zone(), ledger.days()[ledger.running()].begin);
    let minutes = student.person.commitment();
    let (times, alarms) = times(db, student.id).await?;
    let weekly: Vec<Weekly> = times.into_iter().map(|(weekday, at)| Weekly { weekday, at, minutes }).collect();
    let mut sessions = sessions(&weekly, zone, begin);
    sessions.retain(|(begin, _)| leave.is_open(zone.date(*begin)));
    let changed = planned.as_ref().map_or(begin, |planned| planned.changed.max(begin)).max(student.last());
    Ok(Calendar {
        name: "Study times".to_owned(),
        token: token(db, student.id).await?,
        revision: u32::try_from(changed.as_second() - FIRST).unwrap_or_default(),
        now: changed,
        alarms,
        events: events(planned.as_ref().map(|planned| &planned.plan), &sessions, zone, ledger.today()),
    })
}

/// Identifies a person in event ids.
async fn token(db: &mut Connection, id: PersonId) -> Result<String> {
    let hash = secret::salted(db, "calendar event", &id.0.to_string()).await?;
    Ok(list::hex(&hash))
}

/// A person's weekly study times, and whether they want reminders of them.
async fn times(db: &mut Connection, id: PersonId) -> Result<(Vec<(Weekday, Time)>, bool)> {
    let (times, reminded) = reminders::times(db, id).await?;
    let weekdays = Weekday::Monday.cycle_forward().take(7);
    Ok((weekdays.filter_map(|weekday| Some((weekday, times.of(weekday)?.time()))).collect(), reminded))
}
