//! Conversations on Discord: what is held about people.

use insta::assert_snapshot;

use super::PUPIL;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_see_erase_and_link_what_is_held() {
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
    Cairn holds about discord:1000000000000000004:
    - 1 answer on Discord

    This cannot be undone.
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
    let code = d.slash("ann", "/privacy link").await.content.clone();
    assert!(code.starts_with("Your code is `"), "{code}");
    assert_snapshot!(d.slash("bob", "/privacy link code:0000-0000").await, @"
    [ephemeral]
    This code is wrong, used or older than 10 minutes; ask for a new one on your other account.
    ");
    world.finish();
}
