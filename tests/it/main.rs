//! Conversations with the whole program: the real binary, a real database, real connections.

mod ask;
mod crisis;
mod delivery;
mod digest;
mod discord;
mod drafts;
mod editing;
mod guides;
mod handouts;
mod jobs;
mod meaning;
mod originality;
mod outbox;
mod papers;
mod people;
mod privacy;
mod questions;
mod search;
mod setup;
mod study;
mod syllabus;
mod tidy;
mod tone;
mod way_out;
mod web;
mod world;
