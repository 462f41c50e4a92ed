//! Conversations on Discord: what a person does counts once, and not at all when they were told that it failed.

use std::time::Duration;

use serde_json::json;

use crate::world::discord::Fault;
use crate::world::server::World;

const CALLBACKS: &str = "/interactions/*/*/callback";

async fn joined() -> World {
    joined_with(&[]).await
}

async fn joined_with(args: &[&str]) -> World {
    let mut world = World::empty().await;
    world.launch_with(args);
    world.discord.connects(1).await;
    world.discord.joined().await;
    world.discord.slash("ann", "/study zone zone:UTC").await;
    world
}

/// The minutes that ann has logged today.
async fn minutes(world: &World) -> String {
    let status = world.discord.slash("ann", "/study status").await;
    let line =
        status.content.lines().find(|line| line.contains(" of 120 min today")).expect("a line with minutes").to_owned();
    line.split_whitespace().nth(1).expect("a number").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_of_five_times_it_is_done_once() {
    let world = joined().await;
    let d = &world.discord;
    let logged = d.slash("ann", "/study log minutes:7").await;
    d.tells_again(4);
    assert_eq!(minutes(&world).await, "7");
    d.press("ann", &logged, "Undo").await;
    d.tells_again(4);
    assert_eq!(minutes(&world).await, "0");
    // While the first is still at work.
    d.fail_next("POST", CALLBACKS, Fault::delay(Duration::from_millis(400)), 1);
    let (_, ()) = tokio::join!(d.slash("ann", "/study log minutes:5"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        d.tells_again(3);
    });
    assert_eq!(minutes(&world).await, "5");
    assert!(!world.log().contains("failed"), "{}", world.log());
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_on_one_database_do_it_once() {
    let world = joined_with(&["--beside"]).await;
    let d = &world.discord;
    let mut other = world.beside().await;
    for _ in 0..3 {
        assert!(d.slash("ann", "/study log minutes:15").await.content.contains("**15 min** logged"));
    }
    assert_eq!(minutes(&world).await, "45");
    other.kill().await;
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_old_to_be_answered_is_not_done() {
    let world = joined().await;
    let d = &world.discord;
    d.gateway_is_down(true);
    // Nobody hears it for three seconds, and Discord says that the application did not respond.
    let reply = d.slash("ann", "/study log minutes:45").await;
    assert!(reply.took.is_none());
    tokio::time::sleep(Duration::from_millis(300)).await;
    d.gateway_is_down(false);
    d.resumes(1).await;
    assert_eq!(minutes(&world).await, "0");
    assert!(world.log().contains("too late to be answered"), "{}", world.log());
    assert_eq!(d.late().len(), 1, "the one that Discord gave up");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_what_may_be_too_old_discord_decides() {
    let world = joined().await;
    let d = &world.discord;
    for is_taken in [true, false] {
        if !is_taken {
            let gone = json!({"code": 10062, "message": "Unknown interaction"});
            d.fail_next("POST", CALLBACKS, Fault::answer(404, vec![], gone), 1);
        }
        d.slow_gateway(Duration::from_millis(1_700));
        d.slash("ann", "/study log minutes:45").await;
        assert_eq!(minutes(&world).await, "45", "{is_taken}: the second one does not count");
    }
    d.late();
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_that_cannot_be_registered_keep_nobody_off() {
    let mut world = World::empty().await;
    let d = world.discord.clone();
    world.begin().await;
    world.kill().await;
    let used_up = json!({"code": 30034, "message": "Max number of daily application command creates has been reached"});
    d.fail_next("PUT", "/applications/*/commands", Fault::answer(400, vec![], used_up), 50);
    world.launch();
    d.connects(1).await;
    assert!(d.slash("ann", "/help").await.ephemeral);
    assert!(world.log().contains("could not be registered"), "{}", world.log());
    d.heal();
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_discord_does_not_take_at_once_is_not_done() {
    let world = joined().await;
    let d = &world.discord;
    let refused = || {
        let gone = json!({"code": 10062, "message": "Unknown interaction"});
        d.fail_next("POST", CALLBACKS, Fault::answer(404, vec![], gone), 1);
    };
    // However young it is: the person is told that the application did not respond, and tries again.
    refused();
    d.slash("ann", "/study log minutes:45").await;
    assert_eq!(minutes(&world).await, "0");
    let logged = d.slash("ann", "/study log minutes:7").await;
    refused();
    d.press("ann", &logged, "Undo").await;
    assert_eq!(minutes(&world).await, "7");
    let undone = d.press("ann", &logged, "Undo").await;
    assert!(undone.ephemeral && undone.content.contains("Took back 7 min"), "{undone}");
    assert_eq!(minutes(&world).await, "0");
    assert_eq!(d.late().len(), 2);
    assert!(!world.log().contains("failed inside"), "{}", world.log());
    world.finish();
}
