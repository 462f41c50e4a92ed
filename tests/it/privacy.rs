//! What is held about people: the list against the schema, and `cairn privacy` as a conversation.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use cairn::App;
use cairn::community::HomeModerator;
use cairn::labels::{self, Correction};
use cairn::outbox::{self, Message, Target};
use cairn::people::personal_data::{By, Erased, HELD};
use cairn::people::{Identity, person};
use cairn::triage::{Bands, Intent, Model, Post, triage};
use cairn::wiki::{self, Approval, Change, Part};
use sqlx::Connection;

use crate::setup::{Far, app, at};

const PRIVACY: &str = include_str!("../../PRIVACY.md");

/// The words in backticks.
fn ticked(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn section(heading: &str) -> &str {
    let (_, after) = PRIVACY.split_once(&format!("\n## {heading}\n")).expect(heading);
    after.split("\n## ").next().unwrap()
}

/// The columns that PRIVACY.md calls personal.
fn personal() -> Vec<String> {
    let lines = section("Columns with personal data").lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| ticked(line).next().unwrap().to_owned()).collect()
}

/// The columns that PRIVACY.md calls impersonal.
fn impersonal() -> Vec<String> {
    let lines = section("Columns without").lines().filter(|line| line.starts_with("- `"));
    lines
        .flat_map(|line| {
            let mut names = ticked(line);
            let table = names.next().unwrap();
            names.map(move |column| format!("{table}.{column}"))
        })
        .collect()
}

/// Every column of a fresh database, but for what SQLite and the migrations keep for themselves and for the
/// search index, which repeats `sections`.
async fn schema() -> BTreeSet<String> {
    let dir = crate::world::folder();
    app(dir.path()).await.store.close().await;
    let file = format!("sqlite://{}", dir.path().join("cairn.db").display());
    let mut db = sqlx::SqliteConnection::connect(&file).await.unwrap();
    let query = "SELECT t.name || '.' || c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
                 WHERE t.schema = 'main' AND t.type = 'table'
                 AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name <> '_sqlx_migrations'";
    sqlx::query_scalar(query).fetch_all(&mut db).await.unwrap().into_iter().collect()
}

#[tokio::test]
async fn every_column_is_either_personal_or_not() {
    let (personal, impersonal) = (personal(), impersonal());
    let all: Vec<&String> = personal.iter().chain(&impersonal).collect();
    let decided: BTreeSet<String> = all.iter().map(|c| (*c).clone()).collect();
    assert_eq!(decided.len(), all.len(), "PRIVACY.md names a column twice");
    let schema = schema().await;
    let undecided: Vec<_> = schema.difference(&decided).collect();
    assert!(undecided.is_empty(), "say in PRIVACY.md whether these are personal, and if so in HELD: {undecided:?}");
    let gone: Vec<_> = decided.difference(&schema).collect();
    assert!(gone.is_empty(), "PRIVACY.md names columns that do not exist: {gone:?}");
}

#[test]
fn the_page_and_the_program_list_the_same() {
    let held = HELD.iter().flat_map(|h| h.columns.iter().map(|c| format!("{}.{c}", h.table)));
    assert_eq!(held.collect::<BTreeSet<_>>(), personal().into_iter().collect::<BTreeSet<_>>());
}

#[test]
fn what_finds_a_person_is_a_personal_column_and_is_erased() {
    for held in HELD {
        assert_eq!(held.found.is_empty(), held.erased == Erased::ByAge, "{}", held.table);
        for by in held.found {
            let (By::Person(column)
            | By::Identity(column)
            | By::Address(column)
            | By::Hidden(column)
            | By::Named(column)) = by;
            assert!(held.columns.contains(column), "{}.{column}", held.table);
            if let Erased::Columns(erased) = held.erased {
                assert!(erased.iter().any(|(c, _)| *c == *column), "{}.{column} still points to them", held.table);
            }
        }
    }
}

struct Said {
    code: i32,
    out: String,
    err: String,
}

/// Runs the program with something typed.
fn cairn(dir: &Path, args: &[&str], typed: &str) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .args(args)
        .arg("--data-dir")
        .arg(dir)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read may be gone already.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    let done = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
}

/// A folder in which something of every kind is held about Ann (discord:1, reddit:ann) and about Bob.
async fn peopled(dir: &Path) {
    let app = app(dir).await;
    let now = at("09:00:00");
    wiki::folder::plant(&app.store, now).await.unwrap();
    let who = |text: &str| text.parse::<Identity>().unwrap();
    let code = cairn::people::linking::code(&app.store, &who("discord:1"), now).await.unwrap().shown();
    cairn::people::linking::redeem(&app.store, &who("reddit:ann"), &code, now).await.unwrap();
    for (name, user) in [("reddit:ann", 1), ("discord:2", 2)] {
        let mut tx = app.store.write().await.unwrap();
        let id = person(&mut tx, &who(name), now).await.unwrap();
        let verdict = triage(Model::builtin(), &Post { title: "start", body: "" }, &Bands::default());
        let correction = Correction { verdict: &verdict, intent: Intent::GettingStarted, track: None, by: Some(id) };
        labels::store(&mut tx, correction, now).await.unwrap();
        let to = Message::new(format!("to/{user}"), Target::DiscordDm(user), format!("Hello {user}"));
        let about = Message::new(format!("about/{user}"), Target::DiscordChannel(9), format!("Well done, {user}"));
        outbox::enqueue(&mut tx, &to, now).await.unwrap();
        outbox::enqueue(&mut tx, &Message { about: Some(id.0), ..about }, now).await.unwrap();
        tx.commit().await.unwrap();
    }
    let _ = cairn::people::linking::redeem(&app.store, &who("discord:2"), "0000-0000", now).await.unwrap_err();
    edit_page(&app, "reddit:ann").await;
    app.store.close().await;
}

async fn edit_page(app: &App, author: &str) {
    let page = wiki::page(&app.store, "engineer").await.unwrap();
    let text = format!("{}\nOne more line.\n", page.source.trim_end());
    let (reason, base) = ("a line was missing", page.revision);
    let change = Change { page: "engineer", part: Part::Page, text: &text, base, reason };
    let by = HomeModerator::operator(author).unwrap();
    wiki::edit(&app.store, &by, change, Approval::Own, at("09:00:00")).await.unwrap();
}

const HELD_ABOUT_ANN: &str = "Cairn holds about discord:1 and reddit:ann:
- 2 messages from Cairn (kept, but with no name on them)
- 1 correction of an answer
- 1 edit of a page (kept, but with no name on it)
- 1 entry in the moderators' log (kept, but with no name on it)
- 1 account name";

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_everything_and_erases_it() {
    let dir = crate::world::folder();
    peopled(dir.path()).await;
    let said = cairn(dir.path(), &["privacy", "export", "reddit:Ann", "--json"], "");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let held: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(held["person"], serde_json::json!(["discord:1", "reddit:ann"]));
    assert_eq!(held["opted_out"], false);
    let held = held["held"].as_object().unwrap();
    assert_eq!(
        held.keys().map(String::as_str).collect::<Vec<_>>(),
        ["audit", "labels", "outbox", "persons", "revisions"]
    );
    assert_eq!(held["labels"][0]["text"], serde_json::Value::Null, "no text is kept");
    assert_eq!(held["labels"][0]["verdict"]["action"], "silent");
    assert_eq!(held["outbox"][0]["payload"]["body"], "Hello 1");
    assert_eq!(held["outbox"][1]["payload"]["body"], "Well done, 1");
    assert!(!said.out.contains("Hello 2") && !said.out.contains("discord:2"), "nothing of anybody else's");

    let said = cairn(dir.path(), &["privacy", "delete", "discord:1"], "n\n");
    assert_eq!((said.code, said.out.as_str()), (1, "Nothing was erased.\n"));
    assert_eq!(said.err, format!("{HELD_ABOUT_ANN}\nErase all of that? It cannot be undone. [y/N] "));
    assert_eq!(cairn(dir.path(), &["privacy", "delete", "discord:1"], "").code, 1, "silence is no yes");

    let said = cairn(dir.path(), &["privacy", "delete", "discord:1"], "yes\n");
    assert_eq!((said.code, said.out), (0, "All of that is erased.\n".to_owned()), "the list stands above the question");
    for name in ["discord:1", "reddit:ann"] {
        let said = cairn(dir.path(), &["privacy", "delete", name], "");
        assert_eq!((said.code, said.out), (0, format!("Cairn holds nothing about {name}.\n")));
    }
    // What was not sent yet never is; what others are told is untouched.
    let app = app(dir.path()).await;
    let far = Far::new([]);
    assert!(far.tick(&app, at("10:00:00")).await);
    // To two places, in whatever order.
    let mut texts = far.texts();
    texts.sort();
    assert_eq!(texts, ["Hello 2", "Well done, 2"]);
    app.store.close().await;
    let file = std::fs::read(dir.path().join("cairn.db")).unwrap();
    for trace in ["reddit:ann", "discord/dm/1", "Well done, 1"] {
        assert!(!file.windows(trace.len()).any(|w| w == trace.as_bytes()), "{trace} is still in the file");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_in_json_and_without_asking() {
    let dir = crate::world::folder();
    peopled(dir.path()).await;
    let said = cairn(dir.path(), &["privacy", "delete", "discord:2", "--yes", "--json"], "");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let expected = serde_json::json!({ "erased": true, "person": ["discord:2"], "held": [
        { "table": "outbox", "what": "messages from Cairn", "rows": 2, "deleted": false },
        { "table": "labels", "what": "correction of an answer", "rows": 1, "deleted": true },
        { "table": "link_tries", "what": "wrong link code", "rows": 1, "deleted": true },
        { "table": "persons", "what": "account name", "rows": 1, "deleted": true },
    ] });
    assert_eq!(report, expected);
}

#[test]
fn a_name_that_cannot_be_one_is_wrong_usage() {
    let dir = crate::world::folder();
    let table = [
        ("ann", "“ann” names nobody; write discord:ID (a number) or reddit:NAME.\n"),
        ("reddit:a", "“a” is no Reddit name; those have 3 to 20 letters, digits, underscores or hyphens.\n"),
    ];
    for (name, sentence) in table {
        for command in ["export", "delete"] {
            let said = cairn(dir.path(), &["privacy", command, name], "");
            assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (2, "", sentence));
        }
    }
    let said = cairn(dir.path(), &["privacy", "export", "reddit:nobody"], "");
    let nothing = "{\n  \"held\": {},\n  \"opted_out\": false,\n  \"person\": [\n    \"reddit:nobody\"\n  ]\n}\n";
    assert_eq!((said.code, said.out.as_str()), (0, nothing));
}
