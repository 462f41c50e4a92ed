//! What Discord's client offers while somebody types a command: commands, options, values.

use serde_json::{Value, json};

use super::stage::Stage;
use super::stand_in::acting;
use super::stand_in::commands::kind as command_kind;
use super::stand_in::interactions::kind;
use super::stand_in::state::{Id, State};
use super::stand_in::town::kind as channel_kind;
use super::stand_in::typed::{self, kind_of, option};
use super::visit;

/// The most that is offered at once.
const MOST: usize = 25;

/// Something that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What it is called.
    pub name: String,
    /// What it does.
    pub about: String,
    /// What the line says once it is taken.
    pub line: String,
}

impl Stage {
    /// What is offered to `who`, who has typed `text` in a channel.
    pub async fn suggest(&self, who: Id, channel: Id, text: &str) -> Vec<Suggestion> {
        let asked = self.shared.look(|state| {
            let Some((path, command)) = command_of(state, who, channel, text) else {
                return Asked::Known(commands(state, who, channel, text));
            };
            match option_of(&command, text) {
                None => Asked::Known(options(&command, &path, text)),
                Some((option, head, value)) => values(state, who, channel, &option, head, value),
            }
        });
        let (act, head) = match asked {
            Asked::Known(known) => return known,
            Asked::Bot(act, head) => (*act, head),
        };
        let (token, _) = acting::act(&self.shared, who, act).await;
        let choices = self.shared.look(|state| state.interactions.get(&token).and_then(|asked| asked.choices.clone()));
        choices.unwrap_or_default().iter().map(|choice| chosen(&head, choice)).collect()
    }
}

enum Asked {
    Known(Vec<Suggestion>),
    /// The bot is asked; the line up to the value.
    Bot(Box<super::stand_in::dispatch::Act>, String),
}

/// A choice that the bot or a command offers. The line holds what is sent.
fn chosen(head: &str, choice: &Value) -> Suggestion {
    let name = choice["name"].as_str().unwrap_or_default().to_owned();
    let value = match &choice["value"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let about = if value == name { String::new() } else { value.clone() };
    Suggestion { name, about, line: format!("{head}{value} ") }
}

/// All commands with their paths: `/study log`.
fn leaves(state: &State, who: Id, channel: Id) -> Vec<(String, Value)> {
    let all = state.commands.guild.iter().chain(&state.commands.global);
    let slash = all.filter(|command| command["type"].as_u64() == Some(command_kind::SLASH));
    let mut found = Vec::new();
    for command in slash.filter(|command| visit::is_offered(state, command, who, channel)) {
        descend(command, format!("/{}", command["name"].as_str().unwrap_or_default()), &mut found);
    }
    found
}

fn descend(owner: &Value, path: String, found: &mut Vec<(String, Value)>) {
    let subs: Vec<&Value> = owner["options"].as_array().into_iter().flatten().filter(|o| typed::is_nested(o)).collect();
    if subs.is_empty() {
        found.push((path, owner.clone()));
        return;
    }
    for sub in subs {
        descend(sub, format!("{path} {}", sub["name"].as_str().unwrap_or_default()), found);
    }
}

/// The command whose whole name has been typed.
fn command_of(state: &State, who: Id, channel: Id, text: &str) -> Option<(String, Value)> {
    let is_typed = |path: &str| text.strip_prefix(path).is_some_and(|rest| rest.starts_with(' '));
    let typed = leaves(state, who, channel).into_iter().filter(|(path, _)| is_typed(path));
    typed.max_by_key(|(path, _)| path.len())
}

fn commands(state: &State, who: Id, channel: Id, text: &str) -> Vec<Suggestion> {
    let wanted = text.trim_start_matches('/').trim().to_lowercase();
    let mut fitting: Vec<(usize, String, Value)> = leaves(state, who, channel)
        .into_iter()
        .filter_map(|(path, command)| {
            let about = command["description"].as_str().unwrap_or_default().to_lowercase();
            let rank = match path[1..].find(&wanted) {
                Some(0) => 0,
                Some(_) => 1,
                None if wanted.len() > 2 && about.contains(&wanted) => 2,
                None => return None,
            };
            Some((rank, path, command))
        })
        .collect();
    fitting.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let suggestion = |(_, path, command): (usize, String, Value)| Suggestion {
        line: format!("{path} {}", required(&command, "").unwrap_or_default()),
        about: command["description"].as_str().unwrap_or_default().to_owned(),
        name: path,
    };
    fitting.into_iter().map(suggestion).collect()
}

fn declared(command: &Value) -> impl Iterator<Item = &Value> {
    command["options"].as_array().into_iter().flatten()
}

/// The name, with its colon, of the first required option that is not in the line.
fn required(command: &Value, text: &str) -> Option<String> {
    let missing = |option: &&Value| option["required"] == json!(true) && !has(text, option);
    declared(command).find(missing).map(|option| format!("{}:", option["name"].as_str().unwrap_or_default()))
}

fn has(text: &str, option: &Value) -> bool {
    text.contains(&format!(" {}:", option["name"].as_str().unwrap_or_default()))
}

/// The options that are still to be had.
fn options(command: &Value, path: &str, text: &str) -> Vec<Suggestion> {
    let left = declared(command).filter(|option| !has(text, option)).map(|option| {
        let name = option["name"].as_str().unwrap_or_default();
        let needed = if option["required"] == json!(true) { " (needed)" } else { "" };
        Suggestion {
            name: format!("{name}:"),
            about: format!("{}{needed}", option["description"].as_str().unwrap_or_default()),
            line: format!(
                "{}{name}:",
                if text.len() > path.len() { text.trim_end().to_owned() + " " } else { format!("{path} ") }
            ),
        }
    });
    left.take(MOST).collect()
}

/// The option whose value is being typed, the line up to that, and what has been typed of it.
fn option_of<'t>(command: &Value, text: &'t str) -> Option<(Value, &'t str, &'t str)> {
    let begins = |option: &Value| {
        let mark = format!(" {}:", option["name"].as_str().unwrap_or_default());
        text.rfind(&mark).map(|at| (at + mark.len(), option.clone()))
    };
    let (from, option) = declared(command).filter_map(begins).max_by_key(|(from, _)| *from)?;
    let value = &text[from..];
    // A space behind a value that was taken from a list ends it.
    let is_over = value.ends_with(' ') && (!is_free(&option) || value.ends_with("  "));
    (!is_over).then(|| (option, &text[..from], value.trim_start()))
}

/// Whether any text may stand there, spaces as well.
fn is_free(option: &Value) -> bool {
    kind_of(option) == option::STRING
        && option["choices"].as_array().is_none_or(Vec::is_empty)
        && option["autocomplete"] != json!(true)
}

fn values(state: &State, who: Id, channel: Id, option: &Value, head: &str, value: &str) -> Asked {
    if option["autocomplete"] == json!(true) {
        let typed = typed::unfinished(&state.commands, &state.town, &format!("{head}{value}|"));
        return match typed {
            Ok(typed) => {
                let act = acting::command(state, kind::AUTOCOMPLETE, typed, Some(channel));
                Asked::Bot(Box::new(act), head.to_owned())
            }
            Err(_) => Asked::Known(Vec::new()),
        };
    }
    let wanted = value.trim_start_matches(['@', '#']).to_lowercase();
    let named: Vec<String> = match kind_of(option) {
        option::BOOLEAN => vec!["true".into(), "false".into()],
        option::USER => state.town.people.iter().filter(|p| !p.bot).map(|p| format!("@{}", p.name)).collect(),
        option::ROLE => state.town.roles.iter().map(|r| format!("@{}", r.name.trim_start_matches('@'))).collect(),
        option::CHANNEL => {
            let seen = visit::channels(state, who).into_iter().filter(|c| c.kind == channel_kind::TEXT);
            seen.map(|c| format!("#{}", c.name)).collect()
        }
        _ => option["choices"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|c| Some(c["name"].as_str()?.to_owned()))
            .collect(),
    };
    let fits = |name: &String| name.to_lowercase().contains(&wanted);
    let suggestion = |name: String| Suggestion { line: format!("{head}{name} "), name, about: String::new() };
    Asked::Known(named.into_iter().filter(fits).take(MOST).map(suggestion).collect())
}
