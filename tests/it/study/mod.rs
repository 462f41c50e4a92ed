//! `cairn study simulate`, as a user calls it.

mod buddies;
mod calendar;
mod edges;
mod heatmap;
mod milestones;
mod plan;
mod pomodoro;
mod rank;
mod recap;
mod remind;
mod reminders;
mod rounds;
mod school;
mod silence;
mod store;
mod subjects;
mod talk;
mod timers;
mod undelivered;
mod voice;
mod voice_odd;

use crate::world::program::{Cairn, Run};

const HISTORY: &str = r#"{"at":"2026-03-02T09:00:00+01:00","person":"ann","event":"join","zone":"Europe/Berlin"}
{"at":"2026-03-02T20:00:00+01:00","person":"ann","event":"log","minutes":125}
{"at":"2026-03-03T20:00:00+01:00","person":"ann","event":"log","minutes":721}
{"at":"2026-03-04T09:00:00+01:00","event":"outage","from":"2026-03-03T22:00:00+01:00","to":"2026-03-04T04:30:00+01:00"}
{"at":"2026-03-04T10:00:00+01:00","person":"ann","event":"as_of"}
"#;

fn simulate(history: &str) -> Run {
    let cairn = Cairn::new();
    std::fs::write(cairn.path().join("history.jsonl"), history).expect("a file");
    let run = cairn.run(&["study", "simulate", "history.jsonl"]);
    assert!(!cairn.path().join("data").exists(), "a simulation needs no database");
    run
}

#[test]
fn a_history_is_folded() {
    assert_eq!(
        simulate(HISTORY).well(),
        "{\"at\":\"2026-03-04T10:00:00+01:00\",\"person\":\"ann\",\"date\":\"2026-03-04\",\"minutes\":0,\"streak\":1,\
         \"best\":1,\"freezes\":2,\"show_up_30\":1,\"days\":[{\"date\":\"2026-03-02\",\"state\":\"met\",\"minutes\":125},\
         {\"date\":\"2026-03-03\",\"state\":\"outage\",\"minutes\":0},{\"date\":\"2026-03-04\",\"state\":\"open\",\
         \"minutes\":0}],\"refused\":[3]}\n"
    );
    assert_eq!(simulate("").well(), "");
}

#[test]
fn a_broken_line_stops_it_and_is_named() {
    let said = simulate(&HISTORY.replace("outage", "eclipse")).refused(1);
    assert_eq!(said, "Line 4 is no event: there is no event `eclipse`. Correct it and try again.");
    let said = simulate(&HISTORY.replace("\"minutes\":721", "\"minutes\":")).refused(1);
    assert!(said.starts_with("Line 3 is no event: it is not a JSON object (column "), "{said}");
}

#[test]
fn a_missing_file_and_a_missing_name_are_told_apart() {
    let cairn = Cairn::new();
    let said = cairn.run(&["study", "simulate", "nowhere.jsonl"]).refused(1);
    assert!(said.starts_with("nowhere.jsonl cannot be read ("), "{said}");
    let said = cairn.run(&["study", "simulate"]).refused(2);
    assert!(said.contains("FILE.jsonl"), "{said}");
}

#[test]
fn refusals_are_explained_on_stderr() {
    let cairn = Cairn::new();
    let history = HISTORY.replace("Europe/Berlin", "Europe/Bern");
    std::fs::write(cairn.path().join("history.jsonl"), history).expect("a file");
    let run = cairn.run(&["study", "simulate", "history.jsonl"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert_eq!(run.err, "4 events were refused; --explain says why.\n");
    // Also where lines are printed, which are for programs.
    assert_eq!(simulate(HISTORY).err, "1 event was refused; --explain says why.\n");
    let explained = cairn.run(&["study", "simulate", "--explain", "history.jsonl"]).err;
    assert!(
        explained.starts_with("Line 1 is refused: That is no time zone; choose one like Europe/Berlin"),
        "{explained}"
    );
    assert_eq!(explained.lines().count(), 4, "{explained}");
}
