//! A page in its author's format: front matter, a lead and sections (pure).

use jiff::civil::Date;
use serde::Deserialize;

pub use super::section::{Link, Place, Section};
use super::{markdown, sections};
use crate::triage::Track;

/// One page of the wiki, parsed from a revision's source.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The text between the `---` lines.
    pub front: Front,
    /// The lead first (its heading is the title, its anchor is empty), then the sections in order.
    pub sections: Vec<Section>,
}

/// The front matter of a page.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// The page's name in links and its file name: lower-case letters, digits and single hyphens.
    pub slug: String,
    /// The page's heading.
    pub title: String,
    /// One sentence that says what the reader learns.
    pub summary: String,
    /// Set if this page is the guide of a track.
    #[serde(default)]
    pub track: Option<Track>,
    /// Other names for search; each belongs to only one page.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Subjects. Several pages can have the same tag.
    #[serde(default)]
    pub tags: Vec<String>,
    /// When somebody last checked the facts.
    #[serde(deserialize_with = "date")]
    pub reviewed: Date,
    /// When someone should check the facts again, if sooner than usual.
    #[serde(default, deserialize_with = "date_if_any")]
    pub review: Option<Date>,
    /// The date since which readers no longer find it, if it is retired.
    #[serde(default, deserialize_with = "date_of_end")]
    pub retired: Option<Date>,
    /// Where the page's facts come from.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// Why a source is not a valid page, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The line of the source, from 1.
    pub line: usize,
    /// What is wrong, as a clause that says what is expected.
    pub reason: String,
}

impl Page {
    /// Reads a page from its source.
    ///
    /// # Errors
    /// [`Broken`], if the front matter is missing, incomplete or misspelt.
    pub fn parse(source: &str) -> Result<Self, Broken> {
        let (yaml, body_at) = split(source)?;
        let front: Front = serde_saphyr::from_str(yaml).map_err(|e| broken(&e, yaml))?;
        check(&front, yaml)?;
        let lines_before = source[..body_at].matches('\n').count();
        let mut sections = sections::sections(&source[body_at..], &front.title);
        for section in &mut sections {
            section.line += lines_before;
            section.text_line += lines_before;
            for link in &mut section.links {
                link.line += lines_before;
            }
            section.place.shift(body_at);
        }
        Ok(Self { front, sections })
    }

    /// The section with this anchor; otherwise the section with this HTML anchor, or with this heading, current or old.
    pub fn section(&self, anchor: &str) -> Option<&Section> {
        let wanted = markdown::unescaped(anchor);
        let find = |is_it: &dyn Fn(&Section) -> bool| self.sections.iter().find(|section| is_it(section));
        let (called, spelt) = (super::name(&wanted), markdown::anchor(&wanted));
        find(&|s| s.anchor == anchor || s.anchor == wanted)
            .or_else(|| find(&|s| s.marks.contains(&wanted)))
            .or_else(|| find(&|s| s.level > 1 && !called.is_empty() && super::name(&s.heading) == called))
            .or_else(|| find(&|s| s.marks.iter().any(|mark| !spelt.is_empty() && markdown::anchor(mark) == spelt)))
    }
}

/// The text of the front matter, and the byte offset of the body.
fn split(source: &str) -> Result<(&str, usize), Broken> {
    let missing = |line, reason: &str| Broken { line, reason: reason.to_owned() };
    let mut at = 0;
    for (number, line) in source.split_inclusive('\n').enumerate() {
        // Some editors put a byte order mark at the start of a file; it is kept.
        let is_fence = if number == 0 { line.trim_start_matches('\u{feff}') } else { line }.trim_end() == "---";
        if number == 0 && !is_fence {
            return Err(missing(1, "the page must begin with front matter between two lines of ---"));
        }
        at += line.len();
        if number > 0 && is_fence {
            let first = source.find('\n').map_or(0, |i| i + 1);
            return Ok((&source[first..at - line.len()], at));
        }
    }
    Err(missing(1, "the front matter is not closed by a second line of ---"))
}

fn broken(error: &serde_saphyr::Error, yaml: &str) -> Broken {
    // The YAML begins on the source's second line.
    let line = error.location().map_or(1, |l| usize::try_from(l.line()).unwrap_or(1)) + 1;
    let text = error.without_snippet().to_string();
    let reason = text.lines().next().unwrap_or_default().trim_end_matches('.');
    // The parser repeats its line number, which counts from the start of the YAML, not of the file.
    let reason = reason.split(" at line ").next().unwrap_or(reason);
    let key = yaml.lines().nth(line - 2).and_then(|line| line.split_once(':')).map_or("", |(key, _)| key.trim());
    let reason = in_plain_words(reason, key).unwrap_or_else(|| format!("the front matter cannot be read: {reason}"));
    Broken { line, reason }
}

/// Rewrites an error of the YAML parser for people who write pages, with what to do.
fn in_plain_words(reason: &str, key: &str) -> Option<String> {
    let quoted = || reason.split('`').nth(1).unwrap_or(key);
    let has = |part: &str| reason.contains(part);
    if reason.starts_with("missing field") {
        return Some(format!("the front matter has no {}; add a line {}: …", quoted(), quoted()));
    }
    if reason.starts_with("unknown field") {
        return Some(format!(
            "{} is not known in the front matter; delete that line or correct its first word",
            quoted()
        ));
    }
    if reason.starts_with("unknown variant") {
        let known: Vec<&str> = reason.split('`').skip(3).step_by(2).collect();
        return Some(format!("{key} is {}, but must be {}", quoted(), known.join(" or ")));
    }
    if has("duplicate") {
        return Some(format!("{key} is there twice; keep one of the two lines"));
    }
    // A colon followed by a blank starts a new mapping.
    if has("mapping values") || has("simple key") || has("did not find expected") || has("block mapping") {
        return Some(
            "the front matter cannot be read here; put a value with a colon or other signs in quotes".to_owned(),
        );
    }
    if key.is_empty() {
        return None;
    }
    if has("null") {
        return Some(format!("{key} has no value; write one after the colon (the word null in quotes)"));
    }
    if has("expected sequence") || has("a sequence") {
        return Some(format!("{key} must be a list; write {key}: [one, two]"));
    }
    if has("expected string") || has("a string") || has("into string") {
        return Some(format!("{key} must be one text; put it in quotes"));
    }
    None
}

fn check(front: &Front, yaml: &str) -> Result<(), Broken> {
    let fail = |key: &str, reason: &str| {
        let line = yaml.lines().position(|l| l.starts_with(key)).map_or(1, |i| i + 2);
        Err(Broken { line, reason: format!("{key} {reason}") })
    };
    if front.slug != markdown::anchor(&front.slug)
        || front.slug.contains('_')
        || front.slug.is_empty()
        || front.slug.len() > 60
    {
        return fail("slug", "must be 1–60 lower-case letters, digits and hyphens");
    }
    if front.title.trim().is_empty() {
        return fail("title", "must not be empty");
    }
    if front.summary.trim().is_empty() {
        return fail("summary", "must not be empty");
    }
    if front.aliases.iter().any(|a| super::name(a).is_empty()) {
        return fail("aliases", "must hold at least one letter or digit each");
    }
    Ok(())
}

fn date_of_end<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map(Some)
        .map_err(|_| serde::de::Error::custom(format!("retired is {text}, but must be a date such as 2026-11-21")))
}

fn date_if_any<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map(Some)
        .map_err(|_| serde::de::Error::custom(format!("review is {text}, but must be a date such as 2026-11-21")))
}

fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| serde::de::Error::custom(format!("reviewed is {text}, but must be a date such as 2026-11-21")))
}
