//! `multipart/form-data`, the parts of it that bots use: `payload_json` and `files[n]`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::state::Id;

/// A file that was sent with a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Given when the file is kept with its message; until then the number in `files[n]`.
    pub id: Id,
    /// The file's name.
    pub name: String,
    /// What is in it.
    #[serde(serialize_with = "as_text", deserialize_with = "of_text")]
    pub bytes: Vec<u8>,
    /// What it shows, for those who cannot see it.
    pub description: String,
}

/// Each byte as the character of that number: shorter than a list of numbers.
fn as_text<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&bytes.iter().copied().map(char::from).collect::<String>())
}

fn of_text<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    Ok(text.chars().filter_map(|c| u8::try_from(c).ok()).collect())
}

/// The boundary named by a content type, if it is multipart.
pub fn boundary(content_type: &str) -> Option<&str> {
    let rest = content_type.strip_prefix("multipart/form-data")?;
    Some(rest.split_once("boundary=")?.1.trim_matches('"'))
}

/// The JSON and the files of a body.
pub fn read(body: &[u8], boundary: &str) -> (Vec<u8>, Vec<File>) {
    let (mut json, mut files) = (Vec::new(), Vec::new());
    for part in parts(body, format!("--{boundary}").as_bytes()) {
        let Some(gap) = find(part, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&part[..gap]).into_owned();
        let content = part[gap + 4..].strip_suffix(b"\r\n").unwrap_or(&part[gap + 4..]);
        match quoted(&head, "name") {
            Some("payload_json") => json = content.to_vec(),
            Some(field) => {
                let id = field.trim_start_matches("files[").trim_end_matches(']').parse().unwrap_or(0);
                let name = quoted(&head, "filename").unwrap_or_default().to_owned();
                files.push(File { id, name, bytes: content.to_vec(), description: String::new() });
            }
            None => {}
        }
    }
    (json, files)
}

fn parts<'b>(body: &'b [u8], mark: &[u8]) -> Vec<&'b [u8]> {
    let (mut found, mut rest) = (Vec::new(), body);
    while let Some(start) = find(rest, mark) {
        rest = &rest[start + mark.len()..];
        let end = find(rest, mark).unwrap_or(rest.len());
        found.push(&rest[..end]);
    }
    found
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The value of `key="…"` in a part's head.
fn quoted<'h>(head: &'h str, key: &str) -> Option<&'h str> {
    let start = head.match_indices(key).find(|(at, _)| {
        let before = head[..*at].chars().next_back();
        before.is_some_and(|c| c == ' ' || c == ';') && head[at + key.len()..].starts_with("=\"")
    })?;
    let value = &head[start.0 + key.len() + 2..];
    value.find('"').map(|end| &value[..end])
}
