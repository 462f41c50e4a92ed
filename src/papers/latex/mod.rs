//! Converts LaTeX in titles and abstracts to plain text (pure).
//!
//! Broken LaTeX must never break an answer: an unknown command loses its backslash and braces, and its text stays.

mod commands;
mod letters;
mod money;
mod symbols;

use std::iter::Peekable;
use std::str::Chars;

use letters::{accented, lowered, raised};

/// Groups nested deeper than this are not parsed.
const DEPTH: usize = 24;
/// The longest text that is read, in characters; no abstract is longer.
const MOST: usize = 20_000;
/// The longest formula, in characters.
const FORMULA: usize = 400;
/// Beginnings of addresses.
const ADDRESSES: [&str; 11] = [
    "http://",
    "https://",
    "ftp://",
    "www.",
    "github.com/",
    "gitlab.com/",
    "huggingface.co/",
    "hf.co/",
    "arxiv.org/",
    "doi.org/",
    "zenodo.org/",
];

/// The text as a person would write it without LaTeX, on one line. Text after the first [`MOST`] characters is dropped.
pub fn readable(text: &str) -> String {
    let text = text.char_indices().nth(MOST).map_or(text, |(at, _)| &text[..at]);
    let plain = Reader { chars: text.chars().peekable(), math: false, depth: 0 }.all();
    tidy(&plain)
}

/// One space between words, and none before a comma or full stop that followed dropped text.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split([' ', '\n', '\t', '\r']).filter(|word| !word.is_empty()) {
        let hangs = word.chars().all(|c| matches!(c, '.' | ',' | ';' | ':' | '!' | '?')) && word.len() == 1;
        if !out.is_empty() && !hangs {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    /// Inside a formula, where `_` and `^` have a meaning and spaces do not.
    math: bool,
    depth: usize,
}

impl Reader<'_> {
    fn all(mut self) -> String {
        let mut out = String::new();
        while let Some(c) = self.chars.next() {
            self.put(c, &mut out);
        }
        out
    }

    fn put(&mut self, c: char, out: &mut String) {
        match c {
            '\\' => self.command(out),
            '$' => self.dollar(out),
            '{' => {
                let inside = self.rest_of_group();
                out.push_str(&self.read(&inside));
            }
            // A closing brace without an opening one, and a soft hyphen.
            '}' | '\u{ad}' => {}
            '~' => out.push(if self.is_about(out) { '~' } else { ' ' }),
            '^' | '_' if self.math => {
                let what = self.argument();
                script(c, &what, out);
            }
            '\'' if self.math => out.push('′'),
            '-' if !self.math => self.dashes(out),
            '`' if !self.math && self.chars.next_if_eq(&'`').is_some() => out.push('“'),
            '\'' if self.chars.next_if_eq(&'\'').is_some() => out.push('”'),
            'a' | 'd' | 'f' | 'g' | 'h' | 'w' | 'z' if self.begins_address(c, out) => self.address(c, out),
            _ => out.push(c),
        }
    }

    /// A tilde before an amount means "about". In an address or a range it stays a tilde. Elsewhere it is a
    /// non-breaking space.
    fn is_about(&self, out: &str) -> bool {
        let mut ahead = self.chars.clone();
        let next = ahead.next().and_then(|c| if c == '\\' { ahead.next().filter(|c| *c == '$') } else { Some(c) });
        let amount = next.is_some_and(|c| c.is_ascii_digit() || "$€£.".contains(c));
        match out.chars().next_back() {
            _ if self.math => false,
            Some('/') => true,
            Some(before) => {
                amount && (before.is_ascii_digit() || before.is_whitespace() || "([{“\"‘=<>≤≥≈–—-".contains(before))
            }
            None => amount,
        }
    }

    /// Two hyphens are a dash between numbers, three a dash between words. Before a word they belong to a
    /// command-line option.
    fn dashes(&mut self, out: &mut String) {
        let mut more = 0;
        while self.chars.next_if_eq(&'-').is_some() {
            more += 1;
        }
        let begins = out.is_empty() || out.ends_with(char::is_whitespace);
        match more {
            0 => out.push('-'),
            1 if begins && self.chars.peek().is_some_and(char::is_ascii_alphabetic) => out.push_str("--"),
            1 => out.push('–'),
            _ => {
                out.push('—');
                out.push_str(&"-".repeat(more - 2));
            }
        }
    }

    fn begins_address(&self, first: char, out: &str) -> bool {
        let within = self.math || out.ends_with(|c: char| c.is_alphanumeric() || "./-_@".contains(c));
        let ahead = || std::iter::once(first).chain(self.chars.clone()).take(16).collect::<String>();
        !within && ADDRESSES.iter().any(|begin| begin.starts_with(first)) && {
            let ahead = ahead();
            ADDRESSES.iter().any(|begin| ahead.starts_with(begin))
        }
    }

    /// An address. It stays the same, but without LaTeX's backslashes.
    fn address(&mut self, first: char, out: &mut String) {
        out.push(first);
        while let Some(next) = self.chars.peek().copied() {
            if next.is_whitespace() || "{}\"<>|$'`\u{ad}".contains(next) {
                break;
            }
            let mut ahead = self.chars.clone();
            ahead.next();
            if next != '\\' {
                out.push(next);
            } else if let Some(sign) = ahead.next().filter(|c| "_%#&~-".contains(*c)) {
                if sign == '~' && ahead.next_if_eq(&'{').is_some() {
                    ahead.next_if_eq(&'}');
                }
                out.extend(Some(sign).filter(|sign| *sign != '-'));
            } else {
                break;
            }
            self.chars = ahead;
        }
    }

    /// Converts the content of a group or a formula.
    fn read(&self, inside: &str) -> String {
        if self.depth >= DEPTH {
            return inside.chars().filter(|c| !matches!(c, '{' | '}' | '\\' | '$')).collect();
        }
        Reader { chars: inside.chars().peekable(), math: self.math, depth: self.depth + 1 }.all()
    }

    /// The text up to the closing brace, which is consumed, too. Without a closing brace, all the rest.
    fn rest_of_group(&mut self) -> String {
        let (mut inside, mut open) = (String::new(), 1);
        while let Some(c) = self.chars.next() {
            match c {
                '\\' => {
                    inside.push(c);
                    inside.extend(self.chars.next());
                    continue;
                }
                '{' => open += 1,
                '}' => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
            inside.push(c);
        }
        inside
    }

    /// The content of square brackets, if they come next.
    fn option(&mut self) -> Option<String> {
        let mut ahead = self.chars.clone();
        if ahead.next() != Some('[') {
            return None;
        }
        let mut inside = String::new();
        for c in ahead.by_ref() {
            if c == ']' {
                self.chars = ahead;
                return Some(inside);
            }
            inside.push(c);
        }
        None
    }

    /// The next group, command or letter, converted.
    fn argument(&mut self) -> String {
        while self.chars.next_if(|c| *c == ' ').is_some() {}
        match self.chars.next() {
            Some('{') => {
                let inside = self.rest_of_group();
                self.read(&inside)
            }
            Some('\\') if self.depth < DEPTH => {
                let mut out = String::new();
                self.depth += 1;
                self.command(&mut out);
                self.depth -= 1;
                out
            }
            Some('\\') => String::new(),
            Some(c) => c.to_string(),
            None => String::new(),
        }
    }

    /// The next group, converted, if a brace comes next.
    fn group(&mut self) -> Option<String> {
        self.chars.next_if_eq(&'{')?;
        let inside = self.rest_of_group();
        Some(self.read(&inside))
    }

    /// A formula, or a dollar sign for money.
    fn dollar(&mut self, out: &mut String) {
        let double = self.chars.peek() == Some(&'$');
        let mut ahead = self.chars.clone();
        if double {
            ahead.next();
        }
        let Some(formula) = money::formula(&mut ahead, double, out.chars().next_back()) else {
            out.push('$');
            return;
        };
        self.chars = ahead;
        let depth = self.depth + 1;
        out.push_str(&Reader { chars: formula.chars().peekable(), math: true, depth }.all());
    }

    fn command(&mut self, out: &mut String) {
        let Some(first) = self.chars.next() else { return };
        if !first.is_ascii_alphabetic() {
            self.sign(first, out);
            return;
        }
        let mut name = String::from(first);
        while let Some(c) = self.chars.next_if(char::is_ascii_alphabetic) {
            name.push(c);
        }
        // `\textbf*{…}` means the same.
        self.chars.next_if(|c| *c == '*');
        self.named(&name, out);
    }

    /// A backslash before a character that is not a letter.
    fn sign(&mut self, c: char, out: &mut String) {
        match c {
            '(' | '[' => {
                let close = if c == '(' { "\\)" } else { "\\]" };
                let rest: String = self.chars.clone().take(FORMULA).collect();
                let Some((formula, after)) = rest.split_once(close) else { return };
                for _ in 0..rest.chars().count() - after.chars().count() {
                    self.chars.next();
                }
                out.push_str(&Reader { chars: formula.chars().peekable(), math: true, depth: self.depth + 1 }.all());
            }
            ')' | ']' | '!' | '@' | '-' | '/' => {}
            ',' | ';' | ':' | ' ' | '>' | '\\' | '\n' => out.push(' '),
            '\'' | '`' | '"' | '^' | '~' | '=' | '.' if !self.math => {
                let letter = self.argument();
                out.push_str(&accented(c, &letter, false));
            }
            '|' => out.push('‖'),
            _ => out.push(c),
        }
    }
}

/// A superscript or subscript: in Unicode if all its characters exist there and it is not a word; otherwise as people
/// type it.
fn script(kind: char, what: &str, out: &mut String) {
    let what = what.trim();
    let sign = if kind == '^' { raised } else { lowered };
    let word = what.chars().filter(|c| c.is_alphabetic()).count() > 2;
    if what.is_empty() {
    } else if kind == '^' && what == "∘" {
        out.push('°');
    } else if kind == '^' && ["°", "th", "st", "nd", "rd", "′", "*", "†"].contains(&what) {
        out.push_str(what);
    } else if let Some(signs) = what.chars().map(sign).collect::<Option<String>>().filter(|_| !word) {
        out.push_str(&signs);
    } else if what.chars().all(char::is_alphanumeric) || what.chars().count() == 1 {
        out.push(kind);
        out.push_str(what);
    } else {
        out.push_str(&format!("{kind}({what})"));
    }
}

/// Puts the text in brackets if it is more than one number or word.
fn bracketed(what: &str) -> String {
    let what = what.trim();
    if what.chars().all(|c| c.is_alphanumeric() || c == '.') { what.to_owned() } else { format!("({what})") }
}

#[cfg(test)]
mod tests;
