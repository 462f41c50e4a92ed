//! Rounds of focus that count as timer minutes.

use jiff::Timestamp;

use super::{focus, operations, timer_checkin, voice};
use crate::people::{self, PersonId};
use crate::store::Connection;
use crate::streak::state::Act;
use crate::student::agenda::Due;
use crate::student::{Caller, Student, sql};
use crate::{Result, buddies};

/// What a round of focus does for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// Its minutes count.
    Counts,
    /// Their own timer runs, and goes on counting.
    RunsAlready,
    /// They do not study here.
    NotJoined,
}

/// Starts somebody's timer for a stretch of time, within the transaction that decides it. `channel` is where it speaks if
/// they take no direct messages.
pub async fn begin(
    db: &mut Connection,
    id: PersonId,
    channel: u64,
    (from, until): (Timestamp, Timestamp),
) -> Result<Focus> {
    let Some(mut student) = Student::load(db, id).await? else { return Ok(Focus::NotJoined) };
    let Some(caller) = caller(db, id, channel).await? else { return Ok(Focus::NotJoined) };
    let at = student.instant(from);
    // Who has just left a voice channel has no timer that goes on.
    voice::settle(db, &mut student, at, true).await?;
    focus::settle(db, &mut student, at).await?;
    timer_checkin::settle(db, &mut student, at).await?;
    student.view(db, at).await?.save(db).await?;
    if student.person.timer().is_some() {
        return Ok(Focus::RunsAlready);
    }
    // What they did meanwhile may be later than the whole stretch.
    if at >= until {
        return Ok(Focus::Counts);
    }
    operations::act_of(db, &mut student, &caller, Act::Start, at).await?;
    sql::set_focus(db, id, at, until).await?;
    sql::set_due(db, id, Due::Focus.name(), Some(until)).await?;
    Ok(Focus::Counts)
}

/// Stops somebody's timer before the end of its stretch, if it still runs.
pub async fn end(db: &mut Connection, id: PersonId, now: Timestamp) -> Result<()> {
    let Some(mut student) = Student::load(db, id).await? else { return Ok(()) };
    let at = student.instant(now);
    if let Some(focus) = sql::focus(db, id).await?.filter(|focus| focus.until() > at) {
        focus::forget(db, &student).await?;
        timer_checkin::settle(db, &mut student, at).await?;
        student.view(db, at).await?.save(db).await?;
        if focus::is_running(&student, focus.began()) {
            let nowhere = caller(db, id, 0).await?.map(|caller| Caller { channel: None, ..caller });
            if let Some(caller) = nowhere {
                operations::act_of(db, &mut student, &caller, Act::Stop, at).await?;
            }
        }
        return Ok(());
    }
    look(db, &mut student, at).await
}

/// A stretch has ended: its timer stops there.
pub async fn look(db: &mut Connection, student: &mut Student, at: Timestamp) -> Result<()> {
    focus::settle(db, student, at).await?;
    if let Some(focus) = sql::focus(db, student.id).await? {
        // It is another one by now.
        sql::set_due(db, student.id, Due::Focus.name(), Some(focus.until())).await?;
    }
    let viewed = student.view(db, at).await?;
    let status = viewed.status();
    viewed.save(db).await?;
    // What buddies are told is theirs; the student hears of it with what they do next.
    buddies::studied(db, student, &status, at).await.map(drop)
}

async fn caller(db: &mut Connection, id: PersonId, channel: u64) -> Result<Option<Caller>> {
    let person = people::get(db, id).await?;
    let identity = person.and_then(|person| person.identities().into_iter().next());
    Ok(identity.map(|identity| Caller { identity, guild: None, channel: Some(channel) }))
}
