//! Regular expressions that Reddit refuses, that never match, or that take too long (pure).

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, Search, Style, Value, dialect};
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
        let is_whole = ["full-exact", "full-text"].contains(&search.method());
        one(item.line, text, is_whole, found);
    }
}

/// Whether a pattern finds an empty piece in texts that have nothing in common.
fn finds_nothing(text: &str, regex: &fancy_regex::Regex) -> bool {
    if text.contains("(?!") || text.contains("(?<!") {
        return false;
    }
    ["☃ ☂", "日本 —", "…"].iter().all(|probe| {
        let found = regex.captures(probe).ok().flatten().and_then(|all| all.get(1));
        found.is_some_and(|found| found.as_str().is_empty())
    })
}

fn one(line: usize, text: &str, is_whole: bool, found: &mut Found) {
    let key = format!("{is_whole} {text}");
    let known = found.0.len();
    if found.1.contains(&key) {
        return;
    }
    read(line, text, is_whole, found);
    if found.0.len() == known {
        found.1.insert(key);
    }
}

fn read(line: usize, text: &str, is_whole: bool, found: &mut Found) {
    if FLAG.is_match(text) {
        found.add(line, "a flag such as (?i) within a pattern is refused by newer versions of Python; leave it out: searches ignore case already");
    }
    if let Some(told) = dialect::foreign(text) {
        found.add(line, told);
        return;
    }
    if BEHIND.is_match(text) {
        found.add(line, "a look behind must have a fixed length, and Reddit will not save the page; look for words of one length, or use a ~ check");
        return;
    }
    // Entries are joined within one pair of brackets, so each must be whole.
    match matcher::compile(&format!("(?si)({text})")) {
        Err(why) => {
            let why = why.split(": ").last().unwrap_or_default().trim().to_owned();
            found.add(line, format!("the pattern cannot be read ({why}), and Reddit will not save the page; look at its brackets and backslashes"));
            return;
        }
        Ok(regex) if !is_whole && finds_nothing(text, &regex) => {
            found.add(
                line,
                "this pattern is content with nothing at all, so it is found in every text; see what of it may \
                 be missing",
            );
        }
        Ok(_) => {}
    }
    if has_two_ways(text) {
        found.add(
            line,
            "two of the choices that repeat here find the same, so this pattern may take longer than the 2 \
             seconds that a post is given; keep one of them",
        );
    } else if runs_away(text) {
        found.add(line, "this pattern has a repeat within a repeat and may take longer than the 2 seconds that a post is given; repeat only one of them");
    }
}

/// Whether a group that repeats without a bound has choices that find the same: then each piece may be read in two ways, and a
/// text of n pieces in 2ⁿ.
fn has_two_ways(pattern: &str) -> bool {
    repeated_choices(pattern).iter().any(|choices| {
        let all: Vec<_> =
            choices.iter().filter_map(|choice| matcher::compile(&format!("(?si)^(?:{choice})$")).ok()).collect();
        let signs: Vec<char> = choices.iter().flat_map(|choice| choice.chars()).chain("a1_ \n-".chars()).collect();
        let hits = |probe: &str| all.iter().filter(|regex| regex.is_match(probe).unwrap_or(false)).count();
        signs.iter().any(|c| {
            let (once, twice) = (c.to_string(), format!("{c}{c}"));
            hits(&once) > 1 || (hits(&once) == 1 && hits(&twice) > 0)
        })
    })
}

/// The choices of each group that repeats without a bound and has no group within.
fn repeated_choices(pattern: &str) -> Vec<Vec<&str>> {
    static GROUP: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\((?:\?:)?((?:[^()\[\]\\|]|\\.|\[\^?(?:[^\]\\]|\\.)*\]|\|)*)\)(?:[*+]|\{\d+,\})")
            .expect("a pattern")
    });
    static CHOICE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:[^\[\]\\|]|\\.|\[\^?(?:[^\]\\]|\\.)*\])+").expect("a pattern"));
    let inner = GROUP.captures_iter(pattern).filter_map(|found| {
        let start = found.get(0)?.start();
        let is_bare = pattern[..start].chars().rev().take_while(|c| *c == '\\').count() % 2 == 0;
        found.get(1).filter(|inner| is_bare && inner.as_str().contains('|'))
    });
    inner.map(|inner| CHOICE.find_iter(inner.as_str()).map(|choice| choice.as_str()).collect()).collect()
}

/// Whether a pattern repeats without a bound what itself repeats without a bound and needs nothing else; or looks for
/// anything at all three times.
fn runs_away(pattern: &str) -> bool {
    let mut open: Vec<(bool, bool)> = Vec::new();
    let mut chars = pattern.chars().peekable();
    // Of the level that is open: whether it holds an unbounded repeat, and whether something that must be there.
    let (mut repeats, mut needs) = (false, false);
    // A letter that repeats, and stands before this place.
    let mut letter: Option<char> = None;
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
        let before = letter.take();
        if is_atom {
            match repeat(&mut chars) {
                Repeat::Many => {
                    repeats = true;
                    letter = Some(c).filter(|c| c.is_alphanumeric());
                    // Of two letters that follow each other each ends the other's run.
                    needs |= before.zip(letter).is_some_and(|(before, this)| !before.eq_ignore_ascii_case(&this));
                }
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
    fn choices_that_find_the_same_are_known() {
        for slow in ["(a|aa)+$", r"(?:\w|\d)*x", "(.|\\n)+end", r"(\w|_)+", "(a|A)+"] {
            assert!(has_two_ways(slow), "{slow}");
        }
        for quick in
            ["(foo|bar)+", "(?:a|b)*c", r"(?:\w|\s)+", "(a|aa)", r"\(a|aa\)+", "(?:ab|ac)+", "[(a|a)]+", "(?:x|xy)+"]
        {
            assert!(!has_two_ways(quick), "{quick}");
        }
    }

    #[test]
    fn patterns_that_nothing_satisfies_are_known() {
        let finds = |text: &str| finds_nothing(text, &matcher::compile(&format!("(?si)({text})")).unwrap());
        for empty in ["a|", "x*", "(help)?", "(?:)", "(?=.*)"] {
            assert!(finds(empty), "{empty}");
        }
        for some in [".*", ".+", "^$", "x+", "(?!.*no)", "^(?!.*no).*$", "(a)?b"] {
            assert!(!finds(some), "{some}");
        }
    }

    #[test]
    fn patterns_that_run_away_are_known() {
        for slow in [
            "(a+a+)+",
            r"(a+\w+)+",
            r"(\w+a+)+",
            "(a+)+",
            "(.*)*",
            r"(\w+\s*)+$",
            "(?:[a-z]+)*x",
            "a.*.*b",
            "a.*b.*c.*d",
            "((a+)b?)*",
            "(?:a{2,})+",
        ] {
            assert!(runs_away(slow), "{slow}");
        }
        for quick in [
            "(n+o+){2,}",
            "(a+)",
            r"(?:\s+word)+",
            "a.*b",
            "(ab)+",
            r"(?:x{1,3}){2}",
            r"\(a+\)+",
            "[(a+)+]",
            "a++",
            "(?:a|b)+c",
        ] {
            assert!(!runs_away(quick), "{quick}");
        }
    }
}
