//! Marks a person's own words where the page repeats them. The mark is used for nothing else.

use maud::{Markup, html};

/// A piece of a text, and whether it is marked.
type Piece<'a> = (&'a str, bool);

/// `text` with the quotes in it marked.
pub fn quoted(text: &str, quotes: &[&str]) -> Markup {
    let spots = quotes.iter().filter(|quote| !quote.is_empty()).filter_map(|quote| {
        let at = text.find(quote)?;
        Some((at, at + quote.len()))
    });
    shown(&pieces(text, spots.collect()))
}

/// `text` with those words marked that match one of `words`, without case or plural.
pub fn matched(text: &str, words: &[String]) -> Markup {
    shown(&matching(text, words))
}

/// The same, in pieces.
pub fn matching<'a>(text: &'a str, words: &[String]) -> Vec<Piece<'a>> {
    let wanted: Vec<String> = words.iter().map(|word| stem(word)).collect();
    let mut spots = Vec::new();
    let mut begun = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (begun, c.is_alphanumeric()) {
            (None, true) => begun = Some(at),
            (Some(from), false) => {
                if wanted.contains(&stem(&text[from..at])) {
                    spots.push((from, at));
                }
                begun = None;
            }
            _ => {}
        }
    }
    pieces(text, spots)
}

/// A word without its plural ending.
fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    let ends = [("ies", "y"), ("es", ""), ("s", "")];
    let short = ends.into_iter().find_map(|(end, by)| Some(format!("{}{by}", word.strip_suffix(end)?)));
    match short {
        Some(short) if letters > 3 && !word.ends_with("ss") => short.trim_end_matches('e').to_owned(),
        _ if letters > 3 => word.trim_end_matches('e').to_owned(),
        _ => word,
    }
}

fn pieces(text: &str, mut spots: Vec<(usize, usize)>) -> Vec<Piece<'_>> {
    spots.sort_unstable();
    let mut pieces = Vec::new();
    let mut done = 0;
    for (from, to) in spots {
        if to <= done {
            continue;
        }
        let from = from.max(done);
        pieces.push((&text[done..from], false));
        pieces.push((&text[from..to], true));
        done = to;
    }
    pieces.push((&text[done..], false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

fn shown(pieces: &[Piece<'_>]) -> Markup {
    html! { @for (piece, is_marked) in pieces { @if *is_marked { mark { (piece) } } @else { (piece) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_marked_once_and_never_overlap() {
        let table: [(&str, &[&str], &str); 4] = [
            ("I'm in grade 11.", &["grade 11"], "I'm in <mark>grade 11</mark>."),
            ("a career in ML", &["career in", "in ML"], "a <mark>career in</mark><mark> ML</mark>"),
            ("<b>", &["b"], "&lt;<mark>b</mark>&gt;"),
            ("nothing here", &["elsewhere", ""], "nothing here"),
        ];
        for (text, quotes, expected) in table {
            assert_eq!(quoted(text, quotes).into_string(), expected, "{text}");
        }
    }

    #[test]
    fn words_are_marked_whatever_their_number() {
        let words: Vec<String> = ["gpus", "course", "study", "class"].map(str::to_owned).to_vec();
        for (text, expected) in [
            ("Which GPU?", "Which <mark>GPU</mark>?"),
            ("courses, of course", "<mark>courses</mark>, of <mark>course</mark>"),
            ("case studies", "case <mark>studies</mark>"),
            ("classes", "<mark>classes</mark>"),
            ("coursework", "coursework"),
        ] {
            assert_eq!(matched(text, &words).into_string(), expected, "{text}");
        }
    }
}
