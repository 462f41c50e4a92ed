//! What was studied: said with a log or a timer, changed, left out, shown, offered again, exported and erased.

use insta::assert_snapshot;
use serde_json::json;

use super::talk::joined;
use crate::world::program::Cairn;
use crate::world::rehearsal::Rehearsal;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_studied_is_remembered_and_can_be_changed() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    let logged = d.slash("ann", "/study log minutes:45 what:*linear*  <@1> algebra").await;
    assert_snapshot!(logged.to_string().replace('\u{200b}', "·"), @r"
    [ephemeral]
    **45 min** logged for today: \*linear\* \<@·1\> algebra.
    ▰▰▰▱▱▱▱▱▱▱ 45 of 120 min today
    Your streak begins on the first day you reach your minutes.
    [Undo] [Why?] [Change the subject]
    ");
    // The form has what is known; a short one takes its place, an empty one takes it away.
    let form = d.press("ann", &logged, "Change the subject").await.modal.expect("a form");
    assert_snapshot!(form.to_string(), @"
    ⌗ What did you study?
    In a few words; leave it empty for none (line, ≤ 60): *linear* <@1> algebra
    ");
    assert_eq!(
        d.submit("ann", &form, &[("what", " Linear algebra ")]).await.content,
        "Noted: Linear algebra. `/study why` and your recap show it."
    );
    let bare = d.slash("ann", "/study log minutes:5").await;
    let form = d.press("ann", &bare, "Add a subject").await.modal.expect("a form");
    d.submit("ann", &form, &[("what", "SQL")]).await;
    let form = d.press("ann", &bare, "Add a subject").await.modal.expect("a form");
    assert_eq!(d.submit("ann", &form, &[("what", "")]).await.content, "Noted: no subject.");
    // With the timer: at its start, or at its end, which counts.
    assert_snapshot!(d.slash("ann", "/study start what:RAG").await, @"
    [ephemeral]
    Timer started: RAG. At 19:00 I'll ask whether you are still there.
    [Stop the timer] [Change the subject]
    ");
    world.pass("40m").await;
    assert_snapshot!(d.slash("ann", "/study stop what:linear algebra").await, @"
    [ephemeral]
    Timer stopped: 40 min counted for today. You studied: linear algebra.
    ▰▰▰▰▰▰▰▱▱▱ 90 of 120 min today
    Your streak begins on the first day you reach your minutes.
    [Why?] [Change the subject]
    ");
    d.slash("ann", "/study start what:RAG").await;
    world.pass("20m").await;
    let why = d.slash("ann", "/study why").await.content.clone();
    assert_eq!(
        why.lines().next(),
        Some(
            "- **Mon 16 Nov**: open, 110 of 120 min (50 logged, 60 by timer); still running; linear algebra 1 h 25 min, RAG 20 min"
        )
    );
    let recap = d.slash("ann", "/study recap").await.content.clone();
    assert!(recap.contains("\n- What you studied: linear algebra 1 h 25 min, RAG 20 min."), "{recap}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_taken_back_takes_its_subject_along() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    let first = d.slash("ann", "/study log minutes:30 what:first").await;
    let second = d.slash("ann", "/study log minutes:40 what:second").await;
    d.slash("ann", "/study log minutes:50 what:third").await;
    d.slash("ann", "/study undo").await;
    d.slash("ann", "/study undo").await;
    let why = d.slash("ann", "/study why").await.content.clone();
    assert!(why.lines().next().is_some_and(|day| day.ends_with("; still running; first 30 min")), "{why}");
    assert_eq!(d.autocomplete("ann", "/study log minutes:1 what:|").await.choice_names(), ["first"]);
    // Nothing can be said of what was taken back, nor of what is somebody else's.
    assert_eq!(
        d.press("ann", &second, "Change the subject").await.content,
        "That entry was taken back, or it is not yours; /study why shows your last days."
    );
    d.slash("bob", "/study zone zone:Europe/Berlin").await;
    let refused = d.forge_submit("bob", "study/what/2", Some(first.id), &[("what", "mine")]).await;
    assert!(refused.content.starts_with("That entry was taken back, or it is not yours"), "{refused}");
    assert!(d.slash("ann", "/study why").await.content.contains("first 30 min"));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn last_subjects_are_offered_to_their_owner_alone() {
    let world = joined("2026-11-16T15:00:00Z").await;
    let d = &world.discord;
    assert!(d.autocomplete("eve", "/study log minutes:1 what:|").await.choice_names().is_empty());
    for what in ["RAG", "linear algebra", "rag", "SQL"] {
        d.slash("ann", &format!("/study log minutes:1 what:{what}")).await;
    }
    assert_eq!(
        d.autocomplete("ann", "/study log minutes:1 what:|").await.choice_names(),
        ["SQL", "rag", "linear algebra"]
    );
    assert_eq!(d.autocomplete("ann", "/study start what:LG|").await.choice_names(), ["linear algebra"]);
    d.slash("bob", "/study zone zone:Europe/Berlin").await;
    assert!(d.autocomplete("bob", "/study stop what:|").await.choice_names().is_empty());
    for at in 0..30 {
        d.slash("ann", &format!("/study log minutes:1 what:topic {at}")).await;
    }
    assert_eq!(d.autocomplete("ann", "/study log minutes:1 what:|").await.choice_names().len(), 25);
    world.finish().await;
}

/// Who joins by their first log keeps the subject; one that is too long for a button is asked for afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_does_not_lose_what_they_studied() {
    let world = Rehearsal::start("2026-11-20T15:00:00Z").await;
    let d = &world.discord;
    let asked = d.slash("ann", "/study log minutes:45 what:TCP/IP and HTTP").await;
    let how_much = d.choose("ann", &asked, "Your time zone", &["America/Argentina/Buenos_Aires"]).await;
    let joined = d.press("ann", &how_much, "1 h").await.content.clone();
    assert!(joined.contains("**45 min** logged for today: TCP/IP and HTTP."), "{joined}");
    let asked = d.slash("bob", "/study start what:the longest subject that somebody could think of").await;
    assert!(asked.content.ends_with("a button asks for it then."), "{asked}");
    let how_much = d.choose("bob", &asked, "Your time zone", &["Europe/Berlin"]).await;
    let joined = d.press("bob", &how_much, "1 h").await;
    let form = d.press("bob", &joined, "Add a subject").await.modal.expect("a form");
    d.submit("bob", &form, &[("what", "the longest subject that somebody could think of")]).await;
    world.pass("5m").await;
    let stopped = d.slash("bob", "/study stop").await.content.clone();
    assert!(stopped.contains("You studied: the longest subject that somebody could think of"), "{stopped}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subjects_are_exported_and_erased() {
    let world = joined("2026-11-16T09:00:00Z").await;
    let d = &world.discord;
    d.slash("ann", "/study log minutes:120 what:=1+1, \"maths\"").await;
    d.slash("ann", "/study log minutes:10 what:SQL").await;
    let cairn = Cairn::new();
    let (person, now) = (format!("discord:{}", d.person("ann")), world.now().to_string());
    let folder = world.path().to_string_lossy().into_owned();
    let run = |args: &[&str]| {
        let args: Vec<&str> = ["--data-dir", &folder, "--now", &now].into_iter().chain(args.iter().copied()).collect();
        tokio::task::block_in_place(|| cairn.run(&args))
    };
    assert_snapshot!(run(&["study", "export", &person]).well(), @r#"
    date,state,minutes,logged,timer,commitment,streak,freezes,reason,subjects
    2026-11-16,met,130,130,0,120,1,2,"streak 1","'=1+1, ""maths"" (120 min); SQL (10 min)"
    "#);
    let json = run(&["--json", "study", "export", &person]).json();
    assert_eq!(json["events"][2]["what"], "SQL");
    assert_eq!(json["days"][0]["subjects"][0], json!({ "what": "=1+1, \"maths\"", "minutes": 120 }));
    let held = run(&["privacy", "export", &person]).json();
    assert_eq!(held["held"]["study_subjects"].as_array().map(Vec::len), Some(2));
    let erased = run(&["privacy", "delete", &person, "--yes"]).well();
    assert!(erased.contains("- 2 subjects of study entries"), "{erased}");
    world.finish().await;
}
