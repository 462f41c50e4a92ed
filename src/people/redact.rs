//! Redaction: removes from a text what points to a person (pure).

use std::sync::LazyLock;

use regex::Regex;

/// The most characters that are kept.
const MAX_CHARS: usize = 500;

static ADDRESSES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // Mail addresses, links, @names, u/names, and numbers long enough to be a phone number or an id.
    let pattern =
        r"(?i)[\w.+-]+@[\w-]+\.[\w.-]+|\b(?:https?://|www\.)\S+|<?@[!&]?\w[\w.-]*>?|/?\bu/[\w-]+|\+?\d[\d \-().]{5,}\d";
    Regex::new(pattern).ok()
});

/// `text` on one line of at most 500 characters, where `…` replaces mail addresses, links, names and long numbers.
pub fn redact(text: &str) -> String {
    // The pattern is constant and a test compiles it. If it ever failed, keep nothing rather than an unredacted text.
    let Some(addresses) = &*ADDRESSES else { return String::new() };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    addresses.replace_all(&line, "…").chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn what_points_to_a_person_is_gone() {
        let table = [
            ("mail me: ann.b+ml@mail.example.org!", "mail me: …!"),
            ("see https://example.org/~ann?x=1 and www.ann.example", "see … and …"),
            ("ask u/ann_b or /u/bob or @carol or <@!123456>", "ask … or … or … or …"),
            ("call +49 30 1234-567 now", "call … now"),
            ("grade 11, 2 hours, in 2026", "grade 11, 2 hours, in 2026"),
            ("two\nlines\t here", "two lines here"),
        ];
        for (text, expected) in table {
            assert_eq!(redact(text), expected);
        }
        assert_eq!(redact(&"é".repeat(2_000)).chars().count(), 500);
    }
}
