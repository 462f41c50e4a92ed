//! Markdown functions of the wiki (pure): anchors, plain text, links, blocks.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::html;

/// The Markdown dialect of the guides: CommonMark, tables and strikethrough.
pub const DIALECT: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// A heading's anchor, by GitHub's rule: lower case, spaces become hyphens, and only letters, their marks, digits,
/// hyphens and connectors (`_`) are kept.
pub fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().flat_map(char::to_lowercase);
    kept.filter_map(|c| match c {
        ' ' | '-' => Some('-'),
        c if is_of_a_word(c) => Some(c),
        _ => None,
    })
    .collect()
}

fn is_of_a_word(c: char) -> bool {
    matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
        || matches!(c.general_category(), GeneralCategory::DecimalNumber | GeneralCategory::ConnectorPunctuation)
}

/// Decodes a fragment to its anchor: browsers write `%E5%85%A5` for a letter that is not ASCII.
pub fn unescaped(fragment: &str) -> String {
    let bytes = fragment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = fragment.get(at + 1..at + 3).filter(|hex| *byte == b'%' && !hex.starts_with('+'));
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| fragment.to_owned())
}

/// The words of some Markdown: no markup, no addresses; blocks and cells stay separate.
pub fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut tags = String::new();
    for event in Parser::new_ext(markdown, DIALECT) {
        match event {
            Event::Text(t) | Event::Code(t) => text.push_str(&t),
            Event::InlineHtml(tag) => text.push_str(&html::text(&tag)),
            Event::Html(line) => tags.push_str(&line),
            Event::End(TagEnd::HtmlBlock) => {
                text.push_str(&html::text(&tags));
                text.push('\n');
                tags.clear();
            }
            Event::SoftBreak | Event::HardBreak | Event::Rule => text.push(' '),
            Event::End(end) if ends_block(end) && !text.ends_with('\n') => text.push('\n'),
            Event::End(TagEnd::TableCell) => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

fn ends_block(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::CodeBlock
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::BlockQuote(_)
    )
}

/// A link in some Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address as written.
    pub target: String,
    /// The byte range of the whole link, `[text](address)`.
    pub span: Range<usize>,
}

/// Every link and image, in order.
pub fn links(markdown: &str) -> Vec<Link> {
    let events = Parser::new_ext(markdown, DIALECT).into_offset_iter();
    let link = |(event, span)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some(Link { target: dest_url.into_string(), span })
        }
        _ => None,
    };
    events.filter_map(link).collect()
}

/// Turns links to page files (`hardware.md#gpus`) into addresses below `base` (`base/guides/hardware#gpus`), and links
/// within the page `slug` into full addresses, so that they work wherever the text is shown.
pub fn resolve_links(markdown: &str, slug: &str, base: &str) -> String {
    if !may_link_inside(markdown) {
        return markdown.to_owned();
    }
    let mut out = String::with_capacity(markdown.len());
    let mut done = 0;
    for link in links(markdown) {
        let whole = match (picture(&link.target), internal(&link.target)) {
            (Some(file), _) => super::picture_link(base, file),
            (None, Some((page, anchor))) => super::link(base, if page.is_empty() { slug } else { page }, anchor),
            (None, None) => continue,
        };
        // The link's text may contain the address, too, so take its last occurrence.
        let Some(at) = markdown[link.span.clone()].rfind(&link.target) else { continue };
        let at = link.span.start + at;
        out.push_str(&markdown[done..at]);
        out.push_str(&whole);
        done = at + link.target.len();
    }
    out.push_str(&markdown[done..]);
    out
}

/// Whether a text may have a link to a page file, to a picture, or within its page. This avoids parsing, which is
/// most of a snippet's cost: stored texts have only full addresses.
fn may_link_inside(markdown: &str) -> bool {
    if ["(img/", "<img/", "./img/"].iter().any(|start| markdown.contains(start)) {
        return true;
    }
    let after = |at: usize| markdown[at..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    // In a full address, a path stands directly before the `#`.
    let before = |at: usize| !markdown[..at].ends_with(|c: char| c.is_alphanumeric() || "-_/".contains(c));
    markdown.match_indices(".md").any(|(at, _)| after(at + 3)) || markdown.match_indices('#').any(|(at, _)| before(at))
}

/// Page and anchor of a link to a page file or within the page (then the page is empty). None for a link to another
/// site.
pub fn internal(target: &str) -> Option<(&str, &str)> {
    if let Some(anchor) = target.strip_prefix('#') {
        return Some(("", anchor));
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let page = file.trim_start_matches("./").strip_suffix(".md")?;
    (!page.contains(['/', ':'])).then_some((page, anchor))
}

/// The file name in a picture's address, `img/split.svg`; none for other addresses.
pub fn picture(target: &str) -> Option<&str> {
    let file = target.trim_start_matches("./").strip_prefix("img/")?;
    let (stem, ending) = file.rsplit_once('.')?;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (["svg", "png"].contains(&ending) && !stem.is_empty() && stem.chars().all(is_plain)).then_some(file)
}

/// A picture in some Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The address as written.
    pub target: String,
    /// The alternative text.
    pub alt: String,
    /// The byte range of the whole picture, `![alt](address)`.
    pub span: Range<usize>,
}

/// Every picture, in order. A picture inside another one's alternative text is skipped.
pub fn pictures(markdown: &str) -> Vec<Picture> {
    let mut found: Vec<Picture> = Vec::new();
    let mut depth = 0_usize;
    for (event, span) in Parser::new_ext(markdown, DIALECT).into_offset_iter() {
        match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                depth += 1;
                if depth == 1 {
                    found.push(Picture { target: dest_url.into_string(), alt: String::new(), span });
                }
            }
            Event::End(TagEnd::Image) => depth -= 1,
            Event::Text(text) | Event::Code(text) if depth > 0 => {
                found.iter_mut().last().into_iter().for_each(|picture| picture.alt.push_str(&text));
            }
            Event::SoftBreak | Event::HardBreak if depth > 0 => {
                found.iter_mut().last().into_iter().for_each(|picture| picture.alt.push(' '));
            }
            _ => {}
        }
    }
    found
}

/// Replaces the wiki's own pictures by their alternative text, with a link to `place`, where the picture is shown.
pub fn without_pictures<'a>(markdown: &'a str, place: &str) -> Cow<'a, str> {
    if !markdown.contains(super::PICTURES) {
        return Cow::Borrowed(markdown);
    }
    let mut out = String::with_capacity(markdown.len());
    let mut done = 0;
    for picture in pictures(markdown).into_iter().filter(|picture| picture.target.contains(super::PICTURES)) {
        out.push_str(&markdown[done..picture.span.start]);
        let alt = picture.alt.replace('[', "\\[").replace(']', "\\]");
        out.push_str(&format!("[Picture: {}]({place})", alt.trim()));
        done = picture.span.end;
    }
    out.push_str(&markdown[done..]);
    Cow::Owned(out)
}

/// How a block may be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Running text. It may be cut after a sentence.
    Paragraph,
    /// A list. It may be cut between items.
    List,
    /// A table. It is kept whole or left out.
    Table,
    /// A code fence, a quotation or another block. It is kept whole or left out.
    Other,
}

/// A top-level block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// How it may be cut.
    pub kind: Kind,
    /// Its byte range in the Markdown.
    pub span: Range<usize>,
    /// Byte offsets of the top-level items; empty unless it is a list.
    pub items: Vec<usize>,
}

/// The top-level blocks, in order.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut depth = 0_usize;
    for (event, span) in Parser::new_ext(markdown, DIALECT).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    blocks.push(Block { kind: kind(&tag), span, items: Vec::new() });
                } else if let (1, Tag::Item, Some(list)) = (depth, &tag, blocks.last_mut()) {
                    list.items.push(span.start);
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ if depth == 0 => blocks.push(Block { kind: Kind::Other, span, items: Vec::new() }),
            _ => {}
        }
    }
    blocks
}

fn kind(tag: &Tag<'_>) -> Kind {
    match tag {
        Tag::Paragraph => Kind::Paragraph,
        Tag::List(_) => Kind::List,
        Tag::Table(_) => Kind::Table,
        _ => Kind::Other,
    }
}
