//! Interactions: acknowledged once and in time, then edited and followed up while their token lives.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::http::{Answer, Call, Outcome, Violation, id, refuse_form};
use super::posts::{self, Post, flag};
use super::state::{Id, State, note};

/// How long an application has for its first answer.
pub const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(3);
/// How long a token lives.
const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// Kinds of interaction.
#[allow(missing_docs, reason = "they are called what Discord calls them")]
pub mod kind {
    pub const COMMAND: u8 = 2;
    pub const COMPONENT: u8 = 3;
    pub const AUTOCOMPLETE: u8 = 4;
    pub const MODAL: u8 = 5;
}

/// Kinds of first answer.
#[allow(missing_docs, reason = "they are called what Discord calls them")]
pub mod ack {
    pub const MESSAGE: u8 = 4;
    pub const DEFERRED: u8 = 5;
    pub const DEFERRED_UPDATE: u8 = 6;
    pub const UPDATE: u8 = 7;
    pub const CHOICES: u8 = 8;
    pub const MODAL: u8 = 9;
}

/// One interaction and what came of it.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// Its number.
    pub id: Id,
    /// What answers are sent to.
    pub token: String,
    /// What a person did, see [`kind`].
    pub kind: u8,
    /// What the person did, for messages: `/start`.
    pub name: String,
    /// Who did it.
    pub user: Id,
    /// Where.
    pub channel: Id,
    /// The message whose component was used.
    pub source: Option<Id>,
    /// When it was sent.
    pub sent: Instant,
    /// The kind of the first answer, see [`ack`], and how long it took.
    pub acknowledged: Option<(u8, Duration)>,
    /// What `@original` means.
    pub original: Option<Id>,
    /// What was said after the first answer.
    pub followups: Vec<Id>,
    /// The form that pops up.
    pub modal: Option<Value>,
    /// What is offered while somebody types.
    pub choices: Option<Vec<Value>>,
    /// Counts every visible change.
    pub changes: usize,
    /// Whether lateness has been recorded.
    pub blamed: bool,
    /// Its token is no good any more.
    pub expired: bool,
}

impl Interaction {
    /// Whether the first answer was there and is not any more.
    pub fn original_is_gone(&self, state: &State) -> bool {
        self.original.is_some_and(|id| !state.posts.all.contains_key(&id))
    }

    /// Whether nothing can be said in answer to it any more.
    pub fn is_spent(&self) -> bool {
        self.sent.elapsed() > TOKEN_LIFE
    }

    fn metadata(&self, state: &State) -> Value {
        let mut metadata = json!({
            "id": self.id.to_string(), "type": self.kind, "user": state.town.user_json(self.user),
            "authorizing_integration_owners": {"0": state.town.guild.to_string()}, "name": self.name,
        });
        if let (kind::COMPONENT, Some(source)) = (self.kind, self.source) {
            metadata["interacted_message_id"] = json!(source.to_string());
        }
        if self.kind == kind::MODAL {
            metadata["triggering_interaction_metadata"] = json!({
                "id": self.id.to_string(), "type": kind::COMMAND, "user": state.town.user_json(self.user),
                "authorizing_integration_owners": {"0": state.town.guild.to_string()}, "name": self.name,
            });
        }
        metadata
    }
}

/// `POST /interactions/{id}/{token}/callback`.
pub fn callback(state: &mut State, call: &Call, id: Id, token: &str) -> Outcome {
    let interaction = state.interactions.get_mut(token).filter(|i| i.id == id);
    let interaction = interaction.ok_or_else(|| Answer::unknown(10062, "interaction"))?;
    let took = interaction.sent.elapsed();
    if interaction.acknowledged.is_some() {
        return Err(Answer::refusal(400, 40060, "Interaction has already been acknowledged."));
    }
    if took > ACKNOWLEDGE_WITHIN {
        blame(state, token, &format!("acknowledged only after {took:.1?}"));
        return Err(Answer::unknown(10062, "interaction"));
    }
    let interaction = interaction.clone();
    let kind = u8::try_from(call.body["type"].as_u64().unwrap_or(0)).unwrap_or(0);
    if !fits(&interaction, kind) {
        let reason = format!("a callback of type {kind} does not answer an interaction of type {}", interaction.kind);
        return Err(refuse_form(state, call, &[Violation::new("type", reason)]));
    }
    let original = first_answer(state, call, &interaction, kind)?;
    if let Some(mine) = state.interactions.get_mut(token) {
        mine.acknowledged = Some((kind, took));
        mine.original = original;
        mine.changes += 1;
        mine.modal = (kind == ack::MODAL).then(|| call.body["data"].clone());
        let choices = || call.body["data"]["choices"].as_array().cloned().unwrap_or_default();
        mine.choices = (kind == ack::CHOICES).then(choices);
    }
    if !call.flag("with_response") {
        return Ok(Answer::nothing());
    }
    let message = original.map(|id| posts::json(state, &state.posts.all[&id]));
    Ok(Answer::ok(json!({
        "interaction": {"id": id.to_string(), "type": interaction.kind},
        "resource": {"type": kind, "message": message},
    })))
}

/// Whether Discord takes this kind of answer for this kind of interaction.
fn fits(interaction: &Interaction, kind: u8) -> bool {
    match kind {
        ack::MESSAGE | ack::DEFERRED => interaction.kind != kind::AUTOCOMPLETE,
        ack::UPDATE => matches!(interaction.kind, kind::COMPONENT | kind::MODAL) && interaction.source.is_some(),
        ack::DEFERRED_UPDATE => matches!(interaction.kind, kind::COMPONENT | kind::MODAL),
        ack::CHOICES => interaction.kind == kind::AUTOCOMPLETE,
        ack::MODAL => matches!(interaction.kind, kind::COMMAND | kind::COMPONENT),
        _ => false,
    }
}

/// Does what the first answer says; what `@original` is from now on.
fn first_answer(state: &mut State, call: &Call, to: &Interaction, kind: u8) -> Result<Option<Id>, Answer> {
    let data = &call.body["data"];
    match kind {
        ack::MESSAGE => say(state, to, data, call, false).map(Some),
        ack::DEFERRED => say(state, to, data, call, true).map(Some),
        ack::UPDATE => {
            let Some(source) = to.source else { return Err(Answer::unknown(10008, "Message")) };
            rewrite(state, source, data, call)?;
            Ok(Some(source))
        }
        ack::DEFERRED_UPDATE => Ok(to.source),
        _ => Ok(None),
    }
}

/// A new message in answer to an interaction.
fn say(state: &mut State, to: &Interaction, data: &Value, call: &Call, loading: bool) -> Result<Id, Answer> {
    let mut post = Post::new(state.clock.snowflake(), to.channel, state.town.bot, state.clock.now());
    post.fill(&state.town, data, &call.files);
    if post.is_empty() && !loading {
        return Err(Answer::refusal(400, 50006, "Cannot send an empty message"));
    }
    post.flags = data["flags"].as_u64().unwrap_or(0) | if loading { flag::LOADING } else { 0 };
    post.ephemeral_for = (post.flags & flag::EPHEMERAL != 0).then_some(to.user);
    post.interaction = Some(to.metadata(state));
    post.seen = true;
    let id = state.posts.keep(post);
    posts::announce(state, id, None);
    Ok(id)
}

/// Changes a message through an interaction: `data` is the body of the edit.
fn rewrite(state: &mut State, message: Id, data: &Value, call: &Call) -> Outcome {
    let edit = Call::with_body(data.clone(), call.files.clone());
    let answer = posts::edit(state, &edit, message)?;
    state.posts.change(message, |post| post.seen = true);
    Ok(answer)
}

/// Everything below `/webhooks/{application}/{token}`.
pub fn webhook(state: &mut State, call: &Call, application: Id, token: &str, rest: &[&str]) -> Option<Outcome> {
    let known = match (call.method.as_str(), rest) {
        ("POST", []) | ("GET" | "PATCH" | "DELETE", ["messages", _]) => live(state, application, token),
        _ => return None,
    };
    let interaction = match known {
        Ok(interaction) => interaction,
        Err(refusal) => return Some(Err(refusal)),
    };
    let outcome = match rest {
        [] => follow_up(state, call, &interaction),
        [_, which] => own_message(state, &interaction, which).and_then(|message| match call.method.as_str() {
            "GET" => Ok(Answer::ok(posts::json(state, &state.posts.all[&message]))),
            "PATCH" => rewrite(state, message, &call.body, call),
            _ => posts::delete(state, message),
        }),
        _ => return None,
    };
    let changed = outcome.is_ok() && call.method != "GET";
    if let Some(mine) = state.interactions.get_mut(token) {
        mine.changes += usize::from(changed);
    }
    Some(outcome)
}

/// The acknowledged interaction of a token that has not expired.
fn live(state: &State, application: Id, token: &str) -> Result<Interaction, Answer> {
    let known = state.interactions.get(token).filter(|_| application == state.town.application);
    let known = known.ok_or_else(|| Answer::unknown(10015, "Webhook"))?;
    if known.expired || known.is_spent() {
        return Err(Answer::refusal(401, 50027, "Invalid Webhook Token"));
    }
    if known.acknowledged.is_none() {
        return Err(Answer::unknown(10015, "Webhook"));
    }
    Ok(known.clone())
}

/// The message that `@original` or an id means, if it belongs to this interaction.
fn own_message(state: &State, interaction: &Interaction, which: &str) -> Result<Id, Answer> {
    let named = if which == "@original" { interaction.original } else { Some(id(which)) };
    let ours = |id: &Id| {
        let answers = interaction.followups.contains(id) || interaction.original == Some(*id);
        (answers || interaction.source == Some(*id)) && state.posts.all.contains_key(id)
    };
    named.filter(ours).ok_or_else(|| Answer::unknown(10008, "Message"))
}

/// A follow-up. The first one after "thinking…" takes that message's place, and stays as ephemeral as it was.
fn follow_up(state: &mut State, call: &Call, to: &Interaction) -> Outcome {
    let waiting = to.original.filter(|id| state.posts.all.get(id).is_some_and(Post::is_loading));
    if let Some(loading) = waiting {
        return rewrite(state, loading, &call.body, call);
    }
    let id = say(state, to, &call.body, call, false)?;
    if let Some(mine) = state.interactions.get_mut(&to.token) {
        mine.followups.push(id);
    }
    Ok(Answer::ok(posts::json(state, &state.posts.all[&id])))
}

/// Records, once, that an interaction was not answered as it should be.
pub fn blame(state: &mut State, token: &str, what: &str) {
    let Some(interaction) = state.interactions.get_mut(token) else { return };
    if !std::mem::replace(&mut interaction.blamed, true) {
        note(&mut state.ledger.late, format!("{}: {what}", interaction.name));
    }
}
