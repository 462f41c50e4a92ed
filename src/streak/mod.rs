//! Study streaks: the exact rules of SPEC §6 (pure).
//!
//! Everything is a fold over recorded events. A [`state::Person`] takes one person's events in time order and refuses
//! what the rules forbid; [`state::Person::view`] shows the ledger. Nothing here reads a clock, a file or a database.
//! Every instant is an argument.
//!
//! From the bottom up: [`day`] computes where study days begin, [`outage`] when the bot was down, [`run`] how a closed
//! day changes a streak. [`day_facts`] and [`ledger`] hold a person's days; [`timer`], [`logs`] and [`time_off`] what
//! the person recorded; [`state`] all of it. [`subject`] is what they studied; no rule reads it. [`events`] and [`simulate`] read recorded histories. [`status`],
//! [`explain`] and [`milestones`] show the results.

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
