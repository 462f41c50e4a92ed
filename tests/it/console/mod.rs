//! Conversations with the moderators' console, over plain HTTP; `tests/browser` has them in a browser.

mod attacks;
mod crowd;
mod desks;
mod entry;
mod health;
mod keeping;
mod pages;
mod papers;
mod roles;
