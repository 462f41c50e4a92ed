//! Asking the sources: every fault that a network has, and what it costs them in requests.

use std::time::{Duration, Instant};

use cairn::papers::{Digest, Filter, Gathered, Missing, Pace, Source, fetch};

use super::{now, settings, week};
use crate::world::feeds::{Fault, Feeds, Place, paper};

/// As quick as a test may be, and still to be told apart.
const QUICK: Pace =
    Pace { arxiv: Duration::from_millis(150), pause: Duration::from_millis(20), silence: Duration::from_millis(1_500) };

/// A week with a paper on each working day.
async fn a_week() -> Feeds {
    let feeds = Feeds::start().await;
    for (day, votes) in [(9, 5), (10, 40), (11, 30), (12, 20), (13, 10)] {
        feeds
            .list(&format!("2026-11-{day:02}"), &[paper(&format!("2611.000{day:02}"), &format!("Paper {day}"), votes)]);
    }
    feeds
}

async fn asked(feeds: &Feeds) -> cairn::Result<Gathered> {
    let own = cairn::papers::Feeds::at_pace(&settings(feeds), QUICK).expect("a client");
    fetch(&own, week(), now()).await
}

fn order(gathered: &Gathered) -> Vec<(String, u32)> {
    let digest = Digest::of(gathered, "https://cairn.example");
    digest.entries.iter().map(|e| (e.id.to_string(), e.votes)).collect()
}

fn all() -> Vec<(String, u32)> {
    [("10", 40), ("11", 30), ("12", 20), ("13", 10), ("09", 5)]
        .map(|(d, votes)| (format!("2611.000{d}"), votes))
        .to_vec()
}

#[tokio::test]
async fn a_weekly_run_asks_little_and_keeps_the_pace() {
    let feeds = a_week().await;
    feeds.tag();
    let own = cairn::papers::Feeds::at_pace(&settings(&feeds), QUICK).expect("a client");
    let gathered = fetch(&own, week(), now()).await.expect("all sources answer");
    assert_eq!((order(&gathered), gathered.missing.as_slice()), (all(), &[][..]));

    // Hugging Face allows 500 in five minutes, arXiv one in three seconds.
    let paths = |place| feeds.requests_to(place).iter().map(|r| r.path.clone()).collect::<Vec<_>>();
    let days: Vec<String> = (9..=15).map(|d| format!("/api/daily_papers?date=2026-11-{d:02}&limit=100&p=0")).collect();
    assert_eq!(paths(Place::HuggingFace), days);
    assert_eq!(
        paths(Place::Arxiv),
        ["/api/query?id_list=2611.00010,2611.00011,2611.00012,2611.00013,2611.00009&max_results=5"]
    );
    let names = ["arxiv.org", "huggingface.co%2Fpapers", "alphaxiv.org"];
    let searches = names.map(|name| {
        format!(
            "/api/v1/search_by_date?query={name}&restrictSearchableAttributes=url&tags=story&hitsPerPage=1000\
             &numericFilters=created_at_i%3E=1793577600,created_at_i%3C1794819600"
        )
    });
    assert_eq!(paths(Place::HackerNews), searches);
    assert!(feeds.requests().iter().all(|r| r.agent.starts_with("cairn/") && r.agent.contains("https://")));
    assert!(feeds.requests().iter().all(|r| r.status == 200));

    // Asked again, each is told which version we have, and what has not changed is not sent again.
    feeds.forget();
    assert_eq!(fetch(&own, week(), now()).await.expect("all sources answer").papers, gathered.papers);
    assert!(feeds.requests().iter().all(|r| r.status == 304 && r.if_none_match.is_some()), "{:#?}", feeds.requests());
}

#[tokio::test]
async fn arxiv_is_asked_one_at_a_time_and_not_faster_than_it_wants() {
    let feeds = a_week().await;
    feeds.fail(Place::Arxiv, Fault::Status(503), 2);
    let own = cairn::papers::Feeds::at_pace(&settings(&feeds), QUICK).expect("a client");
    // Two runs at once share the one connection.
    let (one, two) = tokio::join!(fetch(&own, week(), now()), fetch(&own, week(), now()));
    assert!(one.expect("an answer").missing.is_empty() && two.expect("an answer").missing.is_empty());
    let asked = feeds.requests_to(Place::Arxiv);
    assert_eq!(asked.len(), 4);
    for pair in asked.windows(2) {
        let apart = pair[1].at.duration_since(pair[0].until.expect("an answer before the next request"));
        assert!(apart >= QUICK.arxiv, "only {apart:?} apart");
    }
    assert_eq!(cairn::papers::PACE.arxiv, Duration::from_secs(3));
}

#[tokio::test]
async fn what_passes_is_waited_out() {
    for fault in [
        Fault::TooMany { wait: 1 },
        Fault::Busy { wait: 1 },
        Fault::Status(500),
        Fault::Status(502),
        Fault::HalfABody,
        Fault::Cut,
        Fault::Html,
        Fault::Complaint,
        Fault::Silence,
    ] {
        let feeds = a_week().await;
        feeds.fail_at(Place::HuggingFace, "2026-11-10", fault, 1);
        let since = Instant::now();
        let gathered = asked(&feeds).await.unwrap_or_else(|e| panic!("{fault:?}: {e}"));
        assert_eq!((order(&gathered), gathered.missing.as_slice()), (all(), &[][..]), "{fault:?}");
        assert_eq!(feeds.requests_to(Place::HuggingFace).len(), 8, "{fault:?}");
        if matches!(fault, Fault::TooMany { .. } | Fault::Busy { .. }) {
            assert!(since.elapsed() >= Duration::from_secs(1), "{fault:?} was not waited for");
        }
    }
}

#[tokio::test]
async fn a_rest_that_is_asked_for_holds_the_next_request_back() {
    let feeds = a_week().await;
    feeds.fail_at(Place::HuggingFace, "2026-11-10", Fault::TooMany { wait: 1 }, 1);
    asked(&feeds).await.expect("an answer");
    let asked = feeds.requests_to(Place::HuggingFace);
    let busy = asked.iter().position(|r| r.status == 429).expect("a 429");
    assert!(asked[busy + 1].at.duration_since(asked[busy].at) >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_day_that_stays_away_is_named_and_the_rest_is_there() {
    let feeds = a_week().await;
    feeds.fail_at(Place::HuggingFace, "2026-11-10", Fault::Html, usize::MAX);
    let gathered = asked(&feeds).await.expect("the other days");
    assert_eq!(order(&gathered), all()[1..]);
    let day = "2026-11-10".parse().expect("a date");
    assert_eq!(gathered.missing, [Missing { source: Source::HuggingFace, days: vec![day] }]);
    let shown = Digest::of(&gathered, "https://cairn.example").filtered(&Filter::default()).to_string();
    assert!(shown.contains("Hugging Face could not be asked about 10 November."), "{shown}");
    assert!(shown.contains("Only 4 papers this week, as far as is known."), "{shown}");
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let feeds = a_week().await;
    feeds.fail_at(Place::HuggingFace, "2026-11-10", Fault::Endless, usize::MAX);
    let gathered = asked(&feeds).await.expect("the other days");
    let day = "2026-11-10".parse().expect("a date");
    assert_eq!(gathered.missing, [Missing { source: Source::HuggingFace, days: vec![day] }]);
    assert_eq!(feeds.requests_to(Place::HuggingFace).len(), 7, "it is not asked for again");
}

#[tokio::test]
async fn a_source_that_asks_for_a_long_rest_is_left_alone() {
    let feeds = a_week().await;
    feeds.fail(Place::HuggingFace, Fault::TooMany { wait: 3_600 }, usize::MAX);
    feeds.story(1, "https://arxiv.org/abs/2611.00012v1", 80, 12, now().as_second() - 86_400);
    let gathered = asked(&feeds).await.expect("Hacker News answers");
    // One for each of two days; then it counts as down.
    assert_eq!(feeds.requests_to(Place::HuggingFace).len(), 2);
    assert_eq!(gathered.missing, [Missing { source: Source::HuggingFace, days: vec![] }]);
}

#[tokio::test]
async fn one_source_down_leaves_the_others() {
    let whole = |source| Missing { source, days: vec![] };
    let feeds = a_week().await;
    feeds.story(7, "https://huggingface.co/papers/2611.00013", 120, 44, now().as_second() - 86_400);
    feeds.story(8, "https://arxiv.org/pdf/2611.00012v3.pdf", 15, 2, now().as_second() - 86_400);
    feeds.story(9, "https://example.org/", 900, 2, now().as_second() - 86_400);

    feeds.fail(Place::Arxiv, Fault::Complaint, usize::MAX);
    let gathered = asked(&feeds).await.expect("votes");
    assert_eq!((order(&gathered), gathered.missing), (all(), vec![whole(Source::Arxiv)]));
    assert_eq!(gathered.sightings.len(), 2);
    // What arXiv does not take, it will not take a second time either; only parts of it are asked for again.
    let lists: Vec<String> = feeds.requests_to(Place::Arxiv).into_iter().map(|asked| asked.path).collect();
    let once: std::collections::BTreeSet<&String> = lists.iter().collect();
    assert!(once.len() == lists.len() && lists.len() <= 12, "{lists:?}");

    feeds.recover();
    feeds.fail(Place::HackerNews, Fault::Html, usize::MAX);
    let gathered = asked(&feeds).await.expect("votes");
    assert_eq!((order(&gathered), gathered.missing), (all(), vec![whole(Source::HackerNews)]));

    // Without votes, what people talk about elsewhere is all there is.
    feeds.recover();
    feeds.fail(Place::HuggingFace, Fault::Status(503), usize::MAX);
    let gathered = asked(&feeds).await.expect("sightings");
    assert_eq!(order(&gathered), [("2611.00013".to_owned(), 0), ("2611.00012".to_owned(), 0)]);
    assert_eq!(gathered.missing, [whole(Source::HuggingFace)]);
    let shown = Digest::of(&gathered, "https://cairn.example").filtered(&Filter::default()).to_string();
    for said in [
        "Hugging Face could not be asked, so the votes are missing.",
        "Ordered by points at Hacker News.",
        "### 1. Paper 13",
        "on [Hacker News](https://news.ycombinator.com/item?id=7) with 120 points",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
}

#[tokio::test]
async fn all_down_is_an_error_to_try_again_after() {
    let feeds = a_week().await;
    for place in [Place::HuggingFace, Place::HackerNews, Place::Arxiv] {
        feeds.fail(place, Fault::Status(502), usize::MAX);
    }
    assert!(matches!(asked(&feeds).await, Err(cairn::Error::Fault(_))));
    // Nobody is hammered: four times for each of two days, four times for the search.
    assert!(feeds.requests().len() <= 12, "{}", feeds.requests().len());
    feeds.recover();
    assert_eq!(order(&asked(&feeds).await.expect("all are back")), all());
}

#[tokio::test]
async fn an_empty_week_is_no_fault() {
    let feeds = Feeds::start().await;
    let gathered = asked(&feeds).await.expect("the sources answer");
    assert!(gathered.papers.is_empty() && gathered.missing.is_empty());
    assert!(feeds.requests_to(Place::Arxiv).is_empty(), "there is nothing to ask about");
    let shown = Digest::of(&gathered, "https://cairn.example").filtered(&Filter::default()).to_string();
    assert_eq!(shown, "**Papers of the week: 9 to 15 November 2026**\n\nNo papers were listed this week.");
}

#[tokio::test]
async fn an_empty_week_is_known_to_be_empty_only_from_all_its_days() {
    let feeds = Feeds::start().await;
    feeds.story(7, "https://arxiv.org/abs/2611.00013", 120, 44, now().as_second() - 86_400);
    feeds.story(8, "https://arxiv.org/abs/2610.00001", 300, 44, now().as_second() - 9 * 86_400);
    feeds.fail(Place::HackerNews, Fault::Status(404), usize::MAX);
    let gathered = asked(&feeds).await.expect("Hugging Face says that there is nothing");
    assert!(gathered.papers.is_empty());
    feeds.fail_at(Place::HuggingFace, "2026-11-10", Fault::Status(404), usize::MAX);
    assert!(matches!(asked(&feeds).await, Err(cairn::Error::Fault(_))));
    feeds.recover();
    // What was talked about the week before is not this week's.
    feeds.fail(Place::HuggingFace, Fault::Status(404), usize::MAX);
    assert_eq!(order(&asked(&feeds).await.expect("sightings")), [("2611.00013".to_owned(), 0)]);
}

#[tokio::test]
async fn one_paper_is_looked_up() {
    let feeds = Feeds::start().await;
    feeds.know(paper("1706.03762", "Attention is all you need", 0));
    let own = cairn::papers::Feeds::at_pace(&settings(&feeds), QUICK).expect("a client");
    let look_up = async |id: &str| cairn::papers::look_up(&own, &id.parse().expect("an id")).await;
    let found = look_up("https://arxiv.org/pdf/1706.03762v7").await.expect("an answer").expect("a paper");
    assert_eq!((found.title.as_str(), found.authors.len(), found.votes), ("Attention is all you need", 2, 0));
    assert_eq!(look_up("2611.00001").await.expect("an answer"), None);
    feeds.fail(Place::Arxiv, Fault::Complaint, 1);
    assert!(matches!(look_up("2611.00001").await, Err(cairn::Error::Fault(_))));
}

#[tokio::test]
async fn days_to_come_are_not_asked_about() {
    let feeds = a_week().await;
    let own = cairn::papers::Feeds::at_pace(&settings(&feeds), QUICK).expect("a client");
    let wednesday = "2026-11-11T12:00:00Z".parse().expect("an instant");
    let gathered = fetch(&own, week(), wednesday).await.expect("an answer");
    assert_eq!((gathered.papers.len(), feeds.requests_to(Place::HuggingFace).len()), (3, 3));
}

#[tokio::test]
async fn long_days_come_page_by_page() {
    let feeds = a_week().await;
    let many: Vec<_> = (0..230).map(|n| paper(&format!("2611.1{n:04}"), &format!("Paper {n}"), n)).collect();
    feeds.list("2026-11-11", &many);
    let gathered = asked(&feeds).await.expect("an answer");
    assert_eq!(gathered.papers.len(), 234);
    assert_eq!(feeds.requests_to(Place::HuggingFace).len(), 9);
    assert_eq!(order(&gathered)[0], ("2611.10229".to_owned(), 229));
}

#[tokio::test]
async fn votes_are_those_of_the_moment() {
    let feeds = a_week().await;
    feeds.tag();
    let own = cairn::papers::Feeds::at_pace(&settings(&feeds), QUICK).expect("a client");
    let before = order(&fetch(&own, week(), now()).await.expect("an answer"));
    feeds.list("2026-11-09", &[paper("2611.00009", "Paper 9", 500)]);
    let after = order(&fetch(&own, week(), now()).await.expect("an answer"));
    assert_eq!((before[0].1, after[0].clone()), (40, ("2611.00009".to_owned(), 500)));
}

#[tokio::test]
async fn arxiv_knows_better_and_knows_what_was_withdrawn() {
    let feeds = a_week().await;
    let mut better = paper("2611.00010", "Paper ten, as it is called now", 0);
    better.published = "2020-01-01T00:00:00Z".to_owned();
    feeds.know(better);
    let mut gone = paper("2611.00011", "Paper 11", 0);
    gone.summary = "This paper has been withdrawn by the authors due to an error.".to_owned();
    feeds.know(gone);
    feeds.vanish("2611.00012");
    let gathered = asked(&feeds).await.expect("an answer");
    let digest = Digest::of(&gathered, "https://cairn.example");
    let first = &digest.entries[0];
    assert_eq!(first.title, "Paper ten, as it is called now");
    assert_eq!(first.published.map(|at| at.to_string()).as_deref(), Some("2026-11-13T00:00:00Z"));
    let ids: Vec<&str> = digest.entries.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids, ["2611.00010", "2611.00012", "2611.00013", "2611.00009"]);
}

#[tokio::test]
async fn one_bad_item_never_loses_the_others() {
    let feeds = a_week().await;
    let good = paper("2611.00010", "Paper 10", 40).item();
    let mut numberless = paper("2611.00014", "Paper 14", 0).item();
    numberless["paper"]["upvotes"] = serde_json::json!("many");
    let bad = [
        serde_json::json!("{'paper': {'id': '2611.00099'}}"),
        serde_json::json!(null),
        serde_json::json!({ "paper": null }),
        serde_json::json!({ "paper": { "title": "No id" } }),
        serde_json::json!({ "paper": { "id": "blog/a-post", "title": "Not at arXiv", "upvotes": 900 } }),
        serde_json::json!({ "paper": { "id": "2611.00098", "authors": 7 } }),
    ];
    feeds.list_items("2026-11-10", bad.into_iter().chain([good, numberless]).collect());
    let gathered = asked(&feeds).await.expect("an answer");
    let mut expected = all();
    expected.push(("2611.00014".to_owned(), 0));
    assert_eq!(order(&gathered), expected);
}

#[tokio::test]
async fn an_id_that_arxiv_does_not_take_loses_no_other() {
    for says_which in [true, false] {
        let feeds = a_week().await;
        feeds.know(paper("2611.00010", "Paper ten, as it is called now", 0));
        feeds.know(paper("2611.00009", "Paper nine, as it is called now", 0));
        feeds.refuse("2611.00012", says_which);
        let gathered = asked(&feeds).await.expect("an answer");
        assert_eq!((order(&gathered), gathered.missing.as_slice()), (all(), &[][..]));
        let renamed = gathered.papers.iter().filter(|p| p.title.ends_with("as it is called now")).count();
        assert_eq!(renamed, 2);
        assert!(feeds.requests_to(Place::Arxiv).len() <= if says_which { 2 } else { 7 });
    }
}

#[tokio::test]
async fn nobody_sends_us_elsewhere() {
    let feeds = a_week().await;
    feeds.fail(Place::HuggingFace, Fault::Away("http://127.0.0.1:1/"), usize::MAX);
    feeds.story(7, "https://arxiv.org/abs/2611.00013", 120, 44, now().as_second() - 86_400);
    let gathered = asked(&feeds).await.expect("Hacker News answers");
    assert_eq!(gathered.missing, [Missing { source: Source::HuggingFace, days: vec![] }]);
    // It is no fault that may pass, so no day is asked for twice.
    assert_eq!(feeds.requests_to(Place::HuggingFace).len(), 7);
    feeds.recover();
    feeds.fail(Place::HuggingFace, Fault::Compressed, 1);
    let gathered = asked(&feeds).await.expect("the other days");
    assert_eq!(gathered.missing.len(), 1);
    assert!(feeds.requests().iter().all(|asked| asked.encoding == "identity"), "{:#?}", feeds.requests());
}
