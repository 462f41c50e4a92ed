//! What of the other tests' world the stories need: the program, and the fake Discord and sources of papers beside it.

// The other tests use the rest.
#![allow(dead_code, unused_imports)]

#[path = "../it/world/atom.rs"]
mod atom;
#[path = "../it/world/beside.rs"]
pub mod beside;
#[path = "../it/world/discord/mod.rs"]
pub mod discord;
#[path = "../it/world/feeds.rs"]
pub mod feeds;
#[path = "../it/world/folder.rs"]
mod folder;
#[path = "../it/world/program.rs"]
pub mod program;
#[path = "../it/world/server.rs"]
pub mod server;

pub use folder::{folder, planted};
