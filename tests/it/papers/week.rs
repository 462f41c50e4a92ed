//! `cairn papers week`, as a user calls it.

use std::path::Path;

use crate::world::feeds::{Fault, Feeds, Place, paper};
use crate::world::program::{Cairn, Run};

/// Writes a day of recorded papers.
pub fn record(folder: &Path, date: &str, papers: &[crate::world::feeds::Listed]) {
    let items: Vec<_> = papers.iter().map(crate::world::feeds::Listed::item).collect();
    std::fs::write(folder.join(format!("{date}.json")), serde_json::json!(items).to_string()).expect("a file");
}

pub fn recorded(cairn: &Cairn, week: &str, more: &[&str]) -> Run {
    let base = ["papers", "week", week, "--from", ".", "--web-url", "https://cairn.example"];
    cairn.run(&base.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
}

#[test]
fn a_recorded_week_is_ranked() {
    let cairn = Cairn::new();
    let with = |id: &str, votes, comments, published: &str| {
        let mut listed = paper(id, &format!("On\n  {id}"), votes);
        (listed.comments, listed.published) = (comments, published.to_owned());
        listed
    };
    // Ties: comments, then the earlier, then the id. Twice listed: the highest votes. Another version: the same paper.
    record(
        cairn.path(),
        "2026-12-28",
        &[
            with("2612.00001", 5, 0, "2026-12-20T00:00:00Z"),
            with("2612.00003", 7, 1, "2026-12-20T00:00:00Z"),
            with("2612.00002", 7, 1, "2026-12-20T00:00:00Z"),
        ],
    );
    let mut gone = with("2612.00009", 99, 9, "2026-12-20T00:00:00Z");
    gone.withdrawn = true;
    record(
        cairn.path(),
        "2027-01-03",
        &[
            with("2612.00004", 7, 1, "2026-12-19T00:00:00Z"),
            with("2612.00005", 7, 2, "2026-12-30T00:00:00Z"),
            with("2612.00001v2", 8, 0, "2026-12-20T00:00:00Z"),
            gone,
        ],
    );
    // The next week's are not this week's.
    record(cairn.path(), "2027-01-04", &[with("2612.00006", 70, 2, "2026-12-30T00:00:00Z")]);
    let json = recorded(&cairn, "2026-W53", &["--json"]).json();
    let ids: Vec<&str> =
        json.as_array().expect("a list").iter().map(|p| p["arxiv_id"].as_str().expect("an id")).collect();
    assert_eq!(ids, ["2612.00001", "2612.00005", "2612.00004", "2612.00002", "2612.00003"]);
    let first = serde_json::json!({ "rank": 1, "arxiv_id": "2612.00001", "title": "On 2612.00001v2", "votes": 8, "comments": 0 });
    assert_eq!(json[0], first);
    assert!(!cairn.path().join("data").exists(), "a ranking needs no database");
}

#[test]
fn a_digest_reads_well() {
    let cairn = Cairn::new();
    let mut first = paper("2608.00001", r"Diffusion in $\mathcal{O}(n^2)$: a \emph{new} look", 312);
    first.summary =
        r"We study \textbf{diffusion} models, e.g. those of Ho et al. It takes $\approx 3.5$ steps. The rest is long."
            .into();
    first.authors = ["A", "B", "C", "D", "E"].map(String::from).to_vec();
    (first.comments, first.code) = (41, Some("https://github.com/a/b_c".into()));
    let mut second = paper("2608.00002", "[Free GPUs](https://evil.example) @everyone *now*", 1);
    second.summary = "One sentence. <b>Two</b>.".into();
    record(cairn.path(), "2026-08-17", &[first, second]);
    let shown = recorded(&cairn, "2026-W34", &[]).well().replace('\u{200b}', "(no width)");
    insta::assert_snapshot!(shown, @r"
    Papers of the week: 17 to 23 August 2026

    Only 2 papers this week.

    Ordered by upvotes at Hugging Face; other places are evidence.

    How to read one: a glance, then the argument, then the details. The guide explains the three passes (https://cairn.example/guides/reading-papers#the-three-passes).

    1. Diffusion in O(n²): a new look

    A, B, C and 2 more · 13 November 2026 · 312 upvotes, 41 comments

    We study diffusion models, e.g. those of Ho et al. It takes ≈ 3.5 steps. The rest is long.

    abstract (https://arxiv.org/abs/2608.00001) · PDF (https://arxiv.org/pdf/2608.00001) · code (https://github.com/a/b_c) · intermediate · in the wiki: Specialisation: generative models (https://cairn.example/guides/skills#specialisation-generative-models)

    2. [Free GPUs](https://evil.example) @(no width)everyone *now*

    Ada Lovelace and Alan Turing · 13 November 2026 · 1 upvote

    One sentence. <b>Two</b>.

    abstract (https://arxiv.org/abs/2608.00002) · PDF (https://arxiv.org/pdf/2608.00002) · advanced
    ");
}

#[test]
fn each_bad_input_is_one_sentence() {
    let cairn = Cairn::new();
    std::fs::write(cairn.path().join("2026-08-18.json"), "{\"data\": []}").expect("a file");
    std::fs::write(cairn.path().join("2026-08-19.json"), "[{\"paper\": ").expect("a file");
    std::fs::write(cairn.path().join("2026-08-20.json"), "[\"text\", \"text\"]").expect("a file");
    record(cairn.path(), "2026-08-21", &[paper("2608.00001", "Good", 1)]);
    let run = recorded(&cairn, "2026-W34", &["--json"]);
    insta::assert_snapshot!(run.err, @r"
    ./2026-08-18.json was skipped: it is an object, not a list of papers.
    ./2026-08-19.json was skipped: it ends too early.
    ./2026-08-20.json: 2 of 2 items left out: a text instead of an object.
    ");
    assert_eq!(run.json().as_array().map(Vec::len), Some(1));
    let table = [
        (vec!["papers", "week", "2026-W54"], 2, "2026 has no week 54; its weeks are 2026-W01 to 2026-W53."),
        (vec!["papers", "week", "2025-W53"], 2, "2025 has no week 53; its weeks are 2025-W01 to 2025-W52."),
        (
            vec!["papers", "week", "last week"],
            2,
            "“last week” is no week; write the year and the number of the week, for example 2026-W47.",
        ),
        (
            vec!["--now", "2026-11-18T12:00:00Z", "papers", "week", "2026-W48"],
            1,
            "2026-W48 has not begun yet; ask for 2026-W47 or an earlier week.",
        ),
        (
            vec!["papers", "week", "--from", "nowhere"],
            1,
            "nowhere cannot be read (no such file or directory); name a folder of YYYY-MM-DD.json files.",
        ),
    ];
    for (args, code, sentence) in table {
        assert_eq!(cairn.run(&args).refused(code), sentence);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_week_before_now_is_asked_for() {
    let feeds = Feeds::start().await;
    feeds.list("2026-11-10", &[paper("2611.00001", "A paper", 12)]);
    feeds.fail(Place::HuggingFace, Fault::TooMany { wait: 1 }, 1);
    let cairn = Cairn::new();
    let ask = || {
        let mut command = cairn.command(&["papers", "week", "--json"]);
        command.envs(feeds.settings()).env("CAIRN_NOW", "2026-11-16T00:00:00Z");
        tokio::task::block_in_place(|| crate::world::program::finish(command, b""))
    };
    let json = ask().json();
    assert_eq!((json[0]["arxiv_id"].as_str(), json[0]["votes"].as_u64()), (Some("2611.00001"), Some(12)));
    for place in [Place::HuggingFace, Place::HackerNews] {
        feeds.fail(place, Fault::TooMany { wait: 3_600 }, usize::MAX);
    }
    let run = ask();
    // One sentence, without a line of a log.
    let told = run.err.trim_end().to_owned();
    assert_eq!(
        (run.code, told.as_str()),
        (
            1,
            "The papers of 2026-W46 could not be fetched (Hugging Face: the answer was 429; Hacker News: the answer was 429). Check the connection and try again later."
        )
    );
}

#[test]
fn papers_lead_to_the_sections_that_explain_their_subject() {
    let table = [
        ("PPO, again", "Reinforcement learning"),
        ("Faster text-to-image", "Specialisation: generative models"),
        ("Better object detection", "Specialisation: computer vision"),
        ("New text-to-speech", "Specialisation: voice and audio"),
        ("How an LLM counts", "AI engineering: building with large language models"),
        ("RAG at work", "RAG"),
        ("Tool calling", "What should you know about large language models?"),
        ("A 4-bit KV cache", "How much GPU memory do you need?"),
        ("Mechanistic circuits", "Classics: trust, data and honest engineering"),
        ("Test set contamination", "Data leakage"),
        ("A benchmark of everything", "How do you judge what a paper claims?"),
        ("Annotation by many", "How do you label data well?"),
        ("Tabular surprises", "Classics: methods that aren't neural networks"),
        ("A new optimizer", "Classics: how neural networks are trained"),
        ("Demographic bias in hiring", "Who works on fairness, safety and meaning?"),
        ("Humanoid robots that fall", "Specialisation: reinforcement learning"),
        ("Transformers without softmax", "Attention"),
        ("Chess by search", "Are there contests for games and bots?"),
        // A digest names each section once, so this stands in another week than tool calling.
        ("Fine-tuning on little data", "What should you know about large language models?"),
    ];
    let cairn = Cairn::new();
    for (week, part) in ["2026-08-17", "2026-08-24"].iter().zip(table.chunks(10)) {
        let listed = (0..10).zip(part).map(|(n, (title, _))| {
            let mut listed = paper(&format!("2608.0000{n}"), title, 50 - n);
            listed.summary = "Short.".into();
            listed
        });
        record(cairn.path(), week, &listed.collect::<Vec<_>>());
    }
    let shown = ["2026-W34", "2026-W35"].map(|week| recorded(&cairn, week, &[]).well()).concat();
    let lead = |title: &str| {
        let entry = shown.split_once(title).map(|(_, rest)| rest).unwrap_or_default();
        let links = entry.split("\n\n").nth(3).unwrap_or_default().to_owned();
        let section = links.split("in the wiki: ").nth(1).unwrap_or_default().split(" (").next().unwrap_or_default();
        section.to_owned()
    };
    let found: Vec<(&str, String)> = table.iter().map(|(title, _)| (*title, lead(title))).collect();
    assert_eq!(found, table.map(|(title, section)| (title, section.to_owned())));
    // A digest names each section once, however many papers touch it.
    record(
        cairn.path(),
        "2026-08-31",
        &["Tool calling", "Fine-tuning on little data", "Tool calling, again"].map(|title| {
            let mut listed = paper(&format!("2608.1000{}", title.len() % 10), title, 9);
            listed.summary = "Short.".into();
            listed
        }),
    );
    let shown = recorded(&cairn, "2026-W36", &[]).well();
    assert_eq!(shown.matches("What should you know about large language models? (").count(), 1, "{shown}");
    // So is a level that most of them have.
    assert_eq!(shown.matches("intermediate").count(), 1, "{shown}");
}
