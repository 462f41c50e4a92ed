//! Study streaks: their exact rules (pure).
//!
//! Everything is a fold over recorded events. A [`state::StudyState`] takes one person's events in time order and
//! refuses what the rules forbid; [`state::StudyState::view`] shows the ledger. Nothing here reads a clock, a file or a
//! database. Every instant is an argument.
//!
//! From the bottom up: [`day`] computes where study days begin, [`outage`] when the bot was down, [`run`] how a closed
//! day changes a streak. [`day_facts`] and [`ledger`] hold a person's days; [`timer`], [`logs`] and [`time_off`] what
//! the person recorded; [`state`] all of it. [`subject`] is what they studied; no rule reads it. [`events`] and
//! [`simulate`] read recorded histories. [`status`], [`explain`] and [`milestones`] show the results.
//!
//! # The rules
//!
//! Comments here and in `study` name these rules by their numbers.
//!
//! 1. **Study day.** A person has an IANA zone and an hour at which days start: 0–6, usually 4. A day begins at the first
//!    instant whose local clock reads its date and that hour, or later: in a gap when the gap ends, in a fold the earlier.
//!    It lasts until the next one begins; 23 and 25 hours are one day.
//! 2. **A change of zone or start hour.** The running day ends at the later of its old and its new end, and later days
//!    begin no earlier than that. A day that is shorter than 20 h by this, or because the zone skips it, is `travel` if it
//!    is unmet. Refused if it changes nothing, and within 7 × 24 h of the last change.
//! 3. **Minutes.** A log is 1–720 whole minutes, for the running day or for a day since joining that ended at most 48 h
//!    ago. At most 2 of any 7 dates in a row have such late logs. A log that brings a day above 960 minutes is refused.
//!    `undo` takes back the latest log if it was made at most 24 h ago.
//! 4. **Timer.** Each person has one. It asks "still there?" 3 h after its start and then every 2 h. An answer counts up to
//!    15 min after the question; without one, the timer has stopped at the moment of the question. Its time is split at
//!    the ends of days, each part rounded down to minutes; above 960 minutes a day the rest is dropped.
//! 5. **Commitment.** The minutes that meet a day: 15–960, usually 120, not below the community's floor. A change holds from
//!    the next day on.
//! 6. **What a day is**, the first that applies: `met` (minutes reach the commitment), `paused`, `rest`, `sick`, `outage`,
//!    `excused`, `travel`, `frozen`, `shown_up` (10 minutes or more), `missed`. The running day is `met` or `open`.
//! 7. **Streak.** The `met` days of the current run, the running day included. Days from `paused` to `frozen` neither add
//!    nor break. A closed day that is `shown_up` or `missed` ends the run. Show-up days are counted apart: days with 10
//!    minutes or more among the last 30 dates.
//! 8. **Freezes.** A person starts with 2, holds at most 2, and gets one when the run reaches a multiple of 7. An unmet day
//!    that nothing else covers is `frozen` and costs one, if there is a run and the two days before it are not both
//!    `frozen`. A late log that makes the day `met` gives the freeze back.
//! 9. **Time off.** A pause covers 1–21 dates after the running day, at most 45 in a calendar year; `resume` ends it from
//!    today on. Rest covers 0–2 weekdays, from a week after it was chosen. Sick covers the running day, at most 2 of 90
//!    dates. An excuse, by a moderator, covers a date since joining.
//! 10. **Outage.** Gaps of the bot of 5 min or more cover an unmet day if they take 30 min of its last 6 h, or 3 h of it in
//!     all.
//! 11. **Joining.** A person joins once; days before it have no state, and events of those who have not joined are refused.
//!     `/study why` shows the last 14 days.

pub mod day;
pub mod day_facts;
pub mod events;
pub mod explain;
pub mod ledger;
pub mod logs;
pub mod milestones;
pub mod outage;
pub mod refusal;
pub mod run;
pub mod simulate;
pub mod state;
pub mod status;
pub mod subject;
pub mod time_off;
pub mod timer;

#[cfg(test)]
pub(crate) mod tests;

/// The default minimum commitment of a community, in minutes a day (rule 5).
pub const FLOOR: u16 = 15;
