//! The outbox with a real database and a far side that can fail: whatever happens, each message is there
//! once, or declared dead.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cairn::App;
use cairn::outbox::{self, LEASE, MAX_ATTEMPTS, Message, Next, Outcome, Payload, State, Target, Trouble, Via};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::setup::{Far, Fate, app, at, begun};

/// The server that everything is said in.
const HERE: u64 = 900;

fn message(key: &str, channel: u64) -> Message {
    let message = Message::new(key, Target::DiscordChannel(channel), format!("text of {key}"));
    Message { server: Some(HERE), ..message }
}

async fn enqueue(app: &App, message: &Message, now: Timestamp) -> bool {
    let mut tx = app.store.write().await.unwrap();
    let new = outbox::enqueue(&mut tx, message, now).await.unwrap();
    tx.commit().await.unwrap();
    new
}

async fn state(app: &App, key: &str) -> State {
    outbox::standing(&mut app.store.read().await.unwrap(), key).await.unwrap().unwrap().state
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now + SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn a_message_is_sent_once_and_settled() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let far = Far::new([]);
    let mut hello = message("hello", 1);
    hello.due = Some(at("10:00:00"));
    assert!(enqueue(&app, &hello, at("09:00:00")).await);
    assert!(!enqueue(&app, &message("hello", 2), at("09:00:00")).await, "a known key is the same message");
    assert_eq!(outbox::next_due(&app.store, Via::Discord).await.unwrap(), hello.due);
    assert_eq!(outbox::next_due(&app.store, Via::Reddit).await.unwrap(), None);
    assert!(far.tick(&app, at("09:59:00")).await);
    assert_eq!(far.texts(), [""; 0], "not before it is due");
    for _ in 0..3 {
        assert!(far.tick(&app, at("10:00:00")).await);
    }
    assert_eq!(far.texts(), ["text of hello"]);
    assert_eq!(far.looks(), 0, "who was never lost is not looked for");
    let standing = outbox::standing(&mut app.store.read().await.unwrap(), "hello").await.unwrap().unwrap();
    assert_eq!((standing.state, standing.remote_id.as_deref()), (State::Sent, Some("remote-1")));
    assert_eq!(outbox::next_due(&app.store, Via::Discord).await.unwrap(), None);
}

/// Kills the process after each step of a delivery in turn; the next process always ends with one message.
#[tokio::test]
async fn no_crash_point_loses_or_doubles_a_message() {
    const STEPS: usize = 8;
    for crash_after in 0..=STEPS {
        let dir = crate::world::folder();
        let far = Far::new([Fate::Vanish]);
        steps(dir.path(), &far, crash_after).await;
        // Everything is dropped; another process comes, and enqueues again what was perhaps not committed.
        let now = at("09:10:00");
        let (app, _presence) = begun(dir.path(), now).await;
        enqueue(&app, &message("hello", 1), now).await;
        // Twice, because the first try may still have to vanish.
        assert!(far.tick(&app, now).await);
        assert!(far.tick(&app, at("09:20:00")).await);
        assert_eq!(far.texts(), ["text of hello"], "killed after step {crash_after}");
        assert_eq!(state(&app, "hello").await, State::Sent, "killed after step {crash_after}");
    }
}

async fn steps(dir: &std::path::Path, far: &std::sync::Arc<Far>, crash_after: usize) {
    let (app, _presence) = begun(dir, at("09:00:00")).await;
    let mut tx = app.store.write().await.unwrap();
    outbox::enqueue(&mut tx, &message("hello", 1), at("09:00:00")).await.unwrap();
    if crash_after == 0 {
        return;
    }
    tx.commit().await.unwrap();
    if crash_after == 1 {
        return;
    }
    let row = outbox::claim(&app.store, Via::Discord, at("09:00:00"), 1).await.unwrap().remove(0);
    if crash_after == 2 {
        return;
    }
    // The first try vanishes on its way.
    let outcome = far.clone().send(row.clone()).await;
    if crash_after == 3 {
        return;
    }
    let next = outbox::settle(&app.store, &row, outcome, at("09:00:01")).await.unwrap();
    assert!(matches!(next, Next::Look(at, Trouble::TimedOut) if at >= self::at("09:00:03")), "{next:?}");
    if crash_after == 4 {
        return;
    }
    let lost = outbox::unsettled(&app.store, Via::Discord, at("09:01:00"), 1).await.unwrap().remove(0);
    let seen = far.clone().look(lost.clone()).await;
    if crash_after == 5 {
        return;
    }
    outbox::settle_look(&app.store, &lost, seen, at("09:01:00")).await.unwrap();
    if crash_after == 6 {
        return;
    }
    let row = outbox::claim(&app.store, Via::Discord, at("09:01:00"), 1).await.unwrap().remove(0);
    let outcome = far.clone().send(row.clone()).await;
    if crash_after == 7 {
        return;
    }
    outbox::settle(&app.store, &row, outcome, at("09:01:01")).await.unwrap();
}

#[tokio::test]
async fn what_fails_is_tried_again_and_then_dead() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("00:00:00")).await;
    let far = Far::new(vec![Fate::FailBefore; 100]);
    enqueue(&app, &message("stubborn", 1), at("00:00:00")).await;
    let (mut now, mut waits) = (at("00:00:00"), Vec::new());
    while state(&app, "stubborn").await == State::Ready {
        assert!(far.tick(&app, now).await);
        if let Some(due) = outbox::next_due(&app.store, Via::Discord).await.unwrap() {
            waits.push(due.duration_since(now).as_secs());
            now = due;
        }
    }
    assert_eq!(i64::try_from(waits.len()).unwrap(), MAX_ATTEMPTS - 1);
    for (n, bounds) in [(0, 2..=3), (1, 4..=5), (2, 8..=10), (8, 512..=641), (9, 900..=1_126), (28, 900..=1_126)] {
        assert!(bounds.contains(&waits[n]), "wait {n}: {waits:?}");
    }
    assert_eq!(far.texts(), [""; 0]);
    let dead = outbox::dead_letters(&app.store, HERE, 10).await.unwrap();
    assert_eq!(dead[0].to_string(), "1. `stubborn` to `discord/channel/1`: no connection, after 30 tries");
    let refusal = outbox::retry_dead(&app.store, 7, now).await.unwrap_err().to_string();
    assert_eq!(refusal, "There is no dead letter 7, or its text is no longer kept; ask for the list of dead letters.");
    outbox::retry_dead(&app.store, dead[0].id, now).await.unwrap();
    let far = Far::new([]);
    assert!(far.tick(&app, now).await);
    assert_eq!(far.texts(), ["text of stubborn"]);
    assert_eq!(outbox::dead_letters(&app.store, HERE, 10).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_refused_is_dead_at_once_and_says_why() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let far = Far::new([Fate::Refused, Fate::RateLimited]);
    enqueue(&app, &message("closed", 1), at("09:00:00")).await;
    enqueue(&app, &message("slow", 2), at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await);
    let dead = outbox::dead_letters(&app.store, HERE, 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].to_string(), "1. `closed` to `discord/channel/1`: refused (403, error 50007), after 1 try");
    assert!(far.tick(&app, at("09:01:39")).await);
    assert_eq!(far.texts(), [""; 0], "never sooner than the target asked");
    assert!(far.tick(&app, at("09:02:06")).await);
    assert_eq!(far.texts(), ["text of slow"]);
}

#[tokio::test]
async fn a_dead_letter_is_shown_to_its_server_alone() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let far = Far::new([Fate::Refused; 3]);
    enqueue(&app, &message("here", 1), at("09:00:00")).await;
    enqueue(&app, &Message { server: Some(HERE + 1), ..message("there", 2) }, at("09:00:00")).await;
    enqueue(&app, &Message::new("direct", Target::DiscordDm(3), "psst"), at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await);
    for (server, keys) in [(HERE, vec!["here"]), (HERE + 1, vec!["there"]), (HERE + 2, vec![])] {
        let letters = outbox::dead_letters(&app.store, server, 10).await.unwrap();
        assert_eq!(letters.iter().map(|letter| letter.key.as_str()).collect::<Vec<_>>(), keys, "{server}");
    }
}

#[tokio::test]
async fn while_an_outlet_is_shut_messages_wait_and_lose_nothing() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let (far, open) = (Far::new([]), Arc::new(AtomicBool::new(false)));
    enqueue(&app, &message("patient", 1), at("09:00:00")).await;
    let gate = Arc::clone(&open);
    let mut outlets = far.outlets();
    outlets.discord = outlets.discord.map(|outlet| outlet.open_while(move || gate.load(Ordering::Relaxed)));
    for hour in 10..20 {
        cairn::jobs::tick(&app, &outlets, at(&format!("{hour}:00:00"))).await.unwrap();
    }
    assert_eq!((far.texts().len(), state(&app, "patient").await), (0, State::Ready));
    open.store(true, Ordering::Relaxed);
    cairn::jobs::tick(&app, &outlets, at("21:00:00")).await.unwrap();
    assert_eq!(far.texts(), ["text of patient"]);
}

#[tokio::test]
async fn a_look_that_cannot_tell_kills_and_sends_nothing() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let far = Far::new([Fate::Vanish]);
    far.blind();
    enqueue(&app, &message("lost", 1), at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await);
    assert!(far.tick(&app, at("09:05:00")).await);
    let dead = outbox::dead_letters(&app.store, HERE, 10).await.unwrap();
    assert_eq!(dead[0].trouble, "could not tell whether it had arrived");
    assert_eq!((far.texts().len(), far.looks()), (0, 1));
}

#[tokio::test]
async fn what_came_too_late_is_not_sent() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let far = Far::new([Fate::FailBefore]);
    let mut reminder = message("reminder", 1);
    reminder.expires = Some(at("21:00:00"));
    enqueue(&app, &reminder, at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await);
    assert!(far.tick(&app, at("21:00:00")).await);
    assert_eq!(far.texts(), [""; 0]);
    assert_eq!(outbox::dead_letters(&app.store, HERE, 1).await.unwrap()[0].trouble, "too late to be worth sending");
}

#[tokio::test]
async fn messages_to_one_target_keep_their_order() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    for n in 0..20 {
        enqueue(&app, &message(&format!("a{n}"), 1), at("09:00:00")).await;
        enqueue(&app, &message(&format!("b{n}"), 2), at("09:00:00")).await;
    }
    let far = Far::new([]);
    assert!(far.tick(&app, at("09:00:00")).await);
    for letter in ["a", "b"] {
        let got: Vec<String> = far.texts().into_iter().filter(|t| t.contains(letter)).collect();
        let expected: Vec<String> = (0..20).map(|n| format!("text of {letter}{n}")).collect();
        assert_eq!(got.iter().filter(|t| t.starts_with(&format!("text of {letter}"))).count(), 20);
        let got: Vec<String> = got.into_iter().filter(|t| t.starts_with(&format!("text of {letter}"))).collect();
        assert_eq!(got, expected);
    }
}

#[tokio::test]
async fn fifty_tasks_that_decide_the_same_decide_once() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..50 {
        let app = app.clone();
        tasks.spawn(async move {
            let own = enqueue(&app, &message(&format!("own/{n}"), n), at("09:00:00")).await;
            (own, enqueue(&app, &message("shared", 99), at("09:00:00")).await)
        });
    }
    let news = tasks.join_all().await;
    assert!(news.iter().all(|(own, _)| *own));
    assert_eq!(news.iter().filter(|(_, shared)| *shared).count(), 1);
    // Fifty claimants at once: nobody gets what another has.
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let store = app.store.clone();
        tasks.spawn(async move { outbox::claim(&store, Via::Discord, at("09:00:00"), 2).await.unwrap() });
    }
    let mut claimed: Vec<i64> = tasks.join_all().await.into_iter().flatten().map(|row| row.id).collect();
    claimed.sort_unstable();
    claimed.dedup();
    assert_eq!(claimed.len(), 51);
}

/// Two processes on one database, told apart by their leases.
#[tokio::test]
async fn a_lease_holds_among_processes() {
    let dir = crate::world::folder();
    let now = at("09:00:00");
    let (one, _first) = begun(dir.path(), now).await;
    enqueue(&one, &message("hello", 1), now).await;
    let row = outbox::claim(&one.store, Via::Discord, now, 9).await.unwrap().remove(0);
    // The other is not alone, so it may not take over what is under way.
    let (two, _second) = begun(dir.path(), now).await;
    let soon = now + LEASE - SignedDuration::from_secs(1);
    assert_eq!(outbox::claim(&two.store, Via::Discord, soon, 9).await.unwrap(), []);
    assert_eq!(outbox::unsettled(&two.store, Via::Discord, soon, 9).await.unwrap(), []);
    // When the lease is over, it looks; the first is no longer heard …
    let taken = outbox::unsettled(&two.store, Via::Discord, now + LEASE, 9).await.unwrap();
    assert_eq!(taken.iter().map(|r| (r.id, r.attempts)).collect::<Vec<_>>(), [(row.id, 2)]);
    let gone = Outcome::Dead(Trouble::Gone);
    outbox::settle(&one.store, &row, gone, now + LEASE).await.unwrap();
    assert_eq!(state(&two, "hello").await, State::Sending);
    // … unless to say that it arrived.
    outbox::settle(&one.store, &row, Outcome::Sent("7".into()), now + LEASE).await.unwrap();
    assert_eq!(state(&two, "hello").await, State::Sent);
    outbox::settle_look(&two.store, &taken[0], outbox::Look::Absent, now + LEASE).await.unwrap();
    assert_eq!(state(&two, "hello").await, State::Sent);
}

#[tokio::test]
async fn a_process_that_is_alone_looks_at_once() {
    let dir = crate::world::folder();
    let now = at("09:00:00");
    let far = Far::new([Fate::CrashAfter]);
    {
        let (app, _presence) = begun(dir.path(), now).await;
        enqueue(&app, &message("hello", 1), now).await;
        assert!(!far.tick(&app, now).await, "the process was killed");
    }
    let (app, _presence) = begun(dir.path(), now).await;
    assert!(far.tick(&app, now).await);
    assert_eq!((far.texts().len(), far.looks()), (1, 1));
    assert_eq!(state(&app, "hello").await, State::Sent);
}

#[tokio::test]
async fn texts_are_forgotten_after_thirty_days_and_keys_are_not() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let far = Far::new([Fate::Succeed, Fate::Refused]);
    enqueue(&app, &message("sent", 1), at("09:00:00")).await;
    enqueue(&app, &message("dead", 2), at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await);
    let reddit = Message::new("waiting", Target::RedditComment("t3_abc".into()), "secret");
    enqueue(&app, &reddit, at("09:00:00")).await;
    let day = |days: i64| later(at("09:00:00"), days * 86_400);
    assert_eq!(outbox::purge(&app.store, day(30)).await.unwrap(), 0);
    assert_eq!(outbox::purge(&app.store, later(day(30), 1)).await.unwrap(), 3);
    assert_eq!(outbox::purge(&app.store, day(31)).await.unwrap(), 0);
    assert_eq!(state(&app, "waiting").await, State::Dead);
    assert_eq!(outbox::dead_letters(&app.store, HERE, 10).await.unwrap(), [], "nothing that could be sent");
    assert!(outbox::retry_dead(&app.store, 2, day(31)).await.is_err());
    for key in ["sent", "dead", "waiting"] {
        assert!(!enqueue(&app, &message(key, 1), day(31)).await);
    }
    assert!(far.tick(&app, day(31)).await);
    assert_eq!(far.texts(), ["text of sent"]);
    app.store.close().await;
    let file = std::fs::read(dir.path().join("cairn.db")).unwrap();
    assert!(!file.windows(12).any(|w| w == b"text of sent"), "not even in the file's free pages");
}

#[tokio::test]
async fn a_message_that_cannot_be_read_stops_nobody() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let odd = Message { target: Target::RedditComment("a/b".into()), ..message("odd", 1) };
    enqueue(&app, &odd, at("09:00:00")).await;
    let fine = Message { target: Target::RedditComment("t3_a".into()), ..message("fine", 1) };
    enqueue(&app, &fine, at("09:00:01")).await;
    let rows = outbox::claim(&app.store, Via::Reddit, at("09:00:02"), 1).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["fine"]);
    assert_eq!(rows[0].payload, Payload { body: "text of fine".into(), ..Payload::default() });
    assert_eq!(state(&app, "odd").await, State::Dead);
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    use Fate::*;
    let all = [
        Succeed,
        FailBefore,
        FailAfter,
        Vanish,
        CrashBefore,
        CrashAfter,
        PanicBefore,
        PanicAfter,
        RateLimited,
        Refused,
    ];
    prop::collection::vec(prop::sample::select(all.to_vec()), 0..14)
}

/// Lives through a plan, process after process, until nothing is left to do. Returns what is dead.
async fn live(far: &std::sync::Arc<Far>, messages: u64) -> Vec<String> {
    let dir = crate::world::folder();
    let mut now = at("00:00:00");
    for _ in 0..60 {
        let (app, _presence) = begun(dir.path(), now).await;
        for n in 0..messages {
            enqueue(&app, &message(&format!("m{n}"), n % 2), now).await;
        }
        while far.tick(&app, now).await {
            match outbox::next_due(&app.store, Via::Discord).await.unwrap() {
                Some(due) => now = due.max(later(now, 1)),
                None => {
                    return outbox::dead_letters(&app.store, HERE, 99)
                        .await
                        .unwrap()
                        .into_iter()
                        .map(|d| d.key)
                        .collect();
                }
            }
        }
        now = later(now, 1);
    }
    panic!("never done");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Each message arrives exactly once, or not at all and is dead.
    #[test]
    fn whatever_happens_each_message_arrives_once_or_is_dead(plan in fates(), messages in 1_u64..5) {
        let far = Far::new(plan);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let dead = runtime.block_on(live(&far, messages));
        let mut arrived = far.texts();
        arrived.extend(dead.iter().map(|key| format!("text of {key}")));
        arrived.sort();
        let expected: Vec<String> = (0..messages).map(|n| format!("text of m{n}")).collect();
        prop_assert_eq!(arrived, expected);
    }
}

#[tokio::test]
async fn a_message_for_a_network_that_is_off_waits() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    let reddit = Message::new("reply", Target::RedditComment("t3_abc".into()), "hello");
    enqueue(&app, &reddit, at("09:00:00")).await;
    assert!(Far::new([]).tick(&app, at("10:00:00")).await);
    assert_eq!(state(&app, "reply").await, State::Ready);
}
