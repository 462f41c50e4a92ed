//! What is said unasked at Discord, with the whole program: whatever breaks and whenever it is killed, each
//! message is there once, or a dead letter says why not.

#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cairn::community::Community;
use cairn::outbox::press::StudyPress;
use cairn::outbox::{self, Button, Embed, Fate, Message, Otherwise, Payload, Standing, State, Target, Trouble};
use cairn::store::Store;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::setup::undelivered;
use crate::world::discord::{Discord, Fault, Id};
use crate::world::program::Cairn;

mod kills;
mod looks;
mod steps;

const MESSAGES: &str = "/channels/*/messages";
/// Longer than the waits after a few failures.
const PATIENCE: Duration = Duration::from_secs(90);

/// A Discord, a data folder, and the program run on it.
struct World {
    discord: Discord,
    cairn: Cairn,
    store: Store,
    general: Id,
}

/// The running program. Dropping it kills it as `kill -9` does.
struct Bot(Child);

impl World {
    async fn new() -> Self {
        let (discord, cairn) = (Discord::start().await, Cairn::new());
        let store = Store::open(&cairn.path().join("data")).await.unwrap();
        let general = discord.says("ann", "general", "Good morning!").channel;
        Self { discord, cairn, store, general }
    }

    /// Starts the program with nothing but a token and where Discord is.
    fn start(&self) -> Bot {
        self.start_at(self.discord.base_url(), &[])
    }

    fn start_at(&self, address: &str, more: &[&str]) -> Bot {
        let mut command = self.cairn.command(&["run", "--web-listen", "127.0.0.1:0"]);
        command.args(more).env("CAIRN_DISCORD_TOKEN", self.discord.token()).env("CAIRN_DISCORD_PROXY", address);
        let log = File::options().create(true).append(true).open(self.cairn.path().join("log")).unwrap();
        Bot(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.cairn.path().join("log")).unwrap()
    }

    async fn enqueue(&self, message: Message) {
        self.enqueue_at(message, Timestamp::now()).await;
    }

    async fn enqueue_at(&self, message: Message, now: Timestamp) {
        let mut tx = self.store.write().await.unwrap();
        assert!(outbox::enqueue(&mut tx, &message, now).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Something to say in #general, called and reading `key`.
    async fn say(&self, key: &str) {
        self.enqueue(Message::new(key, Target::DiscordChannel(self.general), key)).await;
    }

    async fn standing(&self, key: &str) -> Standing {
        outbox::standing(&mut self.store.read().await.unwrap(), key).await.unwrap().unwrap()
    }

    async fn reaches(&self, key: &str, state: State) -> Standing {
        let since = Instant::now();
        loop {
            let standing = self.standing(key).await;
            if standing.state == state {
                return standing;
            }
            assert!(since.elapsed() < PATIENCE, "{key} is {standing:?}; the log:\n{}", self.log());
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn is_sent(&self, key: &str) {
        self.reaches(key, State::Sent).await;
    }

    /// Why the message was given up.
    async fn is_dead(&self, key: &str) -> String {
        self.reaches(key, State::Dead).await.trouble.unwrap().to_string()
    }

    /// Waits until that many requests have come.
    async fn asked(&self, method: &str, pattern: &str, times: usize) {
        let since = Instant::now();
        while self.discord.requests_to(method, pattern).len() < times {
            assert!(since.elapsed() < PATIENCE, "no {method} {pattern}; the log:\n{}", self.log());
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// What the bot has said in a place.
    fn said(&self, place: &str) -> Vec<String> {
        let all = self.discord.messages(place).into_iter();
        all.filter(|message| message.author == "cairn").map(|message| message.content).collect()
    }

    fn posts(&self) -> Vec<Value> {
        self.discord.requests_to("POST", MESSAGES).into_iter().map(|request| request.body).collect()
    }

    fn looks(&self) -> usize {
        self.discord.requests_to("GET", MESSAGES).len()
    }
}

impl Bot {
    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap().success());
    }

    /// `kill -9`, whatever it is doing, even if it was stopped.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM: its exit code, and how long it took to end.
    async fn ends(mut self) -> (Option<i32>, Duration) {
        let since = Instant::now();
        self.signal("-TERM");
        while since.elapsed() < PATIENCE {
            if let Some(status) = self.0.try_wait().unwrap() {
                return (status.code(), since.elapsed());
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("the program did not end");
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn pause(seconds: f64) {
    sleep(Duration::from_secs_f64(seconds)).await;
}

#[tokio::test]
async fn what_waits_is_delivered_at_the_start_and_what_comes_within_five_seconds() {
    let world = World::new().await;
    world.say("early").await;
    let bot = world.start();
    world.is_sent("early").await;
    let since = Instant::now();
    world.say("late").await;
    world.is_sent("late").await;
    assert!(since.elapsed() < Duration::from_secs(6), "{:?}", since.elapsed());
    assert_eq!(world.said("general"), ["early", "late"]);
    let nonces: Vec<Value> = world.posts().iter().map(|body| body["nonce"].clone()).collect();
    assert_eq!(nonces, [json!("1"), json!("2")]);
    assert!(world.posts().iter().all(|body| body["enforce_nonce"] == json!(true)));
    assert_eq!(world.looks(), 0);
    let (code, took) = bot.ends().await;
    assert!(code == Some(0) && took < Duration::from_secs(3), "{code:?} after {took:?}");
    world.discord.finish();
}

#[tokio::test]
async fn a_nudge_delivers_at_once() {
    let world = World::new().await;
    let mut config = crate::setup::app(&world.cairn.path().join("data")).await.config.as_ref().clone();
    config.discord_token = Some(world.discord.token().into());
    (config.discord_proxy, config.now) = (Some(world.discord.base_url().to_owned()), None);
    let app = cairn::App::open(config).await.unwrap();
    let line = cairn::discord::open(&app).unwrap().unwrap().line();
    let other = line.clone();
    let outlet = cairn::jobs::Outlet::new(move |row| line.clone().send(row), move |row| other.clone().look(row));
    let outlets = cairn::jobs::Outlets { discord: Some(outlet), ..Default::default() };
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let work = tokio::spawn(cairn::jobs::run(app.clone(), outlets, stopped));
    pause(1.0).await;
    let since = Instant::now();
    world.say("nudged").await;
    app.nudge.notify_one();
    world.is_sent("nudged").await;
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
    stop.send(true).unwrap();
    work.await.unwrap().unwrap();
    assert_eq!(world.said("general"), ["nudged"]);
    world.discord.finish();
}

#[tokio::test]
async fn everything_a_message_can_hold_arrives() {
    let world = World::new().await;
    let role = world.discord.role("papers", 0);
    let full = Payload {
        body: format!("@everyone <@{}> {}", world.discord.person("ann"), "long ".repeat(800)),
        title: Some("Read together".into()),
        embeds: vec![Embed {
            title: "A paper".into(),
            link: Some("https://arxiv.org/abs/1706.03762".into()),
            text: "word ".repeat(1_000),
            fields: vec![("Votes".into(), "3".into()), ("Empty".into(), String::new())],
            footer: Some("arXiv".into()),
        }],
        buttons: vec![vec![Button::press("Here", StudyPress::Here), Button::link("PDF", "https://arxiv.org")]],
        invites: Vec::new(),
        ping_role: Some(role),
    };
    let mut digest = Message::new("digest", Target::DiscordChannel(world.general), "");
    digest.payload = full;
    world.enqueue(digest).await;
    let asked = world.discord.says("ben", "general", "How do I begin?");
    let reply = Target::DiscordReply { channel: asked.channel, message: asked.id };
    world.enqueue(Message::new("reply", reply, "Like this.")).await;
    let ann = world.discord.person("ann");
    world.enqueue(Message::new("direct", Target::DiscordDm(ann), "Good evening.")).await;
    let _bot = world.start();
    for key in ["digest", "reply", "direct"] {
        world.is_sent(key).await;
    }
    assert_eq!(world.said("@ann"), ["Good evening."]);
    let said = world.discord.messages("general");
    let digest = said.iter().find(|message| message.content.contains("long")).unwrap();
    assert_eq!(digest.pings, ["@papers"], "nobody else, whatever the text says");
    assert!(digest.content.chars().count() <= 2_000);
    assert_eq!((digest.embeds.len(), digest.components.len()), (1, 1));
    let answer = said.iter().find(|message| message.content == "Like this.").unwrap();
    assert_eq!(answer.reply_to, Some(asked.id));
    world.is_sent("digest/below").await;
    let threads = world.discord.threads("general");
    assert_eq!(threads.iter().map(|id| world.discord.channel_name(*id)).collect::<Vec<_>>(), ["Read together"]);
    world.discord.finish();
}

#[tokio::test]
async fn a_rate_limit_is_obeyed() {
    let world = World::new().await;
    world.discord.fail_next("POST", MESSAGES, Fault::rate_limited(8.0), 1);
    world.say("one").await;
    world.say("two").await;
    let since = Instant::now();
    let _bot = world.start();
    world.is_sent("one").await;
    world.is_sent("two").await;
    assert!(since.elapsed() >= Duration::from_secs(8), "{:?}", since.elapsed());
    let statuses: Vec<u16> = world.discord.requests_to("POST", MESSAGES).iter().map(|r| r.status).collect();
    assert_eq!(statuses, [429, 200, 200], "nothing was asked while we were to wait");
    assert_eq!(world.said("general").len(), 2);
    assert_eq!(world.looks(), 0, "what was refused is not there");
    world.discord.finish();
}

#[tokio::test]
async fn a_global_rate_limit_holds_everything() {
    let world = World::new().await;
    let other = world.discord.channel("other");
    world.discord.fail_next("POST", MESSAGES, Fault::rate_limited_globally(7.0), 1);
    let bot = world.start();
    world.say("one").await;
    world.asked("POST", MESSAGES, 1).await;
    let since = Instant::now();
    world.enqueue(Message::new("two", Target::DiscordChannel(other), "two")).await;
    world.is_sent("one").await;
    world.is_sent("two").await;
    assert!(since.elapsed() >= Duration::from_millis(6_900), "{:?}", since.elapsed());
    assert_eq!(world.posts().len(), 3);
    bot.kill();
    world.discord.finish();
}

#[tokio::test]
async fn a_discord_that_fails_is_waited_out() {
    let world = World::new().await;
    world.discord.fail_next("POST", "/users/@me/channels", Fault::status(500), 1);
    world.discord.fail_next("POST", MESSAGES, Fault::status(502), 1);
    world.discord.fail_next("GET", MESSAGES, Fault::status(503), 1);
    world.enqueue(Message::new("hello", Target::DiscordDm(world.discord.person("ann")), "hello")).await;
    let _bot = world.start();
    world.is_sent("hello").await;
    assert!(world.discord.all_faults_met());
    assert_eq!(world.said("@ann"), ["hello"]);
    assert_eq!((world.posts().len(), world.looks()), (2, 2));
    world.discord.finish();
}

#[tokio::test]
async fn what_is_refused_in_passing_is_tried_again_soon() {
    let world = World::new().await;
    let refusal = |status, code: u32| Fault::answer(status, vec![], json!({"code": code, "message": "On demand."}));
    let dms = "/users/@me/channels";
    world.discord.fail_next("POST", dms, refusal(403, 40_003), 1);
    world.discord.fail_next("POST", dms, refusal(400, 40_003), 1);
    let ann = world.discord.person("ann");
    world.enqueue(Message::new("one", Target::DiscordDm(ann), "one")).await;
    let _bot = world.start();
    world.is_sent("one").await;
    world.enqueue(Message::new("two", Target::DiscordDm(ann), "two")).await;
    world.is_sent("two").await;
    assert_eq!(world.said("@ann"), ["one", "two"]);
    assert_eq!(world.discord.requests_to("POST", dms).len(), 3, "it is opened once");
    world.discord.fail_next("POST", MESSAGES, refusal(403, 50_001), 2);
    world.say("three").await;
    world.is_sent("three").await;
    world.discord.fail_next("POST", MESSAGES, refusal(403, 50_001), 9);
    world.say("four").await;
    assert_eq!(world.is_dead("four").await, "the bot may not write there (error 50001)");
    assert_eq!(world.looks(), 0, "what was refused is not there");
    world.discord.finish();
}

#[tokio::test]
async fn what_its_place_does_not_take_is_said_the_other_way() {
    let world = World::new().await;
    let closed = world.discord.channel("closed");
    world.discord.forbid(closed);
    let ann = world.discord.person("ann");
    let other = |target| {
        let payload = Payload { body: "other way".into(), ..Payload::default() };
        Some(Otherwise { target, community: None, payload, first: None })
    };
    let first = Message::new("first", Target::DiscordChannel(closed), "first way");
    let first = Message {
        otherwise: other(Target::DiscordDm(ann)),
        community: Some(Community::Discord(world.discord.guild())),
        ..first
    };
    world.enqueue(first).await;
    world.discord.takes_dms("ben", false);
    let ben = Message::new("second", Target::DiscordDm(world.discord.person("ben")), "first way");
    world.enqueue(Message { otherwise: other(Target::DiscordChannel(world.general)), ..ben }).await;
    let _bot = world.start();
    world.is_dead("first").await;
    world.is_sent("first/otherwise").await;
    world.is_sent("second/otherwise").await;
    assert_eq!((world.said("@ann"), world.said("general")), (vec!["other way".into()], vec!["other way".to_owned()]));
    let fate = outbox::fate(&mut world.store.read().await.unwrap(), "first").await.unwrap();
    assert_eq!(fate, Some(Fate::ArrivedOtherwise(Trouble::NotAllowed(50_013))));
    assert_eq!(undelivered(&world.store, world.discord.guild()).await, [], "nothing is lost");
    world.discord.finish();
}

#[tokio::test]
async fn what_discord_will_never_take_is_a_dead_letter_with_its_reason() {
    let world = World::new().await;
    let ann = world.discord.person("ann");
    world.discord.takes_dms("ann", false);
    let (gone, closed) = (world.discord.channel("gone"), world.discord.channel("closed"));
    world.discord.remove_channel(gone);
    world.discord.forbid(closed);
    let asked = world.discord.says("ben", "general", "How do I begin?");
    world.discord.deletes(&asked);
    let reply = Target::DiscordReply { channel: asked.channel, message: asked.id };
    let table = [
        ("person", Target::DiscordDm(ann), "this person takes no direct messages from the bot"),
        ("stranger", Target::DiscordDm(4), "its target is gone"),
        ("gone", Target::DiscordChannel(gone), "its target is gone"),
        ("nowhere", Target::DiscordChannel(0), "its target is gone"),
        ("closed", Target::DiscordChannel(closed), "the bot may not write there (error 50013)"),
        ("reply", reply, "its target is gone"),
    ];
    for (key, target, _) in &table {
        world.enqueue(Message::new(*key, target.clone(), "hello")).await;
    }
    world.say("fine").await;
    let _bot = world.start();
    for (key, _, reason) in table {
        assert_eq!(world.is_dead(key).await, reason, "{key}");
    }
    world.is_sent("fine").await;
    assert_eq!(world.discord.invalid(), [""; 0]);
    world.discord.finish();
}

#[tokio::test]
async fn a_refused_token_is_one_sentence_and_nothing_is_lost() {
    let world = World::new().await;
    let bot = world.start_at(world.discord.base_url(), &[]);
    world.say("one").await;
    world.is_sent("one").await;
    world.discord.revoke_token();
    world.say("two").await;
    world.say("three").await;
    // Longer than the wait after a failure and than the safety net's: under a refused token nothing is claimed.
    pause(6.0).await;
    // The second was refused, or not even tried, where the gateway was refused first.
    assert!(world.posts().len() <= 2);
    for key in ["two", "three"] {
        world.reaches(key, State::Ready).await;
    }
    bot.kill();
    let log = world.log();
    assert_eq!(log.matches("Discord refuses the bot's token").count(), 1, "{log}");
    // Started with the new token, it sends what waits.
    let _bot = world.start();
    world.is_sent("three").await;
    world.is_sent("two").await;
    assert_eq!(world.said("general").len(), 3);
    assert!(!world.log().contains(&world.discord.token()), "no token in the log");
    world.discord.finish();
}
