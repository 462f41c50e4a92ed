//! Deliveries of a program that is killed or stopped at any step, or that is not alone on its database.

#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::time::Duration;

use cairn::outbox::{Message, State, Target};

use super::{MESSAGES, World, pause};
use crate::world::discord::{Fault, Id};

/// Where a killed delivery stood.
#[derive(Debug, Clone, Copy)]
enum Step {
    BeforeClaim,
    ClaimedBeforeNetwork,
    ClaimedBeforeSending,
    UnderWay,
    TakenBeforeSettled,
    Settled,
    BeforeLook,
    Looking,
}

/// `kill -9` between every pair of steps; then the program is started again, and Discord has forgotten the nonce.
#[tokio::test]
async fn killed_at_any_step_each_message_is_there_once() {
    use Step::*;
    let steps = [
        BeforeClaim,
        ClaimedBeforeNetwork,
        ClaimedBeforeSending,
        UnderWay,
        TakenBeforeSettled,
        Settled,
        BeforeLook,
        Looking,
    ];
    futures_util::future::join_all(steps.map(killed_at)).await;
}

async fn killed_at(step: Step) {
    let world = World::new().await;
    let ann = world.discord.person("ann");
    world.enqueue(Message::new("hello", Target::DiscordDm(ann), "hello")).await;
    let (there, state) = brought_to(&world, step).await;
    assert_eq!(world.said("@ann").len(), there, "{step:?}: at the kill");
    assert_eq!(world.standing("hello").await.state, state, "{step:?}: at the kill");
    world.discord.heal();
    world.discord.forget_nonces();
    let _bot = world.start();
    world.is_sent("hello").await;
    // Longer than the safety net's interval: whatever is still to come comes.
    pause(5.5).await;
    assert_eq!(world.said("@ann"), ["hello"], "{step:?}\n{}", world.log());
    world.discord.finish();
}

/// Kills the program at a step: how many messages are there then, and what the outbox knows.
async fn brought_to(world: &World, step: Step) -> (usize, State) {
    let slow = Fault::delay(Duration::from_millis(1_500));
    match step {
        Step::BeforeClaim => (0, State::Ready),
        Step::ClaimedBeforeNetwork => {
            // The system takes the connection, but nobody ever reads what comes.
            let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
            let bot = world.start_at(&format!("http://{}", deaf.local_addr().unwrap()), &[]);
            world.reaches("hello", State::Sending).await;
            bot.kill();
            (0, State::Sending)
        }
        Step::ClaimedBeforeSending => {
            // Opening the conversation comes before sending.
            world.discord.fail_next("POST", "/users/@me/channels", slow, 1);
            let bot = world.start();
            world.asked("POST", "/users/@me/channels", 1).await;
            bot.kill();
            pause(2.0).await;
            assert_eq!(world.posts().len(), 0);
            (0, State::Sending)
        }
        Step::UnderWay => {
            world.discord.fail_next("POST", MESSAGES, slow, 1);
            let bot = world.start();
            world.asked("POST", MESSAGES, 1).await;
            bot.kill();
            pause(2.0).await;
            (0, State::Sending)
        }
        Step::TakenBeforeSettled => {
            world.discord.fail_next("POST", MESSAGES, slow, 1);
            let bot = world.start();
            world.asked("POST", MESSAGES, 1).await;
            // It stands still while Discord takes the message and answers.
            bot.signal("-STOP");
            pause(2.0).await;
            bot.kill();
            (1, State::Sending)
        }
        Step::Settled => {
            let bot = world.start();
            world.is_sent("hello").await;
            bot.kill();
            (1, State::Sent)
        }
        Step::BeforeLook => {
            world.discord.fail_next("POST", MESSAGES, Fault::cut_after(), 1);
            let bot = world.start();
            world.asked("POST", MESSAGES, 1).await;
            pause(0.5).await;
            bot.kill();
            (1, State::Sending)
        }
        Step::Looking => {
            world.discord.fail_next("POST", MESSAGES, Fault::cut_after(), 1);
            world.discord.fail_next("GET", MESSAGES, slow, 1);
            let bot = world.start();
            world.asked("GET", MESSAGES, 1).await;
            bot.kill();
            (1, State::Sending)
        }
    }
}

#[tokio::test]
async fn two_programs_on_one_database_send_nothing_twice() {
    let world = World::new().await;
    let rooms: Vec<Id> = (0..5).map(|n| world.discord.channel(&format!("room-{n}"))).collect();
    let beside = || world.start_at(world.discord.base_url(), &["--beside"]);
    let (one, two) = (beside(), beside());
    for n in 0..8 {
        for room in &rooms {
            let key = format!("{room}/{n}");
            world.enqueue(Message::new(key.clone(), Target::DiscordChannel(*room), key)).await;
        }
        if n == 3 {
            world.discord.fail_next("POST", MESSAGES, Fault::cut_after(), 2);
            world.discord.fail_next("POST", MESSAGES, Fault::cut_before(), 2);
        }
    }
    for room in &rooms {
        for n in 0..8 {
            world.is_sent(&format!("{room}/{n}")).await;
        }
    }
    pause(5.5).await;
    for (n, room) in rooms.iter().enumerate() {
        let mut said = world.said(&format!("room-{n}"));
        said.sort();
        assert_eq!(said, (0..8).map(|n| format!("{room}/{n}")).collect::<Vec<_>>());
    }
    for bot in [one, two] {
        assert_eq!(bot.ends().await.0, Some(0));
    }
    world.discord.finish();
}

#[tokio::test]
async fn a_stop_leaves_the_queue_intact() {
    let world = World::new().await;
    world.discord.fail_next("POST", MESSAGES, Fault::delay(Duration::from_secs(60)), 1);
    for n in 0..5 {
        world.say(&format!("m{n}")).await;
    }
    let bot = world.start();
    world.asked("POST", MESSAGES, 1).await;
    let (code, took) = bot.ends().await;
    assert!(code == Some(0) && took < Duration::from_secs(10), "{code:?} after {took:?}");
    assert_eq!(world.said("general"), [""; 0]);
    world.discord.heal();
    let _bot = world.start();
    for n in 0..5 {
        world.is_sent(&format!("m{n}")).await;
    }
    let mut said = world.said("general");
    said.sort();
    assert_eq!(said, ["m0", "m1", "m2", "m3", "m4"]);
    world.discord.finish();
}
