//! The subreddit's wiki and Cairn's, kept equal.

use super::World;
use crate::world::reddit::Fault;

/// A page that is short enough to be read in a test.
const PAGE: &str = "habits";

/// r/learnml is home, and its wiki was written once.
async fn synced() -> World {
    let world = World::start().await;
    world.run(&["reddit", "mode", "learnml", "--sync", "true"]).well();
    // Forty pages, a few in each round.
    for _ in 0..12 {
        round_after(&world, 1);
    }
    world
}

/// A round a quarter of an hour later.
fn round(world: &World) {
    round_after(world, 15);
}

fn round_after(world: &World, minutes: i64) {
    world.pass(minutes);
    let mut command = world.command(&["reddit", "once"]);
    command.env("CAIRN_HOME", "reddit:learnml");
    let run = tokio::task::block_in_place(|| crate::world::program::finish(command, b""));
    assert_eq!(run.code, 0, "{}", run.err);
}

fn there(world: &World) -> String {
    let state = world.reddit.state();
    state.wiki[&("learnml".to_owned(), PAGE.to_owned())].last().expect("a revision").text.clone()
}

fn here(world: &World) -> String {
    world.run(&["guides", "show", PAGE]).well()
}

fn write(world: &World, author: &str, text: &str) {
    world.reddit.state().wiki_write("learnml", PAGE, author, text);
}

fn edit(world: &World, from: &str, to: &str) {
    let source = here(world).replace(from, to);
    let run = tokio::task::block_in_place(|| {
        crate::world::program::finish(
            world.command(&["guides", "edit", PAGE, "--file", "-", "--reason", "a test"]),
            source.as_bytes(),
        )
    });
    assert_eq!(run.code, 0, "{}", run.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_go_both_ways_and_only_changes() {
    let world = synced().await;
    let text = there(&world);
    assert!(text.starts_with("# ") && text.contains("Cairn keeps this page equal") && !text.contains("<!--"), "{text}");
    assert!(world.notices().iter().any(|said| said.contains("new Reddit has another wiki")));
    let written = world.reddit.asked("POST", "/r/learnml/api/wiki/edit");
    round(&world);
    assert_eq!(world.reddit.asked("POST", "/r/learnml/api/wiki/edit"), written, "nothing changed");
    assert!(world.reddit.state().requests.iter().filter(|r| r.path.ends_with("/wiki/edit")).count() > 5);
    // There, by a moderator: a revision here, under their name.
    let line = text.lines().find(|line| line.len() > 60 && !line.starts_with(['#', '*'])).expect("a line").to_owned();
    write(&world, "Mod_Mary", &text.replace(&line, "Zebrafish swim at night."));
    round(&world);
    assert!(here(&world).contains("Zebrafish swim at night."));
    assert!(world.run(&["guides", "history", PAGE]).well().contains("reddit:mod_mary"));
    // Here: a revision there, on top of what was seen.
    edit(&world, "Zebrafish swim at night.", "Zebrafish swim by day.");
    round(&world);
    assert!(there(&world).contains("Zebrafish swim by day."));
    let last = world.reddit.state().requests.iter().rfind(|r| r.path.ends_with("/wiki/edit")).expect("a write").clone();
    assert!(last.form.contains_key("previous"));
    // There, by somebody else: a draft.
    write(&world, "stranger", &there(&world).replace("by day", "on Mars"));
    round(&world);
    assert!(!here(&world).contains("on Mars"));
    assert!(world.notices().iter().any(|said| said.contains("it waits as draft")), "{:?}", world.notices());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conflicts_and_silent_merges_are_told_and_lose_nothing() {
    let world = synced().await;
    let text = there(&world);
    let lines: Vec<String> =
        text.lines().filter(|line| line.len() > 60 && !line.starts_with(['#', '*'])).map(str::to_owned).collect();
    // Both sides changed since they were equal.
    edit(&world, &lines[0], "Ours.");
    write(&world, "Mod_Mary", &text.replace(&lines[0], "Theirs."));
    round(&world);
    assert!(here(&world).contains("Ours.") && there(&world).contains("Theirs."));
    assert_eq!(world.notices().iter().filter(|said| said.contains("both have changed")).count(), 1);
    round(&world);
    assert_eq!(world.notices().iter().filter(|said| said.contains("both have changed")).count(), 1, "it is told once");
    // Somebody makes both equal again.
    write(&world, "Mod_Mary", &text.replace(&lines[0], "Ours."));
    round(&world);
    // While Cairn writes, somebody changes another line, and Reddit merges without a word.
    edit(&world, "Ours.", "Ours, again.");
    let newest = there(&world);
    let last = lines.last().expect("a line").clone();
    world.reddit.state().on_wiki_write = Some(("Mod_Mary".into(), newest.replace(&last, "Theirs, meanwhile.")));
    round(&world);
    let both = there(&world);
    assert!(both.contains("Ours, again.") && both.contains("Theirs, meanwhile."), "{both}");
    assert!(here(&world).contains("Theirs, meanwhile.") && here(&world).contains("Ours, again."));
    assert!(world.notices().iter().any(|said| said.contains("Reddit merged both texts by itself")));
    // An answer that is swallowed changes nothing the second time.
    edit(&world, "Ours, again.", "Ours, at last.");
    world.reddit.fail("POST", "/r/learnml/api/wiki/edit", Fault::CutAfter, 1);
    round(&world);
    let revisions = world.reddit.state().wiki[&("learnml".to_owned(), PAGE.to_owned())].len();
    round(&world);
    round(&world);
    assert!(there(&world).contains("Ours, at last."));
    assert_eq!(world.reddit.state().wiki[&("learnml".to_owned(), PAGE.to_owned())].len(), revisions);
}
