//! A conversation on a clock that stands: what is due is done when the clock is moved, and only then.

use cairn::outbox::{self, Message, Target};

use crate::world::rehearsal::Rehearsal;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weeks_pass_at_once() {
    let mut world = Rehearsal::start("2026-11-16T08:07:00Z").await;
    let channel = world.discord.channel("study-hall");
    let mut tx = world.app.store.write().await.expect("a transaction");
    for (key, due) in [("soon", "2026-11-16T09:00:00Z"), ("late", "2026-11-30T09:00:00Z")] {
        let due = Some(due.parse().expect("an instant"));
        let message = Message { due, ..Message::new(key, Target::DiscordChannel(channel), key) };
        outbox::enqueue(&mut tx, &message, world.now()).await.expect("a row");
    }
    tx.commit().await.expect("a commit");
    let said =
        |world: &Rehearsal| world.discord.messages("study-hall").iter().map(|m| m.content.clone()).collect::<Vec<_>>();
    world.tick_to("2026-11-16T08:59:00Z").await;
    assert_eq!(said(&world), [""; 0]);
    world.tick_to("2026-11-16T09:00:00Z").await;
    assert_eq!(said(&world), ["soon"]);
    assert!(world.discord.slash("ann", "/help").await.content.contains("/start"));
    world.sleep_until("2026-12-02T12:00:00Z").await;
    assert!(world.discord.slash("ann", "/help").await.content.contains("/start"));
    assert_eq!(said(&world), ["soon", "late"]);
    let outages = cairn::jobs::outages(&world.app.store, "2026-11-01T00:00:00Z".parse().expect("an instant")).await;
    assert_eq!(outages.expect("outages").len(), 1);
    world.finish().await;
}
