//! Snippets: one section, rendered and cut for a platform (pure).

use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::markdown::{self, Kind};

/// The platform that shows a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// A Discord message: at most 2,000 characters, no tables.
    Discord,
    /// A Reddit comment: at most 10,000 characters.
    Reddit,
    /// A terminal or a web page: no limit.
    Plain,
}

impl Platform {
    /// The most characters of a whole snippet. It leaves room for what the adapter adds.
    pub const fn limit(self) -> usize {
        match self {
            Self::Discord => 1_900,
            Self::Reddit => 9_500,
            Self::Plain => usize::MAX,
        }
    }
}

/// A section as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Slug of the page.
    pub page: String,
    /// Title of the page.
    pub title: String,
    /// Heading of the section; the title for a lead.
    pub heading: String,
    /// The full address of the section.
    pub link: String,
    /// Markdown with full addresses, cut to the platform's limit.
    pub text: String,
    /// Whether something was left out.
    pub cut: bool,
    /// When the page's facts were last checked.
    pub reviewed: Date,
    /// Number of the page's revision.
    pub revision: i64,
}

impl Snippet {
    /// The page's title with the section's heading.
    pub fn name(&self) -> String {
        full_name(&self.title, &self.heading)
    }

    /// Renders the text for `platform`, with pictures as words, and cuts it so that the whole snippet fits.
    #[must_use]
    pub fn for_platform(mut self, platform: Platform) -> Self {
        self.text = markdown::without_pictures(&self.text, &self.link).into_owned();
        if platform == Platform::Discord {
            self.text = without_tables(&self.text);
        }
        let whole = std::mem::take(&mut self.text);
        let frame = self.to_string().chars().count();
        (self.text, self.cut) = cut(&whole, platform.limit().saturating_sub(frame));
        self
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "**{}**\n\n{}\n\n", self.heading, markdown::without_pictures(&self.text, &self.link))?;
        let name = self.name();
        write!(f, "[{name}]({}) · reviewed {} · revision {}", self.link, self.reviewed, self.revision)
    }
}

/// The name of a section: the page's title, and the heading unless it says the same.
pub fn full_name(title: &str, heading: &str) -> String {
    if heading == title { title.to_owned() } else { format!("{title} › {heading}") }
}

/// The first words of a text without markup, for a list.
pub fn preview(text: &str) -> String {
    let plain = markdown::plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = plain.chars().take(PREVIEW).collect();
    if short.len() < plain.len() {
        short.truncate(short.rfind(' ').unwrap_or(short.len()));
        short.push_str(MORE);
    }
    short
}

/// The longest preview, in characters.
const PREVIEW: usize = 140;
/// The mark at the end of a cut text.
const MORE: &str = " …";
/// The same below a list or a fence, on a line of its own.
const MORE_BELOW: &str = "\n\n…";

/// The beginning of `markdown` that fits into `limit` characters, and whether anything was left out. Paragraphs are
/// cut after a sentence, or else after a word; lists between items. A fence, a table, a quotation, a link or a code
/// span is kept whole or left out.
pub fn cut(markdown: &str, limit: usize) -> (String, bool) {
    let markdown = markdown.trim();
    if markdown.chars().count() <= limit {
        return (markdown.to_owned(), false);
    }
    let room = limit.saturating_sub(MORE_BELOW.chars().count());
    let mut end = 0;
    for block in markdown::blocks(markdown) {
        let used = markdown[..block.span.start].chars().count();
        let stop = trimmed_end(markdown, &block.span);
        if used + markdown[block.span.start..stop].chars().count() <= room {
            end = stop;
            continue;
        }
        let text = &markdown[block.span.clone()];
        let kept = match block.kind {
            Kind::Paragraph => paragraph_end(text, room.saturating_sub(used)),
            Kind::List => item_end(text, &block, room.saturating_sub(used)),
            Kind::Table | Kind::Other => 0,
        };
        if kept > 0 {
            end = trimmed_end(markdown, &(block.span.start..block.span.start + kept));
        }
        break;
    }
    let ends_in_text = markdown::blocks(&markdown[..end]).last().is_some_and(|b| b.kind == Kind::Paragraph);
    let more = if ends_in_text { MORE } else { MORE_BELOW };
    (format!("{}{more}", &markdown[..end]).trim_start().to_owned(), true)
}

fn trimmed_end(text: &str, span: &Range<usize>) -> usize {
    span.start + text[span.clone()].trim_end().len()
}

/// The end of the last sentence within `room` characters, or else of the last word.
fn paragraph_end(text: &str, room: usize) -> usize {
    let whole = unbreakable(text);
    let limit = text.char_indices().nth(room).map_or(text.len(), |(i, _)| i);
    let mut word = 0;
    let mut sentence = 0;
    let mut whole = whole.into_iter().peekable();
    let mut whole_until = 0;
    for (i, c) in text[..limit].char_indices().filter(|(_, c)| c.is_whitespace()) {
        while let Some(span) = whole.next_if(|span| span.start < i) {
            whole_until = span.end.max(whole_until);
        }
        if i < whole_until {
            continue;
        }
        word = i;
        if text[..i].ends_with(['.', '?', '!', ':', '”', ')']) || c == '\n' && text[..i].ends_with('\\') {
            sentence = i;
        }
    }
    // If the last whole sentence is too short, cut after a word.
    if sentence * 2 > word { sentence } else { word }
}

/// Ranges of a paragraph that must not be split: links, code, emphasis.
fn unbreakable(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    for (event, span) in Parser::new_ext(text, markdown::DIALECT).into_offset_iter() {
        match event {
            Event::Start(Tag::Paragraph) | Event::End(_) => {}
            Event::Start(_) | Event::Code(_) | Event::InlineHtml(_) => spans.push(span),
            _ => {}
        }
    }
    spans
}

fn item_end(text: &str, list: &markdown::Block, room: usize) -> usize {
    let ends = list.items.iter().skip(1).map(|at| at - list.span.start);
    ends.take_while(|end| text[..*end].trim_end().chars().count() <= room).last().unwrap_or(0)
}

/// Replaces tables, which Discord does not show: each row becomes a list item with its first cell in bold.
fn without_tables(text: &str) -> String {
    // Most sections have no table, and parsing is most of a snippet's cost.
    if !text.contains('|') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for block in markdown::blocks(text).into_iter().filter(|b| b.kind == Kind::Table) {
        out.push_str(&text[done..block.span.start]);
        out.push_str(&rows_as_items(&text[block.span.clone()]));
        done = block.span.end;
    }
    out.push_str(&text[done..]);
    out
}

fn rows_as_items(table: &str) -> String {
    let rows = rows(table);
    let Some((head, body)) = rows.split_first() else { return String::new() };
    let mut out = String::new();
    for row in body {
        let Some((first, rest)) = row.split_first() else { continue };
        let named =
            rest.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(i, cell)| match head.get(i + 1) {
                Some(name) if rest.len() > 1 && !name.is_empty() => format!("{name}: {cell}"),
                _ => cell.clone(),
            });
        let rest = named.collect::<Vec<_>>().join("; ");
        let first = if first.contains("**") || first.is_empty() { first.clone() } else { format!("**{first}**") };
        out.push_str(&format!("- {first}: {rest}\n"));
    }
    out
}

/// A cell's text outside its table. In code, `\|` becomes `|`, because the backslash would be visible.
fn unescaped(cell: &str) -> String {
    let parts = cell.split('`').enumerate();
    let part = |(n, part): (usize, &str)| if n % 2 == 1 { part.replace("\\|", "|") } else { part.to_owned() };
    parts.map(part).collect::<Vec<_>>().join("`")
}

/// The cells of a table, heading row first.
fn rows(table: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (event, span) in Parser::new_ext(table, markdown::DIALECT).into_offset_iter() {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::End(TagEnd::TableCell) => {
                if let Some(row) = rows.last_mut() {
                    row.push(unescaped(table[span].trim().trim_matches('|').trim()));
                }
            }
            _ => {}
        }
    }
    rows
}
