//! The community: its people, roles and channels, and their JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::state::Id;

/// All of Discord's permissions that matter here.
#[allow(missing_docs, reason = "they are called what Discord calls them")]
pub mod permission {
    pub const ADMINISTRATOR: u64 = 1 << 3;
    pub const MANAGE_GUILD: u64 = 1 << 5;
    pub const MANAGE_MESSAGES: u64 = 1 << 13;
    /// View, send, embed, attach, read history, react, use commands and threads.
    pub const EVERYONE: u64 = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 6 | 1 << 31 | 1 << 35 | 1 << 38;
    pub const ALL: u64 = (1 << 50) - 1;
}

/// Kinds of channel.
#[allow(missing_docs, reason = "they are called what Discord calls them")]
pub mod kind {
    pub const TEXT: u8 = 0;
    pub const DM: u8 = 1;
    pub const VOICE: u8 = 2;
    pub const PUBLIC_THREAD: u8 = 11;
    pub const FORUM: u8 = 15;
}

/// The numbers ids of people, roles and channels start from: fixed, so that they may stand in snapshots.
const FIRST_ID: Id = 1_000_000_000_000_000_000;
/// Since when everybody is here.
const JOINED: &str = "2024-01-01T00:00:00+00:00";

/// A community with its people and channels.
#[derive(Debug, Serialize, Deserialize)]
pub struct Town {
    /// What it is called.
    pub name: String,
    /// The server's id.
    pub guild: Id,
    /// The bot's application.
    pub application: Id,
    /// The bot's user, whose id is its application's.
    pub bot: Id,
    /// Where the gateway listens.
    pub gateway_url: String,
    /// Shards that `GET /gateway/bot` recommends.
    pub shards: u64,
    /// Privileged intents that the application may use.
    pub granted_intents: u64,
    /// Everybody, the bot too.
    pub people: Vec<Person>,
    /// All roles, the first is everybody's.
    pub roles: Vec<Role>,
    /// Channels, threads and conversations.
    pub channels: BTreeMap<Id, Channel>,
    /// Other servers that the bot is in.
    pub others: Vec<Id>,
    /// Who is in which voice channel.
    #[serde(default)]
    pub voice: BTreeMap<Id, Id>,
    /// The voice channel for those who are away.
    #[serde(default)]
    pub away: Option<Id>,
    next_id: Id,
}

/// Somebody on Discord, the bot included.
#[derive(Debug, Serialize, Deserialize)]
pub struct Person {
    /// Its number.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// The bot's user, whose id is its application's.
    pub bot: bool,
    /// Their language.
    pub locale: String,
    /// All roles, the first is everybody's.
    pub roles: Vec<Id>,
    /// The channel in which they act.
    pub here: Id,
    /// Their conversation with the bot, once there is one.
    pub dm: Option<Id>,
    /// They take no direct messages.
    pub refuses_dms: bool,
    /// What they may do in other servers than the community.
    pub elsewhere: u64,
}

/// A role of the community.
#[derive(Debug, Serialize, Deserialize)]
pub struct Role {
    /// Its number.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// What it allows.
    pub permissions: u64,
    /// The bot may not give or take it.
    pub out_of_reach: bool,
}

/// A channel, thread or conversation.
#[derive(Debug, Serialize, Deserialize)]
pub struct Channel {
    /// Its number.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// See [`kind`].
    pub kind: u8,
    /// The channel that a thread is below.
    pub parent: Option<Id>,
    /// Who opened a thread.
    pub owner: Option<Id>,
    /// Whose conversation with the bot it is.
    pub recipient: Option<Id>,
    /// It is closed.
    pub archived: bool,
    /// Nobody may write.
    pub locked: bool,
    /// How often the bot was seen typing.
    pub typed: usize,
    /// The bot may not write here.
    pub forbidden: bool,
    /// The other server that it is a channel of.
    pub foreign: Option<Id>,
}

impl Town {
    /// A community of that name with one channel and the bot.
    pub fn new(name: &str, channel: &str, bot: &str) -> Self {
        let mut town = Self {
            name: name.into(),
            guild: 0,
            application: 0,
            bot: 0,
            gateway_url: String::new(),
            shards: 1,
            granted_intents: 0,
            people: Vec::new(),
            roles: Vec::new(),
            channels: BTreeMap::new(),
            others: Vec::new(),
            voice: BTreeMap::new(),
            away: None,
            next_id: FIRST_ID,
        };
        town.guild = town.fresh_id();
        town.roles.push(Role {
            id: town.guild,
            name: "@everyone".into(),
            permissions: permission::EVERYONE,
            out_of_reach: true,
        });
        town.open_channel(channel, kind::TEXT);
        town.bot = town.person(bot);
        town.application = town.bot;
        town.change_person(town.bot, |bot| bot.bot = true);
        town
    }

    /// A number that nothing has.
    pub fn fresh_id(&mut self) -> Id {
        self.next_id += 1;
        self.next_id
    }

    /// The person of that name; a new member if nobody has it.
    pub fn person(&mut self, name: &str) -> Id {
        if let Some(known) = self.people.iter().find(|p| p.name == name) {
            return known.id;
        }
        let (id, here) = (self.fresh_id(), self.channels.keys().next().copied().unwrap_or(0));
        self.people.push(Person {
            id,
            name: name.into(),
            bot: false,
            locale: "en-GB".into(),
            roles: Vec::new(),
            here,
            dm: None,
            refuses_dms: false,
            elsewhere: permission::EVERYONE,
        });
        id
    }

    /// Who has that id.
    pub fn find_person(&self, id: Id) -> Option<&Person> {
        self.people.iter().find(|p| p.id == id)
    }

    /// Changes somebody, if anybody has that id.
    pub fn change_person(&mut self, id: Id, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.people.iter_mut().find(|p| p.id == id) {
            change(person);
        }
    }

    /// Changes a channel, if there is one of that id.
    pub fn change_channel(&mut self, id: Id, change: impl FnOnce(&mut Channel)) {
        if let Some(channel) = self.channels.get_mut(&id) {
            change(channel);
        }
    }

    /// The role of that id.
    pub fn find_role(&self, id: Id) -> Option<&Role> {
        self.roles.iter().find(|r| r.id == id)
    }

    /// Opens a channel.
    pub fn open_channel(&mut self, name: &str, kind: u8) -> Id {
        let id = self.fresh_id();
        self.channels.insert(id, Channel::new(id, name, kind));
        id
    }

    /// The channel or thread of that name.
    pub fn channel_named(&self, name: &str) -> Option<Id> {
        self.channels.values().find(|c| c.kind != kind::DM && c.name == name).map(|c| c.id)
    }

    /// The conversation of the bot with `person`.
    pub fn dm_with(&mut self, person: Id) -> Id {
        if let Some(open) = self.find_person(person).and_then(|person| person.dm) {
            return open;
        }
        let id = self.open_channel("", kind::DM);
        self.change_channel(id, |channel| channel.recipient = Some(person));
        self.change_person(person, |person| person.dm = Some(id));
        id
    }

    /// The community a channel belongs to; none for direct messages.
    pub fn guild_of(&self, channel: Id) -> Option<Id> {
        self.channels.get(&channel).filter(|c| c.kind != kind::DM).map(|c| c.foreign.unwrap_or(self.guild))
    }

    /// What `person` may do in the community.
    pub fn permissions_of(&self, person: Id) -> u64 {
        if person == self.bot {
            return permission::ALL;
        }
        let held = self.find_person(person).map_or(&[][..], |p| &p.roles);
        let bits = self.roles.iter().filter(|r| r.id == self.guild || held.contains(&r.id));
        let bits = bits.fold(0, |all, role| all | role.permissions);
        if bits & permission::ADMINISTRATOR != 0 { permission::ALL } else { bits }
    }

    /// Mentions in `text` as people read them: `@ann`, `#general`, `@mods`.
    pub fn read_aloud(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for person in &self.people {
            text = text.replace(&format!("<@{}>", person.id), &format!("@{}", person.name));
        }
        for role in &self.roles {
            text = text.replace(&format!("<@&{}>", role.id), &format!("@{}", role.name.trim_start_matches('@')));
        }
        for channel in self.channels.values().filter(|c| c.kind != kind::DM) {
            text = text.replace(&format!("<#{}>", channel.id), &format!("#{}", channel.name));
        }
        text.replace(&self.guild.to_string(), "{guild}")
    }

    /// Somebody, as Discord shows them.
    pub fn user_json(&self, id: Id) -> Value {
        let (name, bot) = self.find_person(id).map_or(("nobody", false), |person| (&person.name, person.bot));
        json!({
            "id": id.to_string(), "username": name, "global_name": name, "discriminator": "0",
            "avatar": null, "bot": bot, "public_flags": 0, "flags": 0,
        })
    }

    /// A member without its user, as messages and resolved data carry it.
    pub fn partial_member_json(&self, id: Id) -> Value {
        let roles = self.find_person(id).into_iter().flat_map(|person| &person.roles);
        let roles: Vec<String> = roles.map(Id::to_string).collect();
        json!({
            "roles": roles, "nick": null, "avatar": null, "banner": null, "joined_at": JOINED, "premium_since": null,
            "deaf": false, "mute": false, "flags": 0, "pending": false, "communication_disabled_until": null,
        })
    }

    /// A member, as Discord shows them.
    pub fn member_json(&self, id: Id) -> Value {
        let mut member = self.partial_member_json(id);
        member["user"] = self.user_json(id);
        member
    }

    /// A role, as Discord shows it.
    pub fn role_json(&self, role: &Role) -> Value {
        let position = self.roles.iter().position(|r| r.id == role.id).unwrap_or(0);
        json!({
            "id": role.id.to_string(), "name": role.name, "permissions": role.permissions.to_string(),
            "position": position, "color": 0, "hoist": false, "managed": false, "mentionable": true, "flags": 0,
            "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            "icon": null, "unicode_emoji": null,
        })
    }

    /// A channel, as Discord shows it.
    pub fn channel_json(&self, channel: &Channel) -> Value {
        if let Some(recipient) = channel.recipient {
            return json!({
                "id": channel.id.to_string(), "type": kind::DM, "last_message_id": null, "flags": 0,
                "recipients": [self.user_json(recipient)],
            });
        }
        let mut body = json!({
            "id": channel.id.to_string(), "type": channel.kind, "name": channel.name, "position": 0, "flags": 0,
            "guild_id": channel.foreign.unwrap_or(self.guild).to_string(), "parent_id": channel.parent.map(|id| id.to_string()),
            "permission_overwrites": [], "nsfw": false, "topic": null, "rate_limit_per_user": 0,
            "last_message_id": null,
        });
        if channel.kind == kind::FORUM {
            body["available_tags"] = json!([]);
        }
        if channel.kind == kind::PUBLIC_THREAD {
            body["owner_id"] = json!(channel.owner.map(|id| id.to_string()));
            body["message_count"] = json!(0);
            body["member_count"] = json!(1);
            body["total_message_sent"] = json!(0);
            body["thread_metadata"] = json!({
                "archived": channel.archived, "auto_archive_duration": 1440, "archive_timestamp": JOINED,
                "locked": channel.locked, "create_timestamp": JOINED,
            });
        }
        body
    }

    /// The community as `GET /guilds/{id}` gives it.
    pub fn guild_json(&self) -> Value {
        let roles: Vec<Value> = self.roles.iter().map(|r| self.role_json(r)).collect();
        let owner = self.people.first().map_or(self.bot, |p| p.id);
        json!({
            "id": self.guild.to_string(), "name": self.name, "icon": null, "splash": null, "discovery_splash": null,
            "owner_id": owner.to_string(), "afk_channel_id": self.away.map(|id| id.to_string()), "afk_timeout": 300, "verification_level": 0,
            "default_message_notifications": 0, "explicit_content_filter": 0, "roles": roles, "emojis": [],
            "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
            "system_channel_flags": 0, "rules_channel_id": null, "vanity_url_code": null, "description": null,
            "banner": null, "premium_tier": 0, "preferred_locale": "en-GB", "public_updates_channel_id": null,
            "nsfw_level": 0, "stickers": [], "premium_progress_bar_enabled": false,
        })
    }

    /// Where somebody is in voice channels.
    pub fn voice_state_json(&self, person: Id, channel: Option<Id>) -> Value {
        json!({
            "user_id": person.to_string(), "channel_id": channel.map(|id| id.to_string()), "session_id": "a-session",
            "deaf": false, "mute": false, "self_deaf": false, "self_mute": false, "self_video": false, "suppress": false,
            "request_to_speak_timestamp": null,
        })
    }

    /// The channels of another server.
    pub fn channels_of(&self, guild: Id) -> Value {
        self.channels.values().filter(|c| c.foreign == Some(guild)).map(|c| self.channel_json(c)).collect()
    }

    /// The community as `GUILD_CREATE` gives it.
    pub fn guild_create_json(&self) -> Value {
        let mut guild = self.guild_json();
        let (threads, channels): (Vec<&Channel>, Vec<&Channel>) = self
            .channels
            .values()
            .filter(|c| c.kind != kind::DM && c.foreign.is_none())
            .partition(|c| c.kind == kind::PUBLIC_THREAD);
        guild["channels"] = channels.into_iter().map(|c| self.channel_json(c)).collect();
        guild["threads"] = threads.into_iter().map(|c| self.channel_json(c)).collect();
        // Without the members intent, only the bot itself.
        guild["members"] = json!([self.member_json(self.bot)]);
        guild["member_count"] = json!(self.people.len());
        let ours = self.voice.iter().filter(|(_, channel)| self.guild_of(**channel) == Some(self.guild));
        guild["voice_states"] = ours.map(|(who, channel)| self.voice_state_json(*who, Some(*channel))).collect();
        for list in ["presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"] {
            guild[list] = json!([]);
        }
        guild["joined_at"] = json!(JOINED);
        guild["large"] = json!(false);
        guild["unavailable"] = json!(false);
        guild
    }
}

impl Channel {
    /// A channel in which nothing was said.
    pub fn new(id: Id, name: &str, kind: u8) -> Self {
        Self {
            id,
            name: name.into(),
            kind,
            parent: None,
            owner: None,
            recipient: None,
            archived: false,
            locked: false,
            typed: 0,
            forbidden: false,
            foreign: None,
        }
    }
}
