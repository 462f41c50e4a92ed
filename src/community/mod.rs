//! Communities: their ids, which ones are home, their moderators, and the audit log.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::{Error, Result};

pub mod audit;
pub mod entry;
mod home;
mod role;
mod sql;
pub mod study_settings;
mod told;

pub use home::{Home, Standing};
pub use role::{HomeModerator, Moderator, Role, Way};
pub use told::{ACTS, LOOKS, Member, Members, Places};

/// A Discord server or a subreddit: `discord:123`, `reddit:learnmachinelearning`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Community {
    /// A Discord server, by id.
    Discord(u64),
    /// A subreddit, by name.
    Reddit(Subreddit),
}

/// A subreddit's name in lower case, because Reddit ignores case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subreddit(String);

impl Subreddit {
    /// The name without `r/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subreddit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim().trim_start_matches('/');
        let name = text.strip_prefix("r/").unwrap_or(text).trim_end_matches('/');
        let fits = (2..=21).contains(&name.len()) && !name.starts_with('_');
        if fits && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Ok(Self(name.to_ascii_lowercase()));
        }
        Err(Error::refused(format!(
            "“{}” is not a subreddit's name; those have 2 to 21 letters, digits or underscores.",
            shown(name)
        )))
    }
}

impl fmt::Display for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discord(id) => write!(f, "discord:{id}"),
            Self::Reddit(name) => write!(f, "reddit:{}", name.as_str()),
        }
    }
}

impl Serialize for Community {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Community {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        match text.split_once(':') {
            Some(("discord", id)) => match id.parse::<u64>() {
                Ok(number) if number > 0 && id.bytes().all(|b| b.is_ascii_digit()) => Ok(Self::Discord(number)),
                _ => Err(Error::refused(format!(
                    "“{}” is not the id of a Discord server; turn on Developer Mode in Discord and copy the server's id, \
                     a long number.",
                    shown(text)
                ))),
            },
            Some(("reddit", name)) => Ok(Self::Reddit(name.parse()?)),
            _ => Err(Error::refused(format!(
                "“{}” is not a community; write it like discord:123 or reddit:learnmachinelearning.",
                shown(text)
            ))),
        }
    }
}

/// The start of what somebody typed.
fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_community_is_read_and_written() {
        let table = [
            ("discord:123", Some("discord:123")),
            (" discord:9223372036854775809 ", Some("discord:9223372036854775809")),
            ("discord:007", Some("discord:7")),
            ("reddit:LearnMachineLearning", Some("reddit:learnmachinelearning")),
            ("reddit:r/ml", Some("reddit:ml")),
            ("reddit:/r/ml/", Some("reddit:ml")),
            ("discord:0", None),
            ("discord:+5", None),
            ("discord:", None),
            ("discord:18446744073709551616", None),
            ("discord:my server", None),
            ("reddit:x", None),
            ("reddit:_ml", None),
            ("reddit:learn-ml", None),
            ("reddit:abcdefghijklmnopqrstuv", None),
            ("123", None),
            ("Discord:1", None),
            ("", None),
        ];
        for (typed, read) in table {
            let found = typed.parse::<Community>().ok().map(|community| community.to_string());
            assert_eq!(found.as_deref(), read, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(id in 1..=u64::MAX, name in "[A-Za-z0-9][A-Za-z0-9_]{1,20}") {
            for community in [Community::Discord(id), Community::Reddit(name.parse().unwrap())] {
                prop_assert_eq!(community.to_string().parse::<Community>().unwrap(), community);
            }
        }

        #[test]
        fn any_text_is_read_or_refused_in_one_line(text in "\\PC{0,80}") {
            match text.parse::<Community>() {
                Ok(community) => prop_assert_eq!(community.to_string().parse::<Community>().unwrap(), community),
                Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1),
            }
        }
    }
}
