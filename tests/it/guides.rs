//! Pages between files and the database.

use std::fs;
use std::path::Path;

use crate::world::program::Cairn;

fn guides() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/guides"))
}

fn page(slug: &str, aliases: &str, text: &str) -> String {
    format!(
        "---\nslug: {slug}\ntitle: The {slug} page\nsummary: About {slug}.\naliases: [{aliases}]\ntags: [test]\nreviewed: 2026-11-21\n---\n\n{text}\n"
    )
}

#[test]
fn the_pages_of_the_repository_have_nothing_to_mend() {
    let run = Cairn::new().run(&["guides", "check", guides().to_str().expect("a path")]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    assert!(run.out.ends_with("pages, nothing to fix.\n"), "{}", run.out);
}

#[test]
fn what_goes_in_comes_out_to_the_byte() {
    let cairn = Cairn::new();
    let out = cairn.path().join("out");
    cairn.run(&["guides", "export", "out"]).well();
    let mut pages = 0;
    for entry in fs::read_dir(guides()).expect("guides") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if path.is_dir() {
            continue;
        }
        if name == "SOURCES.md" {
            assert!(!out.join(name).exists(), "notes for editors are no page");
            continue;
        }
        assert_eq!(fs::read(&path).expect("a page"), fs::read(out.join(name)).expect("its export"), "{name:?}");
        pages += 1;
    }
    assert!(pages >= 5);
    // Odd but legal bytes survive as well.
    let odd = page("odd", "", "Ünïcode, trailing spaces   \n\n\n\ttab, no final line end").replace('\n', "\r\n");
    fs::create_dir(cairn.path().join("in")).expect("a folder");
    fs::write(cairn.path().join("in/odd.md"), &odd).expect("a page");
    cairn.run(&["guides", "import", "in"]).well();
    cairn.run(&["guides", "export", "in"]).well();
    assert_eq!(fs::read_to_string(cairn.path().join("in/odd.md")).expect("a page"), odd);
}

#[test]
fn an_import_says_what_changed_and_changes_only_that() {
    let cairn = Cairn::new();
    cairn.run(&["guides", "export", "wiki"]).well();
    assert!(cairn.run(&["guides", "import", "wiki"]).well().starts_with("0 added, 0 changed, "));
    let file = cairn.path().join("wiki/hacker.md");
    let edited = fs::read_to_string(&file).expect("a page") + "\nOne more line.\n";
    fs::write(&file, &edited).expect("written");
    fs::write(cairn.path().join("wiki/new.md"), page("new", "brand new thing", "Text.")).expect("written");
    let report = cairn.run(&["--json", "guides", "import", "wiki"]).json();
    assert_eq!((&report["added"], &report["changed"]), (&vec!["new"].into(), &vec!["hacker"].into()));
    let listed = cairn.run(&["--json", "guides", "list"]).json();
    let hacker = listed.as_array().expect("a list").iter().find(|p| p["slug"] == "hacker").expect("the page");
    assert_eq!(hacker["revision"], 2);
    assert_eq!(
        cairn.run(&["guides", "show", "brand new thing"]).well().trim_end(),
        page("new", "brand new thing", "Text.").trim_end()
    );
}

#[test]
fn a_file_and_the_wiki_that_changed_different_lines_are_brought_together() {
    let cairn = Cairn::new();
    let tea = |green: &str, black: &str| {
        page("tea", "", &format!("Tea is hot.\n\n## Green\n\n{green}\n\n## Black\n\n{black}"))
    };
    fs::create_dir(cairn.path().join("in")).expect("a folder");
    let file = cairn.path().join("in/tea.md");
    fs::write(&file, tea("Two minutes.", "Four minutes.")).expect("written");
    cairn.run(&["guides", "import", "in"]).well();
    // The wiki is edited, and so is the file, elsewhere.
    let section = ["guides", "edit", "tea#green", "--author", "ann"];
    cairn.run_with(&section, b"Three minutes.\n").well();
    fs::write(&file, tea("Two minutes.", "Five minutes.")).expect("written");
    let report = cairn.run(&["guides", "import", "in", "--author", "bob"]).well();
    assert!(
        report.contains("0 added, 1 changed, 0 unchanged. Brought together with changes of the wiki: tea;"),
        "{report}"
    );
    assert_eq!(
        cairn.run(&["guides", "show", "tea"]).well().trim_end(),
        tea("Three minutes.", "Five minutes.").trim_end()
    );
    let history = cairn.run(&["guides", "history", "tea"]).well();
    assert!(history.contains("bob, +1 −1: imported from a file, together with revision 2"), "{history}");
    // The same file again brings nothing new, and an edit of the same lines is refused with both texts.
    assert!(cairn.run(&["guides", "import", "in"]).well().starts_with("0 added, 0 changed, 1 unchanged"));
    fs::write(&file, tea("Nine minutes.", "Five minutes.")).expect("written");
    let refused = cairn.run(&["guides", "import", "in"]).refused(1);
    assert!(refused.contains("in the same lines (it is at revision 3)"), "{refused}");
    assert!(refused.contains("Three minutes.") && refused.contains("Nine minutes."), "{refused}");
    // What the wiki has taken in may be written over; what it has not seen may not.
    assert!(cairn.run(&["guides", "export", "in"]).refused(1).contains("has edits that the wiki has never seen"));
    fs::write(&file, tea("Two minutes.", "Five minutes.")).expect("written");
    cairn.run(&["guides", "export", "in"]).well();
    assert_eq!(fs::read_to_string(&file).expect("a page"), tea("Three minutes.", "Five minutes."));
}

#[test]
fn a_file_that_missed_an_edit_is_refused_with_both_texts_and_nothing_is_lost() {
    let cairn = Cairn::new();
    for folder in ["ann", "bob"] {
        cairn.run(&["guides", "export", folder]).well();
        let file = cairn.path().join(folder).join("hacker.md");
        let text = fs::read_to_string(&file).expect("a page");
        fs::write(&file, format!("{text}\nA line by {folder}.\n")).expect("written");
    }
    fs::write(cairn.path().join("bob/extra.md"), page("extra", "", "Text.")).expect("written");
    cairn.run(&["guides", "import", "ann"]).well();
    let sentence = cairn.run(&["guides", "import", "bob"]).refused(1);
    assert!(sentence.contains("A line by ann.") && sentence.contains("A line by bob."), "both texts are shown");
    assert_eq!(cairn.run(&["guides", "show", "extra"]).code, 1, "all or nothing");
    let shown = cairn.run(&["guides", "show", "hacker"]).well();
    assert!(shown.contains("A line by ann.") && !shown.contains("A line by bob."));
    // Exporting does not overwrite what the wiki has never seen, either.
    assert!(
        cairn.run(&["guides", "export", "bob"]).refused(1).contains("hacker.md has edits that the wiki has never seen")
    );
    assert!(fs::read_to_string(cairn.path().join("bob/hacker.md")).expect("a page").contains("A line by bob."));
    // An old, unedited copy is no edit.
    cairn.run(&["guides", "export", "carol"]).well();
    fs::copy(guides().join("hacker.md"), cairn.path().join("carol/hacker.md")).expect("copied");
    assert!(cairn.run(&["guides", "import", "carol"]).well().contains("newer revisions than these files: hacker"));
}

#[test]
fn broken_front_matter_is_named_by_file_and_line() {
    let good = page("p", "", "Text.");
    let table = [
        ("no front matter", "in/p.md:1: the page must begin with front matter"),
        ("---\nslug: p\n", "in/p.md:1: the front matter is not closed"),
        (&good.replace("reviewed: 2026-11-21", "reviewed: soon"), "in/p.md:7: "),
        (&good.replace("summary: About p.\n", ""), "in/p.md:6: the front matter has no summary; add a line summary: …"),
        (&good.replace("tags: [test]", "tags: [test"), "in/p.md:"),
        (&good.replace("tags: [test]", "colour: red"), "in/p.md:6: "),
        (&good.replace("slug: p", "slug: P Q"), "in/p.md:2: slug must be"),
        (&good.replace("slug: p", "slug: q"), "in/p.md:2: slug is q, but the file's name says p"),
        (&good.replace("tags: [test]", "tags: [test]\ntrack: wizard"), "in/p.md:7: "),
    ];
    for (text, expected) in table {
        let cairn = Cairn::new();
        fs::create_dir(cairn.path().join("in")).expect("a folder");
        fs::write(cairn.path().join("in/p.md"), text).expect("a page");
        fs::write(cairn.path().join("in/fine.md"), page("fine", "", "Text.")).expect("a page");
        let sentence = cairn.run(&["guides", "import", "in"]).refused(1);
        assert!(sentence.starts_with(expected) && !sentence.contains('\n'), "{sentence}\nfor {text}");
        let checked = cairn.run(&["guides", "check", "in"]);
        assert_eq!(checked.code, 1);
        assert!(checked.out.contains(expected), "{}", checked.out);
        assert_eq!(cairn.run(&["guides", "show", "fine"]).code, 1, "nothing was imported");
    }
}

#[test]
fn a_name_that_moves_from_one_page_to_another_is_imported() {
    let cairn = Cairn::new();
    fs::create_dir(cairn.path().join("in")).expect("a folder");
    let file = |slug: &str| cairn.path().join("in").join(format!("{slug}.md"));
    fs::write(file("old"), page("old", "wandering name", "Text.")).expect("written");
    cairn.run(&["guides", "import", "in"]).well();
    // In the order of the files' names, the page that takes the name comes first.
    fs::write(file("old"), page("old", "", "Text.")).expect("written");
    fs::write(file("heir"), page("heir", "wandering name", "Text.")).expect("written");
    cairn.run(&["guides", "import", "in"]).well();
    assert!(cairn.run(&["guides", "show", "wandering name"]).well().contains("slug: heir"));
}

#[test]
fn names_belong_to_one_page() {
    let cairn = Cairn::new();
    fs::create_dir(cairn.path().join("in")).expect("a folder");
    fs::write(cairn.path().join("in/thief.md"), page("thief", "Hacker", "Text.")).expect("a page");
    assert_eq!(
        cairn.run(&["guides", "import", "in"]).refused(1),
        "in/thief.md: the name “Hacker” already belongs to the page hacker; choose another name, title or alias."
    );
    let track = page("thief", "", "Text.").replace("tags:", "track: hacker\ntags:");
    fs::write(cairn.path().join("in/thief.md"), track).expect("a page");
    assert!(cairn.run(&["guides", "import", "in"]).refused(1).contains("is the guide for hacker"));
}

#[test]
fn check_finds_what_readers_would_stumble_over() {
    let cairn = Cairn::new();
    fs::create_dir(cairn.path().join("in")).expect("a folder");
    let words = "word ".repeat(80);
    let long = "word ".repeat(251);
    let text = format!(
        "{words}\n\n## Links\n\n{words}[gone](gone.md) [here](#nowhere) [odd](odd.html) [fine](#links) [self](p.md)\n\n## Short\n\nFew words.\n\n## Long\n\n{long}"
    );
    fs::write(cairn.path().join("in/p.md"), page("p", "", &text)).expect("a page");
    let run = cairn.run(&["guides", "check", "in"]);
    insta::assert_snapshot!(run.out, @r"
    in/p.md:14: the link to gone.md leads to a page that is not there
    in/p.md:14: the link to #nowhere leads to a section that is not there
    in/p.md:14: the link to odd.html leads nowhere; write page.md#section or a whole address
    in/p.md:16: the section “Short” has 2 words; 60 to 250 are allowed
    in/p.md:20: the section “Long” has 251 words; 60 to 250 are allowed
    ");
    assert_eq!((run.code, run.err.as_str()), (1, "5 things to fix in 1 page.\n"));
}

#[test]
fn an_unknown_page_gets_suggestions() {
    let cairn = Cairn::new();
    assert_eq!(
        cairn.run(&["guides", "show", "enginer"]).refused(1),
        "There is no page “enginer”; did you mean engineer?"
    );
    assert!(
        cairn
            .run(&["guides", "show", "hacker#nope"])
            .refused(1)
            .starts_with("The page hacker has no section #nope; its sections are ")
    );
    assert!(cairn.run(&["guides", "check", "nowhere"]).refused(1).contains("cannot read nowhere"));
    fs::create_dir(cairn.path().join("empty")).expect("a folder");
    assert!(cairn.run(&["guides", "import", "empty"]).refused(1).starts_with("There are no pages"));
}

#[test]
fn a_folder_that_cannot_be_used_is_said_so() {
    let cairn = Cairn::new();
    fs::write(cairn.path().join("file"), "").expect("written");
    assert_eq!(
        cairn.run(&["--data-dir", "file/data", "guides", "list"]).refused(1),
        "The data folder file/data cannot be made, because file is a file; choose another folder with --data-dir."
    );
    fs::create_dir(cairn.path().join("data")).expect("a folder");
    fs::write(
        cairn.path().join("data/cairn.db"),
        "this is no database, but it is long enough to have a header".repeat(20),
    )
    .expect("written");
    let sentence = cairn.run(&["guides", "list"]).refused(1);
    assert!(sentence.starts_with("The file") && sentence.contains("is no intact Cairn database"), "{sentence}");
}

#[test]
fn an_acknowledged_import_survives_a_kill() {
    let cairn = Cairn::new();
    cairn.run(&["guides", "export", "wiki"]).well();
    let file = cairn.path().join("wiki/hacker.md");
    let original = fs::read_to_string(&file).expect("a page");
    for round in 0..6_u64 {
        fs::write(&file, format!("{original}\nRound {round}.\n")).expect("written");
        let mut child = cairn.command(&["guides", "import", "wiki"]).spawn().expect("started");
        std::thread::sleep(std::time::Duration::from_millis(round * 25));
        let _ = child.kill();
        let acknowledged = child.wait().expect("ended").success();
        let shown = cairn.run(&["guides", "show", "hacker"]).well();
        assert!(!acknowledged || shown.contains(&format!("Round {round}.")), "an acknowledged revision is lost");
        // Whatever the kill did, importing again completes it.
        cairn.run(&["guides", "import", "wiki"]).well();
        assert!(cairn.run(&["guides", "show", "hacker"]).well().contains(&format!("Round {round}.")));
    }
}

#[test]
fn a_page_that_begins_with_its_title_is_said_to_be_short_once() {
    let cairn = Cairn::new();
    fs::create_dir(cairn.path().join("in")).expect("a folder");
    fs::write(cairn.path().join("in/tiny.md"), page("tiny", "", "# The tiny page\n\nThree short words."))
        .expect("written");
    let run = cairn.run(&["guides", "check", "in"]);
    assert_eq!(run.out.matches("the section “The tiny page” has").count(), 1, "{}{}", run.out, run.err);
    // Without that heading its beginning is looked at.
    fs::write(cairn.path().join("in/tiny.md"), page("tiny", "", "")).expect("written");
    let run = cairn.run(&["guides", "check", "in"]);
    assert!(run.out.contains("the section “The tiny page” has 0 words"), "{}{}", run.out, run.err);
}
