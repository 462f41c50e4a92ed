//! Splits a page's body into sections in one pass (pure). Link addresses and footnotes that the page defines once are
//! inserted where they are used, so that each section can be shown alone.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::html;
use super::markdown::{DIALECT, anchor};
use super::section::{Link, Place, Section};

/// The options for a whole page: the sections' dialect, and what is converted to it.
const WHOLE: Options = DIALECT.union(Options::ENABLE_FOOTNOTES).union(Options::ENABLE_TASKLISTS);
/// The most bytes that repeated footnotes may add to a page.
const MOST_NOTES: usize = 100_000;
/// A mark within this many bytes before a heading belongs to that heading.
const NEAR: usize = 200;

/// Splits a page's body at its headings. The lead comes first; it may be empty.
pub fn sections(body: &str, title: &str) -> Vec<Section> {
    let found = Reader::read(body);
    let lines: Vec<usize> = body.match_indices('\n').map(|(at, _)| at).collect();
    let lead = Heading { span: 0..0, level: 1, text: title.to_owned(), named: String::new() };
    let mut cutter = Cutter { body, lines, found: &found, notes_left: MOST_NOTES };
    let mut names = Names::default();
    let mut sections = Vec::with_capacity(found.headings.len() + 1);
    for (i, heading) in std::iter::once(&lead).chain(&found.headings).enumerate() {
        let end = found.headings.get(i).map_or(body.len(), |next| next.span.start);
        let anchor = if i == 0 { String::new() } else { names.free(anchor(&heading.named)) };
        sections.push(cutter.section(heading.span.end..end, heading, anchor));
    }
    place_links(&cutter.lines, &found, &mut sections);
    place_marks(body, &found, &mut sections);
    sections
}

struct Heading {
    span: Range<usize>,
    level: u8,
    /// Its text.
    text: String,
    /// The text for its anchor: the same without pictures.
    named: String,
}

/// A footnote, by the position of its definition.
struct Note {
    span: Range<usize>,
}

/// A replacement for a range of the body.
struct Change {
    span: Range<usize>,
    by: String,
}

/// The results of one pass over a body.
#[derive(Default)]
struct Found {
    headings: Vec<Heading>,
    /// Replacements that make a section readable without the rest of the page; in order.
    changes: Vec<Change>,
    /// Blocks that are only definitions: end (without blank lines) → beginning.
    definitions: HashMap<usize, usize>,
    notes: Vec<Note>,
    /// The references to footnotes, in order: position and footnote.
    noted: Vec<(usize, usize)>,
    /// Links: position, address, and whether it is a picture.
    links: Vec<(usize, String, bool)>,
    /// Anchors defined by HTML.
    marks: Vec<Mark>,
}

/// An anchor defined by HTML.
struct Mark {
    /// The end of its tag.
    at: usize,
    name: String,
    /// Whether it is empty, as in `<a name="x"></a>`.
    is_empty: bool,
}

struct Reader<'a> {
    body: &'a str,
    found: Found,
    /// Indexes of footnotes by label.
    numbers: HashMap<String, usize>,
    heading: Option<Heading>,
    /// The nesting depth. A heading inside a quotation or a list does not start a section.
    depth: usize,
    /// The number of open links, pictures and code blocks; bare addresses inside them are not linked.
    aside: usize,
    pictures: usize,
    in_anchor: bool,
    /// The tag that has just opened an anchor, and the index of its first mark.
    mark_opened: Option<(Range<usize>, usize)>,
    /// The end of the last address.
    address_end: usize,
}

impl<'a> Reader<'a> {
    fn read(body: &'a str) -> Found {
        let parser = Parser::new_ext(body, WHOLE);
        let definitions: Vec<_> = parser.reference_definitions().iter().map(|(_, d)| d.span.clone()).collect();
        let mut reader = Reader {
            body,
            found: Found::default(),
            numbers: HashMap::new(),
            heading: None,
            depth: 0,
            aside: 0,
            pictures: 0,
            in_anchor: false,
            mark_opened: None,
            address_end: 0,
        };
        for span in definitions {
            reader.definition(span);
        }
        for (event, span) in parser.into_offset_iter() {
            match event {
                Event::Start(tag) => reader.start(tag, span),
                Event::End(tag) => reader.end(tag),
                event => reader.within(event, span),
            }
        }
        // Insertions come first. Of two other changes at the same place, the longer one comes first.
        let order = |change: &Change| (change.span.start, !change.span.is_empty(), std::cmp::Reverse(change.span.end));
        reader.found.changes.sort_by_key(order);
        reader.found
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } if self.depth == 0 => {
                self.heading = Some(Heading { span, level: level as u8, text: String::new(), named: String::new() });
            }
            Tag::BlockQuote(_) | Tag::List(_) => self.depth += 1,
            Tag::FootnoteDefinition(label) => {
                if self.depth == 0 {
                    let number = self.number(&label);
                    self.found.notes[number - 1].span = span.clone();
                    self.definition(span);
                }
                self.depth += 1;
            }
            Tag::CodeBlock(_) => self.aside += 1,
            Tag::Link { link_type, dest_url, title, .. } => self.link(link_type, &dest_url, &title, &span, false),
            Tag::Image { link_type, dest_url, title, .. } => {
                self.link(link_type, &dest_url, &title, &span, true);
                self.pictures += 1;
            }
            Tag::Paragraph => self.in_anchor = false,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) if self.depth == 0 => self.found.headings.extend(self.heading.take()),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::FootnoteDefinition => self.depth -= 1,
            TagEnd::CodeBlock | TagEnd::Link => self.aside -= 1,
            TagEnd::Image => {
                self.aside -= 1;
                self.pictures -= 1;
            }
            _ => {}
        }
    }

    fn within(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Text(text) => {
                self.say(&text, true);
                self.addresses(span);
            }
            Event::Code(text) => self.say(&text, true),
            Event::SoftBreak | Event::HardBreak => self.say(" ", true),
            Event::Html(tags) => self.marks(&tags, span.start),
            Event::InlineHtml(tag) => {
                self.say(&html::text(&tag), false);
                let marks = self.found.marks.len();
                self.marks(&tag, span.start);
                match html::tag_name(&tag).as_deref() {
                    Some("a") => {
                        self.in_anchor = true;
                        self.mark_opened = (self.found.marks.len() > marks).then_some((span, marks));
                    }
                    Some("/a") => {
                        self.in_anchor = false;
                        self.empty_mark(&span);
                    }
                    _ => {}
                }
            }
            Event::TaskListMarker(done) => self.change(span, if done { "☑" } else { "☐" }),
            Event::FootnoteReference(label) => {
                let number = self.number(&label);
                self.found.noted.push((span.start, number));
                self.change(span, &format!("\\[{number}\\]"));
            }
            _ => {}
        }
    }

    /// Adds text to the open heading, if there is one.
    fn say(&mut self, text: &str, names: bool) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
            if names && self.pictures == 0 {
                heading.named.push_str(text);
            }
        }
    }

    fn change(&mut self, span: Range<usize>, by: &str) {
        self.found.changes.push(Change { span, by: by.to_owned() });
    }

    fn number(&mut self, label: &str) -> usize {
        if let Some(number) = self.numbers.get(label) {
            return *number;
        }
        let number = self.found.notes.len() + 1;
        self.numbers.insert(label.to_owned(), number);
        self.found.notes.push(Note { span: 0..0 });
        number
    }

    /// Removes a definition from the shown text.
    fn definition(&mut self, span: Range<usize>) {
        let line = self.body[..span.start].rfind('\n').map_or(0, |at| at + 1);
        if self.body[line..span.start].trim().is_empty() {
            let end = span.start + self.body[span.clone()].trim_end().len();
            self.found.definitions.insert(end, line);
        }
        self.change(span, "");
    }

    fn link(&mut self, kind: LinkType, to: &str, title: &str, span: &Range<usize>, picture: bool) {
        self.aside += 1;
        self.found.links.push((span.start, to.to_owned(), picture));
        let source = &self.body[span.clone()];
        // The empty label of `[text][]` is after the span.
        let label = match kind {
            LinkType::Reference => source.rfind("][").map_or(span.end, |at| span.start + at + 1)..span.end,
            LinkType::Collapsed if source.ends_with("][]") => span.end - "[]".len()..span.end,
            LinkType::Collapsed if self.body[span.end..].starts_with("[]") => span.end..span.end + "[]".len(),
            LinkType::Collapsed | LinkType::Shortcut => span.end..span.end,
            _ => return,
        };
        self.change(label, &address(to, title));
    }

    /// Puts bare addresses in angle brackets, so that they are links in every dialect.
    fn addresses(&mut self, span: Range<usize>) {
        if self.aside > 0 || self.in_anchor {
            return;
        }
        let body = self.body;
        for (at, _) in body[span.clone()].match_indices("http") {
            let at = span.start + at;
            let within_word = body[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "<=\"'\\".contains(c));
            if at < self.address_end || within_word {
                continue;
            }
            let is_end = |c: char| c.is_whitespace() || c.is_control() || "<>`|\"[]\\".contains(c);
            let end = body[at..].find(is_end).map_or(body.len(), |length| at + length);
            // An address with a backslash escape would change its meaning.
            if !body[end..].starts_with('\\')
                && let Some(length) = bare_address(&body[at..end])
            {
                self.change(at..at + length, &format!("<{}>", &body[at..at + length]));
            }
            self.address_end = end;
        }
    }

    fn marks(&mut self, tags: &str, at: usize) {
        let mark = |(end, name)| Mark { at: at + end, name, is_empty: false };
        self.found.marks.extend(html::marks(tags).into_iter().map(mark));
    }

    /// Removes an empty anchor from the text; the web page adds it again.
    fn empty_mark(&mut self, end: &Range<usize>) {
        let Some((opened, first)) = self.mark_opened.take().filter(|(opened, _)| opened.end == end.start) else {
            return;
        };
        self.change(opened.start..end.end, "");
        for mark in &mut self.found.marks[first..] {
            mark.is_empty = true;
        }
    }
}

/// The address and title of a link, as Markdown.
fn address(to: &str, title: &str) -> String {
    let mut written = String::with_capacity(to.len() + 2);
    let may_hold_entity = to.contains(';');
    for c in to.chars() {
        match c {
            '\\' | '<' | '>' => written.extend(['\\', c]),
            '&' if may_hold_entity => written.push_str("&amp;"),
            '\n' | '\r' => written.push(' '),
            c => written.push(c),
        }
    }
    if to.is_empty() || to.contains(|c: char| c.is_whitespace() || "()<>".contains(c)) {
        written = format!("<{written}>");
    }
    if title.is_empty() {
        return format!("({written})");
    }
    format!("({written} \"{}\")", title.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " "))
}

/// The length in bytes of the address at the start of a word that begins with `http`, by GitHub's rules: without
/// trailing punctuation and without a closing bracket that was not opened in it.
fn bare_address(word: &str) -> Option<usize> {
    let host = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"))?;
    if !host.starts_with(char::is_alphanumeric) {
        return None;
    }
    let (mut opened, mut closed) = (0_usize, 0_usize);
    for c in word.chars() {
        opened += usize::from(c == '(');
        closed += usize::from(c == ')');
    }
    let mut end = word.len();
    while let Some(last) = word[..end].chars().next_back() {
        match last {
            ')' if closed > opened => closed -= 1,
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' => {}
            _ => break,
        }
        end -= last.len_utf8();
    }
    Some(end)
}

/// Cuts sections out of a body.
struct Cutter<'a> {
    body: &'a str,
    /// The offsets of the body's line ends.
    lines: Vec<usize>,
    found: &'a Found,
    notes_left: usize,
}

impl Cutter<'_> {
    fn section(&mut self, whole: Range<usize>, heading: &Heading, anchor: String) -> Section {
        let text = self.text_of(whole.clone());
        let (asked, shown) = above(&self.body[text.clone()]);
        let source = text.end - shown.len()..text.end;
        Section {
            anchor,
            heading: heading.text.split_whitespace().collect::<Vec<_>>().join(" "),
            asked,
            markdown: shown.to_owned(),
            shown: self.shown(&source),
            level: heading.level,
            line: line(&self.lines, heading.span.start),
            text_line: line(&self.lines, source.start),
            links: Vec::new(),
            marks: Vec::new(),
            old_names: Vec::new(),
            place: Place { heading: heading.span.clone(), text: source, end: whole.end },
        }
    }

    /// A range of the body without the blank lines around it, and without definitions at its end, which belong to the
    /// page. The first line keeps its indent, because it may be a code block's.
    fn text_of(&self, whole: Range<usize>) -> Range<usize> {
        let mut end = whole.start + self.body[whole.clone()].trim_end().len();
        while let Some(start) = self.found.definitions.get(&end).filter(|start| **start >= whole.start) {
            end = whole.start + self.body[whole.start..*start].trim_end().len();
        }
        let text = &self.body[whole.start..end];
        let first = text.len() - text.trim_start().len();
        let start = whole.start + text[..first].rfind('\n').map_or(0, |i| i + 1);
        if end <= start { start.min(whole.end)..start.min(whole.end) } else { start..end }
    }

    /// A range of the body as it can be shown alone, with its footnotes below.
    fn shown(&mut self, part: &Range<usize>) -> String {
        let mut out = self.changed(part);
        out.truncate(out.trim_end().len());
        let first = self.found.noted.partition_point(|(at, _)| *at < part.start);
        let mut numbers: Vec<usize> =
            self.found.noted[first..].iter().take_while(|(at, _)| *at < part.end).map(|(_, number)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            let text = self.note(number);
            if !text.is_empty() && text.len() <= self.notes_left {
                self.notes_left -= text.len();
                out.push_str(&format!("\n\n\\[{number}\\] {text}"));
            }
        }
        out
    }

    fn note(&self, number: usize) -> String {
        let Some(Note { span }) = self.found.notes.get(number - 1) else { return String::new() };
        let label = self.body[span.clone()].find("]:").map_or(span.len(), |at| at + 2);
        let text = self.changed(&(span.start + label..span.end));
        let lines: Vec<&str> = text.trim().lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
        lines.join("\n")
    }

    /// A range of the body with the changes inside it applied.
    fn changed(&self, part: &Range<usize>) -> String {
        let changes = &self.found.changes;
        let first = changes.partition_point(|change| change.span.start < part.start);
        let mut out = String::with_capacity(part.len());
        let mut done = part.start;
        for change in changes[first..].iter().take_while(|change| change.span.start <= part.end) {
            if change.span.start >= done && change.span.end <= part.end {
                out.push_str(&self.body[done..change.span.start]);
                out.push_str(&change.by);
                done = change.span.end;
            }
        }
        out.push_str(&self.body[done..part.end]);
        out
    }
}

fn line(lines: &[usize], at: usize) -> usize {
    lines.partition_point(|end| *end < at) + 1
}

/// The `asked` phrases at the start of a section, and the text after them and after lines with only anchors.
fn above(text: &str) -> (Vec<String>, &str) {
    let mut ways = Vec::new();
    let mut rest = text;
    loop {
        if let Some((asked, after)) = rest.strip_prefix("<!-- asked:").and_then(|rest| rest.split_once("-->")) {
            ways.extend(asked.split(';').map(str::trim).filter(|way| !way.is_empty()).map(str::to_owned));
            rest = after.trim_start_matches(['\r', '\n']);
            continue;
        }
        let line_end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        if !html::is_mark(&rest[..line_end]) {
            return (ways, rest);
        }
        rest = rest[line_end..].trim_start_matches(['\r', '\n']);
    }
}

/// The anchors that a page already uses, each with the last number added to it.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    /// GitHub numbers repeated anchors; so do we, because people copy links from there. Each number is tried once.
    fn free(&mut self, wanted: String) -> String {
        let mut free = wanted.clone();
        // The lead has the empty anchor.
        let mut last = self.0.get(&wanted).copied().or_else(|| wanted.is_empty().then_some(0));
        while let Some(number) = last {
            self.0.insert(wanted.clone(), number + 1);
            free = format!("{wanted}-{}", number + 1);
            last = self.0.contains_key(&free).then_some(number + 1);
        }
        self.0.insert(free.clone(), 0);
        free
    }
}

/// Gives each section its links.
fn place_links(lines: &[usize], found: &Found, sections: &mut [Section]) {
    let mut at = 0;
    for (place, target, picture) in &found.links {
        while sections.get(at + 1).is_some_and(|next| next.place.heading.start <= *place) {
            at += 1;
        }
        sections[at].links.push(Link { target: target.clone(), line: line(lines, *place), picture: *picture });
    }
}

/// Gives each section its marks. A mark at the end of a section belongs to the heading below it.
fn place_marks(body: &str, found: &Found, sections: &mut [Section]) {
    let mut at = 0;
    for Mark { at: place, name, is_empty } in &found.marks {
        while sections.get(at + 1).is_some_and(|next| next.place.heading.start <= *place) {
            at += 1;
        }
        let end = sections[at].place.end;
        let near = end.saturating_sub(*place) <= NEAR && end < body.len();
        let marks_next = near && html::text(&body[*place..end]).trim().is_empty();
        let section = &mut sections[at + usize::from(marks_next)];
        section.marks.push(name.clone());
        if *is_empty {
            section.old_names.push(name.clone());
        }
    }
}
