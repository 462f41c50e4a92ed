//! The moderators' console in a real browser: Debian's Chromium, driven over WebDriver. Each story is told twice, the second
//! time without JavaScript.
//!
//! Where there is no Chromium, one line says so and the stories pass; `.ci/browser` installs it and sets
//! `CAIRN_BROWSER=required`, so that there they cannot pass unseen. `CAIRN_SHOTS=DIR` keeps pictures of the pages.

mod chrome;
mod desks;
mod editing;
mod entering;
#[allow(dead_code, reason = "the other tests use the rest")]
#[path = "../it/world/folder.rs"]
mod folder;
mod looking;
#[allow(dead_code, reason = "the other tests use the rest")]
#[path = "../it/world/program.rs"]
mod program;
/// Where `program` finds its folder.
mod world {
    pub use super::folder::folder;
}
