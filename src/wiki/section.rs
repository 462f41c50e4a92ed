//! A section of a page, and where it stands (pure).

use std::ops::Range;

/// A heading and its text, up to the next heading of any level.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The fragment of its link, by GitHub's rule; empty for the lead.
    pub anchor: String,
    /// The heading's text without markup.
    pub heading: String,
    /// Phrases that people use to ask for it, from a comment below the heading: `<!-- asked: one phrase; another -->`.
    pub asked: Vec<String>,
    /// The Markdown below the heading, without that comment and without definitions at the end.
    pub markdown: String,
    /// The same Markdown, but complete without the rest of the page: link addresses and footnotes that the page defines
    /// elsewhere are inserted.
    pub shown: String,
    /// The heading's level: 1 for the lead, 2 for `##` and so on.
    pub level: u8,
    /// The line of the source where the section begins, from 1.
    pub line: usize,
    /// The line where its text begins.
    pub text_line: usize,
    /// Its links and pictures, in order, with those in its heading.
    pub links: Vec<Link>,
    /// Anchors defined by HTML in it, `<a name="x">`.
    pub marks: Vec<String>,
    /// The empty ones among these, `<a name="x"></a>`: usually the section's old names.
    pub old_names: Vec<String>,
    /// Its position in the source.
    pub place: Place,
}

/// A link or a picture of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address as written.
    pub target: String,
    /// The line of the source, from 1.
    pub line: usize,
    /// Whether it is a picture.
    pub picture: bool,
}

/// A section's position in its page's source, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its heading with markup; for the lead, an empty range where the body begins.
    pub heading: Range<usize>,
    /// Its text without the blank lines around it.
    pub text: Range<usize>,
    /// The start of the next section, or the end of the source.
    pub end: usize,
}

impl Place {
    /// Moves it: the text before it got longer.
    pub(super) fn shift(&mut self, by: usize) {
        for range in [&mut self.heading, &mut self.text] {
            *range = range.start + by..range.end + by;
        }
        self.end += by;
    }
}
