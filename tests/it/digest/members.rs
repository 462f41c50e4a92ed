//! Members: a week, search, votes, reading in three passes, papers by direct message.

use insta::assert_snapshot;

use super::{NOW, Town, papers};
use crate::world::feeds::{Fault, Place, paper};

const MONDAY: &str = "2026-11-23T09:00:00Z";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_is_fetched_when_somebody_asks() {
    let town = Town::at(MONDAY).await;
    let d = &town.world.discord;
    let week = d.slash("ann", "/papers week").await;
    assert!(week.ephemeral && week.pings.is_empty());
    assert_eq!(papers(&week).len(), 10);
    assert_eq!(papers(&week)[0], "1. Weather at Scale");
    let shared = d.press("ann", &week, "Share").await;
    assert!(!shared.ephemeral && shared.pings.is_empty() && papers(&shared) == papers(&week), "{shared}");
    let asked = town.feeds.requests().len();
    d.slash("bob", "/papers week week:2026-W47").await;
    assert_eq!(town.feeds.requests().len(), asked, "the archive has it");
    for (typed, said) in [
        ("2026-W48", "The week 2026-W48 is not over yet; the last whole one is 2026-W47."),
        ("2026-W54", "2026 has no week 54; its weeks are 2026-W01 to 2026-W53."),
        ("last week", "“last week” is no week; write the year and the number of the week, for example 2026-W47."),
        ("2020-W01", "Nobody counted votes in 2020-W01; the first week with papers is 2023-W18."),
    ] {
        let reply = d.slash("ann", &format!("/papers week week:{typed}")).await;
        assert_eq!(reply.content, said);
    }
    assert_snapshot!(d.autocomplete("ann", "/papers week week:2026|").await, @"2026-W47: Weather at Scale → 2026-W47");
    town.feeds.fail(Place::HuggingFace, Fault::Cut, usize::MAX);
    town.feeds.fail(Place::HackerNews, Fault::Cut, usize::MAX);
    assert_snapshot!(d.slash("ann", "/papers week week:2026-W40").await.content, @"The sources of the papers of 2026-W40 cannot be reached now; try again later.");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_has_everything_fetched() {
    let town = Town::at(MONDAY).await;
    let d = &town.world.discord;
    for week in 10..16 {
        town.feeds.list("2026-03-04", &[paper("2603.00001", "One", 1)]);
        assert!(
            d.slash("ann", &format!("/papers week week:2026-W{week}")).await.content.contains("Papers of the week")
        );
    }
    assert_snapshot!(d.slash("ann", "/papers week week:2026-W16").await.content, @"Many weeks were asked for in this hour; try again in the next one.");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_archive_is_searched() {
    let town = Town::at(MONDAY).await;
    let d = &town.world.discord;
    d.slash("ann", "/papers week").await;
    assert_snapshot!(d.slash("ann", "/papers search query:diffusion scale").await, @"
    [ephemeral]
    │ **Papers** <https://cairn.example/papers>
    │ - [Diffusion at Scale](https://arxiv.org/abs/2611.00001) (16 to 22 November 2026, 10 upvotes)
    [Share]
    ");
    let found = d.slash("ann", "/papers search query:diffusion scale").await;
    let shared = d.press("ann", &found, "Share").await;
    assert!(!shared.ephemeral && shared.embeds == found.embeds && shared.components.is_empty(), "{shared}");
    assert!(d.slash("ann", "/papers search query:lovelace").await.to_string().contains("Weather at Scale"));
    assert!(
        d.slash("ann", "/papers search query:arxiv.org/abs/2611.00003v2")
            .await
            .to_string()
            .contains("Retrieval at Scale")
    );
    assert_snapshot!(d.slash("ann", "/papers search query:no such thing").await.content, @"No paper of the archive has all these words; try fewer or other ones.");
    assert_snapshot!(d.slash("ann", "/papers search query:\"* -").await.content, @"Write at least one word to look for, such as a method, an author or a title.");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn votes_count_once_and_show_in_the_next_digest() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    d.slash("root", "/papers subscribe count:3").await;
    town.world.tick_to(MONDAY).await;
    let digest = town.posted("papers").remove(0);
    assert_snapshot!(d.press("ann", &digest, "👍 2").await, @"
    [ephemeral]
    You voted for “Games at Scale”. It has 1 vote here; press again to take yours back.
    ");
    d.press("bob", &digest, "👍 2").await;
    d.press("ann", &digest, "👍 1").await;
    assert_snapshot!(d.press("ann", &digest, "👍 1").await.content, @"You took your vote for “Weather at Scale” back. It has 0 votes here.");
    // A vote for what the message does not show is no vote.
    assert!(d.forge_press("ann", &digest, "vote/2611.00003").await.content.contains("older"));
    town.feeds.list("2026-11-25", &[paper("2612.00001", "New", 1)]);
    town.world.tick_to("2026-11-30T09:00:00Z").await;
    let next = town.posted("papers").remove(1);
    assert!(next.content.contains("Your favourite of the last digest: Games at Scale (2 votes"), "{}", next.content);
    let held =
        cairn::people::export::export(&town.world.app.store, &cairn::people::Identity::Discord(d.person("ann"))).await;
    let held = serde_json::to_value(held.expect("an export")).expect("JSON");
    assert_eq!(held["held"]["paper_votes"].as_array().map(Vec::len), Some(1), "{held}");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paper_is_read_in_a_thread() {
    let mut town = Town::at(MONDAY).await;
    let d = town.world.discord.clone();
    d.slash("ann", "/papers week").await;
    assert_snapshot!(d.autocomplete("ann", "/papers read paper:weather|").await, @"Weather at Scale → 2611.00012");
    assert_snapshot!(d.slash("ann", "/papers read paper:2611.00012").await, @"
    [ephemeral]
    A reading thread for [Weather at Scale](https://arxiv.org/abs/2611.00012) opens in this channel. Its buttons tick off your passes.
    ");
    town.world.tick().await;
    let posted = town.posted("papers");
    assert_snapshot!(posted[0], @"
    **Let's read [Weather at Scale](https://arxiv.org/abs/2611.00012)**
    ☐ First pass, 5–10 minutes: title, abstract, introduction, headings, conclusion. What is it about, and do you go on?
    ☐ Second pass, about an hour: everything but the proofs. What did they do, and what did they find?
    ☐ Third pass, an afternoon: every line, pen in hand. How would you rebuild it, and where is it weak?
    Press a pass when you have done it: that ticks it off for you, and nobody else sees it. Questions and notes go into the thread. [How to read in three passes](<https://cairn.example/guides/reading-papers#the-three-passes>)
    [First pass] [Second pass] [Third pass] [The paper → https://arxiv.org/pdf/2611.00012] [Remind me]
    ");
    let threads = d.threads("papers");
    assert_eq!(d.channel_name(threads[0]), "Reading: Weather at Scale");
    assert_snapshot!(d.slash("bob", "/papers week").await.content.lines().next().unwrap_or_default(), @"**Papers of the week: 16 to 22 November 2026**");
    d.go("bob", "papers");
    let there = d.slash("bob", "/papers read paper:2611.00012").await.content.clone();
    assert!(there.ends_with(&format!("already; join it: <#{}>.", threads[0])), "{there}");
    // Ticks are the presser's own, and outlive a restart.
    assert_snapshot!(d.press("bob", &posted[0], "First pass").await, @"
    [ephemeral]
    Your passes through [Weather at Scale](https://arxiv.org/abs/2611.00012):
    ☑ First pass, 5–10 minutes: title, abstract, introduction, headings, conclusion. What is it about, and do you go on?
    ☐ Second pass, about an hour: everything but the proofs. What did they do, and what did they find?
    ☐ Third pass, an afternoon: every line, pen in hand. How would you rebuild it, and where is it weak?
    One pass may be all that a paper deserves. Press to tick off; nobody else sees it.
    [First pass] [Second pass] [Third pass] [The paper → https://arxiv.org/pdf/2611.00012] [Remind me]
    ");
    town.world.sleep_until("2026-12-23T09:00:00Z").await;
    assert!(d.press("ann", &posted[0], "Second pass").await.content.contains("☐ First pass"));
    let both = d.press("bob", &posted[0], "Third pass").await;
    assert!(both.content.contains("☑ First pass") && both.content.contains("☐ Second pass"), "{both}");
    let undone = d.press("bob", &both, "First pass").await;
    assert!(undone.content.contains("☐ First pass") && undone.content.contains("☑ Third pass"), "{undone}");
    // In direct messages there is the checklist alone.
    d.go("ann", "@cairn");
    assert!(d.slash("ann", "/papers read paper:2611.00012").await.content.contains("☑ Second pass"));
    // Words of a title do, too, if they are one paper's.
    assert!(d.slash("ann", "/papers read paper:weather").await.content.contains("☑ Second pass"));
    let said = &d.slash("ann", "/papers read paper:scale").await.content;
    assert!(said.starts_with("Several papers have these words; give the id of one: 2611."), "{said}");
    assert_snapshot!(d.slash("ann", "/papers read paper:2601.00001").await.content, @"2601.00001 is in no week that Cairn knows; choose a paper that /papers search finds.");
    assert_eq!(town.posted("papers").len(), 1);
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_without_threads_stays_quiet_and_nobody_opens_many() {
    let town = Town::at(MONDAY).await;
    let d = &town.world.discord;
    d.slash("ann", "/papers week").await;
    d.slash("root", "/papers subscribe threads:false").await;
    assert!(d.slash("ann", "/papers read paper:2611.00012").await.content.starts_with("Your passes through"));
    d.slash("root", "/papers subscribe threads:true").await;
    for n in 1..=5 {
        assert!(d.slash("ann", &format!("/papers read paper:2611.{n:05}")).await.content.contains("opens"));
    }
    assert_snapshot!(d.slash("ann", "/papers read paper:2611.00006").await.content, @"You have opened 5 reading threads today; read one of them, or open another tomorrow.");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_gets_the_papers_alone() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    assert_snapshot!(d.slash("ann", "/papers subscribe where:me zone:Europe/Berlin count:2 role:@admins threads:true").await, @"
    [ephemeral]
    You get the week's papers by direct message every Monday at 09:00 (Europe/Berlin): up to 2 papers. The next digest is due on Monday 23 November 2026, 09:00 (Europe/Berlin).
    ");
    d.go("bob", "@cairn");
    d.slash("bob", "/papers subscribe count:1").await;
    assert_snapshot!(d.slash("bob", "/papers subscribe where:channel").await.content, @"Direct messages have no channels; do that in your server, or choose where: My direct messages.");
    town.world.tick_to("2026-11-23T09:00:00Z").await;
    let sent = town.posted("@ann");
    assert_eq!((papers(&sent[0]).len(), sent[0].pings.len(), town.posted("@bob").len()), (2, 0, 1));
    assert!(!sent[0].to_string().contains("👍"));
    assert_snapshot!(d.slash("ann", "/papers unsubscribe where:me").await.content, @"You get no more papers by direct message.");
    assert_snapshot!(d.slash("ann", "/papers unsubscribe where:me").await.content, @"You get no papers by direct message, so there is nothing to end.");
    // Who wants to hear nothing unasked hears nothing.
    let never = d.slash("bob", "/privacy delete").await;
    d.press("bob", &never, "Never answer my posts").await;
    town.world.tick_to("2026-11-30T09:00:00Z").await;
    assert_eq!((town.posted("@ann").len(), town.posted("@bob").len()), (1, 1));
    assert_eq!(cairn::papers::subscriptions::count(&town.world.app.store).await.expect("a count"), 0);
    town.world.finish().await;
}
