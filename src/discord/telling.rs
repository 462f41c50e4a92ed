//! What Discord tells of a member when it is asked, for the console: there nobody's role comes along with what they do.

use std::collections::HashMap;
use std::sync::Arc;

use poise::serenity_prelude::Permissions;
use serde_json::Value;

use super::http::{Failure, Rest};
use super::member::Who;
use super::sql;
use crate::community::{Community, Member, Members, Places};
use crate::{App, Error, Result};

/// From now on, questions about a member of a server are answered by Discord.
pub fn tell(app: &App, rest: &Arc<Rest>) {
    name_places(app, Arc::clone(rest));
    let (store, rest) = (app.store.clone(), Arc::clone(rest));
    app.store.beside::<Members>().ask_discord(move |community, actor| {
        let (store, rest) = (store.clone(), Arc::clone(&rest));
        Box::pin(async move {
            let (Community::Discord(guild), Some(user)) = (community, user_of(&actor)) else { return Ok(None) };
            let Some(member) = found(rest.get(&format!("/guilds/{guild}/members/{user}"), "").await)? else {
                return Ok(None);
            };
            let Some(server) = found(rest.get(&format!("/guilds/{guild}"), "").await)? else { return Ok(None) };
            let who = Who::told(user, guild, ids(&member["roles"]), manages(user, guild, &member, &server));
            let role = who.role(&sql::settings(&store, Some(guild)).await?);
            Ok(Some(Member { name: name(&member), role }))
        })
    });
}

/// The same for the names of a server, its roles and its channels.
fn name_places(app: &App, rest: Arc<Rest>) {
    app.store.beside::<Members>().ask_discord_for_names(move |community| {
        let rest = Arc::clone(&rest);
        Box::pin(async move {
            let Community::Discord(guild) = community else { return Ok(Places::default()) };
            let server = found(rest.get(&format!("/guilds/{guild}"), "").await)?.unwrap_or_default();
            let channels = found(rest.get(&format!("/guilds/{guild}/channels"), "").await)?.unwrap_or_default();
            let name = server["name"].as_str().map(str::to_owned);
            Ok(Places { name, roles: names(&server["roles"]), channels: names(&channels) })
        })
    });
}

fn names(list: &Value) -> HashMap<String, String> {
    let named = |one: &Value| Some((one["id"].as_str()?.to_owned(), one["name"].as_str()?.to_owned()));
    list.as_array().into_iter().flatten().filter_map(named).collect()
}

fn user_of(actor: &str) -> Option<u64> {
    actor.strip_prefix("discord:")?.parse().ok()
}

/// What was asked for; nothing if Discord knows of no such thing.
fn found(answer: Result<Value, Failure>) -> Result<Option<Value>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Failure::Refused(refusal)) if matches!(refusal.status, 403 | 404) => Ok(None),
        Err(failure) => {
            tracing::warn!(trouble = %failure, "Discord could not be asked about a member");
            Err(Error::refused("Discord does not say now what you may do here; wait a minute, then try again."))
        }
    }
}

fn id(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}

fn ids(list: &Value) -> Vec<u64> {
    list.as_array().into_iter().flatten().filter_map(id).collect()
}

/// Whether they may manage the server: by owning it, by a role of theirs, or by that of everybody, which has the server's id.
fn manages(user: u64, guild: u64, member: &Value, server: &Value) -> bool {
    let held = ids(&member["roles"]);
    let theirs = |role: &&Value| id(&role["id"]).is_some_and(|id| id == guild || held.contains(&id));
    let roles = server["roles"].as_array().into_iter().flatten().filter(theirs);
    let bits = roles.filter_map(|role| role["permissions"].as_str()?.parse::<u64>().ok()).fold(0, |all, one| all | one);
    let may = Permissions::from_bits_truncate(bits);
    id(&server["owner_id"]) == Some(user) || may.administrator() || may.manage_guild()
}

/// What they are called in that server.
fn name(member: &Value) -> String {
    let names = [&member["nick"], &member["user"]["global_name"], &member["user"]["username"]];
    let name = names.into_iter().find_map(|name| name.as_str().filter(|name| !name.trim().is_empty()));
    name.unwrap_or("somebody").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_owns_the_server_or_has_a_role_that_manages_it_manages_it() {
        let server = json!({"owner_id": "1", "roles": [
            {"id": "9", "permissions": "1024"}, {"id": "20", "permissions": "32"}, {"id": "21", "permissions": "8"},
            {"id": "22", "permissions": "2048"},
        ]});
        let table = [
            (1, vec![], true),
            (2, vec!["20"], true),
            (2, vec!["21"], true),
            (2, vec!["22"], false),
            (2, vec![], false),
        ];
        for (user, roles, expected) in table {
            let member = json!({"roles": roles, "user": {"username": "ann"}});
            assert_eq!(manages(user, 9, &member, &server), expected, "{user} {member}");
        }
        // The role that everybody has.
        let open = json!({"owner_id": "1", "roles": [{"id": "9", "permissions": "32"}]});
        assert!(manages(2, 9, &json!({"roles": []}), &open));
    }

    #[test]
    fn people_are_called_what_their_server_calls_them() {
        let table = [
            (json!({"nick": "Mara", "user": {"username": "m", "global_name": "M."}}), "Mara"),
            (json!({"nick": null, "user": {"username": "m", "global_name": "M."}}), "M."),
            (json!({"user": {"username": "m", "global_name": " "}}), "m"),
            (json!({}), "somebody"),
        ];
        for (member, expected) in table {
            assert_eq!(name(&member), expected);
        }
    }
}
