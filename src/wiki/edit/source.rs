//! Changes one thing in a page's source and leaves every other byte as it was (pure). The result is parsed again. If
//! it does not have the intended meaning, the change is refused, and the person can edit the whole page instead.

use jiff::civil::Date;

use super::section::{find, parse, replace};
use crate::wiki::{Front, Page, markdown, no_section};
use crate::{Error, Result};

const ASKED: &str = "<!-- asked:";

/// `source` with new `asked` phrases for a section. The same phrases change nothing.
///
/// # Errors
/// Refused if there is no such section, or if a phrase has characters that a comment cannot hold.
pub fn with_asked(source: &str, anchor: &str, ways: &[String]) -> Result<String> {
    let page = parse(source)?;
    let section = page.section(anchor).ok_or_else(|| no_section(&page, anchor))?;
    if section.asked == ways {
        return Ok(source.to_owned());
    }
    if let Some(way) = ways.iter().find(|way| way.contains(['\n', '\r', ';', '<', '>']) || way.contains("--")) {
        let shown: String = way.chars().take(60).collect();
        return Err(Error::refused(format!(
            "The way of asking “{shown}” holds signs that cannot stand in it; leave out < > -- and line ends."
        )));
    }
    let (from, to) = (section.place.heading.end, section.place.text.start);
    let end = if source.contains("\r\n") { "\r\n" } else { "\n" };
    let comment = format!("{ASKED} {} -->", ways.join("; "));
    let mut above = source[from..to].to_owned();
    let found: Vec<_> = comments(&above);
    match found.split_first() {
        Some((first, others)) => {
            for other in others.iter().rev() {
                above.replace_range(with_blanks(&above, other), "");
            }
            if ways.is_empty() {
                above.replace_range(with_blanks(&above, first), "");
            } else {
                above.replace_range(first.clone(), &comment);
            }
        }
        None => {
            let starts_line = source[..from].ends_with('\n');
            let gap = if starts_line { end.to_owned() } else { end.repeat(2) };
            above = format!("{gap}{comment}{end}{end}{}", above.trim_start_matches(['\r', '\n']));
        }
    }
    let changed = [&source[..from], &above, &source[to..]].concat();
    let read = parse(&changed)?;
    let says = read.section(anchor).is_some_and(|s| s.asked == ways && s.markdown == section.markdown);
    if says && read.sections.len() == page.sections.len() { Ok(changed) } else { Err(by_hand("the ways of asking")) }
}

/// The ranges of the `asked` comments.
fn comments(above: &str) -> Vec<std::ops::Range<usize>> {
    let starts = above.match_indices(ASKED).map(|(at, _)| at);
    starts.filter_map(|at| Some(at..at + above[at..].find("-->")? + "-->".len())).collect()
}

/// A comment's range, with the line ends after it.
fn with_blanks(above: &str, comment: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let rest = &above[comment.end..];
    comment.start..comment.end + (rest.len() - rest.trim_start_matches(['\r', '\n']).len())
}

/// `source` with a new text in the section at an anchor; the lead's anchor is empty.
///
/// # Errors
/// Refused if there is no such section, or if the new text would change other sections.
pub fn with_section(source: &str, anchor: &str, text: &str) -> Result<String> {
    replace(source, anchor, None, text)
}

/// Whether the section at an anchor has the same heading and text in both sources.
pub fn is_same_section(one: &str, other: &str, anchor: &str) -> bool {
    matches!((find(one, anchor), find(other, anchor)), (Ok(one), Ok(other)) if one == other)
}

/// Changes to the front matter; fields that are `None` stay the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wish<'a> {
    /// The new slug.
    pub slug: Option<&'a str>,
    /// The new title.
    pub title: Option<&'a str>,
    /// The new list of all aliases.
    pub aliases: Option<&'a [String]>,
    /// The date on which the facts were checked.
    pub reviewed: Option<Date>,
    /// The date of the next check; `Some(None)` removes the line.
    pub review: Option<Option<Date>>,
    /// The date since which the page is retired; `Some(None)` brings it back.
    pub retired: Option<Option<Date>>,
}

impl Wish<'_> {
    /// The front matter with the changes applied.
    fn meant(&self, front: &Front) -> Front {
        let mut meant = front.clone();
        meant.slug = self.slug.map_or(meant.slug, str::to_owned);
        meant.title = self.title.map_or(meant.title, |title| title.trim().to_owned());
        meant.aliases = self.aliases.map_or(meant.aliases, <[String]>::to_vec);
        meant.reviewed = self.reviewed.unwrap_or(meant.reviewed);
        meant.review = self.review.unwrap_or(meant.review);
        meant.retired = self.retired.unwrap_or(meant.retired);
        meant
    }
}

/// `source` with changed front matter.
///
/// # Errors
/// Refused if the new values cannot be written as YAML that reads back the same.
pub fn with_front(source: &str, wish: Wish<'_>) -> Result<String> {
    let page = parse(source)?;
    let meant = wish.meant(&page.front);
    let mut changed = source.to_owned();
    let front = &page.front;
    if meant.slug != front.slug {
        set(&mut changed, "slug", Some(&meant.slug));
    }
    if meant.title != front.title {
        set(&mut changed, "title", Some(&yaml(&meant.title)));
    }
    if meant.aliases != front.aliases {
        let all: Vec<String> = meant.aliases.iter().map(|alias| yaml(alias)).collect();
        set(&mut changed, "aliases", (!all.is_empty()).then(|| format!("[{}]", all.join(", "))).as_deref());
    }
    let date = |date: Option<Date>| date.map(|date| date.to_string());
    if meant.reviewed != front.reviewed {
        set(&mut changed, "reviewed", date(Some(meant.reviewed)).as_deref());
    }
    if meant.review != front.review {
        set(&mut changed, "review", date(meant.review).as_deref());
    }
    if meant.retired != front.retired {
        set(&mut changed, "retired", date(meant.retired).as_deref());
    }
    let read = parse(&changed)?;
    if read.front == meant && read.sections.len() == page.sections.len() {
        return Ok(changed);
    }
    Err(by_hand("the front matter"))
}

/// Replaces a key and all its lines with `key: value`, or removes it. A new key goes to the end of the front matter.
fn set(source: &mut String, key: &str, value: Option<&str>) {
    let mut at = 0;
    let mut lines = Vec::new();
    for (number, line) in source.split_inclusive('\n').enumerate() {
        if number > 0 && line.trim_end() == "---" {
            break;
        }
        lines.push(at..at + line.len());
        at += line.len();
    }
    let is_key = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
    let end = if source.contains("\r\n") { "\r\n" } else { "\n" };
    let new = value.map(|value| format!("{key}: {value}{end}")).unwrap_or_default();
    let Some(first) = lines.iter().position(|line| is_key(&source[line.clone()])) else {
        return source.insert_str(at, &new);
    };
    // Indented lines and list items belong to the key above them.
    let belongs = |line: &&std::ops::Range<usize>| source[(*line).clone()].starts_with([' ', '\t', '-']);
    let more = lines[first + 1..].iter().take_while(belongs).count();
    let whole = lines[first].start..lines[first + more].end;
    source.replace_range(whole, &new);
}

/// A text as a YAML value: without quotes only if YAML cannot read it as anything else.
fn yaml(text: &str) -> String {
    let text = text.trim();
    let plain = |c: char| c.is_alphanumeric() || " -_.()'’/+".contains(c);
    let begins = text.starts_with(char::is_alphabetic);
    let is_word =
        !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&text.to_lowercase().as_str());
    if begins && is_word && text.chars().all(plain) {
        return text.to_owned();
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ");
    format!("\"{escaped}\"")
}

fn by_hand(what: &str) -> Error {
    Error::refused(format!(
        "Cairn cannot change {what} of this page by itself; edit the whole page and change it there."
    ))
}

/// The source of a new page, as a start.
pub fn beginning(slug: &str, title: &str, asked: &str, today: Date) -> String {
    let slug = if slug.is_empty() { markdown::anchor(title) } else { slug.to_owned() };
    let asked = asked
        .replace(['<', '>', ';', '\n', '\r'], " ")
        .replace("--", " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let comment = if asked.trim().is_empty() { String::new() } else { format!("{ASKED} {} -->\n\n", asked.trim()) };
    let (slug, title) =
        (if slug.is_empty() { "new-page" } else { &slug }, if title.trim().is_empty() { "New page" } else { title });
    format!(
        "---\nslug: {slug}\ntitle: {}\nsummary: One sentence that says what the reader gets.\naliases: []\ntags: [beginner]\n\
         reviewed: {today}\nsources: []\n---\n\n{comment}What it is about, and the answer in short.\n\n## A question that people ask\n\n\
         The answer first, then why.\n",
        yaml(title)
    )
}

/// Parses a source that is not saved yet.
///
/// # Errors
/// Refused, with the line, if it is not a valid page.
pub fn read(source: &str) -> Result<Page> {
    parse(source)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str = "---\nslug: p\ntitle: A page\nsummary: For tests.\naliases:\n  - one\n  - \"two: three\"\ntags: [a]\nreviewed: 2026-01-01\n---\n\n\
                        Lead.\n\n## Why\n\n<!-- asked: why so; how come -->\n\nBecause.\n\n## How\n<a name=\"old\"></a>\n\nSo.\n";

    fn ways(ways: &[&str]) -> Vec<String> {
        ways.iter().map(|way| (*way).to_owned()).collect()
    }

    #[test]
    fn ways_of_asking_are_written_where_they_stand() {
        let changed = with_asked(PAGE, "why", &ways(&["why so", "what for"])).unwrap();
        assert_eq!(changed, PAGE.replace("why so; how come", "why so; what for"));
        assert_eq!(with_asked(PAGE, "why", &ways(&["why so", "how come"])).unwrap(), PAGE);
        assert_eq!(with_asked(PAGE, "why", &[]).unwrap(), PAGE.replace("<!-- asked: why so; how come -->\n\n", ""));
        let added = with_asked(PAGE, "how", &ways(&["in what way"])).unwrap();
        assert_eq!(added, PAGE.replace("## How\n<a", "## How\n\n<!-- asked: in what way -->\n\n<a"));
        let lead = with_asked(PAGE, "", &ways(&["what is p"])).unwrap();
        assert_eq!(lead, PAGE.replace("---\n\nLead.", "---\n\n<!-- asked: what is p -->\n\nLead."));
        for evil in ["a --> b", "<script>", "a; b", "a\nb"] {
            assert!(with_asked(PAGE, "why", &ways(&[evil])).is_err(), "{evil}");
        }
    }

    #[test]
    fn front_matter_changes_by_the_line() {
        let moved = Wish {
            slug: Some("q"),
            title: Some("A page: “better”"),
            aliases: Some(&ways(&["one", "two: three", "p"])),
            ..Wish::default()
        };
        assert_eq!(
            with_front(PAGE, moved).unwrap(),
            PAGE.replace("slug: p", "slug: q")
                .replace("title: A page", "title: \"A page: “better”\"")
                .replace("aliases:\n  - one\n  - \"two: three\"\n", "aliases: [one, \"two: three\", p]\n")
        );
        let checked =
            Wish { reviewed: Some(date(2026, 11, 29)), review: Some(Some(date(2027, 1, 1))), ..Wish::default() };
        let checked = with_front(PAGE, checked).unwrap();
        assert_eq!(checked, PAGE.replace("reviewed: 2026-01-01\n", "reviewed: 2026-11-29\nreview: 2027-01-01\n"));
        let unchecked = Wish { reviewed: Some(date(2026, 1, 1)), review: Some(None), ..Wish::default() };
        assert_eq!(with_front(&checked, unchecked).unwrap(), PAGE);
        let gone = with_front(PAGE, Wish { retired: Some(Some(date(2026, 11, 29))), ..Wish::default() }).unwrap();
        assert_eq!(Page::parse(&gone).unwrap().front.retired, Some(date(2026, 11, 29)));
        assert_eq!(with_front(&gone, Wish { retired: Some(None), ..Wish::default() }).unwrap(), PAGE);
        assert_eq!(with_front(PAGE, Wish::default()).unwrap(), PAGE);
        let windows = PAGE.replace('\n', "\r\n");
        let moved = with_front(&windows, Wish { slug: Some("q"), ..Wish::default() }).unwrap();
        assert_eq!(moved, windows.replace("slug: p", "slug: q"));
    }

    #[test]
    fn a_beginning_is_a_page() {
        let page =
            read(&beginning("", "What is “GPU: memory”?", "is 8 gb enough --> x; y", date(2026, 11, 29))).unwrap();
        assert_eq!(
            (page.front.title.as_str(), page.front.slug.as_str()),
            ("What is “GPU: memory”?", "what-is-gpu-memory")
        );
        assert_eq!(page.sections[0].asked, ["is 8 gb enough x y"]);
        assert!(read(&beginning("", "", "", date(2026, 11, 29))).is_ok());
    }

    proptest! {
        #[test]
        fn any_title_and_alias_is_read_as_it_was_meant(title in "\\PC{1,30}", alias in "\\PC{1,20}") {
            prop_assume!(!title.trim().is_empty() && !crate::wiki::name(&alias).is_empty());
            let aliases = [alias.trim().to_owned()];
            let wish = Wish { title: Some(&title), aliases: Some(&aliases), ..Wish::default() };
            // Either refused or correct, never a wrong result.
            if let Ok(changed) = with_front(PAGE, wish) {
                let front = Page::parse(&changed).unwrap().front;
                prop_assert_eq!((front.title.as_str(), front.aliases), (title.trim(), aliases.to_vec()));
            }
        }

        #[test]
        fn any_way_of_asking_is_read_as_it_was_meant(way in "[a-zA-Z0-9 ?!,.'äöü:#*_`\\-\\[\\]()]{1,40}") {
            let ways = [way.trim().to_owned()];
            prop_assume!(!ways[0].is_empty());
            if let Ok(changed) = with_asked(PAGE, "how", &ways) {
                let page = Page::parse(&changed).unwrap();
                prop_assert_eq!(&page.section("how").unwrap().asked, &ways.to_vec());
                prop_assert!(changed.ends_with("<a name=\"old\"></a>\n\nSo.\n"));
            }
        }
    }
}
