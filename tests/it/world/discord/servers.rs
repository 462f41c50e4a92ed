//! Other servers: the bot is added and removed, and people act there.

use serde_json::json;

use super::posts;
use super::reply::Message;
use super::state::Id;
use super::town::kind;
use super::{Discord, Place};

impl Discord {
    /// The bot is added to another server. Returns the server's id.
    pub fn second_server(&self) -> Id {
        self.with(|state| {
            let id = state.town.fresh_id();
            state.town.others.push(id);
            let mut guild = state.town.guild_create_json();
            guild["voice_states"] = json!([]);
            guild["id"] = json!(id.to_string());
            guild["channels"] = json!([]);
            guild["threads"] = json!([]);
            state.gateway.dispatch("GUILD_CREATE", Some(id), |_| Some(guild.clone()));
            id
        })
    }

    /// The bot is removed from another server.
    pub fn removed_from(&self, guild: Id) {
        self.with(|state| {
            state.town.others.retain(|other| *other != guild);
            let gone = json!({"id": guild.to_string()});
            state.gateway.dispatch("GUILD_DELETE", Some(guild), |_| Some(gone.clone()));
        });
    }

    /// The id of a server that the bot is not in.
    pub fn server_without_bot(&self) -> Id {
        self.with(|state| state.town.fresh_id())
    }

    /// Opens a text channel in another server.
    pub fn foreign_channel(&self, name: &str, guild: Id) -> Id {
        self.with(|state| {
            let id = state.town.open_channel(name, kind::TEXT);
            state.town.channels.get_mut(&id).expect("just opened").foreign = Some(guild);
            id
        })
    }

    /// Sets `who`'s permissions in servers other than the community.
    pub fn may_elsewhere(&self, who: &str, permissions: u64) {
        self.with(|state| {
            let person = state.town.person(who);
            state.town.change_person(person, |person| person.elsewhere = permissions);
        });
    }

    /// The id of a channel.
    pub fn channel_id(&self, place: impl Into<Place>) -> Id {
        let place = place.into();
        self.with(|state| place.find(state))
    }

    /// A message of the bot that has buttons with these custom ids.
    pub fn bot_message(&self, place: impl Into<Place>, custom_ids: &[String]) -> Message {
        let place = place.into();
        self.with(|state| {
            let (bot, channel) = (state.town.bot, place.find(state));
            let button = |id: &String| json!({"type": 2, "style": 2, "label": id, "custom_id": id});
            let row = |ids: &[String]| json!({"type": 1, "components": ids.iter().map(button).collect::<Vec<_>>()});
            let rows: Vec<_> = custom_ids.chunks(5).map(row).collect();
            let body = json!({"content": "buttons", "components": rows});
            let id = posts::write(state, channel, bot, &body, &[])
                .unwrap_or_else(|refusal| panic!("Discord does not take this message: {}", refusal.body));
            state.posts.all.get_mut(&id).expect("just written").seen = true;
            Message::of(state, &state.posts.all[&id])
        })
    }
}
