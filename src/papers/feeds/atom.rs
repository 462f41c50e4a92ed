//! Reads arXiv's Atom feed entry by entry, so that broken markup in one entry loses no other entry (pure).

use std::sync::OnceLock;

use regex::{Captures, Regex};
use serde::Deserialize;

use super::json;

/// An entry of the feed. Other elements can stand between those of a list (hence quick-xml's `overlapped-lists`).
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// Its address at arXiv.
    #[serde(default)]
    pub id: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Its abstract.
    #[serde(default)]
    pub summary: String,
    /// When its first version was published.
    pub published: Option<String>,
    /// Its authors' comment.
    pub comment: Option<String>,
    /// Its authors, in order.
    #[serde(default)]
    pub author: Vec<Author>,
}

/// An author of an entry.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Author {
    /// Their name.
    #[serde(default)]
    pub name: String,
}

/// The first entries of a feed, at most `most`; `None` for an entry that cannot be read. The error says why the body
/// is not a feed.
pub fn entries(body: &[u8], most: usize) -> Result<Vec<Option<Entry>>, &'static str> {
    let text = json::text(body);
    let Some((_, inside)) = text.split_once("<feed") else { return Err("the answer is no Atom feed") };
    let Some((inside, _)) = inside.rsplit_once("</feed>") else { return Err("the answer is a broken Atom feed") };
    let begins = |part: &&str| part.starts_with(|c: char| c == '>' || c.is_whitespace());
    let entries: Vec<_> = inside.split("<entry").skip(1).filter(begins).take(most).map(entry).collect();
    if !entries.is_empty() && entries.iter().all(Option::is_none) {
        return Err("the answer is a broken Atom feed");
    }
    Ok(entries)
}

/// Parses the text after `<entry`.
fn entry(part: &str) -> Option<Entry> {
    let (inside, _) = part.split_once("</entry>")?;
    let text = format!("<entry{inside}</entry>");
    quick_xml::de::from_str(&text).or_else(|_| quick_xml::de::from_str(&mended(&text))).ok()
}

/// The elements of an entry; other tags are not Atom's.
const ELEMENTS: [&str; 18] = [
    "entry",
    "id",
    "title",
    "summary",
    "published",
    "updated",
    "author",
    "name",
    "affiliation",
    "link",
    "category",
    "primary_category",
    "comment",
    "journal_ref",
    "doi",
    "rights",
    "contributor",
    "uri",
];

/// Repairs markup: stray `&` and `<` become text, and HTML elements are removed.
fn mended(text: &str) -> String {
    static MARKUP: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = r"(?s)<!\[CDATA\[.*?\]\]>|<!--.*?-->|</?(?P<tag>[A-Za-z][\w:.-]*)(?:\s[^<>]*)?/?>|&(?P<entity>#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z]+);|&|<";
    let Some(markup) = MARKUP.get_or_init(|| Regex::new(pattern).ok()) else { return text.to_owned() };
    let mend = |found: &Captures<'_>| {
        let whole = &found[0];
        if let Some(tag) = found.name("tag") {
            let local = tag.as_str().rsplit(':').next().unwrap_or_default();
            return if ELEMENTS.contains(&local) { whole.to_owned() } else { String::new() };
        }
        match found.name("entity").map(|name| is_known(name.as_str())) {
            Some(true) => whole.to_owned(),
            // It is decoded later, together with all other HTML entities.
            Some(false) => format!("&amp;{}", &whole[1..]),
            None if whole.len() > 1 => whole.to_owned(),
            None => (if whole == "&" { "&amp;" } else { "&lt;" }).to_owned(),
        }
    };
    markup.replace_all(text, mend).into_owned()
}

/// Whether XML knows an entity.
fn is_known(name: &str) -> bool {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).is_some();
    match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(hex) => number(hex, 16),
            None => number(digits, 10),
        },
        None => ["amp", "lt", "gt", "quot", "apos"].contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(of: &[&str]) -> Result<Vec<Option<String>>, &'static str> {
        let entry = |title: &&str| format!("<entry><id>x</id><title>{title}</title><summary>S</summary></entry>");
        let all: String = of.iter().map(entry).collect();
        let feed = format!("\u{feff}<?xml version='1.0'?>\n<feed xmlns='http://www.w3.org/2005/Atom'>{all}</feed>\n");
        Ok(entries(feed.as_bytes(), 50)?.into_iter().map(|entry| entry.map(|e| e.title)).collect())
    }

    #[test]
    fn broken_markup_is_mended_or_left_out_alone() {
        let table = [
            ("A &amp; B &lt; C &#233;", Some("A & B < C é")),
            ("An entry with&nbsp;an entity", Some("An entry with&nbsp;an entity")),
            ("half a letter &#xD83D; here", Some("half a letter &#xD83D; here")),
            ("R & D, a&b", Some("R & D, a&b")),
            ("H<sub>2</sub>O <i class='x'>in</i> <br/>vivo", Some("H2O in vivo")),
            ("n < 5 and 3 <4", Some("n < 5 and 3 <4")),
            ("<![CDATA[a < b & c]]>", Some("a < b & c")),
            ("</summary>", None),
            ("<title>", None),
        ];
        for (bad, expected) in table {
            let read = titles(&["First", bad, "Last"]).expect(bad);
            assert_eq!(read, [Some("First".to_owned()), expected.map(str::to_owned), Some("Last".to_owned())], "{bad}");
        }
    }

    #[test]
    fn what_is_no_feed_says_so() {
        for body in [
            "",
            "<html><feed-back/>",
            "<feed><entry>",
            "{}",
            "<feed xmlns='a'><entry></id></feed>",
            "<feed><entry><id>x</id>",
        ] {
            assert!(entries(body.as_bytes(), 50).is_err(), "{body}");
        }
        assert_eq!(entries(b"<feed></feed>", 50), Ok(vec![]));
        let many = format!("<feed>{}</feed>", "<entry><id>x</id></entry>".repeat(1_000));
        assert_eq!(entries(many.as_bytes(), 50).map(|all| all.len()), Ok(50));
    }
}
