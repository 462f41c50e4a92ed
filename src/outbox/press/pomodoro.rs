//! Presses below a Pomodoro, by its number.

use std::fmt;

/// What is done about one. Everybody presses for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PomodoroPress {
    /// Join it.
    Join(i64),
    /// Leave it.
    Leave(i64),
    /// End it for everybody.
    End(i64),
}

impl PomodoroPress {
    pub(super) fn read(path: &[&str]) -> Option<Self> {
        let ["pomodoro", act, id] = path else { return None };
        let id = id.parse().ok()?;
        Some(match *act {
            "join" => Self::Join(id),
            "leave" => Self::Leave(id),
            "end" => Self::End(id),
            _ => return None,
        })
    }
}

impl fmt::Display for PomodoroPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Join(id) => write!(f, "pomodoro/join/{id}"),
            Self::Leave(id) => write!(f, "pomodoro/leave/{id}"),
            Self::End(id) => write!(f, "pomodoro/end/{id}"),
        }
    }
}
