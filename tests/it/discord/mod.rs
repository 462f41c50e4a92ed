//! Conversations on Discord: newcomers.

use insta::assert_snapshot;

use crate::world::server::World;

mod moderators;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_is_shown_a_guide_and_says_which_is_right() {
    let world = World::start().await;
    let d = &world.discord;
    let answer = d.slash("ann", "/start text:I'm in grade 11 and want to work in machine learning one day, what should I study?").await;
    assert_snapshot!(answer, @"");
    let other = d.press("ann", &answer, "Engineer guide").await;
    assert!(other.updated && other.ephemeral);
    assert_snapshot!(other, @"");
    let shared = d.press("ann", &other, "Share").await;
    assert!(!shared.ephemeral);
    let gone = d.press("ann", &other, "Delete").await;
    assert_snapshot!(gone, @"");
    world.finish();
}
