//! Posts of newcomers: whom the bot answers, when, and what becomes of its answer.

use super::{BODY, TITLE, World};
use crate::world::reddit::Fault;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_is_answered_once_with_guide_reason_and_a_way_out() {
    let world = World::in_mode("on").await;
    let post = world.reddit.post("learnml", "Ann", TITLE, BODY);
    world.reddit.state().wiki_write("learnml", "high-school", "Mod_Mary", "our own page");
    world.once();
    let said = world.said();
    assert_eq!(said.len(), 1);
    assert_eq!((said[0].parent.as_str(), said[0].subreddit.as_str()), (post.as_str(), "learnml"));
    let text = &said[0].body;
    assert!(text.contains("because you said"), "{text}");
    assert!(text.contains("](https://www.reddit.com/r/learnml/wiki/high-school)"), "{text}");
    assert!(text.contains("](https://cairn.example/guides/engineer)"), "{text}");
    let footer = text.rsplit("---").next().expect("a footer");
    for part in ["bot", "`delete`", "`stop`", "Wrong guide?", "source"] {
        assert!(footer.contains(part), "{part} in {footer}");
    }
    assert!(footer.trim().chars().count() <= 250, "{} characters: {footer}", footer.trim().chars().count());
    assert!(text.chars().count() <= 9_500);
    for minutes in [1, 20, 60 * 5, 60 * 30] {
        world.pass(minutes);
        world.once();
    }
    assert_eq!(world.said().len(), 1);
    assert_eq!(world.reddit.asked("POST", "/api/comment"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_day_an_author_is_answered_once_unasked() {
    let world = World::in_mode("on").await;
    world.reddit.post("learnml", "Ann", TITLE, BODY);
    world.reddit.post("learnml", "ann", &format!("Again: {TITLE}"), BODY);
    world.once();
    assert_eq!(world.said().len(), 1);
    world.pass(23 * 60);
    world.reddit.post("learnml", "Ann", &format!("Once more: {TITLE}"), BODY);
    world.once();
    assert_eq!(world.said().len(), 1);
    world.pass(2 * 60);
    world.reddit.post("learnml", "Ann", &format!("Tomorrow: {TITLE}"), BODY);
    world.once();
    assert_eq!(world.said().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_threads_and_people_are_left_alone() {
    let world = World::in_mode("on").await;
    let posts: Vec<String> = (0..4).map(|n| world.reddit.post("learnml", &format!("ann{n}"), TITLE, BODY)).collect();
    world.reddit.state().post_mut(&posts[0]).locked = true;
    world.reddit.state().post_mut(&posts[1]).archived = true;
    world.reddit.state().post_mut(&posts[2]).stickied = true;
    world.reddit.state().post_mut(&posts[3]).distinguished = true;
    world.reddit.post("learnml", "bob", &format!("[Serious] {TITLE}"), BODY);
    for program in ["AutoModerator", "learnml-ModTeam", "helper_bot", "Mod_Mary", "cairn_ml"] {
        world.reddit.post("learnml", program, TITLE, BODY);
    }
    let dark = "I want to kill myself. I wanted to start machine learning but there is no point any more.";
    world.reddit.post("learnml", "carl", TITLE, dark);
    world.reddit.post("learnml", "dora", "My gradient explodes", "After 10 epochs the loss of my LSTM is NaN.");
    world.reddit.post(
        "learnml",
        "eva",
        "¿Cómo empiezo en machine learning?",
        "Soy estudiante y quiero aprender, ¿por dónde empiezo?",
    );
    world.once();
    assert_eq!(world.said().iter().map(|c| &c.body).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(world.desk(None).len(), 0);
    let counted = ["closed", "moderators", "serious", "program", "danger", "silent"].map(|what| world.counted(what));
    assert_eq!(counted, [2, 4, 1, 3, 1, 2]);
    // Nothing of the text is kept, and nobody is told without having asked for it.
    assert_eq!(world.notices(), [""; 0]);
    world.run(&["reddit", "mode", "learnml", "--tell-danger", "true"]).well();
    world.reddit.post("learnml", "fred", "Can't go on", dark);
    world.once();
    let notices = world.notices();
    assert!(
        notices.len() == 1 && notices[0].contains("may be in danger") && !notices[0].contains("kill"),
        "{notices:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_changes_is_read_again_before_and_after() {
    let world = World::in_mode("approve").await;
    let (edited, gone, locked) = (
        world.reddit.post("learnml", "ann", TITLE, BODY),
        world.reddit.post("learnml", "bob", TITLE, BODY),
        world.reddit.post("learnml", "carl", TITLE, BODY),
    );
    world.once();
    let ids: Vec<String> = world.desk(Some("waiting")).iter().map(|item| item["id"].to_string()).collect();
    assert_eq!((ids.len(), world.said().len()), (3, 0));
    for id in &ids {
        world.run(&["reddit", "approve", id]).well();
    }
    // An approval holds for the text it was given for.
    let worker = "I'm a software engineer with five years of Java and want to move to machine learning for my job. Where do I start?";
    world.reddit.state().post_mut(&edited).body = worker.into();
    world.reddit.state().post_mut(&gone).deleted = true;
    world.reddit.state().post_mut(&locked).locked = true;
    world.once();
    assert_eq!(world.said().len(), 0);
    let waiting = world.desk(Some("waiting"));
    assert_eq!(waiting.len(), 1, "it comes back to the desk");
    assert_eq!((&waiting[0]["why"], &waiting[0]["track"]), (&"edited".into(), &"engineer".into()));
    assert_eq!(world.desk(Some("dropped")).len(), 2);
    let id = waiting[0]["id"].to_string();
    world.run(&["reddit", "approve", &id]).well();
    world.once();
    assert_eq!(world.said().len(), 1);
    assert!(world.said()[0].body.contains("**[Engineer"), "{}", world.said()[0].body);
    // Edited within ten minutes after, so that the answer is wrong: it goes.
    world.reddit.state().post_mut(&edited).body = "Never mind. My loss is NaN after ten epochs, why?".into();
    world.reddit.state().post_mut(&edited).title = "LSTM gives NaN".into();
    world.pass(6);
    world.once();
    assert_eq!(world.said().len(), 0);
    assert_eq!(world.desk(Some("removed"))[0]["why"], "edited");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_goes_when_it_is_not_liked_or_its_post_is_gone() {
    let world = World::in_mode("on").await;
    let posts: Vec<String> =
        ["ann", "bob", "carl"].iter().map(|name| world.reddit.post("learnml", name, TITLE, BODY)).collect();
    world.once();
    world.once();
    let comment = |post: &str| world.said().into_iter().find(|c| c.post == post).map(|c| c.name);
    let of_ann = comment(&posts[0]).expect("an answer");
    world.reddit.state().comment_mut(&of_ann).score = -1;
    world.reddit.state().post_mut(&posts[1]).deleted = true;
    world.pass(16);
    world.once();
    assert_eq!(world.said().len(), 1);
    let of_carl = comment(&posts[2]).expect("an answer");
    // It is still looked at after a day, once more.
    for (minutes, score) in [(50, 0), (5 * 60, 0), (19 * 60, -4)] {
        world.reddit.state().comment_mut(&of_carl).score = score;
        world.pass(minutes);
        world.once();
    }
    assert_eq!(world.said().len(), 0);
    let mut why: Vec<String> = world.desk(Some("removed")).iter().map(|item| item["why"].to_string()).collect();
    why.sort();
    assert_eq!(why, ["\"post_gone\"", "\"unliked\"", "\"unliked\""]);
    // What was deleted on Reddit is dropped here, too.
    world.pass(13 * 60);
    world.once();
    let kept = world.desk(Some("removed"));
    assert_eq!(kept.iter().filter(|item| item["title"].is_null()).count(), 1, "{kept:?}");
    assert_eq!(world.count("outbox WHERE payload IS NOT NULL").await, 2, "what was said quotes it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_author_or_a_moderator_says_delete_stop_or_another_guide() {
    let world = World::in_mode("on").await;
    for name in ["ann", "bob", "carl", "dora"] {
        world.reddit.post("learnml", name, TITLE, BODY);
    }
    world.once();
    world.once();
    let said = world.said();
    let comment = |name: &str| {
        let post = world.reddit.state().posts.iter().find(|p| p.author == name).expect("a post").name.clone();
        said.iter().find(|c| c.post == post).expect("an answer").name.clone()
    };
    world.reddit.comment(&comment("ann"), "bob", "delete");
    world.reddit.comment(&comment("bob"), "Mod_Mary", "Delete.");
    world.reddit.comment(&comment("carl"), "Carl", "stop");
    world.reddit.comment(&comment("dora"), "dora", "hacker");
    world.pass(1);
    world.once();
    let mut left: Vec<String> = world.said().iter().map(|c| c.name.clone()).collect();
    left.sort();
    let mut expected = [comment("ann"), comment("dora")];
    expected.sort();
    assert_eq!(left, expected, "only the author and moderators may");
    let of_dora = world.said().into_iter().find(|c| c.name == comment("dora")).expect("an answer");
    assert!(of_dora.body.contains("You chose this guide") && of_dora.body.contains("**[Hacker"), "{}", of_dora.body);
    assert_eq!(world.reddit.asked("POST", "/api/comment"), 4, "a correction is no new comment");
    // Never again, not even tomorrow.
    world.pass(30 * 60);
    world.reddit.post("learnml", "carl", &format!("Again: {TITLE}"), BODY);
    world.reddit.message("eva", "Stop", "stop");
    world.once();
    world.reddit.post("learnml", "eva", TITLE, BODY);
    world.once();
    assert_eq!(world.reddit.asked("POST", "/api/comment"), 4);
    assert_eq!(world.counted("opted_out"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_an_absence_few_late_posts_are_answered_and_no_old_ones() {
    let world = World::empty().await;
    world.reddit.post("learnml", "old", TITLE, BODY);
    world.pass(31);
    world.reddit.post("learnml", "young", TITLE, BODY);
    world.once();
    let shown = world.desk(None);
    assert_eq!(shown.len(), 1, "the first start passes over what is older than half an hour");
    world.mode("on").await;
    // A day's outage.
    for n in 0..30 {
        world.reddit.post("learnml", &format!("early{n}"), TITLE, BODY);
        world.pass(30);
    }
    for n in 0..12 {
        world.pass(30);
        world.reddit.post("learnml", &format!("late{n}"), TITLE, BODY);
    }
    world.pass(1);
    world.once();
    let answered = |world: &World| world.said().len();
    assert!((1..=2).contains(&answered(&world)), "{} at once", answered(&world));
    world.pass(59);
    for _ in 0..3 {
        world.once();
    }
    assert!((4..=6).contains(&answered(&world)), "{} within an hour", answered(&world));
    assert!(world.said().iter().all(|c| {
        let state = world.reddit.state();
        state.posts.iter().any(|p| p.name == c.post && c.created - p.created <= 6 * 3_600)
    }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn final_codes_close_the_row_with_a_sentence() {
    let world = World::in_mode("on").await;
    let codes = ["THREAD_LOCKED", "TOO_OLD", "DELETED_LINK", "SOME_NEW_CODE", "COMMENTER_BLOCKED_POSTER"];
    for (n, code) in codes.into_iter().enumerate() {
        world.reddit.post("learnml", &format!("ann{n}"), TITLE, BODY);
        world.reddit.fail("POST", "/api/comment", Fault::code(code), 1);
        world.once();
    }
    assert_eq!((world.said().len(), world.reddit.asked("POST", "/api/comment")), (0, 5));
    let mut why: Vec<String> =
        world.desk(Some("dropped")).iter().map(|item| item["why"].as_str().expect("a code").to_owned()).collect();
    why.sort();
    assert_eq!(why, ["closed", "closed", "gone", "refused:200:0", "unwanted"]);
    assert!(
        world.notices().iter().all(|said| said.starts_with("An answer was not said, because ")),
        "{:?}",
        world.notices()
    );
}
