//! What a page must keep to be good to read and to serve; [`check`] is pure.

use std::collections::HashMap;

use super::folder::File;
use super::{Page, Platform, Section, Snippet, markdown, name, sql};
use crate::Result;
use crate::store::Store;

/// Words a section may have, the lead included: fewer say nothing, more are no snippet.
const SECTION_WORDS: std::ops::RangeInclusive<usize> = 60..=250;
/// The most characters of a summary: it stands under a link.
const MAX_SUMMARY: usize = 160;
/// The longest address that a snippet is sized for.
const BASE: &str = "https://an-address-of-a-usual-length.example.org";

/// One thing to mend, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong and what is expected.
    pub problem: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.problem)
    }
}

/// Everything to mend in a set of pages, by file and line; empty if all is well.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut pages = Vec::new();
    for file in files {
        let shown = file.path.display().to_string();
        match (file.problem(), Page::parse(&file.source)) {
            (None, Ok(page)) => pages.push((shown, page, &file.source)),
            (_, Err(broken)) => findings.push(Finding { file: shown, line: broken.line, problem: broken.reason }),
            (Some(_), Ok(page)) => {
                let problem = format!("slug is {}, but the file's name says {}", page.front.slug, file.slug);
                findings.push(Finding { file: shown, line: 2, problem });
            }
        }
    }
    names(&pages, &mut findings);
    for (file, page, source) in &pages {
        let mut found = |line, problem| findings.push(Finding { file: file.clone(), line, problem });
        front(page, source, &mut found);
        for section in &page.sections {
            size(page, section, &mut found);
            links(page, section, &pages, &mut found);
        }
    }
    findings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    findings
}

/// What [`check`] says about one page of the database, beside the others.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn of_page(store: &Store, slug: &str) -> Result<Vec<Finding>> {
    let name = |slug: &str| format!("{slug}.md");
    let sources = sql::sources(&mut *store.read().await?).await?;
    let file = |(slug, source): (String, String)| File { path: name(&slug).into(), slug, source };
    let files: Vec<File> = sources.into_iter().map(file).collect();
    let mut found = check(&files);
    found.retain(|finding| finding.file == name(slug));
    Ok(found)
}

type Read<'a> = (String, Page, &'a String);

/// Slugs, titles and aliases are one name space, so that a name always means one page.
fn names(pages: &[Read<'_>], findings: &mut Vec<Finding>) {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for (file, page, source) in pages {
        let front = &page.front;
        for text in [&front.slug, &front.title].into_iter().chain(&front.aliases) {
            let owner = *owners.entry(name(text)).or_insert(&front.slug);
            if owner != front.slug {
                let problem = format!("the name “{text}” already belongs to the page {owner}");
                findings.push(Finding { file: file.clone(), line: line_of(source, "aliases"), problem });
            }
        }
    }
    let mut guides = HashMap::new();
    for (file, page, source) in pages {
        let Some(track) = page.front.track else { continue };
        let owner = *guides.entry(track).or_insert(&page.front.slug);
        if owner != &page.front.slug {
            let problem = format!("the guide for {track} is the page {owner} already");
            findings.push(Finding { file: file.clone(), line: line_of(source, "track"), problem });
        }
    }
}

fn line_of(source: &str, key: &str) -> usize {
    source.lines().position(|l| l.starts_with(key)).map_or(1, |i| i + 1)
}

fn front(page: &Page, source: &str, found: &mut impl FnMut(usize, String)) {
    let length = page.front.summary.chars().count();
    if length > MAX_SUMMARY {
        found(line_of(source, "summary"), format!("summary has {length} characters; {MAX_SUMMARY} are allowed"));
    }
    if page.front.tags.is_empty() {
        found(line_of(source, "tags"), "tags are missing; name the page's subjects".to_owned());
    }
    if source.contains('\r') {
        found(1, "the file has Windows line ends; save it with plain ones".to_owned());
    }
}

fn size(page: &Page, section: &Section, found: &mut impl FnMut(usize, String)) {
    let words = markdown::plain(&section.markdown).split_whitespace().count();
    if !SECTION_WORDS.contains(&words) {
        let (least, most) = (SECTION_WORDS.start(), SECTION_WORDS.end());
        found(
            section.line,
            format!("the section “{}” has {words} words; {least} to {most} are allowed", section.heading),
        );
    }
    for platform in [Platform::Discord, Platform::Reddit] {
        let whole = snippet(page, section).for_platform(platform);
        if whole.cut {
            found(
                section.line,
                format!("the section “{}” does not fit into one {platform:?} snippet; split it", section.heading),
            );
        }
    }
}

fn snippet(page: &Page, section: &Section) -> Snippet {
    let stored = super::Stored { page: page.clone(), source: String::new(), revision: 999 };
    stored.snippet(section, BASE)
}

fn links(page: &Page, section: &Section, pages: &[Read<'_>], found: &mut impl FnMut(usize, String)) {
    for link in markdown::links(&section.markdown) {
        let line = section.text_line + section.markdown[..link.span.start].matches('\n').count();
        let outside = ["https://", "http://", "mailto:"].iter().any(|s| link.target.starts_with(s));
        let Some((slug, anchor)) = markdown::internal(&link.target) else {
            if !outside {
                found(
                    line,
                    format!("the link to {} leads nowhere; write page.md#section or a whole address", link.target),
                );
            }
            continue;
        };
        let target =
            if slug.is_empty() { Some(page) } else { pages.iter().map(|p| &p.1).find(|p| p.front.slug == slug) };
        match target {
            None => found(line, format!("the link to {} leads to a page that is not there", link.target)),
            Some(target) if target.section(anchor).is_none() => {
                found(line, format!("the link to {} leads to a section that is not there", link.target));
            }
            Some(_) => {}
        }
    }
}
