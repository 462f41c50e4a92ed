//! The weekly ranking of a community, and its totals for five people or more.

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::community::study_settings;
use crate::store::{Connection, PersonId, Store};
use crate::streak::run::DayState;
use crate::student::{Caller, Student, joined, track};
use crate::time::zone::Zone;
use crate::triage::Track;
use crate::{Error, Result, buddies, time};
use rules::{Entry, GROUP, Ranking, Together};

mod rules;
mod sql;

/// Zones are up to 14 h ahead, so a week can begin this long before the community's week.
const EASTERNMOST_OFFSET: SignedDuration = SignedDuration::from_hours(14);
/// A running timer was started or confirmed within this time.
const LONGEST_RUNNING_TIMER: SignedDuration = SignedDuration::from_hours(6);

/// The ranking as one person sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct RankingView {
    /// The viewer.
    who: PersonId,
    /// Whether the viewer is in it.
    pub is_in: bool,
    /// Whether the viewer is at school. People at school have no ranking.
    pub at_school: bool,
    ranking: Option<Ranking>,
    together: Option<Together>,
}

impl fmt::Display for RankingView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.ranking {
            _ if self.at_school => f.write_str(
                "The ranking is not for people at school: nothing about you is shown in it, and nobody compares you.",
            )?,
            Some(ranking) => write!(f, "{}", ranking.seen_by(self.who))?,
            None => write!(
                f,
                "The ranking of this week begins when {GROUP} people of this server are in it and have timed some study."
            )?,
        }
        if !self.at_school {
            f.write_str(if self.is_in {
                "\nYou are in it. Timers count, up to 6 hours a day; it shows bands and no names."
            } else {
                "\nYou are not in it. People who join are counted in a band of hours, without a name; timers count, up to 6 \
                 hours a day."
            })?;
        }
        match self.together {
            Some(together) => write!(f, "\n\n{together}"),
            None => Ok(()),
        }
    }
}

/// This week's ranking in the caller's server.
///
/// # Errors
/// Refused outside a server, and if the caller has not joined study.
pub async fn rank(store: &Store, caller: &Caller, now: Timestamp) -> Result<RankingView> {
    let guild = guild(caller)?;
    let mut db = store.read().await?;
    let id = joined(&mut db, caller).await?.id;
    let monday = monday(&mut db, guild, now).await?;
    let mut entries = Vec::new();
    for who in sql::ranked(&mut db, guild).await? {
        let school = track::of(&mut db, who).await? == Some(Track::HighSchool);
        if !school && let Some(student) = Student::load(&mut db, who).await? {
            entries.push(Entry { who, days: timed(student, monday, now), opted_in: true, school: false });
        }
    }
    let together = together(&mut db, guild, monday, now).await?;
    let at_school = track::of(&mut db, id).await? == Some(Track::HighSchool);
    let is_in = sql::is_ranked(&mut db, id).await?;
    Ok(RankingView { who: id, is_in, at_school, ranking: Ranking::of(&entries), together })
}

/// Whether the caller has chosen a track.
///
/// # Errors
/// Refused if the caller has not joined study.
pub async fn has_track(store: &Store, caller: &Caller) -> Result<bool> {
    let mut db = store.read().await?;
    let id = joined(&mut db, caller).await?.id;
    Ok(track::of(&mut db, id).await?.is_some())
}

/// Joins the server's ranking. A given track is set first.
///
/// # Errors
/// Refused outside a server and without a track. People at school are not added.
pub async fn join(store: &Store, caller: &Caller, named: Option<Track>, now: Timestamp) -> Result<RankingView> {
    let guild = guild(caller)?;
    let mut tx = store.write().await?;
    let id = joined(&mut tx, caller).await?.id;
    if let Some(named) = named {
        buddies::set_track(&mut tx, id, named, now).await?;
    }
    match track::of(&mut tx, id).await? {
        // Keep that they are at school, so that they need not say it again.
        Some(Track::HighSchool) => {}
        Some(_) => sql::rank(&mut tx, id, guild).await?,
        None => return Err(Error::refused("Choose your guide first; /study rank asks for it.")),
    }
    tx.commit().await?;
    rank(store, caller, now).await
}

/// Leaves the ranking.
///
/// # Errors
/// Refused if the caller is in no ranking.
pub async fn leave(store: &Store, caller: &Caller) -> Result<&'static str> {
    let mut tx = store.write().await?;
    let id = joined(&mut tx, caller).await?.id;
    if !track::leave_ranking(&mut tx, id).await? {
        return Err(Error::refused("You are in no ranking; /study rank shows it."));
    }
    tx.commit().await?;
    Ok("You are not in the ranking any more. Your minutes and your streak stay as they are.")
}

fn guild(caller: &Caller) -> Result<u64> {
    caller.guild.ok_or_else(|| Error::refused("Do that in your server; direct messages have no ranking."))
}

/// The Monday of the community's week.
async fn monday(db: &mut Connection, guild: u64, now: Timestamp) -> Result<Date> {
    let zone = study_settings::of(db, Some(guild)).await?.zone_or_utc();
    Ok(time::monday(zone.date(now)))
}

/// The dates of the week that begins on a Monday.
fn week(monday: Date) -> [Date; 7] {
    std::array::from_fn(|n| {
        let days = i64::try_from(n).unwrap_or_default();
        time::days_after(monday, days)
    })
}

/// The timer minutes of each day in a week.
fn timed(mut student: Student, monday: Date, now: Timestamp) -> [u16; 7] {
    let at = student.instant(now);
    // Opens days that have begun since. Outages do not matter here.
    student.person.view(at, &crate::streak::outage::Outages::default());
    let (ledger, live) = (student.person.ledger(), student.person.live(at));
    week(monday).map(|date| {
        ledger.index(date).map_or(0, |index| ledger.days()[index].timed.saturating_add(ledger.share(index, live)))
    })
}

/// The community's totals for the week.
async fn together(db: &mut Connection, guild: u64, monday: Date, now: Timestamp) -> Result<Option<Together>> {
    let since = time::before(Zone::utc().first_reading(monday, 0), EASTERNMOST_OFFSET + LONGEST_RUNNING_TIMER);
    let mut weeks = Vec::new();
    for who in sql::active(db, guild, since).await? {
        let Some(mut student) = Student::load(db, who).await? else { continue };
        let at = student.instant(now);
        student.view(db, at).await?;
        let (ledger, live) = (student.person.ledger(), student.person.live(at));
        let lines =
            week(monday).into_iter().filter_map(|date| ledger.index(date)).map(|index| ledger.line(index, live));
        let lines: Vec<_> = lines.collect();
        let minutes = lines.iter().map(|line| u32::from(line.minutes)).sum::<u32>();
        let met = lines.iter().filter(|line| line.state == DayState::Met).count();
        weeks.extend((minutes > 0).then_some((minutes, met)));
    }
    Ok(Together::of(&weeks))
}
