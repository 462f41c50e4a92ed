//! Databases of versions before this one: they open, and everything in them is still there.

use std::path::Path;

use serde_json::Value;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row};

use super::{connection, database};
use crate::world::program::Cairn;

const ANN: &str = "discord:1000000000000000007";
const BOB: &str = "discord:1000000000000000009";

/// A database as the migrations up to `last` left it, with these rows.
async fn database_of(last: i64, rows: &'static str) -> Cairn {
    let cairn = Cairn::new();
    let file = database(&cairn);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut migrations = Migrator::new(Path::new("migrations")).await.unwrap();
    migrations.migrations.to_mut().retain(|migration| migration.version <= last);
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    // The rows stand by the names of their tables; at the end a check finds what points nowhere.
    let mut db = options.foreign_keys(false).connect().await.unwrap();
    migrations.run(&mut db).await.unwrap();
    sqlx::raw_sql(rows).execute(&mut db).await.unwrap();
    cairn
}

async fn count(cairn: &Cairn, query: &'static str) -> i64 {
    sqlx::query(query).fetch_one(&mut connection(&database(cairn)).await).await.unwrap().get(0)
}

#[tokio::test]
async fn a_database_of_before_communities_keeps_everything() {
    let cairn = database_of(12, include_str!("../data/old/12.sql")).await;
    let kept = [
        ("SELECT count(*) FROM persons", 5),
        ("SELECT count(*) FROM study_events", 16),
        ("SELECT count(*) FROM revisions WHERE page_id = 25", 2),
        ("SELECT count(*) FROM drafts WHERE state = 'open'", 1),
        ("SELECT count(*) FROM audit", 4),
        ("SELECT count(*) FROM opt_outs", 1),
        ("SELECT count(*) FROM paper_entries", 12),
        ("SELECT count(*) FROM paper_votes", 2),
        ("SELECT count(*) FROM paper_ticks", 1),
        ("SELECT count(*) FROM paper_subscriptions", 1),
        ("SELECT count(*) FROM study_reminders", 1),
        ("SELECT count(*) FROM study_buddies", 2),
        ("SELECT count(*) FROM study_feeds", 1),
        ("SELECT count(*) FROM study_plans", 1),
    ];
    for (query, number) in kept {
        assert_eq!(count(&cairn, query).await, number, "before: {query}");
    }
    let run = |args: &[&str]| cairn.run(&[args, &["--now", "2026-11-24T11:00:00Z"]].concat());
    let export: Value = run(&["privacy", "export", ANN]).json();
    for (query, number) in kept {
        assert_eq!(count(&cairn, query).await, number, "after: {query}");
    }
    let held = &export["held"];
    assert_eq!(held["study_events"].as_array().map(Vec::len), Some(6), "{export}");
    let days = run(&["study", "export", BOB]).well();
    assert_eq!(days.lines().filter(|line| line.contains("2026-11-1")).count(), 4, "{days}");
    assert!(run(&["guides", "show", "tea"]).well().contains("title: Tea, hot"));
    assert!(run(&["guides", "drafts"]).well().contains("tea"));
    run(&["guides", "import", concat!(env!("CARGO_MANIFEST_DIR"), "/guides")]).well();
    assert!(run(&["wiki", "tea"]).well().contains("Words."), "sections and names were derived");
    // What was written against today's rules is mended.
    assert_eq!(count(&cairn, "SELECT count(*) FROM paper_weeks WHERE digest LIKE '%cairn.example%'").await, 0);
    assert_eq!(count(&cairn, "SELECT count(*) FROM paper_entries WHERE entry LIKE '%cairn.example%'").await, 0);
    // And it is a whole database, which serves.
    assert_eq!(count(&cairn, "SELECT count(*) FROM pragma_foreign_key_check").await, 0);
    let intact = sqlx::query("PRAGMA integrity_check").fetch_one(&mut connection(&database(&cairn)).await).await;
    assert_eq!(intact.unwrap().get::<String, _>(0), "ok");
    let server = cairn.serve(&[]);
    assert!(server.get("/papers/2026-W47").body.contains("Weather at Scale"));
    assert_eq!(server.stop("-TERM").0, Some(0));
}
