//! Ranks sections by how well they match the words of a question (pure).
//!
//! A section's score is the sum over the question's words of the BM25 score of the best spelling or synonym in the
//! section. A share of the same sum for its best `asked` phrase is added.

use std::collections::{HashMap, HashSet};

/// The weight of a synonym; the word itself has 1.
pub const SYNONYM: f64 = 0.4;
/// The weight of the best `asked` phrase; the section's own words have 1.
const PHRASING: f64 = 0.3;

/// The matches of one spelling or synonym of a word.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// Sections and their BM25 scores; larger is better.
    pub sections: Vec<(i64, f64)>,
    /// `asked` phrases: id, section and score.
    pub phrasings: Vec<(i64, i64, f64)>,
}

/// A word of the question, with its matches.
#[derive(Debug, Clone, Default)]
pub struct Term {
    /// The word, for explanations.
    pub word: String,
    /// The word's weight: its inverse document frequency.
    weight: f64,
    /// The sections that contain the word itself.
    own: HashSet<i64>,
    sections: HashMap<i64, f64>,
    phrasings: HashMap<(i64, i64), f64>,
}

impl Term {
    /// A word without matches yet.
    pub fn new(word: &str) -> Self {
        Self { word: word.to_owned(), ..Self::default() }
    }

    /// Adds the matches of one spelling or synonym, in a wiki of `total` sections; `worth` is 1 for the word itself.
    pub fn add(&mut self, matches: &Matches, worth: f64, total: i64) {
        if !matches.sections.is_empty() {
            self.weight = self.weight.max(worth * rarity(matches.sections.len(), total));
        }
        if worth >= 1.0 {
            self.own.extend(matches.sections.iter().map(|(section, _)| *section));
        }
        for (section, score) in &matches.sections {
            let best = self.sections.entry(*section).or_default();
            *best = best.max(score * worth);
        }
        for (phrasing, section, score) in &matches.phrasings {
            let best = self.phrasings.entry((*phrasing, *section)).or_default();
            *best = best.max(score * worth);
        }
    }

    /// Whether a section contains the word or a synonym.
    pub fn is_in(&self, section: i64) -> bool {
        self.sections.contains_key(&section)
    }

    /// The number of sections that contain the word itself.
    pub fn places(&self) -> usize {
        self.own.len()
    }

    /// Whether a section contains the word itself.
    pub fn stands_in(&self, section: i64) -> bool {
        self.own.contains(&section)
    }

    /// The word's weight; a word without matches gets the greatest weight.
    fn weight(&self, total: i64) -> f64 {
        if self.sections.is_empty() { rarity(0, total) } else { self.weight }
    }
}

/// Inverse document frequency: a word in few of the `total` sections weighs more.
fn rarity(sections: usize, total: i64) -> f64 {
    (1.0 + total as f64 / (1.0 + sections as f64)).ln()
}

/// A matching section.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Its id.
    pub section: i64,
    /// Larger is better.
    pub score: f64,
    /// The part of the score that comes from its own words.
    pub words: f64,
    /// The score of its best `asked` phrase.
    pub phrasing: f64,
    /// The share of the question's weight that the section covers, 0–1.
    pub coverage: f64,
}

/// The sections that match at least one word, best first; `total` is the wiki's number of sections.
pub fn rank(terms: &[Term], total: i64) -> Vec<Ranked> {
    let whole: f64 = terms.iter().map(|t| t.weight(total)).sum();
    let mut found: HashMap<i64, (f64, f64)> = HashMap::new();
    for term in terms {
        for (section, score) in &term.sections {
            let sums = found.entry(*section).or_default();
            sums.0 += score;
            sums.1 += term.weight(total);
        }
    }
    let phrasings = best_phrasings(terms);
    let ranked = found.into_iter().map(|(section, (words, weight))| {
        let phrasing = phrasings.get(&section).copied().unwrap_or_default();
        let coverage = if whole > 0.0 { weight / whole } else { 0.0 };
        Ranked { section, score: words + PHRASING * phrasing, words, phrasing, coverage }
    });
    let mut ranked: Vec<Ranked> = ranked.collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.section.cmp(&b.section)));
    ranked
}

/// For each section, the score of its best `asked` phrase.
fn best_phrasings(terms: &[Term]) -> HashMap<i64, f64> {
    let mut sums: HashMap<(i64, i64), f64> = HashMap::new();
    for (phrasing, score) in terms.iter().flat_map(|t| &t.phrasings) {
        *sums.entry(*phrasing).or_default() += score;
    }
    let mut best: HashMap<i64, f64> = HashMap::new();
    for ((_, section), score) in sums {
        let known = best.entry(section).or_default();
        *known = known.max(score);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(word: &str, ways: &[(&[(i64, f64)], f64)]) -> Term {
        let mut term = Term::new(word);
        for (sections, worth) in ways {
            term.add(&Matches { sections: sections.to_vec(), phrasings: Vec::new() }, *worth, 100);
        }
        term
    }

    #[test]
    fn a_section_with_more_of_the_question_wins() {
        let terms = [
            term("laptop", &[(&[(1, 5.0), (2, 3.0)], 1.0)]),
            term("cheap", &[(&[(2, 2.5)], 1.0)]),
            term("zzz", &[(&[], 1.0)]),
        ];
        let ranked = rank(&terms, 100);
        assert_eq!(ranked.iter().map(|r| r.section).collect::<Vec<_>>(), [2, 1]);
        assert!(ranked[0].coverage > ranked[1].coverage && ranked[0].coverage < 1.0);
    }

    #[test]
    fn a_synonym_counts_less_than_the_word_and_never_twice() {
        let own = rank(&[term("pay", &[(&[(1, 4.0)], 1.0)])], 100);
        let synonym = rank(&[term("earn", &[(&[(1, 4.0)], SYNONYM)])], 100);
        let both = rank(&[term("pay", &[(&[(1, 4.0)], 1.0), (&[(1, 4.0)], SYNONYM)])], 100);
        assert!(synonym[0].score < own[0].score);
        assert_eq!(both, own);
        assert!(rank(&[], 100).is_empty());
    }

    #[test]
    fn words_together_in_one_way_of_asking_beat_words_here_and_there() {
        let with = |word: &str, phrasings: Vec<(i64, i64, f64)>| {
            let mut term = Term::new(word);
            term.add(&Matches { sections: vec![(1, 2.0), (2, 2.0)], phrasings }, 1.0, 100);
            term
        };
        let terms = [with("old", vec![(10, 1, 1.0), (20, 2, 1.0)]), with("laptop", vec![(11, 1, 1.0), (20, 2, 1.0)])];
        assert_eq!(rank(&terms, 100)[0].section, 2);
    }
}
