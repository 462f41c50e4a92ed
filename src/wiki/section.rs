//! A section of a page, and where it stands (pure).

use std::ops::Range;

/// A heading and its text, up to the next heading of any level.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Fragment of its link, as GitHub makes it; empty for the lead.
    pub anchor: String,
    /// The heading's text without markup.
    pub heading: String,
    /// How people ask for it, from a comment below the heading: `<!-- asked: one way; another -->`.
    pub asked: Vec<String>,
    /// The Markdown below the heading, as it is written, without that comment and without definitions at its end.
    pub markdown: String,
    /// The same as it can be shown without the rest of the page: what the page defines elsewhere, addresses and
    /// footnotes, stands where it is used.
    pub shown: String,
    /// How deep the heading is: 1 for the lead, 2 for `##` and so on.
    pub level: u8,
    /// Line of the source on which the section begins, from 1.
    pub line: usize,
    /// Line on which its text begins.
    pub text_line: usize,
    /// Its links and pictures, in order, those of its heading included.
    pub links: Vec<Link>,
    /// Names that HTML gives to places in it, `<a name="x">`.
    pub marks: Vec<String>,
    /// Those of them that show nothing, `<a name="x"></a>`: mostly what the section was called before.
    pub old_names: Vec<String>,
    /// Where it stands in the source, to the byte.
    pub place: Place,
}

/// A link or a picture of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address as written.
    pub target: String,
    /// Line of the source, from 1.
    pub line: usize,
    /// Whether it is a picture.
    pub picture: bool,
}

/// Where a section stands in its page's source, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its heading, markup included; empty, where the body begins, for the lead.
    pub heading: Range<usize>,
    /// Its text without the blank lines around it.
    pub text: Range<usize>,
    /// Where the next section begins, or the source ends.
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
