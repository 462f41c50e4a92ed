//! Conversations with the whole program.
