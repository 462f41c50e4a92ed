//! Study buddies: who fits whom, the weekly round, and what becomes of a group.
//!
//! Pure: [`week`] and [`times`] say when a person studies, [`fit`] who may be paired, [`round`] makes the groups,
//! [`group`] is the life of one, [`words`] what people are told. With the database: `matching` is the round, `party` a
//! group and its news, `delivery` how they are spoken to, `acts` what people do, `due` what comes by itself.

pub mod availability;
pub mod compatibility;
mod delivery;
mod due;
mod group;
mod group_life;
pub mod group_rules;
mod matching;
mod operations;
pub mod round;
mod schedule;
mod sql;
pub mod texts;
pub mod week;

#[cfg(test)]
mod tests;

pub use due::due;
pub use group_life::studied;
pub use operations::{
    Left, Search, Situation, at_school, block, company, hello, here, join, leave, left_server, opted_out, purge,
    set_track, situation, to_be_matched,
};
pub use schedule::{bring_back, is_late, replan};
