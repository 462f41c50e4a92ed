//! Pages as people write them for GitHub: what is shown, found, checked and imported.

use std::fs;
use std::process::Command;
use std::time::Duration;

use sqlx::Connection;

use crate::world::program::Cairn;

const WORDS: &str = "Plain words that fill the section so that nobody complains about it. ";

fn page(slug: &str, front: &str, body: &str) -> String {
    format!(
        "---\nslug: {slug}\ntitle: The {slug} page\nsummary: About {slug}.\n{front}tags: [test]\nreviewed: 2026-11-21\n---\n\n{body}\n"
    )
}

fn with(files: &[(&str, &str)]) -> Cairn {
    let cairn = Cairn::new();
    fs::create_dir(cairn.path().join("in")).expect("a folder");
    for (name, text) in files {
        fs::write(cairn.path().join("in").join(name), text).expect("a page");
    }
    cairn
}

#[test]
fn what_a_page_defines_once_is_shown_in_every_section() {
    let words = WORDS.repeat(6);
    let body = format!(
        "See [the docs][d] and https://example.net/_x_/y.[^1]\n\n{words}\n\n- [ ] to do\n\n<a name=\"here\"></a>\n\n## First\n\n\
         {words} [d] again.\n\n## Last\n\n{words}\n\n[d]: https://example.org/docs\n[^1]: A small note.\n"
    );
    let cairn = with(&[("odd.md", &page("odd", "", &body))]);
    cairn.run(&["guides", "import", "in"]).well();
    let shown = cairn.run(&["guides", "show", "odd#first"]).well();
    assert!(shown.contains("d (https://example.org/docs) again"), "{shown}");
    assert_eq!(cairn.run(&["guides", "show", "odd#here"]).well(), shown, "a name in HTML stands for what follows it");
    // An edit of the section that holds the definitions leaves them to the page.
    cairn.run_with(&["guides", "edit", "odd#last", "--base", "1"], words.as_bytes()).well();
    assert!(
        cairn
            .run(&["guides", "show", "odd"])
            .well()
            .contains("\n\n[d]: https://example.org/docs\n[^1]: A small note.\n")
    );
    let server = cairn.serve(&[]);
    let shown = server.get("/guides/odd").body;
    for part in [
        "<a href=\"https://example.org/docs\" rel=\"noopener noreferrer\">the docs</a>",
        "<a href=\"https://example.net/_x_/y\" rel=\"noopener noreferrer\">https://example.net/_x_/y</a>.[1]",
        "<p>[1] A small note.</p>",
        "☐ to do",
        "<a id=\"here\"></a>",
    ] {
        assert!(shown.contains(part), "{part} is missing in\n{shown}");
    }
    assert!(!shown.contains("[d]:") && !shown.contains("[^1]"), "{shown}");
}

#[test]
fn what_is_shown_can_be_found() {
    let body = "<details>\n<summary>Which quokka do I need?</summary>\n\nA small one.\n\n</details>\n\n| a | b |\n|---|---|\n\
                | one<br>pangolin | two |\n\n<p align=\"center\">An <img alt=\"axolotl\" src=\"x.png\"></p>";
    let cairn = with(&[("zoo.md", &page("zoo", "", body))]);
    cairn.run(&["guides", "import", "in"]).well();
    for word in ["quokka", "pangolin", "axolotl"] {
        assert!(cairn.run(&["wiki", word]).well().contains("The zoo page"), "{word}");
    }
}

#[test]
fn links_as_github_writes_them_are_not_called_dead() {
    let words = WORDS.repeat(6);
    let links = "[1](#my_function) [2](#__init__) [3](#%E5%85%A5%E9%96%80) [4](#हिन्दी) [5](#two-lines-of-heading) [6](./p.md#x_y)";
    let body = format!(
        "{links} {words} <a name=\"x_y\"></a>\n\n## my_function\n\n{words}\n\n## `__init__`\n\n{words}\n\n## 入門\n\n{words}\n\n## हिन्दी\n\n\
         {words}\n\nTwo lines\nof heading\n---\n\n{words}\n\n[dead](#nope) ![far](https://example.org/x.png) [out](../q.md)"
    );
    let cairn = with(&[("p.md", &page("p", "", &body))]);
    let checked = cairn.run(&["guides", "check", "--no-warnings", "in"]);
    let problems: Vec<&str> = checked.out.lines().map(|line| line.splitn(3, ':').nth(2).unwrap_or_default()).collect();
    assert_eq!(
        problems,
        [
            " the link to #nope leads to a section that is not there",
            " the picture https://example.org/x.png is not shown, because it lies elsewhere; link to it instead",
            " the link to ../q.md leads nowhere; write page.md#section or a whole address",
        ],
        "{}",
        checked.out
    );
}

#[test]
fn many_equal_headings_take_no_time() {
    let imported = |headings: usize, name: &dyn Fn(usize) -> String| {
        let body: String = (0..headings).map(|n| format!("## {}\n\nx\n\n", name(n))).collect();
        let cairn = with(&[("dup.md", &page("dup", "", &body))]);
        cairn.run(&["guides", "list"]).well();
        let computed = processor_time(&cairn, &["guides", "import", "in"]).as_secs_f64();
        (cairn, computed)
    };
    let equal = |_| "Fixed".to_owned();
    let (_, few) = imported(1_000, &equal);
    let (cairn, many) = imported(4_000, &equal);
    let (_, different) = imported(4_000, &|n| format!("Fixed {n}"));
    cairn.run(&["guides", "show", "dup#fixed-3999"]).well();
    println!(
        "1,000 equal headings: {few:.2} s of the processor, 4,000: {many:.2} s, 4,000 different ones: {different:.2} s"
    );
    // A start costs about as much as 4,000 headings. Were the cost squared, the whole would be three times as much.
    assert!(many < 2.5 * few, "{many} after {few}");
    assert!(many < 1.5 * different, "{many} beside {different}");
}

/// How long a command keeps the processor busy: that is the same on a machine that has much else to do.
fn processor_time(cairn: &Cairn, args: &[&str]) -> Duration {
    let command = cairn.command(args);
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "\"$@\" > out && times", "sh"]).arg(command.get_program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let times = shell.current_dir(cairn.path()).output().expect("a shell").stdout;
    let times = String::from_utf8(times).expect("times");
    // The second line is of what the shell has run: "0m0.810000s 0m0.020000s".
    let seconds = |time: &str| {
        let (minutes, seconds) = time.trim_end_matches('s').split_once('m').expect("minutes");
        minutes.parse::<f64>().expect("minutes") * 60.0 + seconds.parse::<f64>().expect("seconds")
    };
    let of_command = times.lines().nth(1).unwrap_or_else(|| panic!("the command failed: {times:?}"));
    Duration::from_secs_f64(of_command.split_whitespace().map(seconds).sum())
}

#[test]
fn c_and_its_relatives_are_different_names() {
    // “C++” is a name of the page of skills.
    let languages = ["c", "csharp", "dotnet"];
    let aliases = ["C lang", "C#", ".NET"];
    let pages: Vec<(String, String)> = languages
        .iter()
        .zip(aliases)
        .map(|(slug, alias)| (format!("{slug}.md"), page(slug, &format!("aliases: [\"{alias}\"]\n"), WORDS)))
        .collect();
    let cairn = with(&pages.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>());
    cairn.run(&["guides", "import", "in"]).well();
    for (query, slug) in [("c", "c"), ("C#", "csharp"), (".net", "dotnet")] {
        let shown = cairn.run(&["wiki", query]).well();
        assert!(shown.starts_with(&format!("The {slug} page\n")), "{query}: {shown}");
    }
}

#[test]
fn an_import_says_what_it_left_out_and_what_is_to_mend() {
    let short =
        page("seen", "", "Few words.").replace("tags: [test]\n", "").replace("The seen page", "Update #2 of it");
    let cairn =
        with(&[("seen.md", &short), ("FAQ.md", ""), ("page.markdown", ""), ("OTHER.MD", ""), ("notes.txt", "")]);
    fs::create_dir(cairn.path().join("in/sub")).expect("a folder");
    let said = cairn.run(&["guides", "import", "in"]).well();
    assert!(said.starts_with("1 added, 0 changed, 0 unchanged.\nLeft out: FAQ.md (a name in capitals is a note, no page); OTHER.MD (the names of pages end in .md); page.markdown (the names of pages end in .md); sub/ (folders within the folder are not read).\n"), "{said}");
    for part in [
        "seen.md:1: tags are missing",
        "has 2 words",
        "what follows # in title is a comment and left out; write title: \"Update #2 of it\"",
    ] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    assert!(!cairn.run(&["guides", "import", "in"]).well().contains("To mend"), "nothing new, nothing more to say");
}

#[test]
fn all_names_that_are_taken_are_said_at_once_with_their_files() {
    let cairn = with(&[
        ("one.md", &page("one", "aliases: [Hacker]\n", WORDS)),
        ("two.md", &page("two", "aliases: [Engineer, one]\n", WORDS)),
    ]);
    assert_eq!(
        cairn.run(&["guides", "import", "in"]).refused(1),
        "in/one.md: the name “Hacker” already belongs to the page hacker; choose another name, title or alias.\n\
         in/two.md: the name “Engineer” already belongs to the page engineer; choose another name, title or alias.\n\
         in/two.md: the name “one” already belongs to the page one; choose another name, title or alias."
    );
}

#[test]
fn a_mark_of_the_byte_order_is_kept() {
    let text = format!("\u{feff}{}", page("bom", "", &WORDS.repeat(6)));
    let cairn = with(&[("bom.md", &text)]);
    assert_eq!(cairn.run(&["guides", "check", "in"]).code, 0);
    cairn.run(&["guides", "import", "in"]).well();
    cairn.run(&["guides", "export", "out"]).well();
    assert_eq!(fs::read_to_string(cairn.path().join("out/bom.md")).expect("a page"), text);
}

#[test]
fn front_matter_that_cannot_be_read_is_explained_in_plain_words() {
    let good = page("p", "aliases: [x]\n", WORDS);
    for (from, to, expected) in [
        (
            "title: The p page",
            "title:",
            "in/p.md:3: title has no value; write one after the colon (the word null in quotes)",
        ),
        ("tags: [test]", "tags: a, b", "in/p.md:6: tags must be a list; write tags: [one, two]"),
        ("summary: About p.", "title: Twice", "in/p.md:4: title is there twice; keep one of the two lines"),
        ("summary: About p.\n", "", "the front matter has no summary; add a line summary: …"),
        (
            "tags: [test]",
            "colour: red",
            "in/p.md:6: colour is not known in the front matter; delete that line or correct its first word",
        ),
        ("tags: [test]", "track: wizard", "in/p.md:6: track is wizard, but must be "),
    ] {
        let cairn = with(&[("p.md", &good.replace(from, to))]);
        let said = cairn.run(&["guides", "check", "in"]).out;
        assert!(said.contains(expected), "{expected}\nis missing in\n{said}");
    }
}

#[tokio::test]
async fn what_an_update_took_away_is_made_anew() {
    let cairn = with(&[("zoo.md", &page("zoo", "aliases: [quagga]\n", WORDS))]);
    cairn.run(&["guides", "import", "in"]).well();
    let before = cairn.run(&["wiki", "quagga"]).well();
    assert!(before.contains("The zoo page"), "{before}");
    let file = format!("sqlite://{}", cairn.path().join("data/cairn.db").display());
    let mut db = sqlx::SqliteConnection::connect(&file).await.expect("the database");
    sqlx::raw_sql("DELETE FROM sections; DELETE FROM names").execute(&mut db).await.expect("deleted");
    db.close().await.expect("closed");
    assert_eq!(cairn.run(&["wiki", "quagga"]).well(), before);
}

#[test]
fn scripts_that_part_no_words_are_searched_and_told_no_nonsense() {
    let body = "## 学習の順番\n\nまず数学を復習し、次に機械学習の本を一冊読みます。そのあとで小さな作品を作りましょう。\n\n## GPU\n\n显卡推荐：学习深度学习时，先用免费的云端显卡。";
    let cairn = with(&[("nyumon.md", &page("nyumon", "", body))]);
    cairn.run(&["guides", "import", "in"]).well();
    for (query, anchor) in [("機械学習の本", "学習の順番"), ("显卡推荐", "gpu"), ("深度学习 显卡", "gpu")]
    {
        let hits = cairn.run(&["wiki", "--json", query]).json();
        let link = hits[0]["link"].as_str().unwrap_or_default().to_owned();
        assert!(link.contains("/guides/nyumon#") && link.ends_with(anchor), "{query}: {hits}");
    }
    for query in ["如何申请签证", "บ้านพักราคาถูก", "부동산 가격"] {
        let said = cairn.run(&["wiki", query]).well();
        assert!(said.starts_with("The wiki is in English and has nothing in these words."), "{query}: {said}");
    }
}

#[test]
fn names_with_signs_are_no_slips() {
    let cairn = with(&[("tea.md", &page("tea", "", "A network of tea houses, next to nets."))]);
    cairn.run(&["guides", "import", "in"]).well();
    for query in [".net", "how do i use .net", "f#"] {
        let said = cairn.run(&["wiki", query]).well();
        assert!(!said.contains("read as"), "{query}: {said}");
        assert!(!said.contains("C++") && !said.contains("tea houses"), "{query}: {said}");
    }
    assert!(cairn.run(&["wiki", "do i need c++"]).well().contains("Do you need C++?"));
}

#[test]
fn a_stroke_in_the_code_of_a_table_has_no_backslash_outside_of_one() {
    let table = "| name | regex |\n|---|---|\n| either | `a\\|b` |\n| plain | a \\| b |";
    let body = format!("## Signs\n\n{table}\n");
    let stored = cairn::wiki::Page::parse(&page("signs", "", &body)).expect("a page");
    let section = &stored.sections[1];
    let snippet = cairn::wiki::Stored { page: stored.clone(), source: String::new(), revision: 1 }
        .snippet(section, "https://cairn.example")
        .for_platform(cairn::wiki::Platform::Discord);
    assert!(snippet.text.contains("`a|b`"), "{}", snippet.text);
    assert!(snippet.text.contains("a \\| b"), "outside of code it stays escaped: {}", snippet.text);
}
