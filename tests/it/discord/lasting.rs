//! Conversations on Discord: what outlives restarts, outages and crowds.

use std::time::Duration;

use serde_json::json;

use crate::world::discord::{Fault, permission};
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buttons_and_forms_work_after_a_restart() {
    let mut world = World::start().await;
    world.discord.grant("root", world.discord.role("admins", permission::MANAGE_GUILD));
    let answer =
        world.discord.slash("ann", "/start text:I'm in grade 11 and want to work in machine learning one day").await;
    let goals = world.discord.slash("bob", "/start").await;
    let form = world.discord.slash("root", "/mod guide edit page:hacker").await.modal().clone();
    let panel = world.discord.slash("root", "/mod settings").await;
    world.kill().await;
    world.begin().await;
    let d = &world.discord;
    assert!(d.press("ann", &answer, "Engineer guide").await.updated);
    assert!(d.press("bob", &goals, "Fun, or a project of my own").await.updated);
    let saved = d.submit("root", &form, &[("text", "A new beginning.")]).await;
    assert!(saved.content.starts_with("Saved as revision 2"), "{saved}");
    assert!(d.press("root", &panel, "Roles for tracks…").await.updated);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_connection_comes_back() {
    let world = World::start().await;
    let d = &world.discord;
    d.drop_gateway();
    d.resumes(1).await;
    assert!(d.slash("ann", "/help").await.took.is_some());
    d.invalidate_sessions(false);
    tokio::time::sleep(Duration::from_secs(1)).await;
    d.connects(1).await;
    assert!(d.slash("ann", "/help").await.took.is_some());
    // A callback that fails in passing is made again.
    d.fail_next("POST", "/interactions/*/*/callback", Fault::status(502), 1);
    assert!(d.slash("ann", "/help").await.took.is_some());
    d.fail_next("POST", "/interactions/*/*/callback", Fault::cut_after(), 1);
    assert!(d.slash("ann", "/help").await.took.is_some());
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_cannot_be_read_is_counted_and_the_rest_goes_on() {
    let world = World::start().await;
    let d = &world.discord;
    d.tells("INTERACTION_CREATE", &json!({"id": "1", "type": 99, "token": "a secret", "strange": [1, 2]}));
    d.tells("MESSAGE_CREATE", &json!({"content": "secret words", "id": "no number"}));
    d.tells("AN_EVENT_OF_TOMORROW", &json!({"content": "secret words"}));
    assert!(d.slash("ann", "/help").await.ephemeral);
    let counted = || world.log().lines().any(|l| l.contains("reached nobody") && l.contains("\"count\":3"));
    for _ in 0..50 {
        if counted() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(counted() && !world.log().contains("secret"), "{}", world.log());
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_revoked_leaves_the_web_page_up() {
    let world = World::start().await;
    world.discord.revoke_token();
    world.discord.connects(0).await;
    for _ in 0..100 {
        if world.log().contains("so Discord is off") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(world.log().contains("Discord does not take the token"), "{}", world.log());
    let server = world.server.as_ref().expect("it runs");
    assert_eq!(tokio::task::block_in_place(|| server.get("/healthz")).status, 200);
    world.finish_after(&["does not take the token"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_cannot_be_asked_for_is_waited_for() {
    let mut world = World::empty().await;
    world.discord.fail_next("GET", "/gateway/bot", Fault::status(500), 1);
    world.discord.fail_next("GET", "/gateway", Fault::status(500), 3);
    world.begin().await;
    assert!(world.server.as_ref().is_some_and(|s| s.screen.contains("Discord  on   as cairn")));
    assert!(world.discord.slash("ann", "/help").await.took.is_some());
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_answered_in_time() {
    let world = World::start().await;
    let commands =
        ["/help", "/start", "/guide track:engineer", "/wiki query:gpu", "/start text:how do I get into ML as a hobby?"];
    let mut under_way = tokio::task::JoinSet::new();
    for n in 0..1_000_usize {
        let d = world.discord.clone();
        under_way.spawn(async move {
            let reply = d.slash(&format!("person{}", n % 50), commands[n % commands.len()]).await;
            assert!(reply.took.is_some() && reply.ephemeral, "{reply}");
        });
        if under_way.len() >= 50 {
            under_way.join_next().await.expect("50 are under way").expect("it was answered");
        }
    }
    while let Some(done) = under_way.join_next().await {
        done.expect("it was answered");
    }
    world.finish();
}
