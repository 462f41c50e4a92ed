//! User text as Discord shows it: no markup, no masked link, no mention (pure).

/// Escapes what Discord would take for markup, a masked link or a mention. Line breaks become spaces, so that
/// no line begins with a heading, a list or a quotation.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '[' | ']' => {
                out.push('\\');
                out.push(c);
            }
            // A space of no width: reads the same, rings for nobody.
            '@' => out.push_str("@\u{200b}"),
            '\n' | '\r' => out.push(' '),
            c if turns_the_line(c) => {}
            _ => out.push(c),
        }
    }
    out
}

/// Characters that nobody sees and that show other text than is there, or in another order.
fn turns_the_line(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Words that somebody wrote, for others to read: escaped, and without addresses and invitations, which Discord would
/// make links of.
pub fn quoted(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !turns_the_line(*c) || c.is_whitespace()).collect();
    let words: Vec<&str> = visible.split(' ').map(|word| if is_link(word) { LINK } else { word }).collect();
    escape(&words.join(" "))
}

/// What stands in an address's place.
const LINK: &str = "(link)";

fn is_link(word: &str) -> bool {
    let word = word.to_lowercase();
    ["://", "www.", "discord.gg", "discord.com/", "discordapp.com/", "dsc.gg/"].iter().any(|part| word.contains(part))
}

#[cfg(test)]
mod tests {
    use super::{escape, quoted};

    #[test]
    fn quoted_words_lead_nowhere() {
        let table = [
            ("free GPUs at https://evil.example/x now", "free GPUs at (link) now"),
            ("(HTTP://evil.example) discord.gg/abc DISCORD.COM/invite/abc", "(link) (link) (link)"),
            ("1.5 to 2.0, e.g. numpy.org", "1.5 to 2.0, e.g. numpy.org"),
            ("abc\u{202e}fed\u{2066}x\u{0}", "abcfedx"),
            ("dis\u{200e}cord.gg/abc", "(link)"),
            ("*bold*", r"\*bold\*"),
        ];
        for (text, expected) in table {
            assert_eq!(quoted(text), expected, "{text:?}");
        }
    }

    #[test]
    fn user_text_is_text() {
        let table = [
            ("plain words, 1.5 (or so)", "plain words, 1.5 (or so)"),
            ("**bold** _it_ ~~no~~ `code` ||spoiler||", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \`code\` \|\|spoiler\|\|"),
            ("[free GPUs](https://evil.example)", r"\[free GPUs\](https://evil.example)"),
            ("@everyone <@123> <@&4> <#5>", "@\u{200b}everyone \\<@\u{200b}123\\> \\<@\u{200b}&4\\> \\<#5\\>"),
            ("one\n# two\n> three", r"one # two \> three"),
            (r"\*", r"\\\*"),
        ];
        for (text, expected) in table {
            assert_eq!(escape(text), expected);
        }
    }
}
