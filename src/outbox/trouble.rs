//! Why a message did not arrive: a stable code for the database and a text for people (pure).

use std::fmt;
use std::str::FromStr;

/// The problem, in a text that never quotes anybody. Code looks at the value; only people read the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There was no connection, or it broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The target asked us to slow down.
    RateLimited,
    /// The target failed with this HTTP status.
    Failing(u16),
    /// The target refused with this HTTP status and its own error number (0: none).
    Refused(u16, u32),
    /// The channel, post or account does not exist any more.
    Gone,
    /// The bot may not write there. Holds the target's own error number.
    NotAllowed(u32),
    /// The person takes no direct messages from the bot.
    TakesNoMessages,
    /// The thread or post is archived or locked.
    Closed,
    /// Nobody can tell whether it arrived.
    CannotTell,
    /// The code that sent it panicked.
    Panicked,
    /// The row cannot be read, or its text has been erased.
    Unreadable,
    /// It was not sent before it expired.
    TooLate,
    /// The person wants no messages from the bot.
    Unwanted,
    /// The message that it answers was changed.
    Changed,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("no connection"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::RateLimited => f.write_str("told to slow down"),
            Self::Failing(status) => write!(f, "the target failed ({status})"),
            Self::Refused(status, 0) => write!(f, "refused ({status})"),
            Self::Refused(status, code) => write!(f, "refused ({status}, error {code})"),
            Self::Gone => f.write_str("its target is gone"),
            Self::NotAllowed(code) => write!(f, "the bot may not write there (error {code})"),
            Self::TakesNoMessages => f.write_str("this person takes no direct messages from the bot"),
            Self::Closed => f.write_str("the thread is archived or locked"),
            Self::CannotTell => f.write_str("could not tell whether it had arrived"),
            Self::Panicked => f.write_str("sending it broke the program"),
            Self::Unreadable => f.write_str("unreadable or erased"),
            Self::TooLate => f.write_str("too late to be worth sending"),
            Self::Unwanted => f.write_str("this person wants no messages any more"),
            Self::Changed => f.write_str("what it answers has been changed"),
        }
    }
}

impl Trouble {
    /// The code in the database: a name that does not change with the text, and the target's numbers.
    pub fn code(self) -> String {
        match self {
            Self::Failing(status) => format!("failing:{status}"),
            Self::Refused(status, code) => format!("refused:{status}:{code}"),
            Self::NotAllowed(code) => format!("not_allowed:{code}"),
            plain => PLAIN.iter().find(|(trouble, _)| *trouble == plain).map_or("unreadable", |(_, code)| code).into(),
        }
    }

    /// Whether nothing can arrive there, so that the alternative should be used.
    pub fn is_the_places(self) -> bool {
        matches!(self, Self::Gone | Self::NotAllowed(_) | Self::TakesNoMessages | Self::Closed)
    }
}

/// The troubles without numbers, and their codes.
const PLAIN: [(Trouble, &str); 12] = [
    (Trouble::Unreachable, "unreachable"),
    (Trouble::TimedOut, "timed_out"),
    (Trouble::RateLimited, "rate_limited"),
    (Trouble::Gone, "gone"),
    (Trouble::TakesNoMessages, "takes_no_messages"),
    (Trouble::Closed, "closed"),
    (Trouble::CannotTell, "cannot_tell"),
    (Trouble::Panicked, "panicked"),
    (Trouble::Unreadable, "unreadable"),
    (Trouble::TooLate, "too_late"),
    (Trouble::Unwanted, "unwanted"),
    (Trouble::Changed, "changed"),
];

impl FromStr for Trouble {
    type Err = anyhow::Error;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        if let Some((trouble, _)) = PLAIN.iter().find(|(_, name)| *name == code) {
            return Ok(*trouble);
        }
        Ok(match code.split(':').collect::<Vec<_>>()[..] {
            ["failing", status] => Self::Failing(status.parse()?),
            ["refused", status, code] => Self::Refused(status.parse()?, code.parse()?),
            ["not_allowed", code] => Self::NotAllowed(code.parse()?),
            _ => anyhow::bail!("no code of a trouble"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_survives_the_database() {
        let numbered = [Trouble::Failing(502), Trouble::Refused(400, 50_035), Trouble::NotAllowed(50_013)];
        for trouble in PLAIN.iter().map(|(trouble, _)| *trouble).chain(numbered) {
            assert_eq!(trouble.code().parse::<Trouble>().ok(), Some(trouble), "{trouble}");
        }
        for odd in ["", "gone:1", "failing", "failing:x", "refused:400", "its target is gone"] {
            assert!(odd.parse::<Trouble>().is_err(), "{odd}");
        }
    }
}
