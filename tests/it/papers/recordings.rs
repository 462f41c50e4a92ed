//! Recorded bodies, where they are beside the checkout: each is read, or refused with a reason.

use std::fs;
use std::path::PathBuf;

use crate::world::beside::beside;
use crate::world::program::Cairn;

fn recordings() -> Option<PathBuf> {
    beside("fixtures/papers")
}

#[test]
fn recorded_days_are_read_or_refused_by_name() {
    let Some(folder) = recordings() else { return };
    let cairn = Cairn::new();
    let hf = folder.join("hf");
    let run = |week: &str| cairn.run(&["papers", "week", week, "--json", "--from", hf.to_str().expect("a path")]);
    let table = [
        ("2024-W22", 10, ""),
        ("2025-W23", 10, ""),
        ("2026-W34", 10, ""),
        ("2024-W50", 0, "2024-12-12.json: 18 of 18 items left out: a text instead of an object."),
        ("2025-W02", 0, "2025-01-10.json was skipped: it is an object, not a list of papers."),
    ];
    for (week, count, warning) in table {
        let run = run(week);
        assert!(
            run.err.trim_end().ends_with(warning) && run.err.is_empty() == warning.is_empty(),
            "{week}: {}",
            run.err
        );
        assert_eq!(run.json().as_array().map(Vec::len), Some(count), "{week}");
    }
    let days = fs::read_dir(&hf).expect("a folder").count();
    assert_eq!(days, 9, "a recording that this table does not know");
}
