//! Reads sloppy JSON item by item, so that a broken item loses no other item (pure).

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Captures, Regex};
use serde::de::IgnoredAny;
use serde_json::Value;

/// A body as text: without a byte order mark, from UTF-16 if the mark says so. Invalid bytes become a replacement
/// character.
pub fn text(body: &[u8]) -> String {
    match body {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(body).trim_start_matches('\u{feff}').to_owned(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// The first items of a JSON list, at most `most`; an error for an item that cannot be read. The outer error says why
/// the text is not a list.
pub fn list(text: &str, most: usize) -> Result<Vec<Result<Value, String>>, String> {
    let Some(inside) = text.trim_start().strip_prefix('[') else {
        check(text)?;
        let what = serde_json::from_str(text).as_ref().map_or("something else", kind);
        return Err(format!("it is {what}, not a list"));
    };
    Ok(parts(inside, most)?.into_iter().map(item).collect())
}

/// The raw value of a key in a JSON object; none if the text is not an object or has no such key. The error says why
/// the text is not JSON.
pub fn member<'a>(text: &'a str, key: &str) -> Result<Option<&'a str>, String> {
    let Some(inside) = text.trim_start().strip_prefix('{') else { return check(text).map(|()| None) };
    let key = format!("\"{key}\"");
    let value = |part: &'a str| part.strip_prefix(&key)?.trim_start().strip_prefix(':');
    Ok(parts(inside, usize::MAX)?.into_iter().find_map(value).map(str::trim))
}

/// The kind of a value, as part of a sentence.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) | Value::Number(_) => "a single value",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn check(text: &str) -> Result<(), String> {
    let read = serde_json::from_str::<IgnoredAny>(text);
    read.map(|_| ()).map_err(|cause| if cause.is_eof() { TOO_EARLY } else { "it is no JSON" }.to_owned())
}

const TOO_EARLY: &str = "it ends too early";

/// The texts between the commas of a list or object, from after its opening bracket to the closing one. Text after
/// the first `most` parts is ignored.
fn parts(inside: &str, most: usize) -> Result<Vec<&str>, String> {
    let bytes = inside.as_bytes();
    let (mut parts, mut depth, mut from, mut at, mut quoted) = (Vec::new(), 0_usize, 0, 0, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' if depth > 0 => depth -= 1,
            b',' | b']' | b'}' if depth == 0 => {
                parts.extend(Some(inside[from..at].trim()).filter(|part| !part.is_empty()));
                from = at + 1;
                if parts.len() >= most {
                    return Ok(parts);
                }
                if *byte != b',' {
                    let is_end = inside[from..].trim().is_empty();
                    return if is_end { Ok(parts) } else { Err("it is no JSON".to_owned()) };
                }
            }
            _ => {}
        }
        at += 1;
    }
    Err(TOO_EARLY.to_owned())
}

fn item(text: &str) -> Result<Value, String> {
    let text = whole_letters(text);
    let read = serde_json::from_str(&text).or_else(|_| serde_json::from_str(&possible_numbers(&text)));
    read.map_err(|_| "it is no JSON".to_owned())
}

/// Removes unpaired surrogates (`"\ud83d"`, which remains if an emoji is cut) and control characters, which JSON
/// forbids.
fn whole_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                rest = &rest[6..];
                continue;
            }
            (Some(_), _) => 6,
            (None, _) => rest.chars().take(2).map(char::len_utf8).sum(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
    if out.contains(|c: char| c < ' ') { out.replace(|c: char| c < ' ', " ") } else { out }
}

/// The number in a `\uXXXX` at the beginning of the text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

/// Replaces numbers that JSON or we do not support by `null`: `NaN`, `Infinity`, `1e999`.
fn possible_numbers(text: &str) -> Cow<'_, str> {
    static NUMBERS: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = r#""(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity|inf|nan)\b|-?\d+(?:\.\d+)?[eE]\+?\d{3,}"#;
    let Some(numbers) = NUMBERS.get_or_init(|| Regex::new(pattern).ok()) else { return Cow::Borrowed(text) };
    numbers.replace_all(
        text,
        |found: &Captures<'_>| {
            if found[0].starts_with('"') { found[0].to_owned() } else { "null".to_owned() }
        },
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<Vec<Option<Value>>, String> {
        list(text, 1_000).map(|items| items.into_iter().map(Result::ok).collect())
    }

    #[test]
    fn one_bad_item_never_loses_another() {
        let table = [
            (r#"{"a": "cut \ud83d"}"#, Some(json!({ "a": "cut " }))),
            (r#"{"a": "\ude00 low, \ud83d\ude00 whole, \ud83dx"}"#, Some(json!({ "a": " low, 😀 whole, x" }))),
            (r#"{"a": "\\ud83d and \u00e9"}"#, Some(json!({ "a": "\\ud83d and é" }))),
            ("{\"a\": \"a raw\nline\"}", Some(json!({ "a": "a raw line" }))),
            (r#"{"a": NaN, "b": "NaN", "c": -Infinity}"#, Some(json!({ "a": null, "b": "NaN", "c": null }))),
            (r#"{"a": 1e999, "b": "1e999 \" 1e999"}"#, Some(json!({ "a": null, "b": "1e999 \" 1e999" }))),
            ("{'a': 1}", None),
            (r#"{"a" 1}"#, None),
            (r#"{"a": [1, {"b": "]},["}]}"#, Some(json!({ "a": [1, { "b": "]},[" }] }))),
        ];
        for (bad, expected) in table {
            let items = read(&format!("[{{\"n\": 1}}, {bad},{{\"n\": 2}}]")).expect(bad);
            assert_eq!(items, [Some(json!({ "n": 1 })), expected, Some(json!({ "n": 2 }))], "{bad}");
        }
        assert_eq!(read("[]"), Ok(vec![]));
        assert_eq!(read(" [1,]\n"), Ok(vec![Some(json!(1))]));
    }

    #[test]
    fn what_is_no_list_says_why() {
        for (text, why) in [
            ("", TOO_EARLY),
            ("[1, 2", TOO_EARLY),
            ("[{\"a\": \"]", TOO_EARLY),
            ("<html>", "it is no JSON"),
            ("[1] 2", "it is no JSON"),
            ("{}", "it is an object, not a list"),
            ("null", "it is nothing, not a list"),
        ] {
            assert_eq!(read(text), Err(why.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_key_of_an_object_is_found() {
        let text = r#" {"a": "\"hits\": [0]", "hits" : [1, 2] , "b": NaN} "#;
        assert_eq!(member(text, "hits"), Ok(Some("[1, 2]")));
        assert_eq!((member(text, "c"), member("[1]", "c")), (Ok(None), Ok(None)));
        assert!(member("{\"hits\": [1, 2]", "hits").is_err() && member("<html>", "hits").is_err());
    }

    #[test]
    fn marks_of_the_byte_order_are_no_part_of_a_text() {
        let utf16 = |le: bool| -> Vec<u8> {
            let unit = |u: u16| if le { u.to_le_bytes() } else { u.to_be_bytes() };
            "\u{feff}[\"é\"]".encode_utf16().flat_map(unit).collect()
        };
        for body in ["\u{feff}[\"é\"]".as_bytes().to_vec(), utf16(true), utf16(false)] {
            assert_eq!(text(&body), "[\"é\"]");
        }
        assert_eq!(text(b"[\"a\xffb\"]"), "[\"a\u{fffd}b\"]");
    }

    proptest! {
        #[test]
        fn good_json_is_read_as_it_is(texts in prop::collection::vec(any::<String>(), 0..6)) {
            let value = json!(texts.iter().map(|t| json!({ t.as_str(): [t], "n": 1.5 })).collect::<Vec<_>>());
            let Value::Array(expected) = &value else { return Ok(()) };
            let read: Vec<Value> = read(&value.to_string()).expect("a list").into_iter().flatten().collect();
            prop_assert_eq!(&read, expected);
        }

        #[test]
        fn no_text_is_too_odd(text in r#"[\[\]{},:"\\u0-9dDe .NaN<-]{0,60}"#) {
            let _ = (read(&text), member(&text, "d"));
        }
    }
}
