//! The texts for buddies.

use std::fmt;

use crate::text::list;

/// News for a person about their buddies. Names are Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News<'a> {
    /// A group was formed, with these other members.
    Matched(&'a [String]),
    /// The same in the group's thread, with all members.
    Together(&'a [String]),
    /// A thread for people who take no direct messages, with all members.
    Meet(&'a [String]),
    /// Are they still there? A button is below.
    Question,
    /// A buddy says hello.
    Hello(&'a str),
    /// A buddy has met their day.
    Met(&'a str),
    /// They were released because they did not answer.
    Released,
    /// They are left alone. The bot looks for a new buddy, and they go first.
    Alone,
    /// One of three members left.
    Fewer,
}

/// The label of the button below [`News::Question`].
pub const HERE: &str = "I'm here";

impl fmt::Display for News<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matched(others) => {
                let what = if others.len() == 1 { "a study buddy" } else { "two study buddies" };
                write!(
                    f,
                    "You have {what}: {}. Say hello, and tell each other what you are working on. \
                     On days when one of you reaches their minutes, I tell the other; that is all I tell.",
                    list::and(others)
                )
            }
            Self::Together(members) => write!(
                f,
                "{}, you are study buddies. I open a thread for you below this message: say hello there, and tell each \
                 other what you are working on. On days when one of you reaches their minutes, I say so there; that is \
                 all I tell.",
                list::and(members)
            ),
            Self::Meet(members) => write!(f, "{}, this is your place to study side by side.", list::and(members)),
            Self::Question => write!(
                f,
                "Would you like to go on with your study buddy? Then press the button within a day. \
                 If now is not the time, that is fine, too; you need not do anything."
            ),
            Self::Hello(name) => write!(f, "{name} says hello. Press the button to say that you are there, too."),
            Self::Met(name) => write!(f, "{name} has reached their minutes today."),
            Self::Released => write!(
                f,
                "Your time as study buddies has ended. Whenever it suits you again, `/study buddy` finds you a new one."
            ),
            Self::Alone => write!(
                f,
                "Your buddy has moved on. I am looking for a new one for you, and you go first in the next round."
            ),
            Self::Fewer => write!(f, "One of your buddies has moved on. The two of you go on together."),
        }
    }
}
