//! What the lines of a section show before anything is read as YAML (pure).

use std::sync::LazyLock;

use regex::Regex;

use super::Found;
use crate::reddit::automod::page::Section;

/// A key, and what stands after its colon.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\s*(?:- )?)([~A-Za-z_+#0-9]+(?: *\([^)]*\))?)( *):(?: +(.*))?$").expect("a pattern")
});
/// An escape that YAML does not have, in double quotes.
static ESCAPE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""(?:[^"\\]|\\.)*\\[^0abtnvfreNLPxuU "/\\_][^"]*""#).expect("a pattern"));

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
        if let Some(entry) = entry
            && entry.get(3).is_some_and(|blanks| !blanks.is_empty())
        {
            found.add(number, format!("a blank stands before the colon of “{}”; take it away", &entry[2]));
        }
    }
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
