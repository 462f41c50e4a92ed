//! What a clock that was far ahead has left behind, once it is right again: instants that would keep jobs, texts and
//! students waiting for years.

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use super::sql;
use crate::store::Store;
use crate::{Result, papers, study, time, uptime};

/// A clock that goes back by more than that was wrong before. By less it is corrected now and then.
const FAR: SignedDuration = SignedDuration::from_hours(48);
/// By less than this, what was planned comes as good as in time.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// No digest is planned further ahead.
const PLANNED: SignedDuration = SignedDuration::from_hours(9 * 24);

/// If Cairn has lived in a far future before, brings back what it dated there: facts happened now, jobs are planned again,
/// and gaps of that time are forgotten.
pub async fn bring_back(store: &Store, now: Timestamp) -> Result<()> {
    let after = |time| time::after(now, time);
    let (far, planned) = (after(FAR), after(PLANNED));
    let last = uptime::last(&mut *store.read().await?).await?.unwrap_or(now);
    if last <= after(AHEAD) {
        let late = study::recover_late(store, now).await?;
        if late > 0 {
            warn!(late, "what was planned for students by a clock far ahead is planned again");
        }
        return Ok(());
    }
    let mut tx = store.write().await?;
    if last <= far {
        warn!("the clock was ahead and is set back; what comes next is planned again");
        study::plan_all_again(&mut tx, now).await?;
        // Else this is found again in each round until that instant.
        uptime::set(&mut tx, now).await?;
        return tx.commit().await;
    }
    warn!("the clock was far ahead and is set back; what was dated then is of now");
    sql::bring_back(&mut tx, now, far).await?;
    papers::subscriptions::plan_again(&mut tx, now, planned).await?;
    papers::archive::forget_to_come(&mut tx, now).await?;
    let had_gaps = uptime::forget_after(&mut tx, far).await?;
    study::bring_back(&mut tx, now, far, had_gaps).await?;
    tx.commit().await
}
