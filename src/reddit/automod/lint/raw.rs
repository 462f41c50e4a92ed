//! What the lines of a section show before anything is read as YAML (pure).

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, key};
use crate::reddit::automod::page::Section;

/// A key, and what stands after its colon.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\s*(?:- )?)([~A-Za-z_+#0-9]+(?: *\([^)]*\))?)( *):(?: +(.*))?$").expect("a pattern")
});
/// An escape that YAML does not have, in double quotes.
static ESCAPE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""(?:[^"\\]|\\.)*\\[^0abtnvfreNLPxuU "/\\_][^"]*""#).expect("a pattern"));

/// A key that is known, and a colon without a blank behind it.
static JOINED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*~?([A-Za-z_]+)[A-Za-z_+#0-9]*(?: *\([^)]*\))?:[^\s:/]").expect("a pattern"));
/// A text in quotes.
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'"#).expect("a pattern"));
/// A sign with a meaning of its own where an entry without quotes begins.
static SIGN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|[\[,]\s*)([!&*@%`#])([^\s,\]]*)").expect("a pattern"));

/// Looks at the lines that are not part of a text below a `|` or `>`.
pub fn lines(section: &Section, found: &mut Found) {
    let skipped = section.text.lines().take_while(|line| line.trim().is_empty()).count();
    let mut block: Option<usize> = None;
    for (number, line) in (section.line..).zip(section.text.lines().skip(skipped)) {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if block.is_some_and(|below| line.trim().is_empty() || indent > below) {
            continue;
        }
        block = None;
        if line.trim_start().starts_with('#') {
            continue;
        }
        if is_lame_border(line) {
            found.add(number, "this line parts no rules; begin it with three hyphens and nothing before them");
            continue;
        }
        if line.trim_start_matches(' ').starts_with('\t') {
            found.add(number, "a tab cannot indent; use blanks");
            continue;
        }
        let entry = ENTRY.captures(line);
        let value = entry.as_ref().and_then(|entry| entry.get(4)).map_or("", |value| value.as_str().trim());
        if value.starts_with('|') || (value.starts_with('>') && value.len() <= 2) {
            block = Some(indent);
        }
        written(line, value, number, found);
        let below = section.text.lines().skip(number - section.line + skipped + 1).find(|next| !next.trim().is_empty());
        let has_list = below
            .is_some_and(|next| next.trim_start().starts_with("- ") || next.len() - next.trim_start().len() > indent);
        signs(line, value, has_list, number, found);
        if let Some(entry) = entry
            && entry.get(3).is_some_and(|blanks| !blanks.is_empty())
        {
            found.add(number, format!("a blank stands before the colon of “{}”; take it away", &entry[2]));
        }
    }
}

/// A line that is to part two rules, and does not.
fn is_lame_border(line: &str) -> bool {
    let bare = line.trim();
    let is_only = |signs: &[char]| bare.chars().all(|c| signs.contains(&c));
    match bare.chars().count() {
        0 => false,
        1 => is_only(&['—', '–']),
        _ => {
            is_only(&['-', '—', '–'])
                || bare.chars().count() > 2 && (is_only(&['=']) || is_only(&['*']) || is_only(&['_']))
        }
    }
}

/// Signs that mean something else than they look like.
fn signs(line: &str, value: &str, has_list: bool, number: usize, found: &mut Found) {
    let bare = QUOTED.replace_all(line, "''");
    if bare.contains(['\u{a0}', '\u{202f}']) || line.contains(['\u{200b}', '\u{feff}', '\u{2060}']) {
        found
            .add(number, "here is a blank that only looks like one, as pages and chats have it; delete it and type it");
    }
    if let Some(joined) = JOINED.captures(line)
        && key::names(false).chain(key::names(true)).any(|known| known.eq_ignore_ascii_case(&joined[1]))
    {
        found.add(number, format!("a blank is missing after the colon of “{}”; add it", &joined[1]));
    }
    let item = line.trim_start().strip_prefix("- ").unwrap_or(value).trim();
    if item.starts_with(['|', '>']) {
        return;
    }
    let bare = QUOTED.replace_all(item, "''");
    let Some(found_sign) = SIGN.captures(&bare) else { return };
    let (sign, rest) = (&found_sign[1], &found_sign[2]);
    // A remark has a blank behind its hash, or stands above a list.
    if sign == "#" && (rest.is_empty() || has_list) {
        return;
    }
    let what = match sign {
        "#" => "begins a remark",
        "*" | "&" => "names a part of YAML",
        "!" => "names a kind of YAML",
        _ => "cannot begin a text",
    };
    found.add(number, format!("an unquoted {sign} {what}; write '{sign}{rest}'"));
}

fn written(line: &str, value: &str, number: usize, found: &mut Found) {
    let item = line.trim_start().strip_prefix("- ").unwrap_or(value).trim();
    let begins =
        |signs: &[char]| item.starts_with(signs) || item.trim_start_matches('[').trim_start().starts_with(signs);
    if begins(&['“', '”', '‘', '’']) {
        found.add(number, "curly quotes do not quote, they are looked for as they stand; write straight ones");
    }
    if value.starts_with('>') && value.len() > 2 {
        found.add(number, format!("an unquoted > begins a text of several lines; write '{value}'"));
    }
    if item.starts_with("{{") {
        found.add(number, "an unquoted {{ begins a map; put the text in quotes");
    }
    if ESCAPE.is_match(line) {
        found.add(
            number,
            "in double quotes a backslash begins an escape of YAML; put regular expressions in single quotes",
        );
    }
    let colon = item.find(": ").filter(|_| !item.starts_with(['\'', '"', '[', '{', '#', '|', '>', '&', '*']));
    if !value.is_empty() && colon.is_some() {
        found.add(number, "an unquoted text with a colon and a blank begins a map; put it in quotes");
    }
    // A hash after a blank begins a remark.
    if let Some((before, after)) = item.split_once(" #")
        && !before.starts_with(['\'', '"', '['])
        && after.starts_with(|c: char| c.is_ascii_digit())
    {
        found.add(number, "what follows # is a remark and left out; put the text in quotes");
    }
}
