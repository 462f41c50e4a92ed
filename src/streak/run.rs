//! How a closed day changes a run (rules 6, 7 and 8).

use serde::{Deserialize, Serialize};

/// The freezes at the start, which are also the most (rule 8).
pub const MAX_FREEZES: u8 = 2;
/// A run that reaches a multiple of this many days earns a freeze (rule 8).
pub const EARNS: u32 = 7;
/// The most consecutive frozen days (rule 8).
const MAX_FROZEN: u8 = 2;
/// The minutes of a show-up day (rules 6 and 7).
pub const SHOW_UP: u16 = 10;

/// The state of a study day (rule 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// It is running and not met yet.
    #[default]
    Open,
    /// The minutes reached the commitment.
    Met,
    /// The person's study was paused.
    Paused,
    /// It is one of the person's rest weekdays.
    Rest,
    /// The person was sick.
    Sick,
    /// The bot was down.
    Outage,
    /// A moderator excused it.
    Excused,
    /// A change of zone or day start, or the zone itself, cut it short.
    Travel,
    /// A freeze was spent on it.
    Frozen,
    /// At least 10 minutes, but fewer than the commitment.
    ShownUp,
    /// None of these.
    Missed,
}

/// A run and its freezes, after some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Met days of the current run.
    pub streak: u32,
    /// The longest run so far, folded from the current facts: an undo may lower it.
    pub best: u32,
    /// Freezes held, 0–2.
    pub freezes: u8,
    /// The number of consecutive frozen days up to this one, 0–2.
    frozen: u8,
}

impl Run {
    /// Before the first day, with two freezes (rule 8).
    pub const START: Self = Self { streak: 0, best: 0, freezes: MAX_FREEZES, frozen: 0 };

    /// After a met day. The running day counts too: a run that reaches 7 today earns its freeze today.
    #[must_use]
    pub fn met(self) -> Self {
        let streak = self.streak.saturating_add(1);
        let earned = u8::from(streak.is_multiple_of(EARNS));
        let freezes = (self.freezes + earned).min(MAX_FREEZES);
        Self { streak, best: self.best.max(streak), freezes, frozen: 0 }
    }

    /// After a closed, unmet day with its `cover`, if any. Also returns the day's state.
    #[must_use]
    pub fn unmet(self, minutes: u16, cover: Option<DayState>) -> (Self, DayState) {
        if let Some(state) = cover {
            return (Self { frozen: 0, ..self }, state);
        }
        if self.streak >= 1 && self.freezes >= 1 && self.frozen < MAX_FROZEN {
            return (Self { freezes: self.freezes - 1, frozen: self.frozen + 1, ..self }, DayState::Frozen);
        }
        let state = if minutes >= SHOW_UP { DayState::ShownUp } else { DayState::Missed };
        (Self { streak: 0, frozen: 0, ..self }, state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(days: &str) -> (Run, String) {
        let mut run = Run::START;
        let mut states = String::new();
        for day in days.chars() {
            let state = match day {
                'm' => (run.met(), DayState::Met),
                'r' => run.unmet(0, Some(DayState::Rest)),
                's' => run.unmet(10, None),
                _ => run.unmet(9, None),
            };
            run = state.0;
            states.push(match state.1 {
                DayState::Met => 'm',
                DayState::Rest => 'r',
                DayState::Frozen => 'f',
                DayState::ShownUp => 's',
                _ => '-',
            });
        }
        (run, states)
    }

    #[test]
    fn table() {
        for (days, states, streak, best, freezes) in [
            ("", "", 0, 0, 2),
            // Without a run, no freeze is used.
            ("--m", "--m", 1, 1, 2),
            ("m-m-m", "mfmfm", 3, 3, 0),
            ("mm--m", "mmffm", 3, 3, 0),
            ("mm---m", "mmff-m", 1, 2, 0),
            ("mms-sm", "mmffsm", 1, 2, 0),
            // Seven met days earn a freeze; two is the most.
            ("mmmmmmm", "mmmmmmm", 7, 7, 2),
            ("m-mmmmmm", "mfmmmmmm", 7, 7, 2),
            ("m--mmmmmm", "mffmmmmmm", 7, 7, 1),
            ("m--mmmmmm-", "mffmmmmmmf", 7, 7, 0),
            ("mrrm", "mrrm", 2, 2, 2),
            ("m-r-m-m", "mfrfm-m", 1, 2, 0),
        ] {
            let (run, seen) = after(days);
            assert_eq!((seen.as_str(), run.streak, run.best, run.freezes), (states, streak, best, freezes), "{days}");
        }
    }
}
