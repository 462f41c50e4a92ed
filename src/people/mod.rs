//! People: what may be kept of what they write.

mod redact;

pub use redact::redact;
