//! Moderators' judgements of verdicts, and triage's precision in their community: with a lower bound, and whether
//! that is enough to let it answer by itself.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use super::items::Judgement;
use super::{UNDO, server, sql};
use crate::community::audit::{self, Act};
use crate::community::{Community, Moderator, Role};
use crate::store::Store;
use crate::triage::measure::Share;
use crate::triage::{Action, Track, Verdict};
use crate::{Error, Kind, Result};

/// The number of judged answers, and the lower bound of their precision, that are required.
pub const DEMAND: Demand = Demand { answers: 100, bound: 0.95 };
/// How long judgements count.
const COUNTED: SignedDuration = SignedDuration::from_hours(365 * 24);

/// The requirements before triage may answer by itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Demand {
    /// The fewest judged answers.
    pub answers: usize,
    /// The least lower bound of the precision.
    pub bound: f64,
}

/// A moderator's judgement of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// It is right.
    Right,
    /// The text asks how to start, but the right track is this one.
    Track(Track),
    /// The text does not ask how to start.
    NotStarting,
}

impl Says {
    /// Reads the value of a form: `right`, a track's slug, or `other`.
    ///
    /// # Errors
    /// Refused if it is another value.
    pub fn read(text: &str) -> Result<Self> {
        match text {
            "right" => Ok(Self::Right),
            "other" => Ok(Self::NotStarting),
            slug => slug.parse().map(Self::Track).map_err(|_| {
                Error::refused("Say whether the verdict is right, which guide is, or that no newcomer asks here.")
            }),
        }
    }
}

impl Judgement {
    /// The judgement as text.
    pub fn told(&self) -> String {
        match (self.fits, self.track) {
            (true, Some(track)) => format!("right: {}", track.title()),
            (true, None) => "right".to_owned(),
            (false, Some(track)) => format!("the {} would have been right", track.title()),
            (false, None) => "no newcomer’s question".to_owned(),
        }
    }
}

/// Stores a moderator's judgement. If two moderators judge at once, the second one is refused, with the first one's
/// name.
///
/// # Errors
/// Refused if the verdict belongs to another community, is gone, or is judged already.
pub async fn judge(
    store: &Store,
    by: &Moderator,
    community: &Community,
    source: &str,
    says: Says,
    now: Timestamp,
) -> Result<Judgement> {
    by.must_be(Role::Editor, "judge verdicts")?;
    let guild = server(by, community)?;
    let mut tx = store.write().await?;
    let gone = || Error::refused("That verdict is no longer kept; look at the desk again.");
    let (_, case) = sql::case(&mut tx, guild, source).await?.ok_or_else(gone)?;
    if let Some(first) = case.judgement {
        let told = first.told();
        return Err(Error::of(
            Kind::Stale,
            if first.actor == by.actor() {
                format!("You have judged that already: {told}. Nothing was changed.")
            } else {
                format!("{} was faster and said: {told}. Nothing was changed.", first.actor)
            },
        ));
    }
    let judgement = judgement(&case.verdict, says, by, now);
    sql::judge(&mut tx, community, source, &case.verdict, &judgement).await?;
    let detail = format!("{}: {}", told(&case.verdict), judgement.told());
    audit::note(&mut tx, by, Act::Judge, source, &detail, now).await?;
    tx.commit().await?;
    Ok(judgement)
}

/// The judgement that follows from a moderator's input (pure).
pub(super) fn judgement(verdict: &Verdict, says: Says, by: &Moderator, at: Timestamp) -> Judgement {
    Judgement { fits: fits(verdict, says), track: right_track(verdict, says), actor: by.actor().to_owned(), at }
}

/// Refused if a judgement of `at` can no longer be taken back.
pub(super) fn open_for(at: Timestamp, now: Timestamp) -> Result<()> {
    if now.duration_since(at) <= UNDO {
        return Ok(());
    }
    Err(Error::refused(format!("That was more than {} seconds ago, so it counts.", UNDO.as_secs())))
}

/// Takes a judgement back, within [`UNDO`].
///
/// # Errors
/// Refused if it is another person's, if it is too late, or if there is none.
pub async fn undo(store: &Store, by: &Moderator, community: &Community, source: &str, now: Timestamp) -> Result<()> {
    let guild = server(by, community)?;
    let mut tx = store.write().await?;
    let case = sql::case(&mut tx, guild, source).await?.map(|(_, case)| case);
    let Some(judgement) = case.and_then(|case| case.judgement) else {
        return Err(Error::refused("There is nothing to take back; nobody has judged that verdict."));
    };
    if judgement.actor != by.actor() {
        let theirs = format!("{} said that, and only they can take it back.", judgement.actor);
        return Err(Error::of(Kind::Stale, theirs));
    }
    open_for(judgement.at, now)?;
    sql::unjudge(&mut tx, source).await?;
    audit::note(&mut tx, by, Act::Judge, source, "taken back", now).await?;
    tx.commit().await
}

/// The source of the verdict that a moderator judged last, if that can still be taken back.
///
/// # Errors
/// Refused to moderators of other communities.
pub async fn last(store: &Store, by: &Moderator, community: &Community, now: Timestamp) -> Result<Option<String>> {
    by.must_moderate(community)?;
    let since = now.saturating_sub(UNDO).unwrap_or(Timestamp::MIN);
    sql::last_judged(&mut *store.read().await?, community, by.actor(), since).await
}

/// The judgement of a verdict, and the author of the text; none if nobody has judged it.
///
/// # Errors
/// Refused to moderators of other communities.
pub async fn judged(
    store: &Store,
    by: &Moderator,
    community: &Community,
    source: &str,
) -> Result<Option<(String, Judgement)>> {
    let guild = server(by, community)?;
    let case = sql::case(&mut *store.read().await?, guild, source).await?;
    Ok(case.and_then(|(author, case)| Some((author, case.judgement?))))
}

/// Whether a verdict is right by a moderator's judgement (pure).
fn fits(verdict: &Verdict, says: Says) -> bool {
    match says {
        Says::Right => true,
        Says::NotStarting => verdict.action == Action::Silent,
        Says::Track(track) => verdict.action == Action::Answer && verdict.track == Some(track),
    }
}

fn right_track(verdict: &Verdict, says: Says) -> Option<Track> {
    match says {
        Says::Right => verdict.track.filter(|_| verdict.action == Action::Answer),
        Says::NotStarting => None,
        Says::Track(track) => Some(track),
    }
}

/// Triage's action, as text.
pub(super) fn told(verdict: &Verdict) -> String {
    match (verdict.action, verdict.track) {
        (Action::Answer, Some(track)) => track.title().to_owned(),
        (Action::Ask, _) => "asked back".to_owned(),
        _ => "silent".to_owned(),
    }
}

/// Triage's precision in a community, and whether it is enough.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Readiness {
    /// How many verdicts were judged.
    pub judged: usize,
    /// How many of the judged answers were right.
    pub answers: Share,
    /// The same for each track.
    pub tracks: Vec<(Track, Share)>,
    /// The requirements.
    pub demand: Demand,
    /// Why it is not ready; none if it is.
    pub because: Option<String>,
}

/// Why the right answers are not enough; none if they are (pure).
fn because(answers: &Share, demand: Demand) -> Option<String> {
    if answers.of < demand.answers {
        let more = demand.answers - answers.of;
        return Some(format!("{} of {} answers are judged; {more} more are needed.", answers.of, demand.answers));
    }
    // Rounded down, so that the shown bound is never too high.
    let percent = |share: f64| (share * 100.0).floor();
    (answers.low < demand.bound).then(|| {
        format!(
            "it was right in {} of {} answers. That shows at least {} %; {} % is asked.",
            answers.hits,
            answers.of,
            percent(answers.low),
            percent(demand.bound)
        )
    })
}

/// Triage's precision in a community, by its moderators' judgements of one year.
///
/// # Errors
/// Refused to moderators of other communities.
pub async fn readiness(store: &Store, by: &Moderator, community: &Community, now: Timestamp) -> Result<Readiness> {
    by.must_moderate(community)?;
    let since = now.saturating_sub(COUNTED).unwrap_or(Timestamp::MIN);
    let rows = sql::counts(&mut *store.read().await?, community, since).await?;
    let share = |wanted: &dyn Fn(&sql::Count) -> bool| {
        let found = rows.iter().filter(|row| wanted(row));
        let (hits, of) = found.fold((0, 0), |(hits, of), row| (hits + row.right, of + row.all));
        Share::new(hits, of)
    };
    let is_answer = |row: &sql::Count| row.action == "answer";
    let answers = share(&is_answer);
    let of_track = |track: Track| share(&|row| is_answer(row) && row.chosen == Some(track));
    let tracks = Track::ALL.into_iter().map(|track| (track, of_track(track))).filter(|(_, share)| share.of > 0);
    Ok(Readiness {
        judged: rows.iter().map(|row| row.all).sum(),
        answers,
        tracks: tracks.collect(),
        demand: DEMAND,
        because: because(&answers, DEMAND),
    })
}

/// Deletes judgements that no longer count.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget_judgements(&mut tx, now.saturating_sub(COUNTED).unwrap_or(Timestamp::MIN)).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ready_with_enough_judged_and_a_bound_that_holds() {
        let table = [
            (0, 0, Some("0 of 100 answers are judged; 100 more are needed.")),
            (46, 50, Some("50 of 100 answers are judged; 50 more are needed.")),
            (98, 100, Some("it was right in 98 of 100 answers. That shows at least 92 %; 95 % is asked.")),
            (100, 100, None),
            (99, 100, Some("it was right in 99 of 100 answers. That shows at least 94 %; 95 % is asked.")),
            (295, 300, None),
        ];
        for (hits, of, expected) in table {
            assert_eq!(because(&Share::new(hits, of), DEMAND).as_deref(), expected, "{hits} of {of}");
        }
    }
}
