//! The world in which tests run the whole program: the program, and the fake internet that it talks to.

// A fake offers everything that its service offers, even if no test needs it today.
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
