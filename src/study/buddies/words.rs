//! What buddies are told. No names: whoever sends it knows where it goes.

use std::fmt;

/// Something to tell a person about their buddies, at most once a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A group has been made; so many buddies.
    Matched(usize),
    /// They are asked whether they are still there; a button stands below.
    Question,
    /// A buddy studied today; minutes.
    Studied(u16),
    /// A buddy has not been seen for so many days, 2 and more.
    NotSeen(usize),
    /// They were let go because they did not answer.
    Released,
    /// They are alone; a new buddy is looked for, and they go first.
    Alone,
    /// Nobody fits them yet.
    Waiting,
    /// They left.
    Left,
}

/// The label of the button below [`News::Question`].
pub const HERE: &str = "I'm here";

impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matched(0 | 1) => {
                write!(f, "You have a study buddy. Say hello, and tell each other what you are working on.")
            }
            Self::Matched(more) => {
                write!(f, "You have {more} study buddies. Say hello, and tell each other what you are working on.")
            }
            Self::Question => {
                write!(f, "Your study buddy is waiting for you. If you would like to go on together, press the button.")
            }
            Self::Studied(minutes) => write!(f, "Your buddy studied {minutes} minutes today."),
            Self::NotSeen(days) => {
                write!(f, "Your buddy has not been here for {days} days. A short hello is always welcome.")
            }
            Self::Released => write!(
                f,
                "Your buddy is looking for another partner now, so that nobody waits. \
                 Whenever it suits you again, `/study buddy` finds you one, too."
            ),
            Self::Alone => write!(f, "We are looking for a new buddy for you, and you go first in the next round."),
            Self::Waiting => {
                write!(
                    f,
                    "Nobody with study times like yours is free yet. You keep your place, and go earlier each week."
                )
            }
            Self::Left => write!(f, "You are without a buddy now. `/study buddy` finds you one whenever you like."),
        }
    }
}
