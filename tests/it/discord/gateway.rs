//! Conversations on Discord: a gateway that ends, stays silent or never rests. The bot comes back, and nothing of it
//! freezes meanwhile.

use std::time::{Duration, Instant};

use cairn::outbox::{Message, Target, Via};
use jiff::SignedDuration;
use serde_json::json;
use tokio::task::{JoinSet, block_in_place};
use tokio::time::sleep;

use crate::world::discord::{Discord, Fault, intent, permission};
use crate::world::server::World;

/// How long it may take until the bot answers again.
const BACK_WITHIN: Duration = Duration::from_secs(10);
/// Silences are noticed five times sooner than usual.
const HURRY: [&str; 2] = ["--discord-hurry", "5"];

type Blow = fn(&Discord);
type Switch = fn(&Discord, bool);

/// A world in which the bot gives a sign of life twice a second.
async fn beating(args: &[&str]) -> World {
    let mut world = World::empty().await;
    world.discord.heartbeat_every(Duration::from_millis(500));
    world.begin_with(args).await;
    world
}

/// Strikes, and fails unless the page answers at once and a command within the limit. What the bot used of a processor
/// meanwhile must be little: one that spins uses all of one.
async fn survives(world: &World, what: &str, strike: Blow) {
    let (d, server) = (&world.discord, world.server.as_ref().expect("it runs"));
    let (connections, used, since) = (d.connections(), server.cpu(), Instant::now());
    block_in_place(|| strike(d));
    let mut is_back = false;
    while !is_back && since.elapsed() < BACK_WITHIN {
        sleep(Duration::from_millis(50)).await;
        let asked = Instant::now();
        let alive = block_in_place(|| server.get("/healthz")).status;
        assert!(alive == 200 && asked.elapsed() < Duration::from_secs(2), "{what}: {alive} {:?}", asked.elapsed());
        is_back = d.connections() > connections && d.connected() == 1;
    }
    assert!(is_back, "{what}: not back in {BACK_WITHIN:?}");
    let reply = d.slash("ann", "/help").await;
    assert!(reply.took.is_some(), "{what}: no answer");
    let (used, took) = (server.cpu() - used, since.elapsed());
    assert!(used < took / 2 + Duration::from_millis(300), "{what}: {used:?} of a processor in {took:?}");
}

/// Fails unless the bot rests: below a twentieth of a processor, and without a thread too many.
async fn rests(world: &World, what: &str) {
    let server = world.server.as_ref().expect("it runs");
    let (used, since) = (server.cpu(), Instant::now());
    sleep(Duration::from_secs(2)).await;
    let (used, took) = (server.cpu() - used, since.elapsed());
    assert!(used <= took / 20, "{what}: {used:?} of a processor in {took:?}");
    let gateways = server.threads_named("gateway");
    assert_eq!(gateways, 1, "{what}: {gateways} threads for the gateway");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_a_connection_ends_the_bot_is_back_in_ten_seconds_and_nothing_freezes() {
    // A few follow each other in one world, where each makes the next wait longer.
    let resumed: [(&str, Blow); 13] = [
        ("no code", Discord::close_gateway_without_a_code),
        ("1000", |d| d.close_gateway(1000)),
        ("1001", |d| d.close_gateway(1001)),
        ("a cut", Discord::drop_gateway),
        ("a reset", Discord::reset_gateway),
        ("4000", |d| d.close_gateway(4000)),
        ("4001", |d| d.close_gateway(4001)),
        ("4002", |d| d.close_gateway(4002)),
        ("4005", |d| d.close_gateway(4005)),
        ("4008", |d| d.close_gateway(4008)),
        ("4999", |d| d.close_gateway(4999)),
        ("op 7", Discord::ask_to_reconnect),
        ("op 9, resumable", |d| d.invalidate_sessions(true)),
    ];
    let silent: [(&str, Blow); 3] = [
        ("no HELLO", |d| {
            d.greet_nobody(2);
            d.drop_gateway();
        }),
        ("no answer to heartbeats", |d| {
            d.gateway_is_deaf(true);
            std::thread::sleep(Duration::from_millis(4_500));
            d.gateway_is_deaf(false);
        }),
        ("no answer to RESUME", |d| {
            d.ignore_resumes(1);
            d.drop_gateway();
        }),
    ];
    let identified: [(&str, Blow); 6] = [
        ("4003", |d| d.close_gateway(4003)),
        ("4006", |d| d.close_gateway(4006)),
        ("4007", |d| d.close_gateway(4007)),
        ("4009", |d| d.close_gateway(4009)),
        ("op 9", |d| d.invalidate_sessions(false)),
        ("a frame of 17 MB", |d| d.tells("MESSAGE_CREATE", &json!({"content": "x".repeat(17 << 20)}))),
    ];
    let begun: [(&str, Blow); 4] = [
        ("4010", |d| d.close_gateway(4010)),
        ("4011", |d| d.close_gateway(4011)),
        ("4012", |d| d.close_gateway(4012)),
        ("4013", |d| d.close_gateway(4013)),
    ];
    let rows = resumed.chunks(4).chain(silent.chunks(1)).chain(identified.chunks(2)).chain(begun.chunks(2));
    let rows: Vec<Vec<(&str, Blow)>> = rows.map(<[_]>::to_vec).collect();
    let mut worlds = JoinSet::new();
    for row in rows {
        worlds.spawn(async move {
            let world = beating(&HURRY).await;
            for &(what, strike) in &row {
                survives(&world, what, strike).await;
            }
            rests(&world, row[0].0).await;
            world.finish();
        });
    }
    while let Some(done) = worlds.join_next().await {
        done.expect("it survived");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_may_not_read_any_more_comes_back_without_reading() {
    let mut world = World::empty().await;
    let d = world.discord.clone();
    d.grant_intents(intent::MESSAGE_CONTENT);
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    world.begin().await;
    let panel = d.slash("root", "/mod settings").await;
    d.press("root", &panel, "Allow reading posts").await;
    for _ in 0..100 {
        if d.identified().len() == 2 && d.connected() == 1 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    d.close_gateway(4014);
    for _ in 0..100 {
        if d.identified().len() == 3 && d.connected() == 1 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let asked: Vec<bool> = d.identified().iter().map(|i| i.intents & intent::MESSAGE_CONTENT != 0).collect();
    assert_eq!(asked, [false, true, false]);
    // Without that there is nothing left to give up, so it is asked gently.
    d.close_gateway(4014);
    sleep(Duration::from_millis(500)).await;
    assert_eq!(d.identified().len(), 3);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_gateway_that_never_rests_is_asked_gently() {
    let restless: [(&str, Switch); 2] =
        [("op 7 for ever", Discord::never_rests), ("op 9 for ever", Discord::takes_no_session)];
    let mut worlds = JoinSet::new();
    for (what, trouble) in restless {
        worlds.spawn(async move {
            let world = World::start().await;
            let (d, server) = (world.discord.clone(), world.server.as_ref().expect("it runs"));
            let (connections, used, since) = (d.connections(), server.cpu(), Instant::now());
            trouble(&d, true);
            d.ask_to_reconnect();
            if what.contains('9') {
                d.invalidate_sessions(false);
            }
            sleep(Duration::from_secs(6)).await;
            let (came, used, took) = (d.connections() - connections, server.cpu() - used, since.elapsed());
            assert!((1..=5).contains(&came), "{what}: {came} connections");
            assert!(used < took / 10, "{what}: {used:?} of a processor in {took:?}");
            world.finish();
        });
    }
    while let Some(done) = worlds.join_next().await {
        done.expect("it was gentle");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_is_begun_when_none_is_left() {
    let mut world = World::empty().await;
    let d = world.discord.clone();
    d.limit_sessions(0, 3_000);
    world.launch();
    sleep(Duration::from_secs(2)).await;
    assert_eq!((d.identified().len(), d.connections()), (0, 0));
    assert!(world.log().contains("no more sessions begin today; it is asked again in 3s"), "{}", world.log());
    d.limit_sessions(1, 3_000);
    d.joined().await;
    // The only one is used up, and whatever happens, no second is begun.
    d.limit_sessions(0, 86_400_000);
    d.invalidate_sessions(false);
    for _ in 0..150 {
        if world.log().contains("it is asked again in 900s") {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert!(world.log().contains("it is asked again in 900s"), "{}", world.log());
    assert_eq!(d.identified().len(), 1);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_is_heard_whatever_the_gateway_does() {
    let blows: [(&str, Blow); 4] = [
        ("it says nothing", |d| {
            d.greet_nobody(99);
            d.drop_gateway();
        }),
        ("it answers nothing", |d| {
            d.ignore_resumes(99);
            d.gateway_is_deaf(true);
            d.drop_gateway();
        }),
        ("it is gone", |d| d.gateway_is_down(true)),
        ("it was just closed", |d| d.close_gateway(4003)),
    ];
    let mut worlds = JoinSet::new();
    for (what, strike) in blows {
        worlds.spawn(async move {
            let mut world = World::start().await;
            strike(&world.discord);
            sleep(Duration::from_millis(700)).await;
            let (code, took) = block_in_place(|| world.server.take().expect("it runs").stop("-TERM"));
            assert!(code == Some(0) && took < Duration::from_secs(8), "{what}: {code:?} {took:?}");
        });
    }
    while let Some(done) = worlds.join_next().await {
        done.expect("it stopped");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_tells_of_a_silent_gateway_and_of_nothing_else() {
    // Silence is told after 3 seconds instead of 180.
    let world = beating(&["--discord-hurry", "60"]).await;
    let (d, server) = (&world.discord, world.server.as_ref().expect("it runs"));
    let ready = || block_in_place(|| server.get("/readyz"));
    sleep(Duration::from_secs(4)).await;
    // Heartbeats are enough.
    assert_eq!(ready().status, 200);
    d.greet_nobody(usize::MAX);
    d.drop_gateway();
    let mut page = ready();
    for _ in 0..100 {
        if page.status == 503 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
        page = ready();
    }
    assert_eq!(
        (page.status, page.body.as_str()),
        (503, "not ready\ndiscord: nothing was heard from it for too long\n")
    );
    assert_eq!(block_in_place(|| server.get("/healthz")).status, 200);
    // A token that is refused is no fault of ours that a restart could cure.
    d.revoke_token();
    d.greet_nobody(0);
    for _ in 0..100 {
        if ready().status == 200 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(ready().body, "ready\n");
    world.finish_after(&["does not take the token"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_read_within_bounds() {
    const CALLBACKS: &str = "/interactions/*/*/callback";
    let world = World::start().await;
    let (d, server) = (&world.discord, world.server.as_ref().expect("it runs"));
    let before = server.peak();
    let large = json!({"message": "x".repeat(60 << 20)});
    d.fail_next("POST", CALLBACKS, Fault::answer(500, vec![], large), 1);
    d.slash("ann", "/help").await;
    let more = server.peak() - before;
    assert!(more < 30, "{more} MB for an answer of 60");
    world.discord.late();
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_of_centuries_is_one_of_minutes_and_leaves_answers_alone() {
    let world = World::start().await;
    let d = &world.discord;
    d.fail_next("POST", "/channels/*/messages", Fault::rate_limited_globally(1e9), 1);
    let store = cairn::store::Store::open(&world.cairn.path().join("data")).await.expect("the bot's database");
    let mut tx = store.write().await.expect("a transaction");
    let now = jiff::Timestamp::now();
    let message = Message::new("key", Target::DiscordChannel(d.channel("news")), "hello");
    cairn::outbox::enqueue(&mut tx, &message, now).await.expect("it is enqueued");
    tx.commit().await.expect("it is committed");
    let mut due = now;
    for _ in 0..100 {
        due = cairn::outbox::next_due(&store, Via::Discord).await.expect("a look").expect("a row");
        if due > now + SignedDuration::from_mins(10) {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let wait = due.duration_since(now);
    // The outbox adds up to a quarter, so that not all come at once.
    assert!((10..=19).contains(&wait.as_mins()), "{wait:?}");
    assert!(d.slash("ann", "/help").await.took.is_some());
    world.finish_after(&[], 1);
}
