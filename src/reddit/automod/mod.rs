//! Triage for subreddits without a bot: AutoModerator rules, a list for Post Guidance, wiki pages to paste; and a reader
//! of any AutoModerator page, own or foreign, that names its faults and measures it on posts. All of it is pure.
//!
//! AutoModerator has no memory and no sums. So a rule here is a conjunction of what triage adds up: somebody who speaks of
//! themselves asks how to start in the field, in a short text that shows no other purpose. Its comment is worded so that
//! it does no harm where it is wrong. The phrases are those of triage's tables, as patterns.

pub mod guidance;
mod key;
pub mod lint;
pub mod matcher;
pub mod page;
mod pattern;
pub mod report;
pub mod rules;
mod scalar;
pub mod wiki;

pub use rules::compiled;
