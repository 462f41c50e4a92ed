//! Heat maps of people: built from their whole history, and shown only to people they allow.

mod canvas;
pub mod draw;
mod letters;
mod sql;

use jiff::Timestamp;

use crate::people::{self, Identity, PersonId};
use crate::store::{Connection, Store};
use crate::streak::ledger::{Ledger, Live};
use crate::student::{Caller, Student, joined};
use crate::{Error, Result};
use draw::{Day, Heatmap};

/// A person's heat map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The person's number.
    pub person: PersonId,
    /// The picture.
    pub map: Heatmap,
    /// Whether the members of their community may see it.
    pub shows: bool,
}

/// The caller's own heat map.
///
/// # Errors
/// Refused if the caller has not joined.
pub async fn heatmap(store: &Store, caller: &Caller, now: Timestamp) -> Result<Picture> {
    let mut db = store.read().await?;
    let student = joined(&mut db, caller).await?;
    picture(&mut db, student, now).await
}

/// The heat map of another person in the caller's community.
///
/// # Errors
/// Refused, with the same text, if the person has not joined, studies elsewhere or does not show it.
pub async fn heatmap_of(store: &Store, caller: &Caller, whom: &Identity, now: Timestamp) -> Result<Picture> {
    if *whom == caller.identity {
        return heatmap(store, caller, now).await;
    }
    let hidden = || {
        Error::refused(
            "There is no heat map of theirs to see; they decide that, with a button below their own /study heatmap.",
        )
    };
    let mut db = store.read().await?;
    let person = people::find(&mut db, whom).await?.ok_or_else(hidden)?;
    let student = Student::load(&mut db, person.id).await?.ok_or_else(hidden)?;
    let is_here = student.guild.is_some() && student.guild == caller.guild;
    if !is_here || !sql::shows(&mut db, student.id).await? {
        return Err(hidden());
    }
    picture(&mut db, student, now).await
}

/// Shows or hides the caller's heat map in their community.
///
/// # Errors
/// Refused if the caller has not joined.
pub async fn show(store: &Store, caller: &Caller, shows: bool) -> Result<()> {
    let mut tx = store.write().await?;
    let student = joined(&mut tx, caller).await?;
    sql::set_shows(&mut tx, student.id, shows).await?;
    tx.commit().await
}

/// Demands that this person is the caller.
///
/// # Errors
/// Refused if it is somebody else.
pub async fn must_be(store: &Store, caller: &Caller, number: PersonId) -> Result<()> {
    let found = people::find(&mut *store.read().await?, &caller.identity).await?;
    let is_theirs = found.is_some_and(|person| person.id == number);
    is_theirs.then_some(()).ok_or_else(|| Error::refused("A picture is taken back by the person who shared it."))
}

/// Rebuilds the whole history, because the stored state drops old days.
async fn picture(db: &mut Connection, mut student: Student, now: Timestamp) -> Result<Picture> {
    let at = student.instant(now);
    let view = student.view_with_full_history(db, at).await?;
    let (ledger, live) = (student.person.ledger(), student.person.live(at));
    let days = (0..ledger.days().len()).map(|index| day(ledger, index, live));
    let map = Heatmap::new(days, view.date, view.streak, view.best);
    Ok(Picture { person: student.id, map, shows: sql::shows(db, student.id).await? })
}

fn day(ledger: &Ledger, index: usize, live: Live) -> Day {
    let line = ledger.line(index, live);
    Day { date: line.date, minutes: line.minutes, commitment: ledger.days()[index].commitment, state: line.state }
}
