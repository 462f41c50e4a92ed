//! The moderators' console and the playground in a real browser: Debian's Chromium, driven over WebDriver. Each story is told twice, the second
//! time without JavaScript.
//!
//! They are told where `CAIRN_BROWSER` is set and there is Chromium with its chromedriver; else one line says that they are
//! not. `CAIRN_BROWSER=required` makes a missing browser a failure; `CAIRN_SHOTS=DIR` keeps pictures of the pages.

mod chrome;
mod desks;
mod editing;
mod entering;
mod looking;
mod playground;
mod world;
