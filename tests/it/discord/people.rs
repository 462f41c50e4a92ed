//! Conversations on Discord: what is held about people.

use insta::assert_snapshot;

use super::PUPIL;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_see_and_erase_what_is_held() {
    let world = World::start().await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/privacy delete").await, @"
    [ephemeral]
    Cairn holds nothing about you.
    [Never answer my posts]
    ");
    d.slash("ann", PUPIL).await;
    let export = d.slash("ann", "/privacy export").await;
    assert_eq!(export.files.len(), 1);
    let ask = d.slash("ann", "/privacy delete").await;
    assert_snapshot!(ask, @"
    [ephemeral]
    Cairn holds about you:
    - 1 answer on Discord

    Erasing it cannot be undone.
    [Erase it for ever] [Keep it] [Never answer my posts]
    ");
    assert_snapshot!(d.press("ann", &ask, "Keep it").await, @"
    [updated]
    [ephemeral]
    Nothing was erased.
    ");
    let ask = d.slash("ann", "/privacy delete").await;
    assert_snapshot!(d.press("ann", &ask, "Erase it for ever").await, @"
    [updated]
    [ephemeral]
    Erased. Messages that were sent stay where they were sent; delete those there.
    ");
    assert_snapshot!(d.slash("ann", "/privacy delete").await, @"
    [ephemeral]
    Cairn holds nothing about you.
    [Never answer my posts]
    ");
    // There is no other place yet whose account could be linked.
    let privacy = d.commands().into_iter().find(|command| command["name"] == "privacy").expect("registered");
    let offered: Vec<_> = privacy["options"].as_array().expect("two").iter().map(|option| &option["name"]).collect();
    assert_eq!(offered, ["export", "delete"]);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_opted_out_is_not_asked_again() {
    let world = World::start().await;
    let d = &world.discord;
    let ask = d.slash("ann", "/privacy delete").await;
    d.press("ann", &ask, "Never answer my posts").await;
    assert_snapshot!(d.slash("ann", "/privacy delete").await, @"
    [ephemeral]
    Cairn holds nothing about you.

    Cairn never answers your posts or writes to you unasked, as you wished.
    ");
    world.finish();
}
