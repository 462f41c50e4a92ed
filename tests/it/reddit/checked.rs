//! `cairn config check`: each thing that is set for Reddit is tried.

use super::World;
use crate::world::program::Cairn;
use crate::world::reddit::Fault;

/// What it says about Reddit: one line each.
fn check(world: &World, code: i32) -> Vec<String> {
    let run = world.run(&["config", "check"]);
    assert_eq!(run.code, code, "{} {}", run.out, run.err);
    let lines = run.out.lines().map(str::trim).skip_while(|line| *line != "Checks");
    lines.filter(|line| line.contains("Reddit") || line.contains(" r/")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_set_is_tried_and_said() {
    let world = World::start().await;
    let asked = world.reddit.asked("GET", "/api/v1/me");
    let said = check(&world, 0);
    assert_eq!(world.reddit.asked("GET", "/api/v1/me"), asked + 1, "it is a real call");
    assert_eq!(said[0], "ok     Reddit: takes the app and the account u/cairn_ml");
    assert_eq!(said[1], "ok     r/learnml: can be read, and the bot is a moderator of it");
    assert!(said[2].starts_with("to do  Reddit app: calls itself linux:cairn:"), "{said:?}");
    assert!(
        said[2].contains("(by /u/cairn_ml); register the app at developers.reddit.com/app-registration"),
        "{said:?}"
    );
    world.reddit.state().moderators.clear();
    assert!(check(&world, 0)[1].contains("no moderator of it, so it can neither pin posts nor write the wiki"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_one_plain_sentence() {
    let world = World::start().await;
    type Change = fn(&World);
    let table: [(Change, &str); 6] = [
        (
            |w| w.reddit.state().takes_account = false,
            "wrong  Reddit: does not take CAIRN_REDDIT_USERNAME with CAIRN_REDDIT_PASSWORD; the account",
        ),
        (
            |w| w.reddit.state().takes_app = false,
            "wrong  Reddit: does not take CAIRN_REDDIT_CLIENT_ID with CAIRN_REDDIT_CLIENT_SECRET; copy both",
        ),
        (|w| w.reddit.state().suspended = true, "wrong  Reddit: has suspended u/cairn_ml; log in there and read why"),
        (
            |w| drop(w.reddit.state().forbidden.insert("learnml".into(), "private".into())),
            "wrong  r/learnml: does not let the bot in (private); ask its moderators to invite it",
        ),
        (
            |w| w.reddit.fail("GET", "/r/learnml/new", Fault::Answer(404, "{}".into()), 1),
            "wrong  r/learnml: is not there; look at its name in CAIRN_REDDIT_SUBREDDITS",
        ),
        (
            |w| w.reddit.fail("POST", "/api/v1/access_token", Fault::Answer(503, String::new()), 1),
            "wrong  Reddit: cannot be asked now: Reddit failed (503); check again later",
        ),
    ];
    for (change, expected) in table {
        change(&world);
        let said = check(&world, 1);
        assert_eq!(said.iter().filter(|line| line.starts_with("wrong")).count(), 1, "{said:?}");
        assert!(said.iter().any(|line| line.starts_with(expected)), "{expected}: {said:?}");
        let mut state = world.reddit.state();
        (state.takes_app, state.takes_account, state.suspended) = (true, true, false);
        state.forbidden.clear();
    }
    // A check writes nothing, and what it found does not keep the bot from trying.
    assert_eq!(world.notices(), [""; 0]);
}

#[test]
fn without_keys_it_says_what_works_without() {
    let cairn = Cairn::new();
    // Before the first start, when there is no database yet.
    let said = cairn.run(&["config", "check"]).well();
    assert!(
        said.contains("to do  Reddit: is off: set the five CAIRN_REDDIT_ settings, or use `cairn reddit automod`"),
        "{said}"
    );
}
