//! The moderators' console and the playground in a real browser: Debian's Chromium, driven over WebDriver. Each story is
//! told twice, the second time without JavaScript.
//!
//! They are told where `CAIRN_BROWSER` is set and there is Chromium with its chromedriver; else one line says that they are
//! not. `CAIRN_BROWSER=required` makes a missing browser a failure, and a missing `CAIRN_AXE`, which names axe-core's file;
//! `CAIRN_SHOTS=DIR` keeps pictures of the pages. `.ci/browser` tells them that way.

mod chrome;
mod desks;
mod editing;
mod entering;
mod looking;
mod picture;
mod playground;
mod world;
