//! Markdown as a terminal shows it (pure): links as "words (address)", no signs of emphasis, no `#` of headings.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::markdown::DIALECT;
use super::reach::commanded;

/// A text for people at a terminal. Lists, tables and code stay as they are written.
pub fn plain(markdown: &str) -> String {
    let markdown = commanded(markdown);
    let mut marks = Marks::default();
    for (event, span) in Parser::new_ext(&markdown, DIALECT).into_offset_iter() {
        marks.take(&markdown, event, span);
    }
    marks.without(&markdown)
}

/// The parts of a text that are markup.
#[derive(Default)]
struct Marks {
    /// Each with what takes its place.
    edits: Vec<(Range<usize>, String)>,
    /// The open links: where the words begin, and the address.
    links: Vec<(usize, String)>,
    /// Where the last words end.
    said: usize,
    /// Where the heading begins whose words come next.
    heading: Option<usize>,
    is_code: bool,
}

impl Marks {
    fn drop(&mut self, range: Range<usize>) {
        self.edits.push((range, String::new()));
    }

    fn around(&mut self, span: &Range<usize>, signs: usize) {
        self.drop(span.start..span.start + signs);
        self.drop(span.end - signs..span.end);
    }

    fn take(&mut self, text: &str, event: Event<'_>, span: Range<usize>) {
        if let Some(start) = self.heading.take() {
            self.drop(start..span.start.max(start));
        }
        match event {
            Event::Start(Tag::Strong) => self.around(&span, 2),
            Event::Start(Tag::Emphasis) => self.around(&span, 1),
            Event::Start(Tag::Heading { .. }) => self.heading = Some(span.start),
            Event::Start(Tag::CodeBlock(_)) => self.is_code = true,
            Event::End(TagEnd::CodeBlock) => self.is_code = false,
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.drop(span.start..span.start + 1);
                self.said = span.start + 1;
                self.links.push((self.said, dest_url.into_string()));
            }
            Event::End(TagEnd::Link) => self.end_link(text, span.end),
            Event::Text(_) if !self.is_code => {
                // A sign that only says that what follows is no markup.
                if span.start > self.said && text[..span.start].ends_with('\\') {
                    self.drop(span.start - 1..span.start);
                }
                self.said = span.end;
            }
            Event::End(TagEnd::Strong | TagEnd::Emphasis) | Event::Code(_) | Event::InlineHtml(_) => {
                self.said = span.end;
            }
            _ => {}
        }
    }

    fn end_link(&mut self, text: &str, end: usize) {
        let Some((start, address)) = self.links.pop() else { return };
        let is_said = text.get(start..self.said).is_some_and(|words| address.trim_start_matches("mailto:") == words);
        let shown = if is_said || address.is_empty() { String::new() } else { format!(" ({address})") };
        self.edits.push((self.said..end, shown));
        self.said = end;
    }

    fn without(mut self, text: &str) -> String {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (range, instead) in self.edits {
            if range.start < at {
                continue;
            }
            out.push_str(&text[at..range.start]);
            out.push_str(&instead);
            at = range.end;
        }
        out.push_str(&text[at..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_shows_no_markup() {
        for (markdown, shown) in [
            ("**Tea**\n\nSteep it *well*, or _not_.", "Tea\n\nSteep it well, or not."),
            ("1. Try [Teachable Machine](https://t.example/a_b).", "1. Try Teachable Machine (https://t.example/a_b)."),
            ("[**bold** words](<https://e.example>), then", "bold words (https://e.example), then"),
            (
                "<https://e.example/x> and [https://e.example/x](https://e.example/x)",
                "https://e.example/x and https://e.example/x",
            ),
            ("### 1. Diffusion: a *new* look\n\nText.", "1. Diffusion: a new look\n\nText."),
            (r"\[Free\](https://evil.example) \*now\* \<b\>", "[Free](https://evil.example) *now* <b>"),
            ("- [Guide](cairn:/guides/d#e): see [f](cairn:/guides/f)", "- Guide (cairn guides show d#e): see f"),
            ("```sh\necho **x** \\* [a](b)\n```\n`*a*` 2 * 3", "```sh\necho **x** \\* [a](b)\n```\n`*a*` 2 * 3"),
            (
                "| a | b |\n|---|---|\n| **c** | [d](https://d.example) |",
                "| a | b |\n|---|---|\n| c | d (https://d.example) |",
            ),
            ("snake_case, **a *b* c**, ***d***", "snake_case, a b c, d"),
            ("", ""),
        ] {
            assert_eq!(plain(markdown), shown, "{markdown}");
        }
    }
}
