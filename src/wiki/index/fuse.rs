//! One score from words and meaning, and whether the best is good enough to be an answer (pure).
//!
//! The weights were fitted on the examples (`examples.jsonl`): a softmax over all sections for [`FEATURES`], a logistic
//! regression for [`TRUST`]. A fifth of the examples at a time was left out of the map and compared with what the others taught.

use std::collections::HashMap;
use std::fmt;

use super::{Likeness, Meant};
use crate::wiki::rank::Ranked;

/// How many parts a score has.
const PARTS: usize = 12;
/// Likeness to the best way of asking and to the best three: as asked, then without the field's words; to the text,
/// likewise; words, phrasing, coverage; a page's beginning; likeness after the map, likewise.
const FEATURES: [f64; PARTS] = [3.41, 3.93, 1.78, 1.68, 2.3, 0.56, 1.89, 1.97, 1.04, -1.83, 7.58, 4.77];
/// Of the best section: likeness to the best way of asking and the best three, after the map (as asked, bare); words,
/// phrasing, coverage; then of the question: likeness to what is asked elsewhere, to what is asked here, the best sum, its
/// lead before the second, likeness to any way of asking at all; the constant.
const TRUST: [f64; 13] = [0.44, -0.25, 1.19, 0.56, 0.29, 0.45, 0.8, -1.03, 1.36, 0.73, -0.07, 1.04, -2.87];
/// The least trust of an answer to a question of so many words. One word says little, so it must be surer.
pub fn least_trust(words: usize) -> f64 {
    if words > 1 { 0.5 } else { 0.8 }
}

/// Below this trust an answer is shown with the words that the wiki may have none. It was chosen with a look at 259 labelled
/// titles that no weight was learnt from: 57 % of those without an answer are below, and 7 % of the others.
pub const SURE_TRUST: f64 = 0.6;

/// A section that has no vector yet is taken to be as like the question as any.
const UNKNOWN: f64 = 0.3;
/// Where BM25 sums are half of what they can count.
const HALF_WORDS: f64 = 10.0;
const HALF_PHRASING: f64 = 8.0;
/// What a sum is divided by where it stands beside likenesses.
const TENTH: f64 = 10.0;
/// Differences of the sum, of which a score is e times less.
const SCALE: f64 = 3.5;

/// A section with its parts of the score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fused {
    /// Its id.
    pub section: i64,
    /// From 0 to 1.
    pub score: f64,
    /// The parts, in the order of the weights.
    pub parts: [f64; PARTS],
}

impl fmt::Display for Fused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [best, three, bare, bare_three, body, bare_body, words, phrasing, coverage, lead, mapped, bare_mapped] =
            self.parts;
        write!(
            f,
            "meaning: learnt {mapped:.2}, ways of asking {best:.2} (best three {three:.2}), text {body:.2}; without the field's words "
        )?;
        write!(
            f,
            "{bare_mapped:.2}, {bare:.2} ({bare_three:.2}), {bare_body:.2}; words {words:.2}, phrasing {phrasing:.2}, "
        )?;
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
        mapped: [UNKNOWN; 2],
    });
    let fused = meant.sections.iter().copied().chain(unknown).map(|likeness| {
        let parts = parts(&likeness, words.get(&likeness.section).copied());
        let score = parts.iter().zip(FEATURES).map(|(part, weight)| part * weight).sum();
        Fused { section: likeness.section, score, parts }
    });
    let mut fused: Vec<Fused> = fused.collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.section.cmp(&b.section)));
    let Some(best) = fused.first().copied() else { return (fused, 0.0) };
    let trust = trust(&fused, meant);
    fused.iter_mut().for_each(|f| f.score = trust * ((f.score - best.score) / SCALE).exp());
    (fused, trust)
}

fn parts(likeness: &Likeness, words: Option<&Ranked>) -> [f64; PARTS] {
    let [(best, three), (bare_best, bare_three)] = likeness.asked;
    let (sum, phrasing, coverage) = words.map_or((0.0, 0.0, 0.0), |w| (w.words, w.phrasing, w.coverage));
    let half = |x: f64, at: f64| x / (x + at);
    let [body, bare_body] = likeness.body;
    let lead = if likeness.is_lead { 1.0 } else { 0.0 };
    let (sum, phrasing) = (half(sum, HALF_WORDS), half(phrasing, HALF_PHRASING));
    let [mapped, bare_mapped] = likeness.mapped;
    [best, three, bare_best, bare_three, body, bare_body, sum, phrasing, coverage, lead, mapped, bare_mapped]
}

/// How much the best of `fused` is to be trusted.
fn trust(fused: &[Fused], meant: &Meant) -> f64 {
    let known = signs(fused, meant);
    let sum: f64 = known.iter().zip(TRUST).map(|(part, weight)| part * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// What says whether the best is an answer, in the order of [`TRUST`].
fn signs(fused: &[Fused], meant: &Meant) -> [f64; 13] {
    let Some(first) = fused.first() else { return [0.0; 13] };
    let [best, three, .., mapped, bare_mapped] = first.parts;
    let [.., sum, phrasing, coverage, _, _, _] = first.parts;
    let lead = first.score - fused.get(1).map_or(0.0, |second| second.score);
    let any = meant.sections.iter().map(|likeness| likeness.asked[0].0).fold(0.0, f64::max);
    let (score, elsewhere, here) = (first.score / TENTH, meant.elsewhere, meant.here);
    [best, three, mapped, bare_mapped, sum, phrasing, coverage, elsewhere, here, score, lead, any, 1.0]
}
