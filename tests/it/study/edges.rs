//! Clocks that change, people who travel, a bot that was away, two devices, and values that cannot be.

use cairn::student::Caller;
use cairn::study;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::talk::joined;
use crate::world::discord::Discord;
use crate::world::program::Cairn;
use crate::world::rehearsal::Rehearsal;

/// The states of the last days, oldest first, and the streak.
async fn days(world: &Rehearsal, who: &str) -> String {
    let caller =
        Caller { identity: cairn::people::Identity::Discord(world.discord.person(who)), guild: None, channel: None };
    let view = study::status(&world.app.store, &caller, world.now()).await.expect("a standing").view;
    let days = view.days.iter().map(|line| format!("{} {} {}", line.date.strftime("%d"), line.state, line.minutes));
    format!("{} · streak {}", days.collect::<Vec<_>>().join(", "), view.streak)
}

async fn first_line(d: &Discord, who: &str, command: &str) -> String {
    d.slash(who, command).await.content.lines().next().unwrap_or_default().to_owned()
}

/// Days of 23 and 25 hours are one day each, and begin when their hour is first read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_that_change() {
    for (join, steps, expected) in [
        (
            "2026-03-28T12:00:00Z",
            ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-29T23:59:59Z", "2026-03-30T00:00:00Z"],
            "28 met 120, 29 met 240, 30 met 120 · streak 3",
        ),
        (
            "2026-10-24T12:00:00Z",
            ["2026-10-24T23:59:59Z", "2026-10-25T00:00:00Z", "2026-10-26T00:59:59Z", "2026-10-26T01:00:00Z"],
            "24 met 120, 25 met 240, 26 met 120 · streak 3",
        ),
    ] {
        let world = Rehearsal::start(join).await;
        world.discord.slash("ann", "/study zone zone:Europe/Berlin day_start:2").await;
        for at in steps {
            world.app.clock.set(at.parse().expect("an instant"));
            world.discord.slash("ann", "/study log minutes:120").await;
        }
        assert_eq!(days(&world, "ann").await, expected);
        world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_traveller_flies_east_and_keeps_the_streak() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study log minutes:120").await;
    world.tick_to("2026-11-17T20:00:00Z").await;
    d.slash("ann", "/study log minutes:120").await;
    assert_snapshot!(d.slash("ann", "/study zone zone:Tokyo").await, @"
    [ephemeral]
    Your zone is Asia/Tokyo now. Today ends at 12:00 on Wednesday, and a short day on the way never breaks your streak.
    ");
    world.tick_to("2026-11-18T20:00:00Z").await;
    assert_eq!(days(&world, "ann").await, "16 met 120, 17 met 120, 18 travel 0, 19 open 0 · streak 2");
    let why = d.slash("ann", "/study why").await.content.clone();
    assert!(why.contains("**Wed 18 Nov**: travel, 0 of 120 min; a change of zone or day start cut it short, so your streak of 2 stands"), "{why}");
    world.finish().await;
}

/// No fault of the bot breaks a streak, also one that outlasts a whole day.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_is_away_for_a_day() {
    let mut world = joined("2026-11-16T15:00:00Z").await;
    world.discord.slash("ann", "/study log minutes:120").await;
    world.sleep_until("2026-11-18T12:00:00Z").await;
    assert_eq!(days(&world, "ann").await, "16 met 120, 17 outage 0, 18 open 0 · streak 1");
    assert_snapshot!(world.discord.slash("ann", "/study why").await, @"
    [ephemeral]
    - **Mon 16 Nov**: met, 120 of 120 min logged; streak 1
    - **Tue 17 Nov**: outage, 0 of 120 min; I was away when it mattered, so your streak of 1 stands
    - **Wed 18 Nov**: open, 0 of 120 min; still running
    **Streak 1** (longest 1): days in a row with your minutes. Rest, sick days, pauses and freezes don't count, and don't break it.
    **Freezes 2**: that is the most.
    **Show-up days 1**: with 10 minutes or more, of the last 30.
    ");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_devices_start_at_once() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    for _ in 0..5 {
        let (one, two) = tokio::join!(d.slash("ann", "/study start"), d.slash("ann", "/study start"));
        let mut said = [one.content.clone(), two.content.clone()];
        said.sort();
        assert_eq!(
            said,
            [
                "Timer started. At 19:00 I'll ask whether you are still there.",
                "Your timer is running already; /study stop ends it."
            ]
        );
        assert_eq!(
            first_line(d, "ann", "/study stop").await,
            "Timer stopped: less than a minute, so nothing was counted."
        );
    }
    // Joining twice at once is joining once.
    let (one, two) = tokio::join!(d.slash("bob", "/study zone zone:UTC"), d.slash("bob", "/study zone zone:UTC"));
    let said = [one.content.clone(), two.content.clone()];
    assert_eq!(said.iter().filter(|text| text.starts_with("**You're in.**")).count(), 1, "{said:?}");
    world.finish().await;
}

/// What Discord's client would not send.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_that_cannot_be() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    let study = d.commands().into_iter().find(|command| command["name"] == "study").expect("/study");
    let forged = |sub: &str, options: Value| json!({ "id": study["id"], "name": "study", "type": 1, "options": [{ "name": sub, "type": 1, "options": options }] });
    let whole = |name: &str, value: i64| json!([{ "name": name, "type": 4, "value": value }]);
    for (sub, options, said) in [
        (
            "log",
            whole("minutes", -5),
            "A log holds 1 to 720 minutes; choose a number in between, and write more as another log.",
        ),
        (
            "log",
            whole("minutes", 0),
            "A log holds 1 to 720 minutes; choose a number in between, and write more as another log.",
        ),
        (
            "log",
            whole("minutes", 721),
            "A log holds 1 to 720 minutes; choose a number in between, and write more as another log.",
        ),
        (
            "log",
            whole("minutes", (1 << 53) - 1),
            "A log holds 1 to 720 minutes; choose a number in between, and write more as another log.",
        ),
        ("commitment", whole("minutes", 961), "A commitment here is 15 to 960 minutes a day; choose one of those."),
        ("pause", whole("days", 22), "A pause is 1 to 21 days long; choose a length in between."),
        ("pause", whole("days", -(1 << 53) + 1), "A pause is 1 to 21 days long; choose a length in between."),
        ("zone", whole("day_start", 24), "A study day can start at a whole hour from 0 to 6; choose one of those."),
    ] {
        assert_eq!(d.forge_command("ann", forged(sub, options)).await.content, said);
    }
    for (id, command) in [
        ("study/undo/x", "/study status"),
        ("study/join/4/120/dance", "/study status"),
        ("study/place/a/b/status", "/study status"),
        ("study/pace/Europe~Bern/4/60/status", "/study status"),
        ("study/nothing", "/study status"),
        ("study/plan/nothing", "/study plan"),
        ("study/calendar/nothing", "/study calendar"),
        ("study/heatmap/nothing", "/study heatmap"),
        ("study/remind/1/nothing", "/study reminder"),
    ] {
        let message = d.slash("ann", "/study status").await;
        let said = d.forge_press("ann", &message, id).await.content.clone();
        let expected = format!("This button is from an older Cairn and leads nowhere now; use {command} again.");
        assert_eq!(said, expected, "{id}");
    }
    assert_eq!(days(&world, "ann").await, "16 open 0 · streak 0");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absurd_clocks() {
    for (now, later, expected) in [
        ("1970-01-01T00:00:00Z", "1970-01-01T05:00:00Z", "01 met 300 · streak 1"),
        ("2100-02-28T12:00:00Z", "2100-02-28T17:00:00Z", "28 met 300 · streak 1"),
    ] {
        let world = Rehearsal::start(now).await;
        let d = &world.discord;
        assert!(first_line(d, "ann", "/study zone zone:Lisbon day_start:0").await.starts_with("**You're in.**"));
        assert_eq!(first_line(d, "ann", "/study log minutes:120").await, "**120 min** logged for today.");
        d.slash("ann", "/study start").await;
        world.tick_to(later).await;
        assert_eq!(days(&world, "ann").await, expected);
        for command in ["/study why", "/study sick", "/study pause days:21", "/study rest day:Sunday", "/study undo"] {
            d.slash("ann", command).await;
        }
        assert_eq!(d.messages("@ann").len(), 2, "the question, and what was counted");
        world.finish().await;
    }
    // A life in a day: from 1970 to 2100 without a word.
    let world = Rehearsal::start("1970-01-01T00:00:00Z").await;
    world.discord.slash("ann", "/study zone zone:Lisbon").await;
    world.app.clock.set("2100-01-01T12:00:00Z".parse().expect("an instant"));
    assert_eq!(first_line(&world.discord, "ann", "/study log minutes:120").await, "**120 min** logged for today.");
    // And a clock that was set back: what is written later counts as later.
    world.app.clock.set("2099-12-01T12:00:00Z".parse().expect("an instant"));
    assert_eq!(first_line(&world.discord, "ann", "/study undo").await, "Took back 120 min from today.");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_holds_every_day_and_erasure_leaves_none() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study log minutes:120").await;
    world.tick_to("2026-11-18T10:00:00Z").await;
    d.slash("ann", "/study start").await;
    world.pass("45m").await;
    let cairn = Cairn::new();
    let person = format!("discord:{}", d.person("ann"));
    let now = world.now().to_string();
    let folder = world.path().to_string_lossy().into_owned();
    let run = |args: &[&str]| {
        let args: Vec<&str> = ["--data-dir", &folder, "--now", &now].into_iter().chain(args.iter().copied()).collect();
        tokio::task::block_in_place(|| cairn.run(&args))
    };
    assert_snapshot!(run(&["study", "export", &person]).well(), @r#"
    date,state,minutes,logged,timer,commitment,streak,freezes,reason,subjects
    2026-11-16,met,120,120,0,120,1,2,"streak 1",
    2026-11-17,frozen,0,0,0,120,1,1,"a freeze was used, so your streak of 1 stands (1 of 2 left)",
    2026-11-18,open,45,0,45,120,1,1,"still running",
    "#);
    let json = run(&["--json", "study", "export", &person]).json();
    assert_eq!(json["days"].as_array().map(Vec::len), Some(3));
    // Its entries are a history that `simulate` reads.
    let mut lines: Vec<String> = json["events"].as_array().expect("events").iter().map(Value::to_string).collect();
    lines.push(json!({ "at": now, "person": "me", "event": "as_of" }).to_string());
    std::fs::write(cairn.path().join("history.jsonl"), lines.join("\n")).expect("a file");
    let simulated = tokio::task::block_in_place(|| cairn.run(&["study", "simulate", "history.jsonl"])).json();
    for field in ["date", "minutes", "streak", "best", "freezes", "show_up_30", "days"] {
        assert_eq!(simulated[field], json["now"][field], "{field}");
    }
    assert_snapshot!(run(&["study", "export", "discord:77"]).refused(1), @"discord:77 does not study here; name somebody who has used /study.");
    assert_snapshot!(run(&["study", "export", "ann"]).refused(2), @"“ann” names nobody; write discord:ID (a number) or reddit:NAME.");
    let held = run(&["privacy", "export", &person]).json();
    assert_eq!(held["held"]["study_events"][1]["act"], json!({ "event": "log", "minutes": 120 }));
    assert_snapshot!(run(&["privacy", "delete", &person, "--yes"]).well().replace(&person, "discord:ANN"), @"
    Cairn holds about discord:ANN:
    - 1 time at which the study timer or a reminder is due
    - 1 study history
    - 3 study entries
    - 1 account name
    All of that is erased.
    ");
    assert!(run(&["study", "export", &person]).refused(1).starts_with("discord:"));
    // The timer's question finds nobody.
    world.pass("4h").await;
    assert_eq!(d.messages("@ann").len(), 0);
    world.finish().await;
}
