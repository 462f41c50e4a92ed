//! Regular expressions that Reddit refuses, that never match, or that take too long (pure).

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, Search, Style, Value};
use crate::reddit::automod::matcher;
use crate::reddit::automod::page::Node;

/// Signs that only a regular expression has.
static LOOKS_LIKE_ONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\\[bBdDwWsS.]|\.[*+]|\(\?|\[[a-z]-[a-z]|\[0-9\]|\w\|\w.*\)|^\^|\)\?").expect("a pattern")
});
/// A flag in the middle of a pattern.
static FLAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\(\?[aiLmsux]+\)").expect("a pattern"));
/// A look behind of no fixed length, as far as one can see.
static BEHIND: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\(\?<[=!][^)]*[*+?}][^)]*\)").expect("a pattern"));

pub fn patterns(search: &Search<'_>, value: &Node, found: &mut Found) {
    for item in value.items() {
        let Value::Scalar { text, style } = &item.value else { continue };
        if *style == Style::Double && text.contains(['\u{8}', '\u{7}', '\u{b}', '\u{c}', '\u{1b}']) {
            found.add(
                item.line,
                "in double quotes \\b is a backspace, so this never matches; put regular expressions in single quotes",
            );
        }
        if !search.is_regex() {
            let is_address = search.fields.iter().any(|field| ["url", "domain"].contains(field));
            if LOOKS_LIKE_ONE.is_match(text) && !is_address {
                found.add(
                    item.line,
                    format!(
                        "“{text}” looks like a regular expression, but is searched as it stands; write {} (regex)",
                        search.name
                    ),
                );
            }
            continue;
        }
        one(item.line, text, found);
    }
}

fn one(line: usize, text: &str, found: &mut Found) {
    let known = found.0.len();
    if found.1.contains(text) {
        return;
    }
    read(line, text, found);
    if found.0.len() == known {
        found.1.insert(text.to_owned());
    }
}

fn read(line: usize, text: &str, found: &mut Found) {
    if FLAG.is_match(text) {
        found.add(line, "a flag such as (?i) within a pattern is refused by newer versions of Python; leave it out: searches ignore case already");
    }
    if BEHIND.is_match(text) {
        found.add(line, "a look behind must have a fixed length, and Reddit will not save the page; look for words of one length, or use a ~ check");
        return;
    }
    // Entries are joined within one pair of brackets, so each must be whole.
    if let Err(why) = matcher::compile(&format!("(?si)({text})")) {
        let why = why.split(": ").last().unwrap_or_default().trim().to_owned();
        found.add(line, format!("the pattern cannot be read ({why}), and Reddit will not save the page; look at its brackets and backslashes"));
        return;
    }
    if runs_away(text) {
        found.add(line, "this pattern has a repeat within a repeat and may take longer than the 2 seconds that a post is given; repeat only one of them");
    }
}

/// Whether a pattern repeats without a bound what itself repeats without a bound and needs nothing else; or looks for
/// anything at all three times.
fn runs_away(pattern: &str) -> bool {
    let mut open: Vec<(bool, bool)> = Vec::new();
    let mut chars = pattern.chars().peekable();
    // Of the level that is open: whether it holds an unbounded repeat, and whether something that must be there.
    let (mut repeats, mut needs) = (false, false);
    while let Some(c) = chars.next() {
        let mut is_atom = true;
        match c {
            '\\' => {
                chars.next();
            }
            '[' => {
                let mut before = ' ';
                for inner in chars.by_ref() {
                    if inner == ']' && before != '\\' {
                        break;
                    }
                    before = inner;
                }
            }
            '(' => {
                open.push((repeats, needs));
                (repeats, needs) = (false, false);
                while chars.next_if(|next| "?:=!<".contains(*next)).is_some() {}
                is_atom = false;
            }
            ')' => {
                let (inner_repeats, inner_needs) = (repeats, needs);
                (repeats, needs) = open.pop().unwrap_or_default();
                match repeat(&mut chars) {
                    Repeat::Many if inner_repeats && !inner_needs => return true,
                    Repeat::Many => repeats = true,
                    Repeat::Once => {
                        repeats |= inner_repeats;
                        needs |= inner_needs;
                    }
                    Repeat::Maybe | Repeat::Bounded => {}
                }
                is_atom = false;
            }
            '|' | '^' | '$' => is_atom = false,
            _ => {}
        }
        if is_atom {
            match repeat(&mut chars) {
                Repeat::Many => repeats = true,
                Repeat::Once => needs = true,
                Repeat::Maybe | Repeat::Bounded => {}
            }
        }
    }
    [".*", ".+"].iter().map(|any| pattern.matches(any).count()).sum::<usize>() >= 3 || pattern.contains(".*.*")
}

enum Repeat {
    Once,
    Maybe,
    Bounded,
    Many,
}

/// The repeat that stands next, taken.
fn repeat(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Repeat {
    let found = match chars.peek() {
        Some('*' | '+') => Repeat::Many,
        Some('?') => Repeat::Maybe,
        Some('{') => {
            let inner: String = chars.clone().skip(1).take_while(|c| *c != '}').collect();
            for _ in 0..=inner.chars().count() {
                chars.next();
            }
            if inner.ends_with(',') { Repeat::Many } else { Repeat::Bounded }
        }
        _ => return Repeat::Once,
    };
    chars.next();
    chars.next_if(|next| "?+".contains(*next));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_run_away_are_known() {
        for slow in ["(a+)+", "(.*)*", r"(\w+\s*)+$", "(?:[a-z]+)*x", "a.*.*b", "a.*b.*c.*d", "((a+)b?)*", "(?:a{2,})+"]
        {
            assert!(runs_away(slow), "{slow}");
        }
        for quick in
            ["(a+)", r"(?:\s+word)+", "a.*b", "(ab)+", r"(?:x{1,3}){2}", r"\(a+\)+", "[(a+)+]", "a++", "(?:a|b)+c"]
        {
            assert!(!runs_away(quick), "{quick}");
        }
    }
}
