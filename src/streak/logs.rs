//! Minutes logged by hand, and undoing them (rule 3).

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::day_facts::Day;
use super::ledger::{FULL, Ledger, Live};
use super::refusal::Refusal;
use crate::Error;

/// The longest log, in minutes.
pub const MAX_LOG_MINUTES: i64 = 720;
/// How long after a day ends minutes can still be added (inclusive).
const FILL_IN: SignedDuration = SignedDuration::from_hours(48);
/// How long after it was made a log can be undone (inclusive).
const UNDO: SignedDuration = SignedDuration::from_hours(24);
/// The length in dates of the window in which late dates are counted.
const WINDOW: usize = 7;
/// The most dates with late logs in such a window.
const FILLED: usize = 2;

/// The day that minutes are logged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The running day.
    Today,
    /// The day before it.
    Yesterday,
    /// A date.
    On(Date),
}

impl When {
    /// The day that a person chose or typed.
    ///
    /// # Errors
    /// Refused if the text is not a day.
    pub fn read(typed: Option<&str>) -> crate::Result<Self> {
        let typed = typed.map(str::trim).unwrap_or_default();
        match typed.to_lowercase().as_str() {
            "" | "today" => Ok(Self::Today),
            "yesterday" => Ok(Self::Yesterday),
            _ => {
                let date = typed.parse().ok().filter(|_| typed.len() == "2026-11-21".len());
                date.map(Self::On).ok_or_else(|| {
                    Error::refused("That is no date; choose one of those offered, or write one like 2026-11-21.")
                })
            }
        }
    }
}

/// A log that is not undone and may still be undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Log {
    /// When it was made.
    at: Timestamp,
    /// The day it counts for.
    date: Date,
    /// Its minutes, 1–720.
    minutes: u16,
    /// Whether its day had already ended.
    late: bool,
}

/// A person's logs of the last 24 h that are not undone, the latest last.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Logs(Vec<Log>);

impl Logs {
    /// The days that can be logged for, the running day first.
    pub fn open_days(at: Timestamp, ledger: &Ledger) -> impl Iterator<Item = usize> {
        let (running, days) = (ledger.running(), (0..ledger.days().len()).rev());
        let in_time = move |index: &usize| *index == running || at.duration_since(ledger.end(*index)) <= FILL_IN;
        days.take_while(in_time).filter(move |&index| index == running || has_room(ledger, index))
    }

    /// Logs minutes on the running day or on `for_date`.
    ///
    /// # Errors
    /// Refused if the minutes, the date or the sum are out of bounds.
    pub fn log(
        &mut self,
        at: Timestamp,
        minutes: i64,
        for_date: Option<Date>,
        ledger: &mut Ledger,
        live: Live,
    ) -> Result<(), Refusal> {
        let minutes = u16::try_from(minutes).ok().filter(|_| (1..=MAX_LOG_MINUTES).contains(&minutes));
        let minutes = minutes.ok_or(Refusal::Minutes)?;
        let index = day(at, for_date, ledger)?;
        let late = index != ledger.running();
        if late && !has_room(ledger, index) {
            return Err(Refusal::Backfills);
        }
        // A running timer counts with its minutes so far. Later minutes are cut at 960, not refused.
        if ledger.minutes(index, live) + minutes > FULL {
            return Err(Refusal::FullDay);
        }
        self.enter(Log { at, date: ledger.date(index), minutes, late }, ledger.touch(index));
        Ok(())
    }

    fn enter(&mut self, log: Log, day: &mut Day) {
        day.logged += log.minutes;
        day.backfills += u16::from(log.late);
        // Forget logs that can no longer be undone. Logs are in time order.
        let old = self.0.partition_point(|standing| log.at.duration_since(standing.at) > UNDO);
        self.0.drain(..old);
        self.0.push(log);
    }

    /// The day and minutes of the log that [`Logs::undo`] would undo.
    pub fn latest(&self, at: Timestamp) -> Option<(Date, u16)> {
        let young = self.0.last().filter(|log| at.duration_since(log.at) <= UNDO);
        young.map(|log| (log.date, log.minutes))
    }

    /// Undoes the latest log. The one before it is then the latest.
    ///
    /// # Errors
    /// Refused if there is none, or if it is older than 24 h.
    pub fn undo(&mut self, at: Timestamp, ledger: &mut Ledger) -> Result<(), Refusal> {
        let young = self.0.pop_if(|log| at.duration_since(log.at) <= UNDO);
        let log = young.ok_or(Refusal::NothingToUndo)?;
        let index = ledger.index(log.date).ok_or(Refusal::NothingToUndo)?;
        let day = ledger.touch(index);
        day.logged -= log.minutes;
        day.backfills -= u16::from(log.late);
        Ok(())
    }
}

/// The day that a log counts for: the running day, or a day since joining that ended at most 48 h ago. (An empty day,
/// which travel may cause, ends when it begins.)
fn day(at: Timestamp, for_date: Option<Date>, ledger: &Ledger) -> Result<usize, Refusal> {
    let Some(date) = for_date else { return Ok(ledger.running()) };
    let index = ledger.index(date).ok_or(Refusal::Date)?;
    let in_time = index == ledger.running() || at.duration_since(ledger.end(index)) <= FILL_IN;
    in_time.then_some(index).ok_or(Refusal::Date)
}

/// Whether `index` may have late logs: no seven dates in a row may have more than two such dates. A second late log for
/// a date adds no date. Undone logs do not count.
fn has_room(ledger: &Ledger, index: usize) -> bool {
    let days = ledger.days();
    let filled = |at: usize| at == index || days.get(at).is_some_and(|day| day.backfills > 0);
    let starts = index.saturating_sub(WINDOW - 1)..=index;
    starts.into_iter().all(|start| (start..start + WINDOW).filter(|&at| filled(at)).count() <= FILLED)
}
