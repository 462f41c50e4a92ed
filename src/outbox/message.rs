//! A message and its target: portable values that every adapter can render.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::press::Press;
use crate::community::Community;

/// A message that the bot sends on its own. A feature enqueues it in the transaction that decides it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Readable and unique, such as `digest/2026-W47/channel/123`. It outlives the message, so it identifies a person
    /// by number (`reminder/2026-11-16/person/7`), never by name or Discord id.
    pub key: String,
    /// Where it goes.
    pub target: Target,
    /// The community of the message. Its moderators see the message if it does not arrive. A direct message has none:
    /// only the people who run Cairn see it.
    pub community: Option<Community>,
    /// The person it is for or about. Erasing that person deletes it.
    pub about: Option<i64>,
    /// What it says.
    pub payload: Payload,
    /// The alternative if the message will never arrive at its target.
    pub otherwise: Option<Otherwise>,
    /// Not sent before this instant; `None`: send at once.
    pub due: Option<Timestamp>,
    /// Not sent at or after this instant.
    pub expires: Option<Timestamp>,
}

impl Message {
    /// A Markdown message, due at once.
    pub fn new(key: impl Into<String>, target: Target, body: impl Into<String>) -> Self {
        let payload = Payload { body: body.into(), ..Payload::default() };
        Self {
            key: key.into(),
            target,
            community: None,
            about: None,
            payload,
            otherwise: None,
            due: None,
            expires: None,
        }
    }
}

/// An alternative message, for a target that takes no messages, is gone or is forbidden.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Otherwise {
    /// Where it goes instead.
    #[serde(with = "as_text")]
    pub target: Target,
    /// The community of that target.
    #[serde(default, with = "as_text::maybe", skip_serializing_if = "Option::is_none")]
    pub community: Option<Community>,
    /// What it says there.
    pub payload: Payload,
    /// The message that opens the target's thread. It is sent first, unless it was sent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
}

/// The message that opens a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct First {
    /// Its key.
    pub key: String,
    /// The channel.
    #[serde(with = "as_text")]
    pub target: Target,
    /// What it says; its title names the thread.
    pub payload: Payload,
}

/// Stores a target or community as text in JSON.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Target;

    pub fn serialize<S: Serializer>(target: &Target, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(target)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Target, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }

    pub mod maybe {
        use serde::{Deserialize, Deserializer, Serializer, de::Error};

        use crate::community::Community;

        pub fn serialize<S: Serializer>(community: &Option<Community>, to: S) -> Result<S::Ok, S::Error> {
            match community {
                Some(community) => to.collect_str(community),
                None => to.serialize_none(),
            }
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Community>, D::Error> {
            let text = Option::<String>::deserialize(from)?;
            text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
        }
    }
}

/// The network that carries a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// Discord.
    Discord,
    /// Reddit.
    Reddit,
}

impl Via {
    /// The name in the database and in targets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Discord => "discord",
            Self::Reddit => "reddit",
        }
    }
}

/// Where a message goes. The database stores its text form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A channel or thread at Discord: `discord/channel/1`.
    DiscordChannel(u64),
    /// A direct message to a user: `discord/dm/1`.
    DiscordDm(u64),
    /// A reply to a message in a channel: `discord/reply/CHANNEL/MESSAGE`.
    DiscordReply {
        /// The channel or thread.
        channel: u64,
        /// The message replied to.
        message: u64,
    },
    /// A message of ours in a channel, which is changed to this: `discord/message/CHANNEL/MESSAGE`. Doing so again changes
    /// nothing.
    DiscordMessage {
        /// The channel or thread.
        channel: u64,
        /// The message.
        message: u64,
    },
    /// The thread below a message in a channel. The payload has its title and its members:
    /// `discord/thread/CHANNEL/MESSAGE`. Opening it twice changes nothing.
    DiscordThread {
        /// The channel.
        channel: u64,
        /// The message. The thread has the same id.
        message: u64,
    },
    /// The thread below the message with this key, once it exists: `discord/below/study/group/7/thread`.
    DiscordThreadOf(String),
    /// A comment below a post or comment, by its full name: `reddit/comment/t3_abc`.
    RedditComment(String),
    /// A post in a subreddit: `reddit/post/learnmachinelearning`. The payload has its title.
    RedditPost(String),
    /// A private message to a user, in lower case: `reddit/message/ann`.
    RedditMessage(String),
    /// A message to a subreddit's moderators: `reddit/modmail/learnmachinelearning`.
    RedditModmail(String),
}

impl Target {
    /// The network it is in.
    pub fn via(&self) -> Via {
        match self {
            Self::DiscordChannel(_)
            | Self::DiscordDm(_)
            | Self::DiscordReply { .. }
            | Self::DiscordMessage { .. }
            | Self::DiscordThread { .. }
            | Self::DiscordThreadOf(_) => Via::Discord,
            Self::RedditComment(_) | Self::RedditPost(_) | Self::RedditMessage(_) | Self::RedditModmail(_) => {
                Via::Reddit
            }
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DiscordChannel(id) => write!(f, "discord/channel/{id}"),
            Self::DiscordDm(user) => write!(f, "discord/dm/{user}"),
            Self::DiscordReply { channel, message } => write!(f, "discord/reply/{channel}/{message}"),
            Self::DiscordMessage { channel, message } => write!(f, "discord/message/{channel}/{message}"),
            Self::DiscordThread { channel, message } => write!(f, "discord/thread/{channel}/{message}"),
            Self::DiscordThreadOf(key) => write!(f, "discord/below/{key}"),
            Self::RedditComment(parent) => write!(f, "reddit/comment/{parent}"),
            Self::RedditPost(subreddit) => write!(f, "reddit/post/{subreddit}"),
            Self::RedditMessage(user) => write!(f, "reddit/message/{user}"),
            Self::RedditModmail(subreddit) => write!(f, "reddit/modmail/{subreddit}"),
        }
    }
}

impl FromStr for Target {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(key) = text.strip_prefix("discord/below/").filter(|key| !key.is_empty()) {
            return Ok(Self::DiscordThreadOf(key.to_owned()));
        }
        let parts: Vec<&str> = text.split('/').collect();
        Ok(match parts.as_slice() {
            ["discord", "channel", id] => Self::DiscordChannel(id.parse()?),
            ["discord", "dm", user] => Self::DiscordDm(user.parse()?),
            ["discord", "reply", channel, message] => {
                Self::DiscordReply { channel: channel.parse()?, message: message.parse()? }
            }
            ["discord", "message", channel, message] => {
                Self::DiscordMessage { channel: channel.parse()?, message: message.parse()? }
            }
            ["discord", "thread", channel, message] => {
                Self::DiscordThread { channel: channel.parse()?, message: message.parse()? }
            }
            ["reddit", "comment", parent] => Self::RedditComment((*parent).to_owned()),
            ["reddit", "post", subreddit] => Self::RedditPost((*subreddit).to_owned()),
            ["reddit", "message", user] => Self::RedditMessage((*user).to_owned()),
            ["reddit", "modmail", subreddit] => Self::RedditModmail((*subreddit).to_owned()),
            _ => anyhow::bail!("no target"),
        })
    }
}

/// What a message says: Markdown for every platform, and extras for platforms that support them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// Portable Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// The title of a post, or of the thread to open below the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Framed parts below the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub embeds: Vec<Embed>,
    /// Rows of buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// The Discord ids of the people who are added to the thread below the message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invites: Vec<u64>,
    /// The role that it may mention. It notifies nobody else, whatever the body says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ping_role: Option<u64>,
}

/// A framed part of a message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Embed {
    /// Heading.
    pub title: String,
    /// The address that the heading links to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Portable Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Names and values, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
    /// Small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Button {
    /// Its label.
    pub label: String,
    /// What it does.
    pub does: Does,
    /// How it looks.
    #[serde(default, skip_serializing_if = "Style::is_plain")]
    pub style: Style,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Asks the bot for something.
    #[serde(rename = "id")]
    Press(Press),
    /// Opens this address.
    Link(String),
}

/// How a button looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// The usual style.
    #[default]
    Plain,
    /// The most likely next step.
    Main,
    /// Something good.
    Good,
    /// Something that cannot be undone.
    Danger,
}

impl Style {
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

impl Button {
    /// A button that asks the bot for something.
    pub fn press(label: impl Into<String>, does: impl Into<Press>) -> Self {
        Self { label: label.into(), does: Does::Press(does.into()), style: Style::Plain }
    }

    /// A button that opens an address.
    pub fn link(label: impl Into<String>, address: impl Into<String>) -> Self {
        Self { label: label.into(), does: Does::Link(address.into()), style: Style::Plain }
    }

    /// The same button in another style.
    #[must_use]
    pub fn styled(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// Whether its id is short enough for Discord.
    pub fn fits(&self) -> bool {
        match &self.does {
            Does::Press(press) => press.fits(),
            Does::Link(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::press::StudyPress;
    use super::*;

    fn target() -> impl Strategy<Value = Target> {
        let name = || "[a-z0-9_-]{1,20}".prop_map(String::from);
        prop_oneof![
            any::<u64>().prop_map(Target::DiscordChannel),
            any::<u64>().prop_map(Target::DiscordDm),
            any::<(u64, u64)>().prop_map(|(channel, message)| Target::DiscordReply { channel, message }),
            any::<(u64, u64)>().prop_map(|(channel, message)| Target::DiscordMessage { channel, message }),
            any::<(u64, u64)>().prop_map(|(channel, message)| Target::DiscordThread { channel, message }),
            "[a-z0-9/-]{1,30}".prop_map(Target::DiscordThreadOf),
            name().prop_map(Target::RedditComment),
            name().prop_map(Target::RedditPost),
            name().prop_map(Target::RedditMessage),
            name().prop_map(Target::RedditModmail),
        ]
    }

    proptest! {
        #[test]
        fn a_target_survives_the_database(target in target()) {
            let text = target.to_string();
            prop_assert!(text.starts_with(target.via().name()));
            prop_assert_eq!(text.parse::<Target>().ok(), Some(target));
        }

        #[test]
        fn no_text_is_too_odd_for_a_target(text in ".{0,40}") {
            let _ = text.parse::<Target>();
        }
    }

    #[test]
    fn a_payload_keeps_what_it_says() {
        let payload = Payload {
            body: "**Hello**".into(),
            title: Some("Week 47".into()),
            embeds: vec![Embed {
                title: "A paper".into(),
                fields: vec![("Votes".into(), "3".into())],
                ..Embed::default()
            }],
            buttons: vec![vec![
                Button::press("Here", StudyPress::Here).styled(Style::Good),
                Button::link("Read", "https://example.org"),
            ]],
            invites: vec![7],
            ping_role: Some(u64::MAX),
        };
        let json = serde_json::to_string(&payload).unwrap();
        assert_eq!(serde_json::from_str::<Payload>(&json).unwrap(), payload);
        assert_eq!(
            serde_json::to_string(&Payload { body: "a".into(), ..Payload::default() }).unwrap(),
            r#"{"body":"a"}"#
        );
        // From an older version, with an id that is now unknown.
        let old = r#"{"buttons":[[{"label":"Old","does":{"id":"here/7"}},{"label":"Read","does":{"link":"x"}}]]}"#;
        let read: Payload = serde_json::from_str(old).unwrap();
        assert_eq!(read.buttons, [[Button::press("Old", Press::from("here/7".to_owned())), Button::link("Read", "x")]]);
        assert_eq!(serde_json::to_string(&read).unwrap(), old);
    }
}
