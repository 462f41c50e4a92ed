//! Long troubles: each is one plain sentence, and afterwards nothing is said twice.

use super::{BODY, TITLE, World};
use crate::world::reddit::Fault;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_without_reddit_is_one_sentence_and_nothing_is_said_twice() {
    let world = World::in_mode("on").await;
    world.reddit.post("learnml", "before", TITLE, BODY);
    world.once();
    world.once();
    for method in ["GET", "POST"] {
        world.reddit.fail(method, "/", Fault::Answer(502, "<html>".into()), 10_000);
    }
    for hour in 0..24 {
        world.reddit.post("learnml", &format!("ann{hour}"), TITLE, BODY);
        world.pass(60);
        world.once();
        assert_eq!(world.notices(), ["Reddit failed (502). Cairn tries again by itself."], "hour {hour}");
    }
    world.reddit.state().faults.clear();
    for _ in 0..8 {
        world.pass(16);
        world.once();
    }
    assert_eq!(world.notices(), [""; 0], "it is over");
    let said = world.said();
    let late = said.len() - 1;
    assert!((2..=7).contains(&late), "{late} of the last six hours are answered, a few an hour");
    let mut posts: Vec<&str> = said.iter().map(|c| c.post.as_str()).collect();
    posts.sort_unstable();
    posts.dedup();
    assert_eq!(posts.len(), said.len(), "nobody is answered twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_trouble_takes_the_place_of_the_first() {
    let world = World::in_mode("on").await;
    world.reddit.fail("GET", "/r/learnml", Fault::Answer(503, String::new()), 1);
    world.pass(1);
    world.once();
    assert_eq!(world.notices(), ["Reddit failed (503). Cairn tries again by itself."]);
    world.pass(20);
    world.reddit.state().takes_account = false;
    world.once();
    let told = world.notices();
    assert!(told.len() == 1 && told[0].starts_with("Reddit does not take CAIRN_REDDIT_USERNAME"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_and_a_deletion_before_the_answer_are_told() {
    let world = World::in_mode("approve").await;
    let (locked, gone) =
        (world.reddit.post("learnml", "ann", TITLE, BODY), world.reddit.post("learnml", "bob", TITLE, BODY));
    world.once();
    for item in world.desk(Some("waiting")) {
        world.run(&["reddit", "approve", &item["id"].to_string()]).well();
    }
    world.reddit.state().post_mut(&locked).locked = true;
    world.reddit.state().post_mut(&gone).deleted = true;
    world.once();
    world.once();
    assert_eq!(world.said().len(), 0);
    let told = world.notices();
    for part in ["because the thread is locked or archived", "because the post was deleted"] {
        assert_eq!(told.iter().filter(|said| said.contains(part)).count(), 1, "{part}: {told:#?}");
    }
    assert_eq!(told.len(), 2, "{told:#?}");
}
