//! What a clock that was far ahead has left behind, once it is right again: instants that would keep jobs, texts and
//! students waiting for years.

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use super::sql;
use crate::store::Store;
use crate::{Result, pulse, study};

/// A clock that goes back by more than that was wrong before. By less it is corrected now and then.
const FAR: SignedDuration = SignedDuration::from_hours(48);
/// The longest time for which anything is planned ahead as a rule, with some more.
const PLANNED: SignedDuration = SignedDuration::from_hours(15 * 24);

/// If Cairn has lived in a far future before, brings back what it dated there: facts happened now, jobs are planned again,
/// and gaps of that time are forgotten.
///
/// # Errors
/// A fault if the database fails. Nothing is changed then.
pub async fn bring_back(store: &Store, now: Timestamp) -> Result<()> {
    let after = |time| now.saturating_add(time).unwrap_or(Timestamp::MAX);
    let (far, planned) = (after(FAR), after(PLANNED));
    if pulse::last(&mut *store.read().await?).await?.is_none_or(|last| last <= far) {
        return Ok(());
    }
    warn!("the clock was far ahead and is set back; what was dated then is of now");
    let mut tx = store.write().await?;
    sql::bring_back(&mut tx, now, far, planned).await?;
    let had_gaps = pulse::forget_after(&mut tx, far).await?;
    study::bring_back(&mut tx, now, (far, planned), had_gaps).await?;
    tx.commit().await
}
