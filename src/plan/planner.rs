//! A dated study plan: which section on which day, so that all are read by the date the person named.
//!
//! A plan is made once and stored. When days went by without study, it is made again from what is left; the next seven
//! days stay as they are, because people have arranged themselves with them.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::steps::Step;
use crate::streak::day::next;
use crate::time::{self, format};

/// Hours a week that can be planned.
pub const HOURS: std::ops::RangeInclusive<u16> = 1..=60;
/// Dates that a re-made plan does not touch, today included.
pub const SETTLED: i64 = 7;
/// A section is cut in two only if both parts have this many minutes.
const LEAST_PART: u16 = 5;
/// And this many, unless minutes would be lost otherwise, or the day would stay empty.
const GOOD_PART: u16 = 10;
/// No plan reaches further than three years, in dates.
const LONGEST_PLAN_DATES: usize = 3 * 366;

/// How much time there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Hours a week, 1–60.
    pub hours: u16,
    /// Days of a week that are not rested on, 1–7.
    pub days: u16,
}

/// What is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What is to be studied, in this order.
    pub steps: Vec<Step>,
    /// How much time there is.
    pub pace: Pace,
    /// When the person wants to be done.
    pub deadline: Date,
    /// The days with something on them, in order, past ones included.
    pub days: Vec<Day>,
    /// The steps that the person has marked as done.
    #[serde(default)]
    pub done: BTreeSet<usize>,
}

/// What is planned for a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// The date.
    pub date: Date,
    /// What to study, in order.
    pub parts: Vec<Part>,
}

/// A step, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its index among the steps.
    pub step: usize,
    /// Minutes of it.
    pub minutes: u16,
}

/// A plan that takes longer than the person wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortfall {
    /// When it would be done; none if not within three years.
    pub done: Option<Date>,
    /// How many of the steps are done by the deadline.
    pub fitting: usize,
}

impl Pace {
    /// So many hours a week, on all days but `rest` ones.
    ///
    /// # Errors
    /// Refused unless 1–60 hours.
    pub fn new(hours: u16, rest: u16) -> crate::Result<Self> {
        if !HOURS.contains(&hours) {
            return Err(crate::Error::refused("A plan has 1 to 60 hours a week; choose a number in between."));
        }
        Ok(Self { hours, days: 7_u16.saturating_sub(rest).max(1) })
    }

    /// Minutes of one day, on average.
    pub fn daily(self) -> u16 {
        (self.hours * 60).div_ceil(self.days)
    }

    /// The most minutes of one day: a quarter more, for what days before it had no use for.
    pub fn most(self) -> u16 {
        self.daily() + self.daily() / 4
    }

    /// How many unused minutes are kept for later days: half a day's, and no more than a twelfth of a week's.
    fn kept(self) -> u16 {
        (self.daily() / 2).min(self.hours * 60 / 12)
    }
}

impl Day {
    /// Its minutes.
    pub fn minutes(&self) -> u16 {
        self.parts.iter().map(|part| part.minutes).sum()
    }
}

impl Plan {
    /// A plan from `today` on. `is_open` says of a date whether it may be studied on: no rest, no pause.
    ///
    /// # Errors
    /// Refused if the deadline is not after today, or if there is nothing to study.
    pub fn new(
        steps: Vec<Step>,
        pace: Pace,
        (today, deadline): (Date, Date),
        is_open: &dyn Fn(Date) -> bool,
    ) -> crate::Result<Self> {
        if deadline <= today {
            return Err(crate::Error::refused("A plan needs a date to come; choose one after today."));
        }
        if steps.is_empty() {
            return Err(crate::Error::refused("There is nothing to plan in that guide yet; choose another one."));
        }
        let todo = steps.iter().enumerate().map(|(step, it)| (step, it.minutes)).collect();
        let days = spread(todo, pace, today, is_open);
        Ok(Self { steps, pace, deadline, days, done: BTreeSet::new() })
    }

    /// Whether something undone stands on a day that went by without study, or that is closed now.
    pub fn is_stale(&self, today: Date, missed: &dyn Fn(Date) -> bool, is_open: &dyn Fn(Date) -> bool) -> bool {
        let fails = |date: Date| if date < today { missed(date) } else { !is_open(date) };
        let undone = |day: &Day| day.parts.iter().any(|part| !self.done.contains(&part.step));
        self.days.iter().any(|day| fails(day.date) && undone(day))
    }

    /// The same plan after some of its days went by without study: `missed`. What was on them comes back after the
    /// next seven days, which stay as they are but for dates that are closed now.
    #[must_use]
    pub fn replanned(&self, today: Date, missed: &dyn Fn(Date) -> bool, is_open: &dyn Fn(Date) -> bool) -> Self {
        let settled = time::days_after(today, SETTLED);
        let keeps = |day: &&Day| match day.date {
            past if past < today => !missed(past),
            date => date < settled && is_open(date),
        };
        let (mut days, moved): (Vec<&Day>, Vec<&Day>) = self.days.iter().partition(keeps);
        let mut todo = BTreeMap::new();
        for part in moved.into_iter().flat_map(|day| &day.parts).filter(|part| !self.done.contains(&part.step)) {
            *todo.entry(part.step).or_default() += part.minutes;
        }
        let again = spread(todo, self.pace, settled, is_open);
        days.extend(&again);
        Self { days: days.into_iter().cloned().collect(), ..self.clone() }
    }

    /// The same plan with more steps, after those that it has.
    #[must_use]
    pub fn longer(&self, more: Vec<Step>, today: Date, is_open: &dyn Fn(Date) -> bool) -> Self {
        let todo = (self.steps.len()..).zip(&more).map(|(step, it)| (step, it.minutes)).collect();
        let first = self.days.last().map_or(today, |day| next(day.date)).max(today);
        let days = self.days.iter().cloned().chain(spread(todo, self.pace, first, is_open)).collect();
        Self { steps: self.steps.iter().cloned().chain(more).collect(), days, ..self.clone() }
    }

    /// What is planned for a date.
    pub fn on(&self, date: Date) -> Option<&Day> {
        self.days.iter().find(|day| day.date == date)
    }

    /// The first step that is neither done nor planned for days before `today` alone.
    pub fn ahead(&self, today: Date) -> Option<&Step> {
        let parts = self.days.iter().filter(|day| day.date >= today).flat_map(|day| &day.parts);
        let step = parts.map(|part| part.step).find(|step| !self.done.contains(step))?;
        self.steps.get(step)
    }

    /// How many steps are behind the person: marked as done, or planned for days before `today`.
    pub fn behind(&self, today: Date) -> usize {
        today.yesterday().map_or(self.done.len(), |yesterday| self.whole(yesterday))
    }

    /// When the last step is done; none if not all of them found a place.
    pub fn done(&self) -> Option<Date> {
        let is_undone = |day: &&Day| day.parts.iter().any(|part| !self.done.contains(&part.step));
        let last = self.days.iter().rfind(is_undone).or(self.days.last());
        (self.whole(Date::MAX) == self.steps.len()).then_some(last?.date)
    }

    /// Whether the time does not suffice for the deadline.
    pub fn shortfall(&self) -> Option<Shortfall> {
        let done = self.done();
        let is_late = done.is_none_or(|done| done > self.deadline);
        is_late.then(|| Shortfall { done, fitting: self.whole(self.deadline) })
    }

    /// Hours are hours a week, so a plan for less than a week must fit as it is: nobody can study for weeks by tomorrow.
    ///
    /// # Errors
    /// Refused, with the dates that would do, if it does not fit.
    pub fn is_serious(&self, today: Date) -> crate::Result<()> {
        let soon = time::days_after(today, SETTLED);
        let Some(shortfall) = self.shortfall().filter(|_| self.deadline < soon) else { return Ok(()) };
        let (hours, all, deadline) = (self.pace.hours, self.steps.len(), format::date(self.deadline));
        let enough =
            shortfall.done.map_or_else(String::new, |done| format!("; all are done by {}", format::date(done)));
        Err(crate::Error::refused(format!(
            "Until {deadline}, {} of {all} sections fit in at {hours} h a week{enough}. Choose a date at least a week \
             from now.",
            shortfall.fitting
        )))
    }

    /// One way out: the deadline moves to when the plan is done.
    #[must_use]
    pub fn later(&self) -> Self {
        Self { deadline: self.done().map_or(self.deadline, |done| done.max(self.deadline)), ..self.clone() }
    }

    /// The other way out: only the steps that are done by the deadline.
    #[must_use]
    pub fn shorter(&self) -> Self {
        let planned = self.planned(self.deadline);
        let kept: Vec<usize> = (0..self.steps.len()).filter(|&step| self.is_whole(step, &planned)).collect();
        let mut days = self.days.clone();
        for day in &mut days {
            day.parts.retain_mut(|part| kept.binary_search(&part.step).map(|index| part.step = index).is_ok());
        }
        days.retain(|day| !day.parts.is_empty());
        let done = self.done.iter().filter_map(|step| kept.binary_search(step).ok()).collect();
        let steps = kept.into_iter().map(|step| self.steps[step].clone()).collect();
        Self { steps, days, done, ..self.clone() }
    }
    /// Minutes of each step that are planned up to a date.
    fn planned(&self, until: Date) -> Vec<u16> {
        let mut planned = vec![0; self.steps.len()];
        for part in self.days.iter().filter(|day| day.date <= until).flat_map(|day| &day.parts) {
            planned[part.step] += part.minutes;
        }
        planned
    }

    /// How many steps are done by a date.
    fn whole(&self, until: Date) -> usize {
        let planned = self.planned(until);
        (0..self.steps.len()).filter(|&step| self.is_whole(step, &planned)).count()
    }

    /// Whether a step is marked as done, or all its minutes are among the planned ones.
    fn is_whole(&self, step: usize, planned: &[u16]) -> bool {
        self.done.contains(&step) || planned[step] >= self.steps[step].minutes
    }
}

/// Lays minutes of steps on the open dates from `first` on, in their order. What a day has no use for is kept for the
/// next ones, so that weeks use their hours though sections are seldom cut.
fn spread(todo: BTreeMap<usize, u16>, pace: Pace, first: Date, is_open: &dyn Fn(Date) -> bool) -> Vec<Day> {
    let mut todo = todo.into_iter().filter(|step| step.1 > 0).collect();
    let mut kept = 0;
    let mut days = Vec::new();
    let dates = std::iter::successors(Some(first), |date| Some(next(*date)).filter(|later| later > date));
    for date in dates.take(LONGEST_PLAN_DATES).filter(|date| is_open(*date)) {
        let given = kept + pace.daily();
        let day = Day { date, parts: fill(&mut todo, given, pace) };
        if day.parts.is_empty() {
            break;
        }
        kept = given.saturating_sub(day.minutes()).min(pace.kept());
        days.push(day);
    }
    days
}

/// Takes from the front of `todo` what goes into a day of `given` minutes.
fn fill(todo: &mut VecDeque<(usize, u16)>, given: u16, pace: Pace) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut room, mut unused) = (given.min(pace.most()), given);
    while let Some((step, rest)) = todo.front_mut() {
        let minutes = share(*rest, room, parts.is_empty(), unused > pace.kept());
        if minutes == 0 {
            break;
        }
        parts.push(Part { step: *step, minutes });
        (room, unused, *rest) = (room - minutes, unused - minutes, *rest - minutes);
        if *rest == 0 {
            todo.pop_front();
        }
    }
    parts
}

/// How much of a step of `rest` minutes goes into `room` minutes: all, a part, or none if the part or what remains
/// would be too short to be worth a day. On an empty day there is always something. If minutes would be `lost`, shorter
/// parts are worth it.
fn share(rest: u16, room: u16, is_empty: bool, lost: bool) -> u16 {
    let cut = |least: u16| Some(room.min(rest.saturating_sub(least))).filter(|part| *part >= least);
    if rest <= room {
        return rest;
    }
    let short = || cut(LEAST_PART).filter(|_| is_empty || lost);
    cut(GOOD_PART).or_else(short).unwrap_or(if is_empty { room } else { 0 })
}
