//! Discord: what is said there unasked, and how it gets there.

pub mod http;
pub mod outlet;
