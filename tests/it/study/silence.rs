//! When Cairn had better say less: nobody answers, nobody takes messages, somebody wants to hear nothing; and the recap.

use cairn::people::{Identity, optout};
use insta::assert_snapshot;

use super::reminders::hears;
use super::talk::joined;
use crate::world::discord::{Fault, permission};
use crate::world::rehearsal::Rehearsal;

/// Sets the study channel of the server.
pub async fn study_channel(world: &Rehearsal, name: &str) {
    let d = &world.discord;
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let panel = d.slash("root", "/mod settings").await;
    let page = d.press("root", &panel, "Study…").await;
    d.channel(name);
    let page = d.choose("root", &page, "Study channel", &[name]).await;
    let form = d.press("root", &page, "Time zone and least commitment…").await.modal.expect("a form");
    d.submit("root", &form, &[("zone", "Berlin"), ("floor", "120")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_without_an_answer_then_goodbye_then_silence_then_back() {
    let world = joined("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study reminder times:every day 19:00").await;
    assert_eq!(
        hears(&world, "@ann", "2026-12-08T10:00:00Z").await,
        "Mon 16 18:00 **It's 19:00, your study time.**\n\
         Tue 17 18:00 **It's 19:00, your study time.**\n\
         Wed 18 18:00 **It's 19:00, your study time.**\n\
         Thu 19 18:00 **It's 19:00, your study time.**\n\
         Fri 20 18:00 **It's 19:00, your study time.**\n\
         Sat 21 18:00 **I'll be quiet now.** Your days, your longest streak and your freezes stay as they are. Whenever you come back, log a minute or start your timer, and your reminders begin again."
    );
    assert_snapshot!(d.slash("ann", "/study reminder").await, @"
    [ephemeral]
    **Reminders rest** (every day 19:00) until you log a minute or start your timer.
    Quiet hours: 22:00 to 08:00. Weekly recap: off.
    ");
    assert_snapshot!(d.slash("ann", "/study log minutes:5").await, @"
    [ephemeral]
    **5 min** logged for today.
    ▱▱▱▱▱▱▱▱▱▱ 5 of 120 min today
    Your streak begins on the first day you reach your minutes.
    Good to see you. Your reminders are on again; the next is at 19:00 on Tuesday.
    [Undo] [Why?] [Add a subject]
    ");
    assert_snapshot!(d.slash("ann", "/study log minutes:5").await.content.lines().count(), @"3");
    assert_eq!(hears(&world, "@ann", "2026-12-08T20:00:00Z").await, "Tue 08 18:00 **It's 19:00, your study time.**");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_refused_direct_messages_turn_them_off() {
    let world = joined("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.takes_dms("ann", false);
    d.slash("ann", "/study reminder times:every day 19:00").await;
    hears(&world, "@ann", "2026-11-25T10:00:00Z").await;
    let tried = d.requests_to("POST", "/channels/*/messages").len();
    assert_eq!(tried, 3);
    assert_eq!(d.messages("@ann").len(), 0);
    assert_snapshot!(d.slash("ann", "/study log minutes:5").await, @"
    [ephemeral]
    **5 min** logged for today.
    ▱▱▱▱▱▱▱▱▱▱ 5 of 120 min today
    Your streak begins on the first day you reach your minutes.
    Your reminders are off, because Discord did not take my direct messages. Allow direct messages from this server's members, or choose the study channel in `/study reminder`.
    [Undo] [Why?] [Add a subject]
    ");
    assert_snapshot!(d.slash("ann", "/study reminder").await, @"
    [ephemeral]
    **Reminders are off,** because Discord did not take my direct messages. Allow direct messages from this server's members, or choose the study channel, and give your times again.
    Quiet hours: 22:00 to 08:00. Weekly recap: off.
    ");
    // Whoever allows them again has them again.
    d.takes_dms("ann", true);
    d.slash("ann", "/study reminder times:every day 19:00").await;
    assert_eq!(hears(&world, "@ann", "2026-11-25T20:00:00Z").await, "Wed 25 18:00 **It's 19:00, your study time.**");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_ones_go_to_the_study_channel_if_that_is_wished() {
    let world = joined("2026-11-16T10:00:00Z").await;
    study_channel(&world, "hall").await;
    let d = &world.discord;
    d.takes_dms("ann", false);
    let set =
        d.slash("ann", "/study reminder times:every day 19:00 where:Direct message, or else the study channel").await;
    assert!(set.content.contains("by direct message, or in the study channel if that is not taken"), "{set}");
    let said = hears(&world, "hall", "2026-11-20T10:00:00Z").await;
    let ann = d.person("ann");
    assert_eq!(
        said,
        format!(
            "Mon 16 18:00 <@{ann}> It's your study time.\nTue 17 18:00 <@{ann}> It's your study time.\n\
             Wed 18 18:00 <@{ann}> It's your study time.\nThu 19 18:00 <@{ann}> It's your study time."
        )
    );
    let reminder = d.messages("hall").pop().expect("a message");
    assert!(reminder.pings.is_empty(), "{reminder}");
    // Others see neither what she presses nor what she is told.
    d.go("ann", "hall");
    d.slash("bob", "/study zone zone:UTC").await;
    d.go("bob", "hall");
    assert_snapshot!(d.press("bob", &reminder, "Not today").await, @"
    [ephemeral]
    This reminder is for somebody else; /study reminder shows yours.
    ");
    assert_snapshot!(d.press("ann", &reminder, "Start the timer").await, @"
    [ephemeral]
    Timer started. At 14:00 I'll ask whether you are still there.
    [Stop the timer] [Add a subject]
    ");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_discord_that_fails_is_asked_again_after_its_own_waits() {
    let world = joined("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study reminder times:every day 12:00").await;
    d.fail_next("POST", "/users/@me/channels", Fault::status(503), 20);
    // At 11:00 UTC, then after 1, 5, 30 and 120 min, each at most a quarter longer: five tries, and no more.
    let mut tried = Vec::new();
    for minute in 0..240_i64 {
        let at: jiff::Timestamp = "2026-11-16T11:00:00Z".parse().expect("an instant");
        world.tick_to(&(at + jiff::SignedDuration::from_mins(minute)).to_string()).await;
        let count = d.requests_to("POST", "/users/@me/channels").len();
        if count > tried.len() {
            tried.push(minute);
        }
    }
    let within = [0..=0, 1..=2, 6..=9, 36..=47, 156..=198];
    assert!(tried.len() == 5 && tried.iter().zip(&within).all(|(at, range)| range.contains(at)), "{tried:?}");
    d.heal();
    assert_eq!(hears(&world, "@ann", "2026-11-17T12:00:00Z").await, "Tue 17 11:00 **It's 12:00, your study time.**");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_opted_out_is_never_written_to() {
    let world = joined("2026-11-16T10:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study reminder times:every day 12:00").await;
    let ann = Identity::Discord(d.person("ann"));
    optout::opt_out(&world.app.store, &ann, world.now()).await.expect("she opts out");
    assert_eq!(hears(&world, "@ann", "2026-11-24T20:00:00Z").await, "");
    let refused =
        "You asked Cairn never to write to you, and that is for ever; /study status and /study recap still answer you.";
    assert_eq!(d.slash("ann", "/study reminder times:every day 12:00").await.content, refused);
    assert_eq!(d.slash("ann", "/study recap weekly:true").await.content, refused);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recap_on_mondays_once_and_never_to_who_is_long_gone() {
    let mut world = joined("2026-10-19T10:00:00Z").await;
    let d = &world.discord;
    assert_eq!(d.slash("ann", "/study recap weekly:true").await.content, "Your recap comes every Monday at 09:00.");
    d.slash("ann", "/study log minutes:120").await;
    let started = d.slash("ann", "/study start").await;
    world.tick_to("2026-10-19T12:30:00Z").await;
    d.press("ann", &started, "Stop the timer").await;
    world.tick_to("2026-10-21T10:00:00Z").await;
    d.slash("ann", "/study log minutes:45").await;
    assert_snapshot!(d.slash("ann", "/study recap").await, @"
    [ephemeral]
    **Your week:** 5 h 15 min of study, 1 day met and 1 more with some minutes.
    - You studied most between 12:00 and 13:00.
    - Your streak stands at 1 day.
    - You hold 1 freeze for days when life gets in the way.

    Next: pick one section of your guide, and give it ten minutes.
    ");
    // The clocks go back on the night before.
    assert_eq!(
        hears(&world, "@ann", "2026-10-26T12:00:00Z").await,
        "Mon 26 08:00 **Your week:** 5 h 15 min of study, 1 day met and 1 more with some minutes."
    );
    // Away on the next Monday, for three hours and for thirteen.
    world.tick_to("2026-11-01T12:00:00Z").await;
    world.sleep_until("2026-11-02T11:00:00Z").await;
    let late = world.discord.messages("@ann").pop().expect("a recap");
    assert_snapshot!(late, @"
    This was due at 09:00, when I was away.
    **A new week begins.** Ten minutes today are a good start.

    Next: pick one section of your guide, and give it ten minutes.
    ");
    world.discord.slash("ann", "/study log minutes:45").await;
    world.tick_to("2026-11-08T12:00:00Z").await;
    world.sleep_until("2026-11-09T21:30:00Z").await;
    assert_eq!(world.discord.messages("@ann").len(), 2);
    // A week after the last minutes there is a recap; after two without any there is none.
    assert_eq!(hears(&world, "@ann", "2026-12-08T12:00:00Z").await, "");
    assert!(world.discord.slash("ann", "/study recap weekly:false").await.content.starts_with("No weekly recap"));
    world.finish().await;
}
