//! The weekly round of buddies: when it is, and that it is once.

use cairn::buddies::availability::Times;
use cairn::buddies::{self, Search};
use cairn::people::Identity;
use cairn::store::Store;
use cairn::student::Caller;
use cairn::study::{self, Wish};
use cairn::time::zone::Zone;
use cairn::triage::Track;
use serde_json::json;

use super::buddies::{MONDAY, START, community, engineers, said, situation};
use crate::world::discord::Fault;

/// Mondays at nine on the wall clock, before and after the clocks change; and a round that was missed happens once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rounds_across_a_change_of_clocks() {
    let mut world = community("2026-10-24T12:00:00Z").await;
    engineers(&world.discord, &["ann", "ben"]).await;
    world.tick_to("2026-10-26T07:45:00Z").await;
    assert_eq!(said(&world.discord, "@ann").len(), 0);
    world.tick_to("2026-10-26T08:00:00Z").await;
    assert_eq!(said(&world.discord, "@ann").len(), 1);
    engineers(&world.discord, &["cid"]).await;
    world.tick_to("2026-10-26T09:00:00Z").await;
    engineers(&world.discord, &["dan"]).await;
    world.sleep_until("2026-12-26T09:00:00Z").await;
    world.tick().await;
    let d = &world.discord;
    assert!(situation(d, "cid").await.contains("@dan"));
    assert_eq!(said(d, "@cid").len(), 1);
    world.finish().await;
}

/// Two processes at one database, and people who come and go in the middle of a round: everybody is told once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_round_of_many_by_two_processes() {
    const MANY: usize = 61;
    let world = community("2026-11-22T11:00:00Z").await;
    let (d, store) = (&world.discord, &world.app.store);
    let zone = Zone::named("Europe/Berlin").expect("a zone");
    let caller = |n: usize| Caller {
        identity: Identity::Discord(d.person(&format!("p{n}"))),
        guild: Some(d.guild()),
        channel: None,
    };
    let search = Search { track: Track::Engineer, times: Times::new([3]) };
    for n in 0..MANY {
        study::join(store, &caller(n), &Wish::new(zone.clone()), world.now()).await.expect("they study");
        buddies::join(store, &caller(n), search, world.now()).await.expect("they look");
    }
    let other = Store::open(world.path()).await.expect("the same database");
    let now: jiff::Timestamp = MONDAY.parse().expect("an instant");
    world.app.clock.set(now);
    let (last, late) = (caller(MANY - 1), caller(MANY));
    let coming_and_going = async {
        buddies::leave(store, &last.identity, None, now).await.expect("they were there");
        study::join(store, &late, &Wish::new(zone.clone()), now).await.expect("they study");
        buddies::join(store, &late, search, now).await.expect("they look");
    };
    let (one, two, ()) = tokio::join!(study::due(store, now), study::due(&other, now), coming_and_going);
    one.expect("a round");
    two.expect("a round");
    // Whoever was in the middle of it may have been left for the next round.
    world.pass("15m").await;
    let mut together = 0;
    for n in 0..MANY - 1 {
        let messages = d.messages(&*format!("@p{n}"));
        let has_buddy = matches!(
            buddies::situation(store, &caller(n), world.now()).await.expect("a situation"),
            buddies::Situation::Together { .. }
        );
        together += usize::from(has_buddy);
        assert!(messages.iter().filter(|m| m.content.starts_with("You have ")).count() <= 1, "p{n}");
        assert_eq!(has_buddy, messages.last().is_some_and(|m| m.content.starts_with("You have ")), "p{n}");
    }
    assert!(together >= MANY - 2, "{together}");
    // What is done is done: another look says nothing more.
    let before = d.requests_to("POST", "/channels/*/messages").len();
    world.tick().await;
    assert_eq!(d.requests_to("POST", "/channels/*/messages").len(), before);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_left_the_server_is_not_matched() {
    let world = community(START).await;
    let d = &world.discord;
    engineers(d, &["ann", "bob", "cem"]).await;
    let gone = |code: u32| Fault::answer(404, vec![], json!({"code": code, "message": "Unknown Member"}));
    d.fail_next("GET", &format!("/guilds/*/members/{}", d.person("bob")), gone(10_007), 1);
    // Two days after the first of them began to wait.
    world.tick_to("2026-11-20T12:00:00Z").await;
    assert!(situation(d, "ann").await.contains("Your study buddy is @cem."), "{}", situation(d, "ann").await);
    assert!(situation(d, "bob").await.contains("[Find me a buddy]"), "they may look again when they are back");
    world.finish().await;
}
