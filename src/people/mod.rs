//! People: what may be kept of what they write, what they may do, and the log of what they did.

pub mod audit;
mod redact;
mod role;
mod sql;

pub use redact::redact;
pub use role::{Moderator, Role};
