//! Study buddies: compatibility, the weekly round, and the life of a group.
//!
//! Pure: [`week`] and [`availability`] compute study times, [`compatibility`] who may be paired, [`round`] the groups;
//! [`group_rules`] are a group's rules, [`texts`] what people read. With the database: `matching` runs the round,
//! `group` and `group_life` are a group, `delivery` sends, `operations` are people's acts, `due` handles due work.

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
