//! Milestones: said in the answer to what reaches them, and shared by a press alone.

use insta::assert_snapshot;

use super::silence::study_channel;
use super::talk::joined;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn said_once_and_shared_if_wished() {
    let world = joined("2026-11-16T10:00:00Z").await;
    study_channel(&world, "hall").await;
    let d = &world.discord;
    for _ in 0..2 {
        d.slash("ann", "/study log minutes:120").await;
        world.pass("24h").await;
    }
    let reached = d.slash("ann", "/study log minutes:120").await;
    assert_snapshot!(reached, @"
    [ephemeral]
    **120 min** logged for today.
    That's today done.
    ▰▰▰▰▰▰▰▰▰▰ 120 of 120 min today
    Streak: **3 days**, your longest so far.
    **3 study days in one streak.** That is how a habit begins.
    [Undo] [Why?] [Add a subject] [Share]
    ");
    d.slash("ann", "/study undo").await;
    assert!(!d.slash("ann", "/study log minutes:120").await.content.contains("study days in one streak"));
    assert_eq!(d.messages("hall").len(), 0);
    assert_eq!(d.press("ann", &reached, "Share").await.content, "Shared in the study channel.");
    assert_eq!(d.press("ann", &reached, "Share").await.content, "It is shared already.");
    world.tick().await;
    let shared = d.messages("hall");
    assert_eq!(shared.len(), 1);
    assert_eq!(shared[0].content, format!("<@{}> has reached **3 study days** in one streak.", d.person("ann")));
    assert!(shared[0].pings.is_empty());
    // Nobody shares what they have not reached.
    d.slash("bob", "/study zone zone:UTC").await;
    assert_eq!(
        d.forge_press("bob", &reached, "study/share/3").await.content,
        "That milestone is still to come; share it when you reach it."
    );
    // A timer reaches them, too.
    for day in ["19", "20", "21", "22"] {
        world.tick_to(&format!("2026-11-{day}T10:00:00Z")).await;
        let started = d.slash("ann", "/study start").await;
        world.pass("2h").await;
        let stopped = d.press("ann", &started, "Stop the timer").await;
        assert_eq!(stopped.content.contains("**7 study days in one streak.**"), day == "22", "{stopped}");
    }
    world.finish().await;
}
