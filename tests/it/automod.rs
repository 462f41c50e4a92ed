//! AutoModerator rules: those that Cairn makes, and what it says about others.

use std::fs;

use cairn::reddit::automod::{lint, matcher, page, report};

use crate::world::program::Cairn;

fn compiled() -> String {
    Cairn::new().run(&["reddit", "automod"]).well()
}

#[test]
fn the_rules_are_the_same_each_time_and_have_no_fault() {
    let rules = compiled();
    assert_eq!(rules, compiled(), "a changed rule comments again");
    assert!(rules.len() < 500_000, "{} bytes, and a page may have 524288", rules.len());
    assert_eq!(lint::lint(&rules), []);
    let cairn = Cairn::new();
    fs::write(cairn.path().join("rules.yaml"), &rules).expect("written");
    assert_eq!(cairn.run(&["reddit", "automod", "--check", "rules.yaml"]).well(), "Nothing to fix.\n");
    for said in ["moderators_exempt: true", "is_edited: false", "comment_stickied: true", "type: text submission"] {
        assert_eq!(rules.matches(&format!("\n{said}\n")).count(), 6, "{said}");
    }
    assert_eq!(rules.matches("{{match-title+body#start-1}}").count(), 6, "each comment says why");
    assert!(rules.contains("](/r/{{subreddit}}/wiki/engineer)"));
    assert!(!rules.contains("2026"), "a date would change the rules");
    let linked = Cairn::new().run(&["reddit", "automod", "--short", "--link", "https://cairn.example/"]).well();
    assert!(
        linked.contains("](https://cairn.example/guides/hacker)") && linked.matches("\n---\n").count() == 1,
        "one rule"
    );
    assert_eq!(lint::lint(&linked), []);
}

/// What the rules use of regular expressions is read alike by Python and by the crate `regex`.
#[test]
fn the_rules_use_what_all_dialects_have() {
    let rules = compiled();
    let sections = page::sections(&rules);
    let mut patterns = 0;
    for section in &sections {
        let Ok(Some(rule)) = &section.read else { continue };
        let searches = rule.entries().expect("a rule").iter();
        for (key, value) in searches.filter(|(key, _)| key.text().is_some_and(|key| key.ends_with("(regex)"))) {
            for item in value.items() {
                let pattern = item.text().expect("a pattern");
                regex::Regex::new(&format!("(?si){pattern}")).unwrap_or_else(|why| panic!("{key:?} {pattern}: {why}"));
                for foreign in ["(?=", "(?!", "(?<", "(?P", "\\1", "\\p", "\\w", "\\s", ".*", ".+"] {
                    assert!(!pattern.contains(foreign), "{foreign} in {pattern}");
                }
                patterns += 1;
            }
        }
    }
    assert!(patterns > 1_000, "{patterns}");
}

#[test]
fn no_two_rules_comment_on_one_post() {
    let rules = compiled();
    let sections = page::sections(&rules);
    let rules = matcher::rules(&sections);
    assert_eq!(rules.len(), 6);
    for (at, rule) in rules.iter().enumerate() {
        assert!(rules[at + 1..].iter().all(|other| rule.excludes(other)), "{}", rule.name);
    }
    for (title, body, expected) in [
        ("How do I get into machine learning?", "I am in grade 11 and like maths.", "Cairn: high-school"),
        (
            "How do I get into machine learning?",
            "I work as a nurse and want a job as a data scientist.",
            "Cairn: engineer",
        ),
        (
            "How do I get into machine learning research?",
            "I want to do a PhD, where should I begin?",
            "Cairn: researcher",
        ),
        ("How do I start with deep learning?", "I want to play around, for fun.", "Cairn: hacker"),
        ("Programs?", "I'm interested in pursuing a PhD in applied ML, any recommendations?", "Cairn: researcher"),
        ("Help with AI", "I want to make a chat bot for fun. Where do I learn that?", "Cairn: hacker"),
        ("What do I need to know to write my own AI?", "", "Cairn: hacker"),
        ("Reference letters", "I am applying for PhD programs in ML. Which format do most take?", ""),
        ("How do I start with deep learning?", "I am new here, any advice?", "Cairn: all guides, for no aim"),
        ("How do I start with deep learning?", "I get an error in PyTorch: CUDA out of memory", ""),
        ("I built a tool to get started with machine learning", "Check it out, I made it for my students", ""),
    ] {
        let item = matcher::Item { title, body, url: "" };
        let hits: Vec<&str> = rules.iter().filter(|rule| rule.hits(&item)).map(|rule| rule.name.as_str()).collect();
        assert_eq!(hits.join(" and "), expected, "{title} {body}");
    }
}

#[test]
fn a_text_of_someone_in_danger_is_not_answered() {
    let rules = compiled();
    let sections = page::sections(&rules);
    let rules = matcher::rules(&sections);
    let hits = |body: &str| {
        let title = "How do I get into machine learning?";
        rules.iter().any(|rule| rule.hits(&matcher::Item { title, body, url: "" }))
    };
    assert!(hits("I am new here, where should I start?"));
    let texts: Vec<&str> =
        include_str!("data/crisis.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let answered: Vec<&&str> =
        texts.iter().filter(|text| hits(&format!("I am new here, where should I start? {text}"))).collect();
    println!("{} of {} answered: {answered:#?}", answered.len(), texts.len());
    assert!(answered.len() * 50 <= texts.len(), "{} of {}: {answered:#?}", answered.len(), texts.len());
}

/// Labelled posts that lie beside the repository, where they do.
#[test]
fn the_rules_are_right_where_they_speak() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval");
    let read = |name: &str| fs::read_to_string(folder.join(name));
    let (Ok(train), Ok(dev)) = (read("triage_train.jsonl"), read("triage_dev.jsonl")) else {
        assert!(!folder.exists(), "posts are missing in {}", folder.display());
        eprintln!("NOT CHECKED: the labelled posts in ../shared/eval are not here");
        return;
    };
    let rules = compiled();
    let sections = page::sections(&rules);
    let posts = report::posts(&format!("{train}\n{dev}")).expect("posts");
    let report = report::report(&matcher::rules(&sections), &posts, 0.3);
    println!("{report}");
    assert!(report.hits >= 40 && report.doubles == 0, "{report}");
    assert!(report.precision.value() >= 0.90 && report.hard_negatives.value() <= 0.01, "{report}");
    for rule in &report.rules {
        assert_eq!(rule.wrong_track.hits, 0, "{}", rule.rule);
    }
}

#[test]
fn a_report_says_what_to_expect() {
    let cairn = Cairn::new();
    let posts = [
        r#"{"title":"How do I get into machine learning?","body":"I am new here, any advice?","getting_started":true}"#,
        r#"{"title":"How do I start with ML?","body":"","getting_started":true,"track":"engineer"}"#,
        r#"{"title":"My model does not learn","body":"How do I start learning to debug ML?","getting_started":false}"#,
        r#"{"title":"No label","body":null}"#,
    ];
    fs::write(cairn.path().join("posts.jsonl"), posts.join("\n")).expect("written");
    fs::write(
        cairn.path().join("own.yaml"),
        "---\n# Beginners\ntitle: ['ML', 'machine learning']\nauthor:\n    is_gold: false\ncomment: Hi\n",
    )
    .expect("written");
    let out =
        cairn.run(&["reddit", "automod", "--report", "posts.jsonl", "--rules", "own.yaml", "--share", "0.5"]).well();
    for part in [
        "4 posts, 3 with a label.",
        "hits            2\n",
        "right of these  1.000 (2 of 2; ",
        "commented twice 0\n",
        "Beginners: 2 hits, right 1.000",
        "Where 50 % of the posts ask how to begin, 100 % of the comments should be right, at least ",
        "Not looked at, because the posts do not tell: author.",
        "AutoModerator has no memory",
    ] {
        assert!(out.contains(part), "{part} is missing in\n{out}");
    }
    fs::write(
        cairn.path().join("broken.yaml"),
        "---\ntitle: ['ML']\ncomment: Hi\n---\ntitle (regex): ['(']\ncomment: Hi\n",
    )
    .expect("written");
    let run = cairn.run(&["reddit", "automod", "--report", "posts.jsonl", "--rules", "broken.yaml"]);
    assert_eq!(run.err, "Not tried, because they are no rules that can be read: lines 5; see --check.\n");
    let json = cairn.run(&["--json", "reddit", "automod", "--report", "posts.jsonl", "--rules", "own.yaml"]).json();
    assert_eq!((&json["hits"], &json["precision"]["of"], &json["share"]), (&2.into(), &2.into(), &0.3.into()));
    assert!(
        cairn.run(&["reddit", "automod", "--report", "none.jsonl"]).refused(1).contains("none.jsonl cannot be read")
    );
    assert!(
        cairn
            .run(&["reddit", "automod", "--report", "own.yaml"])
            .refused(1)
            .contains("In own.yaml, line 1 is no post: ")
    );
    assert!(
        cairn.run(&["reddit", "automod", "--report", "posts.jsonl", "--share", "2"]).refused(2).contains("from 0 to 1")
    );
}

#[test]
fn the_list_and_the_pages_can_be_pasted() {
    let cairn = Cairn::new();
    let list = cairn.run(&["reddit", "automod", "--guidance"]).well();
    assert!((1_000..=2_000).contains(&list.lines().count()) && list.lines().all(|entry| entry.chars().count() <= 100));
    assert!(list.contains("\nhow do i get into data science\n"), "{list}");
    cairn.run(&["reddit", "automod", "--wiki", "wiki", "--subreddit", "learnml"]).well();
    let hacker = fs::read_to_string(cairn.path().join("wiki/hacker.md")).expect("a page");
    assert!(hacker.starts_with("# Hacker guide") && hacker.contains("](/r/learnml/wiki/engineer)"), "{hacker}");
    assert!(!hacker.contains("<!--") && !hacker.contains(".md)"), "{hacker}");
    assert!(cairn.run(&["reddit", "automod", "--wiki", "wiki"]).refused(2).contains("--subreddit"));
}

/// The lines of a page that are said to be wrong, with what marks the reason.
#[test]
fn twenty_planted_faults_are_named_each() {
    let faulty = include_str!("data/automod/faulty.yaml");
    // A fault is marked on the line above it: `#! words of the finding`.
    let planted: Vec<(usize, &str)> =
        (2..).zip(faulty.lines()).filter_map(|(below, line)| Some((below, line.trim().strip_prefix("#! ")?))).collect();
    assert!(planted.len() >= 20, "{}", planted.len());
    let found = lint::lint(faulty);
    for (line, words) in &planted {
        assert!(
            found.iter().any(|finding| finding.line == *line && finding.problem.contains(words)),
            "line {line}: “{words}” is not named; there are {found:#?}"
        );
    }
    for finding in &found {
        assert!(
            planted.iter().any(|(line, words)| *line == finding.line && finding.problem.contains(words)),
            "not planted: {finding}"
        );
        assert!(finding.problem.contains(';') || finding.problem.contains(','), "no cure: {finding}");
    }
}

#[test]
fn good_pages_have_no_fault() {
    for (name, page) in [
        ("science", include_str!("data/automod/science.yaml")),
        ("market", include_str!("data/automod/market.yaml")),
        ("university", include_str!("data/automod/university.yaml")),
        ("security", include_str!("data/automod/security.yaml")),
        ("pictures", include_str!("data/automod/pictures.yaml")),
        ("many hands", include_str!("data/automod/many_hands.yaml")),
    ] {
        assert_eq!(lint::lint(page), [], "{name}");
        let sections = page::sections(page);
        let rules = matcher::rules(&sections);
        assert_eq!(
            rules.len(),
            sections.iter().filter(|section| matcher::is_rule(section)).count(),
            "{name}: each rule can be tried"
        );
    }
}
