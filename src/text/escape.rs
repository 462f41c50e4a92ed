//! Escapes text from other people for its place, so that it shows as written and has no effect (pure). maud escapes web
//! pages.

/// For a Discord message: escapes markup, masked links and mentions. Line breaks become spaces, so that no line starts
/// a heading, a list or a quotation.
pub fn discord(text: &str) -> String {
    let seen: String = text.chars().filter(|c| matches!(c, '\n' | '\r') || !turns_the_line(*c)).collect();
    let seen = seen.trim_start();
    let mut out = String::with_capacity(seen.len() + 16);
    if seen.starts_with(['#', '-', '+']) {
        out.push('\\');
    }
    for c in seen.chars() {
        match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '[' | ']' => {
                out.push('\\');
                out.push(c);
            }
            // A zero-width space: looks the same, mentions nobody.
            '@' => out.push_str("@\u{200b}"),
            '\n' | '\r' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// Invisible characters that change what is shown, or its order.
fn turns_the_line(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A person's words for others: escaped, with links and invitations replaced, because Discord would make them
/// clickable.
pub fn quoted(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !turns_the_line(*c) || c.is_whitespace()).collect();
    let words: Vec<&str> = visible.split(' ').map(|word| if is_link(word) { LINK } else { word }).collect();
    discord(&words.join(" "))
}

/// The replacement for a link.
const LINK: &str = "(link)";

fn is_link(word: &str) -> bool {
    let word = word.to_lowercase();
    ["://", "www.", "discord.gg", "discord.com/", "discordapp.com/", "dsc.gg/"].iter().any(|part| word.contains(part))
}

/// Text from outside as portable Markdown, without markup, masked links or mentions. Addresses stay, in angle brackets
/// if their characters might be markup.
pub fn markdown(text: &str) -> String {
    let word = |word: &str| {
        let odd = |c: char| "()[]<>*`|\\@".contains(c);
        let has_entity = || word.match_indices('&').any(|(at, _)| is_entity(&word[at + 1..]));
        if (word.starts_with("https://") || word.starts_with("http://")) && !word.contains(odd) && !has_entity() {
            return address(word);
        }
        let mut out = String::with_capacity(word.len() + 4);
        for (at, c) in word.char_indices() {
            if "\\*_~`|<>[]^".contains(c) || c == '&' && is_entity(&word[at + 1..]) {
                out.push('\\');
            }
            out.push(c);
            if c == '@' {
                // A zero-width space: looks the same, mentions nobody.
                out.push('\u{200b}');
            }
        }
        out
    };
    // At the start of a line, these would make a heading or a list.
    let text = text.replace(char::is_control, " ");
    let text = text.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let out = text.split(' ').map(word).collect::<Vec<_>>().join(" ");
    let mut after = text[digits..].chars();
    match after.next() {
        Some('#' | '-' | '+' | '=') if digits == 0 => format!("\\{out}"),
        Some('.' | ')') if digits > 0 && after.next().is_none_or(char::is_whitespace) => {
            format!("{}\\{}", &out[..digits], &out[digits..])
        }
        _ => out,
    }
}

/// For a comment on Reddit, on one line: no markup, no link, nobody who is notified.
pub fn reddit(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in line.char_indices() {
        // `www.` becomes a link by its dot, names of people and subreddits by their slash.
        let is_www = c == '.' && line[..at].to_ascii_lowercase().ends_with("www");
        // At the beginning of a line these make a list or a heading.
        let is_numbered = || digits > 0 && at == digits && line[at + 1..].chars().next().is_none_or(|next| next == ' ');
        let is_list = at == 0 && "-+=".contains(c) || c == '.' && is_numbered();
        if "\\`*_[]()<>&^~|/!#".contains(c) || is_www || is_list {
            out.push('\\');
        }
        out.push(c);
        if c == '@' {
            // There is no backslash for it: a sign without width parts name and address.
            out.push('\u{2060}');
        }
    }
    out
}

/// An address at the start of a word. `_` inside a name is not markup, but `/_x_/` is.
fn address(word: &str) -> String {
    let end = word.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', '”']).len();
    let (address, after) = word.split_at(end);
    let signs = |c: char| c == '_' || c == '~';
    let within = |at: usize| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        letter(address[..at].chars().next_back()) && letter(address[at + 1..].chars().next())
    };
    if address.match_indices(signs).all(|(at, _)| within(at)) {
        return word.to_owned();
    }
    format!("<{address}>{after}")
}

/// Whether an ampersand before this text begins an HTML entity.
fn is_entity(after: &str) -> bool {
    let Some((name, _)) = after.split_once(';') else { return false };
    let (letters, least) = name.strip_prefix('#').map_or((name, 2), |number| (number, 1));
    letters.len() >= least && letters.chars().all(|c| c.is_ascii_alphanumeric())
}

/// A cell of a table for other programs (RFC 4180). What a spreadsheet would take for a formula is a text.
pub fn csv(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Text for XML: escapes markup and removes characters that XML does not allow.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// A text value for iCalendar (RFC 5545, 3.3.11). Control characters are not allowed.
pub fn calendar(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\t' => out.push(' '),
            _ if letter.is_control() => {}
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

    use super::*;

    #[test]
    fn a_cell_is_one_cell_and_no_formula() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a, b", "\"a, b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("-2,3", "\"'-2,3\""),
            ("@ann", "'@ann"),
            ("", ""),
        ] {
            assert_eq!(csv(text), expected, "{text}");
        }
    }

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
            assert_eq!(discord(text), expected);
        }
    }

    #[test]
    fn text_from_outside_is_text_in_markdown() {
        let table = [
            ("x_train and a*b, `code`, ~5 of 10^3", r"x\_train and a\*b, \`code\`, \~5 of 10\^3"),
            ("[click](https://evil.example)", r"\[click\](https://evil.example)"),
            ("see https://a.example/b_c~d.", "see https://a.example/b_c~d."),
            ("https://a.example/[x](y)", r"https://a.example/\[x\](y)"),
            ("see https://example.org/_x_/y.", "see <https://example.org/_x_/y>."),
            ("https://example.org/~lab, here", "<https://example.org/~lab>, here"),
            ("1. A point", r"1\. A point"),
            ("12) a point", r"12\) a point"),
            ("3.5 points and 1. more", "3.5 points and 1. more"),
            ("AT&T, R&D; &lt;b&gt; &#60;", r"AT&T, R&D; \&lt;b\&gt; \&#60;"),
            ("# one - two", r"\# one - two"),
            ("@everyone <@1>", "@\u{200b}everyone \\<@\u{200b}1\\>"),
            (r"\*", r"\\\*"),
        ];
        for (text, expected) in table {
            assert_eq!(markdown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_a_person_wrote_does_nothing_on_reddit() {
        let table = [
            ("ping u/ann and r/ml", "ping u\\/ann and r\\/ml"),
            ("[click](https://evil.example)", "\\[click\\]\\(https:\\/\\/evil.example\\)"),
            ("www.evil.example", "www\\.evil.example"),
            ("**bold** `code` >!hidden!<", "\\*\\*bold\\*\\* \\`code\\` \\>\\!hidden\\!\\<"),
            ("two\n# lines", "two \\# lines"),
            ("- one", "\\- one"),
            ("1. one 2. two", "1\\. one 2. two"),
            ("3.5 points", "3.5 points"),
        ];
        for (text, expected) in table {
            assert_eq!(reddit(text), expected);
        }
    }

    /// The Markdown of chats and forums.
    const DIALECT: Options = Options::ENABLE_TABLES
        .union(Options::ENABLE_FOOTNOTES)
        .union(Options::ENABLE_STRIKETHROUGH)
        .union(Options::ENABLE_TASKLISTS);

    /// What a Markdown reader sees, or the first markup. An address that shows as itself is text.
    fn seen(text: &str) -> Result<String, String> {
        let mut seen = String::new();
        for event in Parser::new_ext(text, DIALECT) {
            match event {
                Event::Text(text) => seen.push_str(&text),
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph | TagEnd::Link) => {}
                Event::Start(Tag::Link { link_type: LinkType::Autolink, .. }) => {}
                other => return Err(format!("{other:?}")),
            }
        }
        Ok(seen)
    }

    /// Texts with a lot of markup.
    fn any_text() -> impl Strategy<Value = String> {
        let bits = prop_oneof![
            "[ a-z0-9]{0,4}",
            r"[\\*_~`|<>\[\]()!#+=.&;:@^$%'{}-]{1,3}",
            Just("https://e.org/_x_".to_owned()),
            Just("\n# ".to_owned()),
            Just("&lt;".to_owned()),
            Just("<@1>".to_owned()),
        ];
        proptest::collection::vec(bits, 0..12).prop_map(|bits| bits.concat())
    }

    proptest! {
        #[test]
        fn no_markup_survives_in_markdown(text in any_text()) {
            let plain: String = text.split_whitespace().collect();
            let shown = seen(&markdown(&text)).map_err(TestCaseError::fail)?;
            let shown: String = shown.replace('\u{200b}', "").split_whitespace().collect();
            prop_assert_eq!(shown, plain);
        }

        #[test]
        fn no_sign_that_steers_is_left_bare_on_reddit(text in "\\PC{0,60}|[u/r\\[\\]()*_`~^<>@w.:#! ]{0,60}") {
            let shown = reddit(&text);
            let mut escaped = false;
            let mut before = String::new();
            for c in shown.chars() {
                prop_assert!(escaped || !"`*_[]()<>&^~|/#!".contains(c), "{shown}");
                prop_assert!(escaped || c != '.' || !before.to_ascii_lowercase().ends_with("www"), "{shown}");
                escaped = c == '\\' && !escaped;
                before.push(c);
            }
        }

        #[test]
        fn no_markup_survives_on_reddit(text in any_text()) {
            let plain: String = text.split_whitespace().collect();
            let shown = seen(&reddit(&text)).map_err(TestCaseError::fail)?;
            let shown: String = shown.replace('\u{2060}', "").split_whitespace().collect();
            prop_assert_eq!(shown, plain);
        }

        #[test]
        fn no_address_survives_in_quoted_words(text in "(https?://[a-z.]{0,6}|HTTP://x|discord\\.gg/a|[ (\u{200e}]|[a-z.]{0,3}){0,8}") {
            let out = quoted(&text).to_lowercase();
            prop_assert!(!["http://", "https://", "discord.gg/"].iter().any(|link| out.contains(link)), "{out}");
        }

        #[test]
        fn no_markup_survives_at_discord(text in any_text()) {
            let out = discord(&text);
            prop_assert!(!out.contains('\n') && !out.starts_with(['#', '-', '+']));
            let mut rest = out.chars();
            while let Some(c) = rest.next() {
                match c {
                    '\\' => { rest.next(); }
                    '@' => prop_assert_eq!(rest.next(), Some('\u{200b}')),
                    c => prop_assert!(!"*_~`|<>[]".contains(c), "{c} in {out:?}"),
                }
            }
        }

        #[test]
        fn no_markup_survives_in_xml_and_calendars(text in any_text()) {
            let is_entity = |after: &str| ["amp;", "lt;", "gt;", "quot;"].iter().any(|name| after.starts_with(name));
            let out = xml(&text);
            prop_assert!(!out.contains(['<', '>', '"']) && out.split('&').skip(1).all(is_entity));
            let out = calendar(&text);
            let bare = out.replace("\\\\", "").replace("\\;", "").replace("\\,", "").replace("\\n", "");
            prop_assert!(!bare.contains(['\\', ';', ',', '\n', '\r']));
        }
    }
}
