//! A section or a paper again on a date: asked for, shown once, listed, taken away, exported and erased.

use std::time::Duration;

use cairn::outbox::press::Thing;
use cairn::people::Identity;
use cairn::revisits;
use cairn::student::Caller;
use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};

use super::reminders::hears;
use super::silence::study_channel;
use crate::digest::Town;
use crate::world::discord::Fault;
use crate::world::program::Cairn;
use crate::world::rehearsal::Rehearsal;
use crate::world::server::World;

const GONE: &str = "That has come already, or was taken away before.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_section_comes_again_once_on_its_date() {
    let world = Rehearsal::with_pages("2026-11-17T10:00:00Z", &[]).await;
    let d = &world.discord;
    assert!(d.slash("ann", "/remind").await.content.starts_with("No reminders are set."));
    let section = d.slash("ann", "/guide track:hacker section:your-first-three-steps-as-a-tinkerer").await;
    let asked = d.press("ann", &section, "Remind me").await;
    assert_snapshot!(asked, @"
    [ephemeral]
    **When do you want to see it again?** It comes once, by direct message, at your study time or at 09:00.
    (When? ▾)
      Tomorrow
      In 3 days
      In a week
      In two weeks
      In a month
      In three months
    [Another date…]
    ");
    let set = d.choose("ann", &asked, "When?", &["In two weeks"]).await;
    assert_snapshot!(set, @"
    [updated]
    [ephemeral]
    You will see it again: [Hacker guide: ML for fun and for your own programs › Your first three steps as …](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), <t:1796115600:F>
    [Take it back]
    ");
    assert_snapshot!(d.slash("ann", "/remind").await, @"
    [ephemeral]
    **You want to see again:**
    - [Hacker guide: ML for fun and for your own programs › Your first three steps as …](https://cairn.example/guides/hacker#your-first-three-steps-as-a-tinkerer), <t:1796115600:F>
    (Take one away ▾)
      Hacker guide: ML for fun and for your own programs › Your first three steps as a tinkerer
    ");
    assert_eq!(hears(&world, "@ann", "2026-12-01T08:45:00Z").await, "");
    assert_eq!(hears(&world, "@ann", "2026-12-03T10:00:00Z").await, "Tue 01 09:00 **You wanted to see this again.**");
    let shown = d.messages("@ann").pop().expect("a message");
    assert!(shown.to_string().contains("Your first three steps as a tinkerer** <https://cairn.example/"), "{shown}");
    assert!(d.slash("ann", "/remind").await.content.starts_with("No reminders are set."));
    // What has come cannot be taken back, but asked for again.
    assert_eq!(d.press("ann", &set, "Take it back").await.content, GONE);
    let asked = d.press("ann", &shown, "Remind me again").await;
    let form = d.press("ann", &asked, "Another date…").await.modal.expect("a form");
    assert_eq!(
        d.submit("ann", &form, &[("when", "yesterday")]).await.content,
        "That is no date; write one like 2027-03-01, “in 3 months” or “end of March”."
    );
    let set = d.submit("ann", &form, &[("when", "in 10 days")]).await;
    assert!(set.content.ends_with("<t:1797152400:F>"), "{set}");
    assert!(d.press("ann", &set, "Take it back").await.content.starts_with("Taken away: "));
    assert_eq!(hears(&world, "@ann", "2026-12-20T10:00:00Z").await, "");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_command_in_ones_own_zone_and_manner() {
    let world = Rehearsal::with_pages("2026-11-17T10:00:00Z", &[]).await;
    let d = &world.discord;
    d.slash("ann", "/study zone zone:America/New_York").await;
    d.slash("ann", "/study reminder times:fri 18:30 quiet:21:00-10:00").await;
    // At her own time on that weekday; at the end of her quiet hours on others.
    d.slash("ann", "/remind what:hardware when:2026-11-27").await;
    d.slash("ann", "/remind what:reading-papers#the-three-passes when:in 2 weeks").await;
    let shown = d.slash("ann", "/study reminder").await;
    assert!(shown.content.contains("\n**You want to see again:**\n- ["), "{shown}");
    let heard = hears(&world, "@ann", "2026-11-26T12:00:00Z").await;
    assert!(!heard.contains("see this again"), "{heard}");
    let heard = hears(&world, "@ann", "2026-12-01T18:00:00Z").await;
    let again: Vec<&str> = heard.lines().filter(|line| line.contains("see this again")).collect();
    assert_eq!(
        again,
        ["Fri 27 23:30 **You wanted to see this again.**", "Tue 01 15:00 **You wanted to see this again.**"]
    );
    for (command, said) in [
        ("/remind when:tomorrow", "Name what you want to see again, too: a section of the wiki or a paper."),
        (
            "/remind what:hardware when:soon",
            "That is no date; write one like 2027-03-01, “in 3 months” or “end of March”.",
        ),
        ("/remind what:hardware when:2026-12-01", "Tuesday 1 December 2026 is today; choose a date after it."),
        (
            "/remind what:hardware when:2030-12-01",
            "Three years ahead is the most; choose a date up to Saturday 1 December 2029.",
        ),
        (
            "/remind what:hello when:tomorrow",
            "That is no one section or paper; choose one of those offered while you type, or press “Remind me” below one.",
        ),
    ] {
        assert_eq!(d.slash("ann", command).await.content, said, "{command}");
    }
    let dates = d.autocomplete("ann", "/remind what:hardware when:|").await;
    assert_eq!(dates.choice_names()[3], "In two weeks: Tuesday 15 December 2026");
    assert!(d.autocomplete("ann", "/remind what:hardw|").await.choice_names()[0].contains("ardware"));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paper_comes_again() {
    let town = Town::at("2026-11-23T10:00:00Z").await;
    let (world, d) = (&town.world, &town.world.discord);
    let week = d.slash("ann", "/papers week").await;
    let which = d.press("ann", &week, "Remind me of one…").await;
    let asked = d.choose("ann", &which, "Which paper?", &["Weather at Scale"]).await;
    d.choose("ann", &asked, "When?", &["In a week"]).await;
    d.go("ben", "@cairn");
    let read = d.slash("ben", "/papers read paper:2611.00011").await;
    let asked = d.press("ben", &read, "Remind me").await;
    d.choose("ben", &asked, "When?", &["Tomorrow"]).await;
    world.tick_to("2026-11-30T10:00:00Z").await;
    assert_snapshot!(d.messages("@ann").pop().expect("a paper"), @"
    **You wanted to see this again.**
    │ **Weather at Scale** <https://arxiv.org/abs/2611.00012>
    │ We study Weather at Scale. It works on three tasks, e.g. on one. The rest is shown.
    [Remind me again]
    ");
    let again = d.messages("@ben").into_iter().filter(|m| m.content.contains("see this again")).count();
    assert_eq!(again, 1);
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn away_on_the_day_and_a_page_that_is_gone() {
    let mut world = Rehearsal::with_pages("2026-11-17T10:00:00Z", &[]).await;
    world.discord.slash("ann", "/remind what:hardware when:2026-11-20").await;
    // However late: it was asked for, and comes once.
    world.sleep_until("2026-11-23T02:00:00Z").await;
    assert_eq!(world.discord.messages("@ann").len(), 0, "it is night");
    let heard = hears(&world, "@ann", "2026-11-24T12:00:00Z").await;
    assert_eq!(
        heard,
        "Mon 23 08:00 **You wanted to see this again.** It was due at 09:00 on Friday 20 November, when I was away."
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_no_messages_finds_it_in_the_study_channel_or_in_the_list() {
    let world = Rehearsal::with_pages("2026-11-17T10:00:00Z", &[]).await;
    let d = &world.discord;
    for who in ["ann", "ben", "cid"] {
        d.slash(who, "/study zone zone:UTC").await;
    }
    study_channel(&world, "hall").await;
    d.slash("ann", "/study reminder times:mon 10:00 where:Direct message, or else the study channel").await;
    d.slash("cid", "/study reminder times:mon 10:00 where:The study channel").await;
    for who in ["ann", "ben", "cid"] {
        d.takes_dms(who, false);
        d.slash(who, "/remind what:hardware when:tomorrow").await;
    }
    world.tick_to("2026-11-18T12:00:00Z").await;
    let said: Vec<String> = d.messages("hall").iter().map(|m| m.content.clone()).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    for (who, said) in [("ann", &said), ("cid", &said)] {
        let begins = format!("<@{}> You wanted to see this again: [", d.person(who));
        assert_eq!(said.iter().filter(|text| text.starts_with(&begins)).count(), 1, "{said:?}");
    }
    // Ben reads only direct messages; he finds it where he looks.
    let listed = d.slash("ben", "/remind").await;
    assert!(listed.content.contains("did not reach you"), "{listed}");
    d.choose("ben", &listed, "Take one away", &[listed_title(&listed.content)]).await;
    assert!(d.slash("ben", "/remind").await.content.starts_with("No reminders are set."));
    assert!(d.slash("ann", "/remind").await.content.starts_with("No reminders are set."));
    world.finish().await;
}

/// The title of the first one in a list.
fn listed_title(list: &str) -> &str {
    list.split_once("\n- [").and_then(|(_, rest)| rest.split_once("](")).map(|(title, _)| title).expect("a list")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bounded_ones_own_exported_and_erased() {
    let world = Rehearsal::with_pages("2026-11-17T10:00:00Z", &[]).await;
    let d = &world.discord;
    let set = d.slash("ann", "/remind what:hardware when:tomorrow").await;
    d.slash("ann", "/remind what:hardware when:tomorrow").await;
    assert_eq!(d.slash("ann", "/remind").await.content.matches("\n- ").count(), 1, "the same thing on the same date");
    d.forge_press("ben", &set, "remind/cancel/1").await;
    assert_eq!(d.slash("ann", "/remind").await.content.matches("\n- ").count(), 1, "nobody takes away another's");
    for day in 1..50 {
        d.slash("ann", &format!("/remind what:hardware when:in {} days", day + 1)).await;
    }
    let refused = d.slash("ann", "/remind what:hardware when:in 2 years").await;
    assert!(refused.content.starts_with("You wait for 50 things already"), "{refused}");
    let listed = d.slash("ann", "/remind").await;
    assert!(listed.content.ends_with("\n- and 42 more"), "{listed}");
    let cairn = Cairn::new();
    let (person, now) = (format!("discord:{}", d.person("ann")), world.now().to_string());
    let folder = world.path().to_string_lossy().into_owned();
    let run = |args: &[&str]| {
        let args: Vec<&str> = ["--data-dir", &folder, "--now", &now].into_iter().chain(args.iter().copied()).collect();
        tokio::task::block_in_place(|| cairn.run(&args))
    };
    let held = run(&["privacy", "export", &person]).json();
    assert_eq!(held["held"]["revisits"].as_array().map(Vec::len), Some(50));
    let erased = run(&["privacy", "delete", &person, "--yes"]).well();
    assert!(erased.contains("- 50 sections or papers to see again"), "{erased}");
    world.tick_to("2026-11-19T12:00:00Z").await;
    assert_eq!(d.messages("@ann").len(), 0);
    world.finish().await;
}

/// The program is killed between sending the message and writing down that it was sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shown_once_whatever_is_killed() {
    let mut world = World::start().await;
    let ann = Identity::Discord(world.discord.person("ann"));
    world.kill().await;
    let caller = Caller { identity: ann, guild: Some(world.discord.guild()), channel: None };
    let store = cairn::store::Store::open(&world.cairn.path().join("data")).await.expect("a database");
    // No quiet hours, so that it comes whatever the hour.
    let began = Timestamp::now() - SignedDuration::from_hours(3 * 24);
    let zone = cairn::time::zone::Zone::named("UTC").expect("a zone");
    cairn::study::join(&store, &caller, &cairn::study::Wish::new(zone), began).await.expect("she joins");
    let choice = cairn::reminders::Choice { times: Some("every day 9:00"), place: None, quiet: Some("none") };
    cairn::reminders::set(&store, &caller, &choice, began).await.expect("she chooses");
    let off = cairn::reminders::Choice { times: Some("off"), ..Default::default() };
    cairn::reminders::set(&store, &caller, &off, began).await.expect("no other reminders");
    let thing = Thing::Section("hardware#".into());
    revisits::remind(&store, "https://cairn.example", &caller, &thing, "tomorrow", began).await.expect("she asks");
    store.close().await;
    world.discord.fail_next("POST", "/channels/*/messages", Fault::cut_after(), 1);
    world.begin().await;
    world.discord.bot_says("@ann").await;
    world.kill().await;
    world.begin().await;
    world.discord.stays_silent("@ann", Duration::from_secs(8)).await;
    assert_eq!(world.discord.messages("@ann").len(), 1);
    world.finish();
}
