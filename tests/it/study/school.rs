//! Buddies at school: with each other alone, and in a thread of the server, never by direct message.

use insta::assert_snapshot;

use super::buddies::{EVENINGS, MONDAY, START, community, engineers, said, seek, set, situation};
use crate::world::discord::{Discord, permission};
use crate::world::rehearsal::Rehearsal;

/// Whom the bot has opened direct messages with.
fn directly(d: &Discord) -> Vec<u64> {
    let opened = d.requests_to("POST", "/users/@me/channels");
    opened.iter().filter_map(|request| request.body["recipient_id"].as_str()?.parse().ok()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_at_school_are_spoken_to_in_a_thread_alone() {
    let world = community("2026-11-22T11:00:00Z").await;
    let d = &world.discord;
    engineers(d, &["ann", "ben"]).await;
    let pupils = ["kim", "lou", "max"];
    for who in pupils {
        seek(d, who, "High school guide", EVENINGS).await;
    }
    world.tick_to(MONDAY).await;
    world.tick_to("2026-11-23T08:15:00Z").await;
    let opened = d.bot_says("study").await;
    assert_snapshot!(opened, @"
    @kim, @lou and @max, you are study buddies. I open a thread for you below this message: say hello there, and tell each other what you are working on. On days when one of you reaches their minutes, I say so there; that is all I tell.
    [Say hello] [Leave]
    ");
    assert!(opened.pings.is_empty());
    let invited = d.requests_to("PUT", &format!("/channels/{}/thread-members/*", opened.id));
    assert_eq!(invited.len(), 3);
    assert_snapshot!(situation(d, "kim").await.replace(&opened.id.to_string(), "THREAD"), @"
    [ephemeral]
    Your study buddies are @lou and @max. You meet in #Study buddies.
    [Say hello] [Leave] [Block…]
    ");
    d.press("kim", &opened, "Say hello").await;
    // Studying is a sign of life as well, and tells where the thread is.
    let logged = d.slash("lou", "/study log minutes:120").await;
    assert!(
        logged.content.ends_with(&format!("You have study buddies, and a place to meet them: <#{}>.", opened.id)),
        "{logged}"
    );
    world.tick_to("2026-11-24T09:00:00Z").await;
    d.slash("kim", "/study log minutes:120").await;
    world.tick_to("2026-11-26T09:00:00Z").await;
    let thread: Vec<String> = d.messages(opened.id).iter().map(|message| message.to_string()).collect();
    assert_snapshot!(thread.join("\n---\n"), @"
    @lou @kim says hello. Press the button to say that you are there, too.
    [I'm here]
    ---
    @max @kim says hello. Press the button to say that you are there, too.
    [I'm here]
    ---
    @kim @lou has reached their minutes today.
    ---
    @max Would you like to go on with your study buddy? Then press the button within a day. If now is not the time, that is fine, too; you need not do anything.
    [I'm here] [Leave]
    ---
    @lou @kim has reached their minutes today.
    ---
    @kim One of your buddies has moved on. The two of you go on together.
    ---
    @lou One of your buddies has moved on. The two of you go on together.
    ");
    assert!(situation(d, "max").await.contains("**A study buddy** is"));
    d.slash("lou", "/study buddy action:Leave").await;
    world.tick_to("2026-12-08T09:00:00Z").await;
    assert!(d.messages(opened.id).last().expect("a message").content.contains("Your buddy has moved on."));
    // Another guide would lead to adults; so it is not taken from somebody who has said that they are at school.
    assert_snapshot!(seek(d, "max", "Engineer guide", EVENINGS).await, @"You said before that you are at school, and Cairn goes by that; choose the High school guide. If it was a slip or is no longer so, /privacy delete lets you begin afresh.");
    let written_to = directly(d);
    assert!(pupils.iter().all(|who| !written_to.contains(&d.person(who))), "{written_to:?}");
    assert!([d.person("ann"), d.person("ben")].iter().all(|who| written_to.contains(who)));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_or_a_second_thought_makes_a_pupil() {
    let world = community("2026-11-22T11:00:00Z").await;
    let d = &world.discord;
    let role = d.role("pupils", 0);
    let admins = d.role("admins", permission::MANAGE_GUILD);
    d.grant("root", admins);
    let panel = d.slash("root", "/mod settings").await;
    let panel = d.press("root", &panel, "Roles for tracks…").await;
    d.choose("root", &panel, "set/track/high-school", &["pupils"]).await;
    engineers(d, &["ann", "ben"]).await;
    d.grant("kim", role);
    seek(d, "kim", "Engineer guide", EVENINGS).await;
    world.tick_to(MONDAY).await;
    assert!(situation(d, "ann").await.contains("@ben"));
    assert!(situation(d, "kim").await.contains("You are looking"));
    // Ben turns out to be at school: he and ann part at once, before another word is said directly.
    d.grant("ben", role);
    assert!(situation(d, "ben").await.contains("**A study buddy** is"));
    world.tick().await;
    assert!(said(d, "@ann").last().expect("news").starts_with("Your buddy has moved on."));
    let before = directly(d).iter().filter(|who| **who == d.person("ben")).count();
    world.tick_to("2026-12-01T09:00:00Z").await;
    assert_eq!(directly(d).iter().filter(|who| **who == d.person("ben")).count(), before);
    assert!(!directly(d).contains(&d.person("kim")));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_study_channel_pupils_cannot_meet() {
    let world = Rehearsal::start(START).await;
    let d = &world.discord;
    assert_snapshot!(seek(d, "kim", "High school guide", EVENINGS).await, @"Buddies at school meet in a thread of the study channel, and this server has none yet; ask a moderator to set one under /mod settings, Study.");
    let channel = d.channel("study");
    set(&world, "Europe/Berlin", Some(channel)).await;
    for who in ["kim", "lou"] {
        seek(d, who, "High school guide", EVENINGS).await;
    }
    // A channel that the bot may not write to: they wait on, and go first.
    d.forbid("study");
    world.tick_to("2026-11-23T09:00:00Z").await;
    assert!(situation(d, "kim").await.contains("You go first in it."), "{}", situation(d, "kim").await);
    // No channel any more: nobody is matched into nowhere.
    set(&world, "Europe/Berlin", None).await;
    world.tick_to("2026-11-30T09:00:00Z").await;
    assert!(situation(d, "kim").await.contains("You are looking"));
    assert_eq!(directly(d), [0; 0]);
    world.finish().await;
}
