//! LaTeX made readable: titles and abstracts as plain text (pure).
//!
//! Nobody's LaTeX is broken on purpose, and none of it may break an answer: what is unknown loses its backslash and
//! its braces, and what it says stays.

mod symbols;

use std::iter::Peekable;
use std::str::Chars;

use symbols::{accented, blackboard, raised, symbol};

/// How deep groups may be nested before they are taken as they are.
const DEPTH: usize = 24;
/// No abstract is longer.
const MOST: usize = 20_000;
/// The longest text, in characters, that may be a formula.
const FORMULA: usize = 400;

/// The text as a person would write it without LaTeX, on one line. What follows the first [`MOST`] characters is dropped.
pub fn readable(text: &str) -> String {
    let text = text.char_indices().nth(MOST).map_or(text, |(at, _)| &text[..at]);
    let plain = Reader { chars: text.chars().peekable(), math: false, depth: 0 }.all();
    let plain = plain.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”");
    tidy(&plain)
}

/// One space between words, none before a comma or a full stop that follows what was dropped.
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
    /// Inside a formula, where `_` and `^` mean something and spaces do not.
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
            // Nothing was opened.
            '}' => {}
            '~' if !self.is_about() => out.push(' '),
            '^' | '_' if self.math => {
                let what = self.argument();
                script(c, &what, out);
            }
            '\'' if self.math => out.push('′'),
            '-' if self.math => out.push('-'),
            _ => out.push(c),
        }
    }

    /// A tilde before a number means "about"; elsewhere it is a space that does not break.
    fn is_about(&mut self) -> bool {
        self.chars.peek().is_some_and(char::is_ascii_digit)
    }

    /// Reads what stands in a group or a formula.
    fn read(&self, inside: &str) -> String {
        if self.depth >= DEPTH {
            return inside.chars().filter(|c| !matches!(c, '{' | '}' | '\\' | '$')).collect();
        }
        Reader { chars: inside.chars().peekable(), math: self.math, depth: self.depth + 1 }.all()
    }

    /// What stands between here and the brace that closes, which is taken too. Without one, all that is left.
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

    /// What stands in square brackets, if they come next.
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

    /// The next group, command or letter, read.
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

    /// The next group, if a brace comes next.
    fn group(&mut self) -> Option<String> {
        self.chars.next_if_eq(&'{')?;
        let inside = self.rest_of_group();
        Some(self.read(&inside))
    }

    /// A formula, or a dollar that means money.
    fn dollar(&mut self, out: &mut String) {
        let double = self.chars.peek() == Some(&'$');
        let mut ahead = self.chars.clone();
        if double {
            ahead.next();
        }
        let Some(formula) = formula(&mut ahead, double) else {
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

    /// A backslash before something that is no letter.
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
            ')' | ']' | '!' => {}
            ',' | ';' | ':' | ' ' | '/' | '\\' | '\n' => out.push(' '),
            '\'' | '`' | '"' | '^' | '~' | '=' | '.' if !self.math => {
                let letter = self.argument();
                out.push_str(&accented(c, &letter));
            }
            '|' => out.push('‖'),
            _ => out.push(c),
        }
    }

    fn named(&mut self, name: &str, out: &mut String) {
        if let Some(sign) = symbol(name) {
            out.push_str(sign);
            // A space behind a command only ends its name. Behind a letter of a name it must not part the name;
            // elsewhere people forget the rule and mean the space.
            if !self.math && LETTERS.contains(&name) {
                self.chars.next_if(|c| *c == ' ');
            }
            return;
        }
        match name {
            "cite" | "citep" | "citet" | "citealp" | "citeauthor" | "citeyear" | "autocite" | "parencite"
            | "footcite" | "ref" | "eqref" | "autoref" | "cref" | "Cref" | "label" | "footnote" | "footnotemark"
            | "thanks" | "vspace" | "hspace" | "begin" | "end" | "color" | "includegraphics" | "phantom" => {
                while self.option().is_some() {}
                let _ = self.group();
                while out.ends_with([' ', '~']) {
                    out.pop();
                }
            }
            "textcolor" | "href" | "colorbox" => {
                let _ = self.argument();
                out.push_str(&self.argument());
            }
            "textsuperscript" | "textsubscript" => {
                let what = self.argument();
                script(if name == "textsuperscript" { '^' } else { '_' }, &what, out);
            }
            "frac" | "tfrac" | "dfrac" | "nicefrac" => {
                let (above, below) = (self.argument(), self.argument());
                out.push_str(&format!("{}/{}", bracketed(&above), bracketed(&below)));
            }
            "sqrt" => {
                let of = self.option().map(|n| n.chars().map(|c| raised(c).unwrap_or(c)).collect::<String>());
                out.push_str(&of.unwrap_or_default());
                out.push('√');
                let what = self.argument();
                out.push_str(&bracketed(&what));
            }
            "mathbb" => {
                let what = self.argument();
                out.extend(what.chars().map(blackboard));
            }
            "c" | "v" | "u" | "H" | "k" | "r" | "b" | "d" if !self.math => {
                let letter = self.argument();
                out.push_str(&accented(name.chars().next().unwrap_or_default(), &letter));
            }
            // Formatting, and all that is unknown: what it says stays.
            _ => {
                let had = self.chars.peek() == Some(&'{') || self.chars.peek() == Some(&'[');
                while self.option().is_some() {}
                match self.group() {
                    Some(said) => out.push_str(&said),
                    None if !had && !is_silent(name) => {
                        out.push_str(name);
                    }
                    None => {}
                }
            }
        }
    }
}

/// A formula that ends with a dollar (or two), if that is what it is: not empty, not too long, and not about money,
/// so it begins and ends without a space, and no digit follows it.
fn formula(ahead: &mut Peekable<Chars<'_>>, double: bool) -> Option<String> {
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
            '$' => {
                let spaced = inside.starts_with(' ') || inside.ends_with(' ');
                let told = inside.contains(['\\', '^', '_', '=', '{', '<', '>']);
                let money = ahead.peek().is_some_and(char::is_ascii_digit) || (spaced && !told);
                return (!inside.is_empty() && !money).then_some(inside);
            }
            c => inside.push(c),
        }
        if inside.len() > FORMULA {
            return None;
        }
    }
}

/// Commands that are a letter within a name.
const LETTERS: [&str; 14] = ["ss", "ae", "AE", "oe", "OE", "aa", "AA", "o", "O", "l", "L", "i", "j", "dh"];

/// Commands that say nothing themselves.
fn is_silent(name: &str) -> bool {
    const SILENT: [&str; 44] = [
        "left",
        "right",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "xspace",
        "bf",
        "it",
        "em",
        "rm",
        "sc",
        "tt",
        "sf",
        "sl",
        "bfseries",
        "itshape",
        "ttfamily",
        "displaystyle",
        "textstyle",
        "scriptstyle",
        "limits",
        "nolimits",
        "noindent",
        "par",
        "newline",
        "linebreak",
        "small",
        "large",
        "normalsize",
        "tiny",
        "protect",
        "centering",
        "mathrm",
        "mathbf",
        "text",
        "ensuremath",
        "null",
        "relax",
        "item",
    ];
    SILENT.contains(&name)
}

/// Above or below the line: in signs that are there already if all of it can be and it is no word, else as one types it.
fn script(kind: char, what: &str, out: &mut String) {
    let what = what.trim();
    let sign = if kind == '^' { raised } else { symbols::lowered };
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

/// In brackets if it is more than one number or word.
fn bracketed(what: &str) -> String {
    let what = what.trim();
    if what.chars().all(|c| c.is_alphanumeric() || c == '.') { what.to_owned() } else { format!("({what})") }
}

#[cfg(test)]
mod tests;
