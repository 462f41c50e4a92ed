//! Study buddies over Discord, week by week on a clock that stands.

use cairn::community::Moderator;
use cairn::community::study_settings::Settings;
use cairn::people::Identity;
use cairn::time::zone::Zone;
use insta::assert_snapshot;
use serde_json::Value;

use crate::world::discord::Discord;
use crate::world::rehearsal::Rehearsal;

/// A Wednesday noon in a community of Berlin with a study channel.
pub const START: &str = "2026-11-18T11:00:00Z";
/// The Monday after it, 09:00 in Berlin.
pub const MONDAY: &str = "2026-11-23T08:00:00Z";
pub const EVENINGS: &[&str] = &["Weekday evenings, 18 to 21"];

pub async fn community(now: &str) -> Rehearsal {
    let world = Rehearsal::start(now).await;
    let channel = world.discord.channel("study");
    set(&world, "Europe/Berlin", Some(channel)).await;
    world
}

pub async fn set(world: &Rehearsal, zone: &str, channel: Option<u64>) {
    let admin = Moderator::operator("discord:1").expect("a name");
    let settings = Settings { zone: Zone::named(zone), channel, ..Settings::default() };
    cairn::study::set_server(&world.app.store, &admin, world.discord.guild(), &settings, world.now())
        .await
        .expect("settings");
}

/// Looks for a buddy; returns where that leaves them.
pub async fn seek(d: &Discord, who: &str, guide: &str, times: &[&str]) -> String {
    d.slash(who, "/study zone zone:Europe/Berlin").await;
    let asked = d.slash(who, "/study buddy action:Find me a buddy").await;
    let asked = d.choose(who, &asked, "Your guide", &[guide]).await;
    d.choose(who, &asked, "Your usual study times", times).await.content.clone()
}

pub async fn engineers(d: &Discord, people: &[&str]) {
    for who in people {
        seek(d, who, "Engineer guide", EVENINGS).await;
    }
}

pub fn said(d: &Discord, place: &str) -> Vec<String> {
    d.messages(place).iter().map(|message| message.to_string()).collect()
}

pub async fn situation(d: &Discord, who: &str) -> String {
    d.slash(who, "/study buddy").await.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_from_the_first_question_to_the_first_hello() {
    let world = community(START).await;
    let d = &world.discord;
    d.slash("ann", "/study zone zone:Europe/Berlin").await;
    let asked = d.slash("ann", "/study buddy").await;
    assert_snapshot!(asked, @"
    [ephemeral]
    **A study buddy** is somebody of this server who studies at the same hours as you. You are matched on Mondays with one or two people whose track and study times are close to yours.
    - What your buddy sees: your name here, and on which days you reach your minutes. Nothing else: no numbers, no streak, no other days.
    - People at school are matched among themselves, and I write to them in a thread of this server, never directly. To everybody else I write a direct message, once a day at most.
    - You need not answer: if you are silent for two days after a match or a hello, you are free again, and nothing is said about it. You can leave or block at any time, and nobody is told that you did.
    [Find me a buddy]
    ");
    let asked = d.press("ann", &asked, "Find me a buddy").await;
    assert_snapshot!(asked, @"
    [updated]
    [ephemeral]
    **Which guide is yours?** If you are at school, choose the High school guide: your buddies are at school then, too.
    (Your guide ▾)
      High school guide
      Engineer guide
      Researcher guide
      Hacker guide
    ");
    let asked = d.choose("ann", &asked, "Your guide", &["Engineer guide"]).await;
    assert_snapshot!(asked, @"
    [updated]
    [ephemeral]
    **When do you usually study?** Choose all that fit, on your own clock. What you log and time counts, too.
    (Your usual study times ▾)
      Weekday mornings, 7 to 10
      Weekday middays, 11 to 14
      Weekday afternoons, 14 to 18
      Weekday evenings, 18 to 21
      Weekday nights, 21 to 24
      Weekend mornings, 8 to 12
      Weekend afternoons, 13 to 18
      Weekend evenings, 18 to 22
    ");
    let waiting = d.choose("ann", &asked, "Your usual study times", &["Weekday evenings, 18 to 21"]).await;
    assert_snapshot!(waiting, @"
    [updated]
    [ephemeral]
    You are looking for a study buddy. The next round is at 09:00 on Monday 23 November (Europe/Berlin). If nobody fits you yet, you keep your place. What you log and time until then helps to find somebody with your hours.
    [Change my times] [Stop looking]
    ");
    // Nobody is there yet, and 48 hours change nothing about that.
    world.tick_to("2026-11-21T11:00:00Z").await;
    assert_eq!(said(d, "@ann"), [""; 0]);
    // Ben is matched at once: ann has waited for more than 48 hours.
    seek(d, "ben", "Hacker guide", EVENINGS).await;
    world.tick_to("2026-11-21T11:15:00Z").await;
    let matched = d.bot_says("@ann").await;
    assert_snapshot!(matched, @"
    You have a study buddy: @ben. Say hello, and tell each other what you are working on. On days when one of you reaches their minutes, I tell the other; that is all I tell.
    [Say hello] [Leave]
    ");
    assert!(d.bot_says("@ben").await.to_string().contains("You have a study buddy: @ann."));
    assert_snapshot!(d.press("ann", &matched, "Say hello").await, @"
    [ephemeral]
    I say hello to @ben from you.
    ");
    assert_snapshot!(d.press("ann", &matched, "Say hello").await, @"
    [ephemeral]
    They have heard from me today already, so I say nothing more until tomorrow; you can write to each other whenever you like.
    ");
    world.tick().await;
    let hello = d.bot_says("@ben").await;
    assert_snapshot!(hello, @"
    @ann says hello. Press the button to say that you are there, too.
    [I'm here]
    ");
    assert_snapshot!(d.press("ben", &hello, "I'm here").await, @"
    [ephemeral]
    Good to have you here. You go on together.
    ");
    assert_snapshot!(situation(d, "ben").await, @"
    [ephemeral]
    Your study buddy is @ann.
    [Say hello] [Leave] [Block…]
    ");
    // Nobody else can speak in their name.
    d.slash("eve", "/study zone zone:UTC").await;
    let forged = d.press("eve", &matched, "Say hello").await;
    assert_snapshot!(forged, @"
    [ephemeral]
    You are not in that group of study buddies now; /study buddy shows where you stand.
    ");
    world.tick_to("2026-12-08T11:15:00Z").await;
    assert_eq!((said(d, "@ann").len(), said(d, "@ben").len()), (1, 2), "both are here, and nobody is asked");
    assert!(d.messages("@ann").iter().chain(&d.messages("@ben")).all(|message| message.pings.is_empty()));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_met_day_is_told_once_a_day_and_never_at_night() {
    let world = community("2026-11-22T11:00:00Z").await;
    let d = &world.discord;
    engineers(d, &["ann", "ben"]).await;
    world.tick_to(MONDAY).await;
    for who in ["ann", "ben"] {
        let matched = d.bot_says(&*format!("@{who}")).await;
        d.press(who, &matched, "Say hello").await;
    }
    world.tick_to("2026-11-24T12:00:00Z").await;
    let before = (said(d, "@ann").len(), said(d, "@ben").len());
    d.slash("ann", "/study log minutes:60").await;
    world.tick().await;
    assert_eq!(said(d, "@ben").len(), before.1, "a day that is not met yet is nobody's business");
    d.slash("ann", "/study log minutes:60").await;
    d.slash("ann", "/study log minutes:60").await;
    d.slash("ann", "/study undo").await;
    d.slash("ann", "/study log minutes:60").await;
    world.tick().await;
    assert_eq!(said(d, "@ben").len(), before.1 + 1);
    assert_snapshot!(said(d, "@ben").last().expect("news"), @"@ann has reached their minutes today.");
    // A hello on the same day would be a second message.
    d.slash("ann", "/study buddy action:Say hello").await;
    world.tick().await;
    assert_eq!(said(d, "@ben").len(), before.1 + 1);
    // Late in the evening, ben meets his day: ann hears of it in the morning.
    world.tick_to("2026-11-24T22:30:00Z").await;
    d.slash("ben", "/study log minutes:120").await;
    world.tick_to("2026-11-25T06:45:00Z").await;
    assert_eq!(said(d, "@ann").len(), before.0);
    world.tick_to("2026-11-25T07:00:00Z").await;
    assert_eq!(said(d, "@ann").len(), before.0 + 1);
    // Days on which nobody studies are never spoken of.
    world.tick_to("2026-12-20T07:00:00Z").await;
    assert_eq!((said(d, "@ann").len(), said(d, "@ben").len()), (before.0 + 1, before.1 + 1));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_are_a_trio_and_go_on_as_two() {
    let world = community("2026-11-22T11:00:00Z").await;
    let d = &world.discord;
    engineers(d, &["ann", "ben", "cid"]).await;
    // Somebody whose hours are others, and somebody at school, fit nobody.
    seek(d, "dan", "Engineer guide", &["Weekend mornings, 8 to 12"]).await;
    seek(d, "eve", "High school guide", EVENINGS).await;
    world.tick_to(MONDAY).await;
    let matched = d.bot_says("@ann").await;
    assert_snapshot!(matched, @"
    You have two study buddies: @ben and @cid. Say hello, and tell each other what you are working on. On days when one of you reaches their minutes, I tell the other; that is all I tell.
    [Say hello] [Leave]
    ");
    assert!(
        situation(d, "dan")
            .await
            .contains("You are looking for a study buddy. The next round is at 12:00 on Tuesday 24 November")
    );
    assert_eq!((said(d, "@dan").len(), said(d, "study").len()), (0, 0));
    let left = d.press("ann", &matched, "Leave").await;
    assert_snapshot!(left, @"
    [ephemeral]
    Done; you have no study buddy now and look for none. `/study buddy` finds you one whenever you like. The person you block here is never matched with you again, and is not told.
    [Block the first] [Block the second]
    ");
    assert_snapshot!(d.press("ann", &left, "Block the first").await, @"
    [updated]
    [ephemeral]
    Blocked: the two of you are never matched again. They are not told. `/study buddy` shows where you stand.
    ");
    world.tick().await;
    for who in ["@ben", "@cid"] {
        assert_eq!(
            said(d, who).last().expect("news"),
            "One of your buddies has moved on. The two of you go on together."
        );
    }
    assert!(situation(d, "ben").await.contains("Your study buddy is @cid."));
    assert!(situation(d, "ann").await.contains("**A study buddy** is somebody"));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buddy_who_vanishes() {
    let mut world = community("2026-11-22T11:00:00Z").await;
    engineers(&world.discord, &["ann", "ben"]).await;
    // The bot is away at each of the four instants that matter; each thing happens once all the same.
    world.sleep_until("2026-11-23T10:00:00Z").await;
    world.tick().await;
    let matched = world.discord.bot_says("@ann").await;
    world.discord.press("ann", &matched, "Say hello").await;
    world.tick().await;
    assert_eq!(said(&world.discord, "@ben").len(), 2);
    world.sleep_until("2026-11-24T10:00:00Z").await;
    world.sleep_until("2026-11-24T10:01:00Z").await;
    assert_snapshot!(said(&world.discord, "@ben")[2], @"
    Would you like to go on with your study buddy? Then press the button within a day. If now is not the time, that is fine, too; you need not do anything.
    [I'm here] [Leave]
    ");
    assert_eq!(said(&world.discord, "@ann").len(), 1);
    world.tick_to("2026-11-25T09:45:00Z").await;
    assert_eq!(said(&world.discord, "@ben").len(), 3);
    world.sleep_until("2026-11-25T10:00:00Z").await;
    world.sleep_until("2026-11-25T10:01:00Z").await;
    let d = &world.discord;
    assert_snapshot!(said(d, "@ben")[3..].join("\n---\n"), @"Your time as study buddies has ended. Whenever it suits you again, `/study buddy` finds you a new one.");
    assert_snapshot!(said(d, "@ann")[1..].join("\n---\n"), @"Your buddy has moved on. I am looking for a new one for you, and you go first in the next round.");
    assert_snapshot!(situation(d, "ann").await, @"
    [ephemeral]
    You are looking for a study buddy. The next round is at 09:00 on Monday 30 November (Europe/Berlin). You go first in it. What you log and time until then helps to find somebody with your hours.
    [Change my times] [Stop looking]
    ");
    let question = &d.messages("@ben")[2];
    assert_snapshot!(d.press("ben", question, "I'm here").await, @"
    [ephemeral]
    You are not in that group of study buddies now; /study buddy shows where you stand.
    ");
    // Ben comes back, and cid is there: ann goes first, and not to ben again.
    engineers(d, &["ben", "cid"]).await;
    world.tick_to("2026-11-27T10:00:00Z").await;
    let d = &world.discord;
    assert!(situation(d, "ann").await.contains("You are looking"));
    world.tick_to("2026-11-27T10:15:00Z").await;
    assert!(situation(d, "ann").await.contains("@cid"), "{}", situation(d, "ann").await);
    assert!(situation(d, "ben").await.contains("You are looking"));
    world.finish().await;
}

/// Eight weeks after a pair parted it may come again; a block is for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn never_again_and_not_again_for_eight_weeks() {
    let world = community("2026-11-22T11:00:00Z").await;
    let d = &world.discord;
    engineers(d, &["ann", "ben"]).await;
    world.tick_to(MONDAY).await;
    let left = d.slash("ann", "/study buddy action:Leave").await;
    world.tick().await;
    assert_snapshot!(said(d, "@ben").last().expect("news"), @"Your buddy has moved on. I am looking for a new one for you, and you go first in the next round.");
    engineers(d, &["ann"]).await;
    world.tick_to("2027-01-17T12:00:00Z").await;
    assert!(situation(d, "ann").await.contains("You are looking"));
    world.tick_to("2027-01-18T08:00:00Z").await;
    assert!(situation(d, "ann").await.contains("Your study buddy is @ben."));
    let asked = d.slash("ann", "/study buddy action:Block").await;
    assert_snapshot!(asked, @"
    [ephemeral]
    The person you block is never matched with you again, and is not told. You leave @ben then, and I look for another buddy for you.
    [Block]
    ");
    assert_snapshot!(d.press("ann", &asked, "Block").await, @"
    [updated]
    [ephemeral]
    Blocked: the two of you are never matched again. They are not told. `/study buddy` shows where you stand.
    ");
    world.tick().await;
    // The same words as for any other end; and the export of the blocked one is silent about it.
    assert!(said(d, "@ben").last().expect("news").starts_with("Your buddy has moved on."));
    let export = cairn::people::export::export(&world.app.store, &Identity::Discord(d.person("ben"))).await;
    assert!(!export.expect("an export").to_string().contains("block"));
    let export = cairn::people::export::export(&world.app.store, &Identity::Discord(d.person("ann"))).await;
    assert!(export.expect("an export").to_string().contains("study_blocks"));
    world.tick_to("2027-05-31T08:00:00Z").await;
    for who in ["ann", "ben"] {
        assert!(situation(d, who).await.contains("You are looking"), "{who}");
    }
    // Nobody can be blocked who is no buddy of theirs, nor was one of late.
    let old = d.press("ann", &left, "Block").await;
    assert!(old.content.starts_with("You are not in that group of study buddies now"), "{old}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_no_direct_messages_is_met_in_a_thread() {
    let world = community("2026-11-22T11:00:00Z").await;
    let d = &world.discord;
    d.takes_dms("ann", false);
    engineers(d, &["ann", "ben"]).await;
    world.tick_to("2026-11-23T08:45:00Z").await;
    assert_eq!(said(d, "@ben").len(), 1);
    let opened = d.bot_says("study").await;
    assert_snapshot!(opened, @"@ann and @ben, this is your place to study side by side.");
    let matched = d.bot_says(opened.id).await;
    assert_snapshot!(matched, @"
    @ann You have a study buddy: @ben. Say hello, and tell each other what you are working on. On days when one of you reaches their minutes, I tell the other; that is all I tell.
    [Say hello] [Leave]
    ");
    d.press("ann", &matched, "Say hello").await;
    world.tick_to("2026-11-24T09:00:00Z").await;
    d.slash("ben", "/study log minutes:120").await;
    world.tick_to("2026-11-24T10:00:00Z").await;
    assert_snapshot!(d.messages(opened.id).last().expect("news"), @"@ann @ben has reached their minutes today.");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_erased_or_opts_out_lets_their_buddy_go_kindly() {
    let world = community("2026-11-22T11:00:00Z").await;
    let d = &world.discord;
    engineers(d, &["ann", "ben", "cid", "dan"]).await;
    world.tick_to(MONDAY).await;
    let buddy = |who: &str| {
        let text = d.messages(&*format!("@{who}"))[0].to_string();
        ["ann", "ben", "cid", "dan"].into_iter().find(|other| text.contains(&format!("@{other}."))).expect("a buddy")
    };
    let (of_ann, others) = (buddy("ann"), ["ben", "cid", "dan"]);
    let rest: Vec<&str> = others.into_iter().filter(|who| *who != of_ann).collect();
    let number = d.person("ann").to_string();
    let asked = d.slash("ann", "/privacy delete").await;
    d.press("ann", &asked, "Erase it for ever").await;
    world.tick().await;
    assert!(said(d, &format!("@{of_ann}")).last().expect("news").starts_with("Your buddy has moved on."));
    let export = cairn::people::export::export(&world.app.store, &Identity::Discord(d.person(of_ann))).await;
    let held: Value = export.expect("an export");
    assert!(!held.to_string().contains(&number), "{held:#}");
    let asked = d.slash(rest[0], "/privacy delete").await;
    let before = said(d, &format!("@{}", rest[0])).len();
    d.press(rest[0], &asked, "Never answer my posts").await;
    world.tick_to("2026-12-15T08:00:00Z").await;
    assert!(said(d, &format!("@{}", rest[1]))[1].starts_with("Your buddy has moved on."));
    assert_eq!(said(d, &format!("@{}", rest[0])).len(), before);
    assert_snapshot!(seek(d, rest[0], "Engineer guide", EVENINGS).await, @"You asked Cairn never to write to you unasked, and buddies cannot do without that; so stay on your own, with /study status and /study why.");
    world.finish().await;
}
