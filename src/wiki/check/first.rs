//! Checks whether a section begins with its answer (pure).

use std::sync::LazyLock;

use regex::Regex;

use super::alone::{WRITERS, word};
use super::prose::Prose;

/// The answer must begin within this many sentences.
const SENTENCES: usize = 2;
/// A year that is long ago for a beginner.
static PAST_YEAR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(?:19\d\d|20[01]\d|202[0-3])\b").expect("a pattern"));
/// The heading asks about history.
static HISTORY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:classics?|past|history|older|paths|when|who (?:started|invented))\b").expect("a pattern")
});

/// A section that begins with who said something, or when, before it answers.
pub fn first(prose: &Prose<'_>, found: &mut impl FnMut(usize, String)) {
    if prose.section.level == 1 {
        return;
    }
    let beginning = prose.first(SENTENCES);
    if HISTORY.is_match(&prose.section.heading) {
        return;
    }
    let writer = WRITERS.into_iter().find(|writer| word(beginning, writer).is_some());
    let Some(in_the_way) = writer.or_else(|| PAST_YEAR.find(beginning).map(|year| year.as_str())) else { return };
    found(
        prose.section.text_line,
        format!(
            "the first two sentences of “{}” hold “{in_the_way}”; begin with the answer, and say after it whose it is and from when",
            prose.section.heading
        ),
    );
}
