//! Synonyms: people's words for things that the pages call something else (pure).
//!
//! Each line of `thesaurus.txt` is a group: `people's word, people's word: page's word, page's word`. It was written
//! from the pages alone, without looking at the questions that measure the search.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The longest phrase on the left, in words.
const LONGEST: usize = 3;

static THESAURUS: LazyLock<Thesaurus> = LazyLock::new(|| Thesaurus::read(include_str!("thesaurus.txt")));

struct Thesaurus {
    meant: HashMap<&'static str, Vec<&'static str>>,
    fillers: HashSet<&'static str>,
}

impl Thesaurus {
    fn read(text: &'static str) -> Self {
        let mut thesaurus = Self { meant: HashMap::new(), fillers: HashSet::new() };
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        for (heard, meant) in lines.filter_map(|line| line.split_once(':')) {
            let meant = meant.split(',').map(str::trim);
            if heard == "ignore" {
                thesaurus.fillers.extend(meant);
                continue;
            }
            for phrase in heard.split(',').map(str::trim) {
                thesaurus.meant.entry(phrase).or_default().extend(meant.clone());
            }
        }
        thesaurus
    }
}

/// Whether a word only fills a chat message and has no content.
pub fn is_filler(word: &str) -> bool {
    THESAURUS.fillers.contains(word)
}

/// The phrases of a query that have synonyms: the index of the phrase's first word, its number of words, and the pages'
/// words for it.
pub fn meant(words: &[&str]) -> Vec<(usize, usize, &'static [&'static str])> {
    let mut found = Vec::new();
    for length in 1..=LONGEST.min(words.len()) {
        for (at, phrase) in words.windows(length).enumerate() {
            if let Some(meant) = THESAURUS.meant.get(phrase.join(" ").as_str()) {
                found.push((at, length, meant.as_slice()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_wherever_they_stand() {
        let found = meant(&["my", "comp", "sci", "prof"]);
        let places: Vec<(usize, usize)> = found.iter().map(|(at, length, _)| (*at, *length)).collect();
        assert!(places.contains(&(1, 2)) && places.contains(&(3, 1)), "{places:?}");
        assert!(is_filler("tbh") && !is_filler("gpu"));
        assert!(meant(&[]).is_empty());
    }

    #[test]
    fn no_line_is_without_effect() {
        for line in include_str!("thesaurus.txt").lines() {
            let is_group = line.split_once(':').is_some_and(|(l, r)| !l.trim().is_empty() && !r.trim().is_empty());
            assert!(line.is_empty() || line.starts_with('#') || is_group, "{line}");
        }
    }
}
