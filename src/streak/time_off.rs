//! Days that need not be met: pauses, rest days and sick days (rule 9).

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::day::next;
use super::refusal::Refusal;

/// The longest pause, in days.
const LONGEST_PAUSE: i64 = 21;
/// The most paused dates in a calendar year.
const PAUSED_A_YEAR: usize = 45;
/// The most rest weekdays.
const MOST_REST: u32 = 2;
/// Days from a change of the rest weekdays until it applies.
pub const REST_AFTER: usize = 7;
/// The window in which sick days are counted: 90 dates up to the running one.
const SICK_DATES: SignedDuration = SignedDuration::from_hours(24 * 90);
/// The most sick days in this window.
const SICK_DAYS: usize = 2;

/// A set of 0–2 weekdays, as bits starting with Monday.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weekdays(u8);

impl Weekdays {
    /// The set of these weekdays.
    ///
    /// # Errors
    /// Refused if there are more than two, or one twice.
    pub fn new(weekdays: &[Weekday]) -> Result<Self, Refusal> {
        let bits = weekdays.iter().fold(0, |bits, weekday| bits | bit(*weekday));
        let different = u8::count_ones(bits);
        let fits = different <= MOST_REST && usize::try_from(different) == Ok(weekdays.len());
        fits.then_some(Self(bits)).ok_or(Refusal::Weekdays)
    }

    /// The weekdays in the set, starting with Monday.
    pub fn days(self) -> impl Iterator<Item = Weekday> {
        Weekday::Monday.cycle_forward().take(7).filter(move |weekday| self.0 & bit(*weekday) != 0)
    }

    fn contains(self, date: Date) -> bool {
        self.0 & bit(date.weekday()) != 0
    }
}

fn bit(weekday: Weekday) -> u8 {
    1 << weekday.to_monday_zero_offset()
}

/// A person's pauses, rest weekdays and sick days.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Leave {
    /// Paused dates: all in the future, and those of this calendar year, which are counted.
    paused: BTreeSet<Date>,
    /// The current rest weekdays.
    rest: Weekdays,
    /// Future changes with their first dates, earliest first, at most one per date.
    coming: Vec<(Date, Weekdays)>,
    /// The sick days of the last 90 dates.
    sick: Vec<Date>,
}

impl Leave {
    /// Pauses the `days` dates after the running one.
    ///
    /// # Errors
    /// Refused unless 1–21, if one of the dates is already paused, or if a calendar year would have more than 45 paused
    /// dates. Resumed dates do not count.
    pub fn pause(&mut self, running: Date, days: i64) -> Result<(), Refusal> {
        let days = usize::try_from(days).ok().filter(|_| (1..=LONGEST_PAUSE).contains(&days)).ok_or(Refusal::Pause)?;
        let dates: Vec<Date> = after(running).take(days).collect();
        if dates.iter().any(|date| self.paused.contains(date)) {
            return Err(Refusal::PausedAlready);
        }
        // A pause over New Year counts each date in its own year.
        let in_year = |year| self.paused.iter().chain(&dates).filter(|date| date.year() == year).count();
        if dates.iter().any(|date| in_year(date.year()) > PAUSED_A_YEAR) {
            return Err(Refusal::PausedEnough);
        }
        self.paused.retain(|date| date.year() >= running.year());
        self.paused.extend(dates);
        Ok(())
    }

    /// Resumes the running day and all later dates.
    ///
    /// # Errors
    /// Refused if none of them is paused.
    pub fn resume(&mut self, running: Date) -> Result<(), Refusal> {
        let resumed = self.paused.split_off(&running);
        if resumed.is_empty() { Err(Refusal::NotPaused) } else { Ok(()) }
    }

    /// Changes the rest weekdays from the running date + 7 on. Of several changes on one date, the last applies. Dates
    /// only grow, so the list stays sorted.
    pub fn set_rest(&mut self, running: Date, rest: Weekdays) {
        let Some(date) = after(running).nth(REST_AFTER - 1) else { return };
        self.coming.pop_if(|coming| coming.0 == date);
        self.coming.push((date, rest));
    }

    /// Marks the running day as a sick day.
    ///
    /// # Errors
    /// Refused if it already is one, or if 2 of the 90 dates up to it are.
    pub fn fall_sick(&mut self, running: Date) -> Result<(), Refusal> {
        if self.sick.contains(&running) {
            return Err(Refusal::SickAlready);
        }
        let recent = |sick: &Date| running.duration_since(*sick) < SICK_DATES;
        if self.sick.iter().filter(|sick| recent(sick)).count() >= SICK_DAYS {
            return Err(Refusal::SickEnough);
        }
        self.sick.retain(recent);
        self.sick.push(running);
        Ok(())
    }

    /// The paused dates at or after a date, earliest first.
    pub fn paused_from(&self, date: Date) -> impl Iterator<Item = Date> {
        self.paused.range(date..).copied()
    }

    /// Whether a future date is neither paused nor a rest day.
    pub fn is_open(&self, date: Date) -> bool {
        let rest = self.coming.iter().rev().find(|coming| coming.0 <= date).map_or(self.rest, |coming| coming.1);
        !self.paused.contains(&date) && !rest.contains(date)
    }

    /// The most recently chosen rest weekdays.
    pub fn rest(&self) -> Weekdays {
        self.coming.last().map_or(self.rest, |coming| coming.1)
    }

    /// The current rest weekdays, and the next ones with their first date.
    pub fn rest_days(&self) -> (Weekdays, Option<(Date, Weekdays)>) {
        (self.rest, self.coming.last().copied().filter(|coming| coming.1 != self.rest))
    }

    /// Whether a date that begins is paused, and whether it is a rest day. Call it for each date in order.
    pub fn begin(&mut self, date: Date) -> (bool, bool) {
        let come = self.coming.iter().take_while(|coming| coming.0 <= date).count();
        if let Some((_, rest)) = self.coming.drain(..come).next_back() {
            self.rest = rest;
        }
        (self.paused.contains(&date), self.rest.contains(date))
    }
}

/// All dates after a date.
fn after(date: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(date), |date| Some(next(*date))).skip(1).take_while(move |later| *later > date)
}
