//! Cleans texts from the sources (pure): one line, no HTML entities, no invisible characters.

use crate::text::visible::is_unseen;

/// The longest title, name and abstract that are kept, in characters: more than any real one has.
pub const TITLE: usize = 600;
pub const NAME: usize = 150;
pub const SUMMARY: usize = 8_000;

/// HTML entities used in titles and abstracts. Numeric entities are decoded, too.
const ENTITIES: [(&str, &str); 20] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("times", "×"),
    ("deg", "°"),
    ("plusmn", "±"),
    ("le", "≤"),
    ("ge", "≥"),
    ("eacute", "é"),
    ("ouml", "ö"),
];

/// Makes a text fit to show: one line, at most `most` characters.
pub fn line(text: &str, most: usize) -> String {
    // Entities and spaces make the raw text longer than the result.
    let text = first(text, most.saturating_mul(6));
    let plain = decoded(text);
    let spaced: String =
        plain.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_unseen(*c)).collect();
    let joined = spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    first(&joined, most).trim_end().to_owned()
}

fn first(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(at, _)| &text[..at])
}

/// Decodes entities once: `&amp;lt;` becomes `&lt;`.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].find(';').filter(|end| *end <= 8).map(|end| &rest[1..=end]);
        match name.and_then(|name| Some((name, entity(name)?))) {
            Some((name, said)) => {
                out.push_str(&said);
                rest = &rest[name.len() + 2..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text of an entity; empty for a number that is not a character.
fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(char::from_u32(code).map(String::from).unwrap_or_default());
    }
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, said)| (*said).to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_come_in_clean() {
        let table = [
            ("  A\n title \u{a0}here ", "A title here"),
            ("AT&amp;T, a &lt; b, R&D; Q&A", "AT&T, a < b, R&D; Q&A"),
            ("once: &amp;lt; and &amp;amp;", "once: &lt; and &amp;"),
            ("&#39;x&#x27; &#xD83D;y&#27;[31m &nbsp;z", "'x' y[31m z"),
            ("&unknown; & &; &;", "&unknown; & &; &;"),
            ("Red \u{1b}[31mtitle\u{7} \u{202e}gnp.exe\u{0}.", "Red [31mtitle gnp.exe."),
            ("hy\u{ad}phen\u{2028}next", "hyphen next"),
        ];
        for (text, expected) in table {
            assert_eq!(line(text, TITLE), expected, "{text:?}");
        }
        assert_eq!(line(&"é".repeat(9_000), NAME).chars().count(), NAME);
    }

    proptest! {
        #[test]
        fn nothing_unseen_comes_in(text in any::<String>()) {
            let line = line(&text, SUMMARY);
            prop_assert!(!line.contains(is_unseen) && line.trim() == line && !line.contains("  "));
        }
    }
}
