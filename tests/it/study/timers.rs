//! The study timer over Discord: its question, answers, nights, restarts and gaps of the bot.

use cairn::people::Identity;
use cairn::study;
use insta::assert_snapshot;

use super::talk::joined;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn left_running_overnight() {
    let world = joined("2026-11-16T22:00:00Z").await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/study start").await, @"
    [ephemeral]
    Timer started. At 02:00 I'll ask whether you are still there.
    [Stop the timer] [Add a subject]
    ");
    assert_snapshot!(d.slash("ann", "/study start").await, @"
    [ephemeral]
    Your timer is running already; /study stop ends it.
    ");
    world.tick_to("2026-11-17T00:45:00Z").await;
    assert_snapshot!(d.slash("ann", "/study status").await, @"
    [ephemeral]
    **Monday 16 November**
    ▰▰▰▰▰▰▰▰▰▰ 165 of 120 min today
    Today is done. The next day starts at 04:00 on Tuesday.
    Streak: **1 day**, your longest so far.
    Freezes: 2 of 2. You studied on 1 of the last 30 days.
    Your timer has been running since 23:00 (2 h 45 min so far). At 02:00 it asks whether you are still there.
    Your days start at 04:00 in Europe/Berlin.
    [Stop the timer] [Why?]
    ");
    assert_eq!(d.messages("@ann").len(), 0);
    // 02:00 in Berlin is still Monday's study day.
    world.tick_to("2026-11-17T01:10:00Z").await;
    let question = d.bot_says("@ann").await;
    assert_snapshot!(question, @"
    **Still studying?** Your timer has run for 3 h. Press the button by 02:15 to let it go on; otherwise it stops at 02:00, and everything up to then counts.
    [I'm still there] [Stop the timer]
    ");
    world.tick_to("2026-11-17T08:00:00Z").await;
    let said: Vec<String> = d.messages("@ann").iter().map(|m| m.content.clone()).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert_snapshot!(said[1], @"I heard nothing at 02:00, so your timer stopped there. It counted 3 h for Monday 16 November. If you studied on, add the rest with `/study log`.");
    // Its buttons lead nowhere any more, and say so.
    assert_snapshot!(d.press("ann", &question, "I'm still there").await, @"
    [ephemeral]
    No timer is running; /study start begins one, and /study log adds minutes you studied without it.
    ");
    assert_snapshot!(d.press("ann", &question, "Stop the timer").await, @"
    [ephemeral]
    No timer is running; /study start begins one, and /study log adds minutes you studied without it.
    ");
    assert_snapshot!(d.slash("ann", "/study why").await, @"
    [ephemeral]
    - **Mon 16 Nov**: met, 180 of 120 min by timer; streak 1
    - **Tue 17 Nov**: open, 0 of 120 min; still running
    **Streak 1** (longest 1): days in a row with your minutes. Rest, sick days, pauses and freezes don't count, and don't break it.
    **Freezes 2**: that is the most.
    **Show-up days 1**: with 10 minutes or more, of the last 30.
    ");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answered_again_and_again_and_stopped_across_midnight() {
    let world = joined("2026-11-16T22:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study start").await;
    assert_eq!(d.slash("bob", "/study zone zone:UTC").await.content.lines().count(), 3);
    world.tick_to("2026-11-17T01:15:00Z").await;
    let question = d.bot_says("@ann").await;
    // Nobody can answer for somebody else.
    d.forge_press("bob", &question, "study/here").await;
    assert_snapshot!(d.press("ann", &question, "I'm still there").await, @"
    [updated]
    Good. Your timer goes on; I'll ask again at 04:00.
    [Stop the timer]
    ");
    world.tick_to("2026-11-17T03:00:00Z").await;
    let question = d.bot_says("@ann").await;
    let answered = d.press("ann", &question, "I'm still there").await;
    assert_snapshot!(d.press("ann", &answered, "Stop the timer").await, @"
    [updated]
    Timer stopped: 5 h counted for Monday 16 November.
    ▱▱▱▱▱▱▱▱▱▱ 0 of 120 min today
    Streak: **1 day**, your longest so far.
    [Why?] [Add a subject]
    ");
    world.tick_to("2026-11-17T12:00:00Z").await;
    assert_eq!(d.messages("@ann").len(), 2, "one message for each question, and none after the stop");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_no_direct_messages_is_asked_in_the_channel() {
    let world = joined("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.takes_dms("ann", false);
    d.channel("hall");
    d.go("ann", "hall");
    d.slash("ann", "/study start").await;
    world.tick_to("2026-11-16T13:05:00Z").await;
    let question = d.bot_says("hall").await;
    assert!(question.content.starts_with(&format!("<@{}> **Still studying?**", d.person("ann"))), "{question}");
    assert!(question.pings.is_empty());
    d.press("ann", &question, "I'm still there").await;
    world.tick_to("2026-11-16T18:00:00Z").await;
    let said: Vec<String> = d.messages("hall").iter().map(|m| m.content.clone()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(
        said[2]
            .contains("I heard nothing at 16:00, so your timer stopped there. It counted 5 h for Monday 16 November."),
        "{said:?}"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_was_away_when_it_should_have_asked() {
    let mut world = joined("2026-11-16T10:00:00Z").await;
    world.discord.slash("ann", "/study start").await;
    world.sleep_until("2026-11-16T16:00:00Z").await;
    let d = &world.discord;
    assert_eq!(
        d.bot_says("@ann").await.content,
        "I was away at 14:00 and could not ask whether you were still there, so your timer stopped then. It counted 3 h for Monday 16 November. If you studied on, add the rest with `/study log`."
    );
    // Back within a quarter of an hour: it asks late, and an answer in time counts.
    d.slash("ann", "/study start").await;
    world.sleep_until("2026-11-16T19:05:00Z").await;
    let d = &world.discord;
    let question = d.bot_says("@ann").await;
    assert!(d.press("ann", &question, "I'm still there").await.content.starts_with("Good. Your timer goes on"));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_and_its_button_survive_a_kill() {
    let mut world = World::empty().await;
    let ann = Identity::Discord(world.discord.person("ann"));
    // She started her timer three hours and a minute ago.
    let store = cairn::store::Store::open(&world.cairn.path().join("data")).await.expect("a database");
    let caller = cairn::student::Caller { identity: ann, guild: Some(world.discord.guild()), channel: None };
    let began = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(181);
    let wish = study::Wish::new(cairn::time::zone::Zone::named("UTC").expect("a zone"));
    study::join(&store, &caller, &wish, began).await.expect("she joins");
    study::start(&store, &caller, None, began).await.expect("she starts");
    store.close().await;
    world.begin().await;
    let question = world.discord.bot_says("@ann").await;
    world.kill().await;
    world.begin().await;
    let answer = world.discord.press("ann", &question, "I'm still there").await;
    assert!(answer.content.starts_with("Good. Your timer goes on"), "{answer}");
    assert_eq!(world.discord.messages("@ann").len(), 1);
    world.finish();
}
