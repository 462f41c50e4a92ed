//! The archive in a browser and in a feed reader.

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{Town, twelve};
use crate::world::feeds::paper;

/// The web page of a town, on a port of its own.
struct Site {
    base: String,
    _stop: watch::Sender<bool>,
}

impl Site {
    async fn of(town: &Town) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(cairn::web::serve(town.world.app.clone(), listener, None, stopped));
        Self { base, _stop: stop }
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.ask(path, None).await;
        (status, body)
    }

    /// Status, version and body.
    async fn ask(&self, path: &str, version: Option<&str>) -> (u16, String, String) {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let mut request = client.get(format!("{}{path}", self.base));
        if let Some(version) = version {
            request = request.header("If-None-Match", version);
        }
        let response = request.send().await.expect("an answer");
        let header =
            |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let (status, tag) = (response.status().as_u16(), header("etag"));
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        let place = header("location");
        let body = response.text().await.expect("a body");
        (status, tag, format!("{place}{body}"))
    }
}

/// Two weeks, one with a title that would be markup, and the running one.
async fn town() -> Town {
    let town = Town::at("2026-11-23T09:00:00Z").await;
    let evil = paper("2611.09001", "<script>alert(1)</script> [x](https://evil.example) & @everyone", 5_000);
    town.feeds.list("2026-11-11", &[&twelve("2610")[..], &[evil]].concat());
    for week in ["2026-W47", "2026-W46"] {
        town.world.discord.slash("ann", &format!("/papers week week:{week}")).await;
    }
    town.feeds.list("2026-11-23", &[paper("2612.00001", "Running", 1)]);
    town.world.discord.slash("root", "/papers subscribe").await;
    town.world.discord.slash("root", "/mod digest preview").await;
    town
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weeks_are_pages() {
    let town = town().await;
    let site = Site::of(&town).await;
    let (status, list) = site.get("/papers").await;
    assert_eq!(status, 200);
    let at = |part: &str| list.find(part).unwrap_or_else(|| panic!("{part} is not in {list}"));
    assert!(at("/papers/2026-W48") < at("/papers/2026-W47") && at("/papers/2026-W47") < at("/papers/2026-W46"));
    assert!(at("(so far)") < at("/papers/2026-W47"));
    // Nobody counts weeks: months, days, how many papers, and the first of them.
    for part in ["<h2>November 2026</h2>", ">16 to 22 November</a>", "<p>12 papers. Most wanted: Weather at Scale</p>"]
    {
        at(part);
    }
    let (status, week) = site.get("/papers/2026-W47").await;
    assert_eq!(status, 200);
    for part in [
        "Papers of the week: 16 to 22 November 2026",
        "id=\"arxiv-2611.00012\"",
        "<h1>16 to 22 November 2026</h1>",
        "Weather at Scale",
        "<b>120</b> <span>votes</span>",
        "https://arxiv.org/pdf/2611.00012",
        // The eleventh and twelfth, folded.
        "<summary>2 more papers of this week</summary>",
        "Agents at Scale",
        "href=\"/papers/2026-W46\"",
        "href=\"/papers/2026-W48\"",
        "Votes of",
    ] {
        assert!(week.contains(part), "{part} is not in {week}");
    }
    let (above, below) = week.split_once("arxiv-2611.00012").expect("the first paper");
    assert!(
        above.contains("← 9 to 15 November") && below.contains("23 to 29 November →"),
        "the way on is above and below"
    );
    // Abstracts are folded after the third paper.
    assert_eq!(week.matches("<summary>Abstract</summary>").count(), 7, "{week}");
    assert!(!week.contains("<details open"), "{week}");
    let (_, evil) = site.get("/papers/2026-W46").await;
    assert!(evil.contains("&lt;script&gt;alert(1)") && !evil.contains("<script") && !evil.contains("evil.example\">"));
    assert_eq!(site.get("/papers/2026w47").await, (303, "/papers/2026-W47".to_owned()));
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_start_page_names_the_newest_week_by_its_dates_while_it_is_news() {
    let town = town().await;
    let site = Site::of(&town).await;
    let link = "<a href=\"/papers/2026-W47\">Which papers came out? Those of 16 to 22 November 2026</a>";
    let (_, home) = site.get("/").await;
    assert!(home.contains(link), "{home}");
    town.world.tick_to("2026-12-13T09:00:00Z").await;
    let (_, home) = site.get("/").await;
    assert!(!home.contains("16 to 22 November"), "three weeks later it is old: {home}");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weeks_that_are_not_there_are_answered_with_the_nearest() {
    let town = town().await;
    let site = Site::of(&town).await;
    for (path, said) in [
        ("/papers/2026-W40", "href=\"/papers/2026-W46\">9 to 15 November 2026</a>"),
        ("/papers/2030-W01", "href=\"/papers/2026-W48\">23 to 29 November 2026</a>"),
        ("/papers/2025-W53", "2025 has no week 53; its weeks are 2025-W01 to 2025-W52."),
        ("/papers/%3Cb%3E", "“&lt;b&gt;” is no week; write the year and the number of the week, for example 2026-W47."),
    ] {
        let (status, body) = site.get(path).await;
        assert_eq!(status, 404, "{path}");
        assert!(body.contains(said), "{path}: {body}");
    }
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_archive_is_searched_in_a_browser() {
    let town = town().await;
    let site = Site::of(&town).await;
    let (status, found) = site.get("/papers?q=robots").await;
    assert!(status == 200 && found.contains("href=\"/papers/2026-W47#arxiv-2611.00006\""), "{found}");
    let (status, found) = site.get("/papers?q=2610.00006v2").await;
    assert!(status == 200 && found.contains("href=\"/papers/2026-W46#arxiv-2610.00006\""), "{found}");
    for hostile in ["%22+OR+1%3D1+--", "NEAR%28a+b%29", "title%3Ax%2A"] {
        let (status, body) = site.get(&format!("/papers?q={hostile}")).await;
        assert!(status == 200 && body.contains("No paper of the archive"), "{hostile}: {status} {body}");
    }
    for nothing in ["%22%2A", "%00%27%3B"] {
        let (status, body) = site.get(&format!("/papers?q={nothing}")).await;
        assert!(status == 422 && body.contains("Write at least one word"), "{body}");
    }
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_is_valid_and_sent_once() {
    let town = town().await;
    let site = Site::of(&town).await;
    let (status, version, feed) = site.ask("/papers/feed.atom", None).await;
    assert_eq!(status, 200);
    let (mut open, mut names) = (Vec::new(), Vec::new());
    let mut reader = quick_xml::Reader::from_str(&feed);
    loop {
        use quick_xml::events::Event;
        match reader.read_event().unwrap_or_else(|why| panic!("no XML: {why}\n{feed}")) {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                names.push([open.as_slice(), std::slice::from_ref(&name)].concat().join("/"));
                open.push(name);
            }
            Event::End(_) => drop(open.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    let count = |path: &str| names.iter().filter(|name| *name == path).count();
    // What RFC 4287 demands, once each; the running week is no entry yet.
    for (path, times) in [
        ("feed/id", 1),
        ("feed/title", 1),
        ("feed/updated", 1),
        ("feed/author/name", 1),
        ("feed/entry", 2),
        ("feed/entry/id", 2),
        ("feed/entry/title", 2),
        ("feed/entry/updated", 2),
        ("feed/entry/content", 2),
    ] {
        assert_eq!(count(path), times, "{path} in {feed}");
    }
    for part in [
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"https://cairn.example/papers/feed.atom\"/>",
        "<id>urn:uuid:",
        "href=\"https://cairn.example/papers/2026-W47\"",
        "https://cairn.example/guides/reading-papers#the-three-passes",
        "<updated>2026-11-23T09:00:00Z</updated>",
        "Weather at Scale",
    ] {
        assert!(feed.contains(part), "{part} is not in {feed}");
    }
    // No change of address makes known entries new.
    assert!(!feed.contains("<id>http"), "{feed}");
    assert!(!feed.contains("<script") && !feed.contains("&lt;script"), "{feed}");
    let same = site.ask("/papers/feed.atom", Some(&version)).await;
    assert_eq!((same.0, same.1.as_str(), same.2.as_str()), (304, version.as_str(), ""));
    assert_eq!(site.ask("/papers/feed.atom", Some("\"another\"")).await.0, 200);
    // A week that is fetched again, under another address, and is as it was, is no news.
    let week = "2026-W47".parse().expect("a week");
    let (store, own) = (&town.world.app.store, town.world.app.feeds().expect("sources"));
    let then = "2026-11-23T12:00:00Z".parse().expect("an instant");
    cairn::papers::archive::since(store, (own, "https://other.example"), week, then, then).await.expect("a week");
    assert_eq!(site.ask("/papers/feed.atom", Some(&version)).await.0, 304);
    // Nor is one without papers, which is not offered.
    town.world.discord.slash("ann", "/papers week week:2026-W45").await;
    assert_eq!(site.ask("/papers/feed.atom", Some(&version)).await.0, 304);
    assert!(!site.get("/papers").await.1.contains("/papers/2026-W45"));
    town.feeds.list("2026-10-28", &[paper("2610.00099", "An older one", 5)]);
    town.world.discord.slash("ann", "/papers week week:2026-W44").await;
    assert_eq!(site.ask("/papers/feed.atom", Some(&version)).await.0, 200, "a new week is a new version");
    town.world.finish().await;
}
