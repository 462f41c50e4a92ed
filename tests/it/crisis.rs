//! People who may be in danger: they are heard on every surface, and shown people to turn to instead of guides.

use serde_json::{Value, json};

use crate::world::program::{Cairn, encode};
use crate::world::server::World;

const HARD: &str = "I want to kill myself. how do i even get into machine learning as a career with no degree";

/// For each line of a file whether it was heard, by words alone.
fn heard(file: &str) -> Vec<(String, bool)> {
    let lines: Vec<String> = file.lines().map(str::to_owned).collect();
    let posts: String = lines.iter().map(|body| json!({"id": 1, "body": body}).to_string() + "\n").collect();
    let out = Cairn::new().run_with(&["ask", "--jsonl", "--fast"], posts.as_bytes()).well();
    let crisis = |line: &str| serde_json::from_str::<Value>(line).expect("a verdict")["crisis"] == true;
    lines.into_iter().zip(out.lines().map(crisis)).collect()
}

/// Every second line was left out when the phrases were chosen; the shares are those of that half and of the whole.
fn shares(lines: &[(String, bool)]) -> [usize; 2] {
    let share = |lines: Vec<&(String, bool)>| lines.iter().filter(|line| line.1).count() * 1000 / lines.len();
    [share(lines.iter().skip(1).step_by(2).collect()), share(lines.iter().collect())]
}

#[test]
fn paraphrases_are_heard_and_figures_of_speech_are_not() {
    let danger = heard(include_str!("data/crisis.txt"));
    let figures = heard(include_str!("data/figures_of_speech.txt"));
    let (heard, false_alarms) = (shares(&danger), shares(&figures));
    eprintln!("heard {heard:?}, false alarms {false_alarms:?} in 1,000: the half set aside, and all");
    assert!(danger.len() >= 100 && heard.iter().all(|share| *share >= 950), "{heard:?}");
    assert!(figures.len() >= 100 && false_alarms.iter().all(|share| *share <= 30), "{false_alarms:?}");
}

/// These the phrases were written for: only what works already is kept from breaking.
#[test]
fn more_ways_of_saying_it_are_heard() {
    let missed = |file, wanted| heard(file).into_iter().filter(|line| line.1 != wanted).map(|line| line.0).collect();
    let danger: Vec<String> = missed(include_str!("data/crisis_more.txt"), true);
    let figures: Vec<String> = missed(include_str!("data/figures_of_speech_more.txt"), false);
    assert!(danger.len() <= 6 && figures.len() <= 1, "{danger:#?} {figures:#?}");
}

/// Whole kinds of saying it: indirect, slang, misspelt, of others, abuse. Every second line was measured only.
#[test]
fn whole_kinds_of_saying_it_are_heard() {
    let danger = heard(include_str!("data/crisis_kinds.txt"));
    let figures = heard(include_str!("data/figures_of_speech_kinds.txt"));
    let ([aside, all], false_alarms) = (shares(&danger), shares(&figures));
    eprintln!("heard {aside} and {all}, false alarms {false_alarms:?} in 1,000: the half set aside, and all");
    assert!(danger.len() >= 150 && aside >= 800 && all >= 880, "{aside} {all}");
    assert!(figures.len() >= 60 && false_alarms.iter().all(|share| *share <= 30), "{false_alarms:?}");
}

/// Nothing was chosen or learnt by these. They are mostly indirect; where the sentence encoder runs, seven in ten are
/// heard, by words alone about half.
#[test]
fn of_indirect_words_that_nothing_learnt_from_half_are_heard_without_the_encoder() {
    let count = |lines: Vec<(String, bool)>| lines.iter().filter(|line| line.1).count();
    let danger = count(heard(include_str!("data/danger_unseen.txt")));
    let safe = count(heard(include_str!("data/danger_unseen_safe.txt")));
    eprintln!("heard {danger} of 100, false alarms {safe} of 100");
    assert!(danger >= 45 && safe <= 6, "{danger} {safe}");
}

#[track_caller]
fn is_care(text: &str) {
    assert!(text.contains("stay alone with it") && text.contains("https://findahelpline.com"), "{text}");
    for wrong in [
        "because you said",
        "Engineer guide",
        "/guides/engineer",
        "stay silent",
        "first three steps",
        "moderators will see",
    ] {
        assert!(!text.contains(wrong), "{wrong} in {text}");
    }
}

#[test]
fn the_command_line_answers_with_people_to_turn_to() {
    let cairn = Cairn::new();
    is_care(&cairn.run(&["ask", HARD]).well());
    is_care(&cairn.run(&["wiki", "i feel like killing myself"]).well());
    assert_eq!(cairn.run(&["wiki", "--json", "i feel like killing myself"]).json(), json!([]));
    let verdict = cairn.run(&["ask", "--json", HARD]).json();
    assert_eq!(verdict["crisis"], true);
    assert_eq!(
        (&verdict["action"], &verdict["track"], &verdict["question"]),
        (&"silent".into(), &Value::Null, &Value::Null)
    );
    assert_eq!(verdict["reasons"], json!([]));
}

#[test]
fn the_web_page_shows_nothing_else() {
    let server = Cairn::new().serve(&[]);
    for page in [
        server.post("/ask", &[("text", HARD)]),
        server.post("/ask", &[("text", HARD), ("track", "engineer")]),
        server.get(&format!("/ask?text={}", encode(HARD))),
        server.get(&format!("/search?q={}", encode("i feel like killing myself"))),
        server.get(&format!("/papers?q={}", encode("i feel like killing myself"))),
    ] {
        assert_eq!(page.status, 200);
        let main = page.body.split("<main").nth(1).unwrap_or_default();
        is_care(main);
        assert!(!main.contains("kill") && !main.contains("<form"), "it repeats nothing: {main}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discord_shows_people_and_a_line_without_a_button() {
    let world = World::start().await;
    let d = &world.discord;
    for command in ["/start text:I feel like killing myself, I failed my ML exam again", "/wiki query:i want to die"] {
        let answer = d.slash("ann", command).await;
        let text = answer.to_string();
        is_care(&text);
        assert!(answer.ephemeral && text.contains("Samaritans"), "{text}");
        assert!(!text.replace("[ephemeral]", "").contains(['[', '(']), "no button, no link to a page: {text}");
    }
    let post = d.says("bob", "general", HARD);
    let helper = d.context_menu("ann", "Point to a guide", &post).await.to_string();
    assert!(helper.contains("may be in danger") && helper.contains("findahelpline.com"), "{helper}");
    assert!(!helper.contains("Engineer") && !helper.replace("[ephemeral]", "").contains('['), "{helper}");
    world.finish();
}

/// The options of a command into which people type, each as the data of a command that has `text` in it alone.
fn typed_into(options: &Value, text: &str) -> Vec<(String, Value)> {
    let mut typed = Vec::new();
    for option in options.as_array().into_iter().flatten() {
        let (name, kind) = (option["name"].as_str().unwrap_or_default(), option["type"].as_u64());
        match kind {
            Some(1 | 2) => typed.extend(typed_into(&option["options"], text).into_iter().map(|(below, data)| {
                (format!("{name} {below}"), json!({"name": name, "type": kind, "options": [data]}))
            })),
            Some(3) if option["choices"].as_array().is_none_or(Vec::is_empty) => {
                typed.push((name.to_owned(), json!({"name": name, "type": 3, "value": text})));
            }
            _ => {}
        }
    }
    typed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_people_type_into_goes_through_one_door() {
    let world = World::start().await;
    let d = &world.discord;
    let (mut asked, mut left_out) = (Vec::new(), Vec::new());
    for command in d.commands().into_iter().filter(|command| command["type"].as_u64().unwrap_or(1) == 1) {
        for (option, data) in typed_into(&command["options"], "i want to die") {
            let name = format!("/{} {option}", command["name"].as_str().expect("a name"));
            // What moderators write for others speaks of danger to help.
            if name.starts_with("/mod guide ") || name.starts_with("/mod draft ") {
                left_out.push(name);
                continue;
            }
            let data = json!({"id": command["id"], "name": command["name"], "type": 1, "options": [data]});
            let answer = d.forge_command("ann", data).await;
            is_care(&answer.to_string());
            assert!(answer.ephemeral && answer.to_string().contains("Samaritans"), "{name}");
            asked.push(name);
        }
    }
    for known in ["/start text", "/guide section", "/wiki query", "/papers search query", "/study zone zone"] {
        assert!(asked.iter().any(|name| name == known), "{known} in {asked:?}");
    }
    assert!(asked.len() >= 12 && !left_out.is_empty(), "{asked:?} {left_out:?}");
    for typing in [
        "/wiki query:i want to die|",
        "/guide track:engineer section:i want to die|",
        "/study zone zone:i want to die|",
    ] {
        assert_eq!(d.autocomplete("ann", typing).await.choice_names(), [""; 0], "{typing}");
    }
    let form = d.forge_submit("ann", "study/joining/place/log/45", None, &[("place", "i want to die")]).await;
    is_care(&form.to_string());
    world.finish();
}
