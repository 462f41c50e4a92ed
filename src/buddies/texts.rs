//! What buddies are told.

use std::fmt;

use crate::text::list;

/// Something to tell a person about their buddies. Names are given as Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News<'a> {
    /// A group has been made: the others of it.
    Matched(&'a [String]),
    /// The same in the group's own thread: all of them.
    Together(&'a [String]),
    /// A thread for those who take no direct messages: all of the group.
    Meet(&'a [String]),
    /// They are asked whether they are still there; a button stands below.
    Question,
    /// A buddy says hello.
    Hello(&'a str),
    /// A buddy has met their day.
    Met(&'a str),
    /// They were let go because they did not answer.
    Released,
    /// They are alone; a new buddy is looked for, and they go first.
    Alone,
    /// One of three left.
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
