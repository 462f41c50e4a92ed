//! Reddit. What works without its keys comes first: [`automod`].

pub mod automod;
