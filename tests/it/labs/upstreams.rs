//! The fault lab: each service that Cairn calls is slow, dropping, lying, limiting, or away for a day. Members notice nothing,
//! and when it is back, what was held up is done once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn::outbox::{self, Message, Target};
use jiff::SignedDuration;
use serde_json::json;
use tokio::time::sleep;

use super::{Lab, Life};
use crate::world::discord::Fault;
use crate::world::feeds::{Fault as FeedFault, Place};
use crate::world::program::PATIENCE;
use crate::world::reddit::Fault as RedditFault;

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Slow,
    Dropping,
    Lying,
    Limiting,
    Away,
}

const TROUBLES: [Trouble; 5] = [Trouble::Slow, Trouble::Dropping, Trouble::Lying, Trouble::Limiting, Trouble::Away];

async fn until(what: &str, mut is: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !is().await {
        assert!(since.elapsed() < PATIENCE, "this never was: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}

async fn opened() -> (Arc<Lab>, Life) {
    let lab = Arc::new(Lab::open().await);
    let life = lab.start().await;
    lab.settle().await;
    (lab, life)
}

/// The program is stopped, the clocks go on by that, and it is started again.
async fn later(lab: &Lab, life: Life, by: SignedDuration) -> Life {
    assert_eq!(lab.end(life, "-TERM").0, Some(0));
    lab.leap(by);
    lab.start().await
}

/// Members are answered as ever.
async fn answers(lab: &Lab, trouble: Trouble) {
    for command in ["/guide track:engineer", "/wiki query:gpu", "/study status"] {
        let reply = lab.discord.slash("ann", command).await;
        let took = reply.took.unwrap_or_else(|| panic!("{trouble:?}: {command} is not answered"));
        assert!(took < Duration::from_secs(3), "{trouble:?}: {command} took {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn discord_in_trouble_gets_each_message_once_when_it_is_well() {
    let (lab, mut life) = opened().await;
    let (d, store) = (lab.discord.clone(), lab.store().await);
    for trouble in TROUBLES {
        let path = "/channels/*/messages";
        let (fault, times) = match trouble {
            Trouble::Slow => (Fault::delay(Duration::from_secs(2)), 1),
            Trouble::Dropping => (Fault::cut_before(), 1),
            Trouble::Lying => (Fault::answer(200, vec![], json!("no message at all")), 1),
            Trouble::Limiting => (Fault::rate_limited(0.5), 2),
            Trouble::Away => (Fault::status(503), 10_000),
        };
        d.fail_next("POST", path, fault, times);
        let room = d.channel(&format!("{trouble:?}").to_lowercase());
        let text = format!("said while Discord was {trouble:?}");
        let mut tx = store.write().await.unwrap();
        let message = Message::new(text.clone(), Target::DiscordChannel(room), text.clone());
        outbox::enqueue(&mut tx, &message, lab.now()).await.unwrap();
        tx.commit().await.unwrap();
        let before = d.asked("POST", path);
        until("the message is tried", async || d.asked("POST", path) > before).await;
        answers(&lab, trouble).await;
        if trouble == Trouble::Away {
            life = later(&lab, life, SignedDuration::from_hours(24)).await;
        }
        d.heal();
        // What must wait before it is tried again is due by then.
        life = later(&lab, life, SignedDuration::from_mins(20)).await;
        let said = || d.unasked().iter().filter(|message| message.content == text).count();
        until(&format!("{trouble:?}: the message is there"), async || said() > 0).await;
        let state = async || outbox::standing(&mut store.read().await.unwrap(), &text).await.unwrap().unwrap().state;
        until(&format!("{trouble:?}: it is known to be there"), async || state().await == outbox::State::Sent).await;
        assert_eq!(said(), 1, "{trouble:?}");
    }
    store.close().await;
    assert_eq!(lab.end(life, "-TERM").0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sources_in_trouble_hold_nobody_up_and_the_digest_comes() {
    let (lab, mut life) = opened().await;
    let d = lab.discord.clone();
    d.slash("ann", "/study zone zone:UTC").await;
    let digests = || d.messages("papers").iter().filter(|message| message.author == "cairn").count();
    for (n, trouble) in TROUBLES.into_iter().enumerate() {
        let fault = match trouble {
            Trouble::Slow => FeedFault::Silence,
            Trouble::Dropping => FeedFault::Cut,
            Trouble::Lying => FeedFault::Html,
            Trouble::Limiting => FeedFault::TooMany { wait: 5 },
            Trouble::Away => FeedFault::Status(503),
        };
        for place in [Place::HuggingFace, Place::Arxiv, Place::HackerNews] {
            lab.feeds.fail(place, fault, usize::MAX);
        }
        // The first Monday is near; each next one is a week later.
        let by = if n == 0 { 68 + 24 } else { 7 * 24 };
        let date = (lab.now() + SignedDuration::from_hours(by - 5 * 24)).strftime("%Y-%m-%d").to_string();
        lab.feeds.list(&date, &crate::digest::twelve(&format!("26{:02}", 11 + n)));
        lab.feeds.forget();
        life = later(&lab, life, SignedDuration::from_hours(by)).await;
        until("the sources are asked", async || !lab.feeds.requests().is_empty()).await;
        answers(&lab, trouble).await;
        assert_eq!(digests(), n, "{trouble:?}: there is nothing to post yet");
        lab.feeds.recover();
        life = later(&lab, life, SignedDuration::from_hours(3)).await;
        until(&format!("{trouble:?}: the digest is there"), async || digests() > n).await;
        assert_eq!(digests(), n + 1, "{trouble:?}");
    }
    assert_eq!(lab.end(life, "-TERM").0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reddit_in_trouble_is_answered_once_when_it_is_well() {
    let (lab, mut life) = opened().await;
    let reddit = &lab.reddit.reddit;
    for (n, trouble) in TROUBLES.into_iter().enumerate() {
        let (fault, times) = match trouble {
            Trouble::Slow => (RedditFault::Delay(Duration::from_secs(2)), 1),
            Trouble::Dropping => (RedditFault::CutBefore, 2),
            Trouble::Lying => (RedditFault::Answer(200, "<html>welcome</html>".to_owned()), 2),
            Trouble::Limiting => (RedditFault::Answer(429, String::new()), 1),
            Trouble::Away => (RedditFault::Answer(503, String::new()), 10_000),
        };
        reddit.fail("GET", "/", fault, times);
        let thread = reddit.post("learnml", &format!("asker{n}"), "Books", "Which book do you like?");
        let call = reddit.comment(&thread, &format!("caller{n}"), "!guide engineer");
        let before = reddit.asked("GET", "/");
        until(&format!("{trouble:?}: Reddit is asked"), async || reddit.asked("GET", "/") > before).await;
        answers(&lab, trouble).await;
        if trouble == Trouble::Away {
            life = later(&lab, life, SignedDuration::from_hours(5)).await;
        }
        reddit.state().faults.clear();
        life = later(&lab, life, SignedDuration::from_mins(20)).await;
        let said = || lab.reddit.said().iter().filter(|comment| comment.parent == call).count();
        until(&format!("{trouble:?}: the call is answered"), async || said() > 0).await;
        assert_eq!(said(), 1, "{trouble:?}");
    }
    assert_eq!(lab.end(life, "-TERM").0, Some(0));
}
