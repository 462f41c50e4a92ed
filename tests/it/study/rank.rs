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
        if let Some(question) = d.messages(&*format!("@{who}")).last() {
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
    assert_snapshot!(shown, @"");
    let asked = d.press("ann", &shown, "Join the ranking").await;
    assert_snapshot!(asked, @"");
    assert_snapshot!(d.choose("ann", &asked, "Your guide", &["Engineer guide"]).await, @"");
    for who in ["ben", "cid", "dan"] {
        ranked(d, who, "Engineer guide").await;
    }
    assert_snapshot!(ranked(d, "kim", "High Schooler guide").await, @"");
    for who in ["ann", "ben", "cid", "kim"] {
        time(&world, who, 2).await;
    }
    // More than six hours of a day, of which six count; and minutes by hand, which do not.
    time(&world, "dan", 8).await;
    d.slash("eve", "/study zone zone:Europe/Berlin").await;
    d.slash("eve", "/study log minutes:700").await;
    assert_snapshot!(d.slash("ann", "/study rank").await, @"");
    let joined = ranked(d, "eve", "Hacker guide").await;
    assert!(joined.contains("begins when 5 people"), "{joined}");
    time(&world, "eve", 1).await;
    assert_snapshot!(d.slash("ann", "/study rank").await, @"");
    assert!(d.slash("dan", "/study rank").await.content.contains("5 to 10 h: 1 person, you among them"));
    // Whoever says later that they are at school is in it no more.
    assert_snapshot!(d.slash("ben", "/study rank action:Leave it").await, @"");
    assert!(d.slash("ann", "/study rank").await.content.contains("begins when 5 people"));
    d.slash("ben", "/study rank action:Join it").await;
    let asked = d.slash("ben", "/study buddy action:Find me a buddy").await;
    let asked = d.choose("ben", &asked, "Your guide", &["High Schooler guide"]).await;
    d.choose("ben", &asked, "Your usual study times", &["Weekday evenings, 18 to 21"]).await;
    assert!(d.slash("ann", "/study rank").await.content.contains("begins when 5 people"));
    assert_snapshot!(d.slash("ben", "/study rank action:Join it").await, @"");
    // A new week begins with nobody in a band.
    world.tick_to("2026-11-23T08:00:00Z").await;
    assert_snapshot!(d.slash("ann", "/study rank").await, @"");
    world.finish().await;
}
