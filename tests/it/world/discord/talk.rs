//! Conversations: a person acts, the bot has three seconds, and the test gets what the person sees.

use std::time::Duration;

use serde_json::{Value, json};

use super::acting::{self, Ended};
use super::commands::kind as command;
use super::dispatch::{self, Act};
use super::interactions::{ack, blame, kind};
use super::reply::{Choice, Field, Message, Modal, Reply};
use super::state::{Id, State};
use super::typed::{self, Typed};
use super::{Discord, Place};

/// How long a deferred answer may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(15);

impl Discord {
    /// `who` sends a slash command: `/study log minutes:45 note:"two words"`. A value ends at the next option's name.
    /// People, channels and roles are written `@ann`, `#general`, `@mods`.
    pub async fn slash(&self, who: &str, text: &str) -> Reply {
        let act = self.with(|state| {
            let typed = typed::command(&state.commands, &state.town, text).unwrap_or_else(|why| panic!("{why}"));
            check_context(state, who, &typed);
            acting::command(state, kind::COMMAND, typed, None)
        });
        self.act(who, act).await
    }

    /// `who`'s client sends a slash command, even if it is not offered there.
    pub async fn forge_slash(&self, who: &str, text: &str) -> Reply {
        let act = self.with(|state| {
            let typed = typed::command(&state.commands, &state.town, text).unwrap_or_else(|why| panic!("{why}"));
            acting::command(state, kind::COMMAND, typed, None)
        });
        self.act(who, act).await
    }

    /// `who` types a command up to the `|`, and gets the choices.
    pub async fn autocomplete(&self, who: &str, text: &str) -> Reply {
        let act = self.with(|state| {
            let typed = typed::unfinished(&state.commands, &state.town, text).unwrap_or_else(|why| panic!("{why}"));
            acting::command(state, kind::AUTOCOMPLETE, typed, None)
        });
        self.act(who, act).await
    }

    /// `who` uses a message's context menu.
    pub async fn context_menu(&self, who: &str, name: &str, message: &Message) -> Reply {
        let act = self.with(|state| {
            let post = state.posts.all.get(&message.id).expect("the message is there");
            let names = state.commands.names(command::MESSAGE);
            acting::menu(state, name, post)
                .unwrap_or_else(|| panic!("no menu entry “{name}”; there are: {}", names.join(", ")))
        });
        self.act(who, act).await
    }

    /// `who` uses a person's context menu.
    pub async fn user_menu(&self, who: &str, name: &str, whom: &str) -> Reply {
        let act = self.with(|state| {
            let target = state.town.person(whom);
            let mut data = context_data(state, command::USER, name, target);
            data["resolved"] = dispatch::resolved(state, &[target], &[], &[]);
            Act { kind: kind::COMMAND, name: name.into(), data, source: None, channel: None }
        });
        self.act(who, act).await
    }

    /// `who` presses the button with that label, emoji or custom id. Fails if it does not exist or cannot be pressed.
    pub async fn press(&self, who: &str, message: &Message, button: &str) -> Reply {
        let custom_id = self.with(|state| {
            let now = visible(state, who, message);
            let found = now.controls().into_iter().find(|c| is_button(c, button)).cloned();
            let found = found.unwrap_or_else(|| panic!("there is no button “{button}” on:\n{now}"));
            assert!(found["disabled"] != json!(true), "the button “{button}” is disabled on:\n{now}");
            let id = found["custom_id"].as_str().unwrap_or_else(|| panic!("“{button}” is a link on:\n{now}"));
            id.to_owned()
        });
        self.forge_press(who, message, &custom_id).await
    }

    /// `who` chooses in the select with that custom id or placeholder. `values` are values or labels (names in a
    /// select of people, roles or channels).
    pub async fn choose(&self, who: &str, message: &Message, select: &str, values: &[&str]) -> Reply {
        let data = self.with(|state| {
            let now = visible(state, who, message);
            let found = now.controls().into_iter().find(|c| is_select(c, select)).cloned();
            let found = found.unwrap_or_else(|| panic!("there is no select “{select}” on:\n{now}"));
            chosen(state, &found, values)
        });
        let act = acting::component(message.id, message.channel, data);
        self.act(who, act).await
    }

    /// `who` sends the form. The named fields (by label or custom id) are filled in; the others stay.
    pub async fn submit(&self, who: &str, modal: &Modal, fields: &[(&str, &str)]) -> Reply {
        for (name, _) in fields {
            let known = modal.fields.iter().any(|f| f.label == *name || f.custom_id == *name);
            assert!(known, "there is no field “{name}” in:\n{modal}");
        }
        let filled = modal.fields.iter().map(|field| {
            let given = fields.iter().find(|(name, _)| field.label == *name || field.custom_id == *name);
            (field.custom_id.as_str(), fitting(field, given.map_or(&field.value, |(_, text)| text)))
        });
        let filled: Vec<(&str, &str)> = filled.collect();
        self.forge_submit(who, &modal.custom_id, modal.message, &filled).await
    }

    /// `who`'s client sends a press of `custom_id`, even if no such button exists.
    pub async fn forge_press(&self, who: &str, message: &Message, custom_id: &str) -> Reply {
        let data = acting::pressed(custom_id);
        self.act(who, acting::component(message.id, message.channel, data)).await
    }

    /// `who`'s client sends a choice in a select, even if no such select exists.
    pub async fn forge_choice(&self, who: &str, message: &Message, custom_id: &str, values: &[&str]) -> Reply {
        let data = json!({"custom_id": custom_id, "component_type": 3, "id": 1, "values": values});
        self.act(who, acting::component(message.id, message.channel, data)).await
    }

    /// `who`'s client sends a form, even if it was never shown. Fields are `(custom id, text)`.
    pub async fn forge_submit(
        &self,
        who: &str,
        custom_id: &str,
        message: Option<Id>,
        fields: &[(&str, &str)],
    ) -> Reply {
        let channel = self.with(|state| message.and_then(|id| Some(state.posts.all.get(&id)?.channel)));
        self.act(who, acting::form(custom_id, message, channel, fields)).await
    }

    /// `who`'s client sends a command with any `data`.
    pub async fn forge_command(&self, who: &str, data: Value) -> Reply {
        let name = format!("/{}", data["name"].as_str().unwrap_or_default());
        self.act(who, Act { kind: kind::COMMAND, name, data, source: None, channel: None }).await
    }

    /// Waits for the next edit or follow-up after `reply`.
    pub async fn more(&self, reply: &Reply) -> Reply {
        let seen = reply.changes;
        let token = reply.token.clone();
        let next = self.shared.wait(PATIENCE, |s| (s.interactions[&token].changes > seen).then_some(())).await;
        next.unwrap_or_else(|| panic!("nothing came after:\n{reply}"));
        self.with(|state| reply_of(state, &token))
    }

    /// Sets where `who` acts: a channel's name, `@cairn` for the conversation with the bot, an id, or a message.
    pub fn go(&self, who: &str, place: impl Into<Place>) {
        let place = place.into();
        self.with(|state| {
            let person = state.town.person(who);
            let here = match &place {
                Place::Named(name) if name == "@cairn" => state.town.dm_with(person),
                place => place.find(state),
            };
            state.town.change_person(person, |person| person.here = here);
        });
    }

    async fn act(&self, who: &str, act: Act) -> Reply {
        let person = self.with(|state| state.town.person(who));
        let (token, ended) = acting::act(&self.shared, person, act).await;
        match ended {
            Ended::Answered => {}
            Ended::Unacknowledged => self.with(|state| blame(state, &token, "not acknowledged within 3 s")),
            Ended::Unanswered => self.with(|state| blame(state, &token, "deferred, and never answered")),
        }
        self.with(|state| reply_of(state, &token))
    }
}

fn reply_of(state: &State, token: &str) -> Reply {
    let interaction = &state.interactions[token];
    let message = |id: &Id| state.posts.all.get(id).map(|post| Message::of(state, post));
    let kind = interaction.acknowledged.map(|(kind, _)| kind);
    let original = interaction.original.filter(|_| !acting::is_waiting(state, token));
    // After a silent acknowledgement, the follow-up is the answer, and the message stays the same.
    let silent = kind == Some(ack::DEFERRED_UPDATE);
    let said = interaction.followups.first().copied().filter(|_| silent || interaction.original_is_gone(state));
    let original = said.or(original);
    let choice =
        |c: &Value| Choice { name: c["name"].as_str().unwrap_or_default().to_owned(), value: c["value"].clone() };
    Reply {
        message: original.and_then(|id| message(&id)).unwrap_or_default(),
        followups: interaction.followups.iter().filter(|id| Some(**id) != said).filter_map(message).collect(),
        modal: interaction.modal.as_ref().map(|data| Modal::of(data, interaction.source)),
        choices: interaction.choices.as_ref().map(|list| list.iter().map(choice).collect()),
        updated: kind == Some(ack::UPDATE) || (silent && said.is_none() && interaction.changes > 1),
        deferred: matches!(kind, Some(ack::DEFERRED | ack::DEFERRED_UPDATE)),
        deleted: said.is_none() && interaction.original_is_gone(state),
        took: interaction.acknowledged.map(|(_, took)| took),
        token: token.to_owned(),
        changes: interaction.changes,
    }
}

/// Fails if the command is not offered where `who` is.
fn check_context(state: &mut State, who: &str, typed: &Typed) {
    let person = state.town.person(who);
    let here = state.town.find_person(person).expect("just found").here;
    let context = if state.town.guild_of(here).is_some() { 0 } else { 1 };
    let offered = typed.contexts.as_array().is_none_or(|list| list.contains(&json!(context)));
    assert!(offered, "{} is not offered in this context ({context}); only in {}", typed.name, typed.contexts);
}

fn context_data(state: &State, kind: u64, name: &str, target: Id) -> Value {
    let registered = state.commands.find(kind, name);
    let names = state.commands.names(kind);
    let registered = registered.unwrap_or_else(|| panic!("no menu entry “{name}”; there are: {}", names.join(", ")));
    json!({"id": registered["id"], "name": name, "type": kind, "target_id": target.to_string()})
}

/// The current state of the message; fails if `who` does not see it.
fn visible(state: &mut State, who: &str, message: &Message) -> Message {
    let person = state.town.person(who);
    let post = state.posts.all.get(&message.id).unwrap_or_else(|| panic!("this message is gone:\n{message}"));
    let hidden = post.ephemeral_for.is_some_and(|only| only != person);
    assert!(!hidden, "{who} does not see this message (forge_press plays an attacker):\n{message}");
    Message::of(state, post)
}

fn is_button(control: &Value, name: &str) -> bool {
    let names = [&control["label"], &control["custom_id"], &control["emoji"]["name"]];
    control["type"] == json!(2) && names.contains(&&json!(name))
}

fn is_select(control: &Value, name: &str) -> bool {
    let names = [&control["placeholder"], &control["custom_id"]];
    control["type"] != json!(2) && names.contains(&&json!(name))
}

/// The data of a choice. Fails if the select does not allow it.
fn chosen(state: &mut State, select: &Value, wanted: &[&str]) -> Value {
    let bound = |key: &str| select[key].as_u64().unwrap_or(1) as usize;
    let (least, most) = (bound("min_values"), bound("max_values"));
    let count = wanted.len();
    assert!((least..=most).contains(&count), "{count} values chosen; the select takes {least} to {most}");
    assert!(select["disabled"] != json!(true), "the select is disabled");
    let values: Vec<String> = match select["type"] == json!(3) {
        true => wanted.iter().map(|name| value_of(select, name)).collect(),
        false => wanted.iter().map(|name| named(state, name).to_string()).collect(),
    };
    acting::chosen(state, select, &values)
}

/// The value of the option with that value or label.
fn value_of(select: &Value, name: &str) -> String {
    let options = select["options"].as_array().expect("a select of texts has options");
    let found = options.iter().find(|o| o["value"] == json!(name) || o["label"] == json!(name));
    let found = found.unwrap_or_else(|| panic!("“{name}” is not in {options:?}"));
    found["value"].as_str().expect("values are texts").to_owned()
}

fn named(state: &State, name: &str) -> Id {
    dispatch::named(state, name).unwrap_or_else(|| panic!("nothing is named “{name}”"))
}

/// The text; fails if Discord's client would not send it.
fn fitting<'t>(field: &Field, text: &'t str) -> &'t str {
    let length = text.chars().count();
    let least = if field.required { field.min.max(1) } else { field.min };
    let allowed = (least..=field.max).contains(&length) || (length == 0 && !field.required);
    assert!(allowed, "the field “{}” takes {least} to {} characters, not {length}", field.label, field.max);
    text
}
