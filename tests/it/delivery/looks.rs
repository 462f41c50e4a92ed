//! Messages whose answer was lost: found, and told from others, before anything is sent again.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use cairn::outbox::{Message, State, Target};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{MESSAGES, World, pause};
use crate::world::discord::Fault;

/// Discord shows no history to a bot that may not read it. While it remembers the nonce, that does no harm;
/// later a message that may have arrived is not sent again.
#[tokio::test]
async fn a_history_that_may_not_be_read_is_not_taken_for_an_empty_one() {
    let world = World::new().await;
    let place = json!({"id": "1", "type": 0, "last_message_id": (u64::MAX >> 1).to_string()});
    let lost = |key: &'static str, created: Timestamp| {
        world.discord.fail_next("POST", MESSAGES, Fault::cut_after(), 1);
        world.discord.fail_next("GET", MESSAGES, Fault::answer(200, vec![], json!([])), 1);
        world.discord.fail_next("GET", "/channels/*", Fault::answer(200, vec![], place.clone()), 1);
        world.enqueue_at(Message::new(key, Target::DiscordChannel(world.general), key), created)
    };
    lost("young", Timestamp::now()).await;
    let _bot = world.start();
    world.is_sent("young").await;
    lost("old", Timestamp::now() - SignedDuration::from_mins(10)).await;
    world.reaches("old", State::Unknown).await;
    assert_eq!(world.said("general"), ["young", "old"]);
    assert!(world.discord.all_faults_met());
    world.discord.finish();
}

/// The look reads on until it has seen all that came since the row was decided.
#[tokio::test]
async fn a_busy_channel_is_read_to_its_end() {
    for (fault, posts) in [(Fault::cut_after(), 1), (Fault::cut_before(), 2)] {
        let world = World::new().await;
        world.discord.fail_next("POST", MESSAGES, fault, 1);
        world.say("hello").await;
        for n in 0..250 {
            world.discord.says("ann", "general", &format!("chatter {n}"));
        }
        let bot = world.start();
        world.is_sent("hello").await;
        assert_eq!((world.said("general").len(), world.posts().len(), world.looks()), (1, posts, 3));
        bot.kill();
        world.discord.finish();
    }
}

/// In a rehearsal our clock says nothing about Discord's.
#[tokio::test]
async fn a_rehearsal_finds_its_messages_too() {
    let world = World::new().await;
    world.discord.fail_next("POST", MESSAGES, Fault::cut_after(), 1);
    let now = "2030-01-01T00:00:00Z";
    world.enqueue_at(Message::new("hello", Target::DiscordChannel(world.general), "hello"), now.parse().unwrap()).await;
    let bot = world.start_at(world.discord.base_url(), &["--now", now]);
    world.asked("POST", MESSAGES, 1).await;
    pause(0.5).await;
    bot.kill();
    world.discord.forget_nonces();
    let _bot = world.start_at(world.discord.base_url(), &["--now", now]);
    world.is_sent("hello").await;
    assert_eq!((world.said("general").len(), world.posts().len()), (1, 1));
    world.discord.finish();
}

/// Each of these ends with one message, although Discord has forgotten the nonce by the time of the look.
#[tokio::test]
async fn a_broken_connection_loses_and_doubles_nothing() {
    let faults = [
        ("cut before", Fault::cut_before(), 2),
        ("cut after", Fault::cut_after(), 1),
        ("a gateway that gave up", Fault::status_after(504), 1),
        ("no answer in time", Fault::delay(Duration::from_secs(60)), 2),
    ];
    let one = |(name, fault, posts): (&'static str, Fault, usize)| async move {
        let world = World::new().await;
        world.discord.fail_next("POST", MESSAGES, fault, 1);
        world.say("hello").await;
        let _bot = world.start();
        world.asked("POST", MESSAGES, 1).await;
        pause(0.5).await;
        world.discord.forget_nonces();
        world.is_sent("hello").await;
        assert_eq!(world.said("general"), ["hello"], "{name}");
        assert_eq!((world.posts().len(), world.looks()), (posts, 1), "{name}");
        world.discord.finish();
    };
    futures_util::future::join_all(faults.map(one)).await;
}

/// What was cut off is told from another message that says the same, whether that was before or after it.
#[tokio::test]
async fn messages_that_say_the_same_are_told_apart() {
    for (fault, posts) in [(Fault::cut_before(), 3), (Fault::cut_after(), 2)] {
        let world = World::new().await;
        let target = Target::DiscordChannel(world.general);
        let bot = world.start();
        world.enqueue(Message::new("first", target.clone(), "Still there?")).await;
        world.is_sent("first").await;
        world.discord.fail_next("POST", MESSAGES, fault, 1);
        world.enqueue(Message::new("second", target, "Still there?")).await;
        world.asked("POST", MESSAGES, 2).await;
        pause(0.5).await;
        world.discord.forget_nonces();
        world.is_sent("second").await;
        assert_eq!(world.said("general"), ["Still there?", "Still there?"]);
        assert_eq!(world.posts().len(), posts);
        let (first, second) = (world.standing("first").await, world.standing("second").await);
        assert_ne!(first.remote_id, second.remote_id);
        bot.kill();
        world.discord.finish();
    }
}

/// The channel goes away while nobody knows whether the message arrived.
#[tokio::test]
async fn a_channel_that_goes_away_before_the_look_is_gone() {
    let world = World::new().await;
    world.discord.fail_next("POST", MESSAGES, Fault::cut_after(), 1);
    world.say("hello").await;
    let _bot = world.start();
    world.asked("POST", MESSAGES, 1).await;
    world.discord.remove_channel("general");
    assert_eq!(world.is_dead("hello").await, "its target is gone");
    world.discord.finish();
}
