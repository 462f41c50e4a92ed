//! The wiki answers: names, slips of the pen, questions in one's own words.

use serde_json::Value;

use crate::world::program::Cairn;

fn top(cairn: &Cairn, query: &str) -> Value {
    cairn.run(&["wiki", "--json", query]).json()
}

#[test]
fn names_lead_to_their_page_by_every_way() {
    let cairn = Cairn::new();
    // Each query, the page it must lead to, and the way that --explain names.
    let table = [
        ("hacker", "hacker", "Exact"),
        ("  HACKER!  ", "hacker", "Exact"),
        ("reading papers", "reading-papers", "Exact"),
        ("reading-papers", "reading-papers", "Exact"),
        ("The three passes", "reading-papers", "Alias"),
        ("gpu", "hardware", "Alias"),
        ("kaggle", "competitions", "Alias"),
        ("freelan", "freelancing", "Prefix"),
        ("portfolo", "portfolio", "Typo"),
        ("hakcer", "hacker", "Typo"),
        ("competitoins", "competitions", "Typo"),
        ("kagle", "competitions", "Typo"),
    ];
    for (query, page, how) in table {
        let hits = cairn.run(&["wiki", "--json", "--explain", query]).json();
        assert_eq!(hits[0]["page"], page, "{query}: {hits}");
        let because = hits[0]["because"].as_str().expect("a reason");
        assert!(because.starts_with(how), "{query}: {because}");
    }
}

#[test]
fn the_answer_has_the_shape_tools_rely_on() {
    let hits = top(&Cairn::new(), "which laptop should I buy for learning");
    let hits = hits.as_array().expect("a list");
    assert!(!hits.is_empty() && hits.len() <= 5);
    for hit in hits {
        let keys: Vec<&String> = hit.as_object().expect("an object").keys().collect();
        let mut expected = ["page", "title", "heading", "link", "text", "score", "revision"];
        expected.sort_unstable();
        let mut keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, expected);
        assert!(hit["link"].as_str().is_some_and(|l| l.starts_with("http://127.0.0.1:8080/guides/")));
        assert_eq!(hit["revision"], 1);
    }
    let scores: Vec<f64> = hits.iter().filter_map(|h| h["score"].as_f64()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "best first: {scores:?}");
    assert_eq!(Cairn::new().run(&["wiki", "--json", "--limit", "2", "gpu"]).json().as_array().map(Vec::len), Some(2));
}

#[test]
fn misspelt_words_of_a_question_are_read_as_the_wiki_spells_them() {
    let cairn = Cairn::new();
    let out = cairn.run(&["wiki", "--explain", "how to prepare for an intervew"]).well();
    assert!(out.contains("“intervew” was read as “interview”"), "{out}");
    assert!(out.lines().nth(1).is_some_and(|l| l.contains("nterview")), "{out}");
    // Into a name only where the other words speak of it.
    let out = cairn.run(&["wiki", "best quokka recipe"]).well();
    assert!(!out.contains("read as"), "{out}");
    let out = cairn.run(&["wiki", "kagle competitions"]).well();
    assert!(out.to_lowercase().contains("kaggle"), "{out}");
}

#[test]
fn a_question_without_an_answer_is_said_so_and_noted_redacted() {
    let cairn = Cairn::new();
    cairn.run(&["guides", "export", "out"]).well();
    let out = cairn.run(&["wiki", "xylophone zebra ask@me.example"]).well();
    assert!(out.starts_with("The wiki has nothing good on that yet"), "{out}");
    assert!(out.contains("ask people (https://www.reddit.com/r/learnmachinelearning/)"), "{out}");
    assert_eq!(top(&cairn, "qwertzuiop"), Value::Array(Vec::new()));
    let database = cairn.path().join("data/cairn.db");
    let gaps = std::process::Command::new("grep").args(["-c", "ask@me"]).arg(database).output().expect("grep runs");
    assert_eq!(String::from_utf8_lossy(&gaps.stdout).trim(), "0", "the address was not kept");
}

#[test]
fn queries_are_data() {
    let cairn = Cairn::new();
    for query in
        ["\"", "a AND", "NEAR(", "title:x", "*", "'; DROP TABLE pages; --", "{x} ^ OR", "🙂🙂", "ß İ ﷽", "a\0b"]
    {
        if query.contains('\0') {
            continue; // not an argument that a shell can pass
        }
        let run = cairn.run(&["wiki", query]);
        assert!(run.code == 0 && !run.out.trim().is_empty(), "{query}: {run:?}");
    }
    assert_eq!(top(&cairn, "hacker")[0]["page"], "hacker", "the wiki is still there");
    for signs in ["🤖", " ?! "] {
        assert!(cairn.run(&["wiki", signs]).well().starts_with("There are no words in that. Ask a whole question"));
        assert_eq!(cairn.run(&["wiki", "--json", signs]).well(), "[]\n");
    }
    assert_eq!(
        cairn.run(&["wiki", "  "]).refused(1),
        "Type what you want to know, for example: which laptop do I need?"
    );
    assert_eq!(
        cairn.run(&["wiki", &"long ".repeat(300)]).refused(1),
        "That question is too long for the wiki; ask in at most 1000 characters."
    );
    assert!(cairn.run(&["wiki"]).refused(2).ends_with("see `cairn wiki --help`."));
}

#[test]
fn meaning_finds_what_has_other_words_and_says_how() {
    // A debug build knows only the vectors of what the pages list; without the page listing it, meaning has to find it.
    let query = "two hundred applications zero interviews";
    let cairn = Cairn::new();
    cairn.run(&["guides", "export", "wiki"]).well();
    let file = cairn.path().join("wiki/first-job.md");
    let page = std::fs::read_to_string(&file).expect("a page");
    assert!(page.contains(query));
    std::fs::write(&file, page.replace(query, "what stands on top of it")).expect("written");
    cairn.run(&["guides", "import", "wiki"]).well();
    let out = cairn.run(&["wiki", "--explain", query]).well();
    let first = out.lines().next().unwrap_or_default();
    assert!(first.contains("What do you do after months of applications without an answer?"), "{out}");
    assert!(out.contains("meaning: learnt 0."), "{out}");
}

#[test]
fn greetings_and_questions_of_other_fields_find_nothing() {
    let cairn = Cairn::new();
    assert!(cairn.run(&["wiki", "hello"]).well().starts_with("Hello! Ask the wiki a question"));
    assert!(cairn.run(&["wiki", "thanks!"]).well().starts_with("You're welcome."));
    for query in ["how do i prune roses", "daks", "qwerty"] {
        let out = cairn.run(&["wiki", query]).well();
        assert!(out.starts_with("The wiki has nothing good on that yet"), "{query}: {out}");
    }
}

/// By words alone these find something; with meaning, nothing. Either way nobody takes it for an answer, and moderators hear of it.
#[test]
fn what_is_perhaps_no_answer_is_said_so_and_counts_as_a_gap() {
    let cairn = Cairn::new();
    // Without a data folder, a search keeps nothing.
    cairn.run(&["guides", "export", "out"]).well();
    for query in ["best pizza in naples", "who won the world cup"] {
        let out = cairn.run(&["wiki", query]).well();
        let unsure =
            out.starts_with("The wiki may have no answer to this; nearest to it:") && out.contains("None of these?");
        assert!(unsure || out.starts_with("The wiki has nothing good on that yet"), "{query}: {out}");
        assert!(out.contains("people (https://www.reddit.com/r/learnmachinelearning/)"), "{out}");
        let gaps = cairn.run(&["gaps"]).well();
        assert!(gaps.contains(query), "{gaps}");
    }
}

#[test]
fn who_asks_how_to_get_started_is_shown_the_guide_first() {
    let cairn = Cairn::new();
    let query = "how do I start a career in data science?";
    let out = cairn.run(&["wiki", query]).well();
    assert!(out.starts_with("Engineer guide"), "{out}");
    assert!(out.contains("In the wiki:"), "{out}");
    assert!(cairn.run(&["wiki", "--json", query]).json().is_array());
    let out = cairn.run(&["wiki", "how do I get into machine learning?"]).well();
    assert!(out.starts_with("What would you like to do with machine learning?\n"), "{out}");
    assert!(out.contains("cairn guides show engineer") && out.contains("In the wiki:"), "{out}");
}

#[test]
fn names_of_tools_are_never_read_as_everyday_words() {
    let cairn = Cairn::new();
    for query in
        ["6.S191", "triton kernels", "orange data mining", "learn stata first?", "is dask worth learning", "h200"]
    {
        let out = cairn.run(&["wiki", query]).well();
        assert!(!out.contains("read as"), "{query}: {out}");
    }
}

#[tokio::test]
async fn every_text_of_the_pages_has_its_vector() {
    let cairn = Cairn::new();
    let store = cairn::store::Store::open(&cairn.path().join("data")).await.expect("a database");
    cairn::wiki::folder::plant(&store, jiff::Timestamp::UNIX_EPOCH).await.expect("the pages");
    let unknown = cairn::wiki::index::unknown(&store).await.expect("the texts");
    assert!(unknown.is_empty(), "run `cairn wiki train` of a release build, for these are new: {unknown:?}");
    let is_due = cairn::wiki::index::train::is_due(&store).await.expect("the texts");
    assert!(!is_due, "run `cairn wiki train` of a release build: the map was learnt from other texts");
}
