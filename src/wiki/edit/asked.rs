//! The phrases by which people ask for a section. They stand in a comment above its text (pure).

use crate::wiki::{Page, name, no_section};
use crate::{Error, Result};

/// The start of such a comment.
const BEGINS: &str = "<!-- asked:";
/// The longest phrase, in characters.
const MAX_WAY: usize = 120;

/// Turns a question into such a phrase: one line, without characters that end the comment or the phrase. None if
/// nothing is left.
pub fn way(question: &str) -> Option<String> {
    let plain: String = question.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
    let plain = plain.replace(['<', '>', ';'], " ").replace("--", "-");
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = words.trim_matches(['-', ' ']).chars().take(MAX_WAY).collect();
    (!name(&short).is_empty()).then(|| short.trim().to_owned())
}

/// Adds phrases to a section in a page's source. Phrases that it already has are skipped.
///
/// # Errors
/// Refused if the page has no such section or cannot be read.
pub fn with(source: &str, anchor: &str, ways: &[&str]) -> Result<String> {
    let page = Page::parse(source)
        .map_err(|broken| Error::refused(format!("The page is broken in line {}: {}.", broken.line, broken.reason)))?;
    let section = page.section(anchor).ok_or_else(|| no_section(&page, anchor))?;
    let has = |asked: &str| {
        let asked = name(asked);
        name(&section.heading) == asked || section.asked.iter().any(|known| name(known) == asked)
    };
    let mut new: Vec<String> = Vec::new();
    for asked in ways.iter().filter_map(|asked| way(asked)) {
        if !has(&asked) && new.iter().all(|known| name(known) != name(&asked)) {
            new.push(asked);
        }
    }
    if new.is_empty() {
        return Ok(source.to_owned());
    }
    let (start, end) = (section.place.heading.end, section.place.text.start.max(section.place.heading.end));
    let between = &source[start..end];
    let line_end = if source.contains("\r\n") { "\r\n" } else { "\n" };
    if let Some(begin) = between.find(BEGINS)
        && let Some(close) = between[begin..].find("-->")
    {
        let at = start + begin + close;
        let before = source[..at].trim_end();
        let separator = if before.ends_with(BEGINS) || before.ends_with(';') { " " } else { "; " };
        return Ok(format!("{before}{separator}{} {}", new.join("; "), &source[at..]));
    }
    let comment = format!("{BEGINS} {} -->", new.join("; "));
    if section.place.text.is_empty() {
        let before = source[..start].trim_end_matches(['\r', '\n']);
        return Ok(format!("{before}{line_end}{line_end}{comment}{line_end}{}", &source[start..]));
    }
    Ok(format!("{}{comment}{line_end}{line_end}{}", &source[..end], &source[end..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "---\nslug: tea\ntitle: Tea\nsummary: S.\nreviewed: 2026-01-01\n---\n\n";

    fn asked(source: &str, anchor: &str) -> Vec<String> {
        Page::parse(source).expect("a page").section(anchor).expect("a section").asked.clone()
    }

    #[test]
    fn a_way_of_asking_is_added_to_its_section_alone() {
        let bodies = [
            "Tea.\n\n## Green\n\nTwo minutes.\n\n## Black\n\nFour.\n",
            "Tea.\n\n## Green\n\n<!-- asked: how long; why -->\n\nTwo minutes.\n\n## Black\n\nFour.\n",
            "Tea.\n\n## Green\n<a name=\"old\"></a>\n\nTwo minutes.\n\n## Black\n\nFour.\n",
            "Tea.\n\n## Green\n\n## Black\n\nFour.\n",
            "## Green\n\nTwo minutes.",
            "## Green",
        ];
        for body in bodies {
            let source = format!("{HEAD}{body}");
            let before = asked(&source, "green");
            let new = with(&source, "green", &["how hot is it", "How hot is it?", "why"]).expect(body);
            let after = asked(&new, "green");
            assert_eq!(after[..before.len()], before[..], "{body}");
            assert!(after.contains(&"how hot is it".to_owned()), "{body}: {new}");
            assert_eq!(after.iter().filter(|asked| asked.as_str() == "why").count(), 1, "{new}");
            let (was, is) = (Page::parse(&source).expect("a page"), Page::parse(&new).expect("a page"));
            let texts =
                |page: &Page| page.sections.iter().map(|s| (s.anchor.clone(), s.markdown.clone())).collect::<Vec<_>>();
            assert_eq!(texts(&was), texts(&is), "nothing that is read changes: {new}");
            assert_eq!(with(&new, "green", &["how hot is it"]).expect("again"), new, "what is there is not added");
        }
    }

    #[test]
    fn what_would_end_the_comment_is_taken_out() {
        assert_eq!(way("a --> <script>; b\nc"), Some("a - script b c".to_owned()));
        assert_eq!(way(" -- ;> "), None);
    }

    proptest! {
        #[test]
        fn any_question_stays_within_the_comment(question in "\\PC{0,200}") {
            let source = format!("{HEAD}Tea.\n\n## Green\n\nTwo minutes.\n");
            let new = with(&source, "green", &[&question]).expect("a page");
            let page = Page::parse(&new).expect("a page");
            prop_assert_eq!(&page.section("green").expect("a section").markdown, "Two minutes.");
            prop_assert_eq!(page.sections.len(), 2);
        }
    }
}
