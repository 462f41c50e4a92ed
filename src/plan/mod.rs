//! Plans of people: made, shown, marked, made again, dropped; each in one transaction.
//!
//! A plan is made again when it is shown or changed and something undone stands on a day that went by without study
//! or that is closed now. Of a day that was judged once, nothing is asked again: it is in the plan because somebody
//! studied on it.

pub mod from_guide;
pub mod planner;
pub mod render;
mod sql;
pub mod steps;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::people::PersonId;
use crate::store::{Connection, Store};
use crate::streak::run::SHOW_UP;
use crate::student::{Caller, Student, joined};
use crate::time::{deadline, format};
use crate::{Error, Kind, Result};
use planner::{Pace, Part, Plan, Shortfall};
use steps::Step;

/// What somebody wants to study, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Whose guide it is, by its slug.
    pub track: String,
    /// Hours a week.
    pub hours: i64,
    /// When they want to be done, as they wrote it.
    pub deadline: String,
}

/// A person's plan on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its number: of another plan, another one.
    pub number: i64,
    /// Whose guide it is, by its slug.
    pub track: String,
    /// The plan.
    pub plan: Plan,
    /// The running study day.
    pub today: Date,
    /// Whether days went by without study, so that it was just made again.
    pub again: bool,
    /// When it was changed last.
    pub changed: Timestamp,
    /// The person's commitment, in minutes a day.
    pub commitment: u16,
}

/// What came of the wish for a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It is made.
    New(Planned),
    /// Nothing was done: there is a plan, and the person must say that it may go. With it, the new deadline, and how
    /// the new plan misses it.
    Standing(Planned, Date, Option<Shortfall>),
}

impl Planned {
    /// Whether only one page is planned: a guide without the pages that it leads to.
    pub fn is_of_one_page(&self) -> bool {
        self.plan.steps.iter().all(|step| step.page == self.plan.steps[0].page)
    }

    /// The minutes of its days, if they are fewer than the commitment: who only follows the plan keeps no streak.
    pub fn too_short(&self) -> Option<u16> {
        Some(self.plan.pace.daily()).filter(|daily| *daily < self.commitment)
    }

    /// The day with something undone on it that is next, today included, or today's; with its steps.
    pub fn next(&self) -> Option<(Date, &[Part])> {
        let undone = |part: &Part| !self.plan.done.contains(&part.step);
        let is_next = |date: Date, parts: &[Part]| date == self.today || date > self.today && parts.iter().any(undone);
        let day = self.plan.days.iter().find(|day| is_next(day.date, &day.parts))?;
        Some((day.date, &day.parts))
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.again {
            write!(f, "What was left comes after the next seven days, which stay as they are.\n\n")?;
        }
        if let Some(daily) = self.too_short() {
            let (daily, commitment) = (format::minutes(daily), format::minutes(self.commitment));
            write!(f, "These days have about {daily}, fewer than the {commitment} that keep your streak.\n\n")?;
        }
        self.plan.shown(self.today).fmt(f)
    }
}

/// A plan as the database has it.
struct Kept {
    number: i64,
    track: String,
    plan: Plan,
    /// Of days before it is known whether they were missed.
    judged: Date,
    changed: Timestamp,
}

/// Makes a plan of these steps. One that is there is replaced only if `replace` says so.
///
/// # Errors
/// Refused if they have not joined, and for hours and dates that no plan can have.
pub async fn make(
    store: &Store,
    caller: &Caller,
    wanted: &Wanted,
    steps: Vec<Step>,
    replace: bool,
    now: Timestamp,
) -> Result<Made> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    let today = today_of(&mut tx, &mut student, now).await?;
    let deadline = deadline::read(&wanted.deadline, today)?;
    let leave = student.person.leave();
    let rest = u16::try_from(leave.rest().days().count()).unwrap_or_default();
    let pace = Pace::new(u16::try_from(wanted.hours).unwrap_or_default(), rest)?;
    let plan = Plan::new(steps, pace, (today, deadline), &|date| leave.is_open(date))?;
    plan.is_serious(today)?;
    if let Some(kept) = kept(&mut tx, student.id).await?.filter(|_| !replace) {
        return Ok(Made::Standing(shown(kept, &student, today, false), deadline, plan.shortfall()));
    }
    let number = sql::add(&mut tx, student.id, &wanted.track, &written(&plan)?, &today.to_string(), now).await?;
    tx.commit().await?;
    let kept = Kept { number, track: wanted.track.clone(), plan, judged: today, changed: now };
    Ok(Made::New(shown(kept, &student, today, false)))
}

/// A person's plan, made again if days went by without study. None if they have none.
///
/// # Errors
/// Refused if they have not joined.
pub async fn plan(store: &Store, caller: &Caller, now: Timestamp) -> Result<Option<Planned>> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    let planned = current(&mut tx, &mut student, now).await?;
    tx.commit().await?;
    Ok(planned)
}

/// Marks a step of a plan as done, or as not done after all.
///
/// # Errors
/// Refused if that is not the person's plan now.
pub async fn mark(
    store: &Store,
    caller: &Caller,
    number: i64,
    step: usize,
    done: bool,
    now: Timestamp,
) -> Result<Planned> {
    change(store, caller, number, now, |plan, _, _| {
        let mut plan = plan.clone();
        if step < plan.steps.len() && done {
            plan.done.insert(step);
        } else {
            plan.done.remove(&step);
        }
        plan
    })
    .await
}

/// Makes a plan again from what is left, after the next seven days.
///
/// # Errors
/// Refused if that is not the person's plan now.
pub async fn again(store: &Store, caller: &Caller, number: i64, now: Timestamp) -> Result<Planned> {
    // What was missed has been moved already; this closes the gaps that finished steps have left.
    change(store, caller, number, now, |plan, today, student| {
        plan.replanned(today, &|_| false, &|date| student.person.leave().is_open(date))
    })
    .await
}

/// Moves a plan's deadline to when it is done.
///
/// # Errors
/// Refused if that is not the person's plan now.
pub async fn later(store: &Store, caller: &Caller, number: i64, now: Timestamp) -> Result<Planned> {
    change(store, caller, number, now, |plan, _, _| plan.later()).await
}

/// Leaves out the steps that are not done by the deadline. That is another plan.
///
/// # Errors
/// Refused if that is not the person's plan now, or if nothing would be left.
pub async fn fewer(store: &Store, caller: &Caller, number: i64, now: Timestamp) -> Result<Planned> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    let mut planned = theirs(current(&mut tx, &mut student, now).await?, number)?;
    planned.plan = planned.plan.shorter();
    if planned.plan.steps.is_empty() {
        return Err(Error::refused("No section fits in before that date; choose a later one, or more hours a week."));
    }
    let (plan, today) = (written(&planned.plan)?, planned.today.to_string());
    planned.number = sql::add(&mut tx, student.id, &planned.track, &plan, &today, now).await?;
    tx.commit().await?;
    Ok(planned)
}

/// Adds steps to a plan, after those that it has. What it has already is not added again.
///
/// # Errors
/// Refused if that is not the person's plan now, or if there is nothing to add.
pub async fn extend(
    store: &Store,
    caller: &Caller,
    number: i64,
    steps: impl AsyncFnOnce(&str) -> Result<Vec<Step>>,
    now: Timestamp,
) -> Result<Planned> {
    let planned = theirs(plan(store, caller, now).await?, number)?;
    let mut more = steps(&planned.track).await?;
    more.retain(|new| planned.plan.steps.iter().all(|has| (&has.page, &has.heading) != (&new.page, &new.heading)));
    if more.is_empty() {
        return Err(Error::refused("Your plan has everything that this guide leads to already."));
    }
    change(store, caller, number, now, |plan, today, student| {
        plan.longer(more, today, &|date| student.person.leave().is_open(date))
    })
    .await
}

/// Drops a plan.
///
/// # Errors
/// Refused if that is not the person's plan now.
pub async fn drop(store: &Store, caller: &Caller, number: i64) -> Result<()> {
    let mut tx = store.write().await?;
    let student = joined(&mut tx, caller).await?;
    if kept(&mut tx, student.id).await?.is_none_or(|kept| kept.number != number) {
        return Err(other());
    }
    sql::drop(&mut tx, student.id).await?;
    tx.commit().await
}

/// Deadlines to offer for what somebody has typed, with their dates.
pub async fn deadlines(store: &Store, caller: &Caller, typed: &str, now: Timestamp) -> Result<Vec<(String, Date)>> {
    let mut db = store.read().await?;
    let today = match joined(&mut db, caller).await {
        Ok(mut student) => today_of(&mut db, &mut student, now).await?,
        // Who has not joined has no zone yet.
        Err(error) if error.kind() == Some(Kind::NotJoined) => now.to_zoned(jiff::tz::TimeZone::UTC).date(),
        Err(error) => return Err(error),
    };
    Ok(deadline::offered(typed, today))
}

async fn change(
    store: &Store,
    caller: &Caller,
    number: i64,
    now: Timestamp,
    work: impl FnOnce(&Plan, Date, &Student) -> Plan,
) -> Result<Planned> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    let mut planned = theirs(current(&mut tx, &mut student, now).await?, number)?;
    planned.plan = work(&planned.plan, planned.today, &student);
    sql::set(&mut tx, number, &written(&planned.plan)?, &planned.today.to_string(), now).await?;
    tx.commit().await?;
    Ok(planned)
}

fn theirs(planned: Option<Planned>, number: i64) -> Result<Planned> {
    planned.filter(|planned| planned.number == number).ok_or_else(other)
}

fn other() -> Error {
    Error::refused("That is not your plan as it stands; /study plan shows yours.")
}

/// A person's plan as it stands today; if that took making it again, it is written down so.
async fn current(db: &mut Connection, student: &mut Student, now: Timestamp) -> Result<Option<Planned>> {
    let Some(mut planned) = seen(db, student, now).await? else { return Ok(None) };
    if planned.again {
        planned.changed = now;
        sql::set(db, planned.number, &written(&planned.plan)?, &planned.today.to_string(), now).await?;
    }
    Ok(Some(planned))
}

/// A person's plan as it stands today, for who only looks: nothing is written.
pub async fn seen(db: &mut Connection, student: &mut Student, now: Timestamp) -> Result<Option<Planned>> {
    let today = today_of(db, student, now).await?;
    let Some(kept) = kept(db, student.id).await? else { return Ok(None) };
    let earliest = kept.plan.days.iter().map(|day| day.date).find(|date| *date >= kept.judged);
    // The stored ledger has let go of days long past.
    if earliest.is_some_and(|date| date < today && student.person.ledger().index(date).is_none()) {
        student.view_with_full_history(db, student.instant(now)).await?;
    }
    let (ledger, leave) = (student.person.ledger(), student.person.leave());
    let studied = |date| ledger.index(date).is_some_and(|index| ledger.minutes(index, None) >= SHOW_UP);
    let missed = |date: Date| date >= kept.judged && !studied(date);
    let is_open = |date| date == today || leave.is_open(date);
    let again = kept.plan.is_stale(today, &missed, &is_open);
    let plan = again.then(|| kept.plan.replanned(today, &missed, &is_open));
    let plan = plan.unwrap_or_else(|| kept.plan.clone());
    Ok(Some(shown(Kept { plan, ..kept }, student, today, again)))
}

fn shown(kept: Kept, student: &Student, today: Date, again: bool) -> Planned {
    let Kept { number, track, plan, changed, .. } = kept;
    Planned { number, track, plan, today, again, changed, commitment: student.person.commitment() }
}

async fn today_of(db: &mut Connection, student: &mut Student, now: Timestamp) -> Result<Date> {
    let at = student.instant(now);
    Ok(student.view(db, at).await?.into_view().date)
}

async fn kept(db: &mut Connection, id: PersonId) -> Result<Option<Kept>> {
    let Some(row) = sql::plan(db, id).await? else { return Ok(None) };
    Ok(Some(Kept {
        number: row.id,
        track: row.track,
        plan: serde_json::from_str(&row.plan).map_err(anyhow::Error::new)?,
        judged: row.judged.parse().map_err(anyhow::Error::new)?,
        changed: row.changed_at.0,
    }))
}

fn written(plan: &Plan) -> Result<String> {
    Ok(serde_json::to_string(plan).map_err(anyhow::Error::new)?)
}
