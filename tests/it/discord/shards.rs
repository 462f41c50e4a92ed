//! Conversations on Discord: a bot in several shards.

use crate::world::discord::{intent, permission};
use crate::world::server::World;

const HOBBY: &str =
    "How do I get into machine learning? I'm a web developer and want to play with it in a side project, for fun.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_shards_are_one_bot() {
    let mut world = World::empty().await;
    let d = world.discord.clone();
    d.recommend_shards(2);
    d.grant_intents(intent::MESSAGE_CONTENT);
    d.channel("beginners");
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    world.launch();
    d.connects(2).await;
    d.joined().await;
    let shards: Vec<(u64, u64)> = d.identified().iter().map(|identified| identified.shard).collect();
    assert_eq!(shards, [(0, 2), (1, 2)]);
    // The community is the second shard's, direct messages are the first's.
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/channels", &["beginners"]).await;
    d.go("ann", "@ann");
    let goals = d.slash("ann", "/start").await;
    let fun = d.press("ann", &goals, "Fun, or a project of my own").await;
    assert!(fun.updated);
    // A change that asks Discord for other events begins both again.
    d.press("root", &panel, "Allow reading posts").await;
    for _ in 0..200 {
        if d.identified().len() == 4 && d.connected() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let asked: Vec<bool> = d.identified().iter().map(|i| i.intents & intent::MESSAGE_CONTENT != 0).collect();
    assert_eq!(asked, [false, false, true, true]);
    d.says("ben", "beginners", HOBBY);
    let answer = d.bot_says("beginners").await;
    assert!(d.press("ben", &answer, "Engineer guide").await.updated);
    d.drop_gateway();
    d.resumes(2).await;
    assert!(d.press("ann", &fun, "Researcher guide").await.updated);
    assert!(d.slash("ben", "/help").await.ephemeral);
    world.finish();
}
