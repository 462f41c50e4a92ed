//! The world that tests run the whole program in: the program itself, and the fake internet that it talks to.

// A fake offers what its service offers, whether or not a test needs it today.
#![allow(dead_code, unused_imports)]

mod atom;
pub mod beside;
pub mod discord;
pub mod feeds;
mod folder;
pub mod program;
pub mod reddit;
pub mod rehearsal;
pub mod server;
pub mod sites;
pub mod visit;
pub mod way_out;

pub use folder::{folder, planted};
