//! One thing in trouble does not hold up the others.

use super::{BODY, TITLE, World};
use crate::world::reddit::Fault;

/// The path of a post's thread.
fn thread(post: &str) -> String {
    format!("/comments/{}", post.trim_start_matches("t3_"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_cannot_be_read_says_nothing_of_the_subreddit() {
    for (status, body) in [(404, "{}"), (403, r#"{"reason": "private"}"#), (200, "<html>")] {
        let world = World::in_mode("summon").await;
        let mut called = Vec::new();
        for name in ["ann", "bob", "carl"] {
            let post = world.reddit.post("learnml", name, "Books", "Which book do you like?");
            called.push((post.clone(), world.reddit.comment(&post, name, "!guide engineer")));
        }
        world.reddit.fail("GET", &thread(&called[1].0), Fault::Answer(status, body.into()), 2);
        world.once();
        let said = world.said();
        let answered = |n: usize| said.iter().any(|c| c.parent == called[n].1);
        assert!(answered(0) && !answered(1) && answered(2), "{status}: {said:#?}");
        assert_eq!(world.notices(), [""; 0], "{status}");
        // It is still on; what only could not be read is answered when it can be.
        world.reddit.state().faults.clear();
        world.pass(2);
        world.once();
        assert_eq!(world.said().len(), if status == 200 { 3 } else { 2 }, "{status}");
        world.reddit.post("learnml", "dora", TITLE, BODY);
        world.once();
        assert_eq!(world.counted("answer"), 1, "{status}: the subreddit is read on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comment_that_cannot_be_taken_away_does_not_keep_others_there() {
    let world = World::in_mode("on").await;
    for name in ["ann", "bob", "carl"] {
        world.reddit.post("learnml", name, TITLE, BODY);
    }
    world.once();
    world.once();
    for comment in world.said() {
        world.reddit.state().comment_mut(&comment.name).score = -2;
    }
    world.reddit.fail("POST", "/api/del", Fault::Answer(403, "{}".into()), 1);
    world.pass(16);
    world.once();
    assert_eq!(world.said().len(), 1, "two of three are gone");
    assert_eq!(world.notices().iter().filter(|said| said.contains("voted down")).count(), 2);
    // And that one goes later.
    world.pass(61);
    world.once();
    assert_eq!(world.said().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_text_is_dropped_whatever_becomes_of_its_answer() {
    let world = World::in_mode("on").await;
    let post = world.reddit.post("learnml", "ann", TITLE, BODY);
    world.once();
    world.once();
    // It is deleted after the last look.
    for minutes in [6, 10, 50, 5 * 60, 19 * 60] {
        world.pass(minutes);
        world.once();
    }
    world.reddit.state().post_mut(&post).deleted = true;
    world.reddit.fail("POST", "/api/del", Fault::Answer(403, "{}".into()), 99);
    world.pass(13 * 60);
    world.once();
    assert_eq!(world.count("reddit_desk WHERE coalesce(author, title, body, answer) IS NOT NULL").await, 0);
}
