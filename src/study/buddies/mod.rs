//! Study buddies: who fits whom, the weekly round, and what becomes of a group (SPEC §6).
//!
//! Pure: [`week`] and [`times`] say when a person studies, [`fit`] who may be paired, [`round`] makes the groups,
//! [`group`] is the life of one, [`words`] what people are told. With the database: `matching` is the round, `party` a
//! group and its news, `whisper` how they are spoken to, `acts` what people do, `due` what comes by itself.

mod acts;
mod due;
pub mod fit;
pub mod group;
mod matching;
mod party;
pub mod round;
mod sql;
pub mod times;
pub mod week;
mod whisper;
pub mod words;

#[cfg(test)]
mod tests;

pub use acts::{
    Left, Search, Situation, block, hello, here, join, leave, left_server, opted_out, purge, situation, to_be_matched,
};
pub(super) use acts::{company, leave_adults};
pub(super) use due::due;
pub(super) use matching::{bring_back, is_late, replan};
pub(super) use party::studied;
