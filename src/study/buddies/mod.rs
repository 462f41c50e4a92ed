//! Study buddies: who fits whom, the weekly round, and what becomes of a group (SPEC §6).
//!
//! [`week`] says when a person studies, [`fit`] who may be paired, [`round`] makes the groups, [`group`] is the life of
//! one, [`words`] what people are told.

pub mod fit;
pub mod group;
pub mod round;
pub mod week;
pub mod words;

#[cfg(test)]
mod tests;
