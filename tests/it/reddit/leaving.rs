//! When the bot takes its comment away, and when it does not.

use super::{BODY, TITLE, World};
use crate::world::reddit::Fault;

/// Minutes after an answer at which its score is looked at.
const LOOKS: [i64; 4] = [15, 60, 6 * 60, 24 * 60];

/// A newcomer who was answered, and the name of the comment.
async fn answered() -> (World, String) {
    let world = World::in_mode("on").await;
    world.reddit.post("learnml", "ann", TITLE, BODY);
    world.once();
    world.once();
    let comment = world.said()[0].name.clone();
    (world, comment)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_score_is_looked_at_four_times_within_a_day() {
    for (n, fatal) in LOOKS.into_iter().enumerate() {
        let (world, comment) = answered().await;
        let mut passed = 0;
        for look in &LOOKS[..n] {
            // Not liked, but not disliked either.
            world.reddit.state().comment_mut(&comment).score = 0;
            world.pass(look + 1 - passed);
            passed = look + 1;
            world.once();
            assert_eq!(world.said().len(), 1, "a score of 0 at {look} minutes");
        }
        // It falls just after one look, and is found at the next.
        world.reddit.state().comment_mut(&comment).score = -1;
        world.pass(fatal - 2 - passed);
        world.once();
        assert_eq!(world.said().len(), 1, "nobody looks before {fatal} minutes");
        world.pass(4);
        world.once();
        assert_eq!(world.said().len(), 0, "at {fatal} minutes");
        let told = world.notices();
        assert!(
            told.len() == 1 && told[0].contains("was voted down to −1 or lower, so Cairn took it away"),
            "{told:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_day_votes_count_no_more() {
    let (world, comment) = answered().await;
    let mut passed = 0;
    for look in LOOKS {
        world.pass(look + 1 - passed);
        passed = look + 1;
        world.once();
    }
    world.reddit.state().comment_mut(&comment).score = -9;
    for _ in 0..3 {
        world.pass(24 * 60);
        world.once();
    }
    assert_eq!(world.said().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reason_is_one_sentence_and_told_once() {
    let world = World::in_mode("on").await;
    let people = ["ann", "bob", "carl", "dora", "eva"];
    let posts: Vec<String> = people.iter().map(|name| world.reddit.post("learnml", name, TITLE, BODY)).collect();
    world.once();
    world.once();
    let said = world.said();
    let comment = |n: usize| said.iter().find(|c| c.post == posts[n]).expect("an answer").name.clone();
    world.reddit.comment(&comment(0), "ann", "delete");
    world.reddit.comment(&comment(1), "Mod_Mary", "!delete");
    world.reddit.comment(&comment(2), "carl", "opt out");
    world.reddit.state().post_mut(&posts[3]).removed = true;
    world.reddit.state().comment_mut(&comment(4)).deleted = true;
    world.pass(16);
    for _ in 0..3 {
        world.once();
        world.pass(1);
    }
    assert_eq!(world.said().len(), 0);
    let told = world.notices();
    for part in [
        "The author said “delete”",
        "A moderator said “delete”",
        "wants no answers",
        "The post was deleted",
        "was removed on Reddit",
    ] {
        assert_eq!(told.iter().filter(|said| said.contains(part)).count(), 1, "{part}: {told:#?}");
    }
    assert_eq!(told.len(), 5, "{told:#?}");
    assert!(told.iter().all(|said| !said.contains("grade 11") && said.contains("https://www.reddit.com/r/learnml/")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_deleted_on_reddit_is_dropped_within_two_days_in_any_mode() {
    for mode in ["shadow", "approve"] {
        let world = World::in_mode(mode).await;
        let post = world.reddit.post("learnml", "ann", TITLE, BODY);
        world.once();
        assert_eq!(world.desk(None).len(), 1);
        world.reddit.state().post_mut(&post).deleted = true;
        let mut hours = 0;
        while world.count("reddit_desk WHERE body IS NOT NULL").await > 0 {
            world.pass(6 * 60);
            hours += 6;
            assert!(hours <= 48, "{mode}: the text is still kept after two days");
            world.once();
        }
        assert_eq!(
            world.count("reddit_desk WHERE coalesce(author, title, answer, verdict, hash) IS NOT NULL").await,
            0
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_was_lost_below_a_deleted_post_is_taken_away() {
    let world = World::in_mode("on").await;
    // It arrived, but Reddit shows the bot's own comments so late that it was not found.
    world.reddit.state().shown_after = 10 * 3_600;
    let post = world.reddit.post("learnml", "ann", TITLE, BODY);
    world.reddit.fail("POST", "/api/comment", Fault::CutAfter, 1);
    for minutes in [0, 1, 1, 2, 3, 5, 10, 30] {
        world.pass(minutes);
        world.once();
    }
    assert_eq!((world.said().len(), world.desk(Some("unknown")).len()), (1, 1));
    world.reddit.state().post_mut(&post).deleted = true;
    world.pass(13 * 60);
    world.once();
    assert_eq!((world.said().len(), world.desk(Some("unknown")).len()), (0, 0));
}
