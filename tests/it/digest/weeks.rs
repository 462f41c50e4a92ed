//! Weeks that pass: clocks that change, sources that are down, a bot that was away or was killed.

use insta::assert_snapshot;

use super::{NOW, Town, papers, twelve};
use crate::world::feeds::{Fault, Place, paper};

const ALL: [Place; 3] = [Place::HuggingFace, Place::Arxiv, Place::HackerNews];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_source_down_is_named_and_the_rest_is_posted() {
    let town = Town::at(NOW).await;
    town.world.discord.slash("root", "/papers subscribe count:1").await;
    town.feeds.fail(Place::HackerNews, Fault::Status(500), usize::MAX);
    town.feeds.fail(Place::Arxiv, Fault::Complaint, usize::MAX);
    town.feeds.fail_at(Place::HuggingFace, "2026-11-17", Fault::Html, usize::MAX);
    town.feeds.fail_at(Place::HuggingFace, "2026-11-16", Fault::TooMany { wait: 1 }, 1);
    town.feeds.fail_at(Place::HuggingFace, "2026-11-18", Fault::HalfABody, 1);
    town.world.tick_to("2026-11-23T09:00:00Z").await;
    let posted = town.posted("papers");
    assert_eq!(posted.len(), 1);
    assert_snapshot!(posted[0].content, @"
    **Papers of the week: 16 to 22 November 2026**

    Ordered by upvotes at Hugging Face; other places are evidence.

    Hugging Face could not be asked about 17 November.

    Hacker News could not be asked this time.

    arXiv could not be asked this time.

    How to read one: a glance, then the argument, then the details. The guide explains the [three passes](https://cairn.example/guides/reading-papers#the-three-passes).
    ");
    assert_eq!(papers(&posted[0]), ["1. Weather at Scale"]);
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_down_on_monday_and_up_on_tuesday() {
    let town = Town::at(NOW).await;
    town.world.discord.slash("root", "/papers subscribe").await;
    ALL.iter().for_each(|place| town.feeds.fail(*place, Fault::Status(503), usize::MAX));
    town.world.tick_to("2026-11-23T09:00:00Z").await;
    let at_once = town.feeds.requests().len();
    town.world.tick_to("2026-11-23T09:45:00Z").await;
    assert_eq!(town.feeds.requests().len(), at_once, "an hour's rest");
    town.world.tick_to("2026-11-23T10:00:00Z").await;
    assert_eq!(town.feeds.requests().len(), at_once * 2);
    town.world.tick_to("2026-11-24T07:30:00Z").await;
    assert!(town.posted("papers").is_empty());
    town.feeds.recover();
    town.world.tick_to("2026-11-24T08:15:00Z").await;
    assert_eq!(town.titles("papers"), ["**Papers of the week: 16 to 22 November 2026**"]);
    // The next one is on its Monday again.
    town.feeds.list("2026-11-25", &twelve("2612"));
    town.world.tick_to("2026-11-30T08:45:00Z").await;
    assert_eq!(town.posted("papers").len(), 1);
    town.world.tick_to("2026-11-30T09:00:00Z").await;
    assert_eq!(town.titles("papers")[1], "**Papers of the week: 23 to 29 November 2026**");
    assert!(town.posted("@root").is_empty());
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn down_until_wednesday_is_told_to_moderators_once() {
    let town = Town::at("2026-11-22T23:00:00Z").await;
    town.world.discord.slash("root", "/papers subscribe").await;
    ALL.iter().for_each(|place| town.feeds.fail(*place, Fault::Status(500), usize::MAX));
    town.world.tick_to("2026-11-25T23:45:00Z").await;
    assert!(town.posted("papers").is_empty() && town.posted("@root").is_empty());
    town.world.tick_to("2026-11-26T00:30:00Z").await;
    let told = town.posted("@root");
    assert_eq!(told.len(), 1);
    assert_snapshot!(told[0], @"The papers of 2026-W47 were not posted in #papers: none of their sources could be reached in time. The next digest is due on Monday 30 November 2026, 09:00 (UTC); `/papers week week:2026-W47` shows what was missed.");
    let asked = town.feeds.requests().len();
    town.feeds.recover();
    town.world.tick_to("2026-11-27T00:00:00Z").await;
    assert_eq!((town.posted("@root").len(), town.posted("papers").len()), (1, 0));
    assert_eq!(town.feeds.requests().len(), asked, "nothing more is asked for that week");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_was_away_catches_up_until_wednesday() {
    let mut town = Town::at(NOW).await;
    town.world.discord.slash("root", "/papers subscribe").await;
    town.world.sleep_until("2026-11-25T23:30:00Z").await;
    assert_eq!(town.titles("papers"), ["**Papers of the week: 16 to 22 November 2026**"]);
    // Away for two weeks, and back on a Thursday: too late for both, said once.
    town.world.sleep_until("2026-12-10T12:00:00Z").await;
    town.world.tick_to("2026-12-10T15:00:00Z").await;
    assert_eq!(town.posted("papers").len(), 1);
    let told = town.posted("@root");
    assert_eq!(told.len(), 1);
    assert_snapshot!(told[0], @"The papers of 2026-W48 to 2026-W49 were not posted in #papers: Cairn was not running when they were due and in the two days after. The next digest is due on Monday 14 December 2026, 09:00 (UTC); `/papers week week:2026-W49` shows what was missed.");
    // Away again, and back on a Tuesday: the older week is passed over, the last one is posted.
    town.feeds.list("2026-12-15", &twelve("2613"));
    town.world.sleep_until("2026-12-22T12:00:00Z").await;
    assert_eq!(town.titles("papers")[1], "**Papers of the week: 14 to 20 December 2026**");
    assert_eq!(town.posted("@root").len(), 2);
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn week_53_is_posted_on_the_first_monday_of_2027() {
    let town = Town::at("2027-01-03T20:00:00Z").await;
    town.feeds.list("2026-12-28", &[paper("2612.00001", "The last Monday", 3)]);
    town.feeds.list("2027-01-03", &[paper("2701.00001", "The first Sunday", 7)]);
    town.feeds.list("2027-01-04", &[paper("2701.00002", "Another week", 70)]);
    town.world.discord.slash("root", "/papers subscribe zone:Osaka").await;
    town.world.tick_to("2027-01-04T00:00:00Z").await;
    let posted = town.posted("papers");
    assert_eq!(posted[0].content.lines().next(), Some("**Papers of the week: 28 December 2026 to 3 January 2027**"));
    assert!(posted[0].content.contains("Only 2 papers this week."), "{}", posted[0].content);
    assert_eq!(papers(&posted[0]), ["1. The first Sunday", "2. The last Monday"]);
    assert!(posted[0].to_string().contains("/papers/2026-W53"));
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_comes_at_nine_whatever_the_clocks_do() {
    // Berlin goes back on Sunday 25 October 2026 and forward on Sunday 28 March 2027.
    for (start, before, at) in [
        ("2026-10-25T20:00:00Z", "2026-10-26T07:45:00Z", "2026-10-26T08:00:00Z"),
        ("2027-03-28T20:00:00Z", "2027-03-29T06:45:00Z", "2027-03-29T07:00:00Z"),
    ] {
        let town = Town::at(start).await;
        town.world.discord.slash("root", "/papers subscribe zone:Berlin").await;
        town.world.tick_to(before).await;
        assert!(town.posted("papers").is_empty());
        town.world.tick_to(at).await;
        // Nothing is listed there: that is said.
        assert!(town.posted("papers")[0].content.contains("No papers were listed this week."));
        town.world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_clocks_are_ahead_monday_is_utcs_sunday() {
    let town = Town::at(NOW).await;
    town.world.discord.slash("root", "/papers subscribe zone:Pacific/Auckland count:1").await;
    town.world.tick_to("2026-11-22T20:00:00Z").await;
    assert_eq!(town.titles("papers"), ["**Papers of the week: 16 to 22 November 2026**"]);
    let weeks = cairn::papers::archive::weeks(&town.world.app.store, 9).await.expect("weeks");
    assert!(weeks[0].over && weeks[0].week.to_string() == "2026-W47");
    let said = town.world.discord.slash("ann", "/papers week week:2026-W47").await;
    assert_eq!(papers(&said)[0], "1. Weather at Scale");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_fetch_serves_all_channels_of_an_hour() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    for (channel, wish) in [("papers", "zone:UTC"), ("news", "zone:Africa/Accra count:2"), ("late", "zone:UTC hour:11")]
    {
        d.channel(channel);
        d.slash("root", &format!("/papers subscribe channel:#{channel} {wish}")).await;
    }
    town.feeds.forget();
    town.world.tick_to("2026-11-23T09:00:00Z").await;
    assert_eq!((town.posted("papers").len(), town.posted("news").len(), town.posted("late").len()), (1, 1, 0));
    assert_eq!(town.feeds.requests_to(Place::HuggingFace).len(), 7);
    // Votes change between two posts: the later one shows those of its own time.
    let mut changed = twelve("2611");
    changed[0].votes = 999;
    town.feeds.list("2026-11-18", &changed);
    town.world.tick_to("2026-11-23T11:00:00Z").await;
    assert_eq!(town.feeds.requests_to(Place::HuggingFace).len(), 14);
    assert!(town.posted("late")[0].to_string().contains("999 upvotes"));
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_paper_comes_twice_in_a_channel() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    d.slash("root", "/papers subscribe").await;
    town.world.tick_to("2026-11-23T09:00:00Z").await;
    // Two of last week's are listed again, beside a new one.
    let again = [paper("2611.00012", "Weather at Scale", 500), paper("2611.00001", "Diffusion at Scale", 400)];
    town.feeds.list("2026-11-24", &[&again[..], &[paper("2611.09999", "New", 1)]].concat());
    // Neither leaving nor coming back makes a channel forget.
    d.slash("root", "/papers unsubscribe").await;
    d.slash("root", "/papers subscribe").await;
    town.world.tick_to("2026-11-30T09:00:00Z").await;
    let posted = town.posted("papers");
    assert_eq!(posted.len(), 2);
    // The twelfth of last week was not shown then.
    assert_eq!(papers(&posted[1]), ["1. Diffusion at Scale", "2. New"]);
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_roles_and_threads_are_the_channels_own() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    d.role("readers", 0);
    let said = d
        .slash("root", "/papers subscribe count:3 votes:30 include:agents, retrieval, attention exclude:Attention role:@readers threads:true")
        .await;
    assert_snapshot!(said, @"
    [ephemeral]
    #papers gets the week's papers every Monday at 09:00 (UTC): up to 3 papers with at least 30 upvotes, only about “agents” or “retrieval” or “attention”, nothing about “Attention”, ringing for @readers, with a thread below each digest. The next digest is due on Monday 23 November 2026, 09:00 (UTC).
    ");
    town.world.tick_to("2026-11-23T09:00:00Z").await;
    let posted = town.posted("papers");
    assert_eq!(papers(&posted[0]), ["1. Retrieval at Scale"]);
    assert!(posted[0].content.contains("Only 1 of this week’s papers fits the filters of this channel."));
    assert_eq!(posted[0].pings, ["@readers"]);
    let threads = d.threads("papers");
    assert_eq!(threads.len(), 1);
    assert_eq!(d.channel_name(threads[0]), "Papers of the week: 16 to 22 November 2026");
    let without = d.slash("root", "/papers subscribe threads:false include:none exclude:none votes:0").await;
    assert_snapshot!(without, @"
    [ephemeral]
    Changed: #papers gets the week's papers every Monday at 09:00 (UTC): up to 3 papers, ringing for @readers. The next digest is due on Monday 30 November 2026, 09:00 (UTC).
    ");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_delivered_ends() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    d.channel("doomed");
    d.slash("root", "/papers subscribe channel:#doomed").await;
    d.go("ann", "@cairn");
    d.slash("ann", "/papers subscribe").await;
    d.takes_dms("ann", false);
    d.remove_channel("doomed");
    for week in ["23", "30"] {
        town.world.tick_to(&format!("2026-11-{week}T09:00:00Z")).await;
    }
    assert_eq!(
        cairn::papers::subscriptions::count(&town.world.app.store).await.expect("a count"),
        1,
        "the channel is gone"
    );
    for day in ["07", "14"] {
        town.world.tick_to(&format!("2026-12-{day}T09:00:00Z")).await;
    }
    assert_eq!(
        cairn::papers::subscriptions::count(&town.world.app.store).await.expect("a count"),
        0,
        "three were refused"
    );
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_that_cannot_be_read_stops_no_other() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    d.channel("news");
    d.slash("root", "/papers subscribe").await;
    d.slash("root", "/papers subscribe channel:#news").await;
    super::run_sql(town.world.path(), "UPDATE paper_subscriptions SET zone = 'Mars/Phobos' WHERE id = 1").await;
    town.world.tick_to("2026-11-23T09:00:00Z").await;
    assert_eq!((town.posted("papers").len(), town.posted("news").len()), (0, 1));
    town.world.finish().await;
}
