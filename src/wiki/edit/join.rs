//! Two changes of one text brought together, line by line (pure): what only one side changed is taken from it, and
//! where both changed the same lines in different ways, nobody decides but a person.

use std::ops::Range;
use std::time::Duration;

use serde::Serialize;
use similar::{DiffOp, TextDiff};

/// After this long, a difference that is right but not the shortest will do.
const PATIENCE: Duration = Duration::from_millis(100);

/// What came of bringing two changes together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// Both changes, in one text.
    Text(String),
    /// Places where both sides changed the same lines, in order.
    Clashes(Vec<Clash>),
}

/// A place where both sides changed the same lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clash {
    /// The first of these lines in the text of one side, from 1.
    pub line: usize,
    /// What the text said before both changes.
    pub base: String,
    /// What one side says there.
    pub ours: String,
    /// What the other side says there.
    pub theirs: String,
}

/// One run of lines of the old text and what a side has instead.
#[derive(Debug, Clone)]
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
}

/// Brings two changes of `base` together.
pub fn join(base: &str, ours: &str, theirs: &str) -> Joined {
    let [base, ours, theirs] = [base, ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<&str>>());
    let (left, right) = (hunks(&base, &ours), hunks(&base, &theirs));
    let (mut text, mut clashes) = (String::new(), Vec::new());
    let (mut l, mut r, mut at) = (0, 0, 0);
    while let Some((old, lefts, rights)) = next(&left[l..], &right[r..]) {
        text.extend(base[at..old.start].iter().copied());
        let (mine, other) =
            (side(&old, &left[l..l + lefts], &left[..l]), side(&old, &right[r..r + rights], &right[..r]));
        let (mine_text, other_text) = (ours[mine.clone()].concat(), theirs[other.clone()].concat());
        let was = base[old.clone()].concat();
        if rights == 0 || mine_text == other_text {
            text.push_str(&mine_text);
        } else if lefts == 0 {
            text.push_str(&other_text);
        } else {
            clashes.push(Clash { line: mine.start + 1, base: was, ours: mine_text, theirs: other_text });
        }
        (l, r, at) = (l + lefts, r + rights, old.end);
    }
    text.extend(base[at..].iter().copied());
    if clashes.is_empty() { Joined::Text(text) } else { Joined::Clashes(clashes) }
}

/// What a side has instead of lines of the old text, its changes in order.
fn hunks(old: &[&str], new: &[&str]) -> Vec<Hunk> {
    let diff = TextDiff::configure().timeout(PATIENCE).newline_terminated(true).diff_slices(old, new);
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let mut hunks: Vec<Hunk> = Vec::new();
    for op in changed {
        let (old, new) = (op.old_range(), op.new_range());
        match hunks.last_mut() {
            Some(last) if last.old.end == old.start && last.new.end == new.start => {
                (last.old.end, last.new.end) = (old.end, new.end);
            }
            _ => hunks.push(Hunk { old, new }),
        }
    }
    hunks
}

/// The next run of old lines that a side has changed, with all changes of both sides that meet there: how many of each.
fn next(left: &[Hunk], right: &[Hunk]) -> Option<(Range<usize>, usize, usize)> {
    let first = [left.first(), right.first()].into_iter().flatten().min_by_key(|hunk| hunk.old.start)?;
    let mut old = first.old.clone();
    let (mut lefts, mut rights) = (0, 0);
    loop {
        // Changes that touch count as meeting: which of two new lines comes first is not ours to say.
        let meets = |hunk: &&Hunk| hunk.old.start <= old.end;
        if let Some(hunk) = left.get(lefts).filter(meets) {
            (old.end, lefts) = (old.end.max(hunk.old.end), lefts + 1);
        } else if let Some(hunk) = right.get(rights).filter(meets) {
            (old.end, rights) = (old.end.max(hunk.old.end), rights + 1);
        } else {
            return Some((old, lefts, rights));
        }
    }
}

/// Where a run of old lines stands in a side's text, of which these changes meet there and those went before.
fn side(old: &Range<usize>, here: &[Hunk], before: &[Hunk]) -> Range<usize> {
    let moved = |place: usize, last: Option<&Hunk>| last.map_or(place, |hunk| hunk.new.end + (place - hunk.old.end));
    let start = moved(old.start, before.last());
    start..moved(old.end, here.last().or_else(|| before.last()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str) -> String {
        text.chars().map(|c| format!("{c}\n")).collect()
    }

    #[test]
    fn what_one_side_changed_is_taken_from_it() {
        let table = [
            ("abcdef", "abcdef", "abcdef", Some("abcdef")),
            ("abcdef", "aBcdef", "abcdef", Some("aBcdef")),
            ("abcdef", "abcdef", "abcdEf", Some("abcdEf")),
            ("abcdef", "aBcdef", "abcdEf", Some("aBcdEf")),
            ("abcdef", "acdef", "abcdefg", Some("acdefg")),
            ("abcdef", "xabcdef", "abcdefy", Some("xabcdefy")),
            ("abcdef", "aBcdef", "aBcdef", Some("aBcdef")),
            ("abcdef", "aBcdeF", "aBcdef", Some("aBcdeF")),
            ("abcdef", "aBcdef", "aXcdef", None),
            ("abcdef", "abxcdef", "abycdef", None),
            ("abcdef", "adef", "aBcdef", None),
            ("", "a", "", Some("a")),
            ("", "a", "b", None),
            ("a", "", "a", Some("")),
        ];
        for (base, ours, theirs, expected) in table {
            let joined = match join(&lines(base), &lines(ours), &lines(theirs)) {
                Joined::Text(text) => Some(text),
                Joined::Clashes(clashes) => {
                    assert!(!clashes.is_empty());
                    None
                }
            };
            assert_eq!(joined, expected.map(lines), "{base} {ours} {theirs}");
        }
    }

    #[test]
    fn a_clash_says_where_and_what() {
        let Joined::Clashes(clashes) = join(&lines("abcdef"), &lines("xabcDef"), &lines("abc!ef")) else {
            panic!("a clash")
        };
        let [clash] = clashes.as_slice() else { panic!("one clash: {clashes:?}") };
        assert_eq!(
            (clash.line, clash.base.as_str(), clash.ours.as_str(), clash.theirs.as_str()),
            (5, "d\n", "D\n", "!\n")
        );
    }

    proptest! {
        #[test]
        fn one_sided_changes_are_taken_whole(base in "[ab\n]{0,40}", other in "[ab\n]{0,40}") {
            prop_assert_eq!(join(&base, &other, &base), Joined::Text(other.clone()));
            prop_assert_eq!(join(&base, &base, &other), Joined::Text(other.clone()));
            prop_assert_eq!(join(&base, &other, &other), Joined::Text(other));
        }

        #[test]
        fn either_side_may_come_first(base in "[a-c\n]{0,30}", ours in "[a-c\n]{0,30}", theirs in "[a-c\n]{0,30}") {
            match (join(&base, &ours, &theirs), join(&base, &theirs, &ours)) {
                (Joined::Text(one), Joined::Text(other)) => prop_assert_eq!(one, other),
                (Joined::Clashes(one), Joined::Clashes(other)) => prop_assert_eq!(one.len(), other.len()),
                (one, other) => prop_assert!(false, "{:?} {:?}", one, other),
            }
        }
    }
}
