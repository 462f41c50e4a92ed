//! Sentences of the contract that no other conversation tells.

use super::{BODY, TITLE, World};
use crate::digest::twelve;
use crate::world::feeds::Listed;
use crate::world::reddit::Fault;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_calls_for_papers_is_told_those_of_the_newest_week_that_is_kept() {
    let world = World::in_mode("summon").await;
    let listed: Vec<_> = twelve("2611").iter().map(Listed::item).collect();
    std::fs::write(world.cairn.path().join("2026-11-10.json"), serde_json::json!(listed).to_string()).expect("a file");
    world.run(&["papers", "week", "2026-W46", "--from", ".", "--keep"]).well();
    // The guide to papers that the list leads to stands in the subreddit's own wiki.
    world.reddit.state().wiki_write("learnml", "reading-papers", "Mod_Mary", "our own page");
    world.pass(6 * 60);
    let post = world.reddit.post("learnml", "ann", "Papers?", "What is new?");
    let call = world.reddit.comment(&post, "bob", "!papers");
    world.once();
    let said = world.said();
    assert_eq!((said.len(), said[0].parent.as_str()), (1, call.as_str()));
    let text = &said[0].body;
    for part in
        ["9 to 15 November 2026", "Weather at Scale", "arxiv.org/abs/2611.00012", "Retrieval at Scale", "I'm a bot"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("Agents at Scale") && !text.contains("Diffusion at Scale"), "ten of twelve: {text}");
    assert!(text.contains("](https://www.reddit.com/r/learnml/wiki/reading-papers#"), "{text}");
    // The footer's addresses are of Reddit itself.
    assert!(!text.contains("](/guides") && !text.contains("](cairn:") && !text.contains("There is no list"), "{text}");
    assert!(text.chars().count() <= 9_500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_may_call_too() {
    let world = World::in_mode("summon").await;
    let post = world.reddit.post("learnml", "ann", "Which one?", "Just show me one, please.\n\n!guide researcher");
    world.once();
    let said = world.said();
    assert_eq!((said.len(), said[0].parent.as_str()), (1, post.as_str()));
    assert!(said[0].body.contains("**[Researcher"), "{}", said[0].body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_waits_for_approval_where_everything_does() {
    let world = World::in_mode("approve").await;
    let post = world.reddit.post("learnml", "ann", "Books", "Which book do you like?");
    let call = world.reddit.comment(&post, "bob", "!guide hacker");
    world.once();
    assert_eq!(world.said().len(), 0);
    let waiting = world.desk(Some("waiting"));
    assert_eq!((waiting.len(), &waiting[0]["action"]), (1, &"guide".into()));
    world.run(&["reddit", "approve", &waiting[0]["id"].to_string()]).well();
    world.once();
    let said = world.said();
    assert_eq!((said.len(), said[0].parent.as_str()), (1, call.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_opted_out_is_not_answered_when_they_call() {
    let world = World::in_mode("on").await;
    world.reddit.message("ann", "stop", "stop");
    world.once();
    let post = world.reddit.post("learnml", "bob", "Books", "Which book do you like?");
    world.reddit.comment(&post, "ann", "!guide hacker");
    world.once();
    assert_eq!(world.said().len(), 0);
    assert_eq!(world.counted("summons_in_vain"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reddit_that_says_wait_is_left_alone_for_so_long_and_nobody_is_troubled() {
    let world = World::in_mode("on").await;
    world.reddit.fail("GET", "/r/learnml/new", Fault::Answer(429, "{}".into()), 1);
    world.reddit.post("learnml", "ann", TITLE, BODY);
    world.once();
    let asked = world.reddit.state().requests.len();
    world.once();
    assert_eq!(world.reddit.state().requests.len(), asked, "nothing is asked meanwhile");
    assert_eq!(world.notices(), [""; 0]);
    world.pass(16);
    world.once();
    assert_eq!(world.said().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prometheus_is_told_how_reddit_does_and_nothing_of_people() {
    let world = World::in_mode("approve").await;
    world.reddit.post("learnml", "Ann_R", TITLE, BODY);
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address").to_string();
    let server = world.serve(&[("CAIRN_METRICS_LISTEN", &free)]);
    let shown = || tokio::task::block_in_place(|| server.get_from(&free, "/metrics")).body;
    world.until("a reply that waits", |_| shown().contains("cairn_reddit_replies{state=\"waiting\"} 1")).await;
    let text = shown();
    let at = world.reddit.state().now;
    for line in [
        "cairn_upstream_calls_total{service=\"reddit\",outcome=\"ok\"} ",
        "cairn_reddit_mode{subreddit=\"learnml\",mode=\"approve\"} 1",
        "cairn_reddit_mode{subreddit=\"learnml\",mode=\"on\"} 0",
        "cairn_reddit_replies{state=\"unknown\"} 0",
        "cairn_reddit_calls_left ",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let read = text
        .split_once("\ncairn_reddit_read_timestamp_seconds ")
        .and_then(|(_, rest)| rest.lines().next()?.parse::<i64>().ok());
    assert!(read.is_some_and(|read| (0..600).contains(&(read - at))), "{read:?}");
    assert!(!text.to_lowercase().contains("ann_r") && !text.contains("cairn_ml") && !text.contains("grade"), "{text}");
    // What Reddit refuses and how it fails is counted apart.
    world.reddit.fail("GET", "/r/learnml/new", Fault::Answer(503, String::new()), 1);
    world
        .until("a failure", |_| shown().contains("cairn_upstream_calls_total{service=\"reddit\",outcome=\"failed\"} 1"))
        .await;
}
