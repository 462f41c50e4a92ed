//! What students do and what comes due for them, one transaction each.
//!
//! [`operations`] composes the streak's rules, the timer's questions, reminders and buddies; [`due`] does the same for
//! what comes by itself. [`receipt`] is what somebody is told of what they have just done.

mod due;
mod export;
mod focus;
pub mod operations;
mod receipt;
mod rounds;
mod saying;
mod timer_checkin;
mod voice;

pub use due::{bring_back, due, plan_all_again, recover_late};
pub use export::{Export, export};
pub use operations::{
    Wish, confirm, excuse, join, log, open_days, pause, rest, resume, set_commitment, set_day_start, set_server,
    set_zone, share, sick, start, status, stop, undo, why,
};
pub use receipt::{Deed, Receipt};
pub use rounds::{Focus, begin as begin_focus, end as end_focus};
pub use saying::{describe, described, subjects};
pub use voice::{
    VoiceView, closed as closed_voice, heard as heard_in_voice, opted_out, present as present_in_voice,
    seen as seen_in_voice, voice, voice_counts_here,
};

pub use crate::streak::logs::When;
