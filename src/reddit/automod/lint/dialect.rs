//! What a pattern has that Python, which AutoModerator is written in, reads otherwise or not at all (pure).

use std::sync::LazyLock;

use regex::Regex;

/// A pattern of patterns, and what is wrong with what it finds.
type Foreign = (&'static str, &'static str);

/// What other dialects have. A backslash before it makes it something else, so each stands behind an even number of them.
const FOREIGN: [Foreign; 11] = [
    (r"\\[pP]\{", "Python has no \\p{…}; write the letters, such as [a-zA-Z]"),
    (r"\\[hHRKXQE]", "Python has no such backslash; write what it stands for, such as [ \\t] for \\h"),
    (r"\\z", "Python has no \\z; write \\Z, or use the modifier ends-with"),
    (r"\\x\{", "Python has no \\x{…}; write the sign itself"),
    (r"\[\[:\w+:\]", "Python has no [:name:], it looks for these letters; write the class, such as [a-zA-Z]"),
    (r"\(\?<[A-Za-z_]", "Python names a group by (?P<name>…); write that, or no name"),
    (r"\(\?>", "only new versions of Python have (?>…); write (?:…)"),
    (r"\(\?[R0-9&|+]", "Python has no such group; write (?:…)"),
    (r"[*+?}]\+", "only new versions of Python take a second + after a repeat; leave it out"),
    (r"^/.+/[gimsuxy]*$", "the slashes at both ends are looked for as they stand; leave them out"),
    (r"\{\{[a-z_-]+\}\}", "placeholders are not filled in where something is looked for; write the word itself"),
];

static COMPILED: LazyLock<Vec<(Regex, &str)>> =
    LazyLock::new(|| FOREIGN.iter().map(|(pattern, told)| (Regex::new(pattern).expect("a pattern"), *told)).collect());

/// What is wrong with a pattern, if something is.
pub fn foreign(pattern: &str) -> Option<&'static str> {
    let is_bare = |at: usize| pattern[..at].chars().rev().take_while(|c| *c == '\\').count() % 2 == 0;
    // Within a class signs stand for themselves.
    let in_class = |at: usize| {
        let open = pattern[..at].rfind('[').filter(|open| is_bare(*open));
        open.is_some_and(|open| !pattern[open + 1..at].contains(']'))
    };
    let hit = |regex: &Regex, told: &str| {
        let is_repeat = told.contains("second +");
        regex.find_iter(pattern).any(|found| is_bare(found.start()) && !(is_repeat && in_class(found.start())))
    };
    COMPILED.iter().find(|(regex, told)| hit(regex, told)).map(|(_, told)| *told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_lacks_is_known() {
        for pattern in [
            r"\p{L}+",
            r"a\hb",
            r"x\z",
            r"\x{41}",
            "[[:alpha:]]",
            "(?<year>x)",
            "(?>ab)c",
            "(?R)",
            "a++b",
            "(?:ab)*+c",
            "/help/i",
            "{{match}}",
        ] {
            assert!(foreign(pattern).is_some(), "{pattern}");
        }
        for pattern in [
            r"\\p{2}",
            r"\bhelp\b",
            r"x\Z",
            r"\x41",
            "[a-z]+",
            "(?P<year>x)",
            "(?<!no )x",
            "(?<=a)b",
            r"\++",
            "[*+]x",
            r"c\+\+",
            "a+?b",
            "(?i:x)",
            "w/o, and/or",
            "1/2",
            "a{2}b",
            "[.?+!]+",
        ] {
            assert_eq!(foreign(pattern), None, "{pattern}");
        }
    }
}
