//! What a visitor does in the pretend server, as one of its people. A refusal is a sentence for them.

use serde_json::{Value, json};

use super::stage::Stage;
use super::stand_in::acting::{self, Ended};
use super::stand_in::dispatch::Act;
use super::stand_in::interactions::kind;
use super::stand_in::posts::{self, Post};
use super::stand_in::state::{Id, State};
use super::stand_in::town::{Channel, kind as channel_kind, permission};
use super::stand_in::typed::{self, Typed};

/// The most characters of a message.
pub const MAX_MESSAGE: usize = 2_000;
/// What Discord's own client says when a bot does not answer.
const SILENT: &str = "Cairn did not answer in time.";

/// What is only for the eyes of one person.
#[derive(Debug, Default)]
pub struct Visitor {
    /// The form that has popped up.
    pub form: Option<Form>,
    /// Where and why the last act was refused, and what was typed.
    pub refused: Option<(Id, String, String)>,
    /// The newest message that they saw, by channel.
    pub seen: Vec<(Id, Id)>,
}

/// A form that has popped up.
#[derive(Debug, Clone)]
pub struct Form {
    /// Its id.
    pub custom_id: String,
    /// Its heading.
    pub title: String,
    /// Its fields, as Discord has them.
    pub fields: Vec<Value>,
    /// The message whose button opened it.
    source: Option<Id>,
    channel: Id,
}

/// Whether a person may see a channel: all of the server, and their own conversation.
pub fn may_see(channel: &Channel, who: Id) -> bool {
    channel.recipient.is_none_or(|recipient| recipient == who)
}

/// Whether a command is offered to a person in a channel.
pub fn is_offered(state: &State, command: &Value, who: Id, channel: Id) -> bool {
    let context = if state.town.guild_of(channel).is_some() { 0 } else { 1 };
    let here = command["contexts"].as_array().is_none_or(|list| list.contains(&json!(context)));
    let needed = command["default_member_permissions"].as_str().and_then(|bits| bits.parse::<u64>().ok()).unwrap_or(0);
    let may = state.town.permissions_of(who);
    here && (context == 1 || may & permission::ADMINISTRATOR != 0 || may & needed == needed)
}

/// The buttons and selects of a message.
pub fn controls(post: &Post) -> impl Iterator<Item = &Value> {
    post.components.iter().filter_map(|row| row["components"].as_array()).flatten()
}

impl Stage {
    /// The person of that name.
    pub fn person(&self, name: &str) -> Option<Id> {
        self.shared.look(|state| state.town.people.iter().find(|person| person.name == name).map(|person| person.id))
    }

    /// Says something in a channel; a text that begins with `/` is a command.
    ///
    /// # Errors
    /// A sentence.
    pub async fn say(&self, who: Id, channel: Id, text: &str) -> Result<(), String> {
        if text.chars().count() > MAX_MESSAGE {
            return Err(format!("Discord takes {MAX_MESSAGE} characters in a message; shorten it."));
        }
        if text.starts_with('/') {
            return self.typed(who, channel, text).await.map(drop);
        }
        self.shared.with(|state| {
            let place = state.town.channels.get(&channel).filter(|place| may_see(place, who));
            let place = place.ok_or("This channel is gone; choose another.")?;
            if place.archived || place.locked {
                return Err("This thread is closed; choose another.".to_owned());
            }
            let written = posts::write(state, channel, who, &json!({"content": text}), &[]);
            let id = written.map_err(|_| "There is nothing to send; write something first.")?;
            posts::announce(state, id, None);
            Ok(())
        })
    }

    /// Sends a command. Returns the message that answers it, or 0.
    pub(super) async fn typed(&self, who: Id, channel: Id, text: &str) -> Result<Id, String> {
        let act = self.shared.look(|state| {
            let typed = typed::command(&state.commands, &state.town, text)?;
            offered(state, &typed, who, channel)?;
            Ok::<_, String>(acting::command(state, kind::COMMAND, typed, Some(channel)))
        })?;
        self.act(who, channel, None, act).await
    }

    /// Presses a button.
    ///
    /// # Errors
    /// A sentence.
    pub async fn press(&self, who: Id, message: Id, custom_id: &str) -> Result<(), String> {
        let (act, channel) = self.shared.look(|state| {
            let post = visible(state, who, message)?;
            let is_it =
                |control: &&Value| control["custom_id"] == json!(custom_id) && control["disabled"] != json!(true);
            controls(post).find(is_it).ok_or("This button is gone.")?;
            Ok::<_, String>((acting::component(message, post.channel, acting::pressed(custom_id)), post.channel))
        })?;
        self.act(who, channel, Some(message), act).await.map(drop)
    }

    /// Chooses in a select.
    ///
    /// # Errors
    /// A sentence.
    pub async fn choose(&self, who: Id, message: Id, custom_id: &str, values: &[String]) -> Result<(), String> {
        let (act, channel) = self.shared.look(|state| {
            let post = visible(state, who, message)?;
            let select = controls(post).find(|control| control["custom_id"] == json!(custom_id));
            let select = select.ok_or("This menu is gone.")?;
            check_choice(select, values)?;
            let data = acting::chosen(state, select, values);
            Ok::<_, String>((acting::component(message, post.channel, data), post.channel))
        })?;
        self.act(who, channel, Some(message), act).await.map(drop)
    }

    /// Uses an entry of a message's menu.
    ///
    /// # Errors
    /// A sentence.
    pub async fn menu(&self, who: Id, message: Id, name: &str) -> Result<(), String> {
        let (act, channel) = self.shared.look(|state| {
            let post = visible(state, who, message)?;
            let act = acting::menu(state, name, post).ok_or("This menu is gone.")?;
            Ok::<_, String>((act, post.channel))
        })?;
        self.act(who, channel, None, act).await.map(drop)
    }

    /// Sends the form that has popped up: `(custom id, text)` of each field.
    ///
    /// # Errors
    /// A sentence; then the form stays.
    pub async fn submit(&self, who: Id, fields: &[(String, String)]) -> Result<(), String> {
        let form = self.visitors().entry(who).or_default().form.clone().ok_or("This form is gone.")?;
        let mut filled = Vec::new();
        for field in &form.fields {
            let id = field["custom_id"].as_str().unwrap_or_default();
            let given = fields.iter().find(|(name, _)| name == id).map_or("", |(_, text)| text.as_str());
            check_field(field, given)?;
            filled.push((id, given));
        }
        self.dismiss_form(who);
        let act = acting::form(&form.custom_id, form.source, Some(form.channel), &filled);
        self.act(who, form.channel, form.source, act).await.map(drop)
    }

    /// Closes the form without sending it.
    pub fn dismiss_form(&self, who: Id) {
        self.visitors().entry(who).or_default().form = None;
    }

    /// Takes away a message that only `who` sees.
    pub fn dismiss(&self, who: Id, message: Id) {
        self.shared.with(|state| {
            if state.posts.all.get(&message).is_some_and(|post| post.ephemeral_for == Some(who)) {
                state.posts.all.remove(&message);
            }
        });
    }

    /// Does something, and takes up what comes of it. Returns the message that answers it, or 0.
    async fn act(&self, who: Id, channel: Id, source: Option<Id>, act: Act) -> Result<Id, String> {
        let (token, ended) = acting::act(&self.shared, who, act).await;
        let (modal, original) = self.shared.look(|state| {
            let interaction = state.interactions.get(&token);
            (interaction.and_then(|i| i.modal.clone()), interaction.and_then(|i| i.original).unwrap_or(0))
        });
        if let Some(modal) = modal {
            self.visitors().entry(who).or_default().form = Some(form(&modal, source, channel));
        }
        if ended == Ended::Answered { Ok(original) } else { Err(SILENT.to_owned()) }
    }
}

fn offered(state: &State, typed: &Typed, who: Id, channel: Id) -> Result<(), String> {
    let name = typed.data["name"].as_str().unwrap_or_default();
    let command = state.commands.find(super::stand_in::commands::kind::SLASH, name);
    let place = state.town.channels.get(&channel).filter(|place| may_see(place, who));
    place.ok_or("This channel is gone; choose another.")?;
    match command {
        Some(command) if is_offered(state, command, who, channel) => Ok(()),
        _ if state.town.guild_of(channel).is_none() => {
            Err(format!("{} works in the server’s channels only.", typed.name))
        }
        _ => Err(format!("{} is for moderators: be Mara to try it.", typed.name)),
    }
}

/// A message that a person sees.
fn visible(state: &State, who: Id, message: Id) -> Result<&Post, String> {
    let post = state.posts.all.get(&message).filter(|post| post.ephemeral_for.is_none_or(|only| only == who));
    let place = post.and_then(|post| state.town.channels.get(&post.channel)).filter(|place| may_see(place, who));
    post.filter(|_| place.is_some()).ok_or_else(|| "This message is gone.".to_owned())
}

fn check_choice(select: &Value, values: &[String]) -> Result<(), String> {
    let bound = |key: &str| select[key].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
    let (least, most) = (bound("min_values"), bound("max_values"));
    if !(least..=most).contains(&values.len()) {
        return Err(match (least, most) {
            (1, 1) => "Choose one.".to_owned(),
            (least, most) if least == most => format!("Choose {least}."),
            (least, most) => format!("Choose {least} to {most}."),
        });
    }
    let known = |value: &String| match select["options"].as_array() {
        Some(options) => options.iter().any(|option| option["value"] == json!(value)),
        None => value.parse::<Id>().is_ok(),
    };
    if values.iter().all(known) { Ok(()) } else { Err("This menu is gone.".to_owned()) }
}

fn check_field(field: &Value, text: &str) -> Result<(), String> {
    let label = field["label"].as_str().unwrap_or_default();
    let bound = |key: &str, otherwise| field[key].as_u64().map_or(otherwise, |n| n as usize);
    let is_required = field["required"] != json!(false);
    let (least, most) = (bound("min_length", 0).max(usize::from(is_required)), bound("max_length", 4_000));
    let length = text.chars().count();
    if length == 0 && !is_required || (least..=most).contains(&length) {
        return Ok(());
    }
    Err(match length {
        0 => format!("“{label}” is empty; fill it in."),
        _ => format!("“{label}” takes {least} to {most} characters, and has {length}."),
    })
}

fn form(modal: &Value, source: Option<Id>, channel: Id) -> Form {
    let text = |key: &str| modal[key].as_str().unwrap_or_default().to_owned();
    let rows = modal["components"].as_array().into_iter().flatten();
    let fields = rows.filter_map(|row| row["components"].as_array()).flatten().cloned().collect();
    Form { custom_id: text("custom_id"), title: text("title"), fields, source, channel }
}

/// The conversation of the bot with a person, opened if it is not.
pub fn conversation(state: &mut State, who: Id) -> Id {
    state.town.dm_with(who)
}

/// The channels that a person sees, in order: each with the threads below it, then their own conversation.
pub fn channels(state: &State, who: Id) -> Vec<&Channel> {
    let all = || state.town.channels.values().filter(|channel| may_see(channel, who));
    let mut listed = Vec::new();
    for top in all().filter(|channel| channel.parent.is_none() && channel.kind != channel_kind::DM) {
        listed.push(top);
        listed.extend(all().filter(|thread| thread.parent == Some(top.id) && !thread.archived));
    }
    listed.extend(all().filter(|channel| channel.kind == channel_kind::DM));
    listed
}
