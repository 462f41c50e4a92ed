//! A disk that fails, and is well again: what failed is not acknowledged, and the next write succeeds.

use cairn::store::Store;

use super::{database, execute};
use crate::world::server::World;

const LOG: &str = "/study log minutes:30";

/// How many logs the database has.
fn logs(world: &World) -> usize {
    let ann = format!("discord:{}", world.discord.person("ann"));
    let export = world.run(&["--json", "study", "export", &ann]).json();
    export["events"].as_array().unwrap().iter().filter(|event| event["event"] == "log").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_undoes_itself_does_not_stop_the_next() {
    let world = World::start().await;
    let (d, file) = (&world.discord, database(&world.cairn));
    d.slash("ann", "/study zone zone:Europe/Berlin").await;
    execute(&file, "CREATE TRIGGER failing BEFORE INSERT ON study_events BEGIN SELECT RAISE(ROLLBACK, 'no'); END")
        .await;
    for _ in 0..3 {
        assert!(d.slash("ann", LOG).await.content.starts_with("Something failed inside Cairn"));
    }
    execute(&file, "DROP TRIGGER failing").await;
    assert!(d.slash("ann", LOG).await.content.contains("30 min"));
    assert_eq!(logs(&world), 1);
    world.finish_after(&["an interaction failed"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_disk_that_took_no_more_the_next_write_succeeds() {
    let world = World::start().await;
    let d = &world.discord;
    d.slash("ann", "/study zone zone:Europe/Berlin").await;
    let server = world.server.as_ref().expect("it runs");
    // No file may grow: writing fails as on a disk with a fault.
    server.limit_files(Some(4096));
    for _ in 0..3 {
        let refused = d.slash("ann", LOG).await.content.clone();
        assert!(refused.contains("nothing was saved"), "{refused}");
    }
    server.limit_files(None);
    assert!(d.slash("ann", LOG).await.content.contains("30 min"));
    assert_eq!(logs(&world), 1);
    world.finish_after(&["an interaction failed"], 0);
}

#[tokio::test]
async fn after_a_full_disk_the_next_write_succeeds() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let note = "INSERT INTO gaps (query, at) SELECT hex(randomblob(4000)), 1";
    // What SQLite answers beyond this many pages is what it answers on a full disk.
    let limit = |pages: i64| sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    for _ in 0..2 {
        let mut tx = store.write().await.unwrap();
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *tx).await.unwrap();
        sqlx::query(limit(pages + 1)).execute(&mut *tx).await.unwrap();
        let failure = loop {
            if let Err(failure) = sqlx::query(note).execute(&mut *tx).await {
                break failure;
            }
        };
        let told = cairn::Error::from(failure).to_string();
        assert_eq!(told, "The disk of Cairn's data folder is full, so nothing was saved; make room on it.");
    }
    let mut tx = store.write().await.unwrap();
    sqlx::query(limit(1_000_000)).execute(&mut *tx).await.unwrap();
    sqlx::query(note).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let count = "SELECT count(*) FROM gaps";
    let count: i64 = sqlx::query_scalar(count).fetch_one(&mut *store.read().await.unwrap()).await.unwrap();
    assert_eq!(count, 1, "what failed was undone as a whole");
}
