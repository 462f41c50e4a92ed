//! Reads HTML inside Markdown: its text and the anchors it defines (pure).

/// Inline elements. Any other element starts a new line.
const WITHIN: [&str; 22] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "u",
];

/// A piece of HTML: text, or a tag without its angle brackets (empty for a comment).
enum Piece<'a> {
    Text(&'a str),
    Tag(&'a str),
}

/// The pieces of some HTML, each with its end offset.
fn pieces(html: &str) -> impl Iterator<Item = (usize, Piece<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = html.get(at..).filter(|rest| !rest.is_empty())?;
        let is_tag = |i: usize| rest[i + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        let start = rest.match_indices('<').map(|(i, _)| i).find(|i| is_tag(*i)).unwrap_or(rest.len());
        if start > 0 {
            at += start;
            return Some((at, Piece::Text(&rest[..start])));
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            at += comment.find("-->").map_or(rest.len(), |end| "<!--".len() + end + "-->".len());
            return Some((at, Piece::Tag("")));
        }
        let end = tag_end(rest);
        at += end;
        Some((at, Piece::Tag(rest[..end].trim_start_matches('<').trim_end_matches('>'))))
    })
}

/// The end of the tag at the start of a text. A `>` in quotes does not end it.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return i + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    text.len()
}

/// The words of some HTML without markup, with the `alt` texts of pictures.
pub fn text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for (_, piece) in pieces(html) {
        match piece {
            Piece::Text(text) => out.push_str(&decoded(text)),
            Piece::Tag(tag) => {
                let name = name_of(tag);
                if !name.is_empty() && !WITHIN.contains(&name.trim_start_matches('/')) {
                    out.push(' ');
                }
                if let Some(alt) = attribute(tag, "alt") {
                    out.push_str(&decoded(alt));
                    out.push(' ');
                }
            }
        }
    }
    out
}

/// The name of the tag `html`, in lower case; an end tag keeps its slash.
pub fn tag_name(html: &str) -> Option<String> {
    let inner = html.strip_prefix('<')?;
    Some(name_of(inner)).filter(|name| !name.is_empty())
}

/// The names of all tags in some HTML, as in [`tag_name`].
pub fn tags(html: &str) -> impl Iterator<Item = String> {
    pieces(html).filter_map(|(_, piece)| match piece {
        Piece::Tag(tag) => Some(name_of(tag)).filter(|name| !name.is_empty()),
        Piece::Text(_) => None,
    })
}

/// The anchors that HTML defines (`<a name="x">`, `id="x"`), each with the end offset of its tag.
pub fn marks(html: &str) -> Vec<(usize, String)> {
    let mut marks = Vec::new();
    for (end, piece) in pieces(html) {
        let Piece::Tag(tag) = piece else { continue };
        let own = if name_of(tag) == "a" { attribute(tag, "name") } else { None };
        for name in [own, attribute(tag, "id")].into_iter().flatten().filter(|name| !name.is_empty()) {
            marks.push((end, decoded(name)));
        }
    }
    marks
}

/// Whether a line has nothing but anchors, such as `<a name="x"></a>`.
pub fn is_mark(line: &str) -> bool {
    let mut names = 0;
    let only_marks = pieces(line).all(|(_, piece)| match piece {
        Piece::Text(text) => text.trim().is_empty(),
        Piece::Tag(tag) => match name_of(tag).as_str() {
            "a" => {
                names += 1;
                attribute(tag, "href").is_none() && attribute(tag, "name").or(attribute(tag, "id")).is_some()
            }
            name => name == "/a",
        },
    });
    only_marks && names > 0
}

fn name_of(tag: &str) -> String {
    let end = |c: char| !(c.is_ascii_alphanumeric() || c == '/');
    let name = tag.split(end).next().unwrap_or_default();
    let name = if name.starts_with('/') { name } else { name.trim_end_matches('/') };
    name.to_ascii_lowercase()
}

/// The value of an attribute.
fn attribute<'a>(tag: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = tag.split_once(|c: char| c.is_ascii_whitespace())?.1;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let name_end = rest.find(|c: char| c.is_ascii_whitespace() || "=/".contains(c)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(name_end);
        if name.is_empty() && !after.starts_with('=') {
            return None;
        }
        let Some(value) = after.trim_start().strip_prefix('=') else {
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

/// Text with the usual entities decoded.
fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let table = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    table.iter().fold(text.to_owned(), |text, (entity, stands_for)| text.replace(entity, stands_for))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_says_its_words() {
        for (html, expected) in [
            ("<summary>Which one?</summary>", "Which one?"),
            ("one<br>two<br/>three", "one two three"),
            ("re<b>mark</b>able", "remarkable"),
            ("<p align=\"center\">An <i>axolotl</i> &amp; more</p>", "An axolotl & more"),
            ("<img alt='a > b' src=\"x.png\">", "a > b"),
            ("<img src=x alt=\"\"/><!-- <b>not</b> this -->seen", "seen"),
            ("1 < 2 <", "1 < 2 <"),
            ("<", "<"),
            ("<a = b c>x", "x"),
        ] {
            assert_eq!(text(html).split_whitespace().collect::<Vec<_>>().join(" "), expected, "{html}");
        }
    }

    #[test]
    fn lines_that_are_names_only() {
        assert!(is_mark("<a name=\"old\"></a>\n") && is_mark("<a id='x'></a> <a name=y></a>"));
        for line in ["", "<a href=\"x\" name=\"y\"></a>", "<a name=\"x\">y</a>", "<b></b>", "</a>"] {
            assert!(!is_mark(line), "{line}");
        }
    }

    #[test]
    fn html_names_places() {
        let names = |html: &str| marks(html).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names("<a name=\"one\"></a><a id='two'>x</a><p ID=three>"), ["one", "two", "three"]);
        assert!(names("<a href=\"#one\" name>x</a><img name=\"x\">").is_empty());
        assert_eq!(tag_name("<A href='x'>").as_deref(), Some("a"));
        assert_eq!(tag_name("</a>").as_deref(), Some("/a"));
        assert_eq!(tag_name("<br/>").as_deref(), Some("br"));
    }
}
