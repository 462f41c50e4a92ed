//! The moderators' console in a real browser.
