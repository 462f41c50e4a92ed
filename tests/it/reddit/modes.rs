//! Modes: a subreddit begins in shadow, and is turned on by what its moderators judged.

use super::{BODY, TITLE, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_shadow_nothing_is_said_and_everything_is_shown() {
    let world = World::start().await;
    world.reddit.post("learnml", "ann", TITLE, BODY);
    let question = world.reddit.post("learnml", "bob", "NaN", "My loss is NaN after ten epochs, why?");
    world.reddit.comment(&question, "bob", "!wiki learning rate");
    world.once();
    assert_eq!((world.said().len(), world.reddit.asked("POST", "/api/comment")), (0, 0));
    let mut shown: Vec<String> = world.desk(Some("shown")).iter().map(|item| item["action"].to_string()).collect();
    shown.sort();
    assert_eq!(shown, ["\"answer\"", "\"wiki\""]);
    let shown = world.run(&["reddit", "desk"]).well();
    assert!(shown.contains("r/learnml: shadow") && shown.contains("“grade 11”") && shown.contains(TITLE), "{shown}");
    let id = world.desk(None).iter().find(|item| item["action"] == "answer").expect("an answer")["id"].to_string();
    let whole = world.run(&["reddit", "desk", &id]).well();
    assert!(whole.contains("Wrong guide?") && whole.contains("fingerprint"), "{whole}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_is_locked_until_a_hundred_verdicts_were_judged_and_nearly_all_right() {
    let world = World::start().await;
    let refused = world.run(&["reddit", "mode", "learnml", "on"]).refused(1);
    assert!(refused.starts_with("0 of its verdicts were judged so far; “on” takes at least 100."), "{refused}");
    world.reddit.post("learnml", "ann", TITLE, BODY);
    world.once();
    let id = world.desk(None)[0]["id"].to_string();
    world.run(&["reddit", "judge", &id, "right"]).well();
    let overview = world.run(&["reddit", "desk"]).well();
    assert!(overview.contains("judged: 1.000 (1 of 1"), "{overview}");
    world.earn_on().await;
    world.run(&["reddit", "judge", &id, "wrong"]).well();
    let refused = world.run(&["reddit", "mode", "learnml", "on"]).refused(1);
    assert!(refused.starts_with("100 of 101 judged verdicts were right"), "{refused}");
    world.run(&["reddit", "judge", &id, "right"]).well();
    world.run(&["reddit", "mode", "learnml", "on"]).well();
    assert!(world.run(&["reddit", "mode", "other", "off"]).refused(1).contains("CAIRN_REDDIT_SUBREDDITS"));
    assert!(world.run(&["reddit", "mode", "learnml", "loud"]).refused(1).contains("shadow, approve, summon"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_waits_for_a_moderator_who_may_refuse_it() {
    let world = World::in_mode("approve").await;
    world.reddit.post("learnml", "ann", TITLE, BODY);
    let bobs = world.reddit.post("learnml", "bob", TITLE, BODY);
    world.once();
    let waiting = world.desk(Some("waiting"));
    let of_bob =
        waiting.iter().find(|item| item["link"].as_str().is_some_and(|l| l.contains(&bobs[3..]))).expect("his");
    let of_ann = waiting.iter().find(|item| item["id"] != of_bob["id"]).expect("hers");
    let (ann, bob) = (of_ann["id"].to_string(), of_bob["id"].to_string());
    world.run(&["reddit", "refuse", &ann]).well();
    assert!(world.run(&["reddit", "approve", &ann]).refused(1).contains("it is refused"));
    assert!(world.run(&["reddit", "approve", &bob, "--seen", "0000"]).refused(1).contains("was edited"));
    world.run(&["reddit", "approve", &bob, "--seen", of_bob["hash"].as_str().expect("a hash")]).well();
    assert!(world.run(&["reddit", "approve", &bob]).refused(1).contains("it is queued"));
    // In another mode by then, it is not said.
    world.run(&["reddit", "mode", "learnml", "shadow"]).well();
    world.once();
    assert_eq!(world.said().len(), 0);
    assert_eq!(world.desk(Some("dropped")).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_texts_of_a_person_are_exported_and_erased() {
    let world = World::in_mode("on").await;
    world.reddit.post("learnml", "Ann", TITLE, BODY);
    world.once();
    world.once();
    let export = world.run(&["privacy", "export", "reddit:ann"]).json();
    assert_eq!(export["held"]["reddit_desk"][0]["title"], TITLE);
    world.run(&["privacy", "delete", "reddit:ann", "--yes"]).well();
    let export = world.run(&["privacy", "export", "reddit:ann"]).json();
    assert_eq!(export["held"], serde_json::json!({}));
    world.pass(60);
    world.once();
    assert_eq!(world.reddit.asked("POST", "/api/comment"), 1, "her post is not answered another time");
}

#[test]
fn shadow_reads_an_exported_history() {
    let cairn = crate::world::program::Cairn::new();
    let lines = [
        serde_json::json!({"title": TITLE, "body": BODY, "getting_started": true}).to_string(),
        serde_json::json!({"title": "NaN", "selftext": "My loss is NaN after ten epochs, why?"}).to_string(),
        "no JSON".to_owned(),
        serde_json::json!({"title": null, "score": 3}).to_string(),
    ];
    std::fs::write(cairn.path().join("posts.jsonl"), lines.join("\n")).expect("a file");
    let run = cairn.run(&["reddit", "shadow", "posts.jsonl", "--fast"]);
    assert!(run.err.contains("1 lines are no JSON object"), "{}", run.err);
    let out = run.well();
    assert!(out.contains("3 posts: answer 1, silent 2") && out.contains("Guides: high-school 1"), "{out}");
    assert!(out.contains("1.000 (1 of 1") && out.contains("“grade 11”"), "{out}");
    // What the encoder would have read, had there been time, is said.
    let open =
        serde_json::json!({"title": "AI", "body": "Is it worth learning the basics of AI, and is my laptop enough?"});
    std::fs::write(cairn.path().join("posts.jsonl"), [open.to_string(), lines[0].clone()].join("\n")).expect("a file");
    for args in [&["--fast"][..], &["--within", "0"]] {
        let out = cairn.run(&[&["reddit", "shadow", "posts.jsonl"], args].concat()).well();
        assert!(out.contains("2 posts: answer 1"), "{out}");
        assert!(
            out.contains(
                "\n1 were unsure by their words; 0 of them were read by the encoder, and 1 count by words alone"
            ),
            "{out}"
        );
    }
    let json = cairn.run(&["--json", "reddit", "shadow", "posts.jsonl", "--within", "0"]).json();
    assert_eq!((&json["posts"], &json["unsure"], &json["read_by_meaning"]), (&2.into(), &1.into(), &0.into()));
    assert!(cairn.run(&["reddit", "shadow", "posts.jsonl", "--within", "9", "--fast"]).refused(2).contains("--fast"));
}
