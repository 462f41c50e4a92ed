//! `INTERACTION_CREATE`: what a person did, in the shape in which Discord sends it.

use std::time::Instant;

use serde_json::{Value, json};

use super::interactions::Interaction;
use super::posts;
use super::state::{Id, State};
use super::town::kind;

/// Something a person does.
pub struct Act {
    /// [`super::interactions::kind`].
    pub kind: u8,
    /// For messages: `/study log`.
    pub name: String,
    /// What it sends, as Discord's `data`.
    pub data: Value,
    /// The message whose component is used.
    pub source: Option<Id>,
    /// Where; otherwise where the person is.
    pub channel: Option<Id>,
}

/// Sends the interaction; the token under which it is kept.
pub fn send(state: &mut State, person: Id, act: Act) -> String {
    let id = state.clock.snowflake();
    let token = format!("interaction-token-{id}");
    state.interactions.retain(|_, earlier| !earlier.is_spent());
    let here = state.town.find_person(person).map_or(0, |person| person.here);
    let interaction = Interaction {
        id,
        token: token.clone(),
        kind: act.kind,
        name: act.name,
        user: person,
        channel: act.channel.unwrap_or(here),
        source: act.source,
        sent: Instant::now(),
        acknowledged: None,
        original: None,
        followups: vec![],
        modal: None,
        choices: None,
        changes: 0,
        blamed: false,
        expired: false,
    };
    let event = event_json(state, &interaction, &act.data);
    let guild = state.town.guild_of(interaction.channel);
    state.interactions.insert(token.clone(), interaction);
    state.gateway.dispatch("INTERACTION_CREATE", guild, |_| Some(event.clone()));
    token
}

fn event_json(state: &State, interaction: &Interaction, data: &Value) -> Value {
    let town = &state.town;
    let (person, channel) = (town.find_person(interaction.user), &town.channels[&interaction.channel]);
    let (locale, elsewhere) = person.map_or(("en-GB", 0), |person| (person.locale.as_str(), person.elsewhere));
    let mut event = json!({
        "id": interaction.id.to_string(), "application_id": town.application.to_string(), "type": interaction.kind,
        "data": data, "token": interaction.token, "version": 1, "channel_id": channel.id.to_string(),
        "channel": town.channel_json(channel), "locale": locale, "entitlements": [],
        "app_permissions": town.permissions_of(town.bot).to_string(), "attachment_size_limit": 10_485_760,
    });
    if let Some(source) = interaction.source.filter(|id| state.posts.all.contains_key(id)) {
        event["message"] = message_json(state, source);
    }
    let may = if channel.foreign.is_some() { elsewhere } else { town.permissions_of(interaction.user) };
    let permissions = json!(may.to_string());
    if channel.kind == kind::DM {
        event["user"] = town.user_json(interaction.user);
        event["context"] = json!(1);
        event["authorizing_integration_owners"] = json!({"0": "0"});
        return event;
    }
    event["channel"]["permissions"] = permissions.clone();
    event["member"] = town.member_json(interaction.user);
    event["member"]["permissions"] = permissions;
    let guild = channel.foreign.unwrap_or(town.guild);
    event["guild_id"] = json!(guild.to_string());
    event["guild"] = json!({"id": guild.to_string(), "locale": "en-GB", "features": []});
    event["guild_locale"] = json!("en-GB");
    event["context"] = json!(0);
    let added = guild == town.guild || town.others.contains(&guild);
    let (how, whose) = if added { ("0", guild) } else { ("1", interaction.user) };
    event["authorizing_integration_owners"] = json!({how: whose.to_string()});
    event
}

/// A message as interactions show it: always with its content.
pub fn message_json(state: &State, message: Id) -> Value {
    state.posts.all.get(&message).map_or(Value::Null, |post| posts::json(state, post))
}

/// The objects that a command's or a select's values stand for. Ids of other kinds are passed over.
pub fn resolved(state: &State, users: &[Id], roles: &[Id], channels: &[Id]) -> Value {
    let town = &state.town;
    let mut objects = json!({});
    for id in users.iter().filter(|id| town.find_person(**id).is_some()) {
        objects["users"][id.to_string()] = town.user_json(*id);
        objects["members"][id.to_string()] = town.partial_member_json(*id);
        objects["members"][id.to_string()]["permissions"] = json!(town.permissions_of(*id).to_string());
    }
    for role in roles.iter().filter_map(|id| town.find_role(*id)) {
        objects["roles"][role.id.to_string()] = town.role_json(role);
    }
    for channel in channels.iter().filter_map(|id| town.channels.get(id)) {
        let mut shown = town.channel_json(channel);
        shown["permissions"] = json!(town.permissions_of(town.bot).to_string());
        objects["channels"][channel.id.to_string()] = shown;
    }
    objects
}

/// The id of the person, role or channel of that name.
pub fn named(state: &State, name: &str) -> Option<Id> {
    let name = name.trim_start_matches(['@', '#']);
    let town = &state.town;
    let person = town.people.iter().find(|p| p.name == name).map(|p| p.id);
    let role = || town.roles.iter().find(|r| r.name == name).map(|r| r.id);
    person.or_else(role).or_else(|| town.channel_named(name))
}
