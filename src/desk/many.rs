//! Judges many verdicts at once: in one transaction, taken back together.

use jiff::Timestamp;

use super::judging::{Says, judgement, open_for, told};
use super::{UNDO, server, sql};
use crate::community::audit::{self, Act};
use crate::community::{Community, Moderator, Role};
use crate::store::Store;
use crate::{Error, Result};

/// The most verdicts that can be judged at once.
pub const MOST: usize = 200;

/// The result of judging many verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Many {
    /// How many were judged now.
    pub judged: usize,
    /// How many were skipped, because they were judged before or are gone.
    pub left: usize,
    /// The time of the judgements; [`undo`] finds them by it.
    pub at: Timestamp,
}

/// Stores the same judgement for many verdicts. Verdicts that are judged already are skipped and counted.
///
/// # Errors
/// Refused without verdicts, and with more than [`MOST`].
pub async fn judge(
    store: &Store,
    by: &Moderator,
    community: &Community,
    sources: &[String],
    says: Says,
    now: Timestamp,
) -> Result<Many> {
    by.must_be(Role::Editor, "judge verdicts")?;
    let guild = server(by, community)?;
    if sources.is_empty() || sources.len() > MOST {
        return Err(Error::refused(format!("Mark at least one verdict, and at most {MOST}.")));
    }
    let at = Timestamp::from_millisecond(now.as_millisecond()).map_err(anyhow::Error::new)?;
    let mut many = Many { judged: 0, left: 0, at };
    let mut tx = store.write().await?;
    for source in sources {
        let case = sql::case(&mut tx, guild, source).await?.map(|(_, case)| case);
        let Some(case) = case.filter(|case| case.judgement.is_none()) else {
            many.left += 1;
            continue;
        };
        let judgement = judgement(&case.verdict, says, by, at);
        sql::judge(&mut tx, community, source, &case.verdict, &judgement).await?;
        let detail = format!("{}: {}, one of many", told(&case.verdict), judgement.told());
        audit::note(&mut tx, by, Act::Judge, source, &detail, now).await?;
        many.judged += 1;
    }
    tx.commit().await?;
    Ok(many)
}

/// Takes back all judgements that a moderator made at an instant, within [`UNDO`]. Returns their number.
///
/// # Errors
/// Refused if it is too late, or if there are none.
pub async fn undo(
    store: &Store,
    by: &Moderator,
    community: &Community,
    at: Timestamp,
    now: Timestamp,
) -> Result<usize> {
    server(by, community)?;
    open_for(at, now)?;
    let mut tx = store.write().await?;
    let sources = sql::unjudge_many(&mut tx, community, by.actor(), at).await?;
    if sources.is_empty() {
        return Err(Error::refused("There is nothing to take back; nobody has judged these verdicts."));
    }
    for source in &sources {
        audit::note(&mut tx, by, Act::Judge, source, "taken back", now).await?;
    }
    tx.commit().await?;
    Ok(sources.len())
}

/// For how many more seconds a judgement can be taken back (pure).
pub fn left(at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(UNDO.as_secs() - now.duration_since(at).as_secs()).unwrap_or_default()
}
