//! Databases of versions before this one: they open, and everything in them is still there.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};

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

/// What people would miss, if a table of it lost a row.
const MISSED: [&str; 21] = [
    "audit",
    "discord_answers",
    "discord_channels",
    "discord_servers",
    "drafts",
    "gaps",
    "labels",
    "opt_outs",
    "outbox",
    "pages",
    "paper_entries",
    "paper_subscriptions",
    "paper_votes",
    "paper_weeks",
    "persons",
    "revisions",
    "study_buddies",
    "study_events",
    "study_people",
    "study_plans",
    "study_reminders",
];

/// The names of the tables that hold rows of their own, and of their columns.
async fn tables(db: &mut SqliteConnection, schema: &str) -> BTreeMap<String, Vec<String>> {
    let query = format!(
        "SELECT t.name, c.name FROM {schema}.sqlite_master AS t JOIN pragma_table_xinfo(t.name, '{schema}') AS c
         WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name NOT LIKE '%_index%'
             AND t.name NOT LIKE 'words%' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND c.hidden = 0"
    );
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(query)).fetch_all(db).await.unwrap();
    let mut tables = BTreeMap::<String, Vec<String>>::new();
    for (table, column) in rows {
        tables.entry(table).or_default().push(column);
    }
    tables
}

/// Fills a database with the rows of another, as far as both have the tables and columns; says which tables got rows.
async fn fill(db: &mut SqliteConnection, from: &Path) -> Vec<String> {
    let attach = format!("ATTACH '{}' AS old", from.display());
    sqlx::raw_sql(AssertSqlSafe(attach)).execute(&mut *db).await.unwrap();
    let (ours, theirs) = (tables(db, "main").await, tables(db, "old").await);
    let mut filled = Vec::new();
    for (table, columns) in ours {
        let shared = |column: &&String| theirs.get(&table).is_some_and(|old| old.contains(column));
        let columns = columns.iter().filter(shared).cloned().collect::<Vec<_>>().join(", ");
        if columns.is_empty() {
            continue;
        }
        let copy = format!("INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM old.{table}");
        let copied = sqlx::query(AssertSqlSafe(copy)).execute(&mut *db).await;
        filled.extend(copied.unwrap_or_else(|why| panic!("{table}: {why}")).rows_affected().gt(&0).then_some(table));
    }
    sqlx::raw_sql("DETACH old").execute(db).await.unwrap();
    filled
}

/// The numbers of all migrations.
async fn migrations() -> Vec<i64> {
    let migrations = Migrator::new(Path::new("migrations")).await.unwrap();
    migrations.iter().map(|migration| migration.version).collect()
}

#[tokio::test]
async fn a_database_of_every_version_opens_and_keeps_everything() {
    let old = database_of(12, include_str!("../data/old/12.sql")).await;
    let migrations = migrations().await;
    for last in migrations.iter().copied() {
        let cairn = database_of(last, "").await;
        let mut db = connection(&database(&cairn)).await;
        sqlx::raw_sql("PRAGMA foreign_keys = OFF").execute(&mut db).await.unwrap();
        let filled = fill(&mut db, &database(&old)).await;
        db.close().await.unwrap();
        let mut before = Vec::new();
        for table in MISSED.into_iter().filter(|missed| filled.iter().any(|table| table == missed)) {
            before.push((table, rows(&cairn, table).await));
        }
        assert!(before.iter().any(|(table, n)| *table == "revisions" && *n == 2), "{last}: {before:?}");
        let tea = cairn.run(&["guides", "show", "tea", "--now", "2026-11-24T11:00:00Z"]);
        assert!(tea.out.contains("title: Tea, hot"), "{last}: {}", tea.err);
        for (table, number) in before {
            assert_eq!(rows(&cairn, table).await, number, "{last}: {table}");
        }
        let done = count(&cairn, "SELECT count(*) FROM _sqlx_migrations").await;
        assert_eq!(usize::try_from(done), Ok(migrations.len()), "{last}");
        let whole = sqlx::query("PRAGMA integrity_check").fetch_one(&mut connection(&database(&cairn)).await).await;
        assert_eq!(whole.unwrap().get::<String, _>(0), "ok", "{last}");
        if last >= 6 {
            // Rows that point to people are there as soon as people are.
            let astray = "SELECT count(*) FROM pragma_foreign_key_check";
            assert_eq!(count(&cairn, astray).await, 0, "{last}");
        }
    }
}

async fn rows(cairn: &Cairn, table: &str) -> i64 {
    let query = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query(query).fetch_one(&mut connection(&database(cairn)).await).await.unwrap().get(0)
}
