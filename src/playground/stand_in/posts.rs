//! Messages: kept in order, written and edited, shown as JSON, told to the gateway.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::gateway::intent;
use super::http::{Answer, Call, Outcome};
use super::multipart::File;
use super::state::{Id, State};
use super::town::{Town, kind};

/// How long a nonce is remembered: "the past few minutes".
const NONCE_LIFE: Duration = Duration::from_secs(300);

/// Message flags.
pub mod flag {
    /// One person sees it.
    pub const EPHEMERAL: u64 = 1 << 6;
    /// “Thinking…”
    pub const LOADING: u64 = 1 << 7;
}

/// All messages, and the nonces that some were sent with.
#[derive(Default)]
pub struct Posts {
    /// By their ids, which are in order of time.
    pub all: BTreeMap<Id, Post>,
    /// Those of the last minutes.
    pub nonces: Vec<Nonce>,
    /// How many are kept, if not all.
    pub most: Option<usize>,
}

impl Posts {
    /// Keeps a new message, and forgets the oldest if there is a bound. Returns its id.
    pub fn keep(&mut self, post: Post) -> Id {
        let id = post.id;
        self.all.insert(id, post);
        while self.most.is_some_and(|most| self.all.len() > most) {
            self.all.pop_first();
        }
        id
    }

    /// Changes a message, if there is one of that id.
    pub fn change(&mut self, id: Id, change: impl FnOnce(&mut Post)) {
        if let Some(post) = self.all.get_mut(&id) {
            change(post);
        }
    }
}

/// A nonce that was to be enforced.
pub struct Nonce {
    text: String,
    message: Id,
    sent: Instant,
}

/// One message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Post {
    /// Its number.
    pub id: Id,
    /// Where it is.
    pub channel: Id,
    /// Who wrote it.
    pub author: Id,
    /// Its text.
    pub content: String,
    /// As Discord has them.
    pub embeds: Vec<Value>,
    /// Rows of buttons and selects.
    pub components: Vec<Value>,
    /// Its attachments.
    pub files: Vec<File>,
    /// See [`flag`].
    pub flags: u64,
    /// The message that it answers.
    pub reply_to: Option<Id>,
    /// Whom it notified: `@everyone`, `@ann`, `@mods`.
    pub pings: Vec<String>,
    /// Emoji and who reacted with it.
    pub reactions: Vec<(String, Id)>,
    /// Only this person sees it.
    pub ephemeral_for: Option<Id>,
    /// `interaction_metadata`, if it answers an interaction.
    pub interaction: Option<Value>,
    /// When it was written.
    pub created: Timestamp,
    /// When it was changed last.
    pub edited: Option<Timestamp>,
    /// Already shown to the test.
    pub seen: bool,
    /// Pinned in its channel.
    pub pinned: bool,
}

impl Post {
    /// An empty message.
    pub fn new(id: Id, channel: Id, author: Id, created: Timestamp) -> Self {
        Self {
            id,
            channel,
            author,
            content: String::new(),
            embeds: vec![],
            components: vec![],
            files: vec![],
            flags: 0,
            reply_to: None,
            pings: vec![],
            reactions: vec![],
            ephemeral_for: None,
            interaction: None,
            created,
            edited: None,
            seen: false,
            pinned: false,
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.content.trim().is_empty() && self.embeds.is_empty() && self.components.is_empty() && self.files.is_empty()
    }

    /// Whether it says “thinking…”.
    pub fn is_loading(&self) -> bool {
        self.flags & flag::LOADING != 0
    }

    /// Takes over what a body sets; fields that it does not name stay.
    pub fn fill(&mut self, town: &Town, body: &Value, files: &[File]) {
        if let Some(content) = body.get("content") {
            self.content = content.as_str().unwrap_or_default().to_owned();
        }
        if let Some(embeds) = body.get("embeds") {
            self.embeds = embeds.as_array().cloned().unwrap_or_default();
        }
        if let Some(rows) = body.get("components") {
            self.components = rows.as_array().cloned().unwrap_or_default();
        }
        // Ids come as numbers and as texts.
        let number = |id: &Value| id.as_u64().or_else(|| id.as_str()?.parse().ok());
        if let Some(kept) = body.get("attachments").and_then(Value::as_array) {
            self.files.retain(|file| kept.iter().any(|k| number(&k["id"]) == Some(file.id)));
        }
        let first_id = self.files.iter().map(|file| file.id).max().unwrap_or(self.id) + 1;
        let described = |file: &File| {
            let said = body["attachments"].as_array().into_iter().flatten().find(|a| number(&a["id"]) == Some(file.id));
            said.and_then(|said| said["description"].as_str()).unwrap_or_default().to_owned()
        };
        let new = (first_id..).zip(files).map(|(id, file)| File { id, description: described(file), ..file.clone() });
        self.files.extend(new.collect::<Vec<_>>());
        self.pings = pings(town, &self.content, body.get("allowed_mentions").filter(|v| !v.is_null()));
    }
}

/// Whom a text notifies under its `allowed_mentions`; without them, all it mentions.
fn pings(town: &Town, content: &str, allowed: Option<&Value>) -> Vec<String> {
    let listed = |key: &str, item: &str| {
        allowed.is_some_and(|a| a[key].as_array().is_some_and(|list| list.contains(&json!(item))))
    };
    let parsed = |sort: &str| allowed.is_none() || listed("parse", sort);
    let mut rung = Vec::new();
    for word in ["@everyone", "@here"] {
        if content.contains(word) && parsed("everyone") {
            rung.push(word.to_owned());
        }
    }
    for role in &town.roles {
        let named = content.contains(&format!("<@&{}>", role.id));
        if named && (parsed("roles") || listed("roles", &role.id.to_string())) {
            rung.push(format!("@{}", role.name));
        }
    }
    for person in &town.people {
        let named = content.contains(&format!("<@{}>", person.id)) || content.contains(&format!("<@!{}>", person.id));
        if named && (parsed("users") || listed("users", &person.id.to_string())) {
            rung.push(format!("@{}", person.name));
        }
    }
    rung
}

/// `POST /channels/{id}/messages`.
pub fn create(state: &mut State, call: &Call, channel: Id) -> Outcome {
    may_write(state, channel)?;
    let nonce = nonce_text(&call.body["nonce"]);
    let enforced = call.body["enforce_nonce"] == json!(true);
    state.posts.nonces.retain(|n| n.sent.elapsed() < NONCE_LIFE);
    let earlier = state.posts.nonces.iter().find(|n| enforced && Some(&n.text) == nonce.as_ref());
    if let Some(earlier) = earlier.filter(|n| state.posts.all.contains_key(&n.message)) {
        let mut body = json(state, &state.posts.all[&earlier.message]);
        body["nonce"] = call.body["nonce"].clone();
        return Ok(Answer::ok(body));
    }
    let id = write(state, channel, state.town.bot, &call.body, &call.files)?;
    if let Some(text) = nonce.filter(|_| enforced) {
        state.posts.nonces.push(Nonce { text, message: id, sent: Instant::now() });
    }
    announce(state, id, Some(&call.body["nonce"]));
    let mut body = json(state, &state.posts.all[&id]);
    if !call.body["nonce"].is_null() {
        body["nonce"] = call.body["nonce"].clone();
    }
    Ok(Answer::ok(body))
}

fn nonce_text(nonce: &Value) -> Option<String> {
    match nonce {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Puts a new message of `author` into `channel`; nobody is told yet.
pub fn write(state: &mut State, channel: Id, author: Id, body: &Value, files: &[File]) -> Result<Id, Answer> {
    let mut post = Post::new(state.clock.snowflake(), channel, author, state.clock.now());
    post.flags = body["flags"].as_u64().unwrap_or(0);
    post.reply_to = body["message_reference"]["message_id"].as_str().map(super::http::id);
    post.fill(&state.town, body, files);
    if post.is_empty() {
        return Err(Answer::refusal(400, 50006, "Cannot send an empty message"));
    }
    let strict = body["message_reference"]["fail_if_not_exists"] != json!(false);
    if strict && post.reply_to.is_some_and(|to| !state.posts.all.contains_key(&to)) {
        return Err(Answer::refusal(400, 50035, "Invalid Form Body: Unknown message"));
    }
    Ok(state.posts.keep(post))
}

/// Whether the bot may write in `channel`.
pub fn may_write(state: &State, channel: Id) -> Result<(), Answer> {
    let place = state.town.channels.get(&channel).ok_or_else(|| Answer::unknown(10003, "Channel"))?;
    let refuses = place.recipient.and_then(|id| state.town.find_person(id)).is_some_and(|p| p.refuses_dms);
    if refuses {
        return Err(Answer::refusal(403, 50007, "Cannot send messages to this user"));
    }
    if place.forbidden || place.locked {
        return Err(Answer::refusal(403, 50013, "Missing Permissions"));
    }
    if place.kind == kind::FORUM {
        return Err(Answer::refusal(400, 50008, "Cannot send messages in a non-text channel"));
    }
    if place.archived {
        return Err(Answer::refusal(400, 50083, "Thread is archived"));
    }
    Ok(())
}

/// `PATCH /channels/{id}/messages/{id}` and the edits of interaction answers.
pub fn edit(state: &mut State, call: &Call, id: Id) -> Outcome {
    let mut post = state.posts.all.get(&id).cloned().ok_or_else(|| Answer::unknown(10008, "Message"))?;
    if post.author != state.town.bot {
        return Err(Answer::refusal(403, 50005, "Cannot edit a message authored by another user"));
    }
    post.fill(&state.town, &call.body, &call.files);
    if post.is_empty() {
        return Err(Answer::refusal(400, 50006, "Cannot send an empty message"));
    }
    post.flags &= !flag::LOADING;
    post.edited = Some(state.clock.now());
    post.seen = false;
    state.posts.all.insert(id, post);
    tell(state, "MESSAGE_UPDATE", id, None);
    Ok(Answer::ok(json(state, &state.posts.all[&id])))
}

/// Deletes a message; `MESSAGE_DELETE` follows.
pub fn delete(state: &mut State, id: Id) -> Outcome {
    let post = state.posts.all.remove(&id).ok_or_else(|| Answer::unknown(10008, "Message"))?;
    let guild = state.town.guild_of(post.channel);
    let data = json!({
        "id": id.to_string(), "channel_id": post.channel.to_string(), "guild_id": guild.map(|g| g.to_string()),
    });
    if post.ephemeral_for.is_none() {
        let needed = if guild.is_some() { intent::GUILD_MESSAGES } else { intent::DIRECT_MESSAGES };
        state.gateway.dispatch("MESSAGE_DELETE", guild, |held| (held & needed != 0).then(|| data.clone()));
    }
    Ok(Answer::nothing())
}

/// Tells the gateway of a new message.
pub fn announce(state: &mut State, id: Id, nonce: Option<&Value>) {
    tell(state, "MESSAGE_CREATE", id, nonce);
}

fn tell(state: &mut State, event: &str, id: Id, nonce: Option<&Value>) {
    let post = &state.posts.all[&id];
    if post.ephemeral_for.is_some() {
        return;
    }
    let guild = state.town.guild_of(post.channel);
    let needed = if guild.is_some() { intent::GUILD_MESSAGES } else { intent::DIRECT_MESSAGES };
    let mut whole = json(state, post);
    if let Some(nonce) = nonce.filter(|n| !n.is_null()) {
        whole["nonce"] = nonce.clone();
    }
    if let Some(guild) = guild {
        whole["guild_id"] = json!(guild.to_string());
        whole["member"] = state.town.partial_member_json(post.author);
    }
    let (open, blank) = (reads_anyway(&state.town, post), without_content(whole.clone()));
    state.gateway.dispatch(event, guild, |held| {
        let reads = open || held & intent::MESSAGE_CONTENT != 0;
        (held & needed != 0).then(|| if reads { whole.clone() } else { blank.clone() })
    });
}

/// Its own messages, direct messages and messages that mention it: the bot reads these without an intent.
fn reads_anyway(town: &Town, post: &Post) -> bool {
    let mentioned = post.content.contains(&format!("<@{}>", town.bot));
    post.author == town.bot || town.guild_of(post.channel).is_none() || mentioned
}

fn without_content(mut message: Value) -> Value {
    message["content"] = json!("");
    for list in ["embeds", "components", "attachments"] {
        message[list] = json!([]);
    }
    message
}

/// A message as REST shows it to the bot: without its content if the application may not read it.
pub fn visible_json(state: &State, post: &Post) -> Value {
    let granted = state.town.granted_intents & intent::MESSAGE_CONTENT != 0;
    let whole = json(state, post);
    if granted || reads_anyway(&state.town, post) { whole } else { without_content(whole) }
}

/// The whole message as JSON, without its nonce.
pub fn json(state: &State, post: &Post) -> Value {
    let town = &state.town;
    let mentions: Vec<Value> = post
        .pings
        .iter()
        .filter_map(|ping| town.people.iter().find(|p| ping[1..] == p.name))
        .map(|person| town.user_json(person.id))
        .collect();
    let mut message = json!({
        "id": post.id.to_string(), "channel_id": post.channel.to_string(), "author": town.user_json(post.author),
        "content": post.content, "timestamp": post.created.to_string(),
        "edited_timestamp": post.edited.map(|at| at.to_string()), "tts": false,
        "mention_everyone": post.pings.iter().any(|p| p == "@everyone"), "mentions": mentions, "mention_roles": [],
        "attachments": attachments(post), "embeds": post.embeds, "components": post.components, "pinned": post.pinned,
        "type": if post.reply_to.is_some() { 19 } else if post.interaction.is_some() { 20 } else { 0 },
        "flags": post.flags,
    });
    if let Some(metadata) = &post.interaction {
        message["interaction_metadata"] = metadata.clone();
        message["application_id"] = json!(town.application.to_string());
        message["webhook_id"] = json!(town.application.to_string());
    }
    if let Some(reply_to) = post.reply_to {
        let guild = town.guild_of(post.channel).map(|id| id.to_string());
        message["message_reference"] = json!({
            "type": 0, "message_id": reply_to.to_string(), "channel_id": post.channel.to_string(), "guild_id": guild,
        });
    }
    if !post.reactions.is_empty() {
        message["reactions"] = reactions(town, post);
    }
    message
}

fn attachments(post: &Post) -> Vec<Value> {
    let link = |file: &File| format!("https://cdn.discordapp.com/attachments/{}/{}", post.channel, file.name);
    let shown = post.files.iter().map(|file| {
        json!({
            "id": file.id.to_string(), "filename": file.name, "size": file.bytes.len(), "description": file.description,
            "url": link(file), "proxy_url": link(file),
        })
    });
    shown.collect()
}

fn reactions(town: &Town, post: &Post) -> Value {
    let mut counted: Vec<(&str, usize, bool)> = Vec::new();
    for (emoji, who) in &post.reactions {
        match counted.iter_mut().find(|(name, ..)| name == emoji) {
            Some((_, count, me)) => (*count, *me) = (*count + 1, *me || *who == town.bot),
            None => counted.push((emoji, 1, *who == town.bot)),
        }
    }
    let shown = counted.into_iter().map(|(emoji, count, me)| {
        json!({
            "emoji": {"id": null, "name": emoji}, "count": count, "me": me, "me_burst": false, "burst_colors": [],
            "count_details": {"burst": 0, "normal": count},
        })
    });
    shown.collect()
}
