//! What has come due for students. Jobs read only people who have something due: one look into an index.

use jiff::{SignedDuration, Timestamp};
use tracing::error;

use super::{rounds, timer_checkin, voice};
use crate::people::PersonId;
use crate::store::{Connection, Store};
use crate::student::agenda::Due;
use crate::student::{Student, sql};
use crate::{Result, buddies, reminders, time};

/// How many are looked at in one transaction.
const BATCH_SIZE: i64 = 200;
/// When what has failed is looked at again.
const RETRY_AFTER_FAULT: SignedDuration = SignedDuration::from_mins(10);
/// Nothing is planned further ahead: a weekly time comes a week later where a zone leaves a date out.
const FURTHEST_PLAN: SignedDuration = SignedDuration::from_hours(18 * 24);

/// Looks at everything that is due at `now`, each exactly once, and returns how much that was. What is to be said is
/// in the outbox then.
pub async fn due(store: &Store, now: Timestamp) -> Result<usize> {
    let mut looked = 0;
    loop {
        let rows = sql::due(&mut *store.read().await?, now, BATCH_SIZE).await?;
        if rows.is_empty() {
            return Ok(looked + buddies::due(store, now).await?);
        }
        looked += rows.len();
        let mut tx = store.write().await?;
        let mut done = Ok(());
        for (id, what) in &rows {
            done = look(&mut tx, *id, what, now).await;
            if done.is_err() {
                break;
            }
        }
        match done {
            Ok(()) => tx.commit().await?,
            Err(_) => {
                // One that fails must not hold up the others.
                drop(tx);
                one_by_one(store, &rows, now).await?;
            }
        }
    }
}

/// Brings back what a clock far ahead has dated: what is dated after `far` happened now, and what comes next is planned
/// again for everybody. With `all`, every student is folded again.
pub async fn bring_back(db: &mut Connection, now: Timestamp, far: Timestamp, all: bool) -> Result<()> {
    sql::bring_back(db, now, far, all).await?;
    plan_all_again(db, now).await
}

/// Plans again what comes next for everybody: the clock was ahead when it was planned.
pub async fn plan_all_again(db: &mut Connection, now: Timestamp) -> Result<()> {
    buddies::bring_back(db, now).await?;
    for id in sql::awaited(db).await? {
        plan_again(db, id, now).await;
    }
    Ok(())
}

/// Plans again what is due later than anything can be planned: a clock that was ahead has left it there. Returns for how
/// many students.
pub async fn recover_late(store: &Store, now: Timestamp) -> Result<usize> {
    let beyond = time::after(now, FURTHEST_PLAN);
    let late = sql::due_after(&mut *store.read().await?, beyond).await?;
    let has_rounds = buddies::is_late(&mut *store.read().await?, now).await?;
    if late.is_empty() && !has_rounds {
        return Ok(0);
    }
    let mut tx = store.write().await?;
    buddies::bring_back(&mut tx, now).await?;
    for id in &late {
        plan_again(&mut tx, *id, now).await;
    }
    tx.commit().await?;
    Ok(late.len())
}

/// One student that cannot be read holds up no other.
async fn plan_again(db: &mut Connection, id: PersonId, now: Timestamp) {
    if let Err(cause) = try_plan_again(db, id, now).await {
        error!(person = id.0, "what comes next for a student could not be planned: {cause}");
    }
}

async fn try_plan_again(db: &mut Connection, id: PersonId, now: Timestamp) -> Result<()> {
    let Some(mut student) = Student::load(db, id).await? else { return Ok(()) };
    let at = student.instant(now);
    student.view(db, at).await?.save(db).await?;
    timer_checkin::plan(db, &student).await?;
    voice::plan_again(db, &student, at).await?;
    reminders::plan_again(db, &mut student, at).await
}

async fn one_by_one(store: &Store, rows: &[(PersonId, String)], now: Timestamp) -> Result<()> {
    for (id, what) in rows {
        let mut tx = store.write().await?;
        match look(&mut tx, *id, what, now).await {
            Ok(()) => tx.commit().await?,
            Err(cause) => {
                drop(tx);
                error!(person = id.0, what, "what was due for a student failed: {cause}");
                let mut tx = store.write().await?;
                sql::set_due(&mut tx, *id, what, Some(time::after(now, RETRY_AFTER_FAULT))).await?;
                tx.commit().await?;
            }
        }
    }
    Ok(())
}

/// Handles one thing that is due. Its row is gone afterwards or due later.
async fn look(db: &mut Connection, id: PersonId, what: &str, now: Timestamp) -> Result<()> {
    if !sql::take_due(db, id, what, now).await? {
        return Ok(()); // Another process was faster.
    }
    let (Some(mut student), Some(what)) = (Student::load(db, id).await?, Due::named(what)) else { return Ok(()) };
    let at = student.instant(now);
    match what {
        Due::Timer => {
            // Who has just left a voice channel is not asked whether they are still there.
            voice::settle(db, &mut student, at, true).await?;
            timer_checkin::look(db, &mut student, at).await
        }
        Due::Focus => rounds::look(db, &mut student, at).await,
        Due::Voice => voice::look(db, &mut student, at).await,
        Due::Reminder | Due::AtRisk | Due::Recap => reminders::process(db, &mut student, what, at).await,
    }
}
