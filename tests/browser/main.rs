//! The moderators' console in a real browser: Debian's Chromium, driven over WebDriver. Each story is told twice, the second
//! time without JavaScript.
//!
//! They are told where `CAIRN_BROWSER` is set and there is Chromium with its chromedriver; else one line says that they are
//! not. `CAIRN_BROWSER=required` makes a missing browser a failure; `CAIRN_SHOTS=DIR` keeps pictures of the pages.

mod chrome;
mod desks;
mod editing;
mod entering;
#[allow(dead_code, reason = "the other tests use the rest")]
#[path = "../it/world/folder.rs"]
mod folder;
mod looking;
mod playground;
#[allow(dead_code, reason = "the other tests use the rest")]
#[path = "../it/world/program.rs"]
mod program;
/// Where `program` finds its folder.
mod world {
    pub use super::folder::folder;
}
