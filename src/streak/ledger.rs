//! The days of a person: the facts of each day, and the run folded over them.
//!
//! Each closed day stores the run after it. A new fact recomputes only from its own day on. So the ledger always equals
//! a fold from the start, and a fact of today costs the same after five years as on the first day.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::day;
use super::day_facts::Day;
use super::outage::Outages;
use super::run::{DayState, Run, SHOW_UP};
use crate::time;

/// The most minutes that a day counts (rules 3 and 4).
pub const FULL: u16 = 960;
/// The fewest dates that a trimmed ledger keeps. A view looks back the furthest; logs and the rule of seven dates need
/// fewer.
const DAYS_KEPT: usize = SHOW_UP_DATES + 2;
/// The dates among which show-up days are counted (rule 7).
const SHOW_UP_DATES: usize = 30;
/// The dates that a view shows (`days` in the output of `cairn study simulate`).
pub const SHOWN_DATES: usize = 14;

/// The unsettled time of a running timer: from, until. `None` if no timer runs.
pub type Live = Option<(Timestamp, Timestamp)>;

/// The days of a person, from joining to the running day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// The day of joining.
    joined: Date,
    /// The date of the first stored day.
    first: Date,
    /// The run before the first stored day.
    base: Run,
    /// One day per date, without gaps. The last is the running day. Never empty.
    days: Vec<Day>,
    /// When the running day ends, unless the schedule changes.
    end: Timestamp,
    /// The first day whose fold is out of date, at most the running one.
    dirty: usize,
    /// The number of the last outage in the fold.
    seen: usize,
}

/// What a person's ledger shows at an instant (`as_of` of `cairn study simulate`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// The date of the running day.
    pub date: Date,
    /// The minutes of the running day, 0–960.
    pub minutes: u16,
    /// Met days of the current run, including the running day.
    pub streak: u32,
    /// The longest run so far.
    pub best: u32,
    /// Freezes held, 0–2.
    pub freezes: u8,
    /// Days with at least 10 minutes among the last 30 dates, including the running day.
    pub show_up_30: usize,
    /// The last 14 dates since joining, oldest first, the running day last.
    pub days: Vec<Line>,
}

/// One day of a [`View`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The date.
    pub date: Date,
    /// Its state.
    pub state: DayState,
    /// Its minutes, 0–960.
    pub minutes: u16,
}

impl Ledger {
    /// The ledger of a person who joins on `date`.
    pub fn new(date: Date, day: Day, end: Timestamp) -> Self {
        Self { joined: date, first: date, base: Run::START, days: vec![day], end, dirty: 0, seen: 0 }
    }

    /// The day of joining.
    pub fn joined(&self) -> Date {
        self.joined
    }

    /// The index of the running day.
    pub fn running(&self) -> usize {
        self.days.len() - 1
    }

    /// The date of the running day.
    pub fn today(&self) -> Date {
        self.date(self.running())
    }

    /// The date of the day at `index`.
    pub fn date(&self, index: usize) -> Date {
        let days = i64::try_from(index).unwrap_or(i64::MAX);
        time::days_after(self.first, days)
    }

    /// The index of a date, if it has begun and is stored.
    pub fn index(&self, date: Date) -> Option<usize> {
        let days = date.duration_since(self.first).as_hours() / 24;
        usize::try_from(days).ok().filter(|&index| date >= self.first && index < self.days.len())
    }

    /// The stored days; the last is the running day.
    pub fn days(&self) -> &[Day] {
        &self.days
    }

    /// A day whose facts are about to change. The ledger will be recomputed from it.
    pub fn touch(&mut self, index: usize) -> &mut Day {
        self.dirty = self.dirty.min(index);
        &mut self.days[index]
    }

    /// When the day at `index` ends.
    pub fn end(&self, index: usize) -> Timestamp {
        self.days.get(index + 1).map_or(self.end, |next| next.begin)
    }

    /// Changes the end of the running day, after a change of zone or day start (rule 2).
    pub fn set_end(&mut self, end: Timestamp) {
        self.end = end;
    }

    /// Closes the running day and opens `day`, which ends at `end`.
    pub fn open(&mut self, day: Day, end: Timestamp) {
        let running = self.running();
        self.days[running].travel = day::is_travel(self.days[running].begin, self.end);
        self.days.push(day);
        self.end = end;
    }

    /// The minutes of a day: logs and timers, where each timer's share is rounded down. Only the sum is limited to 960
    /// (rule 4), so an undone log makes room again.
    pub fn minutes(&self, index: usize, live: Live) -> u16 {
        let day = &self.days[index];
        let settled = day.logged.saturating_add(day.timed);
        settled.saturating_add(self.share(index, live)).min(FULL)
    }

    /// The whole minutes of a period that fall into a day.
    pub fn share(&self, index: usize, time: Live) -> u16 {
        let Some((from, until)) = time else { return 0 };
        let overlap = until.min(self.end(index)).duration_since(from.max(self.days[index].begin));
        u16::try_from(overlap.as_mins().max(0)).unwrap_or(u16::MAX)
    }

    /// Adds a settled period of timer time to the days that it covers.
    pub fn credit(&mut self, from: Timestamp, until: Timestamp) {
        for index in self.at(from)..self.days.len() {
            let share = self.share(index, Some((from, until)));
            let day = self.touch(index);
            day.timed = day.timed.saturating_add(share);
        }
    }

    /// The index of the stored day at an instant, or of the first one for an earlier instant.
    pub fn at(&self, instant: Timestamp) -> usize {
        self.days.partition_point(|day| day.begin <= instant).saturating_sub(1)
    }

    /// Updates the fold: every closed day from the first that may have changed.
    pub fn fold(&mut self, outages: &Outages, live: Live) {
        let outage = outages.earliest_since(self.seen).map(|from| self.at(from));
        // A running timer is not settled, so its few days are folded each time.
        let unsettled = live.map(|(from, _)| self.at(from)).unwrap_or(self.running());
        let first = self.dirty.min(unsettled).min(outage.unwrap_or(self.dirty));
        let mut run = self.run_before(first);
        for index in first..self.running() {
            let state;
            (run, state) = self.close(index, run, outages, live);
            (self.days[index].run, self.days[index].state) = (run, state);
        }
        self.dirty = self.running().min(unsettled);
        self.seen = self.seen.max(outages.last());
    }

    /// The number of the last outage in the fold.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// The run before the day at `index`. Fold the ledger first.
    pub fn run_before(&self, index: usize) -> Run {
        index.checked_sub(1).map_or(self.base, |before| self.days[before].run)
    }

    /// The last stored day that ended or prevented a run, according to the last fold.
    pub fn last_break(&self) -> Option<Date> {
        let ended = |index: &usize| matches!(self.days[*index].state, DayState::ShownUp | DayState::Missed);
        (0..self.running()).rev().find(ended).map(|index| self.date(index))
    }

    /// The state of a closed day, and the run after it (rules 6–8).
    fn close(&self, index: usize, run: Run, outages: &Outages, live: Live) -> (Run, DayState) {
        let minutes = self.minutes(index, live);
        if minutes >= self.days[index].commitment {
            return (run.met(), DayState::Met);
        }
        run.unmet(minutes, self.cover(index, outages))
    }

    /// The first cover that applies to an unmet day (rule 6).
    fn cover(&self, index: usize, outages: &Outages) -> Option<DayState> {
        let day = &self.days[index];
        let away = || outages.cover(day.begin, self.end(index));
        match day {
            Day { paused: true, .. } => Some(DayState::Paused),
            Day { rest: true, .. } => Some(DayState::Rest),
            Day { sick: true, .. } => Some(DayState::Sick),
            _ if away() => Some(DayState::Outage),
            Day { excused: true, .. } => Some(DayState::Excused),
            Day { travel: true, .. } => Some(DayState::Travel),
            _ => None,
        }
    }

    /// The view of the ledger. Fold it first.
    pub fn view(&self, live: Live) -> View {
        let running = self.running();
        let minutes = self.minutes(running, live);
        let met = minutes >= self.days[running].commitment;
        let before = self.run_before(running);
        let run = if met { before.met() } else { before };
        View {
            date: self.today(),
            minutes,
            streak: run.streak,
            best: run.best,
            freezes: run.freezes,
            show_up_30: self.last(SHOW_UP_DATES).filter(|&day| self.minutes(day, live) >= SHOW_UP).count(),
            days: self.last(SHOWN_DATES).map(|day| self.line(day, live)).collect(),
        }
    }

    /// The indices of at most the last `count` days.
    fn last(&self, count: usize) -> std::ops::Range<usize> {
        self.days.len().saturating_sub(count)..self.days.len()
    }

    /// The line of the day at `index`. Fold the ledger first.
    pub fn line(&self, index: usize, live: Live) -> Line {
        let minutes = self.minutes(index, live);
        let state = match minutes >= self.days[index].commitment {
            _ if index < self.running() => self.days[index].state,
            true => DayState::Met,
            false => DayState::Open,
        };
        Line { date: self.date(index), state, minutes }
    }

    /// The run after the day at `index`. Fold the ledger first.
    pub fn run_after(&self, index: usize, live: Live) -> Run {
        match self.line(index, live).state {
            _ if index < self.running() => self.days[index].run,
            DayState::Met => self.run_before(index).met(),
            _ => self.run_before(index),
        }
    }

    /// Drops days that the rules no longer need. An excuse or an outage may still be recorded for them; then the caller
    /// must rebuild the ledger from all events. Fold it first. Amortised O(1).
    pub fn trim(&mut self) {
        let surplus = self.days.len().saturating_sub(DAYS_KEPT).min(self.dirty);
        if surplus >= DAYS_KEPT {
            self.base = self.run_before(surplus);
            self.first = self.date(surplus);
            self.days.drain(..surplus);
            self.dirty -= surplus;
        }
    }

    /// Whether an outage that is not in the fold began before the stored days.
    pub fn needs_refold(&self, outages: &Outages) -> bool {
        self.first > self.joined && outages.earliest_since(self.seen).is_some_and(|from| from < self.days[0].begin)
    }
}
