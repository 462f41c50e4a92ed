//! Pomodoros in a channel: rounds of focus for who is in, on a clock that stands, across restarts and kills.

use std::time::Duration;

use cairn::people::Identity;
use cairn::pomodoro::{self, Pace};
use cairn::student::Caller;
use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};

use crate::world::discord::{Fault, Message, permission};
use crate::world::program::Cairn;
use crate::world::rehearsal::Rehearsal;
use crate::world::server::World;

/// A channel with three people in it, of whom ann and ben study.
async fn hall(now: &str) -> Rehearsal {
    let world = Rehearsal::start(now).await;
    let d = &world.discord;
    d.channel("hall");
    for who in ["ann", "ben"] {
        d.slash(who, "/study zone zone:UTC").await;
    }
    for who in ["ann", "ben", "cid"] {
        d.go(who, "hall");
    }
    world
}

/// What the bot has said in a channel.
fn said(world: &Rehearsal, channel: &str) -> Vec<Message> {
    world.discord.messages(channel).into_iter().filter(|m| m.author == "cairn" && !m.ephemeral).collect()
}

/// The one message of a Pomodoro as it is now.
fn only(world: &Rehearsal) -> Message {
    let mut all = said(world, "hall");
    assert_eq!(all.len(), 1, "one message is changed rather than many written: {all:?}");
    all.pop().expect("a message")
}

/// The minutes of somebody's day by timer.
async fn timed(world: &Rehearsal, who: &str) -> String {
    let why = world.discord.slash(who, "/study why").await.content.clone();
    why.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rounds_count_for_who_is_in() {
    let world = hall("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/pomodoro start rounds:2").await, @"
    [ephemeral]
    A Pomodoro begins here: 2 rounds of 25 min focus, 5 min break. Its minutes of focus count as your timer's.
    ");
    world.tick().await;
    let message = only(&world);
    assert_snapshot!(message, @"
    **Pomodoro, round 1 of 2:** focus until <t:1794824700:t> (<t:1794824700:R>), then 5 min of break.
    In: @ann
    [Join] [Leave] [End it]
    ");
    world.pass("5m").await;
    assert_eq!(
        d.press("ben", &message, "Join").await.content,
        "You are in. Its minutes of focus count as your timer's."
    );
    assert_eq!(
        d.press("cid", &message, "Join").await.content,
        "You are in. Its minutes count for your streak once you keep one: `/study status` begins it."
    );
    world.tick().await;
    assert!(only(&world).content.ends_with(&format!(
        "\nIn: <@{}>, <@{}>, <@{}>",
        d.person("ann"),
        d.person("ben"),
        d.person("cid")
    )));
    world.tick_to("2026-11-16T10:25:00Z").await;
    assert_snapshot!(only(&world).content.lines().next().expect("a line"), @"**Pomodoro, break** until <t:1794825000:t> (<t:1794825000:R>), then round 2 of 2.");
    assert_eq!(timed(&world, "ann").await, "- **Mon 16 Nov**: open, 25 of 120 min by timer; still running");
    assert_eq!(timed(&world, "ben").await, "- **Mon 16 Nov**: open, 20 of 120 min by timer; still running");
    // Breaks count for nobody.
    world.tick_to("2026-11-16T10:30:00Z").await;
    assert!(only(&world).content.starts_with("**Pomodoro, round 2 of 2:** focus until <t:1794826500:t>"));
    assert_eq!(timed(&world, "ann").await, "- **Mon 16 Nov**: open, 25 of 120 min by timer; still running");
    world.tick_to("2026-11-16T10:40:00Z").await;
    d.press("ben", &message, "Leave").await;
    world.tick_to("2026-11-16T11:00:00Z").await;
    assert_eq!(only(&world).content, "**Pomodoro over:** 2 of 2 rounds of 25 min. `/pomodoro start` begins another.");
    assert_eq!(timed(&world, "ann").await, "- **Mon 16 Nov**: open, 50 of 120 min by timer; still running");
    assert_eq!(timed(&world, "ben").await, "- **Mon 16 Nov**: open, 30 of 120 min by timer; still running");
    assert!(only(&world).components.is_empty());
    // Nobody was written to, and nobody is asked whether they are still there.
    world.pass("4h").await;
    assert_eq!(d.messages("@ann").len() + d.messages("@ben").len(), 0);
    assert_eq!(d.slash("ann", "/pomodoro show").await.content, "No Pomodoro runs here; /pomodoro start begins one.");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_when_nobody_is_in_and_only_by_who_may() {
    let world = hall("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/pomodoro start").await;
    world.tick().await;
    for (who, command, refused) in [
        ("ben", "/pomodoro start", "A Pomodoro runs in this channel already; /pomodoro join takes you in."),
        ("ben", "/pomodoro leave", "You are in no Pomodoro; /pomodoro join takes you into the one of this channel."),
        (
            "ben",
            "/pomodoro stop",
            "The person who began it can end it, and so can a moderator; /pomodoro leave takes you out.",
        ),
        (
            "cid",
            "/pomodoro start focus:60 break:30 rounds:3",
            "A Pomodoro lasts three hours at most; with 60 minutes of focus and 30 of break, choose up to 2 rounds.",
        ),
    ] {
        assert_eq!(d.slash(who, command).await.content, refused, "{command}");
    }
    d.channel("other");
    d.go("ann", "other");
    let elsewhere = d.slash("ann", "/pomodoro start").await.content.clone();
    assert_eq!(elsewhere, "You are in a Pomodoro already; /pomodoro leave takes you out of it.");
    d.go("ann", "hall");
    world.pass("12m").await;
    d.slash("ann", "/pomodoro leave").await;
    world.tick().await;
    assert_eq!(only(&world).content, "**Pomodoro over:** 0 of 4 rounds of 25 min. `/pomodoro start` begins another.");
    assert!(timed(&world, "ann").await.contains(", 12 of 120 min by timer;"));
    // A moderator ends one for everybody, and their minutes up to then count.
    d.slash("ben", "/pomodoro start focus:50 break:10").await;
    d.slash("ann", "/pomodoro join").await;
    world.pass("20m").await;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    d.go("root", "hall");
    let ended = d.slash("root", "/pomodoro stop").await.content.clone();
    assert!(ended.starts_with("**Pomodoro over:** 0 of 3 rounds of 50 min."), "{ended}");
    world.tick().await;
    assert!(timed(&world, "ann").await.contains(", 32 of 120 min by timer;"));
    assert!(timed(&world, "ben").await.contains(", 20 of 120 min by timer;"));
    assert!(!d.slash("ben", "/study status").await.content.contains("has been running"));
    world.finish().await;
}

/// A timer of one's own counts already: nothing is counted twice, nothing is stopped that is not the round's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ones_own_timer_is_left_alone() {
    let world = hall("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study start").await;
    world.pass("10m").await;
    let began = d.slash("ann", "/pomodoro start rounds:2").await.content.clone();
    assert!(began.contains("Your own timer is running and goes on counting"), "{began}");
    d.slash("ben", "/pomodoro join").await;
    // Ben stops the round's timer himself, and starts his own.
    world.pass("10m").await;
    d.slash("ben", "/study stop").await;
    d.slash("ben", "/study start").await;
    world.tick_to("2026-11-16T10:35:00Z").await;
    for who in ["ann", "ben"] {
        let status = d.slash(who, "/study status").await.content.clone();
        assert!(status.contains("Your timer has been running since"), "{who}: {status}");
    }
    world.tick_to("2026-11-16T10:40:00Z").await;
    d.slash("ann", "/study stop").await;
    d.slash("ben", "/study stop").await;
    assert!(timed(&world, "ann").await.contains(", 40 of 120 min by timer;"));
    assert!(timed(&world, "ben").await.contains(", 30 of 120 min by timer;"));
    world.tick_to("2026-11-16T11:30:00Z").await;
    // They stopped their timers in the second round's first minute, which had begun with those running.
    assert!(timed(&world, "ann").await.contains(", 40 of 120 min by timer;"));
    world.finish().await;
}

/// Whatever the bot sleeps through counts as if it had been awake, and the message says how it stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_at_any_step_neither_loses_nor_doubles() {
    for (asleep, awake) in [
        // Within a round, over its end, over a break, over the beginning of a round, over everything.
        ("10:05", "10:15"),
        ("10:20", "10:27"),
        ("10:24", "10:31"),
        ("10:26", "10:54"),
        ("10:10", "12:00"),
    ] {
        let mut world = hall("2026-11-16T10:00:00Z").await;
        world.discord.slash("ann", "/pomodoro start rounds:2").await;
        world.tick_to(&format!("2026-11-16T{asleep}:00Z")).await;
        world.sleep_until(&format!("2026-11-16T{awake}:00Z")).await;
        // What somebody does at once does not stretch what has ended meanwhile.
        world.discord.slash("ann", "/study log minutes:1").await;
        world.tick_to("2026-11-16T12:15:00Z").await;
        let why = timed(&world, "ann").await;
        assert!(why.contains(", 51 of 120 min (1 logged, 50 by timer);"), "{asleep} {awake}: {why}");
        let message = only(&world).content;
        assert!(message.starts_with("**Pomodoro over:** 2 of 2 rounds"), "{asleep} {awake}: {message}");
        world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_takes_nothing_ends_it() {
    let world = hall("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.fail_next(
        "POST",
        "/channels/*/messages",
        Fault::answer(403, vec![], serde_json::json!({"code": 50013, "message": "Missing Permissions"})),
        1,
    );
    d.slash("ann", "/pomodoro start").await;
    world.pass("10m").await;
    let gone = "No Pomodoro runs here; /pomodoro start begins one.";
    assert_eq!(d.slash("ben", "/pomodoro join").await.content, gone);
    assert_eq!(d.slash("ann", "/pomodoro show").await.content, gone);
    assert!(timed(&world, "ann").await.contains(", 10 of 120 min by timer;"));
    let status = d.slash("ann", "/study status").await.content.clone();
    assert!(!status.contains("has been running"), "{status}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_erased_is_named_no_more() {
    let world = hall("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/pomodoro start").await;
    world.tick().await;
    d.slash("ben", "/pomodoro join").await;
    world.tick().await;
    assert!(only(&world).content.contains(&format!("<@{}>", d.person("ann"))));
    let cairn = Cairn::new();
    let (person, now) = (format!("discord:{}", d.person("ann")), world.now().to_string());
    let folder = world.path().to_string_lossy().into_owned();
    let args = ["--data-dir", &folder, "--now", &now, "privacy", "delete", &person, "--yes"];
    let erased = tokio::task::block_in_place(|| cairn.run(&args)).well();
    assert!(erased.contains("- 1 Pomodoro joined"), "{erased}");
    world.pass("15m").await;
    let message = only(&world).content;
    assert!(!message.contains(&format!("<@{}>", d.person("ann"))), "{message}");
    assert!(message.contains(&format!("In: <@{}>", d.person("ben"))), "{message}");
    world.pass("1h").await;
    world.finish().await;
}

/// The program is killed between posting the message and writing down that it was posted, and again while it is changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_message_whatever_is_killed() {
    let mut world = World::empty().await;
    let hall = world.discord.channel("hall");
    let ann = Identity::Discord(world.discord.person("ann"));
    let caller = Caller { identity: ann, guild: Some(world.discord.guild()), channel: Some(hall) };
    let store = cairn::store::Store::open(&world.cairn.path().join("data")).await.expect("a database");
    let began = Timestamp::now() - SignedDuration::from_secs(10 * 60 - 12);
    let pace = Pace::new(Some(10), Some(5), Some(2)).expect("a pace");
    pomodoro::start(&store, &caller, pace, began).await.expect("it begins");
    store.close().await;
    world.discord.fail_next("POST", "/channels/*/messages", Fault::cut_after(), 1);
    world.discord.fail_next("PATCH", "/channels/*/messages/*", Fault::cut_after(), 1);
    world.begin().await;
    let posted = world.discord.bot_says("hall").await;
    world.kill().await;
    world.begin().await;
    // Twelve seconds after it was written down the break begins, and the message is changed.
    let until = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        let now = world.discord.message(posted.id).expect("it is there");
        if now.content.starts_with("**Pomodoro, break**") {
            break;
        }
        assert!(std::time::Instant::now() < until, "it was not changed: {now}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(world.discord.messages("hall").len(), 1);
    world.finish();
}
