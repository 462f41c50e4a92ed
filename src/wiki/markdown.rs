//! Markdown as the wiki needs it (pure): sections, plain text, links, blocks.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::page::{Place, Section};

/// The dialect of the guides: CommonMark, tables and struck-out text.
pub const DIALECT: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// Splits a page's body at its headings. The lead, which may be empty, comes first.
pub fn sections(body: &str, title: &str) -> Vec<Section> {
    let headings = headings(body);
    let lines: Vec<usize> = body.match_indices('\n').map(|(at, _)| at).collect();
    let lead_end = headings.first().map_or(body.len(), |h| h.span.start);
    let lead = Heading { span: 0..0, level: 1, text: title.to_owned() };
    let mut sections = vec![section(body, &lines, 0..lead_end, &lead, String::new())];
    for (i, heading) in headings.iter().enumerate() {
        let end = headings.get(i + 1).map_or(body.len(), |next| next.span.start);
        let anchor = free_anchor(&sections, anchor(&heading.text));
        sections.push(section(body, &lines, heading.span.end..end, heading, anchor));
    }
    sections
}

struct Heading {
    span: Range<usize>,
    level: u8,
    text: String,
}

fn headings(body: &str) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut open: Option<Heading> = None;
    // A heading inside a quotation or a list belongs to that block.
    let mut depth = 0_usize;
    for (event, span) in Parser::new_ext(body, DIALECT).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                open = Some(Heading { span, level: level as u8, text: String::new() });
            }
            Event::End(TagEnd::Heading(_)) if depth == 0 => found.extend(open.take()),
            Event::Start(Tag::BlockQuote(_) | Tag::List(_)) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_)) => depth -= 1,
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut open {
                    heading.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

/// A section of a body, given where the body's lines end.
fn section(body: &str, lines: &[usize], whole: Range<usize>, heading: &Heading, anchor: String) -> Section {
    let line = |at: usize| lines.partition_point(|end| *end < at) + 1;
    let text = text_of(body, whole.clone());
    let (asked, shown) = asked(&body[text.clone()]);
    Section {
        anchor,
        heading: heading.text.clone(),
        asked,
        markdown: shown.to_owned(),
        level: heading.level,
        line: line(heading.span.start),
        text_line: line(text.end - shown.len()),
        place: Place { heading: heading.span.clone(), text, end: whole.end },
    }
}

/// The ways of asking that a section begins with, and the text after them.
fn asked(text: &str) -> (Vec<String>, &str) {
    let comment = text.strip_prefix("<!-- asked:").and_then(|rest| rest.split_once("-->"));
    let Some((ways, rest)) = comment else { return (Vec::new(), text) };
    let ways = ways.split(';').map(str::trim).filter(|way| !way.is_empty()).map(str::to_owned);
    (ways.collect(), rest.trim_start_matches(['\r', '\n']))
}

/// A stretch of a body without the blank lines around it. The indent of its first line stays: it
/// may be a code block's.
fn text_of(body: &str, whole: Range<usize>) -> Range<usize> {
    let text = &body[whole.clone()];
    let first = text.len() - text.trim_start().len();
    let start = whole.start + text[..first].rfind('\n').map_or(0, |i| i + 1);
    let end = whole.start + text.trim_end().len();
    if end <= start { start.min(whole.end)..start.min(whole.end) } else { start..end }
}

/// GitHub numbers repeated anchors; so do we, because links are copied from there.
fn free_anchor(taken: &[Section], wanted: String) -> String {
    let is_free = |a: &str| taken.iter().all(|s| s.anchor != a);
    let numbered = (1..).map(|n| format!("{wanted}-{n}"));
    std::iter::once(wanted.clone()).chain(numbered).find(|a| is_free(a)).unwrap_or(wanted)
}

/// The fragment of a heading's link, by GitHub's rule: lower case, spaces to hyphens, and
/// everything dropped but letters, digits and hyphens.
pub fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().flat_map(char::to_lowercase);
    kept.filter_map(|c| match c {
        ' ' => Some('-'),
        '-' => Some('-'),
        c if c.is_alphanumeric() => Some(c),
        _ => None,
    })
    .collect()
}

/// The words of a piece of Markdown: no markup, no addresses, blocks and cells apart.
pub fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, DIALECT) {
        match event {
            Event::Text(t) | Event::Code(t) => text.push_str(&t),
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

/// Where a link in a piece of Markdown points, and the bytes of the address in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address as written.
    pub target: String,
    /// Where the whole link stands, `[text](address)`.
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

/// Turns links between pages' files (`hardware.md#gpus`) into addresses below `base`
/// (`base/guides/hardware#gpus`), and links within the page `slug` into whole ones, so that
/// they work wherever the text is shown.
pub fn resolve_links(markdown: &str, slug: &str, base: &str) -> String {
    if !may_link_inside(markdown) {
        return markdown.to_owned();
    }
    let mut out = String::with_capacity(markdown.len());
    let mut done = 0;
    for link in links(markdown) {
        let Some((page, anchor)) = internal(&link.target) else { continue };
        // The address is the last thing of the link that reads like it.
        let Some(at) = markdown[link.span.clone()].rfind(&link.target) else { continue };
        let at = link.span.start + at;
        out.push_str(&markdown[done..at]);
        let page = if page.is_empty() { slug } else { page };
        out.push_str(&super::link(base, page, anchor));
        done = at + link.target.len();
    }
    out.push_str(&markdown[done..]);
    out
}

/// Whether a text may hold a link to a page's file or within its page. Reading Markdown is most of what a snippet costs,
/// and in what the database keeps such links are whole already.
fn may_link_inside(markdown: &str) -> bool {
    let after = |at: usize| markdown[at..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    // The `#` of a whole address follows its path.
    let before = |at: usize| !markdown[..at].ends_with(|c: char| c.is_alphanumeric() || "-_/".contains(c));
    markdown.match_indices(".md").any(|(at, _)| after(at + 3)) || markdown.match_indices('#').any(|(at, _)| before(at))
}

/// Page and anchor of a link to another page's file or within the page (then the page is empty);
/// nothing for a link that leads outside.
pub fn internal(target: &str) -> Option<(&str, &str)> {
    if let Some(anchor) = target.strip_prefix('#') {
        return Some(("", anchor));
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let page = file.strip_suffix(".md")?;
    (!page.contains(['/', ':'])).then_some((page, anchor))
}

/// What a block of a section is, as far as cutting is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Running text, which may be cut after a sentence.
    Paragraph,
    /// A list, which may be cut between its items.
    List,
    /// A table: whole or not at all.
    Table,
    /// A code fence, a quotation and the rest: whole or not at all.
    Other,
}

/// A top-level block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Where it stands in the Markdown, in bytes.
    pub span: Range<usize>,
    /// Where its own items begin, in bytes; of lists only.
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
