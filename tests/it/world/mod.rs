//! The fake internet that the whole-program tests talk to: one module per service.

// A fake offers what its service offers, whether or not a test needs it today.
#![allow(dead_code, unused_imports)]

pub mod discord;
