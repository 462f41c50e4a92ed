//! `cairn mine`: an exported history becomes a list of frequent questions.

use std::fs;

use serde_json::{Value, json};

use crate::world::program::{Cairn, Run};

/// Posts and messages of an invented community.
fn dump() -> String {
    let posts = [
        json!({"id": "r1", "title": "What laptop do I need to start learning machine learning?", "selftext": "I am a beginner, see https://shop.example/ann"}),
        json!({"id": "r2", "title": "I want to start learning machine learning, which laptop do I need?", "selftext": "I am a complete beginner and have no experience."}),
        json!({"id": "r3", "title": "Complete beginner: what laptop do I need to learn machine learning?", "selftext": "Where do I start?", "author": "quillfeather"}),
        json!({"id": "d1", "content": "How much math do I need to get started with machine learning? I'm a total beginner"}),
        json!({"id": "d2", "content": "I'm Priya, how much math do I need to start learning machine learning? mail priya.k@mail.example", "author": {"name": "priyak"}}),
        json!({"id": "r3", "title": "Complete beginner: what laptop do I need to learn machine learning?", "selftext": "Where do I start?"}),
        json!({"id": "r4", "title": "How do I start machine learning? zzgone", "selftext": "[removed]"}),
        json!({"id": "r5", "title": "How do I start machine learning? zzsad", "selftext": "I want to kill myself."}),
        json!({"id": "r6", "title": "Loss is NaN after epoch 3", "selftext": "CUDA 12, batch size 64."}),
    ];
    posts.map(|post| post.to_string()).join("\n")
}

fn mine(cairn: &Cairn, text: &str, args: &[&str]) -> Run {
    fs::write(cairn.path().join("dump.jsonl"), text).expect("a file");
    cairn.run(&[&["mine", "dump.jsonl"], args].concat())
}

#[test]
fn an_export_becomes_an_faq_and_nothing_is_kept() {
    let cairn = Cairn::new();
    let faq = mine(&cairn, &dump(), &["--json"]).json();
    assert_eq!((&faq["read"], &faq["getting_started"]), (&json!(9), &json!(5)), "{faq}");
    let left_out = &faq["left_out"];
    assert_eq!(
        [&left_out["deleted"], &left_out["danger"], &left_out["repeated"]],
        [1, 1, 1].map(|n| json!(n)).each_ref()
    );
    let questions = faq["questions"].as_array().expect("questions");
    assert_eq!(questions.iter().map(|q| q["size"].as_u64()).collect::<Vec<_>>(), [Some(3), Some(2)], "{faq}");
    assert!(questions[0]["titles"][0].as_str().is_some_and(|title| title.contains("laptop")), "{faq}");
    assert_eq!(questions[0]["nearest"]["page"], "hardware", "{faq}");
    let text = faq.to_string().to_lowercase();
    for private in ["priya", "mail.example", "shop.example", "quillfeather", "zzgone", "zzsad"] {
        assert!(!text.contains(private), "{private} is shown: {text}");
    }
    assert!(!cairn.path().join("data").exists(), "an export leaves nothing behind");
}

#[test]
fn people_read_it_and_see_what_the_wiki_lacks() {
    let lacks = "get into ML for zorbing quodlibets beekeeping";
    let lacking =
        json!({"title": lacks, "selftext": "Complete beginner, I want to learn machine learning. Where do I start?"});
    let text = format!("{}\n{lacking}\n{lacking}\n", dump());
    let out = mine(&Cairn::new(), &text, &[]).well();
    assert!(out.contains("1. 3 times: “") && out.contains("(cairn guides show hardware"), "{out}");
    assert!(out.contains("Left out: 1 deleted, 1 in which someone may be in danger, 1 repeated."), "{out}");
    let (_, missing) = out.split_once("What the wiki does not cover").expect("what is missing");
    assert!(missing.contains(&format!("- 2 times: “{lacks}”")) && !missing.contains("laptop"), "{out}");
    let one = mine(&Cairn::new(), &dump(), &["--limit", "1", "--json"]).json();
    assert_eq!((one["questions"].as_array().map(Vec::len), &one["topics"]), (Some(1), &json!(2)));
}

#[test]
fn broken_lines_are_named_and_the_rest_is_read() {
    let text = format!("{{\"title\": \"Sam\n{}\n[1]\n", dump());
    let run = mine(&Cairn::new(), &text, &["--json"]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("Line 1 was left out: it ends too early") && run.err.contains("Line 11 "), "{}", run.err);
    assert!(!run.err.contains("Sam"));
    let faq: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!((&faq["left_out"]["broken"], &faq["broken"][0]["line"]), (&json!(2), &json!(1)));
}

#[test]
fn other_files_are_refused() {
    let sentence = mine(&Cairn::new(), "id;title\n1;Hello\n", &[]).refused(1);
    assert!(sentence.contains("No line of dump.jsonl can be read; Cairn reads one JSON object a line"), "{sentence}");
    assert!(Cairn::new().run(&["mine", "nowhere.jsonl"]).refused(1).contains("cannot be read"));
    assert!(Cairn::new().run(&["mine"]).refused(2).contains("cairn mine --help"));
    assert!(mine(&Cairn::new(), "", &[]).well().contains("No question is asked often enough"));
}
