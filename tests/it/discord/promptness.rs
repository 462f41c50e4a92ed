//! Conversations on Discord: in time, whatever takes long.

use std::time::{Duration, Instant};

use cairn::store::Store;

use super::PUPIL;
use crate::world::discord::Fault;
use crate::world::server::World;

const CALLBACKS: &str = "/interactions/*/*/callback";
const ORIGINAL: &str = "/webhooks/*/*/messages/@original";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_work_is_acknowledged_first_and_answered_then() {
    let world = World::start().await;
    let d = &world.discord;
    // Another process holds the database, so the answer's row has to wait.
    let store = Store::open(&world.cairn.path().join("data")).await.expect("the bot's database");
    let busy = store.write().await.expect("the only writer");
    let release = async {
        tokio::time::sleep(Duration::from_millis(3_500)).await;
        drop(busy);
    };
    // And then Discord wants to wait, too.
    d.fail_next("PATCH", ORIGINAL, Fault::rate_limited(4.0), 1);
    let begun = Instant::now();
    let (reply, ()) = tokio::join!(d.slash("ann", PUPIL), release);
    assert!(reply.took.is_some_and(|took| took < Duration::from_secs(3)), "{:?}", reply.took);
    assert!(reply.ephemeral && reply.embeds.len() == 1, "{reply}");
    assert!(begun.elapsed() >= Duration::from_millis(7_500), "{:?}", begun.elapsed());
    let kinds: Vec<u64> = d.requests_to("POST", CALLBACKS).iter().filter_map(|r| r.body["type"].as_u64()).collect();
    assert_eq!(kinds, [5], "“thinking…”, and nothing else");
    let statuses: Vec<u16> = d.requests_to("PATCH", ORIGINAL).iter().map(|request| request.status).collect();
    assert_eq!((statuses.len(), statuses[0]), (2, 429), "not asked again before it was time");
    assert!(d.press("ann", &reply, "Engineer guide").await.updated, "its buttons work");
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_limit_on_answers_is_obeyed() {
    let world = World::start().await;
    let d = &world.discord;
    d.fail_next("POST", CALLBACKS, Fault::rate_limited(1.6), 1);
    let begun = Instant::now();
    assert!(d.slash("ann", "/help").await.ephemeral);
    assert!(begun.elapsed() >= Duration::from_millis(1_600), "{:?}", begun.elapsed());
    let statuses: Vec<u16> = d.requests_to("POST", CALLBACKS).iter().map(|request| request.status).collect();
    assert_eq!((statuses.len(), statuses[0]), (2, 429));
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn choices_appear_while_one_types() {
    let world = World::start().await;
    let d = &world.discord;
    let mut times = Vec::new();
    for n in 0..50 {
        let typed = ["/wiki query:hardw|", "/wiki query:gpu|", "/guide track:engineer section:job|"][n % 3];
        let begun = Instant::now();
        assert!(!d.autocomplete("ann", typed).await.choice_names().is_empty(), "{typed}");
        times.push(begun.elapsed());
    }
    times.sort();
    // An unoptimised program on a busy machine; released, it is far quicker.
    assert!(times[25] < Duration::from_millis(100), "{times:?}");
    world.finish();
}
