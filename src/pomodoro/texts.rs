//! What a Pomodoro says (pure).

use jiff::Timestamp;

use super::rules::{Pace, Stretch};
use crate::outbox::press::PomodoroPress;
use crate::outbox::{Button, Payload, Style};

/// The most people who are named.
const NAMED: usize = 20;

/// How one stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its number.
    pub id: i64,
    /// The channel.
    pub channel: u64,
    /// Its stretches.
    pub pace: Pace,
    /// What it is time for.
    pub stretch: Stretch,
    /// How many rounds are over.
    pub done: i64,
    /// Who is in, by their ids at Discord.
    pub members: Vec<u64>,
}

impl View {
    /// As a message in its channel.
    pub fn payload(&self) -> Payload {
        let press = |label, does: PomodoroPress| Button::press(label, does);
        let buttons = match self.stretch {
            Stretch::Over => Vec::new(),
            _ => vec![vec![
                press("Join", PomodoroPress::Join(self.id)).styled(Style::Main),
                press("Leave", PomodoroPress::Leave(self.id)),
                press("End it", PomodoroPress::End(self.id)),
            ]],
        };
        Payload { body: self.text(), buttons, ..Payload::default() }
    }

    /// In words.
    pub fn text(&self) -> String {
        let Pace { focus, pause, rounds } = self.pace;
        let what = match self.stretch {
            Stretch::Focus(round, until) if round == rounds => {
                format!("**Pomodoro, round {round} of {rounds}:** focus until {}, and then it is over.", clock(until))
            }
            Stretch::Focus(round, until) => {
                let until = clock(until);
                format!("**Pomodoro, round {round} of {rounds}:** focus until {until}, then {pause} min of break.")
            }
            Stretch::Pause(round, until) => {
                format!("**Pomodoro, break** until {}, then round {round} of {rounds}.", clock(until))
            }
            Stretch::Over => {
                return format!(
                    "**Pomodoro over:** {} of {rounds} rounds of {focus} min. `/pomodoro start` begins another.",
                    self.done
                );
            }
        };
        format!("{what}\n{}", self.company())
    }

    fn company(&self) -> String {
        let names: Vec<String> = self.members.iter().take(NAMED).map(|user| format!("<@{user}>")).collect();
        match self.members.len() {
            0 => "Nobody is in.".to_owned(),
            all if all <= NAMED => format!("In: {}", names.join(", ")),
            all => format!("In: {} and {} more", names.join(", "), all - NAMED),
        }
    }
}

/// An instant as each reader's own clock shows it, and how far it is.
fn clock(at: Timestamp) -> String {
    let at = at.as_second();
    format!("<t:{at}:t> (<t:{at}:R>)")
}
