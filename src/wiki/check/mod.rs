//! Checks pages for problems; [`check`] is pure.
//!
//! An error is something that does not work. A warning is something that makes a page harder to read: a section that
//! cannot be read alone, a late answer, two places with the same text, a term without an explanation.

use std::collections::{HashMap, HashSet};

use self::prose::Prose;
use super::folder::File;
use super::{MAX_PAGE_BYTES, Page, Platform, Section, folder, markdown, name, sql};
use crate::Result;
use crate::store::{Connection, Store};

mod alike;
mod alone;
mod first;
mod prose;
mod terms;

/// How many words a section may have, the lead included: less has no content, more does not fit a snippet.
const SECTION_WORDS: std::ops::RangeInclusive<usize> = 60..=250;
/// The same for the glossary, where each section explains one word.
const GLOSSARY: &str = "glossary";
const GLOSSARY_WORDS: std::ops::RangeInclusive<usize> = 25..=60;
/// The longest summary, in characters: it stands under a link.
const MAX_SUMMARY: usize = 160;
/// Snippets are measured with an address of this length.
const BASE: &str = "https://an-address-of-a-usual-length.example.org";

/// One problem, with its place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// How serious it is.
    pub level: Level,
    /// What is wrong and what is expected.
    pub problem: String,
}

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something does not work.
    Error,
    /// Something is harder to read than necessary.
    Warning,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let level = if self.level == Level::Warning { "warning: " } else { "" };
        write!(f, "{}:{}: {level}{}", self.file, self.line, self.problem)
    }
}

/// All problems in a set of pages, sorted by file and line. `pictures` are the names of the files that pages may show.
pub fn check(files: &[File], pictures: &HashSet<String>) -> Vec<Finding> {
    let mut findings = errors(files, pictures, |_| true);
    findings.extend(warnings(files));
    findings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    findings
}

/// Problems that make pages harder to read. Pages that cannot be parsed have errors instead.
fn warnings(files: &[File]) -> Vec<Finding> {
    let pages = files.iter().filter_map(|file| Some((shown(file), Page::parse(&file.source).ok()?, &file.source)));
    let pages: Vec<Read<'_>> = pages.filter(|(_, page, _)| page.front.retired.is_none()).collect();
    let mut findings = Vec::new();
    for (file, page, _) in &pages {
        let mut found =
            |line, problem| findings.push(Finding { file: file.clone(), line, level: Level::Warning, problem });
        let sections: Vec<Prose<'_>> = page.sections.iter().map(Prose::new).collect();
        for prose in &sections {
            alone::alone(prose, &mut found);
            first::first(prose, &mut found);
        }
        terms::terms(&sections, &page.front.slug, &mut found);
    }
    alike::alike(&pages, &mut findings);
    findings
}

fn shown(file: &File) -> String {
    file.path.display().to_string()
}

/// The errors in those pages whose slugs are `wanted`.
pub(super) fn errors(files: &[File], pictures: &HashSet<String>, wanted: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut pages = Vec::new();
    for file in files {
        let shown = shown(file);
        match (file.problem(), Page::parse(&file.source)) {
            (None, Ok(page)) if page.front.retired.is_some() => {}
            (None, Ok(page)) => pages.push((shown, page, &file.source)),
            (_, Err(broken)) => findings.push(error(shown, broken.line, broken.reason)),
            (Some(_), Ok(page)) => {
                let problem = format!("slug is {}, but the file's name says {}", page.front.slug, file.slug);
                findings.push(error(shown, 2, problem));
            }
        }
    }
    names(&pages, &mut findings);
    let anchors = anchors(&pages);
    for (file, page, source) in pages.iter().filter(|(_, page, _)| wanted(&page.front.slug)) {
        let mut found = |line, problem| findings.push(error(file.clone(), line, problem));
        front(page, source, &mut found);
        for (at, section) in page.sections.iter().enumerate() {
            // Of a page that begins with its title as a heading, that section is the beginning.
            let begins_below = at == 0 && page.sections.get(1).is_some_and(|next| next.level == 1);
            if !(begins_below && section.shown.trim().is_empty()) {
                size(page, section, &mut found);
            }
            links(page, section, &anchors, &mut found);
            shows(section, pictures, &mut found);
        }
    }
    findings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    findings
}

/// The errors of one page in the database.
pub async fn of_page(store: &Store, slug: &str) -> Result<Vec<Finding>> {
    let source = sql::newest(&mut *store.read().await?, slug).await?.map(|newest| newest.source).unwrap_or_default();
    let mut found = of_text(store, slug, &source).await?;
    found.retain(|finding| finding.level == Level::Error);
    Ok(found)
}

/// Problems in a current or proposed text of a page. Only the pages that it links to, and those that have one of its
/// names, are read with it, so the cost does not grow with the wiki.
pub async fn of_text(store: &Store, slug: &str, source: &str) -> Result<Vec<Finding>> {
    let file = |slug: &str, source: String| File { path: format!("{slug}.md").into(), slug: slug.to_owned(), source };
    let mut files = vec![file(slug, source.to_owned())];
    if let Ok(page) = Page::parse(source) {
        let mut db = store.read().await?;
        for other in neighbours(&mut db, &page).await? {
            let newest = if other == slug { None } else { sql::newest(&mut db, &other).await? };
            files.extend(newest.map(|newest| file(&other, newest.source)));
        }
    }
    let mut found = errors(&files, &folder::pictures(), |other| other == slug);
    found.extend(warnings(&files));
    found.retain(|finding| finding.file == format!("{slug}.md"));
    found.sort_by_key(|finding| (finding.level == Level::Warning, finding.line));
    Ok(found)
}

/// The pages that a page links to, and those that have one of its names.
async fn neighbours(db: &mut Connection, page: &Page) -> Result<HashSet<String>> {
    let front = &page.front;
    let names = [&front.title].into_iter().chain(&front.aliases).map(|text| name(text));
    let links = page.sections.iter().flat_map(|section| &section.links);
    let linked = links.filter_map(|link| Some(name(markdown::internal(&link.target)?.0)));
    let mut slugs = HashSet::new();
    for name in names.chain(linked).collect::<HashSet<_>>() {
        slugs.extend(sql::slug_of(db, &name).await?);
    }
    Ok(slugs)
}

fn error(file: String, line: usize, problem: String) -> Finding {
    Finding { file, line, level: Level::Error, problem }
}

type Read<'a> = (String, Page, &'a String);

/// Slugs, titles and aliases share one name space, so that a name always means one page.
fn names(pages: &[Read<'_>], findings: &mut Vec<Finding>) {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for (file, page, source) in pages {
        let front = &page.front;
        for text in [&front.slug, &front.title].into_iter().chain(&front.aliases) {
            let owner = *owners.entry(name(text)).or_insert(&front.slug);
            if owner != front.slug {
                let problem = format!("the name “{text}” already belongs to the page {owner}");
                findings.push(error(file.clone(), line_of(source, "aliases"), problem));
            }
        }
    }
    let mut guides = HashMap::new();
    for (file, page, source) in pages {
        let Some(track) = page.front.track else { continue };
        let owner = *guides.entry(track).or_insert(&page.front.slug);
        if owner != &page.front.slug {
            let problem = format!("the guide for {track} is the page {owner} already");
            findings.push(error(file.clone(), line_of(source, "track"), problem));
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
    if source.len() > MAX_PAGE_BYTES {
        found(1, format!("the page has {} bytes; {MAX_PAGE_BYTES} are allowed; split it in two", source.len()));
    }
    for (line, key, value) in cut_short(source) {
        found(line, format!("what follows # in {key} is a comment and left out; write {key}: \"{value}\""));
    }
    if source.contains('\r') {
        found(1, "the file has Windows line ends; save it with plain ones".to_owned());
    }
}

/// Values in the front matter that ` #` cuts short: line, key and value.
fn cut_short(source: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let front = source.lines().enumerate().skip(1).take_while(|(_, line)| line.trim_end() != "---");
    front.filter_map(|(i, line)| {
        let (key, value) = line.split_once(": ").filter(|(key, _)| ["title", "summary"].contains(key))?;
        let value = value.trim();
        (value.contains(" #") && !value.starts_with(['"', '\''])).then_some((i + 1, key, value))
    })
}

fn size(page: &Page, section: &Section, found: &mut impl FnMut(usize, String)) {
    let words = markdown::plain(&section.shown).split_whitespace().count();
    let is_term = page.front.slug == GLOSSARY && !section.heading.is_empty() && section.level > 1;
    let allowed = if is_term { GLOSSARY_WORDS } else { SECTION_WORDS };
    if !allowed.contains(&words) {
        let (least, most) = (allowed.start(), allowed.end());
        found(
            section.line,
            format!(
                "the section “{}” has {words} word{}; {least} to {most} are allowed",
                section.heading,
                if words == 1 { "" } else { "s" }
            ),
        );
    }
    for platform in [Platform::Discord, Platform::Reddit] {
        let whole = page.snippet(section, 999, BASE).for_platform(platform);
        if whole.cut {
            found(
                section.line,
                format!("the section “{}” does not fit into one {platform:?} snippet; split it", section.heading),
            );
        }
    }
}

/// The anchors of every page, with those from HTML, by its slug.
type Anchors<'a> = HashMap<&'a str, HashSet<&'a str>>;

fn anchors<'a>(pages: &'a [Read<'_>]) -> Anchors<'a> {
    let of = |page: &'a Page| {
        let names = page.sections.iter().flat_map(|s| s.marks.iter().chain([&s.anchor]));
        (page.front.slug.as_str(), names.map(String::as_str).collect())
    };
    let own = pages.iter().map(|(_, page, _)| of(page));
    // The old slug of a renamed page is an alias, and links to it still work.
    let old =
        pages.iter().flat_map(|(_, page, _)| page.front.aliases.iter().map(move |old| (old.as_str(), of(page).1)));
    old.chain(own).collect()
}

fn links(page: &Page, section: &Section, anchors: &Anchors<'_>, found: &mut impl FnMut(usize, String)) {
    for link in &section.links {
        let target = &link.target;
        if link.picture && markdown::picture(target).is_some() {
            continue;
        }
        let outside = ["https://", "http://", "mailto:"].iter().any(|s| target.starts_with(s));
        let Some((slug, anchor)) = markdown::internal(target) else {
            if outside && link.picture {
                let problem =
                    format!("the picture {target} is not shown, because it lies elsewhere; link to it instead");
                found(link.line, problem);
            } else if !outside {
                found(
                    link.line,
                    format!("the link to {target} leads nowhere; write page.md#section or a whole address"),
                );
            }
            continue;
        };
        match anchors.get(if slug.is_empty() { page.front.slug.as_str() } else { slug }) {
            None => found(link.line, format!("the link to {target} leads to a page that is not there")),
            Some(known) if !known.contains(anchor) && !known.contains(markdown::unescaped(anchor).as_str()) => {
                found(link.line, format!("the link to {target} leads to a section that is not there"));
            }
            Some(_) => {}
        }
    }
}

/// Every picture must have a file and an alternative text.
fn shows(section: &Section, pictures: &HashSet<String>, found: &mut impl FnMut(usize, String)) {
    let shown = markdown::pictures(&section.shown);
    for link in section.links.iter().filter(|link| link.picture) {
        let Some(file) = markdown::picture(&link.target) else { continue };
        if !pictures.contains(file) {
            found(link.line, format!("there is no picture img/{file}; put the file there, or correct its name"));
        }
        if shown.iter().any(|picture| picture.target == link.target && picture.alt.trim().is_empty()) {
            found(
                link.line,
                format!(
                    "the picture img/{file} has no text for those who do not see it; write ![what it shows](img/{file})"
                ),
            );
        }
    }
}
