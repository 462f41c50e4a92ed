//! What a person types: `/study log minutes:45 note:"two words"`, read against the registered commands.

use serde_json::{Value, json};

use super::commands::{Commands, kind};
use super::state::Id;
use super::town::Town;

/// Kinds of command option.
#[allow(missing_docs, reason = "they are called what Discord calls them")]
pub mod option {
    pub const SUBCOMMAND: u64 = 1;
    pub const GROUP: u64 = 2;
    pub const STRING: u64 = 3;
    pub const INTEGER: u64 = 4;
    pub const BOOLEAN: u64 = 5;
    pub const USER: u64 = 6;
    pub const CHANNEL: u64 = 7;
    pub const ROLE: u64 = 8;
    pub const MENTIONABLE: u64 = 9;
    pub const NUMBER: u64 = 10;
}

/// The kind of an option, see [`option`].
pub fn kind_of(option: &Value) -> u64 {
    option["type"].as_u64().unwrap_or(0)
}

/// Whether an option is a subcommand or a group of them.
pub fn is_nested(option: &Value) -> bool {
    matches!(kind_of(option), option::SUBCOMMAND | option::GROUP)
}

/// A command ready to be sent.
#[derive(Debug)]
pub struct Typed {
    /// The `data` of the interaction, without resolved objects.
    pub data: Value,
    /// `/study log`.
    pub name: String,
    /// Where the command may be used, as registered.
    pub contexts: Value,
    /// The people that it names.
    pub users: Vec<Id>,
    /// The roles that it names.
    pub roles: Vec<Id>,
    /// The channels that it names.
    pub channels: Vec<Id>,
}

/// Reads a finished command. Says what is wrong if Discord would not let it be sent.
pub fn command(commands: &Commands, town: &Town, text: &str) -> Result<Typed, String> {
    read(commands, town, text, None)
}

/// Reads a command that is being typed; `|` marks the cursor.
pub fn unfinished(commands: &Commands, town: &Town, text: &str) -> Result<Typed, String> {
    let cursor = text.find('|').ok_or("mark the cursor with | for autocomplete")?;
    read(commands, town, &text.replacen('|', "", 1), Some(cursor))
}

fn read(commands: &Commands, town: &Town, text: &str, cursor: Option<usize>) -> Result<Typed, String> {
    let line = text.strip_prefix('/').ok_or_else(|| format!("“{text}” does not begin with /"))?;
    let (name, mut rest) = word(line);
    let registered = commands.find(kind::SLASH, name).ok_or_else(|| {
        format!("no command /{name} is registered; there are: {}", commands.names(kind::SLASH).join(", "))
    })?;
    let mut path = vec![registered];
    let mut full = format!("/{name}");
    while let Some(subs) = subcommands(path[path.len() - 1]) {
        let (name, left) = word(rest);
        let sub = subs.iter().copied().find(|s| s["name"] == json!(name)).ok_or_else(|| {
            let known: Vec<&str> = subs.iter().filter_map(|s| s["name"].as_str()).collect();
            format!("{full} has no “{name}”; it has: {}", known.join(", "))
        })?;
        full = format!("{full} {name}");
        (rest, path) = (left, [path, vec![sub]].concat());
    }
    let mut typed = Typed {
        data: Value::Null,
        name: full,
        contexts: registered["contexts"].clone(),
        users: vec![],
        roles: vec![],
        channels: vec![],
    };
    let declared = declared(path[path.len() - 1]);
    let offset = text.len() - rest.len();
    let mut given = Vec::new();
    for (option, value, at) in split(rest, &declared, &typed.name)? {
        let focused = cursor.is_some_and(|c| (offset + at..=offset + at + value.len()).contains(&c));
        given.push(read_option(town, option, unquoted(value)?, focused, cursor.is_some(), &mut typed)?);
    }
    if cursor.is_some() && !given.iter().any(|option| option["focused"] == json!(true)) {
        return Err(format!("the cursor in “{text}” is in no option's value"));
    }
    let mut required = declared.iter().filter(|o| o["required"] == json!(true));
    let missing = required.find(|o| !given.iter().any(|g| g["name"] == o["name"]));
    if let (None, Some(missing)) = (cursor, missing) {
        return Err(format!("{} needs the option {}", typed.name, missing["name"]));
    }
    typed.data = nest(&path, given);
    Ok(typed)
}

/// The first word and what follows it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

fn declared(owner: &Value) -> Vec<&Value> {
    owner["options"].as_array().into_iter().flatten().collect()
}

fn subcommands(owner: &Value) -> Option<Vec<&Value>> {
    let subs: Vec<&Value> = declared(owner);
    let nested = subs.first().is_some_and(|option| is_nested(option));
    nested.then_some(subs)
}

/// The options with their values and where these stand. As on Discord, a value goes on until the next option's name, and words
/// before any name are for the text that must be there, if it is the one such option.
fn split<'t, 'o>(
    text: &'t str,
    options: &[&'o Value],
    command: &str,
) -> Result<Vec<(&'o Value, &'t str, usize)>, String> {
    let mut starts: Vec<(usize, usize, &Value)> = Vec::new();
    for (at, _) in text.char_indices().filter(|(at, _)| begins_word(text, *at) && !in_quotes(&text[..*at])) {
        let found = options.iter().find(|o| text[at..].starts_with(&format!("{}:", o["name"].as_str().unwrap_or(""))));
        if let Some(option) = found {
            let name = option["name"].as_str().unwrap_or("");
            if starts.iter().any(|(.., known)| known["name"] == option["name"]) {
                continue;
            }
            starts.push((at, at + name.len() + 1, option));
        }
    }
    let first = starts.first().map_or(text.len(), |(at, ..)| *at);
    let leading = text[..first].trim_end();
    if !leading.trim().is_empty() {
        let mut required = options.iter().filter(|option| option["required"] == json!(true));
        let is_open = |option: &&&Value| {
            kind_of(option) == option::STRING && starts.iter().all(|(.., named)| named["name"] != option["name"])
        };
        match (required.next().filter(is_open), required.next()) {
            (Some(option), None) => starts.insert(0, (0, leading.len() - leading.trim_start().len(), option)),
            _ => {
                let known: Vec<&str> = options.iter().filter_map(|o| o["name"].as_str()).collect();
                return Err(format!("{command} has no option “{}”; it has: {}", leading.trim(), known.join(", ")));
            }
        }
    }
    let ends = starts.iter().skip(1).map(|(at, ..)| *at).chain([text.len()]);
    Ok(starts.iter().zip(ends).map(|((_, from, option), to)| (*option, text[*from..to].trim_end(), *from)).collect())
}

fn begins_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_none_or(char::is_whitespace)
}

fn in_quotes(before: &str) -> bool {
    before.matches('"').count() % 2 == 1
}

fn unquoted(value: &str) -> Result<&str, String> {
    let Some(inner) = value.strip_prefix('"') else { return Ok(value) };
    match inner.strip_suffix('"') {
        Some(text) => Ok(text),
        None if inner.contains('"') => Err(format!("what follows the closing quote in {value}?")),
        None => Ok(inner),
    }
}

fn read_option(
    town: &Town,
    option: &Value,
    text: &str,
    focused: bool,
    unfinished: bool,
    typed: &mut Typed,
) -> Result<Value, String> {
    let (name, kind) = (option["name"].as_str().unwrap_or_default(), option["type"].as_u64().unwrap_or(0));
    if focused {
        if option["autocomplete"] != json!(true) {
            return Err(format!("the option {name} has no autocomplete"));
        }
        return Ok(json!({"name": name, "type": kind, "value": text, "focused": true}));
    }
    let value = match kind {
        option::STRING => check_text(option, text)?,
        option::INTEGER => number(option, text, text.parse::<i64>().ok().map(|n| json!(n)))?,
        option::NUMBER => number(option, text, text.parse::<f64>().ok().map(|n| json!(n)))?,
        option::BOOLEAN => json!(text.parse::<bool>().map_err(|_| format!("{name}: “{text}” is not true or false"))?),
        option::USER | option::CHANNEL | option::ROLE | option::MENTIONABLE => {
            json!(mentioned(town, kind, text, typed)?.to_string())
        }
        other => return Err(format!("options of type {other} cannot be typed")),
    };
    let chosen = || option["autocomplete"] == json!(true) || option["choices"].as_array().is_none_or(Vec::is_empty);
    if unfinished || chosen() {
        return Ok(json!({"name": name, "type": kind, "value": value}));
    }
    let choices = option["choices"].as_array().map_or(&[][..], Vec::as_slice);
    let choice = choices.iter().find(|c| c["name"] == json!(text) || c["value"] == value);
    let choice = choice.ok_or_else(|| {
        let known: Vec<&str> = choices.iter().filter_map(|c| c["name"].as_str()).collect();
        format!("{name}: “{text}” is no choice; there are: {}", known.join(", "))
    })?;
    Ok(json!({"name": name, "type": kind, "value": choice["value"]}))
}

fn check_text(option: &Value, text: &str) -> Result<Value, String> {
    let length = text.chars().count() as u64;
    let (least, most) = (option["min_length"].as_u64().unwrap_or(1), option["max_length"].as_u64().unwrap_or(6000));
    // An empty value is not sent by Discord's client.
    if length < least || length > most {
        return Err(format!("{}: {length} characters; Discord takes {least} to {most}", option["name"]));
    }
    Ok(json!(text))
}

fn number(option: &Value, text: &str, read: Option<Value>) -> Result<Value, String> {
    let value = read.ok_or_else(|| format!("{}: “{text}” is not a number", option["name"]))?;
    let (least, most) = (option["min_value"].as_f64(), option["max_value"].as_f64());
    let n = value.as_f64().unwrap_or_default();
    let bounds = match (least, most) {
        (Some(least), Some(most)) if n < least || n > most => format!("{least} to {most}"),
        (Some(least), None) if n < least => format!("{least} or more"),
        (None, Some(most)) if n > most => format!("{most} or less"),
        _ => return Ok(value),
    };
    Err(format!("{} takes {bounds}", option["name"].as_str().unwrap_or_default()))
}

/// The id that `@ann`, `#general`, `@mods` or a mention stands for; noted for the resolved objects.
fn mentioned(town: &Town, kind: u64, text: &str, typed: &mut Typed) -> Result<Id, String> {
    let name = text.trim_start_matches(['@', '#']);
    let id = text.trim_matches(|c: char| !c.is_ascii_digit()).parse::<Id>().ok();
    let person = town.people.iter().find(|p| p.name == name || Some(p.id) == id);
    let role = town.roles.iter().find(|r| r.name == name || Some(r.id) == id);
    let channel = town.channels.values().find(|c| (!c.name.is_empty() && c.name == name) || Some(c.id) == id);
    if let (option::USER | option::MENTIONABLE, Some(person)) = (kind, person) {
        typed.users.push(person.id);
        return Ok(person.id);
    }
    if let (option::ROLE | option::MENTIONABLE, Some(role)) = (kind, role) {
        typed.roles.push(role.id);
        return Ok(role.id);
    }
    if let (option::CHANNEL, Some(channel)) = (kind, channel) {
        typed.channels.push(channel.id);
        return Ok(channel.id);
    }
    Err(format!("“{text}” is nobody and nothing here"))
}

/// The command's data: options below their subcommand, below their group.
fn nest(path: &[&Value], given: Vec<Value>) -> Value {
    let mut options = given;
    for sub in path[1..].iter().rev() {
        options = vec![json!({"name": sub["name"], "type": sub["type"], "options": options})];
    }
    let mut data = json!({"id": path[0]["id"], "name": path[0]["name"], "type": kind::SLASH, "options": options});
    if !path[0]["guild_id"].is_null() {
        data["guild_id"] = path[0]["guild_id"].clone();
    }
    data
}
