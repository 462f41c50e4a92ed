//! Conversations with the whole program.

mod jobs;
mod outbox;
mod people;
mod privacy;
mod setup;
