//! One score from words and meaning, and whether the best is good enough to be an answer (pure).
//!
//! The weights were fitted on questions of real people that are not in this repository: a softmax over all sections for
//! [`FEATURES`], a logistic regression for [`TRUST`].

use std::collections::HashMap;
use std::fmt;

use super::{Likeness, Meant};
use crate::wiki::rank::Ranked;

/// Likeness to the best way of asking and to the best three: as asked, then without the field's words; to the text,
/// likewise; words, phrasing, coverage; a page's beginning.
const FEATURES: [f64; 10] = [7.52, 5.87, 6.53, 3.42, 1.22, 5.64, 2.64, 1.66, 2.49, -2.4];
/// Of the best section: likeness as above to the best way of asking (as asked, bare), to the best three, to the text
/// (bare); words, phrasing, coverage; the question's likeness to what is asked elsewhere; the constant.
const TRUST: [f64; 9] = [5.08, 1.3, 6.45, 3.36, -0.09, 0.95, 1.86, -5.85, -5.98];
/// The least trust of an answer.
pub const LEAST_TRUST: f64 = 0.58;
/// A section that has no vector yet is taken to be as like the question as any.
const UNKNOWN: f64 = 0.3;
/// Where BM25 sums are half of what they can count.
const HALF_WORDS: f64 = 10.0;
const HALF_PHRASING: f64 = 8.0;
/// Differences of the sum, of which a score is e times less.
const SCALE: f64 = 3.0;

/// A section with its parts of the score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fused {
    /// Its id.
    pub section: i64,
    /// From 0 to 1.
    pub score: f64,
    /// The parts, in the order of the weights.
    pub parts: [f64; 10],
}

impl fmt::Display for Fused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [best, three, bare, bare_three, body, bare_body, words, phrasing, coverage, lead] = self.parts;
        write!(
            f,
            "meaning: ways of asking {best:.2} (best three {three:.2}), text {body:.2}; without the field's words "
        )?;
        write!(f, "{bare:.2} ({bare_three:.2}), {bare_body:.2}; words {words:.2}, phrasing {phrasing:.2}, ")?;
        write!(f, "coverage {coverage:.2}{}", if lead > 0.0 { "; beginning of a page" } else { "" })
    }
}

/// The sections, best first, and how much the best is to be trusted, 0–1.
pub fn fuse(meant: &Meant, words: &[Ranked]) -> (Vec<Fused>, f64) {
    let words: HashMap<i64, &Ranked> = words.iter().map(|ranked| (ranked.section, ranked)).collect();
    let known: HashMap<i64, &Likeness> = meant.sections.iter().map(|l| (l.section, l)).collect();
    let unknown = words.keys().filter(|section| !known.contains_key(section)).map(|section| Likeness {
        section: *section,
        is_lead: false,
        asked: [(UNKNOWN, UNKNOWN); 2],
        body: [UNKNOWN; 2],
    });
    let fused = meant.sections.iter().copied().chain(unknown).map(|likeness| {
        let parts = parts(&likeness, words.get(&likeness.section).copied());
        let score = parts.iter().zip(FEATURES).map(|(part, weight)| part * weight).sum();
        Fused { section: likeness.section, score, parts }
    });
    let mut fused: Vec<Fused> = fused.collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.section.cmp(&b.section)));
    let Some(best) = fused.first().copied() else { return (fused, 0.0) };
    let trust = trust(&best.parts, meant.elsewhere);
    fused.iter_mut().for_each(|f| f.score = trust * ((f.score - best.score) / SCALE).exp());
    (fused, trust)
}

fn parts(likeness: &Likeness, words: Option<&Ranked>) -> [f64; 10] {
    let [(best, three), (bare_best, bare_three)] = likeness.asked;
    let (sum, phrasing, coverage) = words.map_or((0.0, 0.0, 0.0), |w| (w.words, w.phrasing, w.coverage));
    let half = |x: f64, at: f64| x / (x + at);
    let [body, bare_body] = likeness.body;
    let lead = if likeness.is_lead { 1.0 } else { 0.0 };
    let (sum, phrasing) = (half(sum, HALF_WORDS), half(phrasing, HALF_PHRASING));
    [best, three, bare_best, bare_three, body, bare_body, sum, phrasing, coverage, lead]
}

fn trust(parts: &[f64; 10], elsewhere: f64) -> f64 {
    let [best, three, bare_best, _, _, bare_body, sum, phrasing, coverage, _] = *parts;
    let known = [best, bare_best, three, bare_body, sum, phrasing, coverage, elsewhere, 1.0];
    let sum: f64 = known.iter().zip(TRUST).map(|(part, weight)| part * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}
