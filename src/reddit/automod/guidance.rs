//! The list for Post Guidance: words that people type in a post before they send it (pure).
//!
//! Post Guidance looks for whole phrases, so the list holds what people usually say of the lexicon's "start" and "field",
//! joined as they are said.

/// What Reddit takes: so many entries of so many characters.
pub const MOST_ENTRIES: usize = 2_000;
/// The most characters of an entry.
pub const MOST_CHARS: usize = 100;

const FIELDS: [&str; 7] = [
    "machine learning",
    "ml",
    "ai",
    "artificial intelligence",
    "data science",
    "deep learning",
    "machine learning and ai",
];
const ROLES: [&str; 9] = [
    "a data scientist",
    "a machine learning engineer",
    "an ml engineer",
    "an ai engineer",
    "a data analyst",
    "a data engineer",
    "an ml researcher",
    "an ai researcher",
    "a machine learning researcher",
];
/// Ways of entering, with the small word that each needs.
const ENTER: [&str; 16] = [
    "get into",
    "get started with",
    "get started in",
    "start with",
    "start learning",
    "start in",
    "begin with",
    "begin learning",
    "break into",
    "learn",
    "study",
    "start a career in",
    "get a job in",
    "get an internship in",
    "switch to",
    "transition into",
];
const ENTERING: [&str; 12] = [
    "getting into",
    "getting started with",
    "getting started in",
    "starting with",
    "starting out in",
    "starting a career in",
    "breaking into",
    "switching to",
    "transitioning into",
    "transitioning to",
    "moving into",
    "a career in",
];
/// Before a way of entering.
const ASKING: [&str; 10] = [
    "how do i",
    "how can i",
    "how should i",
    "how to",
    "how would i",
    "where do i go to",
    "best way to",
    "what do i need to",
    "can i",
    "is it too late to",
];
const WANTING: [&str; 7] =
    ["i want to", "i would like to", "i am trying to", "i am looking to", "i am planning to", "hoping to", "want to"];
/// Before a role.
const BECOMING: [&str; 9] = [
    "how do i become",
    "how can i become",
    "how to become",
    "i want to become",
    "i want to be",
    "want to become",
    "trying to become",
    "path to become",
    "get a job as",
];
/// Before or after a field alone.
const BEFORE: [&str; 12] = [
    "new to",
    "beginner in",
    "complete beginner in",
    "roadmap for",
    "learning path for",
    "no experience in",
    "interested in learning",
    "where do i start with",
    "where to start with",
    "first steps in",
    "self study",
    "prerequisites for",
];
const AFTER: [&str; 6] =
    ["from scratch", "roadmap", "for beginners where to start", "career advice", "where do i start", "where to start"];

/// The entries, those that say most first.
pub fn entries() -> Vec<String> {
    let pairs = |starts: &[&str], ends: &[&str]| -> Vec<String> {
        starts.iter().flat_map(|start| ends.iter().map(move |end| format!("{start} {end}"))).collect()
    };
    let enter = pairs(&ENTER, &FIELDS);
    let enter: Vec<&str> = enter.iter().map(String::as_str).collect();
    let mut entries = [
        pairs(&ASKING, &enter),
        pairs(&BECOMING, &ROLES),
        pairs(&ENTERING, &FIELDS),
        pairs(&BEFORE, &FIELDS),
        pairs(&FIELDS, &AFTER),
        pairs(&WANTING, &enter),
    ]
    .concat();
    entries.retain(|entry| entry.chars().count() <= MOST_CHARS);
    entries.truncate(MOST_ENTRIES);
    entries
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn entries_keep_to_what_reddit_takes() {
        let entries = entries();
        assert!(entries.len() > 1_000 && entries.len() <= MOST_ENTRIES, "{}", entries.len());
        assert!(entries.iter().all(|entry| entry.chars().count() <= MOST_CHARS));
        assert_eq!(entries.iter().collect::<HashSet<_>>().len(), entries.len(), "none stands there twice");
        for said in
            ["how do i get into machine learning", "how to become a data scientist", "i want to start learning ai"]
        {
            assert!(entries.iter().any(|entry| entry == said), "{said}");
        }
    }
}
