//! Login, tokens, rates, and a Reddit that does not let the bot in.

use super::{BODY, TITLE, World};
use crate::world::reddit::Fault;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_ends_in_the_middle_is_renewed_once() {
    let world = World::in_mode("on").await;
    world.reddit.post("learnml", "ann", TITLE, BODY);
    // Every token ends when the comment is about to be made.
    world.reddit.fail("POST", "/api/comment", Fault::Answer(401, "{}".into()), 1);
    let before = world.reddit.state().logins;
    world.once();
    assert_eq!((world.said().len(), world.reddit.state().logins - before), (1, 2));
    // Whatever it does, it does not log in for ever.
    world.reddit.post("learnml", "bob", TITLE, BODY);
    world.reddit.fail("POST", "/api/comment", Fault::Answer(401, "{}".into()), 9);
    world.once();
    assert!(world.reddit.state().logins - before <= 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_settings_are_one_sentence_and_are_left_alone() {
    let world = World::empty().await;
    world.reddit.state().takes_account = false;
    let log = world.once().err;
    assert!(!log.contains("panicked"), "{log}");
    let told = world.notices();
    assert!(told.len() == 1 && told[0].starts_with("Reddit does not take CAIRN_REDDIT_USERNAME"), "{told:?}");
    world.once();
    assert_eq!(world.reddit.asked("POST", "/api/v1/access_token"), 1, "it is not asked again at once");
    world.pass(16);
    world.reddit.state().takes_app = false;
    world.once();
    assert_eq!(world.reddit.asked("POST", "/api/v1/access_token"), 2);
    world.pass(31);
    world.reddit.state().takes_app = true;
    world.reddit.state().takes_account = true;
    world.once();
    assert_eq!(world.notices(), [""; 0], "it is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_turns_that_subreddit_off_and_is_told() {
    let world = World::in_mode("on").await;
    world.reddit.state().forbidden.insert("learnml".into(), "banned".into());
    world.pass(1);
    world.once();
    let told = world.notices();
    assert!(told.len() == 1 && told[0].contains("does not let the bot into r/learnml (banned)"), "{told:?}");
    let asked = world.reddit.asked("GET", "/r/learnml/new");
    world.pass(5);
    world.once();
    assert_eq!(world.reddit.asked("GET", "/r/learnml/new"), asked, "it is left alone");
    world.reddit.state().forbidden.clear();
    world.run(&["reddit", "mode", "learnml", "shadow"]).well();
    world.once();
    assert_eq!(world.reddit.asked("GET", "/r/learnml/new"), asked + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_that_is_heard_of_when_something_is_said_counts_too() {
    let world = World::in_mode("on").await;
    world.reddit.post("learnml", "ann", TITLE, BODY);
    world.reddit.fail("POST", "/api/comment", Fault::code("USER_BANNED"), 1);
    world.once();
    assert_eq!(world.said().len(), 0);
    assert!(world.notices().iter().any(|said| said.contains("does not let the bot into r/learnml (USER_BANNED)")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rates_are_kept_and_waits_are_not_believed_for_ever() {
    let world = World::in_mode("on").await;
    // Half of what Reddit allows is used, and all of it is gone soon.
    let rates = |used: &str, left: &str, reset: &str| {
        let header = |name: &'static str, value: &str| (name, value.to_owned());
        vec![
            header("x-ratelimit-used", used),
            header("x-ratelimit-remaining", left),
            header("x-ratelimit-reset", reset),
        ]
    };
    world.reddit.fail("GET", "/r/learnml/new", Fault::Headers(rates("700", "300", "1e300")), 1);
    let before = world.reddit.state().requests.len();
    world.pass(1);
    world.once();
    let calls = world.reddit.state().requests.len() - before;
    assert!(calls <= 4, "{calls} calls after the budget was used up");
    world.pass(16);
    world.reddit.post("learnml", "ann", TITLE, BODY);
    world.once();
    assert_eq!(world.said().len(), 1, "no wait is longer than a quarter of an hour");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_on_comments_is_waited_out_and_outlives_the_program() {
    let world = World::in_mode("on").await;
    world.reddit.post("learnml", "ann", TITLE, BODY);
    let limit = r#"{"json": {"ratelimit": 240.5, "errors": [["RATELIMIT", "Du machst das zu oft.", "ratelimit"]]}}"#;
    world.reddit.fail("POST", "/api/comment", Fault::Answer(200, limit.into()), 1);
    world.once();
    world.pass(2);
    world.once();
    assert_eq!((world.said().len(), world.reddit.asked("POST", "/api/comment")), (0, 1));
    world.pass(4);
    world.once();
    assert_eq!((world.said().len(), world.reddit.asked("POST", "/api/comment")), (1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_reddit_is_left_alone_and_told_once() {
    let world = World::in_mode("on").await;
    world.reddit.fail("GET", "/r/learnml", Fault::Answer(503, "<html>down</html>".into()), 3);
    for _ in 0..3 {
        world.pass(1);
        world.once();
    }
    let told = world.notices();
    assert_eq!(told, ["Reddit failed (503). Cairn tries again by itself."]);
    world.pass(20);
    world.reddit.post("learnml", "ann", TITLE, BODY);
    world.once();
    world.once();
    assert_eq!((world.said().len(), world.notices()), (1, vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_is_renewed_before_it_ends() {
    let world = World::start().await;
    world.reddit.state().token_life = 4;
    let before = world.reddit.state().logins;
    let server = world.serve(&[]);
    world.until("three logins", |world| world.reddit.state().logins >= before + 3).await;
    drop(server);
    assert_eq!(world.reddit.state().unauthorized, 0, "no token was used after its end");
    assert_eq!(world.notices(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_reddit_ends_early_is_one_sentence() {
    let world = World::in_mode("on").await;
    world.reddit.fail("GET", "/r/learnml/new", Fault::Answer(401, "{}".into()), 1);
    world.reddit.post("learnml", "ann", TITLE, BODY);
    world.once();
    world.reddit.fail("GET", "/r/learnml/new", Fault::Answer(401, "{}".into()), 1);
    world.once();
    assert_eq!(world.said().len(), 1, "it went on");
    let told = world.notices();
    assert_eq!(
        told,
        ["Reddit ended Cairn's login before its time on 16 November 2026; Cairn logged in again and went on."]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn never_more_than_sixty_calls_are_made_in_a_minute() {
    let world = World::in_mode("summon").await;
    for n in 0..40 {
        let post = world.reddit.post("learnml", &format!("ann{n}"), "Books", "Which book do you like?");
        world.reddit.comment(&post, &format!("ann{n}"), "!guide engineer");
    }
    world.pass(2);
    let before = world.reddit.state().requests.len();
    world.once();
    let calls = world.reddit.state().requests.len() - before;
    assert!((30..=60).contains(&calls), "{calls} calls");
    // What was not done is not lost.
    for _ in 0..6 {
        world.pass(2);
        world.once();
    }
    assert_eq!((world.said().len(), world.reddit.asked("POST", "/api/comment")), (40, 40));
    assert!(
        world.reddit.state().requests.iter().all(|r| !r.query.contains_key("before")),
        "no anchor that may be gone"
    );
}
