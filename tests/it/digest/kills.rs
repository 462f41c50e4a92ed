//! A digest of a program that is killed at any step, or that is not alone on its database: it is there exactly once.

use std::time::Duration;

use cairn::community::Moderator;
use cairn::outbox::Target;
use cairn::papers::subscriptions::{self, Change};
use cairn::store::Store;

use super::twelve;
use crate::world::discord::{Discord, Fault as Trouble};
use crate::world::feeds::{Fault, Feeds, Place};
use crate::world::program::{Cairn, Server};

/// A channel that gets papers, a program that does not run yet, and the instant at which its digest is due.
struct Scene {
    discord: Discord,
    feeds: Feeds,
    cairn: Cairn,
}

impl Scene {
    async fn set() -> Self {
        let (discord, feeds, cairn) = (Discord::start().await, Feeds::start().await, Cairn::new());
        feeds.list("2026-11-18", &twelve("2611"));
        let channel = discord.channel("papers");
        let scene = Self { discord, feeds, cairn };
        let store = scene.store().await;
        let by = Moderator::operator("root").expect("a name");
        let before = "2026-11-21T12:00:00Z".parse().expect("an instant");
        let target = Target::DiscordChannel(channel);
        let done = subscriptions::subscribe(&store, &by, "discord/1", &target, &Change::default(), before).await;
        done.expect("a subscription");
        store.close().await;
        scene
    }

    async fn store(&self) -> Store {
        Store::open(&self.cairn.path().join("data")).await.expect("a database")
    }

    fn run(&self, now: &str) -> Server {
        self.run_with(&["--papers-hurry", "--now", now])
    }

    fn run_with(&self, args: &[&str]) -> Server {
        let token = self.discord.token();
        let mut set = self.feeds.settings().to_vec();
        set.extend([("CAIRN_DISCORD_PROXY", self.discord.base_url()), ("CAIRN_DISCORD_TOKEN", token.as_str())]);
        tokio::task::block_in_place(|| self.cairn.serve_with(args, &set))
    }

    fn said(&self) -> usize {
        self.discord.messages("papers").iter().filter(|m| m.author == "cairn").count()
    }

    /// Waits until something is so.
    async fn until(&self, what: &str, mut is: impl FnMut() -> bool) {
        for _ in 0..400 {
            if is() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("this never was: {what}");
    }

    /// The program runs again, and in the end the digest is there once.
    async fn ends_well(&self, step: &str) {
        self.discord.heal();
        self.feeds.recover();
        self.discord.forget_nonces();
        let server = self.run("2026-11-23T09:05:00Z");
        self.until("the digest is there", || self.said() > 0).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let log = server.log.lock().expect("a log").clone();
        assert_eq!(self.said(), 1, "{step}: {log}");
        let (code, _) = tokio::task::block_in_place(|| server.stop("-TERM"));
        assert_eq!(code, Some(0), "{step}");
        self.discord.clone().finish();
    }
}

fn kill(server: Server) {
    tokio::task::block_in_place(|| server.stop("-KILL"));
}

const DUE: &str = "2026-11-23T09:00:00Z";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_the_sources_are_asked() {
    let scene = Scene::set().await;
    scene.feeds.fail(Place::Arxiv, Fault::Silence, usize::MAX);
    let server = scene.run(DUE);
    scene.until("arXiv is asked", || !scene.feeds.requests_to(Place::Arxiv).is_empty()).await;
    kill(server);
    assert_eq!(scene.said(), 0);
    scene.ends_well("while asking").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_the_sources_and_the_decision() {
    let scene = Scene::set().await;
    // What such a kill leaves behind: the week, and leases of somebody who is gone.
    let store = scene.store().await;
    let settings = scene.feeds.urls().clone();
    let config = super::settings(&settings);
    let feeds = cairn::papers::Feeds::open(&config).expect("sources");
    let (week, now) = ("2026-W47".parse().expect("a week"), DUE.parse().expect("an instant"));
    cairn::papers::archive::since(&store, (&feeds, "https://cairn.example"), week, now, now).await.expect("a week");
    store.close().await;
    super::run_sql(
        &scene.cairn.path().join("data"),
        "UPDATE paper_subscriptions SET lease_until = 99999999999999; UPDATE paper_fetching SET lease_until = 99999999999999",
    )
    .await;
    let asked = scene.feeds.requests().len();
    scene.ends_well("before deciding").await;
    assert_eq!(scene.feeds.requests().len(), asked, "what was fetched at post time is good");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_is_sent_and_before_it_is_settled() {
    let steps = [
        ("before it arrives", Trouble::cut_before().after(Duration::from_secs(6)), 0),
        ("before it is settled", Trouble::cut_after(), 1),
    ];
    for (step, trouble, there) in steps {
        let scene = Scene::set().await;
        scene.discord.fail_next("POST", "/channels/*/messages", trouble, 1);
        let server = scene.run(DUE);
        let sent = || !scene.discord.requests_to("POST", "/channels/*/messages").is_empty();
        scene.until("it is sent", || if there == 0 { sent() } else { scene.said() > 0 }).await;
        kill(server);
        assert_eq!(scene.said(), there, "{step}");
        scene.ends_well(step).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_ask_once_and_post_once() {
    let scene = Scene::set().await;
    let beside = || scene.run_with(&["--papers-hurry", "--now", DUE, "--beside"]);
    let (one, other) = (beside(), beside());
    scene.until("the digest is there", || scene.said() > 0).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(scene.said(), 1);
    assert_eq!(scene.feeds.requests_to(Place::HuggingFace).len(), 7);
    drop((one, other));
}
