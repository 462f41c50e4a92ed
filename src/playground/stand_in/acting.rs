//! What people do in their clients, as interactions, and the wait for the bot's answer.

use std::time::Duration;

use serde_json::{Value, json};

use super::dispatch::{self, Act};
use super::interactions::{ACKNOWLEDGE_WITHIN, ack, kind};
use super::posts::Post;
use super::state::{Id, Shared, State};
use super::typed::Typed;

/// How long a deferred answer may take.
pub const ANSWERED_WITHIN: Duration = Duration::from_secs(15);

/// How an interaction went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was answered.
    Answered,
    /// It was not acknowledged in three seconds.
    Unacknowledged,
    /// It was deferred, and never answered.
    Unanswered,
}

/// Sends what `person` does, and waits for the answer. Returns the interaction's token.
pub async fn act(shared: &Shared, person: Id, act: Act) -> (String, Ended) {
    let token = shared.with(|state| dispatch::send(state, person, act));
    let limit = ACKNOWLEDGE_WITHIN + Duration::from_millis(50);
    let first = shared.wait(limit, |state| state.interactions.get(&token)?.acknowledged).await;
    let ended = match first {
        None => Ended::Unacknowledged,
        Some((ack::DEFERRED, _)) => {
            let answered = |state: &mut State| (!is_waiting(state, &token)).then_some(());
            shared.wait(ANSWERED_WITHIN, answered).await.map_or(Ended::Unanswered, |()| Ended::Answered)
        }
        Some((ack::DEFERRED_UPDATE, _)) => {
            let changed = |state: &mut State| (state.interactions.get(&token)?.changes > 1).then_some(());
            let _ = shared.wait(ANSWERED_WITHIN, changed).await;
            Ended::Answered
        }
        Some(_) => Ended::Answered,
    };
    (token, ended)
}

/// Whether the answer still says “thinking…”.
pub fn is_waiting(state: &State, token: &str) -> bool {
    let original = state.interactions.get(token).and_then(|interaction| interaction.original);
    original.and_then(|id| state.posts.all.get(&id)).is_some_and(Post::is_loading)
}

/// A command that was typed, or is being typed.
pub fn command(state: &State, kind: u8, typed: Typed, channel: Option<Id>) -> Act {
    let mut data = typed.data;
    let resolved = dispatch::resolved(state, &typed.users, &typed.roles, &typed.channels);
    if resolved.as_object().is_some_and(|objects| !objects.is_empty()) {
        data["resolved"] = resolved;
    }
    Act { kind, name: typed.name, data, source: None, channel }
}

/// An entry of a message's menu; none if there is no such entry.
pub fn menu(state: &State, name: &str, message: &Post) -> Option<Act> {
    let of_messages = super::commands::kind::MESSAGE;
    let id = state.commands.find(of_messages, name)?["id"].clone();
    let shown = dispatch::message_json(state, message.id);
    let mut data = json!({"id": id, "name": name, "type": of_messages, "target_id": message.id.to_string()});
    data["resolved"] = json!({"messages": {message.id.to_string(): shown}});
    Some(Act { kind: kind::COMMAND, name: name.into(), data, source: None, channel: Some(message.channel) })
}

/// A press of a button, or a choice in a select.
pub fn component(message: Id, channel: Id, data: Value) -> Act {
    let name = format!("component {}", data["custom_id"].as_str().unwrap_or_default());
    Act { kind: kind::COMPONENT, name, data, source: Some(message), channel: Some(channel) }
}

/// The `data` of a press.
pub fn pressed(custom_id: &str) -> Value {
    json!({"custom_id": custom_id, "component_type": 2, "id": 1})
}

/// The `data` of a choice in a select; `values` are those of a select of texts, or ids.
pub fn chosen(state: &State, select: &Value, values: &[String]) -> Value {
    let mut data =
        json!({"custom_id": select["custom_id"], "component_type": select["type"], "id": 1, "values": values});
    if select["type"] != json!(3) {
        let ids: Vec<Id> = values.iter().filter_map(|value| value.parse().ok()).collect();
        data["resolved"] = dispatch::resolved(state, &ids, &ids, &ids);
    }
    data
}

/// A form that is sent: `(custom id, text)` of each field.
pub fn form(custom_id: &str, source: Option<Id>, channel: Option<Id>, fields: &[(&str, &str)]) -> Act {
    let rows = fields.iter().map(
        |(id, text)| json!({"type": 1, "id": 1, "components": [{"type": 4, "id": 2, "custom_id": id, "value": text}]}),
    );
    let data = json!({"custom_id": custom_id, "components": rows.collect::<Vec<Value>>()});
    Act { kind: kind::MODAL, name: format!("form {custom_id}"), data, source, channel }
}
