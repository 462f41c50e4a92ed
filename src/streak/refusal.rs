//! The refusals of the rules, with texts for people.

use std::fmt;

use crate::{Error, Kind};

/// Why an event was refused. A refused event changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A value has the wrong form, for example a number that is not whole.
    Value,
    /// There is no such IANA zone (rule 1).
    Zone,
    /// The hour at which days start is not 0–6 (rule 1).
    DayStart,
    /// The last change of zone or day start is less than 7 × 24 h ago (rule 2).
    TooSoon,
    /// The zone or day start is already the same (rule 2).
    NoChange,
    /// A log outside 1–720 minutes (rule 3).
    Minutes,
    /// A day in the future, before joining, or that ended more than 48 h ago (rule 3).
    Date,
    /// More than two dates with late logs in seven (rule 3).
    Backfills,
    /// The day would have more than 960 minutes (rule 3).
    FullDay,
    /// No log of the last 24 h is left to undo (rule 3).
    NothingToUndo,
    /// A timer runs already (rule 4).
    TimerRuns,
    /// No timer runs (rule 4).
    NoTimer,
    /// The timer has no open question (rule 4).
    NoQuestion,
    /// A commitment outside 15–960 minutes, or below the community's minimum (rule 5).
    Commitment,
    /// A pause outside 1–21 days (rule 9).
    Pause,
    /// A date of the pause is already paused (rule 9).
    PausedAlready,
    /// More than 45 paused dates in a calendar year (rule 9).
    PausedEnough,
    /// Neither today nor any later date is paused (rule 9).
    NotPaused,
    /// More than two weekdays, or one twice (rule 9).
    Weekdays,
    /// Today is already a sick day (rule 9).
    SickAlready,
    /// Two sick days are already in the last 90 dates (rule 9).
    SickEnough,
    /// An excuse for a date before joining or after today (rule 9).
    Excuse,
    /// An excuse for a date whose facts are no longer stored. It is granted after a rebuild from all events.
    Forgotten,
    /// An outage shorter than 5 min, or one that has not ended (rule 10).
    Outage,
    /// They have not joined (rule 11).
    NotJoined,
    /// They have joined before (rule 11).
    Joined,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "That value cannot be read; give a whole number, a date like 2026-11-21 or a name.",
            Self::Zone => "That is no time zone; choose one like Europe/Berlin or America/New_York.",
            Self::DayStart => "A study day can start at a whole hour from 0 to 6; choose one of those.",
            Self::TooSoon => "Zone and day start can change once in 7 days; try again later.",
            Self::NoChange => "It is set to that already, so there is nothing to do.",
            Self::Minutes => "A log holds 1 to 720 minutes; choose a number in between, and write more as another log.",
            Self::Date => {
                "Minutes can be logged for today, or for a day that ended in the last 48 hours; choose one of those."
            }
            Self::Backfills => "Two late days a week is the most that can be filled in; today still counts.",
            Self::FullDay => "A day holds at most 960 minutes; log fewer.",
            Self::NothingToUndo => "There is no log of the last 24 hours to take back; older ones stay as they are.",
            Self::TimerRuns => "Your timer is running already; /study stop ends it.",
            Self::NoTimer => {
                "No timer is running; /study start begins one, and /study log adds minutes you studied without it."
            }
            Self::NoQuestion => "Your timer is running and has nothing to ask now; it goes on by itself.",
            Self::Commitment => "A commitment is 15 to 960 minutes a day and not below the community's; choose more.",
            Self::Pause => "A pause is 1 to 21 days long; choose a length in between.",
            Self::PausedAlready => "You have paused some of those days already; resume first, or wait until they end.",
            Self::PausedEnough => "A year has room for 45 paused days; choose a shorter pause.",
            Self::NotPaused => {
                "Nothing is paused from today on, so there is nothing to resume; /study pause pauses the days to come."
            }
            Self::Weekdays => "Choose at most two different weekdays to rest, or none.",
            Self::SickAlready => "Today is marked as a sick day already; get well soon.",
            Self::SickEnough => "Two sick days in 90 days is the most; ask a moderator to excuse today, or pause.",
            Self::Excuse => "A day can be excused from the day of joining until today; choose such a date.",
            Self::Forgotten => "That day is long past; its history has to be read again first.",
            Self::Outage => "A gap of the bot must have ended and be at least 5 minutes long.",
            Self::NotJoined => "You have not joined yet; use /study status to choose your time zone and begin.",
            Self::Joined => "You have joined already; /study status shows where you stand.",
        })
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::NotJoined => Kind::NotJoined,
            _ => Kind::Invalid,
        };
        Self::of(kind, refusal.to_string())
    }
}
