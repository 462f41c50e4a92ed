//! `cairn papers week --keep`: what is kept of a week, and what is not.

use std::fs;
use std::path::Path;

use super::week::{record, recorded};
use crate::world::feeds::{Listed, paper};
use crate::world::program::{Cairn, Run};

fn kept(cairn: &Cairn, more: &[&str]) -> Run {
    recorded(cairn, "2026-W34", &[&["--keep"], more].concat())
}

fn papers(count: u32) -> Vec<Listed> {
    (1..=count).map(|n| paper(&format!("2608.0000{n}"), "How an LLM counts", 9)).collect()
}

/// Whether any file below holds these bytes.
fn holds(folder: &Path, bytes: &str) -> bool {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).any(|path| {
        if path.is_dir() {
            return holds(&path, bytes);
        }
        fs::read(&path).expect("a file").windows(bytes.len()).any(|part| part == bytes.as_bytes())
    })
}

#[test]
fn a_week_is_kept_and_never_by_a_poorer_one() {
    let cairn = Cairn::new();
    record(cairn.path(), "2026-08-17", &papers(3));
    let place = "; while Cairn runs, the web page shows it at /papers/2026-W34.";
    let run = kept(&cairn, &[]);
    assert_eq!((run.code, run.err.trim_end()), (0, format!("2026-W34 is kept with 3 papers{place}").as_str()));
    assert!(run.out.contains("(https://cairn.example/guides/"), "{}", run.out);
    assert!(!holds(&cairn.path().join("data"), "cairn.example"), "an address was kept");
    let run = kept(&cairn, &[]);
    assert_eq!((run.code, run.err.trim_end()), (0, format!("2026-W34 was kept just so already{place}").as_str()));

    record(cairn.path(), "2026-08-17", &papers(1));
    let poorer = "2026-W34 is kept already with 3 papers, and now it has only 1 paper; nothing was changed. Add --force to keep it all the same.";
    assert_eq!(kept(&cairn, &[]).refused(1), poorer);
    fs::write(cairn.path().join("2026-08-18.json"), "[1").expect("a file");
    record(cairn.path(), "2026-08-17", &papers(4));
    let run = kept(&cairn, &[]);
    assert!(run.code == 1 && run.err.contains("only 4 papers, without 1 day of its sources"), "{}", run.err);
    let run = kept(&cairn, &["--force"]);
    assert!(run.code == 0 && run.err.contains(&format!("2026-W34 is kept with 4 papers{place}")), "{}", run.err);
}

#[test]
fn weeks_without_papers_or_end_are_not_kept() {
    let cairn = Cairn::new();
    let none = ". has no recording of 2026-W34; name a folder of YYYY-MM-DD.json files with one of its days.";
    for more in [&[][..], &["--json"], &["--keep"], &["--keep", "--force"]] {
        assert_eq!(recorded(&cairn, "2026-W34", more).refused(1), none, "{more:?}");
    }
    fs::write(cairn.path().join("2026-08-17.json"), "[]").expect("a file");
    let empty = "2026-W34 has no papers, so it was not kept; add --force to keep it empty.";
    assert_eq!(kept(&cairn, &[]).refused(1), empty);
    record(cairn.path(), "2026-08-17", &papers(1));
    let early = "2026-W34 is not over, so it was not kept; keep it from 2026-08-24 on, or add --force.";
    assert_eq!(kept(&cairn, &["--now", "2026-08-19T12:00:00Z"]).refused(1), early);
    assert_eq!(recorded(&cairn, "2026-W34", &["--force"]).code, 2);
}

#[test]
fn nothing_from_outside_steers_a_terminal() {
    let cairn = Cairn::new();
    let mut evil = paper("2608.00001", "Red \u{1b}[31mtitle\u{1b}[0m \u{1b}]0;window\u{7} \u{9b}5m", 9);
    evil.summary = "Right-to-left \u{202e}gnp.exe and a NUL \u{0}.".into();
    evil.authors = vec!["Eve \u{1b}[5m".into()];
    record(cairn.path(), "2026-08-17", &[evil]);
    for more in [&[][..], &["--json"], &["--keep"]] {
        let run = recorded(&cairn, "2026-W34", more);
        let odd = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(run.code == 0 && !run.out.contains(odd) && !run.err.contains(odd), "{:?}", run.out);
    }
    let page =
        "---\nslug: odd\ntitle: Odd\nsummary: S.\n---\n\n# Odd\n\n## Armadillo\n\nClear \u{1b}[2J it \u{202e}all.\n";
    let folder = cairn.path().join("pages");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("odd.md"), page).expect("a file");
    cairn.run(&["guides", "import", "pages"]);
    let shown = cairn.run(&["wiki", "armadillo"]).out;
    assert!(shown.contains("2J") && !shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
}
