//! The outbox with a real database and a far side that can fail: whatever happens, each message is there
//! once, or declared dead.

#![allow(clippy::unwrap_used)]

mod settling;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cairn::community::{Community, Moderator, Role};
use cairn::outbox::{
    self, First, LEASE_DURATION, MAX_ATTEMPTS, Message, Next, Otherwise, Outcome, Payload, Resolution, State, Target,
    Trouble, Via,
};
use cairn::{App, Kind};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::setup::{Far, Fate, admin_of, app, at, begun, undelivered};

/// The server that everything is said in.
const HERE: u64 = 900;

fn message(key: &str, channel: u64) -> Message {
    let message = Message::new(key, Target::DiscordChannel(channel), format!("text of {key}"));
    Message { community: Some(Community::Discord(HERE)), ..message }
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
    let dead = undelivered(&app.store, HERE).await;
    assert_eq!(dead[0].to_string(), "1. `stubborn` to `discord/channel/1`: no connection, after 30 tries");
    let admin = admin_of(HERE);
    let refusal = outbox::resolve(&app.store, &admin, 7, Resolution::Again, now).await.unwrap_err().to_string();
    assert_eq!(refusal, "No message 7 waits for a decision; `cairn outbox` lists those that do.");
    outbox::resolve(&app.store, &admin, dead[0].id, Resolution::Again, now).await.unwrap();
    let far = Far::new([]);
    assert!(far.tick(&app, now).await);
    assert_eq!(far.texts(), ["text of stubborn"]);
    assert_eq!(undelivered(&app.store, HERE).await, []);
}

#[tokio::test]
async fn what_is_refused_is_dead_at_once_and_says_why() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let far = Far::new([Fate::Refused, Fate::RateLimited]);
    // One after the other: of two that are sent at a time, nobody knows which meets which fate.
    enqueue(&app, &message("closed", 1), at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await);
    enqueue(&app, &message("slow", 2), at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await);
    let dead = undelivered(&app.store, HERE).await;
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
    enqueue(&app, &Message { community: Some(Community::Discord(HERE + 1)), ..message("there", 2) }, at("09:00:00"))
        .await;
    enqueue(&app, &Message::new("direct", Target::DiscordDm(3), "psst"), at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await);
    for (server, keys) in [(HERE, vec!["here"]), (HERE + 1, vec!["there"]), (HERE + 2, vec![])] {
        let letters = undelivered(&app.store, server).await;
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
async fn what_nobody_can_look_for_waits_for_a_moderator() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let far = Far::new([Fate::Vanish]);
    far.blind();
    enqueue(&app, &message("lost", 1), at("09:00:00")).await;
    assert!(far.tick(&app, at("09:00:00")).await);
    assert!(far.tick(&app, at("09:05:00")).await);
    let dead = undelivered(&app.store, HERE).await;
    assert_eq!((dead[0].trouble.as_str(), dead[0].state), ("could not tell whether it had arrived", State::Unknown));
    assert_eq!((far.texts().len(), far.looks()), (0, 1));
    let resolve = async |by: &Moderator, what| outbox::resolve(&app.store, by, 1, what, at("10:00:00")).await;
    let stranger = resolve(&admin_of(HERE + 1), Resolution::Arrived).await.unwrap_err();
    assert_eq!(stranger.kind(), Some(Kind::NotFound), "it is another server's");
    let editor = Moderator::checked("ann", Role::Editor, Community::Discord(HERE)).unwrap();
    assert_eq!(resolve(&editor, Resolution::Arrived).await.unwrap_err().kind(), Some(Kind::NotAllowed));
    // Whatever is said, nothing is left to decide; only what is to be sent again is.
    for (what, then) in
        [(Resolution::Again, State::Ready), (Resolution::Arrived, State::Sent), (Resolution::Drop, State::Dead)]
    {
        resolve(&admin_of(HERE), what).await.unwrap();
        assert_eq!(state(&app, "lost").await, then);
        assert_eq!(undelivered(&app.store, HERE).await, []);
        assert!(resolve(&admin_of(HERE), what).await.is_err(), "it is decided");
        let again = "UPDATE outbox SET state = 'unknown', trouble = 'cannot_tell' WHERE id = 1";
        let mut tx = app.store.write().await.unwrap();
        sqlx::query(again).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(undelivered(&app.store, HERE).await, [], "of what was dropped nothing is kept to decide about");
}

#[tokio::test]
async fn who_takes_no_direct_message_is_not_tried_again_for_half_a_day() {
    let dir = tempfile::tempdir().unwrap();
    let (app, _presence) = begun(dir.path(), at("00:00:00")).await;
    let far = Far::new([Fate::TakesNone]);
    let other = |text: &str| Otherwise {
        target: Target::DiscordChannel(1),
        community: None,
        payload: Payload { body: text.into(), ..Payload::default() },
        first: None,
    };
    for (key, time, texts) in [
        // Tried, refused, and said in the channel.
        ("a", "00:00:00", &["other a"][..]),
        // Known to be refused.
        ("b", "11:00:00", &["other a", "other b"]),
        // Tried again, and taken.
        ("c", "12:00:01", &["other a", "other b", "c"]),
        ("d", "12:30:00", &["other a", "other b", "c", "d"]),
    ] {
        let message = Message::new(key, Target::DiscordDm(7), key);
        let message = Message { otherwise: Some(other(&format!("other {key}"))), ..message };
        assert!(enqueue(&app, &message, at(time)).await && !enqueue(&app, &message, at(time)).await);
        assert!(far.tick(&app, at(time)).await && far.tick(&app, at(time)).await);
        assert_eq!(far.texts(), texts, "{key}");
    }
    let fate = outbox::fate(&mut app.store.read().await.unwrap(), "b").await.unwrap();
    assert_eq!(fate, Some(outbox::Fate::ArrivedOtherwise(Trouble::TakesNoMessages)));
    let all = outbox::undelivered(&app.store, &Moderator::operator("root").unwrap(), 9).await.unwrap();
    assert_eq!(all, [], "what was said another way is nobody's to settle");
}

#[tokio::test]
async fn what_waits_for_a_thread_is_said_there_or_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let first = |n: u64| First {
        key: format!("open/{n}"),
        target: Target::DiscordChannel(n),
        payload: Payload { body: format!("opening {n}"), title: Some("A thread".into()), ..Payload::default() },
    };
    let say = async |key: &str, n, now| {
        let target = Target::DiscordThreadOf(format!("open/{n}"));
        let payload = Payload { body: format!("{key} in a thread"), ..Payload::default() };
        let otherwise = Some(Otherwise { target, community: None, payload, first: Some(first(n)) });
        assert!(enqueue(&app, &Message { otherwise, ..Message::new(key, Target::DiscordDm(n), key) }, now).await);
    };
    let far = Far::new([Fate::TakesNone]);
    say("a", 1, at("09:00:00")).await;
    say("b", 1, at("09:00:01")).await;
    assert!(far.tick(&app, at("09:00:01")).await);
    // The message, the thread below it, and then in the thread what waited for it.
    assert_eq!(far.texts().iter().filter(|text| *text == "opening 1").count(), 2);
    assert_eq!((far.texts().len(), far.texts()[3].as_str()), (4, "a in a thread"));
    let thread = far.places()[2].replace("discord/thread/1/", "discord/channel/");
    assert_eq!(far.places()[3], thread);
    // One that comes later finds the thread; nothing is opened twice.
    far.plan([Fate::TakesNone]);
    say("c", 1, at("23:00:00")).await;
    assert!(far.tick(&app, at("23:00:00")).await);
    assert_eq!(far.texts()[4..], ["c in a thread"]);
    // A thread that cannot be opened gives up what waits for it, and what comes later.
    far.plan([Fate::TakesNone, Fate::Refused]);
    say("d", 2, at("23:00:00")).await;
    assert!(far.tick(&app, at("23:00:00")).await);
    say("e", 2, at("23:10:00")).await;
    for key in ["d/otherwise", "e/otherwise"] {
        assert_eq!(state(&app, key).await, State::Dead, "{key}");
    }
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
    assert_eq!(undelivered(&app.store, HERE).await[0].trouble, "too late to be worth sending");
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
    let soon = now + LEASE_DURATION - SignedDuration::from_secs(1);
    assert_eq!(outbox::claim(&two.store, Via::Discord, soon, 9).await.unwrap(), []);
    assert_eq!(outbox::unsettled(&two.store, Via::Discord, soon, 9).await.unwrap(), []);
    // When the lease is over, it looks; the first is no longer heard …
    let taken = outbox::unsettled(&two.store, Via::Discord, now + LEASE_DURATION, 9).await.unwrap();
    assert_eq!(taken.iter().map(|r| (r.id, r.attempts)).collect::<Vec<_>>(), [(row.id, 2)]);
    let gone = Outcome::Dead(Trouble::Gone);
    outbox::settle(&one.store, &row, gone, now + LEASE_DURATION).await.unwrap();
    assert_eq!(state(&two, "hello").await, State::Sending);
    // … unless to say that it arrived.
    outbox::settle(&one.store, &row, Outcome::Sent("7".into()), now + LEASE_DURATION).await.unwrap();
    assert_eq!(state(&two, "hello").await, State::Sent);
    outbox::settle_look(&two.store, &taken[0], outbox::Look::Absent, now + LEASE_DURATION).await.unwrap();
    assert_eq!(state(&two, "hello").await, State::Sent);
}

#[tokio::test]
async fn texts_are_forgotten_after_thirty_days_and_keys_are_not() {
    let dir = crate::world::folder();
    let (app, _presence) = begun(dir.path(), at("09:00:00")).await;
    let far = Far::new([Fate::Succeed, Fate::Refused]);
    for (n, key) in [(1, "sent"), (2, "dead")] {
        enqueue(&app, &message(key, n), at("09:00:00")).await;
        assert!(far.tick(&app, at("09:00:00")).await);
    }
    let reddit = Message::new("waiting", Target::RedditComment("t3_abc".into()), "secret");
    enqueue(&app, &reddit, at("09:00:00")).await;
    let day = |days: i64| later(at("09:00:00"), days * 86_400);
    assert_eq!(outbox::purge(&app.store, day(30)).await.unwrap(), 0);
    assert_eq!(outbox::purge(&app.store, later(day(30), 1)).await.unwrap(), 3);
    assert_eq!(outbox::purge(&app.store, day(31)).await.unwrap(), 0);
    assert_eq!(state(&app, "waiting").await, State::Dead);
    assert_eq!(undelivered(&app.store, HERE).await, [], "nothing that could be sent");
    assert!(outbox::resolve(&app.store, &admin_of(HERE), 2, Resolution::Again, day(31)).await.is_err());
    for key in ["sent", "dead", "waiting"] {
        assert!(!enqueue(&app, &message(key, 1), day(31)).await);
    }
    assert!(far.tick(&app, day(31)).await);
    assert_eq!(far.texts(), ["text of sent"]);
    app.store.close().await;
    let file = std::fs::read(dir.path().join("cairn.db")).unwrap();
    assert!(!file.windows(12).any(|w| w == b"text of sent"), "not even in the file's free pages");
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
                    return undelivered(&app.store, HERE).await.into_iter().map(|d| d.key).collect();
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
