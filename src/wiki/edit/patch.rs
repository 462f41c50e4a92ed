//! Differences between two texts, line by line (pure).

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// After this time the diff may be longer than necessary, but is still correct. The shortest diff of two long,
/// different texts would take minutes.
const DIFF_DEADLINE: Duration = Duration::from_millis(100);
/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// The difference between two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// A unified diff; empty if the texts are the same.
    pub text: String,
    /// Lines that only the new text has.
    pub added: usize,
    /// Lines that only the old text has.
    pub removed: usize,
}

/// The difference between `old` and `new`. The diff's header uses the given names.
pub fn patch((old_name, old): (&str, &str), (new_name, new): (&str, &str)) -> Patch {
    // Split only at line feeds, as the tool `patch` does: a single carriage return is part of its line.
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::configure().timeout(DIFF_DEADLINE).newline_terminated(true).diff_slices(&old, &new);
    let count = |tag| diff.iter_all_changes().filter(|c| c.tag() == tag).count();
    let text = diff.unified_diff().context_radius(CONTEXT).header(old_name, new_name).to_string();
    Patch { text, added: count(ChangeTag::Insert), removed: count(ChangeTag::Delete) }
}
