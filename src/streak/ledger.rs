//! The days of a person: the facts of each, and the run folded over them.
//!
//! Each closed day keeps the run as it stood after it. A new fact folds again from the day it touches, so the ledger
//! always equals a fold from the start, and a fact of today costs the same after five years as on the first day.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::day;
use super::day_facts::Day;
use super::outage::Outages;
use super::run::{DayState, Run, SHOW_UP};
use crate::time;

/// Minutes that a day holds at most (rules 3 and 4).
pub const FULL: u16 = 960;
/// Dates that a trimmed ledger keeps at least: as many as a view looks back on. Logs and the rule of seven dates
/// reach less far.
const DAYS_KEPT: usize = SHOW_UP_DATES + 2;
/// Dates among which show-up days are counted (rule 7).
const SHOW_UP_DATES: usize = 30;
/// Dates that a view shows (`days` of what `cairn study simulate` prints).
pub const SHOWN_DATES: usize = 14;

/// Time of a running timer that is not settled yet: from, until. Empty if none runs.
pub type Live = Option<(Timestamp, Timestamp)>;

/// The days of a person, from joining to the running one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// The day of joining.
    joined: Date,
    /// The date of the first day that is kept.
    first: Date,
    /// The run before it.
    base: Run,
    /// The days, one per date without a gap; the last is the running one. Never empty.
    days: Vec<Day>,
    /// When the running day ends, unless the schedule changes.
    end: Timestamp,
    /// The first day whose fold is out of date; at most the running one.
    dirty: usize,
    /// The number of the last outage that the fold has seen.
    seen: usize,
}

/// What a person's ledger shows at an instant (`as_of` of `cairn study simulate`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// The running study day.
    pub date: Date,
    /// Minutes of it, 0–960.
    pub minutes: u16,
    /// Met days of the current run, the running day included.
    pub streak: u32,
    /// The longest run so far.
    pub best: u32,
    /// Freezes held, 0–2.
    pub freezes: u8,
    /// Days with at least 10 minutes among the last 30 dates, the running one included.
    pub show_up_30: usize,
    /// The last 14 dates since joining, oldest first, the running day last.
    pub days: Vec<Line>,
}

/// One day of a [`View`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The date.
    pub date: Date,
    /// What the day is.
    pub state: DayState,
    /// Its minutes, 0–960.
    pub minutes: u16,
}

impl Ledger {
    /// The ledger of a person who joins on the day `date`.
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

    /// The index of a date, if it is kept and has begun.
    pub fn index(&self, date: Date) -> Option<usize> {
        let days = date.duration_since(self.first).as_hours() / 24;
        usize::try_from(days).ok().filter(|&index| date >= self.first && index < self.days.len())
    }

    /// The days that are kept; the last one runs.
    pub fn days(&self) -> &[Day] {
        &self.days
    }

    /// A day whose facts are about to change: the ledger is recomputed from it on.
    pub fn touch(&mut self, index: usize) -> &mut Day {
        self.dirty = self.dirty.min(index);
        &mut self.days[index]
    }

    /// When the day at `index` ends.
    pub fn end(&self, index: usize) -> Timestamp {
        self.days.get(index + 1).map_or(self.end, |next| next.begin)
    }

    /// The running day will end at another instant than was thought (rule 2).
    pub fn set_end(&mut self, end: Timestamp) {
        self.end = end;
    }

    /// Closes the running day and opens the next, `day`, which ends at `end`.
    pub fn open(&mut self, day: Day, end: Timestamp) {
        let running = self.running();
        self.days[running].travel = day::is_travel(self.days[running].begin, self.end);
        self.days.push(day);
        self.end = end;
    }

    /// Minutes of a day: logs and timers, each share of a timer rounded down. What would pass 960 is dropped
    /// (rule 4), but only from the sum: an undone log makes room again, as the fold is of standing facts.
    pub fn minutes(&self, index: usize, live: Live) -> u16 {
        let day = &self.days[index];
        let settled = day.logged.saturating_add(day.timed);
        settled.saturating_add(self.share(index, live)).min(FULL)
    }

    /// The whole minutes of a stretch of time that fall into a day.
    pub fn share(&self, index: usize, time: Live) -> u16 {
        let Some((from, until)) = time else { return 0 };
        let overlap = until.min(self.end(index)).duration_since(from.max(self.days[index].begin));
        u16::try_from(overlap.as_mins().max(0)).unwrap_or(u16::MAX)
    }

    /// Adds a settled stretch of timer time to the days it falls into.
    pub fn credit(&mut self, from: Timestamp, until: Timestamp) {
        for index in self.at(from)..self.days.len() {
            let share = self.share(index, Some((from, until)));
            let day = self.touch(index);
            day.timed = day.timed.saturating_add(share);
        }
    }

    /// The index of the kept day that ran at an instant; of the first if it ran before.
    pub fn at(&self, instant: Timestamp) -> usize {
        self.days.partition_point(|day| day.begin <= instant).saturating_sub(1)
    }

    /// Brings the fold up to date: every closed day from the first that may have changed.
    pub fn fold(&mut self, outages: &Outages, live: Live) {
        let outage = outages.earliest_since(self.seen).map(|from| self.at(from));
        // What a running timer adds is not settled, so its days are folded again each time; they are few.
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

    /// The number of the last outage that the fold has seen.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// The run before the day at `index`. The ledger must be folded.
    pub fn run_before(&self, index: usize) -> Run {
        index.checked_sub(1).map_or(self.base, |before| self.days[before].run)
    }

    /// The last of the kept days that ended or prevented a run, as they were folded last.
    pub fn last_break(&self) -> Option<Date> {
        let ended = |index: &usize| matches!(self.days[*index].state, DayState::ShownUp | DayState::Missed);
        (0..self.running()).rev().find(ended).map(|index| self.date(index))
    }

    /// What a closed day is, and the run after it (rules 6–8).
    fn close(&self, index: usize, run: Run, outages: &Outages, live: Live) -> (Run, DayState) {
        let minutes = self.minutes(index, live);
        if minutes >= self.days[index].commitment {
            return (run.met(), DayState::Met);
        }
        run.unmet(minutes, self.cover(index, outages))
    }

    /// What covers an unmet day, the first that applies (rule 6).
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

    /// What the ledger shows; it must be folded.
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

    /// The indices of the last `count` days, as many as there are.
    fn last(&self, count: usize) -> std::ops::Range<usize> {
        self.days.len().saturating_sub(count)..self.days.len()
    }

    /// What the day at `index` is. The ledger must be folded.
    pub fn line(&self, index: usize, live: Live) -> Line {
        let minutes = self.minutes(index, live);
        let state = match minutes >= self.days[index].commitment {
            _ if index < self.running() => self.days[index].state,
            true => DayState::Met,
            false => DayState::Open,
        };
        Line { date: self.date(index), state, minutes }
    }

    /// The run after the day at `index`. The ledger must be folded.
    pub fn run_after(&self, index: usize, live: Live) -> Run {
        match self.line(index, live).state {
            _ if index < self.running() => self.days[index].run,
            DayState::Met => self.run_before(index).met(),
            _ => self.run_before(index),
        }
    }

    /// Lets go of days that no rule asks for any more, except that an excuse or an outage may still be recorded for
    /// them: then the caller rebuilds it from all events. It must be folded. Amortised O(1).
    pub fn trim(&mut self) {
        let surplus = self.days.len().saturating_sub(DAYS_KEPT).min(self.dirty);
        if surplus >= DAYS_KEPT {
            self.base = self.run_before(surplus);
            self.first = self.date(surplus);
            self.days.drain(..surplus);
            self.dirty -= surplus;
        }
    }

    /// Whether an outage that the fold has not seen began before the days that are kept.
    pub fn needs_refold(&self, outages: &Outages) -> bool {
        self.first > self.joined && outages.earliest_since(self.seen).is_some_and(|from| from < self.days[0].begin)
    }
}
