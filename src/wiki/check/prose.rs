//! A section's words as its readers see them, with positions in the source (pure).

use pulldown_cmark::{Event, Parser, Tag};

use crate::wiki::markdown::DIALECT;
use crate::wiki::{Section, markdown};

/// A section's text, prepared for checks of its wording.
#[derive(Debug)]
pub struct Prose<'a> {
    /// The section.
    pub section: &'a Section,
    /// Its Markdown with blanks instead of code, comments, tags and addresses; byte positions stay the same.
    pub source: String,
    /// Its words without markup.
    pub plain: String,
}

impl<'a> Prose<'a> {
    /// Prepares a section.
    pub fn new(section: &'a Section) -> Self {
        let plain = markdown::plain(&section.shown);
        Self { section, source: words_only(&section.markdown), plain }
    }

    /// The page's line that contains a byte of [`Prose::source`].
    pub fn line(&self, at: usize) -> usize {
        self.section.text_line + self.source[..at].matches('\n').count()
    }

    /// Its first `count` sentences.
    pub fn first(&self, count: usize) -> &str {
        let end = sentence_ends(&self.plain).nth(count.saturating_sub(1)).unwrap_or(self.plain.len());
        &self.plain[..end]
    }
}

/// The end offsets of the sentences in a plain text.
fn sentence_ends(text: &str) -> impl Iterator<Item = usize> {
    let mut ends = text.char_indices().filter(|(_, c)| ".?!\n".contains(*c)).map(|(at, c)| at + c.len_utf8());
    std::iter::from_fn(move || {
        ends.find(|end| {
            let closes = text[*end..].trim_start_matches(['"', '”', '’', ')', '.', '?', '!']);
            let shortened =
                [" e.g.", " i.e.", " vs.", " Dr.", " etc.", " St."].iter().any(|s| text[..*end].ends_with(s));
            (closes.is_empty() || closes.starts_with(char::is_whitespace) || text[..*end].ends_with('\n')) && !shortened
        })
    })
}

fn words_only(markdown: &str) -> String {
    let mut blank = vec![false; markdown.len()];
    let mut inside_code = false;
    for (event, span) in Parser::new_ext(markdown, DIALECT).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                inside_code = true;
                blank[span].fill(true);
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => inside_code = false,
            Event::Code(_) | Event::Html(_) | Event::InlineHtml(_) => blank[span].fill(true),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) if !inside_code => {
                if let Some(at) = markdown[span.clone()].rfind("](") {
                    blank[span.start + at + 1..span.end].fill(true);
                }
            }
            _ => {}
        }
    }
    let kept = |(at, c): (usize, char)| {
        let width = if blank[at] && c != '\n' { c.len_utf8() } else { 0 };
        std::iter::repeat_n(' ', width).chain((width == 0).then_some(c))
    };
    markdown.char_indices().flat_map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_readers_do_not_read_is_blank() {
        let markdown = "Süße [wörds](x.md#y) `code`\n\n```\nmore code\n```\n\n<!-- ü -->\n\nend";
        let words = words_only(markdown);
        assert_eq!(words.len(), markdown.len());
        assert_eq!(words.split_whitespace().collect::<Vec<_>>(), ["Süße", "[wörds]", "end"]);
    }

    #[test]
    fn sentences_end_where_readers_stop() {
        let ends = |text| sentence_ends(text).map(|end| &text[..end]).collect::<Vec<&str>>();
        assert_eq!(ends("Use 3.5, e.g. here. “Yes!” No")[0], "Use 3.5, e.g. here.");
        assert_eq!(ends("One?\nTwo.").len(), 3);
    }
}
