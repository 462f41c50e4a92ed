//! Decides which dollar signs enclose a formula, and which mean money (pure).

use std::iter::Peekable;
use std::str::Chars;

use super::FORMULA;
use super::symbols::function;

/// The text from here to the closing dollar sign (or two), if it is a formula. `before` is the character before the
/// first one.
pub fn formula(ahead: &mut Peekable<Chars<'_>>, double: bool, before: Option<char>) -> Option<String> {
    let mut inside = String::new();
    loop {
        match ahead.next()? {
            '\\' => {
                inside.push('\\');
                inside.extend(ahead.next());
            }
            '$' if double => {
                ahead.next_if_eq(&'$')?;
                return Some(inside);
            }
            '$' => return is_formula(before, &inside, ahead.peek().copied()).then_some(inside),
            c => inside.push(c),
        }
        if inside.len() > FORMULA {
            return None;
        }
    }
}

/// An amount begins with a digit, words follow it, and the next dollar sign is before a digit. A dollar sign after
/// the amount is recognised, too.
fn is_formula(before: Option<char>, inside: &str, after: Option<char>) -> bool {
    // These signs always need a backslash.
    let text = ["\\$", "\\%", "\\&", "\\#"].iter().fold(inside.to_owned(), |text, sign| text.replace(sign, &sign[1..]));
    let (text, spaced) = (text.trim(), text.trim().len() < text.len());
    if text.is_empty() {
        return false;
    }
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let prose = is_prose(text);
    let marked = text.contains(['\\', '^', '_', '{']);
    let signed = text.contains(['=', '<', '>', '+', '*', '|']);
    if inside.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return match marked {
            true => !(spaced && digit(after)) && (!prose || !spaced && text.contains('\\') && is_balanced(text)),
            false => !prose && !digit(after) && is_balanced(text) && (!spaced || signed),
        };
    }
    let goes_on = inside.starts_with([' ', ',', '.', ';', ')', '/', '-', '–']);
    if digit(before) && goes_on && (prose && spaced || !marked && digit(text.chars().next_back())) {
        return false;
    }
    if marked {
        return true;
    }
    let short = text.chars().count() <= 2 && text.chars().all(char::is_alphabetic);
    if spaced { short || signed && !prose } else { !(prose && letter(before) && letter(after)) }
}

/// Whether it has words that do not belong in a formula.
fn is_prose(text: &str) -> bool {
    let word = |word: &str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation() && c != '\\');
        word.len() > 1 && word.chars().all(char::is_alphabetic) && function(word).is_none()
    };
    text.contains(char::is_whitespace) && text.split_whitespace().any(word)
}

fn is_balanced(text: &str) -> bool {
    let count = |signs: [char; 2]| text.matches(signs).count();
    count(['(', '[']) == count([')', ']'])
}
