//! A validator for the part of JSON Schema that Discord's specification uses.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use regex::Regex;
use serde_json::{Value, json};

use super::http::Violation;

static PATTERNS: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);

/// Adds to `found` the problems of `value`, which is `at` a place in the body.
pub fn check(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<Violation>) {
    if let Some(target) = schema["$ref"].as_str() {
        check(document, resolve(document, target), value, at, found);
    }
    for part in items(&schema["allOf"]) {
        check(document, part, value, at, found);
    }
    for union in ["oneOf", "anyOf"] {
        if schema[union].is_array() {
            check_union(document, items(&schema[union]), value, at, found);
        }
    }
    if has_type(&schema["type"], value) {
        check_plain(schema, value, at, found);
        check_members(document, schema, value, at, found);
    } else {
        found.push(Violation::new(at, format!("{} is not of type {}", shown(value), schema["type"])));
    }
}

fn resolve<'d>(document: &'d Value, target: &str) -> &'d Value {
    let pointer = target.trim_start_matches('#');
    document.pointer(pointer).unwrap_or_else(|| panic!("the specification has no {target}"))
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// Checks that one alternative fits. If none does, the most likely one reports its problems.
fn check_union(document: &Value, schemas: &[Value], value: &Value, at: &str, found: &mut Vec<Violation>) {
    let mut best: Option<(usize, Vec<Violation>)> = None;
    for schema in schemas {
        let mut faults = Vec::new();
        check(document, schema, value, at, &mut faults);
        if faults.is_empty() {
            return;
        }
        let rank = unlikeliness(document, schema, value) + faults.len();
        if best.as_ref().is_none_or(|(least, _)| rank < *least) {
            best = Some((rank, faults));
        }
    }
    let all_constants = schemas.iter().all(|s| s.get("const").is_some());
    match best {
        _ if all_constants => {
            let known: Vec<String> = schemas.iter().map(|s| s["const"].to_string()).collect();
            found.push(Violation::new(at, format!("{} is not one of {}", shown(value), known.join(", "))));
        }
        Some((_, faults)) => found.extend(faults),
        None => {}
    }
}

/// Large if the alternative has another type, or a `type` field with another value.
fn unlikeliness(document: &Value, schema: &Value, value: &Value) -> usize {
    let schema = schema["$ref"].as_str().map_or(schema, |target| resolve(document, target));
    if !has_type(&schema["type"], value) {
        return 10_000;
    }
    let kind = &schema["properties"]["type"];
    let mut faults = Vec::new();
    if value.get("type").is_some() && !kind.is_null() {
        check(document, kind, &value["type"], "", &mut faults);
    }
    faults.len() * 1_000
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    match wanted {
        Value::String(name) => is_a(name, value),
        Value::Array(names) => names.iter().any(|name| is_a(name.as_str().unwrap_or_default(), value)),
        _ => true,
    }
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the specification uses the type “{other}”"),
    }
}

/// Checks the schema's rules for the value itself.
fn check_plain(schema: &Value, value: &Value, at: &str, found: &mut Vec<Violation>) {
    let mut wrong = |reason: String| found.push(Violation::new(at, reason));
    if schema.get("const").is_some_and(|only| only != value) {
        wrong(format!("{} is not {}", shown(value), schema["const"]));
    }
    if schema["enum"].is_array() && !items(&schema["enum"]).contains(value) {
        wrong(format!("{} is not one of {}", shown(value), schema["enum"]));
    }
    let size = match value {
        Value::String(text) => Some(("Length", text.chars().count())),
        Value::Array(list) => Some(("Items", list.len())),
        Value::Object(fields) => Some(("Properties", fields.len())),
        _ => None,
    };
    if let Some((what, size)) = size {
        let bound = |side: &str| schema[format!("{side}{what}")].as_u64().and_then(|n| usize::try_from(n).ok());
        if bound("min").is_some_and(|least| size < least) || bound("max").is_some_and(|most| size > most) {
            wrong(format!("has {size} ({what}); allowed are {:?} to {:?}", bound("min"), bound("max")));
        }
    }
    if let Some(number) = value.as_f64() {
        let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
        if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
            wrong(format!("{number} is not within {least:?} to {most:?}"));
        }
    }
    if let Some(text) = value.as_str() {
        if schema["pattern"].as_str().is_some_and(|pattern| !fits(pattern, text)) {
            wrong(format!("{} does not fit {}", shown(value), schema["pattern"]));
        }
        if !has_format(schema["format"].as_str().unwrap_or_default(), text) {
            wrong(format!("{} is not a {}", shown(value), schema["format"]));
        }
    }
    if schema["uniqueItems"] == json!(true) {
        let list = items(value);
        if list.iter().enumerate().any(|(n, item)| list[..n].contains(item)) {
            wrong("has an item twice".into());
        }
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    let mut known = PATTERNS.lock().expect("no panic while compiling a pattern");
    let regex = known.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).expect("a usable pattern"));
    regex.is_match(text)
}

fn has_format(format: &str, text: &str) -> bool {
    match format {
        "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
        "uri" => text.contains("://"),
        _ => true,
    }
}

/// Checks the schema's rules for the value's fields and items.
fn check_members(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<Violation>) {
    for (n, item) in items(value).iter().enumerate() {
        check(document, &schema["items"], item, &join(at, &n.to_string()), found);
    }
    let Some(fields) = value.as_object() else { return };
    for name in items(&schema["required"]).iter().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            found.push(Violation::new(join(at, name), "missing"));
        }
    }
    for (name, field) in fields {
        let (known, at) = (&schema["properties"][name], join(at, name));
        match (known.is_null(), &schema["additionalProperties"]) {
            (false, _) if is_tolerated(&at, field) => {}
            (false, _) => check(document, known, field, &at, found),
            (true, Value::Bool(false)) => found.push(Violation::new(at, "no such field")),
            (true, rule) => check(document, rule, field, &at, found),
        }
    }
}

/// Whether Discord accepts something that its specification does not allow: `default_member_permissions` is an integer
/// there, but a string of digits in the documentation and in every library. The ids of new files are snowflakes there,
/// but serenity sends small numbers.
fn is_tolerated(at: &str, value: &Value) -> bool {
    let mut steps = at.rsplit('.');
    match (steps.next(), steps.next(), steps.next()) {
        (Some("default_member_permissions"), ..) => value.as_str().is_some_and(|text| text.parse::<u64>().is_ok()),
        (Some("id"), Some(_), Some("attachments")) => value.is_u64(),
        _ => false,
    }
}

fn join(at: &str, step: &str) -> String {
    if at.is_empty() { step.to_owned() } else { format!("{at}.{step}") }
}

/// The beginning of a value, for messages.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 80 { text.chars().take(79).chain(['…']).collect() } else { text }
}
