//! The commands that the bot has registered, for everywhere or for the community.

use serde_json::{Value, json};

use super::http::{Answer, Call, Outcome, id};
use super::state::{Id, State};

/// Kinds of command.
#[allow(missing_docs, reason = "they are called what Discord calls them")]
pub mod kind {
    pub const SLASH: u64 = 1;
    pub const USER: u64 = 2;
    pub const MESSAGE: u64 = 3;
}

/// All registered commands, as Discord gives them back.
#[derive(Default)]
pub struct Commands {
    /// For everywhere.
    pub global: Vec<Value>,
    /// For the community alone.
    pub guild: Vec<Value>,
    /// How often a whole list was put.
    pub overwrites: usize,
}

impl Commands {
    /// The command of that kind and name; the community's own before the global one.
    pub fn find(&self, kind: u64, name: &str) -> Option<&Value> {
        let mut all = self.guild.iter().chain(&self.global);
        all.find(|c| c["name"] == json!(name) && c["type"].as_u64() == Some(kind))
    }

    /// The names of all commands of that kind.
    pub fn names(&self, kind: u64) -> Vec<&str> {
        let all = self.guild.iter().chain(&self.global).filter(|c| c["type"].as_u64() == Some(kind));
        all.filter_map(|c| c["name"].as_str()).collect()
    }
}

/// Everything below `/applications/{application}`.
pub fn answer(state: &mut State, call: &Call, rest: &[&str]) -> Option<Outcome> {
    let (guild, rest) = match rest {
        ["commands", rest @ ..] => (None, rest),
        ["guilds", guild, "commands", rest @ ..] if id(guild) == state.town.guild => (Some(state.town.guild), rest),
        _ => return None,
    };
    let outcome = match (call.method.as_str(), rest) {
        ("GET", []) => Ok(Answer::ok(json!(list(state, guild)))),
        ("PUT", []) => Ok(overwrite(state, call, guild)),
        ("POST", []) => Ok(create(state, call, guild)),
        ("GET", [command]) => find(state, guild, command).map(|at| Answer::ok(list(state, guild)[at].clone())),
        ("PATCH", [command]) => find(state, guild, command).map(|at| edit(state, call, guild, at)),
        ("DELETE", [command]) => find(state, guild, command).map(|at| {
            list(state, guild).remove(at);
            Answer::nothing()
        }),
        _ => return None,
    };
    Some(outcome)
}

fn list(state: &mut State, guild: Option<Id>) -> &mut Vec<Value> {
    if guild.is_some() { &mut state.commands.guild } else { &mut state.commands.global }
}

fn find(state: &mut State, guild: Option<Id>, command: &str) -> Result<usize, Answer> {
    let at = list(state, guild).iter().position(|c| c["id"] == json!(command));
    at.ok_or_else(|| Answer::unknown(10063, "application command"))
}

fn overwrite(state: &mut State, call: &Call, guild: Option<Id>) -> Answer {
    let wanted = call.body.as_array().cloned().unwrap_or_default();
    let new = wanted.iter().map(|body| registered(state, guild, body)).collect();
    *list(state, guild) = new;
    state.commands.overwrites += 1;
    Answer::ok(json!(list(state, guild)))
}

fn create(state: &mut State, call: &Call, guild: Option<Id>) -> Answer {
    let new = registered(state, guild, &call.body);
    let all = list(state, guild);
    let existing = all.iter().position(|c| c["id"] == new["id"]);
    match existing {
        Some(at) => all[at] = new.clone(),
        None => all.push(new.clone()),
    }
    if existing.is_some() { Answer::ok(new) } else { Answer::created(new) }
}

fn edit(state: &mut State, call: &Call, guild: Option<Id>, at: usize) -> Answer {
    let command = &mut list(state, guild)[at];
    for (key, value) in call.body.as_object().into_iter().flatten() {
        command[key] = value.clone();
    }
    Answer::ok(command.clone())
}

/// The command as Discord keeps it; one of the same kind and name keeps its id.
fn registered(state: &mut State, guild: Option<Id>, body: &Value) -> Value {
    let mut command = body.clone();
    let kind = body["type"].as_u64().unwrap_or(kind::SLASH);
    let same = |c: &&Value| c["name"] == body["name"] && c["type"].as_u64() == Some(kind);
    let known = list(state, guild).iter().find(same).map(|c| c["id"].clone());
    command["id"] = known.unwrap_or_else(|| json!(state.clock.snowflake().to_string()));
    command["version"] = json!(state.clock.snowflake().to_string());
    command["application_id"] = json!(state.town.application.to_string());
    command["type"] = json!(kind);
    let defaults = [("description", json!("")), ("nsfw", json!(false)), ("default_member_permissions", Value::Null)];
    for (key, value) in defaults {
        if command[key].is_null() {
            command[key] = value;
        }
    }
    if let Some(guild) = guild {
        command["guild_id"] = json!(guild.to_string());
    }
    command
}
