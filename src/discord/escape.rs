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
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

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
