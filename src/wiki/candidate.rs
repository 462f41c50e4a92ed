//! Where in the wiki an answer may be, and how it was found.

/// How many choices a person is offered when nothing is a clear winner.
pub const CHOICES: usize = 5;

/// How a section was found, best way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The query is the page's slug or title, or the section's heading.
    Exact,
    /// The query is an alias of the page, or a way of asking for the section.
    Alias,
    /// A name begins with the query.
    Prefix,
    /// A name is a slip of the pen away.
    Typo,
    /// By its words.
    Ranked,
}

impl How {
    /// The score of a hit found by name; ranked ones lie below all of these.
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

/// Where an answer may be, before it is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// The section's id.
    pub section: i64,
    /// From 0 to 1.
    pub score: f64,
    /// The way it was found.
    pub how: How,
    /// The reasons, for `--explain`.
    pub because: String,
}
