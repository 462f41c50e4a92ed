//! Differences, shown word by word.

use maud::{Markup, html};

use crate::wiki::compare::{self, Fate, Piece};

/// How many lines of what is the same are shown around a change.
const AROUND: usize = 2;

/// Which side of a difference is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is new beside what is gone.
    Both,
    /// The old text, what is gone marked.
    Old,
    /// The new text, what is new marked.
    New,
}

/// What changed between two texts. Long stretches of what is the same are left out.
pub fn difference(old: &str, new: &str, side: Side) -> Markup {
    let pieces = compare::words(old, new);
    if pieces.iter().all(|piece| piece.fate == Fate::Same) {
        return html! { p.quiet { "Both say the same." } };
    }
    let last = pieces.len() - 1;
    html! {
        div.words {
            @for (at, piece) in pieces.iter().enumerate() {
                @match piece.fate {
                    Fate::Same => { (same(piece, at > 0, at < last)) }
                    Fate::Gone if side != Side::New => { del { (piece.text) } }
                    Fate::New if side != Side::Old => { ins { (piece.text) } }
                    _ => {}
                }
            }
        }
    }
}

/// A stretch that is the same: the lines next to a change, and that others were left out.
fn same(piece: &Piece, before: bool, after: bool) -> Markup {
    let lines: Vec<&str> = piece.text.split_inclusive('\n').collect();
    let (head, tail) = (if before { AROUND + 1 } else { 0 }, if after { AROUND + 1 } else { 0 });
    if lines.len() <= head + tail + 1 {
        return html! { (piece.text) };
    }
    let (start, end) = (lines[..head].concat(), lines[lines.len() - tail..].concat());
    let left_out = lines.len() - head - tail;
    html! { (start) span.skipped { "… " (left_out) " lines the same …" } "\n" (end) }
}

/// How many words came and went: “+9 −3 words”.
pub fn counted(old: &str, new: &str) -> String {
    let pieces = compare::words(old, new);
    let of = |fate| pieces.iter().filter(|p| p.fate == fate).map(|p| p.text.split_whitespace().count()).sum::<usize>();
    match (of(Fate::New), of(Fate::Gone)) {
        (0, 0) => "no words changed".to_owned(),
        (new, gone) => format!("+{new} −{gone} words"),
    }
}
