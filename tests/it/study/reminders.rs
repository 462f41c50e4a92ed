//! Reminders over Discord, on a clock that stands: clocks that change, a bot that was away, snooze, and kills.

use std::time::Duration;

use cairn::people::{Identity, PersonId};
use cairn::student::Caller;
use cairn::{reminders, study};
use insta::assert_snapshot;
use jiff::Timestamp;

use super::talk::joined;
use crate::world::discord::Fault;
use crate::world::rehearsal::Rehearsal;
use crate::world::server::World;

/// Lets time pass, and tells what comes: when (UTC), and its first line.
pub async fn hears(world: &Rehearsal, place: &str, until: &str) -> String {
    let until: Timestamp = until.parse().expect("an instant");
    let mut heard = Vec::new();
    let mut known = world.discord.messages(place).len();
    while world.now() < until {
        let next = Timestamp::from_second((world.now().as_second() / 900 + 1) * 900).expect("an instant");
        world.tick_to(&next.min(until).to_string()).await;
        let said = world.discord.messages(place);
        for message in &said[known..] {
            let line = message.content.lines().next().unwrap_or_default().to_owned();
            heard.push(format!("{} {line}", world.now().strftime("%a %d %H:%M")));
        }
        known = said.len();
    }
    heard.join("\n")
}

/// Somebody in a zone with a reminder each day.
async fn reminded(zone: &str, times: &str, now: &str) -> Rehearsal {
    let world = Rehearsal::start(now).await;
    world.discord.slash("ann", &format!("/study zone zone:{zone}")).await;
    let set = world.discord.slash("ann", &format!("/study reminder times:{times}")).await;
    assert!(set.content.starts_with("**Reminders are on:**"), "{set}");
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn setting_and_showing() {
    let world = joined("2026-11-17T10:00:00Z").await;
    let d = &world.discord;
    assert_snapshot!(d.slash("ann", "/study reminder").await, @"
    [ephemeral]
    **Reminders are off.** Turn them on with times, like `weekdays 19:00, sat 10:00`.
    Quiet hours: 22:00 to 08:00. Weekly recap: off.
    ");
    for (command, said) in [
        (
            "/study reminder times:sometimes",
            "“sometimes” is neither a day nor a time; write “weekdays 19:00, sat 10:00” or “every day 8pm”.",
        ),
        ("/study reminder quiet:23-7", "Give times, too, like “weekdays 19:00, sat 10:00” or “every day 8pm”."),
        (
            "/study reminder times:7pm where:The study channel",
            "This server has no study channel; choose direct messages, or ask a moderator to set one in /mod settings.",
        ),
    ] {
        assert_eq!(d.slash("ann", command).await.content, said, "{command}");
    }
    let set = d.slash("ann", "/study reminder times:weekdays 19:00, sat 10:00").await;
    assert_snapshot!(set, @"
    [ephemeral]
    **Reminders are on:** Monday to Friday 19:00, Saturday 10:00, by direct message.
    Quiet hours: 22:00 to 08:00. Weekly recap: off; `/study recap weekly:True` turns it on.
    If a streak of 3 days or more is still open at 19:00, I say so, once a day.
    The next ones:
    - <t:1794938400:F>
    - <t:1795024800:F>
    - <t:1795111200:F>
    [Turn off] [Not today] [Snooze 1 h]
    ");
    assert_snapshot!(d.slash("ann", "/study reminder quiet:4am to 9am").await, @"
    [ephemeral]
    **Reminders are on:** Monday to Friday 19:00, Saturday 10:00, by direct message.
    Quiet hours: 04:00 to 09:00. Weekly recap: off; `/study recap weekly:True` turns it on.
    If a streak of 3 days or more is still open at 01:00, I say so, once a day.
    The next ones:
    - <t:1794938400:F>
    - <t:1795024800:F>
    - <t:1795111200:F>
    [Turn off] [Not today] [Snooze 1 h]
    ");
    assert_snapshot!(d.press("ann", &set, "Snooze 1 h").await, @"
    [ephemeral]
    All right, I'll be back at 12:00.
    ");
    assert_eq!(hears(&world, "@ann", "2026-11-17T13:00:00Z").await, "Tue 17 11:00 **Here I am again, as you asked.**");
    assert_eq!(hears(&world, "@ann", "2026-11-17T19:00:00Z").await, "Tue 17 18:00 **It's 19:00, your study time.**");
    assert_snapshot!(d.messages("@ann")[1], @"
    **It's 19:00, your study time.**
    ▱▱▱▱▱▱▱▱▱▱ 0 of 120 min today
    Your streak begins on the first day you reach your minutes.
    Ten minutes are a fine start.
    [Start the timer] [Not today]
    [Snooze 15 min] [Snooze 1 h] [Tomorrow]
    ");
    assert_snapshot!(d.slash("ann", "/study reminder times:Off").await, @"
    [ephemeral]
    **Reminders are off.** Turn them on with times, like `weekdays 19:00, sat 10:00`.
    Your study times (Monday to Friday 19:00, Saturday 10:00) stay in your calendar, without alarms; `times:none` removes them.
    Quiet hours: 04:00 to 09:00. Weekly recap: off.
    ");
    assert_eq!(alarms(&world).await, (48, 0));
    assert_snapshot!(d.slash("ann", "/study reminder times:NONE").await, @"
    [ephemeral]
    **Reminders are off.** Turn them on with times, like `weekdays 19:00, sat 10:00`.
    Quiet hours: 04:00 to 09:00. Weekly recap: off.
    ");
    assert_eq!(alarms(&world).await, (0, 0));
    assert_eq!(hears(&world, "@ann", "2026-11-19T19:00:00Z").await, "");
    world.finish().await;
}

/// The events and the alarms of somebody's calendar.
async fn alarms(world: &Rehearsal) -> (usize, usize) {
    let caller = Caller { identity: Identity::Discord(world.discord.person("ann")), guild: None, channel: None };
    let file = cairn::calendar::calendar(&world.app.store, &caller, world.now()).await.expect("a calendar").file;
    (file.matches("BEGIN:VEVENT").count(), file.matches("BEGIN:VALARM").count())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn across_changes_of_the_clock() {
    for (zone, time, from, until, heard) in [
        (
            "Europe/Berlin",
            "2:30",
            "2026-03-27T12:00:00Z",
            "2026-03-30T12:00:00Z",
            ["Sat 28 01:30", "Sun 29 01:00", "Mon 30 00:30"],
        ),
        (
            "Europe/Berlin",
            "19:00",
            "2026-10-24T12:00:00Z",
            "2026-10-26T20:00:00Z",
            ["Sat 24 17:00", "Sun 25 18:00", "Mon 26 18:00"],
        ),
        (
            "Europe/Berlin",
            "2:30",
            "2026-10-23T12:00:00Z",
            "2026-10-26T12:00:00Z",
            ["Sat 24 00:30", "Sun 25 00:30", "Mon 26 01:30"],
        ),
        (
            "America/New_York",
            "2:30",
            "2026-03-06T12:00:00Z",
            "2026-03-09T12:00:00Z",
            ["Sat 07 07:30", "Sun 08 07:00", "Mon 09 06:30"],
        ),
        (
            "America/New_York",
            "1:30",
            "2026-10-30T12:00:00Z",
            "2026-11-02T12:00:00Z",
            ["Sat 31 05:30", "Sun 01 05:30", "Mon 02 06:30"],
        ),
        (
            "Australia/Sydney",
            "19:00",
            "2026-04-04T06:00:00Z",
            "2026-04-06T12:00:00Z",
            ["Sat 04 08:00", "Sun 05 09:00", "Mon 06 09:00"],
        ),
        (
            "Australia/Sydney",
            "2:30",
            "2026-10-02T12:00:00Z",
            "2026-10-05T12:00:00Z",
            ["Fri 02 16:30", "Sat 03 16:00", "Sun 04 15:30"],
        ),
    ] {
        let world = reminded(zone, &format!("every day {time}"), from).await;
        let said = hears(&world, "@ann", until).await;
        let whens: Vec<&str> =
            said.lines().filter(|line| line.contains("your study time")).map(|line| &line[..12]).collect();
        assert_eq!(whens, heard, "{zone} {time}\n{said}");
        world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn away_over_a_reminder() {
    // Nine o'clock in Berlin is 8:00 UTC.
    for (back, said) in [
        ("2026-11-17T08:30:00Z", Some("at 09:00")),
        ("2026-11-17T18:30:00Z", Some("at 09:00")),
        ("2026-11-17T20:30:00Z", None),
    ] {
        let mut world = reminded("Berlin", "every day 9:00", "2026-11-17T07:30:00Z").await;
        world.sleep_until(back).await;
        let told = world.discord.messages("@ann").iter().map(|m| m.content.clone()).collect::<Vec<_>>();
        let expected = said.map(|when| {
            format!("**Your study time was {when}.** I was away then, so this comes late.\n▱▱▱▱▱▱▱▱▱▱ 0 of 120 min today\nYour streak begins on the first day you reach your minutes.")
        });
        assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{back}");
        // And the next one is on time.
        let next = hears(&world, "@ann", "2026-11-18T09:00:00Z").await;
        assert_eq!(next, "Wed 18 08:00 **It's 09:00, your study time.**", "{back}");
        world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snoozed_over_midnight_and_a_restart() {
    let mut world = reminded("Berlin", "mon 23:30, wed 19:00", "2026-11-16T20:00:00Z").await;
    assert_eq!(hears(&world, "@ann", "2026-11-16T22:30:00Z").await, "Mon 16 22:30 **It's 23:30, your study time.**");
    let reminder = world.discord.bot_says("@ann").await;
    world.sleep_until("2026-11-16T22:33:00Z").await;
    let d = &world.discord;
    // Nobody can snooze for somebody else.
    d.slash("bob", "/study zone zone:UTC").await;
    assert_eq!(
        d.forge_press("bob", &reminder, "study/remind/1/snooze/60").await.content,
        "This reminder is for somebody else; /study reminder shows yours."
    );
    assert_snapshot!(d.press("ann", &reminder, "Snooze 1 h").await, @"
    [updated]
    All right, I'll be back at 00:33.
    ");
    world.tick_to("2026-11-16T23:32:00Z").await;
    assert_eq!(d.messages("@ann").len(), 1);
    world.sleep_until("2026-11-16T23:33:00Z").await;
    let again = world.discord.bot_says("@ann").await;
    assert_snapshot!(again, @"
    **Here I am again, as you asked.**
    ▱▱▱▱▱▱▱▱▱▱ 0 of 120 min today
    Your streak begins on the first day you reach your minutes.
    [Start the timer] [Not today]
    [Snooze 15 min] [Snooze 1 h] [Tomorrow]
    ");
    // Tomorrow has no time of its own, so it is the same time.
    let d = &world.discord;
    assert_eq!(d.press("ann", &again, "Tomorrow").await.content, "All right, I'll be back at 00:33 on Wednesday.");
    assert_eq!(hears(&world, "@ann", "2026-11-17T23:33:00Z").await, "Tue 17 23:33 **Here I am again, as you asked.**");
    assert_eq!(hears(&world, "@ann", "2026-11-18T20:00:00Z").await, "Wed 18 18:00 **It's 19:00, your study time.**");
    let d = &world.discord;
    let last = d.messages("@ann").pop().expect("a message");
    assert_eq!(d.press("ann", &last, "Not today").await.content, "All right, nothing more today. Rest counts, too.");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_studies_or_rests_is_not_reminded() {
    let world = reminded("Berlin", "every day 19:00", "2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study log minutes:120").await;
    assert_eq!(hears(&world, "@ann", "2026-11-17T10:00:00Z").await, "");
    d.slash("ann", "/study sick").await;
    assert_eq!(hears(&world, "@ann", "2026-11-18T17:00:00Z").await, "");
    let started = d.slash("ann", "/study start").await;
    assert_eq!(hears(&world, "@ann", "2026-11-18T18:30:00Z").await, "");
    d.press("ann", &started, "Stop the timer").await;
    d.slash("ann", "/study pause days:1").await;
    assert_eq!(hears(&world, "@ann", "2026-11-20T10:00:00Z").await, "");
    // Back from the pause: with a button that starts the timer.
    assert_eq!(hears(&world, "@ann", "2026-11-20T18:00:00Z").await, "Fri 20 18:00 **It's 19:00, your study time.**");
    let reminder = d.messages("@ann").pop().expect("a reminder");
    assert_snapshot!(d.press("ann", &reminder, "Start the timer").await, @"
    [updated]
    Timer started. At 22:00 I'll ask whether you are still there.
    [Stop the timer] [Add a subject]
    ");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_to_another_zone_takes_the_times_along() {
    let world = reminded("Berlin", "every day 19:00", "2026-11-16T10:00:00Z").await;
    assert_eq!(hears(&world, "@ann", "2026-11-16T19:00:00Z").await, "Mon 16 18:00 **It's 19:00, your study time.**");
    world.discord.slash("ann", "/study zone zone:New York").await;
    assert_eq!(
        hears(&world, "@ann", "2026-11-18T12:00:00Z").await,
        // Monday's study day still runs when it is seven in New York.
        "Wed 18 00:00 **It's 19:00, your study time.**"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_streak_at_risk_is_spoken_up_for_once() {
    let world = joined("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study reminder times:every day 12:00 quiet:none").await;
    for day in ["17", "18", "19"] {
        d.slash("ann", "/study log minutes:120").await;
        assert_eq!(hears(&world, "@ann", &format!("2026-11-{day}T10:00:00Z")).await, "");
    }
    assert_eq!(
        hears(&world, "@ann", "2026-11-20T10:00:00Z").await,
        "Thu 19 11:00 **It's 12:00, your study time.**\nFri 20 00:00 **Your day runs until 04:00.** 2 h more make it day 4 after 3 days."
    );
    assert_snapshot!(d.messages("@ann")[1], @"
    **Your day runs until 04:00.** 2 h more make it day 4 after 3 days.
    If it's not your day, a freeze keeps your streak; you hold 2 freezes.
    [Start the timer] [Not today]
    [Snooze 15 min] [Snooze 1 h] [Tomorrow]
    ");
    world.finish().await;
}

/// A database in which ann was to be reminded two minutes ago, as she asked an hour ago.
async fn overdue(world: &World, now: Timestamp) -> (cairn::store::Store, Caller) {
    let ann = Identity::Discord(world.discord.person("ann"));
    let store = cairn::store::Store::open(&world.cairn.path().join("data")).await.expect("a database");
    let caller = Caller { identity: ann, guild: Some(world.discord.guild()), channel: None };
    let (began, due) = (now - jiff::SignedDuration::from_hours(1), now - jiff::SignedDuration::from_mins(2));
    // Far from the hour at which a study day ends.
    let day_start = if (3..6).contains(&now.to_zoned(jiff::tz::TimeZone::UTC).hour()) { 0 } else { 4 };
    let wish = study::Wish { day_start, ..study::Wish::new(cairn::time::zone::Zone::named("UTC").expect("a zone")) };
    study::join(&store, &caller, &wish, began).await.expect("she joins");
    let times = due.strftime("every day %H:%M").to_string();
    let choice = reminders::Choice { times: Some(&times), place: None, quiet: Some("none") };
    reminders::set(&store, &caller, &choice, began).await.expect("she is reminded");
    (store, caller)
}

/// The program is killed between sending the message and writing down that it was sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn said_once_whatever_is_killed() {
    let mut world = World::empty().await;
    let (store, _) = overdue(&world, Timestamp::now()).await;
    store.close().await;
    // Discord takes the message, but its answer never comes.
    world.discord.fail_next("POST", "/channels/*/messages", Fault::cut_after(), 1);
    world.begin().await;
    world.discord.bot_says("@ann").await;
    world.kill().await;
    world.begin().await;
    world.discord.stays_silent("@ann", Duration::from_secs(8)).await;
    assert_eq!(world.discord.messages("@ann").len(), 1);
    world.finish();
}

/// Rounds come every half minute; what is due comes when it is due.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_time_to_the_second() {
    // On a busy machine the program may take longer to begin than the shortest of these.
    for lead in [12, 42, 102] {
        let mut world = World::empty().await;
        let (store, caller) = overdue(&world, Timestamp::now()).await;
        // Her own time is today's already, and she wants to hear again.
        let due = Timestamp::now() + jiff::SignedDuration::from_secs(lead);
        let again = reminders::Button::Snooze(1);
        let pressed = due - jiff::SignedDuration::from_mins(1);
        reminders::press(&store, &caller, PersonId(1), again, pressed).await.expect("she snoozes");
        store.close().await;
        world.begin().await;
        assert!(world.discord.bot_says("@ann").await.content.starts_with("**It's "));
        if let Ok(rest) = Duration::try_from(due.duration_since(Timestamp::now())) {
            tokio::time::sleep(rest).await;
            assert_eq!(world.discord.messages("@ann").len(), 1);
            assert!(world.discord.bot_says("@ann").await.content.starts_with("**Here I am again"));
            // The next round would be later than that.
            assert!(Timestamp::now().duration_since(due) < jiff::SignedDuration::from_secs(15));
            return world.finish();
        }
        world.finish();
    }
    panic!("the program takes more than a minute and a half to begin");
}

/// When the database fails, a press says that, and not that the reminder is somebody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_is_told_from_a_stranger() {
    use sqlx::{Connection, Executor};
    let world = reminded("UTC", "every day 19:00", "2026-11-17T10:00:00Z").await;
    let caller =
        |who: &str| Caller { identity: Identity::Discord(world.discord.person(who)), guild: None, channel: None };
    let press = async |who: &str| {
        reminders::press(&world.app.store, &caller(who), PersonId(1), reminders::Button::Skip, world.now()).await
    };
    assert!(matches!(press("bob").await, Err(cairn::Error::Refused(_))));
    let file = format!("sqlite://{}", world.path().join("cairn.db").display());
    let mut db = sqlx::SqliteConnection::connect(&file).await.expect("a database");
    db.execute("ALTER TABLE study_people RENAME TO study_elsewhere").await.expect("no students");
    assert!(matches!(press("ann").await, Err(cairn::Error::Fault(_))));
    db.execute("ALTER TABLE study_elsewhere RENAME TO study_people").await.expect("students");
    world.finish().await;
}
