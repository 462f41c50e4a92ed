//! How difficult a paper is: a hint, by a simple rule (pure).
//!
//! - **beginner**: the title calls it a survey, tutorial, introduction or overview, or the abstract does;
//! - **advanced**: title and abstract have at least two different theory words, or name no subject of the guides;
//! - **intermediate**: all others.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::terms;

/// How difficult a paper is, in the words of the guides' tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// An overview.
    Beginner,
    /// For a person who has trained a model.
    Intermediate,
    /// Theory, or a specialised subject.
    Advanced,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Beginner => "beginner",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
        })
    }
}

/// Words in the title of an overview.
const OVERVIEWS: &[&str] = &[
    "survey",
    "tutorial",
    "introduction",
    "introductory",
    "overview",
    "primer",
    "a review",
    "review of",
    "handbook",
    "beginner",
    "lecture note",
    "a gentle",
    "roadmap",
];
/// Phrases in the abstract of an overview.
const SAYS_SO: &[&str] = &[
    "this survey",
    "we survey",
    "this tutorial",
    "this review",
    "we review the",
    "this overview",
    "an overview of",
    "this primer",
    "comprehensive survey",
    "introduction to the field",
];
/// Theory words; each counts once.
const THEORY: &[&str] = &[
    "theorem",
    "lemma",
    "prove",
    "proof",
    "provable",
    "provably",
    "asymptotic",
    "asymptotically",
    "lower bound",
    "upper bound",
    "sample complexity",
    "regret",
    "minimax",
    "convergence rate",
    "convergence guarantee",
    "non convex",
    "nonconvex",
    "manifold",
    "riemannian",
    "hilbert",
    "stochastic differential",
    "information theoretic",
    "variational inequality",
    "optimal transport",
    "wasserstein",
    "posterior",
    "martingale",
    "eigenvalue",
    "spectral gap",
    "identifiability",
    "kernel regime",
    "mean field",
    "gaussian process",
    "measure theoretic",
    "topological",
    "fisher information",
    "necessary and sufficient",
];
/// The fewest theory words in a theory paper.
const MUCH_THEORY: usize = 2;

/// The level of a paper, from its readable title and abstract.
pub fn of(title: &str, summary: &str) -> Level {
    let (heading, text) = (terms::words(title), terms::words(summary));
    let has = |text: &str, list: &[&str]| list.iter().filter(|w| text.contains(&format!(" {w} "))).count();
    let says_so: Vec<String> = SAYS_SO.iter().map(|w| terms::words(w)).collect();
    let theory: Vec<String> = THEORY.iter().map(|w| terms::words(w)).collect();
    let both = format!("{heading}{text}");
    if has(&heading, OVERVIEWS) > 0 || says_so.iter().any(|w| text.contains(w)) {
        Level::Beginner
    } else if theory.iter().filter(|w| both.contains(*w)).count() >= MUCH_THEORY
        || terms::named(title, summary).is_empty()
    {
        Level::Advanced
    } else {
        Level::Intermediate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_the_rule() {
        let table = [
            ("A Survey of Diffusion Models", "", Level::Beginner),
            ("Large language models in medicine", "This survey covers ten years.", Level::Beginner),
            ("Diffusion models, faster", "We sample in four steps by diffusion.", Level::Intermediate),
            ("Diffusion models, understood", "We prove a lower bound on steps.", Level::Advanced),
            ("Diffusion models, understood", "We prove it works.", Level::Intermediate),
            ("On the cohomology of sheaves", "We compute them.", Level::Advanced),
            ("Surveying land with drones", "Object detection, then segmentation.", Level::Intermediate),
        ];
        for (title, summary, level) in table {
            assert_eq!(of(title, summary), level, "{title}: {summary}");
        }
    }
}
