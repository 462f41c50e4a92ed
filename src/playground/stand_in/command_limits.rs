//! Discord's documented limits on commands.

use serde_json::{Value, json};

use super::commands::kind;
use super::limits::Findings;

/// A whole list of commands.
pub fn all(found: &mut Findings, commands: &Value) {
    let commands = found.list("", commands, 130);
    for (limit, wanted) in [(100, kind::SLASH), (15, kind::USER), (15, kind::MESSAGE)] {
        let of_kind = commands.iter().filter(|c| c["type"].as_u64().unwrap_or(kind::SLASH) == wanted);
        let names: Vec<&Value> = of_kind.map(|c| &c["name"]).collect();
        if names.len() > limit {
            found.add("", format!("{} commands of type {wanted}; at most {limit}", names.len()));
        }
        unique(found, "", &names);
    }
    for (n, command) in commands.iter().enumerate() {
        one(found, &format!("{n}."), command);
    }
}

/// One command.
pub fn one(found: &mut Findings, at: &str, command: &Value) {
    if matches!(command["type"].as_u64(), Some(kind::USER | kind::MESSAGE)) {
        found.text(&format!("{at}name"), &command["name"], 1..=32);
        if command["description"].as_str().is_some_and(|d| !d.is_empty()) {
            found.add(&format!("{at}description"), "a context-menu command has none");
        }
        return;
    }
    named(found, at, command);
    let size = options(found, at, command, 0);
    if size > 8000 {
        found.add(
            &format!("{at}name"),
            format!("{size} characters in all names, descriptions and values; at most 8000"),
        );
    }
}

/// A name and its description; how many characters they have.
fn named(found: &mut Findings, at: &str, item: &Value) -> usize {
    let name = item["name"].as_str().unwrap_or_default();
    let length = name.chars().count();
    let plain = name.chars().all(|c| c == '-' || c == '_' || c.is_alphanumeric());
    if !(1..=32).contains(&length) || !plain || name.to_lowercase() != name {
        found.add(
            &format!("{at}name"),
            format!("“{name}” is not a lower-case name of 1 to 32 letters, digits, - and _"),
        );
    }
    if item["description"].is_null() {
        found.add(&format!("{at}description"), "missing");
    }
    length + found.text(&format!("{at}description"), &item["description"], 1..=100)
}

/// The options of a command or subcommand; how many characters all of it has.
fn options(found: &mut Findings, at: &str, owner: &Value, depth: usize) -> usize {
    let mut size = owner["name"].as_str().map_or(0, |n| n.chars().count());
    size += owner["description"].as_str().map_or(0, |d| d.chars().count());
    let list = found.list(&format!("{at}options"), &owner["options"], 25);
    unique(found, at, &list.iter().map(|o| &o["name"]).collect::<Vec<_>>());
    let mut optional_seen = false;
    for (n, option) in list.iter().enumerate() {
        let at = format!("{at}options.{n}.");
        named(found, &at, option);
        let nested = matches!(option["type"].as_u64(), Some(1 | 2));
        if nested && depth > 1 || option["type"] == json!(2) && depth > 0 {
            found.add(&at, "subcommands nest at most once in a group");
        }
        let required = option["required"] == json!(true);
        if required && optional_seen {
            found.add(&at, "required options come before optional ones");
        }
        optional_seen |= !required && !nested;
        size += choices(found, &at, option);
        size += options(found, &at, option, depth + 1);
    }
    let subcommands = list.iter().filter(|o| matches!(o["type"].as_u64(), Some(1 | 2))).count();
    if subcommands > 0 && subcommands < list.len() {
        found.add(at, "subcommands and plain options exclude each other");
    }
    size
}

fn choices(found: &mut Findings, at: &str, option: &Value) -> usize {
    let list = found.list(&format!("{at}choices"), &option["choices"], 25);
    if !list.is_empty() && option["autocomplete"] == json!(true) {
        found.add(at, "choices and autocomplete exclude each other");
    }
    let sizes = list.iter().enumerate().map(|(n, choice)| {
        found.text(&format!("{at}choices.{n}.name"), &choice["name"], 1..=100)
            + found.text(&format!("{at}choices.{n}.value"), &choice["value"], 0..=100)
    });
    sizes.sum()
}

fn unique(found: &mut Findings, at: &str, names: &[&Value]) {
    for (n, name) in names.iter().enumerate() {
        if names[..n].contains(name) {
            found.add(&format!("{at}name"), format!("{name} stands here twice"));
        }
    }
}
