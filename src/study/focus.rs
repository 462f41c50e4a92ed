//! A timer for a stretch of time that is known beforehand: it stops at its end, whatever happens to the program meanwhile.

use jiff::Timestamp;
use tracing::warn;

use super::timer_checkin;
use crate::Result;
use crate::store::Connection;
use crate::streak::state::Act;
use crate::streak::timer::Timer;
use crate::student::agenda::Due;
use crate::student::{Student, sql};

/// Stops a student's timer at the end of its stretch, if that has come. The caller saves what follows from that.
pub async fn settle(db: &mut Connection, student: &mut Student, at: Timestamp) -> Result<()> {
    let Some(focus) = sql::focus(db, student.id).await?.filter(|focus| focus.until() <= at) else { return Ok(()) };
    forget(db, student).await?;
    if !is_running(student, focus.began()) {
        return Ok(()); // They stopped it themselves.
    }
    let end = student.instant(focus.until());
    if let Err(refusal) = student.act(db, end, &Act::Stop, 0).await? {
        warn!(person = student.id.0, ?refusal, "a timer that runs could not be stopped");
    }
    timer_checkin::plan(db, student).await
}

/// Whether the timer that was started then is running.
pub fn is_running(student: &Student, began: Timestamp) -> bool {
    student.person.timer().map(Timer::started) == Some(began)
}

/// The timer has no end known beforehand any more.
pub async fn forget(db: &mut Connection, student: &Student) -> Result<()> {
    sql::end_focus(db, student.id).await?;
    sql::set_due(db, student.id, Due::Focus.name(), None).await
}
