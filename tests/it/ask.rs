//! `cairn ask`: triage from the command line.

use serde_json::Value;

use crate::world::beside::beside;
use crate::world::program::Cairn;

#[track_caller]
fn verdict(text: &str) -> Value {
    let cairn = Cairn::new();
    let verdict = cairn.run(&["ask", "--json", text]).json();
    assert!(!cairn.path().join("data").exists(), "a verdict needs no database");
    verdict
}

#[test]
fn each_track_is_answered_with_the_authors_words() {
    let table = [
        (
            "I'm in grade 11 and want to work in machine learning one day, what should I study?",
            "high-school",
            "grade 11",
        ),
        (
            "I've been a backend developer for five years. How do I become a machine learning engineer?",
            "engineer",
            "machine learning engineer",
        ),
        (
            "I'm finishing a maths degree and want to do a PhD in machine learning and publish papers. Where do I start?",
            "researcher",
            "PhD",
        ),
        (
            "I just want to learn some machine learning for fun and add it to my hobby project. Where do I start?",
            "hacker",
            "for fun",
        ),
    ];
    for (text, track, quote) in table {
        let v = verdict(text);
        assert_eq!((&v["track"], &v["action"]), (&track.into(), &"answer".into()), "{text}: {v}");
        let reasons = v["reasons"].as_array().expect("reasons");
        assert!(
            reasons.iter().any(|r| r["quote"].as_str().is_some_and(|q| q.contains(quote)) && r["for"] == track),
            "{v}"
        );
        for reason in reasons {
            let quote = reason["quote"].as_str().expect("a quote");
            assert!(text.contains(quote), "“{quote}” are not the author's words");
        }
        assert!(v["p"].as_f64().is_some_and(|p| (0.0..=1.0).contains(&p)));
        assert!(v["margin"].as_f64().is_some_and(|m| m >= 0.2));
    }
}

#[test]
fn a_text_without_a_signal_is_asked_back_once() {
    let v = verdict("how do I get into ML?");
    assert_eq!((&v["track"], &v["action"]), (&Value::Null, &"ask".into()));
    let choices = v["question"]["choices"].as_array().expect("choices");
    assert!(!choices.is_empty() && choices.len() <= 4);
    assert!(v["question"]["none"].is_string());
}

#[test]
fn who_asks_is_never_told_that_cairn_would_stay_silent() {
    let v = verdict("My CNN's loss is NaN after epoch 3");
    assert_eq!((&v["intent"], &v["action"]), (&"other".into(), &"ask".into()), "the intent is told, not tested");
    let cairn = Cairn::new();
    for text in ["My CNN's loss is NaN after epoch 3", "is it too late for me", "help"] {
        let out = cairn.run(&["ask", text]).well();
        assert!(
            out.contains("What would you like to do") && out.contains("cairn wiki") && !out.contains("silent"),
            "{out}"
        );
    }
    let joined = cairn.run(&["ask", "how", "do", "i", "get", "into", "ml"]).well();
    assert_eq!(joined, cairn.run(&["ask", "how do i get into ml"]).well());
}

#[test]
fn another_language_is_answered_in_that_language() {
    let out = Cairn::new().run(&["ask", "Comment devenir ingénieur en machine learning ?"]).well();
    assert!(out.contains("Lequel des quatre") && out.contains("cairn guides show engineer"), "{out}");
    assert!(out.trim_end().ends_with("- Aucun de ceux-ci: cairn wiki \"…\""), "no English at its end: {out}");
}

#[test]
fn a_person_is_shown_the_guide_the_reason_and_the_other_ways() {
    let cairn = Cairn::new();
    let out = cairn
        .run(&["ask", "I'm in grade 11 and want to work in machine learning one day, what should I study?"])
        .well();
    assert!(out.contains("because you said “grade 11”"), "{out}");
    assert!(out.contains("Read the whole guide (cairn guides show high-school)"), "{out}");
    for other in ["engineer", "researcher", "hacker"] {
        assert!(out.contains(&format!("(cairn guides show {other})")), "{out}");
    }
    assert_eq!(out.matches("\n1. ").count(), 1, "the first steps are there: {out}");
}

#[test]
fn the_degree_table_decides() {
    let v = verdict("I have a PhD in economics. How do I get into machine learning research?");
    assert_eq!(v["track"], "researcher");
    assert_eq!(v["research_row"]["degree"], "phd", "{v}");
    assert!(v["research_row"]["advice"].as_str().is_some_and(|a| a.len() > 20));
}

#[test]
fn a_stream_is_answered_line_by_line_in_order() {
    let lines = concat!(
        "{\"id\":\"a\",\"title\":\"How do I get into ML?\",\"body\":null}\n",
        "\n",
        "{\"id\":2,\"title\":\"\",\"body\":\"My CNN's loss is NaN after epoch 3\"}\n",
        "{\"id\":\"c\"}\n",
    );
    let cairn = Cairn::new();
    for args in [vec!["ask", "--jsonl"], vec!["ask", "--jsonl", "--fast"]] {
        let out = cairn.run_with(&args, lines.as_bytes()).well();
        let verdicts: Vec<Value> = out.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
        let ids: Vec<&Value> = verdicts.iter().map(|v| &v["id"]).collect();
        assert_eq!(ids, [&Value::from("a"), &Value::from(2), &Value::from("c")]);
        let actions: Vec<&Value> = verdicts.iter().map(|v| &v["action"]).collect();
        assert_eq!(actions, ["ask", "silent", "silent"]);
    }
}

#[test]
fn a_broken_line_is_named_and_the_rest_goes_on() {
    let mut input = b"{\"id\":1,\"body\":\"hi\"}\n{\"id\":2,\n".to_vec();
    input.extend(b"{\"id\":3,\"body\":\"\xff\"}\n{\"body\":\"no id\"}\n");
    input.extend(format!("{{\"id\":5,\"body\":\"{}\"}}\n", "a".repeat(1_000_000)).bytes());
    input.extend(b"{\"id\":6,\"title\":7}\n{\"id\":7,\"body\":\"last, without a line end\"}");
    let run = Cairn::new().run_with(&["ask", "--jsonl"], &input);
    assert_eq!(run.code, 1, "part of the work was not done");
    let ids: Vec<Value> =
        run.out.lines().map(|l| serde_json::from_str::<Value>(l).expect("JSON")["id"].clone()).collect();
    assert_eq!(ids, [1, 7]);
    let errors: Vec<&str> = run.err.lines().collect();
    let starts = [
        "Line 2 was left out: ",
        "Line 3 was left out: it is not UTF-8",
        "Line 4 was left out: ",
        "Line 5 was left out: That text has 1000000 characters",
        "Line 6 was left out: ",
    ];
    assert_eq!(errors.len(), starts.len(), "{errors:?}");
    for (error, start) in errors.iter().zip(starts) {
        assert!(error.starts_with(start), "{error}");
    }
}

#[test]
fn bad_input_gets_one_plain_sentence_and_the_right_code() {
    let cairn = Cairn::new();
    let sentence = cairn.run(&["ask", ""]).refused(2);
    assert_eq!(sentence, "There is nothing to read; write for example: cairn ask \"how do I get into ML?\"");
    assert_eq!(cairn.run_with(&["ask"], b" \n").refused(2), sentence);
    assert_eq!(
        cairn.run_with(&["ask"], "x".repeat(1_000_000).as_bytes()).refused(1),
        "That text has 1000000 characters, but Cairn reads at most 40000; shorten it."
    );
    assert_eq!(
        cairn.run_with(&["ask"], b"how do I get\xff into ML").refused(1),
        "Standard input is not UTF-8 text (byte 13); convert it to UTF-8 first."
    );
    assert_eq!(
        cairn.run(&["ask", "--frobnicate"]).refused(2),
        "Unexpected argument '--frobnicate' found; see `cairn ask --help`."
    );
    assert_eq!(cairn.run(&["juggle"]).refused(2), "Unrecognized subcommand 'juggle'; see `cairn --help`.");
    for (line, sentence) in [
        ("asc hello", "Unrecognized subcommand 'asc'; did you mean 'ask'? See `cairn --help`."),
        ("ask --jsn hi", "Unexpected argument '--jsn' found; did you mean '--json'? See `cairn ask --help`."),
        ("guides dif a", "Unrecognized subcommand 'dif'; did you mean 'diff'? See `cairn guides --help`."),
        ("guides diff", "The following required arguments were not provided: <PAGE>; see `cairn guides diff --help`."),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(cairn.run(&words).refused(2), sentence, "{line}");
    }
    let lines = "hello\n{\"id\": 1, \"body\": 5}\n";
    let run = cairn.run_with(&["ask", "--jsonl"], lines.as_bytes());
    assert_eq!(run.code, 1);
    assert!(run.err.contains("Line 1 was left out: it is not JSON (from column 1)."), "{}", run.err);
    assert!(run.err.contains("Line 2 was left out: it is JSON, but no post ("), "{}", run.err);
}

#[test]
fn help_shows_what_matters_to_the_command() {
    let cairn = Cairn::new();
    let help = |words: &[&str]| cairn.run(&[words, &["--help"]].concat()).well();
    let diff = help(&["guides", "diff"]);
    for there in ["[FROM]", "Everywhere:", "--data-dir", "--json"] {
        assert!(diff.contains(there), "{there} is missing in {diff}");
    }
    assert!(!diff.contains("--papers-hn-url") && !diff.contains("--discord-proxy"), "{diff}");
    let week = help(&["papers", "week"]);
    assert!(week.contains("--papers-hn-url") && !week.contains("--discord-proxy"), "{week}");
    for all in [help(&[]), help(&["run"])] {
        assert!(all.contains("Settings of what runs:") && all.contains("--web-url"), "{all}");
    }
    // What is not shown is understood all the same.
    cairn.run(&["guides", "list", "--web-url", "https://cairn.example"]).well();
}

#[test]
fn text_from_standard_input_is_read_like_an_argument() {
    let cairn = Cairn::new();
    let text = "How do I get a job as a machine learning engineer?";
    let piped = cairn.run_with(&["ask", "--json"], text.as_bytes()).json();
    assert_eq!(piped, cairn.run(&["ask", "--json", text]).json());
    assert_eq!(cairn.run(&["ask", "--json", "--title", text]).json()["action"], "answer");
}

/// The figures on the development posts, where they are; they are printed, and must stay near what
/// ARCHITECTURE.md says of them. They are of the words alone: a debug build needs seconds for the meaning of a text, and
/// `cairn triage eval` of a release measures that.
#[test]
fn measured_on_real_posts() {
    let Some(file) = beside("eval/triage_dev.jsonl") else { return };
    let text = std::fs::read(&file).expect("posts");
    let out = Cairn::new().run_with(&["ask", "--jsonl", "--fast"], &text).well();
    assert_eq!(out.lines().count(), text.iter().filter(|b| **b == b'\n').count(), "a verdict for each post");
    let figures = figures(&String::from_utf8_lossy(&text), &out);
    eprintln!("{figures:#?}");
    assert!(figures.auroc >= 0.90, "{figures:?}");
    assert!(figures.answer_precision >= 0.8 && figures.track_accuracy >= 0.8, "{figures:?}");
    assert!(figures.reacted_precision >= 0.75 && figures.reacted_recall >= 0.6, "{figures:?}");
}

/// Posts that one writer made up to mislead, without having seen the program or what it learns from: adverts, surveys,
/// stories and tools in beginners' words, and beginners in other words. Nothing was trained on them; they were among the
/// sets that were looked at when one of six models was chosen. Before these lessons, words alone had 0.74 and 0.56 here.
#[test]
fn measured_on_posts_made_up_to_mislead() {
    let text = include_str!("data/hard_posts_unseen.jsonl");
    let out = Cairn::new().run_with(&["ask", "--jsonl", "--fast"], text.as_bytes()).well();
    let figures = figures(text, &out);
    eprintln!("{figures:#?}");
    assert!(figures.auroc >= 0.75 && figures.reacted_precision >= 0.6, "{figures:?}");
}

#[derive(Debug)]
#[expect(dead_code, reason = "they are printed")]
struct Figures {
    posts: usize,
    auroc: f64,
    answer_precision: f64,
    answer_recall: f64,
    reacted_precision: f64,
    reacted_recall: f64,
    track_accuracy: f64,
}

/// Of the posts labelled with high confidence: how well `p` orders them, how right `answer`, and `answer`
/// or `ask`, are, and how often the track is right where there is a labelled one.
fn figures(labels: &str, verdicts: &str) -> Figures {
    let parse = |text: &str| text.lines().map(|l| serde_json::from_str::<Value>(l).expect("JSON")).collect::<Vec<_>>();
    let (labels, verdicts) = (parse(labels), parse(verdicts));
    let rows: Vec<(&Value, &Value)> =
        labels.iter().zip(&verdicts).filter(|(label, _)| label["confidence"] == "high").collect();
    let is_start = |label: &Value| label["is_getting_started"] == true;
    let p = |verdict: &Value| verdict["p"].as_f64().expect("p");
    let (yes, no): (Vec<_>, Vec<_>) = rows.iter().partition(|(label, _)| is_start(label));
    let pairs = yes.iter().flat_map(|(_, a)| {
        no.iter().map(|(_, b)| match p(a).total_cmp(&p(b)) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
    });
    let auroc = pairs.sum::<f64>() / (yes.len() * no.len()) as f64;
    let rate = |chosen: &dyn Fn(&Value) -> bool| {
        let hit = yes.iter().filter(|(_, v)| chosen(v)).count() as f64;
        let all = rows.iter().filter(|(_, v)| chosen(v)).count() as f64;
        (hit / all, hit / yes.len() as f64)
    };
    let (answer_precision, answer_recall) = rate(&|v| v["action"] == "answer");
    let (reacted_precision, reacted_recall) = rate(&|v| v["action"] != "silent");
    let tracked: Vec<_> = yes.iter().filter(|(label, _)| label["track"] != "unclear").collect();
    let right = tracked.iter().filter(|(label, v)| label["track"] == v["track"]).count() as f64;
    let track_accuracy = right / tracked.len() as f64;
    Figures {
        posts: rows.len(),
        auroc,
        answer_precision,
        answer_recall,
        reacted_precision,
        reacted_recall,
        track_accuracy,
    }
}
