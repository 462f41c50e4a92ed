//! Finds technical terms that newcomers do not know and that a page does not explain at their first use (pure).

use std::sync::LazyLock;

use regex::Regex;

use super::prose::Prose;

/// A term, and the pattern that finds it.
struct Term {
    name: &'static str,
    pattern: LazyLock<Regex>,
}

const fn term(name: &'static str, compile: fn() -> Regex) -> Term {
    Term { name, pattern: LazyLock::new(compile) }
}

/// Compiles a pattern that is known to be valid.
fn compiled(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

/// Abbreviations and names that beginners do not know.
static TERMS: [Term; 8] = [
    term("API", || compiled(r"\bAPIs?\b")),
    term("LoRA", || compiled(r"\bLoRAs?\b")),
    term("Docker", || compiled(r"\bDocker\b")),
    term("RAG", || compiled(r"\bRAG\b")),
    term("MCP", || compiled(r"\bMCP\b")),
    term("embedding", || compiled(r"\b[Ee]mbeddings?\b")),
    term("ONNX", || compiled(r"\bONNX\b")),
    term("JAX", || compiled(r"\bJAX\b")),
];

// An explanation after the term: a bracket, an apposition, “is” and the like, a colon.
static EXPLAINED_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^[\w ’'-]{0,30}?(?:\*\*|_|\])* ?(?:\(|: |, (?:a|an|the|which|that is|in short|or|one|so|meaning)\b|(?:is|are|means|mean|turns?|lets?|stands? for)\b|[–—])",
    )
});
/// A link within this many characters explains a term.
const NEAR: usize = 90;

/// The terms that a page uses before it explains them.
pub fn terms(page: &[Prose<'_>], slug: &str, found: &mut impl FnMut(usize, String)) {
    for term in &TERMS {
        let has_own_section = page.iter().any(|prose| term.pattern.is_match(&prose.section.heading));
        if slug == "glossary" || has_own_section {
            continue;
        }
        let uses = page.iter().filter_map(|prose| Some((prose, term.pattern.find(&prose.source)?)));
        let Some((prose, place)) = uses.into_iter().next() else { continue };
        if !is_explained(prose, place.start(), place.end()) {
            let problem = format!(
                "“{}” is not explained at its first use on this page; add a few words in brackets, or a link to glossary.md or another page",
                term.name
            );
            found(prose.line(place.start()), problem);
        }
    }
}

fn is_explained(prose: &Prose<'_>, start: usize, end: usize) -> bool {
    let source = &prose.source;
    let (before, after) = (&source[..start], &source[end..]);
    // “low-rank adapters (LoRA)”, or “a way in for programs, called API”.
    let follows = before.trim_end_matches(['*', '_', '[']).ends_with('(')
        || before.trim_end_matches(['*', '_', '“', ' ']).ends_with("called");
    if follows || EXPLAINED_AFTER.is_match(after) {
        return true;
    }
    let from = source[..start].char_indices().rev().nth(NEAR).map_or(0, |(at, _)| at);
    let to = source[end..].char_indices().nth(NEAR).map_or(source.len(), |(at, _)| end + at);
    let around = &prose.section.markdown;
    // In the source, a link's address follows its words.
    around[from..to].contains("](") || around[end..to].contains(']')
}
