//! Values that are not what they look like (pure).

use super::key::QUALITIES;
use super::{Found, Kind, Node, Search, Style, Takes, Value, is_nothing};

/// Quotes as word processors write them.
const CURLY: [char; 4] = ['“', '”', '‘', '’'];
/// What a flair's map may hold.
const FLAIR_KEYS: [&str; 3] = ["text", "css_class", "template_id"];

/// Whether a value is what its key takes.
pub fn takes(key: &str, takes: Takes, value: &Node, found: &mut Found) {
    let kind = value.kind();
    let text = value.text().unwrap_or_default();
    match takes {
        Takes::Bool if !matches!(kind, Some(Kind::Bool(_))) => {
            found.add(
                value.line,
                format!("{key} must be true or false, without quotes, but is “{text}”; Reddit will not save the page"),
            );
        }
        Takes::Int if !matches!(kind, Some(Kind::Int(_))) => {
            found.add(
                value.line,
                format!("{key} must be a whole number, without quotes, but is “{text}”; Reddit will not save the page"),
            );
        }
        // What the line itself has shown, such as {{ without quotes, is told already.
        Takes::Text if kind != Some(Kind::Text) && found.0.iter().all(|known| known.line != value.line) => {
            found.add(value.line, format!("{key} must be a text; write one after the colon, in quotes or below a |"));
        }
        Takes::BoolOrInt if !matches!(kind, Some(Kind::Bool(_) | Kind::Int(_))) => {
            found.add(
                value.line,
                format!("{key} must be true, false or a number, but is “{text}”; Reddit will not save the page"),
            );
        }
        Takes::Quality if !is_quality(text) => {
            let all = QUALITIES.join(", ");
            found.add(
                value.line,
                format!("{key} must be one of {all}, but is “{text}”; write for example '< moderate'"),
            );
        }
        Takes::Flair => flair(value, found),
        Takes::Threshold if !is_threshold(key, text) => {
            let example = if key == "account_age" { "'> 7 days'" } else { "'> 10'" };
            found.add(
                value.line,
                format!("{key} must be a number with < or > before it, but is “{text}”; write for example {example}"),
            );
        }
        Takes::Word(_) if value.text().is_none() => {
            found.add(value.line, format!("{key} must be one word, not several; write a rule for each of them"));
        }
        Takes::Word(words) if !words.contains(&text) => {
            found.add(value.line, format!("{key} must be one of {}, but is “{text}”", words.join(", ")));
        }
        _ => {}
    }
}

fn is_quality(text: &str) -> bool {
    QUALITIES.contains(&text.trim_start_matches(['<', '>', '=', ' ']))
}

/// A flair: a text, or a text and a class, or a map that names a template.
fn flair(value: &Node, found: &mut Found) {
    match &value.value {
        Value::List(items) if items.len() > 2 => {
            found.add(
                value.line,
                "a flair is a text and a class, so the rest of this list is left out; write two texts",
            );
        }
        Value::Map(entries) => {
            let named = |wanted: &str| entries.iter().any(|(key, _)| key.text() == Some(wanted));
            let odd = entries.iter().find(|(key, _)| !key.text().is_some_and(|key| FLAIR_KEYS.contains(&key)));
            if let Some((key, _)) = odd {
                let known = FLAIR_KEYS.join(", ");
                found.add(key.line, format!("a flair has no “{}”; it has {known}", key.text().unwrap_or_default()));
            } else if !named("template_id") {
                found.add(
                    value.line,
                    "a flair that is written as a map must name its template; add template_id, or write a list of text and class",
                );
            }
        }
        Value::Scalar { .. } if value.kind() == Some(Kind::Null) => {
            found.add(value.line, "set_flair must say which; write a text, or '' to take the flair away");
        }
        _ => {}
    }
}

fn is_threshold(key: &str, text: &str) -> bool {
    let text = text.trim();
    let operator = ["==", "<", ">", "="].into_iter().find(|sign| text.starts_with(sign)).unwrap_or_default();
    let rest = text[operator.len()..].trim();
    let digits = rest.trim_start_matches('-').chars().take_while(char::is_ascii_digit).count();
    let unit = rest.trim_start_matches('-')[digits..].trim().trim_end_matches('s');
    digits > 0
        && (unit.is_empty()
            || key == "account_age" && ["minute", "hour", "day", "week", "month", "year"].contains(&unit))
}

/// What a search looks for.
pub fn searched(search: &Search<'_>, value: &Node, found: &mut Found) {
    let items = value.items();
    if is_nothing(value) {
        // A remark in the place of the value is told by its line.
        if found.0.iter().any(|known| known.line == value.line) {
            return;
        }
        found.add(value.line, format!("{} looks for nothing, so it is left out; write what to look for", search.name));
        return;
    }
    for item in items {
        one(search, item, matches!(value.value, Value::List(_)), found);
    }
}

fn one(search: &Search<'_>, item: &Node, is_in_list: bool, found: &mut Found) {
    let Value::Scalar { text, style } = &item.value else {
        found.add(item.line, "this entry is a list or a map, not a text; put it in quotes");
        return;
    };
    match item.kind() {
        Some(Kind::Bool(is)) => {
            found.add(item.line, format!("“{text}” without quotes is the value {is}, not the word; write '{text}'"));
        }
        Some(Kind::Null) => {
            found.add(item.line, "an entry without quotes is empty here; write the word in quotes".to_owned())
        }
        Some(Kind::Int(number)) if number.to_string() != *text => {
            found.add(item.line, format!("“{text}” without quotes is the number {number}; write '{text}'"));
        }
        Some(Kind::Date | Kind::Float) => {
            found.add(
                item.line,
                format!("“{text}” without quotes is a date or a number, and may be written otherwise; write '{text}'"),
            );
        }
        _ => {}
    }
    if *style != Style::Plain && text.is_empty() {
        found.add(item.line, "an empty entry is found in every text; take it away".to_owned());
    }
    if *style == Style::Block {
        let what = if is_in_list { "the entry" } else { "the value" };
        found.add(
            item.line,
            format!("{what} is a block, so its end of line is looked for, too; write a list of texts in single quotes"),
        );
    }
    if !is_in_list && *style == Style::Plain && !search.is_regex() && text.contains(", ") {
        found.add(
            item.line,
            "this is one text with commas, and is searched as a whole; write a list, such as ['one', 'two'], or put it in quotes",
        );
    }
    if *style != Style::Plain && text.starts_with(CURLY) && text.ends_with(CURLY) && text.chars().count() > 1 {
        found.add(item.line, "curly quotes do not quote, they are looked for as they stand; leave them out");
    }
    short(search, item, text, found);
    names(search, item, text, found);
}

/// Names of places and people, which are looked for without what a link has around them.
fn names(search: &Search<'_>, item: &Node, text: &str, found: &mut Found) {
    if search.is_regex() {
        return;
    }
    if search.fields == ["domain"] && (text.contains('/') || text.starts_with("www.")) {
        let host = text.split_once("://").map_or(text, |(_, rest)| rest).trim_start_matches("www.");
        let host = host.split('/').next().unwrap_or_default();
        found.add(
            item.line,
            format!("a domain is the name alone, so “{text}” is never found; write '{host}', or search the url"),
        );
    }
    if search.fields == ["name"] && text.trim_start_matches('/').starts_with("u/") {
        let name = text.trim_start_matches('/').trim_start_matches("u/");
        found.add(item.line, format!("names stand without u/, so “{text}” is never found; write '{name}'"));
    }
}

/// Short words that stand within many others.
fn short(search: &Search<'_>, item: &Node, text: &str, found: &mut Found) {
    let is_word = text.chars().all(|c| c.is_ascii_alphanumeric()) && (1..=3).contains(&text.chars().count());
    let is_address = search.fields.iter().any(|field| ["url", "domain", "media_author_url"].contains(field));
    if is_word && search.modifiers.contains(&"includes") && !is_address {
        let inside = if text.eq_ignore_ascii_case("ml") { "html" } else { "longer words" };
        found.add(
            item.line,
            format!("includes finds “{text}” in {inside}, too; leave out includes, or write a longer text"),
        );
    }
}
