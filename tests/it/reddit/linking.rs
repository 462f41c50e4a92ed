//! One person on Discord and on Reddit.

use std::time::Duration;

use super::World;
use crate::world::server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_from_discord_makes_two_accounts_one_person() {
    let reddit = World::start().await;
    let mut discord = server::World::empty().await;
    discord.cairn = reddit.cairn.clone();
    discord.settings = reddit.settings().into_iter().filter(|(name, _)| *name != "CAIRN_WEB_URL").collect();
    discord.settings.push(("CAIRN_NOW", reddit.now()));
    discord.begin_with(&["--reddit-hurry", "60"]).await;
    let answer = discord.discord.slash("ann", "/privacy link").await.to_string();
    let code = answer.split('`').nth(1).expect("a code").to_owned();
    assert!(answer.contains("message/compose?to=cairn_ml&subject=link"), "{answer}");
    reddit.reddit.message("Ann_R", "link", &code);
    let told = async {
        while reddit.reddit.state().sent.is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("an answer");
    let sent = reddit.reddit.state().sent[0].clone();
    assert_eq!(sent.0, "ann_r");
    assert!(sent.2.contains("are one person to Cairn now"), "{sent:?}");
    let export = reddit.run(&["privacy", "export", "reddit:ann_r"]).json();
    assert_eq!(export["person"].as_array().map(Vec::len), Some(2), "{export}");
    // One opt-out, said on Reddit, counts on both.
    reddit.reddit.message("Ann_R", "stop", "stop");
    let stopped = async {
        while reddit.run(&["privacy", "export", "reddit:ann_r"]).json()["opted_out"] != true {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), stopped).await.expect("an opt-out");
    let person = export["person"]
        .as_array()
        .expect("two names")
        .iter()
        .find(|name| name.as_str().is_some_and(|n| n.starts_with("discord:")));
    let discord_name = person.and_then(|name| name.as_str()).expect("a name").to_owned();
    assert_eq!(reddit.run(&["privacy", "export", &discord_name]).json()["opted_out"], true);
    // And one erasure.
    reddit.run(&["privacy", "delete", &discord_name, "--yes"]).well();
    assert_eq!(reddit.run(&["privacy", "export", "reddit:ann_r"]).json()["held"], serde_json::json!({}));
    discord.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn linking_is_offered_only_where_both_are_on() {
    let offered = |world: &server::World| {
        let all = world.discord.commands();
        let privacy = all.iter().find(|command| command["name"] == "privacy").expect("a command").clone();
        privacy["options"].as_array().expect("its parts").iter().any(|part| part["name"] == "link")
    };
    let mut alone = server::World::empty().await;
    alone.begin().await;
    assert!(!offered(&alone), "Reddit is not set");
    alone.finish();
    // Reddit alone: a code leads nowhere, and nobody is told anything.
    let reddit = World::start().await;
    reddit.reddit.message("Ann_R", "link", "ABCD-EFGH");
    reddit.once();
    let sent = reddit.reddit.state().sent.len();
    assert_eq!((sent, reddit.count("outbox").await), (0, 0));
    let mut both = server::World::empty().await;
    both.cairn = reddit.cairn.clone();
    both.settings = reddit.settings().into_iter().filter(|(name, _)| *name != "CAIRN_WEB_URL").collect();
    both.settings.push(("CAIRN_NOW", reddit.now()));
    both.begin().await;
    assert!(offered(&both));
    both.finish();
}
