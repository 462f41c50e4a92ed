//! Values that are not what they look like (pure).

use super::{Found, Kind, Node, Search, Style, Takes, Value};

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
        Takes::Text if !is_text(kind) && found.0.iter().all(|known| known.line != value.line) => {
            found.add(value.line, format!("{key} must be a text; write one after the colon, in quotes or below a |"));
        }
        Takes::Threshold if !is_threshold(key, text) => {
            let example = if key == "account_age" { "'> 7 days'" } else { "'> 10'" };
            found.add(
                value.line,
                format!("{key} must be a number with < or > before it, but is “{text}”; write for example {example}"),
            );
        }
        Takes::Word(words) if !words.contains(&text) => {
            found.add(value.line, format!("{key} must be one of {}, but is “{text}”", words.join(", ")));
        }
        _ => {}
    }
}

fn is_text(kind: Option<Kind>) -> bool {
    !matches!(kind, None | Some(Kind::Null))
}

fn is_threshold(key: &str, text: &str) -> bool {
    let rest = text.trim().trim_start_matches(['<', '>', '=']).trim();
    let digits = rest.trim_start_matches('-').chars().take_while(char::is_ascii_digit).count();
    let unit = rest.trim_start_matches('-')[digits..].trim().trim_end_matches('s');
    digits > 0
        && (unit.is_empty()
            || key == "account_age" && ["minute", "hour", "day", "week", "month", "year"].contains(&unit))
}

/// What a search looks for.
pub fn searched(search: &Search<'_>, value: &Node, found: &mut Found) {
    let items = value.items();
    if items.is_empty() || value.kind() == Some(Kind::Null) {
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
    short(search, item, text, found);
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
