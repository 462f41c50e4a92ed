//! Removes characters that control a terminal or change the order of letters (pure).

use std::borrow::Cow;

/// Whether a character is invisible but changes a terminal or how other characters are shown. Includes line ends and
/// tabs, but not the joiners of letters and emoji.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// The text without such characters, but with line feeds and tabs.
pub fn visible(text: &str) -> Cow<'_, str> {
    let drops = |c: char| is_unseen(c) && !matches!(c, '\n' | '\t');
    if text.contains(drops) { Cow::Owned(text.replace(drops, "")) } else { Cow::Borrowed(text) }
}

/// The text on one line, without such characters; line ends and tabs become spaces.
pub fn line(text: &str) -> String {
    let spaced = text.replace(char::is_whitespace, " ");
    visible(&spaced).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_dropped() {
        let table = [
            ("plain, naïve, 入門\tand\n👩‍🔬", "plain, naïve, 入門\tand\n👩‍🔬"),
            ("red \u{1b}[31mtitle\u{1b}[0m \u{1b}]0;window\u{7}", "red [31mtitle[0m ]0;window"),
            ("C1 \u{9b}31m, NUL \u{0}, DEL \u{7f}, CR \r", "C1 31m, NUL , DEL , CR "),
            ("\u{202e}gnp.exe \u{2066}a\u{2069} \u{200f}b", "gnp.exe a b"),
        ];
        for (text, expected) in table {
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn a_line_has_no_line_ends() {
        assert_eq!(line(" a\r\nb\u{2028}c\t \u{202e}d\u{0} "), "a b c d");
        assert_eq!(line("\u{202e}\n"), "");
    }
}
