//! What YAML 1.1, which AutoModerator reads, makes of a word without quotes (pure).

use std::sync::LazyLock;

use regex::Regex;

/// A value as AutoModerator gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// `yes`, `off`, `true` …
    Bool(bool),
    /// A whole number, also in the spellings that nobody expects: `010`, `0x1f`, `1_000`, `12:30`.
    Int(i64),
    /// A number with a point.
    Float,
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// A date or a time stamp.
    Date,
}

/// What a word is, if it stands there without quotes.
pub fn kind(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "y" | "Y" | "n" | "N" => Kind::Text,
        _ => boolean(text).or_else(|| integer(text)).or_else(|| other(text)).unwrap_or(Kind::Text),
    }
}

fn boolean(text: &str) -> Option<Kind> {
    let lower = text.to_lowercase();
    let is_cased =
        text == lower || text == text.to_uppercase() || text.get(1..).is_some_and(|rest| lower.ends_with(rest));
    match lower.as_str() {
        "yes" | "true" | "on" if is_cased => Some(Kind::Bool(true)),
        "no" | "false" | "off" if is_cased => Some(Kind::Bool(false)),
        _ => None,
    }
}

fn integer(text: &str) -> Option<Kind> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (if text.starts_with('-') { -1 } else { 1 }, digits),
        None => (1, text),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    let number = if let Some(hex) = plain.strip_prefix("0x") {
        i64::from_str_radix(hex, 16).ok()
    } else if let Some(binary) = plain.strip_prefix("0b") {
        i64::from_str_radix(binary, 2).ok()
    } else if plain.contains(':') {
        sexagesimal(&plain)
    } else if plain.len() > 1 && plain.starts_with('0') {
        i64::from_str_radix(&plain[1..], 8).ok()
    } else {
        plain.parse().ok()
    };
    number.map(|number: i64| Kind::Int(sign * number))
}

/// `12:30` is 750: a number to the base 60.
fn sexagesimal(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let first: i64 = parts.next().filter(|part| !part.starts_with('0') || part.len() == 1)?.parse().ok()?;
    parts.try_fold(first, |sum, part| {
        let digit: i64 = part.parse().ok().filter(|digit| part.len() <= 2 && (0..60).contains(digit))?;
        sum.checked_mul(60)?.checked_add(digit)
    })
}

/// Dates, time stamps and numbers with a point, as PyYAML tells them from texts.
fn other(text: &str) -> Option<Kind> {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        let time =
            r"(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?";
        Regex::new(&format!(r"^(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}{time})$"))
            .expect("a pattern")
    });
    static FLOAT: LazyLock<Regex> = LazyLock::new(|| {
        let number = r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9_]+(?:[eE][-+][0-9]+)?";
        let rest = r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)";
        Regex::new(&format!("^(?:{number}|{rest})$")).expect("a pattern")
    });
    if DATE.is_match(text) {
        return Some(Kind::Date);
    }
    FLOAT.is_match(text).then_some(Kind::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_yaml_1_1_says() {
        for (text, expected) in [
            ("yes", Kind::Bool(true)),
            ("Off", Kind::Bool(false)),
            ("NO", Kind::Bool(false)),
            ("yEs", Kind::Text),
            ("Über", Kind::Text),
            ("\u{fffd}On", Kind::Text),
            ("y", Kind::Text),
            ("on", Kind::Bool(true)),
            ("010", Kind::Int(8)),
            ("0x1f", Kind::Int(31)),
            ("1_000", Kind::Int(1000)),
            ("-5", Kind::Int(-5)),
            ("12:30", Kind::Int(750)),
            ("1:2:3", Kind::Int(3723)),
            ("12:75", Kind::Text),
            ("1.5", Kind::Float),
            ("1.5e3", Kind::Text),
            ("1.5e+3", Kind::Float),
            (".5", Kind::Float),
            ("1.2.3", Kind::Text),
            (".nan", Kind::Float),
            ("12:30:15.5", Kind::Float),
            ("2026-11-29", Kind::Date),
            ("2026-11-29 12:00:00", Kind::Date),
            ("2026-11-29 is a Sunday", Kind::Text),
            ("~", Kind::Null),
            ("", Kind::Null),
            ("089", Kind::Text),
            ("9gag", Kind::Text),
            ("no way", Kind::Text),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
