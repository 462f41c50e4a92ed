//! Tests of triage: who asks, what they mean, and the model behind it.

use super::{Action, Bands, Ear, Model, Post, Track, Verdict, examples, train, triage, triage_explicit};

/// The verdict on a question that a person put to us.
fn asked(text: &str) -> Verdict {
    triage_explicit(Model::builtin(), &Post { title: "", body: text }, &Bands::default())
}

#[test]
fn degrees_and_schools_of_others_and_what_is_denied_are_not_the_authors_own() {
    for (text, track, row) in [
        (
            "I am an undergraduate in economics. Can I go for a PhD in machine learning?",
            Track::Researcher,
            Some(("undergraduate", "other-quantitative")),
        ),
        (
            "My supervisor has a PhD in CS; I study music. How do I get into ML research?",
            Track::Researcher,
            Some(("undergraduate", "non-quantitative")),
        ),
        ("I don't have a PhD and I'm not at school. How do I get into ML engineering?", Track::Engineer, None),
        ("I teach maths at a high school and want to switch to a data science job", Track::Engineer, None),
        ("I want to be an ML engineer, I have 3 years as a nurse", Track::Engineer, None),
    ] {
        let verdict = asked(text);
        assert_eq!((verdict.track, verdict.action), (Some(track), Action::Answer), "{text}: {verdict:?}");
        assert_eq!(verdict.research_row.map(|row| (row.degree, row.field)), row, "{text}");
        for wrong in ["years as a", "a high school", "“PhD”, “not", "supervisor"] {
            assert!(!verdict.why().contains(wrong), "{text}: {}", verdict.why());
        }
        assert!(!verdict.otherwise().is_some_and(|text| text.contains("school")), "{text}: {:?}", verdict.otherwise());
    }
    let other = asked("I don't want to become an ML engineer. I just want to understand what my son does.");
    assert!(!other.why().contains("become an ML engineer"), "{}", other.why());
}

#[test]
fn people_who_write_badly_or_in_another_language_are_not_turned_away() {
    let verdict = asked("im 15 n wanna make ai like chatgpt, dad says im 2 young");
    assert_eq!(verdict.action, Action::Answer, "{verdict:?}");
    for text in [
        "where do i even start??? 😭😭😭",
        "hwo to lern machien lerning form scrach",
        "roadmap pls",
        "TL;DR how 2 ml",
        "ML",
        "help",
    ] {
        assert_eq!(asked(text).action, Action::Ask, "{text}");
    }
    let german = asked("Wie fange ich mit maschinellem Lernen an?");
    let question = german.question.expect("a question");
    assert_eq!((german.language, german.track), (Some("de"), None));
    assert!(question.text.contains("Englisch") && question.choices.len() == 4 && question.none == "Keiner davon");
    assert_eq!(verdict_of_post("Wie fange ich mit maschinellem Lernen an?").action, Action::Silent);
}

fn verdict_of_post(text: &str) -> Verdict {
    triage(Model::builtin(), &Post { title: "", body: text }, &Bands::default())
}

#[test]
fn a_second_track_is_named_only_where_two_are_close() {
    let mut close = 0;
    for line in include_str!("examples/own.jsonl").lines() {
        let example: serde_json::Value = serde_json::from_str(line).expect("an example");
        let text = |field: &str| example[field].as_str().unwrap_or_default().to_string();
        let verdict = triage(Model::builtin(), &Post { title: &text("title"), body: &text("body") }, &Bands::default());
        let Some(question) = &verdict.question else { continue };
        let names_two = question.text.contains("mostly about for you");
        assert_eq!(names_two, verdict.track.is_some() && verdict.margin < 0.2, "{question:?}");
        close += u32::from(names_two);
    }
    assert!(close < 40, "{close}");
}

#[test]
fn reasons_carry_weight() {
    let (mut shown, mut moved) = (0, 0);
    for line in include_str!("examples/own.jsonl").lines().step_by(2) {
        let example: serde_json::Value = serde_json::from_str(line).expect("an example");
        let text = |field: &str| example[field].as_str().unwrap_or_default().to_string();
        let (mut title, mut body) = (text("title"), text("body"));
        let before = triage(Model::builtin(), &Post { title: &title, body: &body }, &Bands::default());
        if before.action == Action::Silent || before.reasons.is_empty() {
            continue;
        }
        for reason in before.reasons.iter().filter(|reason| reason.speaks_for != "not_getting_started") {
            (title, body) = (title.replace(&reason.quote, ""), body.replace(&reason.quote, ""));
        }
        let after = triage(Model::builtin(), &Post { title: &title, body: &body }, &Bands::default());
        shown += 1;
        moved += u32::from(after.p < before.p || after.track != before.track || after.margin < before.margin);
    }
    assert!(shown > 50 && moved * 100 >= shown * 95, "{moved} of {shown}");
}

#[test]
fn the_model_is_small_and_belongs_to_the_examples() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/triage/examples");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("examples").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let bytes: Vec<u8> = files.iter().flat_map(|file| std::fs::read(file).expect("a file")).collect();
    let model = Model::builtin();
    assert_eq!(model.examples, examples::checksum(&bytes), "run `cairn triage train`");
    let file = model.write();
    assert!(file.len() < 2_000_000 && Model::read(&file).as_ref() == Some(model));
    assert_eq!(Model::read(&file[1..]), None);
    assert_eq!(Model::read(&file[..file.len() - 1]), None);
}

#[test]
fn the_second_ear_belongs_to_its_texts() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/triage/danger");
    let files = std::fs::read_dir(folder).expect("texts").map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|ending| ending == "txt")).collect();
    files.sort();
    let bytes: Vec<u8> = files.iter().flat_map(|file| std::fs::read(file).expect("a file")).collect();
    let file = Ear::builtin().write();
    assert_eq!(Ear::builtin().texts, examples::checksum(&bytes), "run `cairn triage train`");
    assert!(file.len() < 2_000_000 && Ear::read(&file).as_ref() == Some(Ear::builtin()));
}

#[test]
fn training_is_deterministic() {
    let examples = examples::read(include_str!("examples/own.jsonl")).expect("examples");
    let some: Vec<_> = examples.into_iter().step_by(6).collect();
    assert_eq!(train::train(&some, None, [1; 8]).write(), train::train(&some, None, [1; 8]).write());
}
