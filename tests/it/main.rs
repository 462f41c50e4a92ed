//! Conversations with the whole program.

mod drafts;
mod editing;
