//! A reply whose answer is swallowed, or whose program is killed at any step: one comment, or a question to moderators; never two.

use std::time::Duration;

use super::{BODY, TITLE, World};
use crate::world::reddit::Fault;

/// Rounds at growing distances, as the program would make them.
fn later(world: &World) {
    for minutes in [0, 1, 1, 1, 2, 3, 5, 10, 30, 60] {
        world.pass(minutes);
        world.once();
    }
}

/// All of them side by side: most of the time each waits for its program.
async fn side_by_side<T: Send + 'static, F: Future<Output = ()> + Send + 'static>(
    cases: impl IntoIterator<Item = T>,
    case: impl Fn(T) -> F,
) {
    let tasks: Vec<_> = cases.into_iter().map(|one| tokio::spawn(case(one))).collect();
    for task in tasks {
        task.await.expect("it holds");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_that_is_swallowed_after_the_act_is_one_comment() {
    let faults = [Fault::CutAfter, Fault::AnswerAfter(500), Fault::AnswerAfter(503), Fault::Empty { acts: true }];
    side_by_side(faults, |fault| async move {
        let world = World::in_mode("on").await;
        // And Reddit shows the bot's comment late.
        world.reddit.state().shown_after = 90;
        world.reddit.post("learnml", "ann", TITLE, BODY);
        world.reddit.fail("POST", "/api/comment", fault.clone(), 1);
        later(&world);
        assert_eq!((world.said().len(), world.reddit.asked("POST", "/api/comment")), (1, 1), "{fault:?}");
        assert_eq!(world.desk(Some("sent")).len(), 1, "{fault:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_found_is_settled_by_a_moderator() {
    let world = World::in_mode("on").await;
    for (name, fault) in
        [("ann", Fault::CutBefore), ("bob", Fault::Empty { acts: false }), ("carl", Fault::Answer(502, String::new()))]
    {
        world.reddit.post("learnml", name, TITLE, BODY);
        world.reddit.fail("POST", "/api/comment", fault, 1);
        world.once();
        world.pass(1);
    }
    later(&world);
    assert_eq!(
        (world.said().len(), world.reddit.asked("POST", "/api/comment")),
        (0, 3),
        "nothing is sent again by itself"
    );
    let unknown = world.desk(Some("unknown"));
    assert_eq!(unknown.len(), 3);
    assert!(world.notices().iter().all(|said| said.contains("Nobody knows whether")), "{:?}", world.notices());
    let ids: Vec<String> = unknown.iter().map(|item| item["id"].to_string()).collect();
    world.run(&["reddit", "settle", &ids[0], "not"]).well();
    world.run(&["reddit", "settle", &ids[1], "arrived"]).well();
    assert!(world.run(&["reddit", "settle", &ids[1], "not"]).refused(1).contains("it is sent"));
    later(&world);
    assert_eq!((world.said().len(), world.reddit.asked("POST", "/api/comment")), (1, 4));
}

/// Where the program is killed.
#[derive(Debug, Clone, Copy)]
enum Step {
    LoggingIn,
    Reading,
    ReadingAgain,
    Saying,
    Said,
    Looking,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_at_any_step_there_is_one_comment_or_a_question() {
    side_by_side(
        [Step::LoggingIn, Step::Reading, Step::ReadingAgain, Step::Saying, Step::Said, Step::Looking],
        killed_at,
    )
    .await;
}

async fn killed_at(step: Step) {
    let world = World::in_mode("on").await;
    world.reddit.post("learnml", "ann", TITLE, BODY);
    let slow = || Fault::Delay(Duration::from_secs(2));
    let (method, path) = match step {
        Step::LoggingIn => ("POST", "/api/v1/access_token"),
        Step::Reading => ("GET", "/r/learnml/new"),
        Step::ReadingAgain => ("GET", "/api/info"),
        Step::Saying | Step::Said => ("POST", "/api/comment"),
        Step::Looking => {
            world.reddit.fail("POST", "/api/comment", Fault::CutAfter, 1);
            ("GET", "/user/")
        }
    };
    let before = world.reddit.asked(method, path);
    world.reddit.fail(method, path, slow(), 1);
    let mut child = world.begin_once();
    if matches!(step, Step::Looking) {
        // The first look comes two seconds later.
        world.end(child);
        world.pass(1);
        child = world.begin_once();
    }
    world.asked(method, path, before + 1).await;
    if matches!(step, Step::Said) {
        // It stands still while Reddit makes the comment and answers.
        let pid = child.id().to_string();
        std::process::Command::new("kill").args(["-STOP", &pid]).status().expect("kill runs");
        tokio::time::sleep(Duration::from_millis(2_500)).await;
    }
    child.kill().expect("it is killed");
    world.end(child);
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    later(&world);
    let (said, unknown) = (world.said().len(), world.desk(Some("unknown")).len());
    assert_eq!(said + unknown * usize::from(said == 0), 1, "{step:?}: {said} comments, {unknown} unknown");
    assert!(world.reddit.asked("POST", "/api/comment") <= 1, "{step:?}");
    if !matches!(step, Step::Saying) {
        assert_eq!(said, 1, "{step:?}");
    }
}
