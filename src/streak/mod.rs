//! Study streaks: the exact rules of SPEC §6 (pure).
//!
//! Everything is a fold over recorded events. A [`state::Person`] takes the events of one person in order of time and
//! refuses what the rules refuse; [`state::Person::view`] says what the ledger shows. Nothing here reads a clock, a file
//! or a database, and every instant is an argument.
//!
//! From the bottom up: [`day`] knows where study days begin, [`outage`] when the bot was away, [`run`] what a closed day
//! does to a streak, [`day_facts`] and [`ledger`] the days of a person, [`timer`], [`logs`] and [`time_off`] what they
//! recorded, [`state`] all of it together; [`subject`] what it was about, which no rule looks at. [`events`] and [`simulate`] read recorded histories; [`status`], [`explain`]
//! and [`milestones`] say how it went.

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

/// The least commitment a community asks for unless it is set otherwise, in minutes a day (rule 5).
pub const FLOOR: u16 = 15;
