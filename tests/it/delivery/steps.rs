//! Second steps: the thread below a message is opened, once, and those it is for are in it, whatever happens between.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use cairn::community::Community;
use cairn::outbox::{Message, Payload, State, Target};
use serde_json::json;

use super::{MESSAGES, World, pause};
use crate::setup::undelivered;
use crate::world::discord::Fault;

const THREADS: &str = "/channels/*/messages/*/threads";
const MEMBERS: &str = "/channels/*/thread-members/*";
/// The key of the second step.
const BELOW: &str = "hello/below";

impl World {
    async fn say_with_a_thread(&self) {
        let invites = vec![self.discord.person("ann"), self.discord.person("ben")];
        let payload =
            Payload { body: "hello".into(), title: Some("Read together".into()), invites, ..Payload::default() };
        let message = Message::new("hello", Target::DiscordChannel(self.general), "");
        self.enqueue(Message { payload, community: Some(Community::Discord(self.discord.guild())), ..message }).await;
    }

    /// One message, one thread below it, and both are in it.
    fn is_whole(&self, when: &str) {
        assert_eq!(self.said("general"), ["hello"], "{when}");
        let hello = self.discord.messages("general").pop().unwrap().id;
        assert_eq!(self.discord.threads("general"), [hello], "{when}");
        let taken = self.discord.requests_to("PUT", MEMBERS);
        for who in ["ann", "ben"] {
            let id = self.discord.person(who).to_string();
            assert!(taken.iter().any(|r| r.status == 204 && r.path.ends_with(&id)), "{when}: {who} is in it");
        }
    }
}

#[tokio::test]
async fn whatever_goes_wrong_once_the_thread_comes() {
    let refusal = |status, code: u32| Fault::answer(status, vec![], json!({"code": code, "message": "On demand."}));
    let faults = [
        ("502", THREADS, "POST", Fault::status(502)),
        ("502 after", THREADS, "POST", Fault::status_after(502)),
        ("429", THREADS, "POST", Fault::rate_limited(0.5)),
        ("cut after", THREADS, "POST", Fault::cut_after()),
        ("too many threads", THREADS, "POST", refusal(400, 160_006)),
        ("not there yet", THREADS, "POST", refusal(404, 10_008)),
        ("502 at the second", MEMBERS, "PUT", Fault::status(502)),
    ];
    futures_util::future::join_all(faults.map(|(what, path, method, fault)| async move {
        let world = World::new().await;
        world.discord.fail_next(method, path, fault, 1);
        world.say_with_a_thread().await;
        let _bot = world.start();
        world.is_sent("hello").await;
        world.is_sent(BELOW).await;
        assert!(world.discord.all_faults_met(), "{what}");
        world.is_whole(what);
        world.discord.finish();
    }))
    .await;
}

#[tokio::test]
async fn a_thread_that_may_not_be_opened_is_a_dead_letter() {
    let world = World::new().await;
    let refused = Fault::answer(403, vec![], json!({"code": 50_013, "message": "Missing Permissions"}));
    world.discord.fail_next("POST", THREADS, refused, 1);
    world.say_with_a_thread().await;
    let _bot = world.start();
    world.is_sent("hello").await;
    assert_eq!(world.is_dead(BELOW).await, "the bot may not write there (error 50013)");
    let dead = undelivered(&world.store, world.discord.guild()).await;
    assert_eq!(dead.iter().map(|letter| letter.key.as_str()).collect::<Vec<_>>(), [BELOW]);
    world.discord.finish();
}

/// Where a killed delivery stood.
#[derive(Debug, Clone, Copy)]
enum Step {
    MessageUnderWay,
    ThreadUnderWay,
    ThreadThere,
    InvitesUnderWay,
    Done,
}

#[tokio::test]
async fn killed_at_any_step_there_is_one_thread_and_all_are_in_it() {
    use Step::*;
    let steps = [MessageUnderWay, ThreadUnderWay, ThreadThere, InvitesUnderWay, Done];
    futures_util::future::join_all(steps.map(killed_at)).await;
}

async fn killed_at(step: Step) {
    let world = World::new().await;
    let slow = Fault::delay(Duration::from_millis(1_500));
    world.say_with_a_thread().await;
    let (method, path) = match step {
        Step::MessageUnderWay => ("POST", MESSAGES),
        Step::InvitesUnderWay => ("PUT", MEMBERS),
        _ => ("POST", THREADS),
    };
    if !matches!(step, Step::Done) {
        world.discord.fail_next(method, path, slow, 1);
    }
    let bot = world.start();
    match step {
        Step::Done => {
            world.is_sent("hello").await;
            world.is_sent(BELOW).await;
        }
        _ => world.asked(method, path, 1).await,
    }
    if matches!(step, Step::ThreadThere) {
        // It stands still while Discord opens the thread and answers.
        bot.signal("-STOP");
        pause(2.0).await;
    }
    bot.kill();
    pause(2.0).await;
    world.discord.heal();
    world.discord.forget_nonces();
    let _bot = world.start();
    world.is_sent("hello").await;
    world.reaches(BELOW, State::Sent).await;
    pause(5.5).await;
    world.is_whole(&format!("{step:?}"));
    world.discord.finish();
}
