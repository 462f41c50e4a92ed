//! Conversations on Discord.

mod delivery;
mod drafts;
mod gaps;
mod gateway;
mod hostile;
mod lasting;
mod links;
mod lookups;
mod moderators;
mod newcomers;
mod once;
mod panel;
mod people;
mod posts;
mod promptness;
mod rehearsed;
mod rights;
mod settings;
mod shards;

const PUPIL: &str = "/start text:I'm in grade 11 and want to work in machine learning one day, what should I study?";
