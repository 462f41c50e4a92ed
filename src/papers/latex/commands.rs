//! The text of LaTeX commands.

use super::letters::{accented, blackboard, marked, raised};
use super::symbols::{denied, function, is_relation, symbol};
use super::{Reader, bracketed, script};

/// Commands whose arguments are not text. They leave no gap.
const DROPPED: &str = "cite citep citet citealp citealt citeauthor citeyear autocite parencite footcite textcite ref eqref \
    autoref cref Cref label footnote footnotemark thanks vspace hspace begin end color includegraphics \
    phantom vphantom hphantom";

/// Commands that show only their last argument, with the number of arguments before it.
const LAST: [(&str, usize); 15] = [
    ("textcolor", 1),
    ("href", 1),
    ("hyperlink", 1),
    ("colorbox", 1),
    ("fcolorbox", 2),
    ("raisebox", 1),
    ("scalebox", 1),
    ("rotatebox", 1),
    ("resizebox", 2),
    ("parbox", 1),
    ("foreignlanguage", 1),
    ("overset", 1),
    ("underset", 1),
    ("stackrel", 1),
    ("multicolumn", 2),
];

/// Commands that change the look of their argument, which needs no braces.
const FONTS: &str =
    "text emph bm boldsymbol pmb mbox hbox fbox underline ensuremath uline lowercase uppercase boldmath";

/// Commands without text.
const SILENT: &str = "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr bf it em rm sc tt sf sl cal frak \
    bfseries itshape scshape ttfamily sffamily rmfamily displaystyle textstyle scriptstyle \
    scriptscriptstyle limits nolimits noindent small large Large footnotesize normalsize tiny protect \
    centering null relax mathstrut nonumber allowbreak normalfont selectfont";

/// Commands for a letter within a name, or for a sign next to a number: a space after them only ends the command.
const JOINED: &str = "ss ae AE oe OE aa AA o O l L i j dh th dj texttildelow textasciitilde textdegree degree textmu";

/// The signs of `\lVert`, `\rangle` and similar commands.
const BRACKETS: &str = "‖|⟨⟩⌊⌋⌈⌉[]{}()";

fn is_among(names: &str, name: &str) -> bool {
    names.split(' ').any(|known| known == name)
}

impl Reader<'_> {
    pub(super) fn named(&mut self, name: &str, out: &mut String) {
        if let Some(sign) = symbol(name) {
            self.sign_of(name, sign, out);
        } else if let Some(word) = function(name) {
            self.word(word, out);
        } else if let Some(mark) = marked(name) {
            let letter = self.argument();
            out.push_str(&accented(mark, &letter, true));
        } else if is_among(DROPPED, name) {
            while self.option().is_some() {}
            let _ = self.group();
            while out.ends_with([' ', '~']) {
                out.pop();
            }
        } else if let Some((_, before)) = LAST.iter().find(|(known, _)| *known == name) {
            for _ in 0..*before {
                while self.option().is_some() {}
                let _ = self.argument();
            }
            while self.option().is_some() {}
            out.push_str(&self.argument());
        } else if is_among(SILENT, name) {
            self.silent(name);
        } else {
            self.formed(name, out);
        }
    }

    /// A single sign. In a formula, a relation with a space after it also gets one before it.
    fn sign_of(&mut self, name: &str, sign: &str, out: &mut String) {
        let spaced = self.chars.peek() == Some(&' ');
        if self.math && is_relation(sign) && spaced && out.ends_with(|c: char| c.is_alphanumeric() || ")]}".contains(c))
        {
            out.push(' ');
        }
        let opens = name.starts_with('l') && BRACKETS.contains(sign);
        if self.math && name.starts_with('r') && BRACKETS.contains(sign) {
            out.truncate(out.trim_end().len());
        }
        let alone = self.math && (opens || out.is_empty() && ["~", "±", "∓"].contains(&sign));
        out.push_str(sign);
        // LaTeX removes a space after a command. Outside formulas people often forget that, and want the space.
        if alone || !self.math && is_among(JOINED, name) {
            while self.chars.next_if_eq(&' ').is_some() {}
        }
    }

    /// A word inside a formula, such as `log`.
    fn word(&mut self, word: &str, out: &mut String) {
        if out.ends_with(char::is_alphanumeric) {
            out.push(' ');
        }
        out.push_str(word);
        let mut ahead = self.chars.clone();
        let parted = match ahead.next() {
            Some('\\') => {
                let next: String = ahead.take_while(char::is_ascii_alphabetic).collect();
                !next.is_empty() && !is_among(SILENT, &next)
            }
            Some(c) => c.is_alphanumeric(),
            None => false,
        };
        if parted {
            out.push(' ');
        }
    }

    /// A switch: the space after it only ends it, and `\left.` shows nothing.
    fn silent(&mut self, name: &str) {
        if ["left", "right"].contains(&name) && self.chars.next_if_eq(&'.').is_some() {
            return;
        }
        let is_size = ["left", "right", "middle"].contains(&name) || name.to_lowercase().starts_with("big");
        while !is_size && self.chars.next_if_eq(&' ').is_some() {}
    }

    fn formed(&mut self, name: &str, out: &mut String) {
        match name {
            "textsuperscript" | "textsubscript" => {
                let what = self.argument();
                script(if name == "textsuperscript" { '^' } else { '_' }, &what, out);
            }
            "frac" | "tfrac" | "dfrac" | "cfrac" | "nicefrac" | "sfrac" => {
                let (above, below) = (self.argument(), self.argument());
                out.push_str(&format!("{}/{}", bracketed(&above), bracketed(&below)));
            }
            "binom" | "dbinom" | "tbinom" => {
                let (of, some) = (self.argument(), self.argument());
                out.push_str(&format!("C({},{})", of.trim(), some.trim()));
            }
            "sqrt" => self.root(out),
            "not" => {
                let what = self.argument();
                self.sign_of(name, &denied(&what), out);
            }
            "mathbb" | "mathds" | "mathbbm" => {
                let what = self.argument();
                out.extend(what.chars().map(blackboard));
            }
            "operatorname" => {
                let what = self.argument();
                self.word(&what, out);
            }
            "pmod" => {
                let what = self.argument();
                out.push_str(&format!(" (mod {what})"));
            }
            "xrightarrow" | "xlongrightarrow" => {
                let _ = self.argument();
                out.push('→');
            }
            "SI" | "qty" => {
                let (number, unit) = (self.argument(), self.argument());
                out.push_str(&format!("{number} {unit}"));
            }
            "url" | "path" | "nolinkurl" => {
                if self.chars.next_if_eq(&'{').is_some() {
                    out.push_str(&self.rest_of_group().replace('\\', ""));
                }
            }
            "par" | "newline" | "linebreak" | "item" => out.push(' '),
            "xspace" => {}
            "c" | "v" | "u" | "H" | "k" | "r" | "b" | "d" if !self.math => {
                let letter = self.argument();
                out.push_str(&accented(name.chars().next().unwrap_or_default(), &letter, false));
            }
            _ if is_among(FONTS, name) || name.starts_with("math") || name.starts_with("text") => {
                out.push_str(&self.argument());
            }
            _ => self.unknown(name, out),
        }
    }

    fn root(&mut self, out: &mut String) {
        let of = self.option().map(|n| n.chars().map(|c| raised(c).unwrap_or(c)).collect::<String>());
        out.push_str(&of.unwrap_or_default());
        out.push('√');
        let what = self.argument();
        out.push_str(&bracketed(&what));
    }

    /// An unknown command: keeps its argument, or else its name.
    fn unknown(&mut self, name: &str, out: &mut String) {
        let had = self.chars.peek() == Some(&'{') || self.chars.peek() == Some(&'[');
        while self.option().is_some() {}
        match self.group() {
            Some(said) => out.push_str(&said),
            None if had => {}
            None if self.math => self.word(name, out),
            None => out.push_str(name),
        }
    }
}
