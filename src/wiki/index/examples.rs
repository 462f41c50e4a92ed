//! Questions of the kind that people really ask, and the sections that answer them, or none.
//!
//! `examples.jsonl` has titles of posts, rewritten in our own words like the examples of triage, with labels by readers who knew
//! the pages and not what the search finds. `cairn wiki train` learns from them (see `learn`); a running program does not read
//! them.

use std::sync::LazyLock;

use serde::Deserialize;

/// A question and the sections that answer it, as `page#Heading`. No sections means that the wiki has no answer.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// The question.
    pub q: String,
    /// The sections.
    #[serde(default)]
    pub sections: Vec<String>,
}

/// The examples, in the order of the file. A line that cannot be read is left out; a test reads them all.
pub static EXAMPLES: LazyLock<Vec<Row>> = LazyLock::new(|| {
    include_str!("examples.jsonl").lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
});

/// How a section is called in an example: its page and its heading, which is empty for the beginning of the page.
pub fn name(page: &str, is_lead: bool, heading: &str) -> String {
    format!("{page}#{}", if is_lead { "" } else { heading })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_line_is_an_example_and_none_stands_twice() {
        let lines = include_str!("examples.jsonl").lines().count();
        assert_eq!(EXAMPLES.len(), lines);
        assert_eq!(EXAMPLES.iter().map(|row| &row.q).collect::<HashSet<_>>().len(), lines);
    }
}
