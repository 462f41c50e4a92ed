//! The week's ranking, and the sums of a community.

use insta::assert_snapshot;

use super::buddies::community;
use crate::world::discord::Discord;
use crate::world::rehearsal::Rehearsal;

async fn ranked(d: &Discord, who: &str, guide: &str) -> String {
    d.slash(who, "/study zone zone:Europe/Berlin").await;
    let asked = d.slash(who, "/study rank action:Join it").await;
    d.choose(who, &asked, "Your guide", &[guide]).await.to_string()
}

/// Times study for some hours, however long that is.
async fn time(world: &Rehearsal, who: &str, hours: usize) {
    let d = &world.discord;
    d.slash(who, "/study start").await;
    for _ in 0..hours {
        world.pass("1h").await;
        let said = d.messages(&*format!("@{who}"));
        if let Some(question) = said.iter().rev().find(|m| m.content.starts_with("**Still studying?")) {
            d.press(who, question, "I'm still there").await;
        }
    }
    d.slash(who, "/study stop").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bands_of_five_and_nothing_of_four() {
    let world = community("2026-11-16T08:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study zone zone:Europe/Berlin").await;
    let shown = d.slash("ann", "/study rank").await;
    assert_snapshot!(shown, @"
    [ephemeral]
    The ranking of this week begins when 5 people of this server are in it and have timed some study.
    You are not in it. People who join are counted in a band of hours, without a name; timers count, up to 6 hours a day.
    [Join the ranking]
    ");
    let asked = d.press("ann", &shown, "Join the ranking").await;
    assert_snapshot!(asked, @"
    [updated]
    [ephemeral]
    **Which guide is yours?** If you are at school, choose the High school guide: the ranking leaves you out then.
    (Your guide ▾)
      High school guide
      Engineer guide
      Researcher guide
      Hacker guide
    ");
    assert_snapshot!(d.choose("ann", &asked, "Your guide", &["Engineer guide"]).await, @"
    [updated]
    [ephemeral]
    The ranking of this week begins when 5 people of this server are in it and have timed some study.
    You are in it. Timers count, up to 6 hours a day; it shows bands and no names.
    [Leave the ranking]
    ");
    for who in ["ben", "cid", "dan"] {
        ranked(d, who, "Engineer guide").await;
    }
    assert_snapshot!(ranked(d, "kim", "High school guide").await, @"
    [updated]
    [ephemeral]
    The ranking is not for people at school: nothing about you is shown in it, and nobody compares you.
    ");
    for who in ["ann", "ben", "cid", "kim"] {
        time(&world, who, 2).await;
    }
    // More than six hours of a day, of which six count; and minutes by hand, which do not.
    time(&world, "dan", 8).await;
    d.slash("eve", "/study zone zone:Europe/Berlin").await;
    d.slash("eve", "/study log minutes:700").await;
    assert_snapshot!(d.slash("ann", "/study rank").await, @"
    [ephemeral]
    The ranking of this week begins when 5 people of this server are in it and have timed some study.
    You are in it. Timers count, up to 6 hours a day; it shows bands and no names.

    6 people studied 27 h 40 min this week and met 6 days.
    [Leave the ranking]
    ");
    let joined = ranked(d, "eve", "Hacker guide").await;
    assert!(joined.contains("begins when 5 people"), "{joined}");
    time(&world, "eve", 1).await;
    assert_snapshot!(d.slash("ann", "/study rank").await, @"
    [ephemeral]
    **This week by timer**
    - 5 to 10 h: 1 person
    - 2 to 5 h: 3 people, you among them
    - up to 2 h: 1 person
    You are in it. Timers count, up to 6 hours a day; it shows bands and no names.

    6 people studied 28 h 40 min this week and met 6 days.
    [Leave the ranking]
    ");
    assert!(d.slash("dan", "/study rank").await.content.contains("5 to 10 h: 1 person, you among them"));
    // Whoever says later that they are at school is in it no more.
    assert_snapshot!(d.slash("ben", "/study rank action:Leave it").await, @"
    [ephemeral]
    You are not in the ranking any more. Your minutes and your streak stay as they are.
    ");
    assert!(d.slash("ann", "/study rank").await.content.contains("begins when 5 people"));
    d.slash("ben", "/study rank action:Join it").await;
    let asked = d.slash("ben", "/study buddy action:Find me a buddy").await;
    let asked = d.choose("ben", &asked, "Your guide", &["High school guide"]).await;
    d.choose("ben", &asked, "Your usual study times", &["Weekday evenings, 18 to 21"]).await;
    assert!(d.slash("ann", "/study rank").await.content.contains("begins when 5 people"));
    assert_snapshot!(d.slash("ben", "/study rank action:Join it").await, @"
    [ephemeral]
    The ranking is not for people at school: nothing about you is shown in it, and nobody compares you.

    6 people studied 28 h 40 min this week and met 6 days.
    ");
    // A new week begins with nobody in a band.
    world.tick_to("2026-11-23T08:00:00Z").await;
    assert_snapshot!(d.slash("ann", "/study rank").await, @"
    [ephemeral]
    The ranking of this week begins when 5 people of this server are in it and have timed some study.
    You are in it. Timers count, up to 6 hours a day; it shows bands and no names.
    [Leave the ranking]
    ");
    world.finish().await;
}
