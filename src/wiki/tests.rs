//! Tests of the pure page rules: GitHub's anchors, sections that can be shown alone, names, and time that grows with
//! the page's length.

use std::time::{Duration, Instant};

use super::{Page, Platform, check, folder, markdown, name};

const FRONT: &str = "---\nslug: p\ntitle: A page\nsummary: For tests.\ntags: [test]\nreviewed: 2026-11-21\n---\n";

fn page(body: &str) -> Page {
    Page::parse(&format!("{FRONT}{body}")).expect("a page")
}

fn shown(body: &str) -> Vec<String> {
    page(body).sections.into_iter().map(|section| section.shown).collect()
}

#[test]
fn anchors_are_those_of_github() {
    for (heading, anchor) in [
        ("## my_function", "my_function"),
        ("## `__init__`", "__init__"),
        ("## 入門", "入門"),
        ("## हिन्दी", "हिन्दी"),
        ("## re\u{301}sume\u{301}", "re\u{301}sume\u{301}"),
        ("Two lines\nof heading\n---", "two-lines-of-heading"),
        ("## A & B: x² 🚀 ready?", "a--b-x--ready"),
        ("## ![logo](x.png)Start [here](y.md)", "start-here"),
    ] {
        assert_eq!(page(heading).sections[1].anchor, anchor, "{heading}");
    }
    let page = page("## A\n## A\n## A-1\n## A\n## !\n");
    let anchors: Vec<&str> = page.sections.iter().map(|s| s.anchor.as_str()).collect();
    assert_eq!(anchors, ["", "a", "a-1", "a-1-1", "a-2", "-1"]);
}

#[test]
fn sections_are_found_by_escaped_fragments_and_by_names_in_html() {
    let page = page("## 入門\n\ntext <a id='in-it'></a> more\n\n<a name=\"before\"></a>\n\n## Below\n\nx\n");
    for (anchor, heading) in
        [("%E5%85%A5%E9%96%80", "入門"), ("入門", "入門"), ("in-it", "入門"), ("before", "Below"), ("below", "Below")]
    {
        assert_eq!(page.section(anchor).map(|s| s.heading.as_str()), Some(heading), "{anchor}");
    }
    assert!(page.section("%FF").is_none() && page.section("%E").is_none());
}

#[test]
fn headings_of_several_lines_are_several_words() {
    let page = page("Two lines\nof heading\n---\n\n## A<br>B\n");
    assert_eq!((page.sections[1].heading.as_str(), page.sections[2].heading.as_str()), ("Two lines of heading", "A B"));
}

#[test]
fn what_a_page_defines_once_holds_in_every_section() {
    let page = page(
        "See [a link][a], [b][], [c] and ![pic][a].[^n]\n\n## Next\n\nAgain [a][].[^n] And [none].\n\n## Last\n\nText.\n\n\
         [a]: https://example.org/a \"T\"\n[b]: other.md#x\n[c]: <https://example.org/c (d)>\n[^n]: A [note][b].\n",
    );
    let sections: Vec<&str> = page.sections.iter().map(|s| s.shown.as_str()).collect();
    assert_eq!(
        sections,
        [
            "See [a link](https://example.org/a \"T\"), [b](other.md#x), [c](<https://example.org/c (d)>) and \
             ![pic](https://example.org/a \"T\").\\[1\\]\n\n\\[1\\] A [note](other.md#x).",
            "Again [a](https://example.org/a \"T\").\\[1\\] And [none].\n\n\\[1\\] A [note](other.md#x).",
            "Text.",
        ]
    );
    assert_eq!(page.sections[2].markdown, "Text.", "the definitions at its end are the page's");
    let lead: Vec<(&str, usize, bool)> =
        page.sections[0].links.iter().map(|l| (l.target.as_str(), l.line, l.picture)).collect();
    assert_eq!(lead.len(), 4);
    assert_eq!((lead[1], lead[3]), (("other.md#x", 8, false), ("https://example.org/a", 8, true)));
}

#[test]
fn boxes_and_bare_addresses_are_shown_as_github_shows_them() {
    for (body, expected) in [
        ("- [ ] to do\n- [x] done", "- ☐ to do\n- ☑ done"),
        ("See https://example.org/_x_/y.", "See <https://example.org/_x_/y>."),
        ("(https://en.example.org/a_(b))", "(<https://en.example.org/a_(b)>)"),
        ("**https://example.org**", "**<https://example.org>**"),
        (
            "`https://a.org` [https://b.org](x.md) <https://c.org>",
            "`https://a.org` [https://b.org](x.md) <https://c.org>",
        ),
        (
            "<a href=\"https://a.org\">https://a.org</a> https:// xhttps://b.org",
            "<a href=\"https://a.org\">https://a.org</a> https:// xhttps://b.org",
        ),
        ("| a |\n|---|\n| https://a.org/x|", "| a |\n|---|\n| <https://a.org/x>|"),
        ("```\nhttps://a.org\n```", "```\nhttps://a.org\n```"),
    ] {
        assert_eq!(shown(body)[0], expected, "{body}");
    }
}

#[test]
fn what_is_shown_of_html_is_plain_text_too() {
    let text = "<details>\n<summary>Which quokka?</summary>\n\nSmall.\n\n</details>\n\n<p align=\"center\">An axolotl <img \
                alt=\"a lake\" src=\"x\"></p>\n\n| a |\n|---|\n| one<br>pangolin |\n\n<!-- not this -->\n";
    let words = markdown::plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words, "Which quokka? Small. An axolotl a lake a one pangolin");
}

#[test]
fn where_pictures_cannot_be_shown_their_words_are() {
    let page = page("Look:\n\n![Two [odd] heaps](img/split.svg)\n\n![far](https://example.org/x.png)\n");
    let snippet = page.snippet(&page.sections[0], 1, "https://cairn.example");
    assert!(
        snippet.text.contains("![Two [odd] heaps](https://cairn.example/guides/img/split.svg)"),
        "{}",
        snippet.text
    );
    for platform in [Platform::Discord, Platform::Reddit, Platform::Plain] {
        let text = snippet.clone().for_platform(platform).text;
        assert_eq!(
            text,
            "Look:\n\n[Picture: Two \\[odd\\] heaps](https://cairn.example/guides/p)\n\n![far](https://example.org/x.png)",
            "{platform:?}"
        );
    }
    let nowhere = page.snippet(&page.sections[0], 1, super::ANYWHERE).for_platform(Platform::Discord).text;
    assert!(super::reach::unlinked(&nowhere).starts_with("Look:\n\nPicture: Two \\[odd\\] heaps\n"), "{nowhere}");
    for (target, file) in [
        ("img/a-b2.svg", Some("a-b2.svg")),
        ("./img/x.png", Some("x.png")),
        ("img/../x.svg", None),
        ("img/X.svg", None),
        ("x.svg", None),
    ] {
        assert_eq!(markdown::picture(target), file, "{target}");
    }
}

#[test]
fn names_keep_the_signs_that_tell_them_apart() {
    for (text, expected) in [
        ("C#", "c#"),
        ("C++!", "c++"),
        ("C", "c"),
        (".NET", ".net"),
        ("ASP.NET Core", "asp net core"),
        ("F# and C#, please", "f# and c# please"),
        ("Update #2 of a+b", "update 2 of a b"),
        ("What's up?", "whats up"),
        ("re\u{301}sume\u{301}", "résumé"),
        (" # + . ", ""),
    ] {
        assert_eq!(name(text), expected, "{text}");
    }
}

/// The time depends only on the length of the page's text, not on its content.
#[test]
fn the_time_for_a_page_grows_with_its_length() {
    const BYTES: usize = 190_000;
    let many = |piece: &str| piece.repeat(BYTES / piece.len());
    let bodies = [
        many("## Fixed\n\nx\n\n"),
        many("- an item\n"),
        many("| a | b |\n").replacen("| a | b |\n", "| a | b |\n|---|---|\n", 1),
        many("["),
        many("*"),
        many("`"),
        many(">"),
        many("![a][b]") + "\n\n[b]: https://example.org/b",
        many("[^n] ") + "\n\n[^n]: A note.",
        many("https://example.org/x "),
        many("[a](https://example.org/a) b "),
        many("<a name=\"x\"></a> "),
        many("<b "),
        many("[a]: x\n"),
    ];
    for body in bodies {
        let file = folder::File { path: "p.md".into(), slug: "p".to_owned(), source: format!("{FRONT}{body}") };
        let began = Instant::now();
        let page = Page::parse(&file.source).expect("a page");
        for section in &page.sections {
            markdown::plain(&section.shown);
            super::snippet::cut(&section.shown, Platform::Discord.limit());
        }
        let read = began.elapsed();
        check::check(&[file], &folder::pictures());
        let start: String = body.chars().take(20).collect();
        println!("{start:?}: read in {read:?}, checked in {:?}", began.elapsed() - read);
        assert!(began.elapsed() < Duration::from_secs(10), "{start:?} took {:?}", began.elapsed());
    }
}
