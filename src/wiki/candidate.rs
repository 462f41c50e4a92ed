//! Where in the wiki an answer may be, and how it was found.

/// How many choices are offered if no hit is clearly the best.
pub const CHOICES: usize = 5;

/// How a section was found, best way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The query is the page's slug or title, or the section's heading.
    Exact,
    /// The query is an alias of the page, or an `asked` phrase of the section.
    Alias,
    /// A name begins with the query.
    Prefix,
    /// The query differs from a name by a typo.
    Typo,
    /// By ranking.
    Ranked,
}

impl How {
    /// The score of a hit found by name; ranked hits score lower.
    pub(super) const fn score(self) -> f64 {
        match self {
            Self::Exact => 1.0,
            Self::Alias => 0.97,
            Self::Prefix => 0.9,
            Self::Typo => 0.85,
            Self::Ranked => 0.75,
        }
    }
}

/// A section that may be the answer, before its text is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// The section's id.
    pub section: i64,
    /// From 0 to 1.
    pub score: f64,
    /// How it was found.
    pub how: How,
    /// The explanation for `--explain`.
    pub because: String,
}
