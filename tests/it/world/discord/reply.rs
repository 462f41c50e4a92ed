//! What a person sees: messages, replies and forms, as values and as text for snapshots.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use serde_json::{Value, json};

use super::multipart::File;
use super::posts::{Post, flag};
use super::state::{Id, State};

/// A message at one moment. `Display` is a readable snapshot without ids and times.
#[derive(Debug, Clone, Default)]
pub struct Message {
    pub id: Id,
    pub channel: Id,
    pub author: String,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub files: Vec<File>,
    pub ephemeral: bool,
    /// The mentioned people and roles: `@everyone`, `@ann`.
    pub pings: Vec<String>,
    /// `("👍", "ann")`.
    pub reactions: Vec<(String, String)>,
    pub reply_to: Option<Id>,
    text: String,
}

/// The result of an interaction. Derefs to the shown message, if there is one.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub message: Message,
    pub followups: Vec<Message>,
    pub modal: Option<Modal>,
    pub choices: Option<Vec<Choice>>,
    /// Whether an existing message was changed.
    pub updated: bool,
    pub deferred: bool,
    /// Whether the message was deleted in answer.
    pub deleted: bool,
    /// The time until the first answer; none if there was none in time.
    pub took: Option<Duration>,
    pub(super) token: String,
    pub(super) changes: usize,
}

/// One choice of an autocomplete.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub name: String,
    pub value: Value,
}

/// A form that the bot opened. The fields are public, so that a test can forge one.
#[derive(Debug, Clone, Default)]
pub struct Modal {
    pub custom_id: String,
    pub title: String,
    pub fields: Vec<Field>,
    /// The message whose button opened it.
    pub message: Option<Id>,
}

/// One input of a form.
#[derive(Debug, Clone, Default)]
pub struct Field {
    pub custom_id: String,
    pub label: String,
    pub value: String,
    pub placeholder: String,
    pub paragraph: bool,
    pub required: bool,
    pub min: usize,
    pub max: usize,
}

impl Deref for Reply {
    type Target = Message;

    fn deref(&self) -> &Message {
        &self.message
    }
}

impl Reply {
    /// The form; fails if there is none.
    pub fn modal(&self) -> &Modal {
        self.modal.as_ref().unwrap_or_else(|| panic!("no form popped up; instead:\n{self}"))
    }

    /// The names of the choices; fails if there was no autocomplete.
    pub fn choice_names(&self) -> Vec<&str> {
        let choices = self.choices.as_ref().unwrap_or_else(|| panic!("no choices; instead:\n{self}"));
        choices.iter().map(|choice| choice.name.as_str()).collect()
    }
}

impl Message {
    pub(super) fn of(state: &State, post: &Post) -> Self {
        let name = |id: Id| state.town.find_person(id).map_or("?", |p| p.name.as_str()).to_owned();
        let mut message = Self {
            id: post.id,
            channel: post.channel,
            author: name(post.author),
            content: post.content.clone(),
            embeds: post.embeds.clone(),
            components: post.components.clone(),
            files: post.files.clone(),
            ephemeral: post.flags & flag::EPHEMERAL != 0,
            pings: post.pings.clone(),
            reactions: post.reactions.iter().map(|(emoji, who)| (emoji.clone(), name(*who))).collect(),
            reply_to: post.reply_to,
            text: String::new(),
        };
        message.text = state.town.read_aloud(&message.written_out());
        message
    }

    /// All buttons and selects.
    pub(super) fn controls(&self) -> Vec<&Value> {
        self.components.iter().filter_map(|row| row["components"].as_array()).flatten().collect()
    }

    fn written_out(&self) -> String {
        let mut lines = Vec::new();
        if !self.content.is_empty() {
            lines.push(self.content.clone());
        }
        lines.extend(self.embeds.iter().map(embed_text));
        lines.extend(self.files.iter().map(|file| format!("📎 {} ({} bytes)", file.name, file.bytes.len())));
        lines.extend(self.components.iter().map(row_text));
        if !self.pings.is_empty() {
            lines.push(format!("🔔 {}", self.pings.join(" ")));
        }
        lines.join("\n")
    }
}

fn embed_text(embed: &Value) -> String {
    let text = |value: &Value| value.as_str().filter(|t| !t.is_empty()).map(str::to_owned);
    let mut lines = Vec::new();
    lines.extend(text(&embed["author"]["name"]));
    if let Some(title) = text(&embed["title"]) {
        lines.push(text(&embed["url"]).map_or(format!("**{title}**"), |url| format!("**{title}** <{url}>")));
    }
    lines.extend(text(&embed["description"]));
    for field in embed["fields"].as_array().into_iter().flatten() {
        let (name, value) = (field["name"].as_str().unwrap_or(""), field["value"].as_str().unwrap_or(""));
        lines.push(format!("{name}: {value}"));
    }
    lines.extend(text(&embed["image"]["url"]).map(|url| format!("🖼 {url}")));
    lines.extend(text(&embed["footer"]["text"]).map(|footer| format!("— {footer}")));
    lines.join("\n").lines().map(|line| format!("│ {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn row_text(row: &Value) -> String {
    let controls = row["components"].as_array().into_iter().flatten();
    controls.map(|c| if c["type"] == json!(2) { button_text(c) } else { select_text(c) }).collect::<Vec<_>>().join(" ")
}

fn button_text(button: &Value) -> String {
    let mut parts = Vec::new();
    parts.extend(button["emoji"]["name"].as_str().map(str::to_owned));
    parts.extend(button["label"].as_str().map(str::to_owned));
    parts.extend(button["url"].as_str().map(|url| format!("→ {url}")));
    if button["disabled"] == json!(true) {
        parts.push("(disabled)".into());
    }
    format!("[{}]", parts.join(" "))
}

fn select_text(select: &Value) -> String {
    let options = select["options"].as_array().into_iter().flatten().map(|option| {
        let chosen = if option["default"] == json!(true) { "✓ " } else { "" };
        let about = option["description"].as_str().map_or(String::new(), |d| format!(" – {d}"));
        format!("  {chosen}{}{about}", option["label"].as_str().unwrap_or_default())
    });
    let title = select["placeholder"].as_str().unwrap_or("choose");
    [format!("({title} ▾)")].into_iter().chain(options).collect::<Vec<_>>().join("\n")
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ephemeral {
            f.write_str("[ephemeral]\n")?;
        }
        f.write_str(&self.text)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.took.is_none() {
            parts.push("(the application did not respond)".to_owned());
        }
        if let Some(modal) = &self.modal {
            parts.push(modal.to_string());
        }
        if let Some(choices) = &self.choices {
            parts.push(choices.iter().map(Choice::to_string).collect::<Vec<_>>().join("\n"));
        }
        if self.deleted {
            parts.push("(deleted)".to_owned());
        } else if self.message.id != 0 {
            let mark = if self.updated { "[updated]\n" } else { "" };
            parts.push(format!("{mark}{}", self.message));
        }
        parts.extend(self.followups.iter().map(Message::to_string));
        f.write_str(&parts.join("\n―――\n"))
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::String(value) if *value == self.name => f.write_str(value),
            Value::String(value) => write!(f, "{} → {value}", self.name),
            value => write!(f, "{} → {value}", self.name),
        }
    }
}

impl fmt::Display for Modal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "⌗ {}", self.title)?;
        for field in &self.fields {
            let star = if field.required { "*" } else { "" };
            let (kind, max) = (if field.paragraph { "paragraph" } else { "line" }, field.max);
            write!(f, "\n{}{star} ({kind}, ≤ {max}): {}", field.label, field.value)?;
            if field.value.is_empty() && !field.placeholder.is_empty() {
                write!(f, "‹{}›", field.placeholder)?;
            }
        }
        Ok(())
    }
}

impl Modal {
    /// The form that a callback describes.
    pub(super) fn of(data: &Value, message: Option<Id>) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let bound = |value: &Value, otherwise| value.as_u64().map_or(otherwise, |n| n as usize);
        let rows = data["components"].as_array().into_iter().flatten();
        let inputs = rows.filter_map(|row| row["components"].as_array()).flatten().map(|input| Field {
            custom_id: text(&input["custom_id"]),
            label: text(&input["label"]),
            value: text(&input["value"]),
            placeholder: text(&input["placeholder"]),
            paragraph: input["style"] == json!(2),
            required: input["required"] != json!(false),
            min: bound(&input["min_length"], 0),
            max: bound(&input["max_length"], 4000),
        });
        Self { custom_id: text(&data["custom_id"]), title: text(&data["title"]), fields: inputs.collect(), message }
    }
}
