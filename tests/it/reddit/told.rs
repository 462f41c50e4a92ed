//! What moderators on Discord are told of Reddit.

use super::{BODY, TITLE, World};
use crate::world::discord::permission;
use crate::world::reddit::Fault;
use crate::world::server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moderators_of_home_see_what_waits_on_reddit_and_others_do_not() {
    let world = World::in_mode("on").await;
    // One reply may be lost, two wait.
    world.reddit.post("learnml", "ann", TITLE, BODY);
    world.reddit.fail("POST", "/api/comment", Fault::CutBefore, 1);
    for minutes in [0, 1, 1, 1, 2, 3, 5, 10, 30] {
        world.pass(minutes);
        world.once();
    }
    world.run(&["reddit", "mode", "learnml", "approve"]).well();
    for name in ["bob", "carl"] {
        world.reddit.post("learnml", name, TITLE, BODY);
    }
    world.once();
    let mut at = server::World::empty().await;
    at.cairn = world.cairn.clone();
    at.settings = world.settings();
    at.settings.push(("CAIRN_NOW", world.now()));
    at.settings.push(("CAIRN_HOME", format!("discord:{},reddit:learnml", at.discord.guild())));
    at.begin_with(&["--reddit-hurry", "60"]).await;
    let d = &at.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    for command in ["/mod settings", "/mod console"] {
        let said = d.slash("root", command).await.to_string();
        assert!(said.contains("Reddit: read ") && said.contains(" left"), "{command}: {said}");
        assert!(said.contains("r/learnml: approve, 2 replies wait for approval, 1 to be settled"), "{command}: {said}");
        assert!(!said.contains("grade 11") && !said.contains("u/ann"), "{command}: {said}");
    }
    at.kill().await;
    // A server that is not home with that subreddit is told nothing.
    at.settings.retain(|(name, _)| *name != "CAIRN_HOME");
    at.settings.push(("CAIRN_HOME", format!("discord:{}", at.discord.guild())));
    at.begin_with(&["--reddit-hurry", "60"]).await;
    for command in ["/mod settings", "/mod console"] {
        let said = at.discord.slash("root", command).await.to_string();
        assert!(!said.contains("r/learnml") && !said.contains("Reddit:"), "{command}: {said}");
    }
    at.finish();
}
