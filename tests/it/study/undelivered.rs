//! What did not arrive is not unanswered: a study channel that takes nothing, accounts that are gone, questions nobody got.

use serde_json::json;

use super::reminders::hears;
use super::silence::study_channel;
use super::talk::joined;
use crate::world::discord::Fault;

const NOTE: &str = "I can't write in the study channel, so this comes to you alone.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_study_channel_that_takes_nothing_is_told_and_gone_around() {
    let world = joined("2026-11-16T10:00:00Z").await;
    study_channel(&world, "hall").await;
    let d = &world.discord;
    d.forbid("hall");
    d.slash("ann", "/study reminder times:every day 18:00 where:The study channel").await;
    world.tick_to("2026-11-22T20:00:00Z").await;
    let said = d.messages("@ann");
    // Six days without an answer, and all six were heard: five, and the goodbye.
    assert_eq!(said.len(), 6, "{said:?}");
    assert_eq!(said.iter().filter(|message| message.content.contains(NOTE)).count(), 1, "it is told once");
    assert!(said[0].content.contains(NOTE) && said[5].content.contains("I'll be quiet now"), "{said:?}");
    let panel = d.slash("root", "/mod settings").await;
    assert!(panel.content.contains("**Cairn can't write in the study channel,**"), "{panel}");
    assert!(!panel.content.contains("could not be delivered"), "what came another way is no dead letter: {panel}");
    d.slash("ann", "/study log minutes:5").await;
    let shown = d.slash("ann", "/study reminder").await;
    assert!(shown.content.contains("by direct message, as I can't write in the study channel now"), "{shown}");
    // A moderator mends it.
    d.allow("hall");
    world.tick_to("2026-11-24T20:00:00Z").await;
    assert_eq!((d.messages("hall").len(), d.messages("@ann").len()), (2, 6));
    let shown = d.slash("ann", "/study reminder").await;
    assert!(shown.content.contains("every day 18:00, in the study channel."), "{shown}");
    d.slash("ann", "/study log minutes:5").await;
    let panel = d.slash("root", "/mod settings").await;
    assert!(!panel.content.contains("can't write in the study channel"), "{panel}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_arrives_nobody_is_taken_for_silent() {
    let world = joined("2026-11-16T10:00:00Z").await;
    study_channel(&world, "hall").await;
    let d = &world.discord;
    d.forbid("hall");
    d.takes_dms("ann", false);
    d.slash("ann", "/study reminder times:every day 18:00 where:The study channel").await;
    world.tick_to("2026-11-25T12:00:00Z").await;
    assert_eq!((d.messages("hall").len(), d.messages("@ann").len()), (0, 0));
    let logged = d.slash("ann", "/study log minutes:5").await;
    assert!(logged.content.contains("Your last reminder did not reach you"), "{logged}");
    assert!(!d.slash("ann", "/study log minutes:5").await.content.contains("did not reach you"), "it is told once");
    d.allow("hall");
    assert_eq!(hears(&world, "hall", "2026-11-25T20:00:00Z").await.lines().count(), 1, "they go on");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_is_gone_is_not_tried_every_day() {
    let world = joined("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    let gone = json!({"code": 50033, "message": "Invalid Recipient(s)"});
    d.fail_next("POST", "/users/@me/channels", Fault::answer(400, vec![], gone), 99);
    d.slash("ann", "/study reminder times:every day 18:00").await;
    world.tick_to("2026-11-25T12:00:00Z").await;
    assert_eq!(d.requests_to("POST", "/users/@me/channels").len(), 3);
    let shown = d.slash("ann", "/study reminder").await;
    assert!(shown.content.starts_with("**Reminders are off,** because Discord did not take"), "{shown}");
    d.heal();
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_question_can_be_answered_where_one_stands() {
    let world = joined("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.takes_dms("ann", false);
    d.channel("hall");
    d.go("ann", "hall");
    d.forbid("hall");
    d.slash("ann", "/study start").await;
    let before = d.slash("ann", "/study status").await;
    assert!(!before.to_string().contains("[I'm still there]"), "{before}");
    world.tick_to("2026-11-16T13:05:00Z").await;
    let status = d.slash("ann", "/study status").await;
    let asks = "At 14:00 it asked whether you are still there.";
    assert!(status.content.contains(asks), "{status}");
    let answered = d.press("ann", &status, "I'm still there").await;
    assert!(answered.content.starts_with("Good. Your timer goes on"), "{answered}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_one_waits_for_the_morning_and_that_day_has_its_own() {
    let mut world = joined("2026-11-16T10:00:00Z").await;
    world.discord.slash("ann", "/study reminder times:every day 20:29").await;
    world.tick_to("2026-11-16T18:00:00Z").await;
    world.sleep_until("2026-11-16T21:30:00Z").await;
    let heard = hears(&world, "@ann", "2026-11-17T12:00:00Z").await;
    assert!(heard.starts_with("Tue 17 07:00 **Your study time was at 20:29 on Monday"), "{heard}");
    assert_eq!(heard.lines().count(), 1);
    let heard = hears(&world, "@ann", "2026-11-17T20:00:00Z").await;
    // The clock of these tests goes by quarters of an hour.
    assert!(heard.contains("**It's 20:30, your study time.**") && heard.lines().count() == 1, "{heard}");
    world.finish().await;
}
