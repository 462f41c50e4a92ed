//! Links without a public address, because people outside cannot reach the website (pure).

use std::borrow::Cow;

use super::ANYWHERE;

/// Whether an address can be opened.
pub fn leads(address: &str) -> bool {
    !address.starts_with(ANYWHERE)
}

/// Replaces each such link by its words.
pub fn unlinked(markdown: &str) -> Cow<'_, str> {
    replaced(markdown, |_, words, _| words.to_owned())
}

/// The same for a terminal. After a link at the start of a line, or in a list, it adds the command that shows the
/// link's target.
pub fn commanded(markdown: &str) -> Cow<'_, str> {
    replaced(markdown, |before, words, address| {
        let begins = before.chars().all(|c| c.is_ascii_digit() || " -*>.".contains(c));
        let listed = before.ends_with(": ") || before.ends_with(" · ");
        let is_picture = words.starts_with("Picture: ");
        match address.rsplit_once("/guides/").filter(|_| (begins || listed) && !is_picture) {
            Some((_, place)) => format!("{words} (cairn guides show {place})"),
            None => words.to_owned(),
        }
    })
}

/// Replaces each such link by the result of `instead`, which gets the text before it in its line, its words and its
/// address.
fn replaced(markdown: &str, instead: impl Fn(&str, &str, &str) -> String) -> Cow<'_, str> {
    if !markdown.contains(ANYWHERE) {
        return Cow::Borrowed(markdown);
    }
    let (mut out, mut rest) = (String::with_capacity(markdown.len()), markdown);
    while let Some((start, middle, end)) = next(rest) {
        out.push_str(&rest[..start]);
        let before = &out[out.rfind('\n').map_or(0, |at| at + 1)..];
        let address = rest[middle + 2..end - 1].trim_matches(['<', '>']);
        let instead = instead(before, &rest[start + 1..middle], address);
        out.push_str(&instead);
        rest = &rest[end..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The first such link: the offsets of its `[` and its `](`, and of the text after it.
fn next(text: &str) -> Option<(usize, usize, usize)> {
    let is_dead = |at: &usize| !leads(text[at + 2..].trim_start_matches('<'));
    text.match_indices("](").map(|(at, _)| at).filter(is_dead).find_map(|middle| {
        let end = middle + text[middle..].find(')')? + 1;
        Some((opening(&text[..middle])?, middle, end))
    })
}

/// The offset of the bracket that is still open at the end of a text.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let is_mark = |at: usize| !text[..at].ends_with('\\');
    for (at, c) in text.char_indices().rev().filter(|(at, c)| "[]".contains(*c) && is_mark(*at)) {
        match (c, depth) {
            ('[', 0) => return Some(at),
            ('[', _) => depth -= 1,
            _ => depth += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_told_the_command() {
        let shown = commanded("- [d](cairn:/guides/d#e): see [f](cairn:/guides/f).\n[All](cairn:/papers)");
        assert_eq!(shown, "- d (cairn guides show d#e): see f.\nAll");
    }

    #[test]
    fn what_leads_nowhere_is_shown_by_its_words() {
        let table = [
            ("Nothing here.", "Nothing here."),
            (
                "See [first steps](cairn:/guides/first-steps), then [arXiv](https://arxiv.org).",
                "See first steps, then [arXiv](https://arxiv.org).",
            ),
            ("- [a \\[b\\] c](cairn:/guides/a#b)\n- [d](<cairn:/guides/d>)", "- a \\[b\\] c\n- d"),
            ("[[1] one](cairn:/guides/one) and [two", "[1] one and [two"),
            ("](cairn:/guides/one", "](cairn:/guides/one"),
            ("cairn:/guides as words", "cairn:/guides as words"),
        ];
        for (markdown, shown) in table {
            assert_eq!(unlinked(markdown), shown);
        }
    }
}
