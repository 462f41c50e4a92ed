//! Conversations with the whole program.

mod world;
