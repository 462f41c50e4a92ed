//! Editing on the command line: the real binary, each test with a wiki of its own.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::Value;

use crate::world::program::{Cairn, Run, ended, finish};

const PAGE: &str = "---\nslug: tea\ntitle: Tea\nsummary: How to make tea.\naliases: [chai]\ntags: [drinks]\n\
                    reviewed: 2026-11-21\n---\n\nTea is hot.\n\n## Green\n\nSteep for two minutes.\n\n## Black\n\n\
                    Steep for four minutes.\n";

/// A wiki of its own, edited from the command line.
struct Wiki {
    cairn: Cairn,
}

impl Wiki {
    /// A wiki with the pages that are compiled in, and the page `tea`.
    fn new() -> Self {
        let wiki = Self { cairn: Cairn::new() };
        let said = wiki.typed(&["edit", "tea", "--base", "0", "--reason", "a page for tests", "--author", "ann"], PAGE);
        assert_eq!(said.out, "Saved as revision 1 of tea.\n", "{}", said.err);
        wiki
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.cairn.command(&[&["guides"], args].concat());
        command.env("CAIRN_NOW", "2026-11-21T10:00:00Z");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn start(&self, args: &[&str], text: &str) -> Child {
        let mut child = self.command(args).spawn().expect("the program starts");
        // A program that ends before it reads closes its end.
        let _ = child.stdin.take().expect("a pipe").write_all(text.as_bytes());
        child
    }

    fn typed(&self, args: &[&str], text: &str) -> Run {
        finish(self.command(args), text.as_bytes())
    }

    fn guides(&self, args: &[&str]) -> Run {
        self.typed(args, "")
    }

    fn json(&self, args: &[&str]) -> Value {
        let said = self.guides(&[args, &["--json"]].concat());
        serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
    }

    fn source(&self) -> String {
        self.json(&["show", "tea"])["source"].as_str().expect("a text").to_owned()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.cairn.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }
}

#[test]
fn a_page_is_edited_looked_back_on_and_put_back() {
    let wiki = Wiki::new();
    let file = wiki.file("new.md", &PAGE.replace("two minutes", "three minutes"));
    let edit = ["edit", "Chai", "--base", "1", "--file", &file, "--reason", "too weak", "--author", "bob"];
    assert_eq!(wiki.guides(&edit).out, "Saved as revision 2 of tea.\n");
    assert_eq!(wiki.guides(&edit).out, "Nothing to save: tea says that already (revision 2).\n");
    assert_snapshot!(wiki.guides(&["diff", "tea"]).out, @r"
    --- tea.md, revision 1
    +++ tea.md, revision 2
    @@ -11,7 +11,7 @@
     
     ## Green
     
    -Steep for two minutes.
    +Steep for three minutes.
     
     ## Black
     
    ");
    assert_eq!(wiki.guides(&["revert", "tea", "1"]).out, "Saved as revision 3 of tea.\n");
    assert_eq!(wiki.source(), PAGE);
    assert_snapshot!(wiki.guides(&["history", "tea"]).out, @r"
    - revision 3, 2026-11-21 10:00 UTC, command line, +1 −1: back to revision 1
    - revision 2, 2026-11-21 10:00 UTC, bob, +1 −1: too weak
    - revision 1, 2026-11-21 10:00 UTC, ann, +18 −0: a page for tests
    ");
    assert_snapshot!(wiki.guides(&["history", "tea", "--before", "3", "--limit", "1"]).out,
        @"- revision 2, 2026-11-21 10:00 UTC, bob, +1 −1: too weak");
    assert_snapshot!(wiki.guides(&["diff", "tea", "1"]).out, @"Revisions 1 and 3 of tea say the same.");
    assert_snapshot!(wiki.guides(&["diff", "tea", "0", "1"]).out.lines().take(4).collect::<Vec<_>>().join("\n"), @r"
    --- tea.md, revision 0
    +++ tea.md, revision 1
    @@ -0,0 +1,18 @@
    +---
    ");
}

#[test]
fn everything_can_be_had_as_json() {
    let wiki = Wiki::new();
    let edited = wiki.typed(&["edit", "tea#green", "--json"], "Do not boil it.");
    assert_snapshot!(edited.out, @r#"{"outcome":"revision","page":"tea","revision":2,"on_top_of":null}"#);
    let same = wiki.typed(&["edit", "tea#green", "--json"], "Do not boil it.");
    assert_snapshot!(same.out, @r#"{"outcome":"unchanged","page":"tea","revision":2}"#);
    let history = wiki.json(&["history", "tea"]);
    let numbers: Vec<i64> = history.as_array().into_iter().flatten().filter_map(|v| v["number"].as_i64()).collect();
    assert_eq!(numbers, [2, 1]);
    let newest = &history[0];
    assert_eq!(newest["author"], "command line");
    assert_eq!((newest["added"].as_i64(), newest["removed"].as_i64()), (Some(1), Some(1)));
    assert!(newest["at"].as_str().is_some_and(|at| at.starts_with("2026-11-21T10:00:0")), "{newest}");
    let diff = wiki.json(&["diff", "tea", "1", "2"]);
    assert_eq!((diff["from"].as_i64(), diff["to"].as_i64()), (Some(1), Some(2)));
    assert!(diff["diff"].as_str().is_some_and(|d| d.contains("\n+Do not boil it.\n")), "{diff}");
    assert_eq!(wiki.json(&["revert", "tea", "1"])["revision"], 3);
}

#[test]
fn a_section_is_edited_and_the_rest_stays_to_the_byte() {
    let wiki = Wiki::new();
    // As a browser or a Windows editor would send it.
    let said = wiki.typed(&["edit", "tea", "--section", "green", "--heading", "Green tea"], "\r\nOne\r\n\r\n- two\r\n");
    assert_eq!(said.out, "Saved as revision 2 of tea.\n", "{}", said.err);
    let expected = PAGE.replace("## Green\n\nSteep for two minutes.", "## Green tea\n\nOne\n\n- two");
    assert_eq!(wiki.source(), expected);
    let said = wiki.typed(&["edit", "tea", "--section", ""], "Tea is wet.");
    assert_eq!(said.out, "Saved as revision 3 of tea.\n", "{}", said.err);
    assert_eq!(wiki.source(), expected.replace("Tea is hot.", "Tea is wet."));
    // What was saved is what search finds.
    assert!(wiki.guides(&["show", "tea#green-tea"]).out.contains("- two"));
}

#[test]
fn a_stale_edit_is_refused_with_both_texts() {
    let wiki = Wiki::new();
    wiki.typed(&["edit", "tea#green", "--author", "bob"], "Bob's words.");
    let late = wiki.typed(&["edit", "tea#green", "--base", "1"], "Late words.");
    assert_eq!((late.code, late.out.as_str()), (1, ""));
    assert_snapshot!(late.err, @r"
    Nothing was saved: your text is based on revision 1 of tea, but the newest is revision 2, by bob; bring the two texts together and save that, based on revision 2.
    --- tea#green, revision 2
    +++ your text, based on revision 1
    @@ -1 +1 @@
    -Bob's words.
    +Late words.
    ");
    let late = wiki.typed(&["edit", "tea", "--base", "1"], &PAGE.replace("hot", "cold"));
    assert_eq!((late.code, late.out.as_str()), (1, ""));
    assert!(late.err.contains("Bob's words.") && late.err.contains("Tea is cold."), "{}", late.err);
    let late = wiki.guides(&["revert", "tea", "1", "--base", "1"]);
    assert_eq!((late.code, late.out.as_str()), (1, ""));
    let late = wiki.typed(&["edit", "tea", "--base", "0"], &PAGE.replace("hot", "cold"));
    assert!(late.err.contains("there is a page tea by now (revision 2, by bob)"), "{}", late.err);
    assert_eq!(wiki.json(&["history", "tea"]).as_array().map(Vec::len), Some(2));
}

#[test]
fn a_section_that_nobody_touched_goes_through_on_top() {
    let wiki = Wiki::new();
    wiki.typed(&["edit", "tea#green"], "Newer words.");
    let said = wiki.typed(&["edit", "tea#black", "--base", "1"], "Steep for five minutes.");
    assert_eq!(said.out, "Saved as revision 3 of tea, on top of revision 2, which left this section as it was.\n");
    let both = PAGE.replace("Steep for two minutes.", "Newer words.").replace("four", "five");
    assert_eq!(wiki.source(), both);
    // A section that is gone shows the page as it is now.
    wiki.typed(&["edit", "tea#green", "--heading", "Matcha"], "Whisk it.");
    let late = wiki.typed(&["edit", "tea#green", "--base", "3"], "Late words.");
    assert_eq!(late.code, 1);
    assert!(
        late.err.contains("-## Matcha") && late.err.contains("-Whisk it.") && late.err.contains("Late words."),
        "{}",
        late.err
    );
}

#[test]
fn every_refusal_is_one_sentence_that_says_what_to_do() {
    let wiki = Wiki::new();
    let long = "x".repeat(301);
    let missing = wiki.file("latin1.md", "");
    std::fs::write(&missing, b"caf\xe9").expect("a file");
    // arguments, standard input, what is said
    let table: &[(&[&str], &str, &str)] = &[
        (&["history", "hardwar"], "", "There is no page “hardwar”; did you mean hardware or hard-parts?"),
        (&["diff", "hardwar"], "", "There is no page “hardwar”; did you mean hardware or hard-parts?"),
        (&["edit", "hardwar"], "x", "There is no page “hardwar”; did you mean hardware or hard-parts?"),
        (&["revert", "hardwar", "1"], "", "There is no page “hardwar”; did you mean hardware or hard-parts?"),
        (&["diff", "tea", "1", "7"], "", "The page tea has no revision 7; it has only revision 1."),
        (&["revert", "tea", "7"], "", "The page tea has no revision 7; it has only revision 1."),
        (&["edit", "tea", "--base", "7"], "x", "The page tea has no revision 7; it has only revision 1."),
        (&["edit", "tea#gren"], "x", "The page tea has no section #gren; did you mean #green?"),
        (&["edit", "tea#zzz"], "x", "The page tea has no section #zzz; its sections are green, black."),
        (
            &["edit", "tea"],
            "x",
            "The page tea is broken in line 1: the page must begin with front matter between two lines of ---.",
        ),
        (
            &["edit", "tea#green"],
            "```\nx",
            "The new text of “Green” would run into another section; close every code fence in it and end it with a blank line.",
        ),
        (
            &["edit", "tea"],
            " \n",
            "There is no text to save; give it with --file FILE, on standard input, or type it into your editor.",
        ),
        (&["edit", "tea", "--heading", "Herbs"], "x", "A heading belongs to a section; say which one with --section."),
        (
            &["edit", "tea#green", "--reason", &long],
            "x",
            "The reason has 301 characters, but at most 300 are kept; shorten it.",
        ),
        (&["edit", "tea#green", "--author", " "], "x", "Give a name of 1 to 100 characters for the author."),
        (
            &["edit", "tea", "--file", "not-there.md"],
            "",
            "Cairn cannot read not-there.md (no such file or directory); name a file with the new text.",
        ),
    ];
    for (args, text, expected) in table {
        let said = wiki.typed(args, text);
        assert_eq!((said.code, said.out.as_str(), said.err.trim_end()), (1, "", *expected), "{args:?}");
    }
    assert!(wiki.guides(&["edit", "tea", "--file", &missing]).err.ends_with("is not UTF-8 text; save it as UTF-8.\n"));
    let taken = PAGE.replace("[chai]", "[hardware]");
    assert!(wiki.typed(&["edit", "tea"], &taken).err.contains("already belongs to the page hardware"));
    let track = PAGE.replace("tags:", "track: engineer\ntags:");
    assert!(wiki.typed(&["edit", "tea"], &track).err.contains("that is the page engineer"));
    assert_eq!(wiki.guides(&["revert", "tea"]).code, 2);
    assert_eq!(wiki.source(), PAGE);
}

#[test]
fn of_two_editors_at_once_one_wins_and_the_other_is_shown_both_texts() {
    let wiki = Wiki::new();
    for round in 1..=5 {
        let base = round.to_string();
        let words = ["ann", "bob"].map(|who| format!("{who} was here in round {round}."));
        let args = |who| ["edit", "tea#green", "--base", &base, "--author", who].map(str::to_owned);
        let children = ["ann", "bob"].map(|who| {
            let args = args(who);
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            wiki.start(&args, &words[usize::from(who == "bob")])
        });
        let said = children.map(|child| ended(child.wait_with_output().expect("it ends")));
        let winner = usize::from(said[0].code != 0);
        let (won, lost) = (&said[winner], &said[1 - winner]);
        assert_eq!((won.code, won.out.as_str()), (0, &*format!("Saved as revision {} of tea.\n", round + 1)));
        assert_eq!((lost.code, lost.out.as_str()), (1, ""));
        assert!(words.iter().all(|w| lost.err.contains(w.as_str())), "{}", lost.err);
        assert!(wiki.source().contains(&words[winner]));
    }
    assert_eq!(wiki.json(&["history", "tea"]).as_array().map(Vec::len), Some(6));
}

#[test]
fn what_was_acknowledged_survives_being_killed() {
    let wiki = Wiki::new();
    let mut acknowledged = Vec::new();
    // Killed later and later, until eight have lived long enough to answer.
    for i in 0..1_000_u64 {
        if acknowledged.len() == 8 {
            break;
        }
        let words = format!("Edit {i}.");
        let mut child = wiki.start(&["edit", "tea#green", "--json"], &words);
        thread::sleep(Duration::from_millis(i * 3));
        child.kill().expect("kill -9");
        let said = ended(child.wait_with_output().expect("it ended"));
        if let Ok(answer) = serde_json::from_str::<Value>(&said.out) {
            acknowledged.push((answer["revision"].as_i64().expect("a number"), words));
        }
    }
    assert_eq!(acknowledged.len(), 8, "every edit was killed too early to prove anything");
    let history = wiki.json(&["history", "tea", "--limit", "1000"]);
    let newest = history[0]["number"].as_i64().expect("a number");
    assert_eq!(history.as_array().map(|h| h.len() as i64), Some(newest), "no revision is missing");
    for (revision, words) in acknowledged {
        let before = (revision - 1).to_string();
        let diff = wiki.json(&["diff", "tea", &before, &revision.to_string()]);
        assert!(diff["diff"].as_str().is_some_and(|d| d.contains(&format!("+{words}\n"))), "{diff}");
    }
}

#[test]
fn the_command_line_is_admin_and_needs_no_second_approver() {
    let wiki = Wiki::new();
    let mut child = wiki.command(&["edit", "tea#green"]).env("CAIRN_SECOND_APPROVER", "true").spawn().expect("starts");
    child.stdin.take().expect("a pipe").write_all(b"Three minutes.").expect("it reads");
    let done = ended(child.wait_with_output().expect("it ends"));
    assert_eq!(done.out, "Saved as revision 2 of tea.\n", "{}", done.err);
    let wrong = wiki.command(&["history", "tea"]).env("CAIRN_SECOND_APPROVER", "maybe").output().expect("it ends");
    let wrong = ended(wrong);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("'maybe' for '--second-approver <true|false>'"), "{}", wrong.err);
}

#[cfg(target_os = "linux")]
#[test]
fn an_editor_at_a_terminal_loses_nothing() {
    let wiki = Wiki::new();
    let edited = |editor: &str, args: &str| {
        let line = format!("{} guides edit {args}", env!("CARGO_BIN_EXE_cairn"));
        // script(1) gives the program a terminal to talk to.
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).env("EDITOR", editor).env_remove("VISUAL");
        command.env("CAIRN_DATA_DIR", wiki.cairn.path().join("data")).env("CAIRN_LOG", "off");
        let said = ended(command.stdin(Stdio::null()).output().expect("script(1) is there"));
        (said.code, said.out.replace("\r\n", "\n"))
    };
    let edits = wiki.cairn.path().join("data/edits");
    let kept = || std::fs::read_dir(&edits).into_iter().flatten().count();

    let saved = edited("sed -i s/two/three/", "tea#green --reason stronger");
    assert_eq!((saved, kept()), ((0, "Saved as revision 2 of tea.\n".to_owned()), 0));
    assert_eq!(wiki.source(), PAGE.replace("two", "three"));

    let (code, out) = edited("true", "tea");
    assert_eq!((code, out.as_str(), kept()), (0, "Nothing was changed, so nothing was saved.\n", 0));

    let (code, out) = edited("sed -i 's/^title: Tea/title: Hardware/'", "tea");
    let file = edits.join("tea-1.md").display().to_string();
    let last = format!(
        "Your text is kept in {file}; correct it, and save it with: cairn guides edit tea --base 2 --file {file}\n"
    );
    assert_eq!((code, kept()), (1, 1));
    assert!(out.starts_with("The name “hardware” of the page tea already belongs to the page hardware"), "{out}");
    assert!(out.ends_with(&last), "{out}");
    let text = std::fs::read_to_string(&file).expect("it is kept");
    assert!(text.contains("title: Hardware") && text.contains("three minutes"));

    // Somebody saves the same section while the editor is open.
    let race = wiki.file(
        "race.sh",
        &format!(
            "echo Faster. | {} guides edit tea#green --author bob\necho Slower. >\"$1\"\n",
            env!("CARGO_BIN_EXE_cairn")
        ),
    );
    let (code, out) = edited(&format!("sh {race}"), "tea#green");
    assert_eq!((code, kept()), (1, 2));
    // A diff, and a command that works once the texts are brought together.
    let file = edits.join("tea-green-1.md").display().to_string();
    let command = format!("cairn guides edit tea --section 'green' --base 3 --file {file}\n");
    assert!(out.contains("\n-Faster.\n+Slower.\n") && out.ends_with(&command), "{out}");
    let kept = std::fs::read_to_string(edits.join("tea-green-1.md")).expect("it is kept");
    assert_eq!(kept, "Slower.\n");
    let again = wiki.guides(&["edit", "tea", "--section", "green", "--base", "3", "--file", &file]);
    assert_eq!(again.out, "Saved as revision 4 of tea.\n", "{}", again.err);
}

#[test]
fn a_renamed_and_a_retired_page_are_said_to_be_so() {
    let wiki = Wiki::new();
    assert_eq!(
        wiki.guides(&["rename", "tea", "hot-tea"]).out,
        "tea is called hot-tea now (revision 2); the old name leads to it.\n"
    );
    assert_eq!(
        wiki.guides(&["rename", "hot-tea", "hot-tea", "--title", "Hot tea"]).out,
        "hot-tea has another title now (revision 3).\n"
    );
    assert_eq!(
        wiki.guides(&["retire", "tea"]).out,
        "hot-tea is retired: readers no longer see it (revision 4). To bring it back: cairn guides retire hot-tea --back\n"
    );
    assert_eq!(
        wiki.guides(&["retire", "hot-tea", "--back"]).out,
        "hot-tea is back: readers see it again (revision 5).\n"
    );
}
