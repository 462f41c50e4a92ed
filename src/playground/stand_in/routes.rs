//! The table of REST routes, and the short ones among them: account, application, community.

use serde_json::{Value, json};

use super::gateway::application_flags;
use super::http::{Answer, Call, Outcome, id};
use super::state::{Id, State, note};
use super::town::kind;
use super::{channels, commands, interactions};

/// Does what the request asks for; what no route knows is recorded as unexpected.
pub fn answer(state: &mut State, call: &Call) -> Outcome {
    let path: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let outcome = match (call.method.as_str(), path.as_slice()) {
        ("GET", ["gateway"]) => Some(Ok(Answer::ok(json!({"url": state.town.gateway_url})))),
        ("GET", ["gateway", "bot"]) => Some(Ok(gateway_bot(state))),
        ("GET", ["users", "@me"]) => Some(Ok(Answer::ok(state.town.user_json(state.town.bot)))),
        ("GET", ["users", "@me", "guilds"]) => Some(Ok(my_guilds(state))),
        ("POST", ["users", "@me", "channels"]) => Some(open_dm(state, call)),
        ("GET", ["users", user]) => Some(user_by_id(state, id(user))),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => Some(Ok(application(state))),
        (_, ["applications", application, rest @ ..]) if id(application) == state.town.application => {
            commands::answer(state, call, rest)
        }
        ("POST", ["interactions", interaction, token, "callback"]) => {
            Some(interactions::callback(state, call, id(interaction), token))
        }
        (_, ["webhooks", application, token, rest @ ..]) => {
            interactions::webhook(state, call, id(application), token, rest)
        }
        (_, ["channels", channel, rest @ ..]) => channels::answer(state, call, id(channel), rest),
        (_, ["guilds", guild, rest @ ..]) if id(guild) == state.town.guild => guild_route(state, call, rest),
        ("GET", ["guilds", guild, "channels"]) if state.town.others.contains(&id(guild)) => {
            Some(Ok(Answer::ok(state.town.channels_of(id(guild)))))
        }
        ("GET", ["guilds", _, ..]) => Some(Err(Answer::unknown(10004, "Guild"))),
        _ => None,
    };
    outcome.unwrap_or_else(|| {
        note(&mut state.ledger.unexpected, format!("{} {}", call.method, call.path()));
        Err(Answer::refusal(404, 0, "404: Not Found"))
    })
}

fn gateway_bot(state: &State) -> Answer {
    let (remaining, reset_after) = state.gateway.session_limit.unwrap_or((999, 14_400_000));
    let limit = json!({"total": 1000, "remaining": remaining, "reset_after": reset_after, "max_concurrency": 1});
    Answer::ok(json!({"url": state.town.gateway_url, "shards": state.town.shards, "session_start_limit": limit}))
}

fn my_guilds(state: &State) -> Answer {
    let town = &state.town;
    let guild = |id: &Id| {
        json!({
            "id": id.to_string(), "name": town.name, "icon": null, "banner": null, "owner": false,
            "permissions": town.permissions_of(town.bot).to_string(), "features": [],
        })
    };
    Answer::ok(std::iter::once(&town.guild).chain(&town.others).map(guild).collect())
}

fn open_dm(state: &mut State, call: &Call) -> Outcome {
    let whom = id(call.body["recipient_id"].as_str().unwrap_or_default());
    if state.town.find_person(whom).is_none() {
        return Err(Answer::refusal(400, 50033, "Invalid Recipient(s)"));
    }
    let channel = state.town.dm_with(whom);
    Ok(Answer::ok(state.town.channel_json(&state.town.channels[&channel])))
}

fn user_by_id(state: &State, user: Id) -> Outcome {
    state.town.find_person(user).ok_or_else(|| Answer::unknown(10013, "User"))?;
    Ok(Answer::ok(state.town.user_json(user)))
}

fn application(state: &State) -> Answer {
    let town = &state.town;
    Answer::ok(json!({
        "id": town.application.to_string(), "name": "Cairn", "icon": null, "description": "", "bot_public": true,
        "bot_require_code_grant": false, "verify_key": "00", "flags": application_flags(town), "team": null,
        "owner": town.user_json(town.people[0].id), "bot": town.user_json(town.bot), "approximate_guild_count": 1,
        "summary": "", "rpc_origins": [], "tags": [], "redirect_uris": [], "role_connections_verification_url": null,
        "interactions_endpoint_url": null, "integration_types_config": {"0": {}},
    }))
}

fn guild_route(state: &mut State, call: &Call, rest: &[&str]) -> Option<Outcome> {
    let town = &state.town;
    let outcome = match (call.method.as_str(), rest) {
        ("GET", []) => Ok(Answer::ok(town.guild_json())),
        ("GET", ["channels"]) => Ok(Answer::ok(town.guild_create_json()["channels"].take())),
        ("GET", ["roles"]) => Ok(Answer::ok(town.guild_json()["roles"].take())),
        ("GET", ["threads", "active"]) => Ok(Answer::ok(active_threads(state))),
        ("GET", ["members"]) => Ok(Answer::ok(members(state, call))),
        ("GET", ["members", member]) => match town.find_person(id(member)) {
            Some(person) => Ok(Answer::ok(town.member_json(person.id))),
            None => Err(Answer::unknown(10007, "Member")),
        },
        ("PUT" | "DELETE", ["members", member, "roles", role]) => set_role(state, call, id(member), id(role)),
        _ => return None,
    };
    Some(outcome)
}

fn active_threads(state: &State) -> Value {
    let threads = state.town.channels.values().filter(|c| c.kind == kind::PUBLIC_THREAD && !c.archived);
    let threads: Vec<Value> = threads.map(|c| state.town.channel_json(c)).collect();
    json!({"threads": threads, "members": []})
}

fn members(state: &State, call: &Call) -> Value {
    let after = call.query.get("after").map_or(0, |text| id(text));
    let limit = call.query.get("limit").and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut ids: Vec<Id> = state.town.people.iter().map(|p| p.id).filter(|id| *id > after).collect();
    ids.sort_unstable();
    ids.into_iter().take(limit).map(|id| state.town.member_json(id)).collect()
}

/// `PUT` gives a role, `DELETE` takes it.
fn set_role(state: &mut State, call: &Call, member: Id, role: Id) -> Outcome {
    state.town.find_person(member).ok_or_else(|| Answer::unknown(10007, "Member"))?;
    let found = state.town.find_role(role).ok_or_else(|| Answer::unknown(10011, "Role"))?;
    if found.out_of_reach {
        return Err(Answer::refusal(403, 50013, "Missing Permissions"));
    }
    let given = call.method == "PUT";
    state.town.change_person(member, |person| {
        person.roles.retain(|id| *id != role);
        person.roles.extend(given.then_some(role));
    });
    Ok(Answer::nothing())
}
