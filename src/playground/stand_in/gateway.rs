//! The gateway: sessions, sequence numbers, replay, and what a shard may say.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::state::{Id, State};
use super::town::Town;

/// Gateway intents.
#[allow(missing_docs, reason = "they are called what Discord calls them")]
pub mod intent {
    pub const GUILDS: u64 = 1 << 0;
    pub const GUILD_MEMBERS: u64 = 1 << 1;
    pub const GUILD_VOICE_STATES: u64 = 1 << 7;
    pub const GUILD_PRESENCES: u64 = 1 << 8;
    pub const GUILD_MESSAGES: u64 = 1 << 9;
    pub const GUILD_MESSAGE_REACTIONS: u64 = 1 << 10;
    pub const DIRECT_MESSAGES: u64 = 1 << 12;
    pub const DIRECT_MESSAGE_REACTIONS: u64 = 1 << 13;
    pub const MESSAGE_CONTENT: u64 = 1 << 15;
    /// Those that an application must be granted.
    pub const PRIVILEGED: u64 = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT;
}

/// Gateway opcodes.
mod op {
    pub const DISPATCH: u64 = 0;
    pub const HEARTBEAT: u64 = 1;
    pub const IDENTIFY: u64 = 2;
    pub const PRESENCE: u64 = 3;
    pub const VOICE: u64 = 4;
    pub const RESUME: u64 = 6;
    pub const RECONNECT: u64 = 7;
    pub const MEMBERS: u64 = 8;
    pub const INVALID_SESSION: u64 = 9;
    pub const HELLO: u64 = 10;
    pub const ACK: u64 = 11;
}

/// The largest payload a client may send.
const MAX_PAYLOAD: usize = 4096;
/// How many events a session that comes back is told again.
const REPLAYED: usize = 2_000;

/// All sessions, and what was asked of the gateway to do next.
#[derive(Default)]
pub struct Gateway {
    /// Every session so far.
    pub sessions: Vec<Session>,
    /// Every identify so far.
    pub identified: Vec<Identified>,
    /// How many sessions were resumed.
    pub resumed: usize,
    /// How many heartbeats came.
    pub heartbeats: usize,
    /// Milliseconds between heartbeats of connections to come, if not the usual.
    pub heartbeat_interval: Option<u64>,
    /// Heartbeats are not acknowledged.
    pub deaf: bool,
    /// Connections are cut as they come.
    pub down: bool,
    /// Close codes for the coming identifies.
    pub refusals: Vec<u16>,
    /// How many of the coming resumes are answered with "invalid session".
    pub forgotten_resumes: usize,
    /// How many of the coming resumes are not answered.
    pub ignored_resumes: usize,
    /// How many of the coming connections are not greeted.
    pub ungreeted: usize,
    /// What every session is told as soon as it stands.
    pub unrest: Option<Unrest>,
    /// How many sessions may be begun, and when there are more.
    pub session_limit: Option<(u64, u64)>,
    /// How many sessions there were when a test last waited for the bot to join.
    pub welcomed: usize,
    /// How many connections came.
    pub wires: u64,
}

/// A gateway that never leaves a session alone.
#[derive(Clone, Copy, PartialEq)]
pub enum Unrest {
    /// It asks to reconnect (opcode 7).
    Reconnect,
    /// It takes no session (opcode 9).
    Invalid,
}

/// What a shard said when it identified.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    /// What it wants to be told, see [`intent`].
    pub intents: u64,
    /// `(number, of how many)`.
    pub shard: (u64, u64),
    /// What it says of itself.
    pub properties: Value,
}

/// One session, connected or waiting to be resumed.
pub struct Session {
    id: String,
    shard: (u64, u64),
    intents: u64,
    /// What was dispatched, by sequence number, the last [`REPLAYED`] of it.
    sent: VecDeque<String>,
    /// How much was dispatched before that.
    forgotten: usize,
    wire: Option<Wire>,
    over: bool,
}

/// The sending half of a connection.
#[derive(Clone)]
pub struct Wire {
    /// Counted from 1.
    pub number: u64,
    /// Where pushes go.
    pub out: UnboundedSender<Push>,
    /// The session it speaks for.
    session: Option<usize>,
}

/// What is pushed down a connection.
#[derive(Debug)]
pub enum Push {
    /// JSON.
    Payload(String),
    /// A close frame with its code and reason.
    Close(u16, &'static str),
    /// Nothing goes down for so long; what comes up meanwhile waits, too.
    Pause(Duration),
    /// A close frame without a code.
    BareClose,
    /// The connection ends without a word.
    Cut,
    /// The connection is cut with something unread, so that it is reset.
    Reset,
}

impl Wire {
    /// Pushes something down the connection.
    pub fn push(&self, push: Push) {
        // A connection that is gone is found out by its reader.
        let _ = self.out.send(push);
    }

    fn say(&self, op: u64, data: Value) {
        self.push(Push::Payload(json!({"op": op, "d": data}).to_string()));
    }
}

impl Session {
    /// Whether somebody listens.
    pub fn is_connected(&self) -> bool {
        self.wire.is_some() && !self.over
    }

    /// How much was dispatched.
    fn said(&self) -> usize {
        self.forgotten + self.sent.len()
    }

    fn dispatch(&mut self, event: &str, data: &Value) {
        let number = self.said() + 1;
        let payload = json!({"op": op::DISPATCH, "t": event, "s": number, "d": data}).to_string();
        if let Some(wire) = &self.wire {
            wire.push(Push::Payload(payload.clone()));
        }
        self.sent.push_back(payload);
        if self.sent.len() > REPLAYED {
            self.sent.pop_front();
            self.forgotten += 1;
        }
    }

    fn serves(&self, guild: Option<Id>) -> bool {
        let shard = guild.map_or(0, |guild| (guild >> 22) % self.shard.1);
        !self.over && shard == self.shard.0
    }
}

impl Gateway {
    /// A new connection, greeted.
    pub fn connect(&mut self, out: UnboundedSender<Push>) -> Wire {
        self.wires += 1;
        let wire = Wire { number: self.wires, out, session: None };
        if self.down {
            wire.push(Push::Cut);
        }
        if self.ungreeted > 0 {
            self.ungreeted -= 1;
            return wire;
        }
        let interval = self.heartbeat_interval.unwrap_or(41_250);
        wire.say(op::HELLO, json!({"heartbeat_interval": interval, "_trace": []}));
        wire
    }

    /// A connection has ended. A session that its client closed with 1000 or 1001 cannot be resumed.
    pub fn disconnected(&mut self, wire: &Wire, said_goodbye: bool) {
        for session in &mut self.sessions {
            if session.wire.as_ref().is_some_and(|w| w.number == wire.number) {
                session.wire = None;
                session.over |= said_goodbye;
            }
        }
    }

    /// Sends an event to every session of the community's shard for which `data` has something to tell.
    pub fn dispatch(&mut self, event: &str, guild: Option<Id>, data: impl Fn(u64) -> Option<Value>) {
        for session in self.sessions.iter_mut().filter(|s| s.serves(guild)) {
            if let Some(data) = data(session.intents) {
                session.dispatch(event, &data);
            }
        }
    }

    /// Tells every session its last event of that name again, as new ones.
    pub fn repeat(&mut self, event: &str, times: usize) {
        for session in &mut self.sessions {
            let named = |text: &&String| text.contains(&format!("\"t\":\"{event}\""));
            let Some(last) = session.sent.iter().rev().find(named) else { continue };
            let last: Value = serde_json::from_str(last).unwrap_or_default();
            (0..times).for_each(|_| session.dispatch(event, &last["d"]));
        }
    }

    /// Pushes something down every connection.
    pub fn push_all(&mut self, push: impl Fn() -> Push) {
        for session in &mut self.sessions {
            if let Some(wire) = &session.wire {
                wire.push(push());
            }
        }
    }

    /// Drops every connection at once, as when a network fails: what follows is kept for the resume.
    pub fn drop_all(&mut self) {
        self.push_all(|| Push::Cut);
        self.sessions.iter_mut().for_each(|session| session.wire = None);
    }

    /// Asks all shards to reconnect (opcode 7).
    pub fn ask_to_reconnect(&mut self) {
        self.push_all(|| Push::Payload(json!({"op": op::RECONNECT, "d": null}).to_string()));
    }

    fn disturb(&self, wire: &Wire) {
        if self.unrest == Some(Unrest::Reconnect) {
            wire.say(op::RECONNECT, Value::Null);
        }
    }

    /// Asks all shards for a heartbeat (opcode 1).
    pub fn ask_for_heartbeat(&mut self) {
        self.push_all(|| Push::Payload(json!({"op": op::HEARTBEAT, "d": null}).to_string()));
    }

    /// Tells all shards that their session is invalid (opcode 9).
    pub fn invalidate(&mut self, resumable: bool) {
        self.push_all(|| Push::Payload(json!({"op": op::INVALID_SESSION, "d": resumable}).to_string()));
        self.sessions.iter_mut().filter(|s| s.wire.is_some()).for_each(|session| {
            session.over |= !resumable;
            session.wire = None;
        });
    }
}

/// Handles one payload of a client.
pub fn receive(state: &mut State, wire: &mut Wire, text: &str) {
    let payload: Value = match serde_json::from_str(text) {
        Ok(payload) if text.len() <= MAX_PAYLOAD => payload,
        _ => return wire.push(Push::Close(4002, "Error while decoding payload.")),
    };
    let data = &payload["d"];
    match payload["op"].as_u64() {
        Some(op::HEARTBEAT) => {
            state.gateway.heartbeats += 1;
            if !state.gateway.deaf {
                wire.say(op::ACK, Value::Null);
            }
        }
        Some(op::IDENTIFY) => identify(state, wire, data),
        Some(op::RESUME) => resume(state, wire, data),
        Some(op::PRESENCE | op::VOICE | op::MEMBERS) if wire.session.is_none() => {
            wire.push(Push::Close(4003, "Not authenticated."));
        }
        Some(op::MEMBERS) => send_members(state, wire, data),
        Some(op::PRESENCE | op::VOICE) => {}
        _ => wire.push(Push::Close(4001, "Unknown opcode.")),
    }
}

fn identify(state: &mut State, wire: &mut Wire, data: &Value) {
    let intents = data["intents"].as_u64().unwrap_or(0);
    let shard = (data["shard"][0].as_u64().unwrap_or(0), data["shard"][1].as_u64().unwrap_or(1));
    let identified = Identified { intents, shard, properties: data["properties"].clone() };
    state.gateway.identified.push(identified);
    if !is_token(data, &state.token) {
        return wire.push(Push::Close(4004, "Authentication failed."));
    }
    if let Some(code) = state.gateway.refusals.pop() {
        return wire.push(Push::Close(code, "Refused on demand."));
    }
    if wire.session.is_some() {
        return wire.push(Push::Close(4005, "Already authenticated."));
    }
    if shard.0 >= shard.1 {
        return wire.push(Push::Close(4010, "Invalid shard."));
    }
    if intents & intent::PRIVILEGED & !state.town.granted_intents != 0 {
        return wire.push(Push::Close(4014, "Disallowed intent(s)."));
    }
    if state.gateway.unrest == Some(Unrest::Invalid) {
        return wire.say(op::INVALID_SESSION, json!(false));
    }
    let id = format!("session-{}", state.gateway.sessions.len() + 1);
    wire.session = Some(state.gateway.sessions.len());
    let mut session =
        Session { id, shard, intents, sent: VecDeque::new(), forgotten: 0, wire: Some(wire.clone()), over: false };
    welcome(&mut session, &state.town);
    state.gateway.sessions.push(session);
    state.gateway.disturb(wire);
}

/// READY, and the community if it is this shard's.
fn welcome(session: &mut Session, town: &Town) {
    let ours = session.serves(Some(town.guild));
    let all = std::iter::once(&town.guild).chain(&town.others).filter(|guild| session.serves(Some(**guild)));
    let guilds: Vec<Value> = all.map(|guild| json!({"id": guild.to_string(), "unavailable": true})).collect();
    let ready = json!({
        "v": 10, "user": town.user_json(town.bot), "guilds": guilds, "session_id": session.id,
        "resume_gateway_url": town.gateway_url, "shard": [session.shard.0, session.shard.1],
        "application": {"id": town.application.to_string(), "flags": application_flags(town)},
        "private_channels": [], "presences": [], "relationships": [], "session_type": "normal",
    });
    session.dispatch("READY", &ready);
    if ours && session.intents & intent::GUILDS != 0 {
        let mut guild = town.guild_create_json();
        if session.intents & intent::GUILD_VOICE_STATES == 0 {
            guild["voice_states"] = json!([]);
        }
        session.dispatch("GUILD_CREATE", &guild);
    }
}

/// The "limited" flags of an application that is in few communities.
pub fn application_flags(town: &Town) -> u64 {
    let flags =
        [(intent::GUILD_PRESENCES, 1 << 13), (intent::GUILD_MEMBERS, 1 << 15), (intent::MESSAGE_CONTENT, 1 << 19)];
    flags.iter().filter(|(intent, _)| town.granted_intents & intent != 0).fold(0, |all, (_, flag)| all | flag)
}

fn resume(state: &mut State, wire: &mut Wire, data: &Value) {
    if !is_token(data, &state.token) {
        return wire.push(Push::Close(4004, "Authentication failed."));
    }
    let gateway = &mut state.gateway;
    let seen = usize::try_from(data["seq"].as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
    let known = |s: &Session| !s.over && data["session_id"] == json!(s.id) && seen >= s.forgotten;
    let known = gateway.sessions.iter().position(known);
    if gateway.ignored_resumes > 0 {
        gateway.ignored_resumes -= 1;
        return;
    }
    let forgotten = gateway.forgotten_resumes > 0;
    gateway.forgotten_resumes = gateway.forgotten_resumes.saturating_sub(1);
    let Some(known) = known.filter(|_| !forgotten) else {
        return wire.say(op::INVALID_SESSION, json!(false));
    };
    let session = &mut gateway.sessions[known];
    if seen > session.said() {
        return wire.push(Push::Close(4007, "Invalid seq."));
    }
    wire.session = Some(known);
    for missed in session.sent.iter().skip(seen.saturating_sub(session.forgotten)) {
        wire.push(Push::Payload(missed.clone()));
    }
    session.wire = Some(wire.clone());
    session.dispatch("RESUMED", &json!({"_trace": []}));
    gateway.resumed += 1;
    gateway.disturb(wire);
}

fn is_token(data: &Value, token: &str) -> bool {
    data["token"].as_str().is_some_and(|given| given.trim_start_matches("Bot ") == token)
}

fn send_members(state: &mut State, wire: &Wire, data: &Value) {
    let members: Vec<Value> = state.town.people.iter().map(|p| state.town.member_json(p.id)).collect();
    let chunk = json!({
        "guild_id": data["guild_id"], "members": members, "chunk_index": 0, "chunk_count": 1, "nonce": data["nonce"],
    });
    if let Some(session) = wire.session {
        state.gateway.sessions[session].dispatch("GUILD_MEMBERS_CHUNK", &chunk);
    }
}
