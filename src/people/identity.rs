//! A person's identity on a platform (pure).

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::{Error, Result};

/// A Reddit name in lower case, because Reddit ignores case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RedditName(String);

impl RedditName {
    /// The name without `u/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RedditName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim().trim_start_matches('/');
        let name = text.strip_prefix("u/").unwrap_or(text);
        let fits = (3..=20).contains(&name.len());
        if fits && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
            return Ok(Self(name.to_ascii_lowercase()));
        }
        let shown: String = name.chars().take(40).collect();
        Err(Error::refused(format!(
            "“{shown}” is no Reddit name; those have 3 to 20 letters, digits, underscores or hyphens."
        )))
    }
}

/// A person's account on one platform: `discord:123` or `reddit:ann`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identity {
    /// A Discord user, by id.
    Discord(u64),
    /// A Reddit user, by name.
    Reddit(RedditName),
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discord(id) => write!(f, "discord:{id}"),
            Self::Reddit(name) => write!(f, "reddit:{}", name.as_str()),
        }
    }
}

impl FromStr for Identity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim().split_once(':') {
            Some(("reddit", name)) => Ok(Self::Reddit(name.parse()?)),
            Some(("discord", id)) if !id.starts_with('+') => id.parse().map(Self::Discord).map_err(|_| nobody(text)),
            _ => Err(nobody(text)),
        }
    }
}

impl Serialize for Identity {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

fn nobody(text: &str) -> Error {
    let shown: String = text.chars().take(40).collect();
    Error::refused(format!("“{shown}” names nobody; write discord:ID (a number) or reddit:NAME."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn identities_are_read_as_people_write_them() {
        let table = [
            ("discord:123", Some("discord:123")),
            (" discord:18446744073709551615 ", Some("discord:18446744073709551615")),
            ("discord:18446744073709551616", None),
            ("discord:+1", None),
            ("discord:ann", None),
            ("discord:", None),
            ("reddit:Ann_B", Some("reddit:ann_b")),
            ("reddit:u/Ann_B", Some("reddit:ann_b")),
            ("reddit:/u/ann-b", Some("reddit:ann-b")),
            ("reddit:an", None),
            ("reddit:twenty-one-characters", None),
            ("reddit:änn", None),
            ("reddit:ann b", None),
            ("ann", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<Identity>().ok().map(|i| i.to_string()).as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in ".{0,60}") {
            if let Ok(identity) = text.parse::<Identity>() {
                prop_assert_eq!(identity.to_string().parse::<Identity>().ok(), Some(identity));
            }
        }
    }
}
