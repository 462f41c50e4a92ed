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
    insta::assert_snapshot!(line, @"Reddit   off: CAIRN_REDDIT_CLIENT_SECRET, CAIRN_REDDIT_PASSWORD, CAIRN_REDDIT_SUBREDDITS are not set, and Reddit needs all five");
    assert_eq!(server.get("/").status, 200);
    drop(server);
    let world = World::empty().await;
    world.reddit.state().takes_app = false;
    let server = world.serve(&[]);
    assert!(server.screen.contains("Reddit   off: Reddit does not take CAIRN_REDDIT_CLIENT_ID"), "{}", server.screen);
    assert_eq!(server.get("/").status, 200);
}
