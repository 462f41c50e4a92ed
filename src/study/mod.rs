//! Study streaks: the exact rules of SPEC §6, pure.
//!
//! Everything is a fold over recorded events. A [`person::Person`] takes the events of one person in order of
//! time and refuses what the rules refuse; [`person::Person::view`] says what the ledger shows. Nothing here reads
//! a clock, a file or a database, and every instant is an argument.
//!
//! From the bottom up: [`zone`] knows when a clock first reads an hour, [`day`] where study days begin,
//! [`outage`] when the bot was away, [`streak`] what a closed day does to a run, [`facts`] and [`ledger`] the days of
//! a person, [`timer`], [`logs`] and [`leave`] what they recorded, [`person`] all of it together. [`events`] and
//! [`simulate`] read recorded histories.
//!
//! Around the rules: [`heatmap`] and [`ics`] make files, [`plan`] dated plans, [`buddies`] pairs; [`recap`], [`ranking`]
//! and [`milestones`] say how it went, [`wording`] how times are said.

pub mod buddies;
pub mod day;
pub mod events;
pub mod facts;
pub mod heatmap;
pub mod ics;
pub mod leave;
pub mod ledger;
pub mod logs;
pub mod milestones;
pub mod outage;
pub mod person;
pub mod plan;
pub mod ranking;
pub mod recap;
pub mod refusal;
pub mod simulate;
pub mod streak;
pub mod timer;
pub mod wording;
pub mod zone;

#[cfg(test)]
mod tests;

/// The least commitment a community asks for unless it is set otherwise, in minutes a day (rule 5).
pub const FLOOR: u16 = 120;
