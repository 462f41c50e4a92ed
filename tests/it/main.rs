//! Conversations with the whole program: the real binary, a real database, real connections.

mod ask;
mod drafts;
mod editing;
mod guides;
mod originality;
mod questions;
mod search;
mod tidy;
mod web;
mod world;
