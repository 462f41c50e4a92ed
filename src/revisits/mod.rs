//! Something to be seen again: a section of the wiki or a paper, on a date, once, in the manner of a person's reminders. One
//! need not study here to ask for it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::community::study_settings;
use crate::outbox::press::Thing;
use crate::outbox::{self, Fate};
use crate::people::{self, PersonId, optout};
use crate::reminders::{self, Reminders};
use crate::store::{Connection, Store};
use crate::student::{Caller, Student};
use crate::time::deadline;
use crate::time::zone::Zone;
use crate::{Error, Kind, Result};

mod due;
mod rules;
mod shown;
mod sql;

pub use due::{due, next_due, purge};
pub use rules::USUAL;
pub use shown::{address, meant};

/// The most that one person can wait for.
const MOST: usize = 50;

/// Something that somebody wants to see again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revisit {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub thing: Thing,
    /// What it was called when they asked. Text from outside.
    pub title: String,
    /// When it comes.
    pub comes: Comes,
}

/// When something comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// Then.
    At(Timestamp),
    /// It is on its way.
    Now,
    /// It did not reach them.
    Never,
}

/// Asks for something again, on the date that a text means.
///
/// # Errors
/// Refused for what is no date, for what is not there, for too many, and after an opt-out.
pub async fn remind(
    store: &Store,
    base: &str,
    caller: &Caller,
    thing: &Thing,
    when: &str,
    now: Timestamp,
) -> Result<Revisit> {
    let title = shown::shown(store, base, thing).await?.ok_or_else(gone)?.title;
    let mut tx = store.write().await?;
    let id = people::person(&mut tx, &caller.identity, now).await?;
    if optout::opted_out(&mut tx, &caller.identity).await? {
        return Err(Error::refused(
            "You asked Cairn never to write to you, and that is for ever; keep the link instead.",
        ));
    }
    let manner = Manner::of(&mut tx, id, caller.guild).await?;
    let date = deadline::read(when, manner.zone.date(now))?;
    let due = rules::due(date, &manner.zone, &manner.reminders.times, manner.reminders.quiet);
    let waiting = sql::of(&mut tx, id).await?;
    if waiting.len() >= MOST && !waiting.iter().any(|row| row.is(thing, date)) {
        return Err(Error::refused(format!(
            "You wait for {MOST} things already; /remind shows them, and takes away what you no longer need."
        )));
    }
    let guild = manner.guild;
    let row = sql::add(&mut tx, &sql::New { person: id, guild, thing, title: &title, date, due }).await?;
    tx.commit().await?;
    Ok(Revisit { id: row, thing: thing.clone(), title, comes: Comes::At(due) })
}

/// What somebody waits for, the first to come first.
pub async fn list(store: &Store, caller: &Caller) -> Result<Vec<Revisit>> {
    let mut db = store.read().await?;
    let Some(person) = people::find(&mut db, &caller.identity).await? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for row in sql::of(&mut db, person.id).await? {
        let comes = match row.due() {
            Some(at) => Comes::At(at),
            None => match outbox::fate(&mut db, &due::key(row.id)).await? {
                Some(Fate::Open) => Comes::Now,
                Some(Fate::Lost(_)) => Comes::Never,
                Some(Fate::Arrived | Fate::ArrivedOtherwise(_)) | None => continue,
            },
        };
        all.extend(row.read(comes));
    }
    Ok(all)
}

/// Takes something away before it comes, and returns what it was called.
///
/// # Errors
/// Refused for what is not theirs, and for what has come.
pub async fn cancel(store: &Store, caller: &Caller, id: i64) -> Result<String> {
    let mut tx = store.write().await?;
    let person = people::find(&mut tx, &caller.identity).await?;
    let title = match person {
        Some(person) => sql::cancel(&mut tx, person.id, id).await?,
        None => None,
    };
    // What waits to be sent is not sent; what is under way arrives.
    outbox::forget_text(&mut tx, &due::key(id)).await.map(drop)?;
    let title = title.ok_or_else(|| Error::of(Kind::NotFound, "That has come already, or was taken away before."))?;
    tx.commit().await?;
    Ok(title)
}

/// The dates that a typed text may mean, each with how it is shown, on the calendar of somebody.
pub async fn dates(store: &Store, caller: &Caller, typed: &str, now: Timestamp) -> Result<Vec<(String, Date)>> {
    let mut db = store.read().await?;
    let zone = match people::find(&mut db, &caller.identity).await? {
        Some(person) => Manner::of(&mut db, person.id, caller.guild).await?.zone,
        None => study_settings::of(&mut db, caller.guild).await?.zone_or_utc(),
    };
    Ok(rules::offered(typed, zone.date(now)))
}

/// How somebody is reminded.
struct Manner {
    zone: Zone,
    reminders: Reminders,
    /// The server whose study channel they may have chosen.
    guild: Option<u64>,
}

impl Manner {
    async fn of(db: &mut Connection, id: PersonId, guild: Option<u64>) -> Result<Self> {
        let reminders = reminders::manner(db, id).await?;
        Ok(match Student::load(db, id).await? {
            Some(student) => {
                let zone = student.person.schedule().zone().clone();
                Self { zone, reminders, guild: student.guild.or(guild) }
            }
            None => Self { zone: study_settings::of(db, guild).await?.zone_or_utc(), reminders, guild },
        })
    }
}

fn gone() -> Error {
    Error::of(Kind::NotFound, "That is not there any more; /wiki and /papers search find what there is.")
}
