//! REST of channels: messages, reactions, typing, threads.

use serde_json::{Value, json};

use super::gateway::intent;
use super::http::{Answer, Call, Outcome, id};
use super::posts;
use super::state::{Id, State};
use super::town::{Channel, kind};

/// Everything below `/channels/{channel}`.
pub fn answer(state: &mut State, call: &Call, channel: Id, rest: &[&str]) -> Option<Outcome> {
    let outcome = match (call.method.as_str(), rest) {
        ("GET", []) => found(state, channel).map(|c| Answer::ok(state.town.channel_json(c))),
        ("PATCH", []) => change(state, call, channel),
        ("DELETE", []) => remove(state, channel),
        ("GET", ["messages"]) => list(state, call, channel),
        ("POST", ["messages"]) => posts::create(state, call, channel),
        ("GET", ["messages", message]) => get(state, channel, id(message)),
        ("PATCH", ["messages", message]) => {
            get(state, channel, id(message)).and_then(|_| posts::edit(state, call, id(message)))
        }
        ("DELETE", ["messages", message]) => {
            get(state, channel, id(message)).and_then(|_| posts::delete(state, id(message)))
        }
        ("POST", ["messages", message, "threads"]) => {
            get(state, channel, id(message)).and_then(|_| open_thread(state, call, channel, Some(id(message))))
        }
        ("POST", ["threads"]) => open_thread(state, call, channel, None),
        ("PUT", ["messages", "pins", message]) => get(state, channel, id(message)).map(|_| {
            state.posts.change(id(message), |post| post.pinned = true);
            Answer::nothing()
        }),
        ("PUT" | "DELETE", ["messages", message, "reactions", emoji, who]) => {
            let who = if *who == "@me" { state.town.bot } else { id(who) };
            get(state, channel, id(message)).map(|_| react(state, call.method == "PUT", id(message), emoji, who))
        }
        ("GET", ["messages", message, "reactions", emoji]) => {
            get(state, channel, id(message)).map(|_| reacted(state, id(message), emoji))
        }
        ("DELETE", ["messages", message, "reactions"]) => get(state, channel, id(message)).map(|_| {
            state.posts.change(id(message), |post| post.reactions.clear());
            Answer::nothing()
        }),
        ("POST", ["typing"]) => type_in(state, channel),
        ("PUT" | "DELETE", ["thread-members", _]) => found(state, channel).map(|_| Answer::nothing()),
        _ => return None,
    };
    Some(outcome)
}

fn found(state: &State, channel: Id) -> Result<&Channel, Answer> {
    state.town.channels.get(&channel).ok_or_else(|| Answer::unknown(10003, "Channel"))
}

fn get(state: &State, channel: Id, message: Id) -> Outcome {
    found(state, channel)?;
    let post = state.posts.all.get(&message).filter(|p| p.channel == channel && p.ephemeral_for.is_none());
    let post = post.ok_or_else(|| Answer::unknown(10008, "Message"))?;
    Ok(Answer::ok(posts::visible_json(state, post)))
}

/// The newest first, as Discord lists them; with `after`, those next to it, still newest first.
fn list(state: &State, call: &Call, channel: Id) -> Outcome {
    found(state, channel)?;
    let limit = call.query.get("limit").and_then(|n| n.parse().ok()).unwrap_or(50);
    let bound = |name: &str| call.query.get(name).map(|n| id(n));
    let (before, after) = (bound("before").unwrap_or(Id::MAX), bound("after"));
    let all = state.posts.all.values().filter(|p| p.channel == channel && p.ephemeral_for.is_none());
    let within = all.filter(|p| p.id < before && p.id > after.unwrap_or(0));
    let mut picked: Vec<_> = match after {
        Some(_) => within.take(limit).collect(),
        None => within.rev().take(limit).collect(),
    };
    picked.sort_by_key(|post| std::cmp::Reverse(post.id));
    Ok(Answer::ok(picked.into_iter().map(|post| posts::visible_json(state, post)).collect()))
}

fn change(state: &mut State, call: &Call, channel: Id) -> Outcome {
    let Some(place) = state.town.channels.get_mut(&channel) else { return Err(Answer::unknown(10003, "Channel")) };
    if let Some(name) = call.body["name"].as_str() {
        place.name = name.to_owned();
    }
    place.archived = call.body["archived"].as_bool().unwrap_or(place.archived);
    place.locked = call.body["locked"].as_bool().unwrap_or(place.locked);
    Ok(Answer::ok(state.town.channel_json(&state.town.channels[&channel])))
}

fn remove(state: &mut State, channel: Id) -> Outcome {
    let body = state.town.channel_json(found(state, channel)?);
    state.town.channels.remove(&channel);
    Ok(Answer::ok(body))
}

fn type_in(state: &mut State, channel: Id) -> Outcome {
    posts::may_write(state, channel)?;
    state.town.change_channel(channel, |place| place.typed += 1);
    Ok(Answer::nothing())
}

/// A thread of the bot's: from a message, without one, or a forum post with its first message.
fn open_thread(state: &mut State, call: &Call, parent: Id, from: Option<Id>) -> Outcome {
    let place = found(state, parent)?;
    if place.forbidden {
        return Err(Answer::refusal(403, 50013, "Missing Permissions"));
    }
    if from.is_some_and(|message| state.town.channels.contains_key(&message)) {
        return Err(Answer::refusal(400, 160_004, "A thread has already been created for this message"));
    }
    let is_forum = place.kind == kind::FORUM;
    if is_forum && call.body["message"].is_null() {
        return Err(Answer::refusal(400, 50035, "Invalid Form Body: message: This field is required"));
    }
    let name = call.body["name"].as_str().unwrap_or_default().to_owned();
    let bot = state.town.bot;
    if !is_forum {
        let thread = from.unwrap_or_else(|| state.clock.snowflake());
        start_thread(state, parent, thread, bot, &name);
        return Ok(Answer::created(state.town.channel_json(&state.town.channels[&thread])));
    }
    let first = posts::write(state, parent, bot, &call.body["message"], &call.files)?;
    move_into_thread(state, first);
    start_thread(state, parent, first, bot, &name);
    posts::announce(state, first, None);
    let mut body = state.town.channel_json(&state.town.channels[&first]);
    body["message"] = posts::json(state, &state.posts.all[&first]);
    Ok(Answer::created(body))
}

/// The first message of a forum post has the id of its thread and is in it.
pub fn move_into_thread(state: &mut State, first: Id) {
    state.posts.change(first, |post| post.channel = first);
}

/// Opens a thread and says so.
pub fn start_thread(state: &mut State, parent: Id, thread: Id, owner: Id, name: &str) {
    let mut channel = Channel::new(thread, name, kind::PUBLIC_THREAD);
    (channel.parent, channel.owner) = (Some(parent), Some(owner));
    state.town.channels.insert(thread, channel);
    let mut data = state.town.channel_json(&state.town.channels[&thread]);
    data["newly_created"] = json!(true);
    let told = |held: u64| (held & intent::GUILDS != 0).then(|| data.clone());
    state.gateway.dispatch("THREAD_CREATE", Some(state.town.guild), told);
}

/// Adds or takes away a reaction.
pub fn react(state: &mut State, add: bool, message: Id, emoji: &str, who: Id) -> Answer {
    let Some(post) = state.posts.all.get_mut(&message) else { return Answer::unknown(10008, "Message") };
    let mark = (emoji.to_owned(), who);
    if post.reactions.contains(&mark) == add {
        return Answer::nothing();
    }
    match add {
        true => post.reactions.push(mark),
        false => post.reactions.retain(|m| *m != mark),
    }
    let (channel, author) = (post.channel, post.author);
    let guild = state.town.guild_of(channel);
    let mut data = json!({
        "user_id": who.to_string(), "channel_id": channel.to_string(), "message_id": message.to_string(),
        "emoji": {"id": null, "name": emoji}, "burst": false, "type": 0,
    });
    if let Some(guild) = guild {
        data["guild_id"] = json!(guild.to_string());
    }
    if add {
        data["message_author_id"] = json!(author.to_string());
    }
    if add && guild.is_some() {
        data["member"] = state.town.member_json(who);
    }
    let needed = if guild.is_some() { intent::GUILD_MESSAGE_REACTIONS } else { intent::DIRECT_MESSAGE_REACTIONS };
    let event = if add { "MESSAGE_REACTION_ADD" } else { "MESSAGE_REACTION_REMOVE" };
    state.gateway.dispatch(event, guild, |held| (held & needed != 0).then(|| data.clone()));
    Answer::nothing()
}

fn reacted(state: &State, message: Id, emoji: &str) -> Answer {
    let marks = state.posts.all[&message].reactions.iter().filter(|(name, _)| name == emoji);
    Answer::ok(marks.map(|(_, who)| state.town.user_json(*who)).collect::<Value>())
}
