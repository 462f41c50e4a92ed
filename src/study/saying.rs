//! What somebody studied, said or changed after the entry was made.

use crate::Result;
use crate::people;
use crate::store::{Connection, Store};
use crate::streak::subject::Subject;
use crate::student::{Caller, Student, joined, subjects as known};
use crate::{Error, Kind};

/// What an entry of theirs was about, if they said.
///
/// # Errors
/// Refused for an entry that is none of theirs or was taken back, and if they have not joined.
pub async fn described(store: &Store, caller: &Caller, entry: i64) -> Result<Option<Subject>> {
    let mut db = store.read().await?;
    let student = of(&mut db, caller, entry).await?;
    known::of(&mut db, student.id, entry).await
}

/// Says what an entry of theirs was about; with nothing, that it was about nothing in particular.
///
/// # Errors
/// As [`described`].
pub async fn describe(store: &Store, caller: &Caller, entry: i64, what: Option<&Subject>) -> Result<()> {
    let mut tx = store.write().await?;
    let student = of(&mut tx, caller, entry).await?;
    known::set(&mut tx, student.id, entry, what).await?;
    tx.commit().await
}

/// What they studied last and what begins like that, or has it within; nothing if they have not joined.
pub async fn subjects(store: &Store, caller: &Caller, typed: &str, most: usize) -> Result<Vec<Subject>> {
    let mut db = store.read().await?;
    let Some(person) = people::find(&mut db, &caller.identity).await? else { return Ok(Vec::new()) };
    let typed = typed.trim().to_lowercase();
    let mut last = known::last(&mut db, person.id, usize::MAX).await?;
    last.retain(|subject| subject.as_str().to_lowercase().contains(&typed));
    last.truncate(most);
    Ok(last)
}

async fn of(db: &mut Connection, caller: &Caller, entry: i64) -> Result<Student> {
    let student = joined(db, caller).await?;
    if known::has_entry(db, student.id, entry).await? {
        return Ok(student);
    }
    Err(Error::of(Kind::NotFound, "That entry was taken back, or it is not yours; /study why shows your last days."))
}
