//! An AutoModerator page as its sections say, with the line of each thing (pure).
//!
//! Reddit cuts the page at lines that begin with `---` and reads each part as YAML 1.1.

use granit_parser::{Event, Parser, ScalarStyle};

use super::scalar::{self, Kind};

/// A part of the page between two separators.
#[derive(Debug)]
pub struct Section {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// What it says, or why it cannot be read: the line, and the reason.
    pub read: Result<Option<Node>, (usize, String)>,
}

/// A value of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// What it is.
    pub value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// One word or text.
    Scalar {
        /// As it is read.
        text: String,
        /// How it is written.
        style: Style,
    },
    /// A list.
    List(Vec<Node>),
    /// Keys and values, in order; a key that stands there twice is here twice.
    Map(Vec<(Node, Node)>),
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes, in which a backslash begins an escape.
    Double,
    /// A block after `|` or `>`.
    Block,
}

impl Node {
    /// The text, if it is one value.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// What YAML makes of it.
    pub fn kind(&self) -> Option<Kind> {
        match &self.value {
            Value::Scalar { text, style: Style::Plain } => Some(scalar::kind(text)),
            Value::Scalar { .. } => Some(Kind::Text),
            _ => None,
        }
    }

    /// One value, or each value of a list.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The keys and values, if it is a map.
    pub fn entries(&self) -> Option<&[(Node, Node)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }
}

/// The sections of a page; empty ones are left out.
pub fn sections(page: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let (mut start, mut text) = (1, String::new());
    for (number, line) in (1..).zip(page.trim_start_matches('\u{feff}').lines()) {
        if line.starts_with("---") {
            sections.extend(section(start, std::mem::take(&mut text)));
            // What follows the dashes on their line belongs to them.
            start = number + 1;
            continue;
        }
        text.push_str(line);
        text.push('\n');
    }
    sections.extend(section(start, text));
    sections
}

fn section(start: usize, text: String) -> Option<Section> {
    let is_said = |line: &&str| !line.trim().is_empty();
    let first = text.lines().take_while(|line| !is_said(line)).count();
    text.lines().find(is_said)?;
    let read =
        read(&text).map_err(|(line, why)| (line + start - 1, why)).map(|node| node.map(|node| moved(node, start - 1)));
    Some(Section { line: start + first, text, read })
}

fn moved(node: Node, by: usize) -> Node {
    let value = match node.value {
        Value::List(items) => Value::List(items.into_iter().map(|item| moved(item, by)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (moved(key, by), moved(value, by))).collect())
        }
        scalar => scalar,
    };
    Node { line: node.line + by, value }
}

/// A list or a map that is being read.
enum Open {
    List(usize, Vec<Node>),
    Map(usize, Vec<(Node, Node)>, Option<Node>),
}

/// The value that a text is.
fn read(text: &str) -> Result<Option<Node>, (usize, String)> {
    let mut open: Vec<Open> = Vec::new();
    let mut whole = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| (error.marker().line().max(1), error.info().to_string()))?;
        // A block begins where its sign stands, on the line above its text.
        let is_block = matches!(&event, Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..));
        let line = span.start.line() - usize::from(is_block);
        let done = match event {
            Event::Scalar(text, style, ..) => {
                Node { line, value: Value::Scalar { text: text.into_owned(), style: style_of(style) } }
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(line, Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(line, Vec::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(line, items)) => Node { line, value: Value::List(items) },
                Some(Open::Map(line, entries, _)) => Node { line, value: Value::Map(entries) },
                None => continue,
            },
            Event::Alias(_) => Node { line, value: Value::Scalar { text: String::new(), style: Style::Plain } },
            _ => continue,
        };
        match open.last_mut() {
            Some(Open::List(_, items)) => items.push(done),
            Some(Open::Map(_, entries, key)) => match key.take() {
                Some(key) => entries.push((key, done)),
                None => *key = Some(done),
            },
            None => whole = whole.or(Some(done)),
        }
    }
    Ok(whole)
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        ScalarStyle::Plain => Style::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keep_their_lines() {
        let page =
            "# a comment\n---\ntitle: [a, 'b']\ncomment: |\n    one\n    two\n--- # more\n\nbody (regex): \"x\"\n---\n";
        let sections = sections(page);
        assert_eq!(sections.iter().map(|section| section.line).collect::<Vec<_>>(), [1, 3, 9]);
        assert!(sections[0].read.as_ref().expect("read").is_none());
        let rule = sections[1].read.as_ref().expect("read").as_ref().expect("a rule");
        let entries = rule.entries().expect("a map");
        assert_eq!(entries[0].0.text(), Some("title"));
        assert_eq!(entries[0].1.items().len(), 2);
        assert_eq!((entries[1].0.line, entries[1].1.text()), (4, Some("one\ntwo\n")));
        let last = sections[2].read.as_ref().expect("read").as_ref().expect("a rule");
        assert_eq!(last.entries().expect("a map")[0].1.line, 9);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let sections = sections("---\ntitle: a\nbody: [x\ncomment: y\n");
        let (line, why) = sections[0].read.as_ref().expect_err("broken");
        assert!((3..=5).contains(line) && !why.is_empty(), "{line} {why}");
    }
}
