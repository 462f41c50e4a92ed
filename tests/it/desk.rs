//! The moderators' desk as adapters use it: verdicts judged, examples, settings as files, the log.

use std::fs;
use std::path::Path;

use cairn::community::{Community, Home, HomeModerator, Moderator, Role};
use cairn::decisions::own::{self, State};
use cairn::decisions::{self, Here};
use cairn::desk::judging::Says;
use cairn::desk::{cards, judging, lessons};
use cairn::store::Store;
use cairn::triage::{Bands, Model, Post, Track, Verdict};
use jiff::{SignedDuration, Timestamp};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::world::program::Cairn;

const HOME: Community = Community::Discord(7);

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().expect("an instant")
}

fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn who(name: &str, role: Role) -> HomeModerator {
    let home = Home::named(Some("discord:7")).expect("a community");
    let by = Moderator::checked(name, role, HOME).expect("no reader");
    home.moderator(by, "judge").expect("of home")
}

/// Answers of server 7 by the authors 1 to `people`, each as triage sees their text, and one of another server.
async fn answered(dir: &Path, texts: &[(u64, &str)]) -> Store {
    let store = Store::open(dir).await.expect("a database");
    let mut db = SqliteConnectOptions::new().filename(dir.join("cairn.db")).connect().await.expect("a database");
    for (n, (author, text)) in texts.iter().enumerate() {
        let verdict = cairn::triage::triage(Model::builtin(), &Post { title: "", body: text }, &Bands::default());
        let query = "INSERT INTO discord_answers (asker, author, guild, post, channel, title, body, track, at, verdict)
                     VALUES ($1, $1, $2, $3, 70, '', $4, $5, $6, $7)";
        sqlx::query(query)
            .bind(format!("discord:{author}"))
            .bind(if *author == 99 { 8 } else { 7 })
            .bind(i64::try_from(n).expect("few") + 1_000)
            .bind(*text)
            .bind(verdict.track.map(Track::slug))
            .bind(now().as_millisecond() + i64::try_from(n).expect("few"))
            .bind(Verdict::to_kept(&verdict))
            .execute(&mut db)
            .await
            .expect("a row");
    }
    store
}

const ENGINEER: &str = "How do I get into machine learning? I've been a backend developer for five years and want a job as an ML engineer.";
const HACKER: &str =
    "I want to add machine learning to my hobby project, a bird feeder with a camera. Where do I start?";

#[tokio::test]
async fn verdicts_are_judged_by_person_and_can_be_taken_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = answered(dir.path(), &[(1, ENGINEER), (2, HACKER), (1, HACKER), (99, ENGINEER)]).await;
    let (eve, eli) = (who("eve", Role::Editor), who("eli", Role::Editor));
    let waiting = async || cards::waiting(&store, &eve, &HOME, later(5)).await.expect("cards");
    let found = waiting().await;
    let shown: Vec<(&str, usize)> = found.iter().map(|card| (card.author.as_str(), card.cases.len())).collect();
    assert_eq!(shown, [("discord:1", 2), ("discord:2", 1)], "one card a person, of this server alone");
    let engineer = &found[0].cases[1];
    assert_eq!(engineer.link.as_deref(), Some("https://discord.com/channels/7/70/1000"));
    assert!(!engineer.verdict.reasons.is_empty());

    let judge = async |by: &HomeModerator, source: &str, says: &str, at| {
        judging::judge(&store, by, &HOME, source, Says::read(says).expect("a judgement"), at).await
    };
    let said = judge(&eve, &engineer.source, "right", later(10)).await.expect("judged");
    assert_eq!((said.fits, said.track), (true, Some(Track::Engineer)));
    let second = judge(&eli, &engineer.source, "other", later(11)).await.expect_err("too late").to_string();
    assert_eq!(second, "eve was faster and said: right: Engineer guide. Nothing was changed.");
    let found = waiting().await;
    assert_eq!((found[0].author.as_str(), found[0].before, found[0].cases.len()), ("discord:1", 1, 1));

    // For thirty seconds, by who said it, and no longer.
    let undo = async |by: &HomeModerator, at| judging::undo(&store, by, &HOME, &engineer.source, at).await;
    assert!(undo(&eli, later(12)).await.expect_err("not hers").to_string().starts_with("eve said that"));
    assert!(undo(&eve, later(41)).await.expect_err("late").to_string().contains("more than 30 seconds ago"));
    undo(&eve, later(40)).await.expect("in time");
    assert_eq!(waiting().await[0].cases.len(), 2);

    // Wrong ones count, too.
    judge(&eve, &engineer.source, "right", later(60)).await.expect("judged");
    let other = waiting().await[0].cases[0].source.clone();
    judge(&eli, &other, "other", later(61)).await.expect("judged");
    let ready = judging::readiness(&store, &eve, &HOME, later(70)).await.expect("a readiness");
    assert_eq!(ready.judged, 2);
    assert!(ready.because.as_deref().is_some_and(|why| why.contains("of 100 answers are judged")), "{ready:?}");
    // Another server's moderators see nothing of it.
    let mal = Moderator::checked("mal", Role::Admin, Community::Discord(8)).expect("no reader");
    cards::waiting(&store, &mal, &HOME, later(5)).await.expect_err("another server");
    let foreign = judging::judge(&store, &mal, &Community::Discord(8), &other, Says::Right, later(5)).await;
    foreign.expect_err("another server's verdict");
    store.close().await;
}

#[tokio::test]
async fn an_adopted_model_decides_at_home_alone_and_after_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = answered(dir.path(), &[]).await;
    let (eve, ann) = (who("eve", Role::Editor), who("ann", Role::Approver));
    let written = |body| lessons::Written { title: "", body, getting_started: true, track: Some(Track::Engineer) };
    lessons::begin(&store, &ann, now()).await.expect_err("no example yet");
    let lesson =
        lessons::add(&store, &eve, written("from cobol to ml work, which way"), now()).await.expect("an example");
    assert_eq!(lessons::list(&store, &eve).await.expect("a list"), [lesson]);

    let id = lessons::begin(&store, &ann, now()).await.expect("begun");
    let busy = lessons::begin(&store, &ann, now()).await.expect_err("one at a time").to_string();
    assert!(busy.starts_with("A model is being trained just now"), "{busy}");
    // What the trainer hands over here is a model of the rules alone, which any verdict tells by its version.
    let own_model = Model::default();
    own::end(&store, id, Some((&own_model, true)), "").await.expect("written");
    let version = async |store: &Store, here| {
        decisions::asked(store, here, &Post { title: "", body: ENGINEER }, &Bands::default()).await.model
    };
    let built_in = Model::builtin().version();
    assert_eq!(version(&store, Here::Home).await, built_in, "it waits to be adopted");
    lessons::adopt(&store, &eve, id, now()).await.expect_err("an editor");
    lessons::adopt(&store, &ann, id, now()).await.expect("adopted");
    assert_eq!(version(&store, Here::Home).await, own_model.version());
    assert_eq!(version(&store, Here::Elsewhere).await, built_in);
    store.close().await;
    let store = Store::open(dir.path()).await.expect("a database");
    assert_eq!(version(&store, Here::Home).await, own_model.version(), "after a restart");

    // One that is worse is kept out, and the way back is open.
    let id = lessons::begin(&store, &ann, now()).await.expect("begun");
    own::end(&store, id, Some((&own_model, false)), "").await.expect("written");
    lessons::adopt(&store, &ann, id, now()).await.expect_err("refused");
    assert_eq!(version(&store, Here::Home).await, own_model.version(), "a refusal changes nothing");
    lessons::retire(&store, &ann, now()).await.expect("back");
    assert_eq!(version(&store, Here::Home).await, built_in);
    let states: Vec<State> =
        lessons::models(&store, &ann).await.expect("models").iter().map(|trained| trained.model.state).collect();
    assert_eq!(states, [State::Refused, State::Retired]);
    store.close().await;
}

#[tokio::test]
async fn the_words_of_members_are_never_learnt_from() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = answered(dir.path(), &[(1, ENGINEER)]).await;
    let written = |body| lessons::Written { title: "", body, getting_started: true, track: None };
    let eve = who("eve", Role::Editor);
    let refused = lessons::add(&store, &eve, written(ENGINEER), now()).await.expect_err("a member's words").to_string();
    assert!(refused.contains("Cairn never learns from what members write"), "{refused}");
    lessons::add(&store, &eve, written("two words"), now()).await.expect_err("too short");
    store.close().await;
}

#[test]
fn settings_are_exported_imported_and_logged() {
    let cairn = Cairn::new();
    let export = || cairn.run(&["settings", "export", "discord:7"]).well();
    let first = export();
    fs::write(cairn.path().join("file"), first.replace("\"answer\": 0.85", "\"answer\": 0.95")).expect("written");
    let said = cairn.run(&["settings", "import", "discord:7", "file", "--author", "ann"]).well();
    assert_eq!(said, "bands is now: 0.95 0.2 0.5\n");
    assert_eq!(
        cairn.run(&["settings", "import", "discord:7", "file"]).well(),
        "Nothing to change: it is set like that already.\n"
    );
    assert_eq!(export(), fs::read_to_string(cairn.path().join("file")).expect("a file"));
    let other = cairn.run(&["settings", "import", "discord:8", "file"]).refused(1);
    assert!(other.contains("That file has the settings of discord:7"), "{other}");
    fs::write(cairn.path().join("broken"), "{\"community\": 7}").expect("written");
    assert!(cairn.run(&["settings", "import", "discord:7", "broken"]).refused(1).contains("no file of settings"));
    // The log has both values, and can be filtered and taken elsewhere.
    let log = cairn.run(&["audit", "--act", "settings", "--json"]).json();
    let entry = &log[0];
    assert_eq!(
        (&entry["before"], &entry["after"], &entry["way"], &entry["actor"]),
        (&"0.85 0.2 0.5".into(), &"0.95 0.2 0.5".into(), &"command line".into(), &"ann".into())
    );
    let table = cairn.run(&["audit", "--actor", "AN", "--csv"]).well();
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(table.lines().nth(1).is_some_and(|line| line.ends_with(",0.85 0.2 0.5,0.95 0.2 0.5")), "{table}");
    assert_eq!(cairn.run(&["audit", "--act", "edit"]).well(), "Nobody has done anything like that.\n");
}

#[tokio::test]
async fn no_act_leaves_the_log() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = answered(dir.path(), &[]).await;
    let eve = who("eve", Role::Editor);
    let written = lessons::Written { title: "", body: "how do I begin", getting_started: true, track: None };
    lessons::add(&store, &eve, written, now()).await.expect("an example");
    let mut db = SqliteConnectOptions::new().filename(dir.path().join("cairn.db")).connect().await.expect("a database");
    let gone = sqlx::query("DELETE FROM audit").execute(&mut db).await.expect_err("the log is kept");
    assert!(gone.to_string().contains("the audit log is kept"), "{gone}");
    store.close().await;
}
