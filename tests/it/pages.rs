//! What a page may hold: pictures, old names of sections, a date for its next review; and what makes it worse to read.

use std::fs;

use crate::world::program::Cairn;

/// Text of a usual section, about nothing that another section is about.
fn filler(start: usize) -> String {
    (start..start + 70).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ") + "."
}

fn page(slug: &str, body: &str) -> String {
    format!(
        "---\nslug: {slug}\ntitle: The {slug} page\nsummary: About {slug}.\ntags: [test]\nreviewed: 2026-11-21\n---\n\n{body}\n"
    )
}

/// A folder `in` with these pages.
fn with(pages: &[(&str, &str)]) -> Cairn {
    let cairn = Cairn::new();
    fs::create_dir(cairn.path().join("in")).expect("a folder");
    for (slug, body) in pages {
        fs::write(cairn.path().join(format!("in/{slug}.md")), page(slug, body)).expect("a page");
    }
    cairn
}

#[test]
fn check_warns_of_sections_that_cannot_be_read_alone() {
    let words: Vec<String> = (0..14).map(|n| filler(n * 100)).collect();
    let one = format!(
        "{}\n\n## What do these parts cost?\n<!-- asked: what does it cost; is it dear -->\n\nThey cost little. {}\n\n\
         ## Costs\n\nCosts are low, as said above. **Enough:** a coin. Then take Step 3. {}\n\n\
         ## Age\n\nIn 2016 Warden was young. He said so. {}\n\n## Tools\n\nTools help. Use LoRA here. {}\n\n\
         ## Same\n\nAll is said. {}\n",
        words[0], words[1], words[2], words[3], words[4], words[5]
    );
    let two = format!(
        "{}\n\n## Costs\n<!-- asked: What does it cost?! -->\n\nCosts are high. {}\n\n## Again\n\nAll is said. {}\n\n\
         ## Is it worth the money?\n\nIt depends on you. Ask around. Pete Warden, an engineer, wrote so in 2016. {}\n\n\
         ## Where do tools run?\n\nIn a box, with Docker (a way to pack programs) or [JAX](one.md#tools), see step 3 of the plan. {}\n",
        words[6], words[7], words[5], words[8], words[9]
    );
    let cairn = with(&[("one", &one), ("two", &two)]);
    let run = cairn.run(&["guides", "check", "in"]);
    insta::assert_snapshot!(run.out, @r"
    in/one.md:11: warning: the heading “What do these parts cost?” says “these”, but not what is meant; name the thing in the heading
    in/one.md:14: warning: the section “What do these parts cost?” begins with “They”, which means nothing to someone who reads only its text; name what is meant
    in/one.md:18: warning: “as said above” points to a text that this section does not hold; say it again in a few words, or link to its section
    in/one.md:18: warning: “Enough:” does not say what is enough, or for whom; write a sentence, such as “You know enough when …”
    in/one.md:18: warning: “Step 3” is only a number; name the step, such as “the step on git”, or link to its section
    in/one.md:22: warning: “Warden” is not introduced in the section “Age”; write the full name and who that is, or leave the name out
    in/one.md:22: warning: the first two sentences of “Age” hold “Warden”; begin with the answer, and say after it whose it is and from when
    in/one.md:26: warning: “LoRA” is not explained at its first use on this page; add a few words in brackets, or a link to glossary.md or another page
    in/two.md:11: warning: the page one has the heading “Costs”, too; say in each what it is about there
    in/two.md:12: warning: “What does it cost?!” asks for one.md#what-do-these-parts-cost, too; keep it only where the text answers it
    in/two.md:16: warning: the section “Again” says much the same as one.md#same (100 % of its runs of 4 words); keep one and link to it
    ");
    assert_eq!(run.code, 1, "warnings fail the check");
    assert_eq!(cairn.run(&["guides", "check", "--no-warnings", "in"]).well(), "2 pages, nothing to fix.\n");
}

#[test]
fn pictures_are_shown_on_the_web_and_told_elsewhere() {
    let body =
        format!("{}\n\n## Parts\n\n![Three heaps: train, choose, test](img/split.svg)\n\n{}", filler(0), filler(100));
    let cairn = with(&[("split", &body)]);
    cairn.run(&["guides", "check", "in"]).well();
    cairn.run(&["guides", "import", "in"]).well();
    let shown = cairn.run(&["guides", "show", "split#parts"]).well();
    assert!(shown.contains("\n\nPicture: Three heaps: train, choose, test\n\nword100"), "{shown}");
    let found = cairn.run(&["--json", "wiki", "split#parts"]).json();
    let text = found[0]["text"].as_str().expect("a text");
    assert!(
        text.starts_with("[Picture: Three heaps: train, choose, test](http://127.0.0.1:8080/guides/split#parts)"),
        "{text}"
    );
    let server = cairn.serve(&[]);
    let shown = server.get("/guides/split").body;
    assert!(shown.contains("<img src=\"/guides/img/split.svg\" alt=\"Three heaps: train, choose, test\">"), "{shown}");
    let picture = server.get("/guides/img/split.svg");
    assert_eq!(picture.status, 200);
    assert!(picture.body.contains("prefers-color-scheme:dark"), "it is dark on dark pages");
    let head = picture.head.to_lowercase();
    for part in [
        "content-type: image/svg+xml",
        "cache-control: public, max-age=86400",
        "content-security-policy: default-src 'none'; style-src 'unsafe-inline'\r\n",
        "x-content-type-options: nosniff",
    ] {
        assert!(head.contains(part), "{part} is missing in\n{head}");
    }
    for nothing in ["/guides/img/none.svg", "/guides/img/..%2fhacker.md", "/guides/img/split.txt"] {
        assert_eq!(server.get(nothing).status, 404, "{nothing}");
    }
}

#[test]
fn pictures_need_a_file_and_words_and_go_out_with_the_pages() {
    let body = format!("![](img/split.svg) ![x](img/none.svg) ![y](img/own.svg) {}", filler(0));
    let cairn = with(&[("p", &body)]);
    fs::create_dir(cairn.path().join("in/img")).expect("a folder");
    fs::write(cairn.path().join("in/img/own.svg"), "<svg/>").expect("a picture");
    let checked = cairn.run(&["guides", "check", "in"]);
    insta::assert_snapshot!(checked.out, @r"
    in/p.md:9: the picture img/split.svg has no text for those who do not see it; write ![what it shows](img/split.svg)
    in/p.md:9: there is no picture img/none.svg; put the file there, or correct its name
    ");
    let report = cairn.run(&["guides", "import", "in"]).well();
    assert!(report.contains("Left out: img/own.svg (pictures come with the program)."), "{report}");
    cairn.run(&["guides", "export", "out"]).well();
    let written = fs::read(cairn.path().join("out/img/split.svg")).expect("a picture");
    assert_eq!(written, fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/guides/img/split.svg")).expect("the same"));
    assert_eq!(fs::read_to_string(cairn.path().join("out/p.md")).expect("a page"), page("p", &body));
    let again = cairn.run(&["guides", "import", "out"]).well();
    assert!(again.starts_with("0 added, 0 changed, ") && !again.contains("img"), "{again}");
}

#[test]
fn the_drawings_have_a_title_a_description_and_a_dark_side() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/guides/img");
    let mut drawings = 0;
    for entry in fs::read_dir(folder).expect("pictures") {
        let path = entry.expect("an entry").path();
        let drawing = fs::read_to_string(&path).expect("a drawing");
        for part in [
            "<title id=\"t\">",
            "<desc id=\"d\">",
            "viewBox=\"0 0 ",
            "@media (prefers-color-scheme:dark)",
            "role=\"img\"",
        ] {
            assert!(drawing.contains(part), "{} has no {part}", path.display());
        }
        assert!(!drawing.contains("<script") && !drawing.contains("href="), "{}", path.display());
        drawings += 1;
    }
    assert!(drawings >= 6, "{drawings}");
}

#[test]
fn old_names_of_a_section_lead_to_it() {
    let body = format!(
        "{}\n\n## What does a quokka eat?\n\n<a name=\"diet-of-the-quokka\"></a>\n<!-- asked: quokka food -->\n\nLeaves. {}\n\n## Next\n\n{}",
        filler(0),
        filler(100),
        filler(200)
    );
    let cairn = with(&[("zoo", &body)]);
    cairn.run(&["guides", "import", "in"]).well();
    let wanted = cairn.run(&["guides", "show", "zoo#what-does-a-quokka-eat"]).well();
    assert!(wanted.starts_with("What does a quokka eat?\n\nLeaves. word100") && !wanted.contains("<a"), "{wanted}");
    for name in ["zoo#diet-of-the-quokka", "zoo#Diet of the quokka", "zoo#what does a quokka eat"] {
        assert_eq!(cairn.run(&["guides", "show", name]).well(), wanted, "{name}");
    }
    for query in ["zoo#diet-of-the-quokka", "zoo#Diet of the quokka", "Diet of the quokka?", "quokka food"] {
        let found = cairn.run(&["--json", "wiki", query]).json();
        assert_eq!(found[0]["heading"], "What does a quokka eat?", "{query}: {found}");
        assert!(found[0]["score"].as_f64().expect("a score") > 0.95, "{query}: {found}");
    }
    let shown = cairn.serve(&[]).get("/guides/zoo").body;
    assert!(shown.contains("<a id=\"diet-of-the-quokka\"></a>"), "{shown}");
    // An edit of the section keeps its old name and the ways of asking for it.
    cairn.run_with(&["guides", "edit", "zoo#what-does-a-quokka-eat", "--base", "1"], b"Grass.").well();
    let source = cairn.run(&["guides", "show", "zoo"]).well();
    assert!(
        source.contains("<a name=\"diet-of-the-quokka\"></a>\n<!-- asked: quokka food -->\n\nGrass.\n"),
        "{source}"
    );
}

#[test]
fn a_question_that_a_section_lists_leads_straight_to_it() {
    let body = format!(
        "{}\n\n## Food\n<!-- asked: what's a quokka's favourite snack; does it bite? -->\n\nLeaves. {}\n\n## Snacks of a quokka\n\nA favourite snack. {}",
        filler(0),
        filler(100),
        filler(200)
    );
    let cairn = with(&[("zoo", &body)]);
    cairn.run(&["guides", "import", "in"]).well();
    for query in ["Whats a quokkas favourite snack?", "WHAT’S A QUOKKA’S FAVOURITE SNACK", "Does it bite"] {
        let found = cairn.run(&["--json", "wiki", query, "--explain"]).json();
        assert_eq!(found[0]["heading"], "Food", "{query}: {found}");
        assert!(found[0]["because"].as_str().expect("a reason").starts_with("Alias way of asking"), "{found}");
        assert!(cairn.run(&["wiki", query]).well().starts_with("Food\n"), "{query}");
    }
}

#[test]
fn pages_that_are_due_for_a_new_look_are_a_job() {
    let cairn = with(&[]);
    let due = page("soon", &filler(0)).replace("reviewed: 2026-11-21", "reviewed: 2026-11-21\nreview: 2026-11-28");
    fs::write(cairn.path().join("in/soon.md"), due).expect("a page");
    fs::write(cairn.path().join("in/old.md"), page("old", &filler(100)).replace("2026-11-21", "2026-01-01"))
        .expect("a page");
    cairn.run(&["guides", "import", "in"]).well();
    let list = cairn.run(&["--now", "2026-11-29T12:00:00Z", "guides", "due"]).well();
    assert_eq!(
        list,
        "- The old page (old): due since 2026-06-30, last checked on 2026-01-01\n\
         - The soon page (soon): due since 2026-11-28, last checked on 2026-11-21\n"
    );
    let list = cairn.run(&["--now", "2026-11-29T12:00:00Z", "--json", "guides", "due"]).json();
    assert_eq!((&list[0]["page"], &list[1]["since"]), (&"old".into(), &"2026-11-28".into()));
    assert!(cairn.run(&["--now", "2026-11-27T12:00:00Z", "guides", "due"]).well().contains("old"));
}
