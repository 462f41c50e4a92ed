//! Ranking: how well sections answer a question, from how well they match each of its words (pure).
//!
//! The score of a section is the sum, over the question's words, of the BM25 score of the best spelling or
//! synonym that it has; and a share of the same sum over the words of the one way of asking that is most
//! like the question.

use std::collections::{HashMap, HashSet};

/// How much a synonym counts against the word itself.
pub const SYNONYM: f64 = 0.4;
/// How much the best way of asking counts against the section's own words.
const PHRASING: f64 = 0.3;

/// What one way of saying a word matches.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// Sections, with their BM25 scores; larger is better.
    pub sections: Vec<(i64, f64)>,
    /// Ways of asking, with their sections and scores.
    pub phrasings: Vec<(i64, i64, f64)>,
}

/// A word of the question, with what has it or a synonym.
#[derive(Debug, Clone, Default)]
pub struct Term {
    /// The word, for explanations.
    pub word: String,
    /// What it is worth: its inverse document frequency.
    weight: f64,
    /// The sections that have the word itself.
    own: HashSet<i64>,
    sections: HashMap<i64, f64>,
    phrasings: HashMap<(i64, i64), f64>,
}

impl Term {
    /// A word that nothing has been found for yet.
    pub fn new(word: &str) -> Self {
        Self { word: word.to_owned(), ..Self::default() }
    }

    /// Notes what one way of saying the word matches, in a wiki of `total` sections; `worth` is 1 for the word itself.
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

    /// Whether a section has the word or a synonym.
    pub fn is_in(&self, section: i64) -> bool {
        self.sections.contains_key(&section)
    }

    /// In how many sections the word itself stands.
    pub fn places(&self) -> usize {
        self.own.len()
    }

    /// Whether the word itself stands in a section.
    pub fn stands_in(&self, section: i64) -> bool {
        self.own.contains(&section)
    }

    /// What the word is worth; one that nothing matches is as rare as can be.
    fn weight(&self, total: i64) -> f64 {
        if self.sections.is_empty() { rarity(0, total) } else { self.weight }
    }
}

/// Inverse document frequency: a word that few of `total` sections have says more.
fn rarity(sections: usize, total: i64) -> f64 {
    (1.0 + total as f64 / (1.0 + sections as f64)).ln()
}

/// A section that matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Its id.
    pub section: i64,
    /// Larger is better.
    pub score: f64,
    /// Of the score, what its own words are worth.
    pub words: f64,
    /// The score of the way of asking that is most like the question.
    pub phrasing: f64,
    /// The share of the question's weight that it has, 0–1.
    pub coverage: f64,
}

/// The sections of a wiki of `total` that match at least one word, best first.
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

/// By section, the score of the way of asking that is most like the question.
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
