//! The delivery of an answer, with the program killed between every two steps: it is there exactly once.

use std::time::Duration;

use cairn::community::Community;
use cairn::outbox::{Message, Target};
use cairn::store::Store;

use crate::world::discord::{Fault, intent, permission};
use crate::world::server::World;

const ENGINEER: &str = "How do I get into machine learning? I've been a backend developer for five years and want a job as an ML engineer.";

/// A bot that has been told to answer in `beginners`, and may read there.
async fn reading() -> World {
    let mut world = World::empty().await;
    world.discord.grant_intents(intent::MESSAGE_CONTENT);
    world.discord.channel("beginners");
    world.discord.grant("root", world.discord.role("admins", permission::MANAGE_GUILD));
    world.begin().await;
    let panel = world.discord.slash("root", "/mod settings").await;
    world.discord.choose("root", &panel, "set/channels", &["beginners"]).await;
    world.discord.press("root", &panel, "Allow reading posts").await;
    world.kill().await;
    world.begin().await;
    world
}

/// Waits until the answer to a post is on its way.
async fn is_on_its_way(world: &World) {
    let store = Store::open(&world.cairn.path().join("data")).await.expect("the bot's database");
    for _ in 0..200 {
        let query = "SELECT count(*) FROM outbox WHERE key LIKE 'answer/%' AND state = 'sending'";
        let sending: i64 =
            sqlx::query_scalar(query).fetch_one(&mut *store.read().await.expect("a reader")).await.expect("a number");
        if sending > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    store.close().await;
    // The call itself takes a moment more.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn is_there_once(world: &World, what: &str) {
    for _ in 0..300 {
        let said = world.discord.messages("beginners").iter().filter(|m| m.author == "cairn").count();
        if said > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let said = world.discord.messages("beginners").iter().filter(|m| m.author == "cairn").count();
    assert_eq!(said, 1, "{what}: {}", world.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_step_it_is_there_exactly_once() {
    let long = Duration::from_secs(6);
    // Killed while the call is on its way there; after its effect, before the answer.
    let steps = [
        ("before the effect", Fault::cut_before().after(long)),
        ("at the effect", Fault::delay(Duration::from_millis(400))),
    ];
    for (what, fault) in steps {
        let mut world = reading().await;
        world.discord.fail_next("POST", "/channels/*/messages", fault, 1);
        world.discord.says("ann", "beginners", ENGINEER);
        is_on_its_way(&world).await;
        world.kill().await;
        world.discord.forget_nonces();
        world.begin().await;
        is_there_once(&world, what).await;
        world.finish();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_call_is_looked_for_before_it_is_made_again() {
    let faults = [
        ("cut before", Fault::cut_before()),
        ("cut after", Fault::cut_after()),
        ("500 before", Fault::status(500)),
        ("502 after", Fault::status_after(502)),
        ("429", Fault::rate_limited(0.3)),
    ];
    let mut world = reading().await;
    for (n, (what, fault)) in faults.into_iter().enumerate() {
        let before = world.discord.messages("beginners").iter().filter(|m| m.author == "cairn").count();
        world.discord.fail_next("POST", "/channels/*/messages", fault, 1);
        world.discord.says(&format!("person{n}"), "beginners", ENGINEER);
        for _ in 0..200 {
            world.discord.forget_nonces();
            if world.discord.messages("beginners").iter().filter(|m| m.author == "cairn").count() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let after = world.discord.messages("beginners").iter().filter(|m| m.author == "cairn").count();
        assert_eq!(after, before + 1, "{what}: {}", world.log());
    }
    // Also what was settled late: killed, begun again, nothing new is said.
    let before = world.discord.messages("beginners").len();
    world.kill().await;
    world.begin().await;
    tokio::time::sleep(Duration::from_millis(5_500)).await;
    assert_eq!(world.discord.messages("beginners").len(), before, "{}", world.log());
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_delivered_is_shown_to_moderators() {
    let world = reading().await;
    let d = &world.discord;
    d.forbid("beginners");
    // What was meant for another server's channel, or for a person, is not this server's business.
    let store = cairn::store::Store::open(&world.cairn.path().join("data")).await.expect("the bot's database");
    let mut tx = store.write().await.expect("a transaction");
    let elsewhere = Message::new("elsewhere", Target::DiscordChannel(1), "");
    let elsewhere = Message { community: Some(Community::Discord(d.guild() + 1)), ..elsewhere };
    for message in [elsewhere, Message::new("person", Target::DiscordDm(4), "hello")] {
        cairn::outbox::enqueue(&mut tx, &message, jiff::Timestamp::now()).await.expect("it is enqueued");
    }
    tx.commit().await.expect("it is committed");
    d.says("ann", "beginners", ENGINEER);
    let mut panel = d.slash("root", "/mod settings").await;
    for _ in 0..50 {
        if panel.content.contains("could not be delivered") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        panel = d.slash("root", "/mod settings").await;
    }
    assert!(panel.content.contains("the bot may not write there"), "{panel}");
    for key in ["elsewhere", "person"] {
        for _ in 0..100 {
            if world.log().contains(&format!("\"{key}\"")) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    assert_eq!(world.log().matches("given up").count(), 3, "{}", world.log());
    let panel = d.slash("root", "/mod settings").await;
    assert!(!panel.content.contains("elsewhere") && !panel.content.contains("person"), "{panel}");
    world.finish_after(&["given up"], 0);
}
