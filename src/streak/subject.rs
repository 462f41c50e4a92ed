//! What somebody studied, in their own words (pure). No rule looks at it.

use std::fmt;

use serde::Serialize;

use crate::text::visible;
use crate::{Error, Result};

/// The longest subject, in characters.
pub const MAX_SUBJECT: usize = 60;

/// A subject: one line that is not empty. It is text from outside, to be escaped for where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject(String);

impl Subject {
    /// The subject that was typed; none if nothing of it is visible.
    ///
    /// # Errors
    /// Refused if it is too long.
    pub fn read(typed: &str) -> Result<Option<Self>> {
        let spaced = typed.replace(['\n', '\r', '\t', '\u{2028}', '\u{2029}'], " ");
        let seen = visible::visible(&spaced);
        let words: Vec<&str> = seen.split_whitespace().collect();
        let text = words.join(" ");
        if text.chars().count() > MAX_SUBJECT {
            return Err(Error::refused(format!(
                "A subject has at most {MAX_SUBJECT} characters; name it in fewer words."
            )));
        }
        Ok(if text.is_empty() { None } else { Some(Self(text)) })
    }

    /// As it is.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether two mean the same: capitals make no difference.
    pub fn is_like(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The minutes that went into a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Studied {
    /// The subject.
    pub what: Subject,
    /// Its minutes.
    pub minutes: u32,
}

/// The same with each subject once, most minutes first; of its spellings the last.
pub fn summed(all: impl IntoIterator<Item = Studied>) -> Vec<Studied> {
    let mut sums: Vec<Studied> = Vec::new();
    for studied in all {
        match sums.iter_mut().find(|sum| sum.what.is_like(&studied.what)) {
            Some(sum) => *sum = Studied { minutes: sum.minutes.saturating_add(studied.minutes), what: studied.what },
            None => sums.push(studied),
        }
    }
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.minutes));
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(text: &str) -> Subject {
        Subject::read(text).expect("short enough").expect("a subject")
    }

    #[test]
    fn a_subject_is_one_visible_line() {
        for (typed, read) in [
            ("linear algebra", Some("linear algebra")),
            ("  Linear\n algebra\t", Some("Linear algebra")),
            ("\u{202e}gnp.exe \u{1b}[31mred", Some("gnp.exe [31mred")),
            ("線形代数", Some("線形代数")),
            ("a/b <@123> **c**", Some("a/b <@123> **c**")),
            ("", None),
            (" \n\u{200e}\u{feff} ", None),
        ] {
            let is = Subject::read(typed).expect("short enough");
            assert_eq!(is.as_ref().map(Subject::as_str), read, "{typed:?}");
        }
        assert_eq!(subject(&"é".repeat(MAX_SUBJECT)).as_str().chars().count(), MAX_SUBJECT);
        assert!(Subject::read(&"é".repeat(MAX_SUBJECT + 1)).is_err());
        // What counts is what is left of it.
        assert!(Subject::read(&format!("{}{}", "x".repeat(MAX_SUBJECT), " ".repeat(9))).is_ok());
    }

    #[test]
    fn each_subject_is_counted_once() {
        let studied = |what: &str, minutes| Studied { what: subject(what), minutes };
        let all = [studied("SQL", 10), studied("linear algebra", 30), studied("rag", 5), studied("Linear Algebra", 1)];
        let sums: Vec<(String, u32)> = summed(all).into_iter().map(|sum| (sum.what.to_string(), sum.minutes)).collect();
        assert_eq!(sums, [("Linear Algebra".into(), 31), ("SQL".into(), 10), ("rag".into(), 5)]);
    }
}
