//! Cuts a text to a length: characters, a clause, or whole sentences. “…” shows the cut (pure).

/// At most `most` characters. If any are cut, the last one is “…”.
pub fn characters(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// Abbreviations that do not end a sentence, in lower case.
const ABBREVIATIONS: [&str; 40] = [
    "e.g", "i.e", "al", "cf", "vs", "fig", "figs", "eq", "eqs", "sec", "secs", "tab", "ch", "no", "nos", "vol", "pp",
    "p", "dr", "prof", "mr", "mrs", "ms", "st", "resp", "approx", "ca", "w.r.t", "s.t", "a.k.a", "viz", "ref", "refs",
    "def", "thm", "appx", "incl", "est", "dept", "univ",
];

/// Abbreviations that introduce something.
const INTRODUCTIONS: [&str; 10] = ["e.g", "i.e", "cf", "vs", "fig", "eq", "sec", "viz", "incl", "approx"];

/// As many whole sentences as fit into `most` characters. If the first does not fit, cuts it at a semicolon, colon or
/// comma, or else between two words, and adds “ …”.
pub fn sentences(text: &str, most: usize) -> String {
    let text = text.trim();
    let mut end = 0;
    for next in ends(text) {
        if text[..next].chars().count() > most {
            break;
        }
        end = next;
    }
    if end > 0 { text[..end].to_owned() } else { clause(text, most) }
}

/// The byte positions where sentences end; the last is the end of the text.
fn ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    for (at, c) in text.char_indices() {
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let close = text[at + c.len_utf8()..].find(|c: char| !")]”’\"'".contains(c));
        let Some(after) = close.map(|length| at + c.len_utf8() + length) else { continue };
        let rest = &text[after..];
        let begins = rest.trim_start().chars().next().is_some_and(|c| !c.is_lowercase() && !",;:)]".contains(c));
        if rest.starts_with(char::is_whitespace) && begins && !(c == '.' && is_short(&text[..at])) {
            ends.push(after);
        }
    }
    if !text.is_empty() {
        ends.push(text.len());
    }
    ends
}

/// Whether the word before a full stop is an abbreviation or an initial.
fn is_short(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || "([“\"'‘".contains(c)).next().unwrap_or_default();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    // U.S, Ph.D
    let dotted = word.split('.').count() > 1
        && word.split('.').all(|part| (1..=2).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic));
    initial || dotted || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

/// The whole text, or as much as fits with “ …”, cut between words.
pub fn clause(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(2);
    let limit = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let head = &text[..limit];
    // Prefer a clause that ends in the second half to the last word that fits.
    let mut clause = head.match_indices([';', ':', ',', '—']).map(|(at, _)| at);
    let clause = clause.rfind(|at| text[*at..].chars().nth(1).is_none_or(char::is_whitespace));
    let word =
        if text[limit..].starts_with(char::is_whitespace) { Some(limit) } else { head.rfind(char::is_whitespace) };
    let end = clause.filter(|at| *at > limit / 2).or(word).unwrap_or(limit);
    let hanging = |c: char| c.is_whitespace() || ",;:–—([".contains(c);
    let mut kept = text[..end].trim_end_matches(hanging);
    // “(e.g. …” says nothing: its example is cut off, so cut it too.
    while let Some((before, last)) = kept.rsplit_once(char::is_whitespace) {
        let word = last.trim_start_matches(['(', '[', '“', '"']).trim_end_matches('.').to_lowercase();
        if !(last.ends_with('.') && INTRODUCTIONS.contains(&word.as_str())) {
            break;
        }
        kept = before.trim_end_matches(hanging);
    }
    format!("{kept} …")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut from = 0;
        let mut out = Vec::new();
        for end in ends(text) {
            out.push(text[from..end].trim().to_owned());
            from = end;
        }
        out
    }

    #[test]
    fn sentences_end_where_they_end() {
        let table: &[(&str, &[&str])] = &[
            ("One. Two. Three.", &["One.", "Two.", "Three."]),
            ("It has 3.5 parts, e.g. One or i.e. Two. Done.", &["It has 3.5 parts, e.g. One or i.e. Two.", "Done."]),
            ("Vaswani et al. Proposed it. So it is.", &["Vaswani et al. Proposed it.", "So it is."]),
            ("See Fig. 3 and Eq. (4). Then stop!", &["See Fig. 3 and Eq. (4).", "Then stop!"]),
            ("Why? Because (as A. Turing said.) So.", &["Why?", "Because (as A. Turing said.)", "So."]),
            ("The U.S. Navy and Ph.D. students. Fine.", &["The U.S. Navy and Ph.D. students.", "Fine."]),
            ("GPT-4.5 vs. Claude 3. 5 models follow.", &["GPT-4.5 vs. Claude 3.", "5 models follow."]),
            ("It ends. … no, it goes on etc. We stop", &["It ends.", "… no, it goes on etc.", "We stop"]),
            ("He said “Stop.” We did.", &["He said “Stop.”", "We did."]),
            ("version v1.2.3 of the tool... and more.", &["version v1.2.3 of the tool... and more."]),
            ("", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(all(text), *expected, "{text}");
        }
    }

    #[test]
    fn whole_sentences_are_kept_while_they_fit() {
        let text = "The first. The second is longer. The third.";
        assert_eq!(sentences(text, 100), text);
        assert_eq!(sentences(text, 33), "The first. The second is longer.");
        assert_eq!(sentences(text, 20), "The first.");
        assert_eq!(sentences("One long clause, and another one that goes on", 30), "One long clause …");
        assert_eq!(
            sentences("It leans on supervision (e.g. labels and more of them)", 33),
            "It leans on supervision …"
        );
        assert_eq!(sentences("One long clause and another one, on", 30), "One long clause and another …");
        assert_eq!(sentences("a 1,000,000 token context window", 20), "a 1,000,000 token …");
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!((characters("éàü", 3).as_str(), characters("éàüß", 3).as_str()), ("éàü", "éà…"));
    }

    proptest! {
        #[test]
        fn nothing_is_invented_or_cut_in_a_word(text in "([A-Za-z0-9é]{1,9}[.,;?]? ){0,40}", most in 10_usize..200) {
            let cut = sentences(&text, most);
            prop_assert!(cut.chars().count() <= most);
            let kept = cut.strip_suffix(" …").unwrap_or(&cut);
            prop_assert!(text.trim_start().starts_with(kept));
            let rest = &text.trim_start()[kept.len()..];
            // Only a first word that is too long may be cut.
            let whole = !rest.starts_with(char::is_alphanumeric) || !kept.contains(' ');
            prop_assert!(whole, "{kept:?} {rest:?}");
        }
    }
}
