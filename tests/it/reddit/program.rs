//! `cairn run` with Reddit on: its screen, its rounds, its end.

use std::time::Duration;

use super::{BODY, TITLE, World};
use crate::world::program::Cairn;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_running_program_answers_and_ends_in_order() {
    let world = World::in_mode("on").await;
    let server = world.serve(&[]);
    assert!(server.screen.contains("Reddit   on   as u/cairn_ml in r/learnml"), "{}", server.screen);
    world.reddit.post("learnml", "ann", TITLE, BODY);
    let answered = async {
        while world.said().is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), answered).await.expect("an answer");
    let log = server.log.lock().expect("a log").clone();
    assert!(!log.contains("ERROR") && !log.contains("zebrafish") && !log.contains("grade 11"), "{log}");
    let (code, took) = tokio::task::block_in_place(|| server.stop("-TERM"));
    assert!(code == Some(0) && took < Duration::from_secs(10), "{code:?} after {took:?}");
    assert_eq!(world.said().len(), 1);
    assert_eq!(world.reddit.way.asked(), ["oauth.reddit.com:443", "www.reddit.com:443"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_are_missing_or_refused_turn_reddit_off_and_nothing_else() {
    let cairn = Cairn::new();
    let server = cairn.serve_with(&[], &[("CAIRN_REDDIT_CLIENT_ID", "x"), ("CAIRN_REDDIT_USERNAME", "cairn_ml")]);
    let line = server.screen.lines().find(|line| line.contains("Reddit ")).expect("a line").trim().to_owned();
    insta::assert_snapshot!(line, @"Reddit   off: CAIRN_REDDIT_CLIENT_SECRET, CAIRN_REDDIT_PASSWORD, CAIRN_REDDIT_SUBREDDITS are not set, and Reddit needs all five settings; `cairn config reddit` has the steps");
    assert_eq!(server.get("/").status, 200);
    drop(server);
    let world = World::empty().await;
    world.reddit.state().takes_app = false;
    let server = world.serve(&[]);
    assert!(server.screen.contains("Reddit   off: Reddit does not take CAIRN_REDDIT_CLIENT_ID"), "{}", server.screen);
    assert_eq!(server.get("/").status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_the_account_is_one_sentence_on_the_screen() {
    let world = World::start().await;
    type Change = fn(&World);
    let on = "on   as u/cairn_ml in r/learnml\n";
    let table: [(Change, &str); 5] = [
        (
            |w| w.reddit.state().takes_account = false,
            "off: Reddit does not take CAIRN_REDDIT_USERNAME with CAIRN_REDDIT_PASSWORD; the account must be a developer of \
             the app, without two-factor login\n",
        ),
        // What was refused is tried again at once by the next start.
        (|_| {}, "on   as u/cairn_ml in r/learnml\n\n"),
        (|w| w.reddit.state().suspended = true, "next: Reddit: has suspended u/cairn_ml; log in there and read why\n"),
        (
            |w| w.reddit.state().moderators.clear(),
            "next: r/learnml: can be read, and the bot is no moderator of it, so it can neither pin posts nor write the wiki; \
             for that, invite u/cairn_ml there under Mod Tools\n",
        ),
        (
            |w| drop(w.reddit.state().forbidden.insert("learnml".into(), "private".into())),
            "next: r/learnml: does not let the bot in (private); ask its moderators to invite it",
        ),
    ];
    for (change, expected) in table {
        change(&world);
        let server = world.serve(&[]);
        let row = server.screen.split_once("Reddit   ").expect("a row").1;
        let next = row.strip_prefix(on).map(str::trim_start).unwrap_or_default();
        assert!(row.starts_with(expected) || next.starts_with(expected), "{expected}: {row}");
        assert!(!server.screen.contains("zebrafish"), "no secret is shown: {}", server.screen);
        tokio::task::block_in_place(|| server.stop("-TERM"));
        let mut state = world.reddit.state();
        (state.takes_account, state.suspended) = (true, false);
        state.forbidden.clear();
    }
}
