//! Compares two texts word by word (pure).

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// After this time the diff may be longer than necessary, but is still correct.
const DIFF_DEADLINE: Duration = Duration::from_millis(100);

/// What happened to a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is in both texts.
    Same,
    /// It was removed.
    Gone,
    /// It was added.
    New,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What happened to it.
    pub fate: Fate,
    /// The piece itself.
    pub text: String,
}

/// The difference between two texts, word by word. Each change is the removed text, then the added text. Two changes
/// with only blanks or punctuation between them count as one.
pub fn words(old: &str, new: &str) -> Vec<Piece> {
    let (old, new) = (parts(old), parts(new));
    let diff = TextDiff::configure().timeout(DIFF_DEADLINE).diff_slices(&old, &new);
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut gone, mut fresh, mut between) = (String::new(), String::new(), String::new());
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => between.push_str(change.value()),
            tag => {
                let changes = !gone.is_empty() || !fresh.is_empty();
                if changes && is_slight(&between) {
                    gone.push_str(&between);
                    fresh.push_str(&between);
                } else {
                    told(&mut pieces, &mut gone, &mut fresh);
                    push(&mut pieces, Fate::Same, &between);
                }
                between.clear();
                if tag == ChangeTag::Delete { gone.push_str(change.value()) } else { fresh.push_str(change.value()) }
            }
        }
    }
    told(&mut pieces, &mut gone, &mut fresh);
    push(&mut pieces, Fate::Same, &between);
    pieces
}

fn told(pieces: &mut Vec<Piece>, gone: &mut String, fresh: &mut String) {
    push(pieces, Fate::Gone, gone);
    push(pieces, Fate::New, fresh);
    gone.clear();
    fresh.clear();
}

fn push(pieces: &mut Vec<Piece>, fate: Fate, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece { fate, text: text.to_owned() });
    }
}

/// Whether a piece is too short to separate two changes.
fn is_slight(text: &str) -> bool {
    !text.contains('\n') && !text.contains(char::is_alphanumeric)
}

/// Splits a text into words, runs of blanks, line ends and punctuation. Joined again they are the whole text.
pub(super) fn parts(text: &str) -> Vec<&str> {
    #[derive(PartialEq)]
    enum Kind {
        Word,
        Blank,
        Sign,
    }
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || "'’_-".contains(c) => Kind::Word,
        c if c.is_whitespace() && c != '\n' => Kind::Blank,
        _ => Kind::Sign,
    };
    let (mut parts, mut start, mut last) = (Vec::new(), 0, Kind::Sign);
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if at > start && (now != last || now == Kind::Sign) {
            parts.push(&text[start..at]);
            start = at;
        }
        last = now;
    }
    if start < text.len() {
        parts.push(&text[start..]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(pieces: &[Piece]) -> String {
        let one = |piece: &Piece| match piece.fate {
            Fate::Same => piece.text.clone(),
            Fate::Gone => format!("[-{}-]", piece.text),
            Fate::New => format!("[+{}+]", piece.text),
        };
        pieces.iter().map(one).collect()
    }

    #[test]
    fn differences_are_told_in_words() {
        let table = [
            ("No, though it helps.\n", "No, though a degree helps.\n", "No, though [-it-][+a degree+] helps.\n"),
            ("It matters.", "It matters a lot.", "It matters[+ a lot+]."),
            ("on 2026-11-01.", "on 2026-11-29.", "on [-2026-11-01-][+2026-11-29+]."),
            ("Three minutes, or four.", "Just five.", "[-Three minutes, or four-][+Just five+]."),
            ("a b\nc\n", "a b\nx\nc\n", "a b\n[+x\n+]c\n"),
            ("same", "same", "same"),
            ("", "new", "[+new+]"),
        ];
        for (old, new, expected) in table {
            assert_eq!(written(&words(old, new)), expected);
        }
    }

    proptest! {
        #[test]
        fn pieces_are_both_texts(old in "[ab \n]{0,30}", new in "[ab \n]{0,30}") {
            let pieces = words(&old, &new);
            let of = |without: Fate| pieces.iter().filter(|p| p.fate != without).map(|p| p.text.as_str()).collect::<String>();
            prop_assert_eq!(of(Fate::New), old);
            prop_assert_eq!(of(Fate::Gone), new);
        }
    }
}
