//! What somebody has written in the editor, and the page that it makes.

use jiff::civil::Date;
use serde::Deserialize;

use crate::Result;
use crate::web::layout::encoded;
use crate::wiki::source::{self, Wish};
use crate::wiki::{self, Change, Part};

/// The fields of the editor's form.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Writing {
    /// The whole page, or the text of one section.
    #[serde(default)]
    pub text: String,
    /// Whether it is one section, and which: `#anchor`, with nothing behind the sign for the lead.
    #[serde(default)]
    pub section: String,
    /// The revision that the writer had in front of them; 0 for a new page.
    #[serde(default)]
    pub base: i64,
    /// Ways of asking for the section, with semicolons between them.
    #[serde(default)]
    pub asked: Option<String>,
    /// Why.
    #[serde(default)]
    pub why: String,
    /// Whether the facts were checked today.
    #[serde(default)]
    pub facts: Option<String>,
    /// When somebody should look again; empty for the usual time.
    #[serde(default)]
    pub review: Option<String>,
    /// `save` or `draft`.
    #[serde(default)]
    pub how: String,
}

impl Writing {
    /// The section's anchor, if it is one section.
    pub fn anchor(&self) -> Option<&str> {
        self.section.strip_prefix('#')
    }

    /// The text with line ends as `before` has them: browsers send their own.
    pub fn text_for(&self, before: &str) -> String {
        if before.contains('\r') { self.text.clone() } else { self.text.replace("\r\n", "\n") }
    }

    fn ways(&self) -> Option<Vec<String>> {
        let asked = self.asked.as_ref()?;
        Some(asked.split([';', '\n']).map(str::trim).filter(|way| !way.is_empty()).map(str::to_owned).collect())
    }

    /// What the fields beside the text want of the front matter. A date that the field shows as it was is no wish: then the
    /// text counts.
    fn wish(&self, before: &str, today: Date) -> Wish<'static> {
        let was = source::read(before).ok().and_then(|page| page.front.review);
        let review = self.review.as_deref().map(|date| date.trim().parse::<Date>().ok());
        let review = review.filter(|review| *review != was);
        Wish { reviewed: self.facts.is_some().then_some(today), review, ..Wish::default() }
    }

    /// The page's source that this makes of another.
    ///
    /// # Errors
    /// Refused if the section is not there, or would run into others.
    pub fn composed(&self, before: &str, today: Date) -> Result<String> {
        let text = self.text_for(before);
        let whole = match self.anchor() {
            None => text,
            Some(anchor) => {
                let whole = wiki::source::with_section(before, anchor, &text)?;
                match self.ways() {
                    Some(ways) => source::with_asked(&whole, anchor, &ways)?,
                    None => whole,
                }
            }
        };
        let wish = self.wish(before, today);
        // A page that cannot be read is taken as it was written: where it is to be saved, that is said.
        if wish == Wish::default() || source::read(&whole).is_err() {
            Ok(whole)
        } else {
            source::with_front(&whole, wish)
        }
    }

    /// Whether only a section's text was changed: such a change goes on top of others' changes elsewhere.
    pub fn is_text_alone(&self, before: &str, today: Date) -> bool {
        let Some(anchor) = self.anchor() else { return false };
        let text_only = wiki::source::with_section(before, anchor, &self.text_for(before));
        matches!((text_only, self.composed(before, today)), (Ok(one), Ok(other)) if one == other)
    }

    /// The change that this is of a page, if only a section's text is changed.
    pub fn of_section<'a>(&'a self, slug: &'a str, anchor: &'a str) -> Change<'a> {
        let part = Part::Section { anchor, heading: None };
        Change { page: slug, part, text: &self.text, base: self.base, reason: &self.why }
    }

    /// The change that this is of a page, composed into `text`.
    pub fn of_page<'a>(&'a self, slug: &'a str, text: &'a str, base: i64) -> Change<'a> {
        Change { page: slug, part: Part::Page, text, base, reason: &self.why }
    }
}

/// Where a page, or a section of it, is edited.
pub fn address(slug: &str, section: &str) -> String {
    let section = if section.is_empty() { String::new() } else { format!("?section={}", encoded(section)) };
    format!("/console/pages/{}{section}", encoded(slug))
}
