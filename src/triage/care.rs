//! The answer for a person who may be in danger: two warm sentences, crisis lines, people nearby. No guide, no
//! reason, no button.

use std::fmt;

/// The directory of crisis lines of all countries.
pub const DIRECTORY: &str = "https://findahelpline.com";

/// The first sentence.
pub const HEADING: &str = "That sounds very hard. Please don't stay alone with it.";
/// What Cairn is, and who can help.
pub const BODY: &str = "Cairn is a small program and can't be the help you deserve, but people can, today, and they want to hear from you.";
/// The emergency numbers, with their regions.
pub const EMERGENCY: [(&str, &str); 3] =
    [("112", "in Europe and much of the world"), ("911", "in the US and Canada"), ("999", "in the UK")];
/// People nearby.
pub const PEOPLE: &str = "Talk to somebody near you, too: a friend, a parent, a teacher, a doctor, or people of this community whom you trust. “I'm not doing well, can you stay with me?” is enough to say.";
/// What happens to the text and the question.
pub const LATER: &str =
    "Cairn kept nothing of what you wrote. Your question can wait; it can be asked whenever you are ready.";

/// Crisis lines by locale (as platforms write it). A language without a region only where most speakers live in one
/// country.
const LINES: [(&str, &str); 22] = [
    ("en-US", "In the US and Canada: 988 Suicide & Crisis Lifeline, call or text 988."),
    ("en-GB", "In the UK and Ireland: Samaritans, call 116 123."),
    ("da", "In Denmark: Livslinien, call 70 201 201."),
    ("de", "In Germany: TelefonSeelsorge, call 0800 111 0 111."),
    ("el", "In Greece: call 1018."),
    ("es-ES", "In Spain: call 024."),
    ("fi", "In Finland: MIELI, call 09 2525 0111."),
    ("fr", "In France: call 3114."),
    ("hi", "In India: Tele-MANAS, call 14416."),
    ("hu", "In Hungary: call 116 123."),
    ("id", "In Indonesia: call 119, then 8."),
    ("ja", "In Japan: Yorisoi Hotline, call 0120-279-338."),
    ("ko", "In South Korea: call 109."),
    ("nl", "In the Netherlands: 113 Zelfmoordpreventie, call 113."),
    ("no", "In Norway: Mental Helse, call 116 123."),
    ("pl", "In Poland: call 116 123."),
    ("pt-BR", "In Brazil: CVV, call 188."),
    ("ro", "In Romania: call 0800 801 200."),
    ("sv-SE", "In Sweden: Mind, call 90101."),
    ("th", "In Thailand: call 1323."),
    ("zh-CN", "In China: call 12356."),
    ("zh-TW", "In Taiwan: call 1925."),
];

/// The crisis line for a locale, if we know one.
pub fn line(locale: &str) -> Option<&'static str> {
    LINES.iter().find(|(name, _)| name.eq_ignore_ascii_case(locale)).map(|(_, line)| *line)
}

/// Where to find a line in any country.
pub fn directory() -> String {
    format!("A crisis line in your country, by phone, text or chat, free of charge: {DIRECTORY}")
}

/// The whole answer as Markdown, for the person who asked. `locale` is set if the platform gives it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Care<'a> {
    /// For example `en-GB`.
    pub locale: Option<&'a str>,
}

impl fmt::Display for Care<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = EMERGENCY.map(|(number, place)| format!("{number} {place}")).join(", ");
        write!(
            f,
            "**{HEADING}**\n{BODY}\n\n- If you are in danger right now, call your emergency number: {numbers}.\n"
        )?;
        if let Some(line) = self.locale.and_then(line) {
            writeln!(f, "- {line}")?;
        }
        write!(f, "- {}\n- {PEOPLE}\n\n{LATER}", directory())
    }
}

/// The answer for a person who wanted to help the author of such a text.
pub fn for_helper(locale: Option<&str>) -> String {
    let line = locale.and_then(line).map(|line| format!("\n- {line}")).unwrap_or_default();
    format!(
        "**Whoever wrote this may be in danger, so Cairn points to no guide.**\nAsk them how they are, stay with them, and tell a moderator. Give them a crisis line:{line}\n- {}\n- If it cannot wait, call the emergency number of their country.",
        directory()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_named_where_the_locale_tells_the_country() {
        assert!(Care { locale: Some("en-GB") }.to_string().contains("116 123"));
        let unknown = Care { locale: Some("es-419") }.to_string();
        assert!(unknown.contains(DIRECTORY) && unknown.contains("112") && !unknown.contains("Spain"));
        assert!(LINES.is_sorted_by_key(|(name, _)| !name.starts_with("en")));
    }
}
