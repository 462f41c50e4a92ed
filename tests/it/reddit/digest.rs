//! The week's papers as a post in a subreddit.

use std::time::Duration;

use super::World;
use crate::digest::twelve;
use crate::world::feeds::Feeds;
use crate::world::program::Server;
use crate::world::reddit::{BOT, Fault, Post};

/// The Monday on which the digest of 2026-W47 is due.
fn serve(world: &World, feeds: &Feeds) -> Server {
    let reddit = world.settings();
    let mut settings: Vec<(&str, &str)> = reddit.iter().map(|(name, value)| (*name, value.as_str())).collect();
    settings.extend(feeds.settings());
    let args = ["--papers-hurry", "--reddit-hurry", "60", "--now", "2026-11-23T09:00:05Z"];
    tokio::task::block_in_place(|| world.cairn.serve_with(&args, &settings))
}

fn posts(world: &World) -> Vec<Post> {
    world.reddit.state().posts.iter().filter(|p| p.author == BOT).cloned().collect()
}

async fn until(what: &str, mut is: impl FnMut() -> bool) {
    let so = async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), so).await.unwrap_or_else(|_| panic!("waited for {what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_is_posted_once_with_flair_and_pinned() {
    for fault in [None, Some(Fault::CutAfter), Some(Fault::AnswerAfter(503))] {
        let (world, feeds) = (World::start().await, Feeds::start().await);
        feeds.list("2026-11-18", &twelve("2611"));
        world
            .reddit
            .state()
            .flairs
            .insert("learnml".into(), vec![("f-1".into(), "Discussion".into()), ("f-2".into(), "Papers".into())]);
        world.run(&["reddit", "mode", "learnml", "--flair", "papers", "--pin", "true"]).well();
        let said = world.run(&["reddit", "papers", "learnml", "--zone", "UTC"]).well();
        assert!(said.starts_with("r/learnml gets the week's papers every Monday at 09:00"), "{said}");
        let swallowed = fault.is_some();
        if let Some(fault) = fault {
            world.reddit.fail("POST", "/api/submit", fault, 1);
        }
        world.reddit.state().now = "2026-11-23T09:00:05Z".parse::<jiff::Timestamp>().expect("an instant").as_second();
        let server = serve(&world, &feeds);
        until("the post", || !posts(&world).is_empty()).await;
        if swallowed {
            until("a look", || world.reddit.asked("GET", "/user/cairn_ml/submitted") > 0).await;
        }
        until("the pin", || !world.reddit.state().pinned.is_empty()).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        drop(server);
        let posts = posts(&world);
        assert_eq!((posts.len(), world.reddit.asked("POST", "/api/submit")), (1, 1));
        assert_eq!(world.reddit.state().pinned, [posts[0].name.clone()]);
        assert!(
            posts[0].title.starts_with("Papers of the week: ") && posts[0].flair.as_deref() == Some("f-2"),
            "{posts:?}"
        );
        assert!(posts[0].body.contains("Weather at Scale") && !posts[0].body.contains("](cairn:"), "{}", posts[0].body);
    }
}
