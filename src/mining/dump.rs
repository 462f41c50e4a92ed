//! Reads one line of an exported history from Reddit or Discord: text, author and id (pure).

use serde::Deserialize;
use serde_json::Value;

use crate::triage::MAX_CHARS;

/// Texts that replace a deleted or removed text.
const GONE: [&str; 6] = [
    "[removed]",
    "[deleted]",
    "[deleted by user]",
    "[ removed by reddit ]",
    "[removed by reddit]",
    "[ removed by moderator ]",
];

/// A person's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The export's own id, if it has one.
    pub id: Option<String>,
    /// The headline; empty on Discord.
    pub title: String,
    /// The text below it.
    pub body: String,
    /// The author's names, which are removed from the text.
    pub author: Vec<String>,
}

/// The content of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A text.
    Text(Text),
    /// A text that was deleted or removed, or whose author has deleted their account.
    Deleted,
    /// A bot's text.
    Program,
    /// A message without words, such as a picture.
    Empty,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    id: Value,
    title: Option<String>,
    selftext: Option<String>,
    body: Option<String>,
    content: Option<String>,
    #[serde(default)]
    author: Value,
    #[serde(default)]
    removed_by_category: Value,
}

/// Reads a line.
///
/// # Errors
/// A sentence with the reason why it is not a post or message.
pub fn read(line: &[u8]) -> Result<Line, String> {
    let text =
        std::str::from_utf8(line).map_err(|e| format!("it is not UTF-8 text (byte {}).", e.valid_up_to() + 1))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with('{') {
        return Err("it is no JSON object.".to_owned());
    }
    let raw: Raw = serde_json::from_str(text).map_err(|e| {
        // The message does not quote the line, because it may have personal data.
        let kind = match e.classify() {
            serde_json::error::Category::Data => "a title or text in it is no text",
            serde_json::error::Category::Eof => "it ends too early",
            _ => "it is no JSON object",
        };
        format!("{kind} (column {}).", e.column())
    })?;
    let texts = [&raw.title, &raw.selftext, &raw.body, &raw.content];
    if texts.iter().all(|text| text.is_none()) {
        return Err("it has no title, selftext, body or content.".to_owned());
    }
    let is_gone = |text: &str| GONE.contains(&text.trim().to_lowercase().as_str());
    if texts.iter().any(|text| text.as_deref().is_some_and(is_gone))
        || raw.author.as_str().is_some_and(is_gone)
        || !raw.removed_by_category.is_null()
    {
        return Ok(Line::Deleted);
    }
    let is_program = raw.author["isBot"] == true || raw.author["bot"] == true || raw.author == "AutoModerator";
    if is_program {
        return Ok(Line::Program);
    }
    let title = plain(raw.title.as_deref().unwrap_or_default());
    let body = [raw.selftext, raw.body, raw.content].into_iter().flatten().find(|text| !text.trim().is_empty());
    let body = plain(&body.unwrap_or_default());
    if title.trim().is_empty() && body.trim().is_empty() {
        return Ok(Line::Empty);
    }
    let id = match &raw.id {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    };
    Ok(Line::Text(Text { id, title, body, author: names(&raw.author) }))
}

fn names(author: &Value) -> Vec<String> {
    let of_discord = ["name", "username", "nickname", "global_name", "globalName"].map(|key| &author[key]);
    of_discord.into_iter().chain([author]).filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Decodes the three entities in Reddit's exports, and cuts the text to the length that triage reads.
fn plain(text: &str) -> String {
    let text: String = text.chars().take(MAX_CHARS).collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{Line, read};

    #[test]
    fn reddit_and_discord_are_read() {
        let table = [
            (r#"{"id":"a","title":"How &amp; why?","selftext":null,"author":"kim"}"#, "How & why?", "", vec!["kim"]),
            (r#"{"id":7,"title":"T","selftext":"B"}"#, "T", "B", vec![]),
            (r#"{"id":"c","body":"a comment"}"#, "", "a comment", vec![]),
            (r#"{"id":"1","content":"hey","author":{"name":"x1","nickname":"Xi"}}"#, "", "hey", vec!["x1", "Xi"]),
        ];
        for (line, title, body, author) in table {
            let Ok(Line::Text(text)) = read(line.as_bytes()) else { panic!("{line}") };
            assert_eq!(
                (text.title.as_str(), text.body.as_str(), text.author),
                (title, body, author.into_iter().map(str::to_owned).collect())
            );
        }
    }

    #[test]
    fn what_is_gone_empty_or_of_a_program_is_told_apart() {
        let table = [
            (r#"{"title":"How to start?","selftext":"[removed]"}"#, Line::Deleted),
            (r#"{"title":"[deleted by user]","selftext":""}"#, Line::Deleted),
            (r#"{"title":"How?","selftext":"so","author":"[deleted]"}"#, Line::Deleted),
            (r#"{"title":"How?","selftext":"so","removed_by_category":"moderator"}"#, Line::Deleted),
            (r#"{"content":" "}"#, Line::Empty),
            (r#"{"content":"hi","author":{"isBot":true}}"#, Line::Program),
        ];
        for (line, expected) in table {
            assert_eq!(read(line.as_bytes()), Ok(expected), "{line}");
        }
    }

    #[test]
    fn a_broken_line_is_explained_without_its_words() {
        for line in [
            "{\"title\": \"Sam Smith\"",
            "Sam Smith",
            "{\"title\": [\"Sam\"]}",
            "{\"text\": \"Sam\"}",
            "[]",
            "[1, \"Sam\"]",
        ] {
            let why = read(line.as_bytes()).expect_err(line);
            assert!(why.ends_with('.') && !why.contains("Sam"), "{why}");
        }
        assert!(read(b"{\"title\": \"\xff\"}").is_err_and(|why| why.contains("UTF-8")));
    }
}
