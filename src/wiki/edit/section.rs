//! Finds and replaces one section in a page's source (pure).

use super::{Page, no_section};
use crate::wiki::{Broken, Section};
use crate::{Error, Result};

/// A section as its editor saw it: the heading with its markup, and the text below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The heading's line or lines; empty for the lead.
    pub heading: String,
    /// The Markdown below it.
    pub text: String,
}

/// The section at `anchor` in a page's source.
///
/// # Errors
/// Refused if there is no such section; the message lists the page's anchors.
pub fn find(source: &str, anchor: &str) -> Result<Seen> {
    let page = parse(source)?;
    let section = page.section(anchor).ok_or_else(|| no_section(&page, anchor))?;
    let heading = source[section.place.heading.clone()].trim_end().to_owned();
    Ok(Seen { heading, text: section.markdown.clone() })
}

/// `source` with a new text, and optionally a new heading, in the section at `anchor`. All bytes before the section,
/// and from the next heading on, stay the same. The text may contain headings, which become sections.
///
/// # Errors
/// Refused if there is no such section, or if the new text would change other sections.
pub fn replace(source: &str, anchor: &str, heading: Option<&str>, text: &str) -> Result<String> {
    let page = parse(source)?;
    let at = page.sections.iter().position(|s| s.anchor == anchor).ok_or_else(|| no_section(&page, anchor))?;
    let old = &page.sections[at];
    let replaced = [
        &source[..old.place.heading.start],
        &heading_lines(source, old, heading)?,
        &text_with_gaps(source, old, without_blank_edges(text)),
        &source[old.place.end..],
    ]
    .concat();
    let renamed = heading.is_some();
    if stands_alone(&page, &parse(&replaced)?, at, renamed) { Ok(replaced) } else { Err(spills(old)) }
}

/// The section's heading, with new words if they differ.
fn heading_lines(source: &str, old: &Section, heading: Option<&str>) -> Result<String> {
    let was = &source[old.place.heading.clone()];
    let Some(heading) = heading.map(str::trim) else { return Ok(was.to_owned()) };
    if was.is_empty() {
        let sentence = "The heading of a page's first part is its title; edit the whole page to change it.";
        return if heading == old.heading { Ok(String::new()) } else { Err(Error::refused(sentence)) };
    }
    if heading.is_empty() || heading.contains('\n') {
        return Err(Error::refused("A heading must be one line of text; give the section another one."));
    }
    // If the words are the same, the heading keeps its exact bytes.
    if heading == old.heading {
        return Ok(was.to_owned());
    }
    let end = &was[was.trim_end().len()..];
    Ok(format!("{} {heading}{end}", "#".repeat(old.level.into())))
}

/// The new text with the blank lines around the old text, and the page's definitions below it.
fn text_with_gaps(source: &str, old: &Section, text: &str) -> String {
    let place = &old.place;
    let heading_ends_line = source[..place.heading.end].ends_with('\n');
    let is_last = place.end == source.len();
    let below = &source[place.text.end..place.end];
    let definitions = below.trim_start_matches(['\r', '\n']);
    let (before, after) = match (place.text.is_empty(), text.is_empty()) {
        (true, true) => return source[place.heading.end..place.end].to_owned(),
        (true, false) if !definitions.trim().is_empty() => {
            return [if heading_ends_line { "\n" } else { "\n\n" }, text, "\n\n", definitions].concat();
        }
        (false, true) if !definitions.trim().is_empty() => (&source[place.heading.end..place.text.start], definitions),
        (true, false) => (if heading_ends_line { "\n" } else { "\n\n" }, if is_last { "\n" } else { "\n\n" }),
        (false, true) => (&source[place.heading.end..place.text.start], ""),
        (false, false) => (&source[place.heading.end..place.text.start], below),
    };
    [before, text, after].concat()
}

/// The text without blank lines around it; the first line keeps its indent.
fn without_blank_edges(text: &str) -> &str {
    let text = text.trim_end();
    let first = text.len() - text.trim_start().len();
    &text[text[..first].rfind('\n').map_or(0, |i| i + 1)..]
}

/// Whether all other sections stay the same. For example, a code fence without an end would swallow the next section.
fn stands_alone(old: &Page, new: &Page, at: usize, renamed: bool) -> bool {
    let same = |a: &Section, b: &Section| (&a.heading, &a.markdown, a.level) == (&b.heading, &b.markdown, b.level);
    let all_same = |a: &[Section], b: &[Section]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b));
    let after = old.sections.len() - at - 1;
    let Some(new_after) = new.sections.len().checked_sub(after).filter(|start| *start > at) else { return false };
    let (was, is) = (&old.sections[at], &new.sections[at]);
    all_same(&old.sections[..at], &new.sections[..at])
        && all_same(&old.sections[at + 1..], &new.sections[new_after..])
        && was.level == is.level
        && (renamed || was.heading == is.heading)
}

fn spills(section: &Section) -> Error {
    Error::refused(format!(
        "The new text of “{}” would run into another section; close every code fence in it and end it with a blank line.",
        section.heading
    ))
}

/// Parses a page; a refusal names the line.
pub fn parse(source: &str) -> Result<Page> {
    Page::parse(source).map_err(|Broken { line, reason }| {
        Error::refused(format!("The page is broken in line {line}: {reason}; edit the whole page to fix it."))
    })
}
