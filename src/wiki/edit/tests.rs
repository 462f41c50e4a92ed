//! Tests of the pure editing rules: replacing a section, and diffs.

use proptest::prelude::*;

use super::patch::patch;
use super::section::{find, replace};
use crate::wiki::Page;

const FRONT: &str = "---\nslug: p\ntitle: A page\nsummary: For tests.\nreviewed: 2026-11-21\n---\n";

/// Markdown blocks that do not continue into the next block.
fn block() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z ,.]{0,30}[a-z]",
        "- [a-z]{1,9}\n- [a-z]{1,9}\n  [a-z]{1,9}",
        "> [a-z]{1,9}\n> # [a-z]{1,9}",
        "```\n## [a-z]{0,9}\n\n---\n```",
        "    [a-z]{1,9}\n\n    ## [a-z]{1,9}",
        "\\| a \\| b \\|\n\\|---\\|---\\|\n\\| [a-z] \\| é \\|",
        "1\\. [a-z]{1,9}\n\n   [a-z]{1,9}",
        "\\*[äöü🪨]{1,9}\\*",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(block(), 0..4).prop_map(|blocks| blocks.join("\n\n"))
}

fn heading() -> impl Strategy<Value = String> {
    prop_oneof![
        "#{2,4} [a-c]\n",
        "## [a-z]{1,9} `[a-z]` ##  \n",
        "\n[a-z]{1,9}\n---\n", // an underlined heading; a paragraph before it must end first
    ]
}

/// A page's source with various sections, gaps and endings.
fn source() -> impl Strategy<Value = String> {
    let section = (heading(), "\n{0,3}", text()).prop_map(|(heading, gap, text)| format!("{heading}{gap}{text}"));
    let gap = "\n{2,4}";
    (text(), prop::collection::vec((gap, section), 0..5), "\n{0,3}").prop_map(|(lead, sections, end)| {
        let sections: String = sections.into_iter().map(|(gap, section)| gap + &section).collect();
        format!("{FRONT}{lead}{sections}{end}")
    })
}

fn parsed(source: &str) -> Page {
    Page::parse(source).expect("a page")
}

proptest! {
    #[test]
    fn a_replaced_section_leaves_every_other_byte(source in source(), text in text(), pick: prop::sample::Index) {
        let page = parsed(&source);
        let at = pick.index(page.sections.len());
        let old = &page.sections[at];
        let new = replace(&source, &old.anchor, None, &text).expect("whole blocks fit anywhere");
        prop_assert!(new.starts_with(&source[..old.place.heading.end]));
        prop_assert!(new.ends_with(&source[old.place.end..]));
        prop_assert_eq!(find(&new, &old.anchor).expect("still there").text, text.trim_end());
        prop_assert_eq!(parsed(&new).sections.len(), page.sections.len());
    }

    #[test]
    fn a_section_replaced_by_itself_changes_nothing(source in source(), pick: prop::sample::Index) {
        let page = parsed(&source);
        let old = &page.sections[pick.index(page.sections.len())];
        prop_assert_eq!(replace(&source, &old.anchor, None, &old.markdown).expect("it fitted"), source.as_str());
        prop_assert_eq!(replace(&source, &old.anchor, Some(&old.heading), &old.markdown).expect("it fitted"), source);
    }

    #[test]
    fn whatever_is_typed_other_sections_stay(source in source(), pick: prop::sample::Index,
                                             text in "(.|[\n`#>=~<-]){0,60}", heading in ".{0,20}") {
        let page = parsed(&source);
        let at = pick.index(page.sections.len());
        let old = &page.sections[at];
        let rename = (at > 0).then_some(heading.as_str());
        let Ok(new) = replace(&source, &old.anchor, rename, &text) else { return Ok(()) };
        prop_assert!(new.starts_with(&source[..old.place.heading.start]));
        prop_assert!(new.ends_with(&source[old.place.end..]));
        let after = |page: &Page, n: usize| {
            page.sections.iter().rev().take(n).map(|s| (s.heading.clone(), s.markdown.clone())).collect::<Vec<_>>()
        };
        let rest = page.sections.len() - at - 1;
        prop_assert_eq!(after(&parsed(&new), rest), after(&page, rest));
    }

    #[test]
    fn a_diff_applied_gives_the_new_text(old in "([a-c]{0,2}\n){0,12}[a-c]{0,2}", new in "([a-c]{0,2}\n){0,12}[a-c]{0,2}") {
        let patch = patch(("p.md, revision 1", &old), ("p.md, revision 2", &new));
        prop_assert_eq!(patch.text.is_empty(), old == new);
        if old != new {
            let read = diffy::Patch::from_str(&patch.text).expect("a unified diff");
            prop_assert_eq!(diffy::apply(&old, &read).expect("it applies"), new.as_str());
        }
        let lines = |text: &str| text.split_inclusive('\n').count();
        prop_assert_eq!(lines(&old) + patch.added, lines(&new) + patch.removed);
    }
}

#[test]
fn sections_are_replaced_where_they_stand() {
    let page = |body: &str| format!("{FRONT}{body}");
    // body, anchor, new heading, new text, expected body
    let table = [
        ("\nLead.\n\n## A\n\nold\n\n## B\n\nb\n", "a", None, "new", "\nLead.\n\n## A\n\nnew\n\n## B\n\nb\n"),
        ("\nLead.\n\n## A\n\nold\n", "", None, "New lead.", "\nNew lead.\n\n## A\n\nold\n"),
        ("## A\nold\n## B\nb", "a", None, "\n\nnew\n\n", "## A\nnew\n## B\nb"),
        ("## A\n## B\nb", "a", None, "new", "## A\n\nnew\n\n## B\nb"),
        ("## A\n## B", "b", None, "new", "## A\n## B\n\nnew\n"),
        ("## A\n\nold\n", "", None, "Lead.", "\nLead.\n\n## A\n\nold\n"),
        ("## A\n\nold\n\n## B\n", "a", None, "", "## A\n\n## B\n"),
        ("## A\n\n    code\n", "a", None, "    other", "## A\n\n    other\n"),
        ("## A\n\nold\n\n## B\n", "a", Some("C & D"), "new", "## C & D\n\nnew\n\n## B\n"),
        ("A\n===\n\nold\n\n### B\n", "b", Some("C"), "new", "A\n===\n\nold\n\n### C\n\nnew\n"),
        ("## A\n\nold\n\n## A\n\nold\n", "a-1", None, "new", "## A\n\nold\n\n## A\n\nnew\n"),
        ("## A\n\nold [x]\n\n[x]: y.md\n", "a", None, "new", "## A\n\nnew\n\n[x]: y.md\n"),
        ("## A\n\nold\n\n[x]: y.md\n[^1]: z\n\n## B\n", "a", None, "", "## A\n\n[x]: y.md\n[^1]: z\n\n## B\n"),
        ("## A\n\n[x]: y.md\n", "a", None, "new", "## A\n\nnew\n\n[x]: y.md\n"),
        ("## A\n\nold\n\n## B\n", "a", None, "x\n\n### Below\n\ny", "## A\n\nx\n\n### Below\n\ny\n\n## B\n"),
    ];
    for (body, anchor, heading, text, expected) in table {
        let new = replace(&page(body), anchor, heading, text).expect("it fits");
        assert_eq!(new, page(expected), "#{anchor} of {body:?}");
    }
}

#[test]
fn a_carriage_return_alone_does_not_end_a_line() {
    let (old, new) = ("a\rb\nc\n", "a\rB\nc\n");
    let patch = patch(("p.md, revision 1", old), ("p.md, revision 2", new));
    assert_eq!((patch.added, patch.removed), (1, 1));
    assert!(patch.text.ends_with("-a\rb\n+a\rB\n c\n"), "{:?}", patch.text);
}

#[test]
fn what_would_change_other_sections_is_refused() {
    let source = format!("{FRONT}Lead.\n\n## A\n\nold\n\n## B\n\nb\n");
    let table = [
        ("a", None, "```\nan open fence", "would run into another section"),
        ("a", None, "<!-- an open comment", "would run into another section"),
        ("", None, "~~~", "would run into another section"),
        ("a", Some(""), "x", "must be one line of text"),
        ("a", Some("x\n\n## y"), "x", "must be one line of text"),
        ("", Some("Title"), "x", "is its title"),
        ("c", None, "x", "has no section #c"),
    ];
    for (anchor, heading, text, expected) in table {
        let error = replace(&source, anchor, heading, text).expect_err(text).to_string();
        assert!(error.contains(expected), "{error}");
    }
}
