//! Repairs what a clock far ahead has left behind once it is right again. Otherwise its instants would block jobs,
//! texts and students for years.

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use super::sql;
use crate::store::Store;
use crate::{Result, papers, study, time, uptime};

/// A larger step back means that the clock was wrong before. Smaller ones are ordinary corrections.
const FAR: SignedDuration = SignedDuration::from_hours(48);
/// A smaller step back delays planned work too little to matter.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// The furthest that a digest is planned ahead.
const PLANNED: SignedDuration = SignedDuration::from_hours(9 * 24);

/// If Cairn ran with a clock far ahead, repairs its dates: facts get the present instant, jobs are planned again, and
/// outages of that time are deleted.
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
        // Otherwise every round until that instant would repair again.
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
