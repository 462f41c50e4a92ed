//! The world that tests run the whole program in: the program itself, and a fake internet, one module per service.

// A fake offers what its service offers, whether or not a test needs it today.
#![allow(dead_code, unused_imports)]

pub mod discord;
pub mod program;
