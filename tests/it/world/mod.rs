//! The world that tests run the whole program in.

pub mod program;
