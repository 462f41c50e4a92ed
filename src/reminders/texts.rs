//! What reminders say (pure). To one person: where they stand, comeback first. In a channel: nothing that others could
//! read as praise or blame.

use std::fmt;

use jiff::Timestamp;

use super::rules::{AT_RISK, Facts, Mode, Place, Reminders, Say};
use crate::outbox::press::ReminderPress;
use crate::outbox::{Button, Payload};
use crate::people::PersonId;
use crate::streak::status::Status;
use crate::text::list;
use crate::time::format;

/// What is said to a person alone.
pub fn direct(say: Say, status: &Status, facts: &Facts, id: PersonId) -> Payload {
    let (bar, streak) = (status.bar(), status.streak());
    let body = match say {
        Say::Planned(None) => {
            let time = format::clock(facts.now, &facts.zone);
            format!("**It's {time}, your study time.**\n{bar}\n{streak}\nTen minutes are a fine start.")
        }
        Say::Planned(Some(due)) => {
            let due = past(due, facts);
            format!("**Your study time was {due}.** I was away then, so this comes late.\n{bar}\n{streak}")
        }
        Say::Snoozed(None) => format!("**Here I am again, as you asked.**\n{bar}\n{streak}"),
        Say::Snoozed(Some(due)) => {
            let due = past(due, facts);
            format!("**You asked me to come back {due}.** I was away then, so this comes late.\n{bar}\n{streak}")
        }
        Say::AtRisk => at_risk(status, facts),
        Say::Goodbye => format!("**I'll be quiet now.** {GOODBYE}"),
        Say::Recap(..) => String::new(),
    };
    Payload { body, buttons: buttons(say, id), ..Payload::default() }
}

const GOODBYE: &str = "Your days, your longest streak and your freezes stay as they are. Whenever you come back, log a \
                       minute or start your timer, and your reminders begin again.";

fn at_risk(status: &Status, facts: &Facts) -> String {
    let ends = format::clock(facts.ends, &facts.zone);
    let left = format::minutes(status.commitment.saturating_sub(status.view.minutes));
    let run = list::count(facts.streak, "day");
    let otherwise = match status.view.freezes {
        0 => "If it's not your day, rest well: a new run can begin tomorrow, and your longest stays yours.".to_owned(),
        freezes => {
            format!("If it's not your day, a freeze keeps your streak; you hold {}.", list::count(freezes, "freeze"))
        }
    };
    format!("**Your day runs until {ends}.** {left} more make it day {} after {run}.\n{otherwise}", facts.streak + 1)
}

/// The same where others read it.
pub fn public(say: Say, user: u64, facts: &Facts, id: PersonId) -> Payload {
    let said = match say {
        Say::Planned(None) => "It's your study time.".to_owned(),
        Say::Planned(Some(due)) => {
            format!("Your study time was {}. I was away then, so this comes late.", past(due, facts))
        }
        Say::Snoozed(_) => "Here I am again, as you asked.".to_owned(),
        Say::AtRisk => format!("Your study day runs until {}.", format::clock(facts.ends, &facts.zone)),
        Say::Goodbye => {
            "I'll be quiet now. Whenever you come back, log a minute, and your reminders begin again.".to_owned()
        }
        Say::Recap(..) => "Your weekly recap is there: `/study recap` shows it to you alone.".to_owned(),
    };
    Payload { body: format!("<@{user}> {said}"), buttons: buttons(say, id), ..Payload::default() }
}

/// The note above a recap that comes late.
pub fn late_recap(due: Timestamp, facts: &Facts) -> String {
    format!("This was due {}, when I was away.\n", past(due, facts))
}

/// `at 19:00`, `at 21:00 on Monday`
fn past(due: Timestamp, facts: &Facts) -> String {
    if facts.zone.date(due) == facts.zone.date(facts.now) {
        format!("at {}", format::clock(due, &facts.zone))
    } else {
        format!("at {}", format::moment(due, &facts.zone))
    }
}

/// The buttons below a reminder: whose it is stands in them, because in a channel anybody can press them.
fn buttons(say: Say, id: PersonId) -> Vec<Vec<Button>> {
    let press = |label, does: ReminderPress| Button::press(label, (id, does));
    let start = || press("Start the timer", ReminderPress::Start);
    match say {
        Say::Planned(_) | Say::Snoozed(_) | Say::AtRisk => vec![
            vec![start(), press("Not today", ReminderPress::Skip)],
            vec![
                press("Snooze 15 min", ReminderPress::Snooze(15)),
                press("Snooze 1 h", ReminderPress::Snooze(60)),
                press("Tomorrow", ReminderPress::Tomorrow),
            ],
        ],
        Say::Goodbye => vec![vec![start(), press("Turn off", ReminderPress::Off)]],
        Say::Recap(..) => Vec::new(),
    }
}

/// What somebody has set, and what comes next.
#[derive(Debug, Clone)]
pub struct RemindersView {
    /// Whose it is.
    pub id: PersonId,
    /// What they chose.
    pub reminders: Reminders,
    /// The next instants at which they are reminded; a platform may show them in its own way.
    pub next: Vec<Timestamp>,
    pub(super) facts: Facts,
    /// When their streak would be spoken up for next, if it ever is.
    pub(super) risk: Option<Timestamp>,
    /// Whether their server has a study channel.
    pub(super) has_channel: bool,
}

impl RemindersView {
    /// Whether reminders come.
    pub fn is_on(&self) -> bool {
        self.reminders.mode == Mode::On
    }

    fn place(&self) -> &'static str {
        match (self.reminders.place, self.has_channel) {
            (Place::Channel, true) if self.reminders.detour => {
                "by direct message, as I can't write in the study channel now"
            }
            (Place::Direct, _) => "by direct message",
            (Place::DirectElseChannel, true) => "by direct message, or in the study channel if that is not taken",
            (Place::Channel, true) => "in the study channel",
            (_, false) => "by direct message, as there is no study channel",
        }
    }
}

impl fmt::Display for RemindersView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reminders { times, mode, quiet, .. } = &self.reminders;
        match mode {
            Mode::On => write!(f, "**Reminders are on:** {times}, {}.", self.place())?,
            Mode::Off => {
                f.write_str("**Reminders are off.** Turn them on with times, like `weekdays 19:00, sat 10:00`.")?;
                if !times.is_empty() {
                    write!(f, "\nYour study times ({times}) stay in your calendar, without alarms; `times:none` removes them.")?;
                }
            }
            Mode::Silent => {
                write!(f, "**Reminders rest** ({times}) until you log a minute or start your timer.")?;
            }
            Mode::Unreachable => f.write_str(
                "**Reminders are off,** because Discord did not take my direct messages. Allow direct messages from this \
                 server's members, or choose the study channel, and give your times again.",
            )?,
        }
        let recap = match (self.reminders.wants_recap(), self.is_on()) {
            (true, _) => "Monday 09:00",
            (false, true) => "off; `/study recap weekly:True` turns it on",
            (false, false) => "off",
        };
        write!(f, "\nQuiet hours: {quiet}. Weekly recap: {recap}.")?;
        if let Some(at) = self.risk.filter(|_| self.is_on()) {
            let at = format::clock(at, &self.facts.zone);
            write!(f, "\nIf a streak of {AT_RISK} days or more is still open at {at}, I say so, once a day.")?;
        }
        Ok(())
    }
}

/// What a press came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pressed {
    /// They will hear again then, on their clock.
    Snoozed(String),
    /// They will hear nothing more today.
    Skipped,
    /// Reminders are off.
    Off,
}

impl fmt::Display for Pressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Snoozed(when) => write!(f, "All right, I'll be back at {when}."),
            Self::Skipped => f.write_str("All right, nothing more today. Rest counts, too."),
            Self::Off => f.write_str("Reminders are off. `/study reminder` turns them on again, whenever you like."),
        }
    }
}

/// What is added to a message that was to be said in the study channel.
pub const DETOUR: &str = "\nI can't write in the study channel, so this comes to you alone. When a moderator has fixed \
                          that, your reminders are there again.";

/// What is added to an answer to somebody whom neither way reached.
pub const NOWHERE: &str = "Your last reminder did not reach you: I can't write in the study channel, and Discord did not \
                           take my direct message. Allow direct messages from this server's members, or ask a moderator \
                           to let me write in the study channel.";

/// What is added to an answer to somebody whom no direct message reached.
pub const UNREACHABLE: &str = "Your reminders are off, because Discord did not take my direct messages. Allow direct \
                               messages from this server's members, or choose the study channel in `/study reminder`.";

/// What is added to the answer to the first act after a silence.
pub fn awake(next: Option<Timestamp>, facts: &Facts) -> Option<String> {
    let next = format::moment(next?, &facts.zone);
    Some(format!("Good to see you. Your reminders are on again; the next is at {next}."))
}
