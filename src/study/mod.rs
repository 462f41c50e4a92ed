//! Study streaks: the exact rules of SPEC §6, and what people do under them.
//!
//! Everything is a fold over recorded events. A [`person::Person`] takes the events of one person in order of
//! time and refuses what the rules refuse; [`person::Person::view`] says what the ledger shows. Nothing there reads
//! a clock, a file or a database, and every instant is an argument.
//!
//! From the bottom up: [`day`] knows where study days begin,
//! [`outage`] when the bot was away, [`streak`] what a closed day does to a run, [`facts`] and [`ledger`] the days of
//! a person, [`timer`], [`logs`] and [`leave`] what they recorded, [`person`] all of it together. [`events`] and
//! [`simulate`] read recorded histories.
//!
//! The database keeps the events and beside them each student's folded state ([`student`]). `acts` is what people do,
//! each in one transaction; `standing`, `said` and `why` are what they are told; `due` is what comes by itself: the
//! timer's question (`timing`), and what concerns [`buddies`]. [`community`] is what many do together. [`pictures`], [`planning`] and
//! [`calendar`] are what people are handed.
//!
//! Around the rules, and pure: [`heatmap`] and [`ics`] make files, [`plan`] dated plans; [`recap`], [`ranking`] and
//! [`milestones`] say how it went.

mod acts;
pub mod buddies;
pub mod calendar;
pub mod community;
pub mod day;
mod due;
pub mod events;
mod export;
pub mod facts;
pub mod heatmap;
pub mod ics;
pub mod leave;
pub mod ledger;
pub mod logs;
pub mod milestones;
pub mod outage;
pub mod person;
pub mod pictures;
pub mod plan;
pub mod planning;
pub mod ranking;
pub mod recap;
pub mod refusal;
pub mod reminders;
mod said;
pub mod servers;
pub mod simulate;
mod sql;
mod standing;
pub mod streak;
pub mod student;
pub mod timer;
mod timing;
mod why;

#[cfg(test)]
mod tests;

use crate::time::{format as speech, zone};

pub use acts::{
    Caller, When, Wish, confirm, excuse, has_joined, join, log, open_days, pause, rest, resume, set_commitment,
    set_day_start, set_zone, share, sick, start, status, stop, undo, why,
};
pub use due::{What, bring_back, due, next_due, plan_all_again, recover_late};
pub use export::{Export, export};
pub use said::{Done, Said};
pub use standing::{Running, Standing};
pub use why::{Reason, Why};

/// The least commitment a community asks for unless it is set otherwise, in minutes a day (rule 5).
pub const FLOOR: u16 = 15;
